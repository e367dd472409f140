// Races over real HTTP: whatever the interleaving, the rule holds.
#include "tests/program/scene.h"
#include "tests/random_runs.h"

#include <barrier>
#include <functional>
#include <thread>

namespace muster::testing {
namespace {

/// A server without limits on how often anybody is refused, or a link is used, in a minute.
class SlowRace : public Scene {
 protected:
    SlowRace() {
        server.reset();
        server = std::make_unique<Program>(
            data, std::vector<std::string>{"--most-actor-refusals", "0", "--most-key-refusals", "0",
                                           "--most-link-answers", "0"});
    }
};

/// Runs all at once, each on a thread and a connection of its own; the replies in order.
template <class Act>
std::vector<Reply> at_once(std::size_t count, Act act) {
    std::vector<Reply> replies(count);
    std::barrier start{static_cast<std::ptrdiff_t>(count)};
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            start.arrive_and_wait();
            replies[i] = act(i);
        });
    }
    for (std::thread& thread : threads) thread.join();
    return replies;
}

/// How often each race is run.
int rounds() {
    return test::is_long_run() ? 900 : 100;
}

std::size_t accepted(const std::vector<Reply>& replies) {
    return static_cast<std::size_t>(std::ranges::count_if(replies, &Reply::ok));
}

TEST_F(SlowRace, SixtyFourClientsAcceptOneInvitationAndOneMemberJoins) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    const std::string accept = "/v1/invitations/" + token_to("bo") + "/accept";
    constexpr std::size_t clients = 64;
    const auto replies = at_once(clients, [&](std::size_t) {
        Client nobody{server->port(), ""};
        return nobody.post(accept, {{"name", "Bo"}});
    });
    EXPECT_EQ(accepted(replies), 1U);
    for (const Reply& reply : replies) {
        EXPECT_TRUE(reply.ok() || reply.code() == "invitation_accepted") << reply.body;
    }
    EXPECT_EQ(members(acme).size(), 2U);
    const Reply joined = the_operator().get(acme.path + "/audit?kind=MemberJoined");
    EXPECT_EQ(joined.json().at("entries").as_array().size(), 2U) << "the founder and Bo";
}

/// Two administrators, each given something to do at once, in a new organisation every round.
class SlowOwnerRace : public SlowRace {
 protected:
    using Act = std::function<Reply(Client&, const std::string& own, const std::string& other)>;

    void one_is_left_every_time(const Act& act) {
        const std::string bo = person("bo");
        for (int round = 0; round < rounds(); ++round) {
            const Founded acme = found("open-source");
            ASSERT_EQ(the_operator()
                          .post(acme.path + "/invitations",
                                {{"address", "bo@example.org"}, {"role", "admin"}})
                          .status,
                      201);
            const std::string people[] = {acme.founder, bo};
            const auto replies = at_once(2, [&](std::size_t i) {
                Client client = server->client_for(people[i]);
                return act(client, acme.path + "/members/" + people[i],
                           acme.path + "/members/" + people[1 - i]);
            });
            ASSERT_EQ(accepted(replies), 1U) << replies[0].body << replies[1].body;
            ASSERT_EQ(members(acme, "?role=admin").size(), 1U);
        }
    }
};

TEST_F(SlowOwnerRace, RemovingEachOtherLeavesOne) {
    one_is_left_every_time([](Client& client, const std::string&, const std::string& other) {
        return client.remove(other + "?confirmed=true");
    });
}

TEST_F(SlowOwnerRace, LeavingAtOnceLeavesOne) {
    one_is_left_every_time([](Client& client, const std::string& own, const std::string&) {
        return client.remove(own + "?confirmed=true");
    });
}

TEST_F(SlowOwnerRace, DemotingEachOtherLeavesOne) {
    one_is_left_every_time([](Client& client, const std::string&, const std::string& other) {
        return client.put(other + "/roles", {{"role", "member"}});
    });
}

TEST_F(SlowOwnerRace, DemotingThemselvesLeavesOne) {
    one_is_left_every_time([](Client& client, const std::string& own, const std::string&) {
        return client.put(own + "/roles", {{"role", "member"}});
    });
}

TEST_F(SlowRace, TwoTransfersOfOwnershipLeaveExactlyOneOwner) {
    const Founded acme = found("universign");
    std::vector<std::string> people{acme.founder, join(acme, "bo", "reader"),
                                    join(acme, "cy", "reader")};
    for (int round = 0; round < rounds(); ++round) {
        const auto replies = at_once(2, [&](std::size_t i) {
            Client owner = server->client_for(people[0]);
            return owner.post(acme.path + "/ownership-transfer", {{"to", people[1 + i]}});
        });
        ASSERT_EQ(accepted(replies), 1U) << replies[0].body << replies[1].body;
        const auto owners = members(acme, "?role=owner");
        ASSERT_EQ(owners.size(), 1U);
        const std::size_t winner = replies[0].ok() ? 1 : 2;
        ASSERT_EQ(owners[0].at("person"), people[winner].c_str());
        std::swap(people[0], people[winner]);
    }
}

TEST_F(SlowRace, EightClientsInviteOneAddressAndOneInvitationIsOpen) {
    const Founded acme = found("open-source");
    for (int round = 0; round < rounds(); ++round) {
        const std::string address = "p" + std::to_string(round) + "@example.org";
        const auto replies = at_once(8, [&](std::size_t) {
            Client client = server->client_for(acme.founder);
            return client.post(acme.path + "/invitations",
                               {{"address", address}, {"role", "member"}});
        });
        ASSERT_EQ(accepted(replies), 1U);
        ASSERT_EQ(members(acme, "?status=pending&q=p" + std::to_string(round)).size(), 1U);
    }
}

/// Invitations in bulk, so that a round does not wait for its mail.
class Mailing : public SlowRace {
 protected:
    struct Sent {
        std::string person;
        std::string invitation;
    };

    /// One invitation a round, each to an address of its own; the same addresses every time.
    std::vector<Sent> send_many(const Founded& to, const std::string& role) const {
        boost::json::array people;
        for (int round = 0; round < rounds(); ++round) {
            const std::string address = "p" + std::to_string(round) + "@example.org";
            people.push_back({{"address", address}, {"role", role}});
        }
        const Reply reply = server->client_for(to.founder)
                                .post(to.path + "/invitations", {{"people", std::move(people)}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        const boost::json::value answer = reply.json();
        std::vector<Sent> sent;
        for (const boost::json::value& row : answer.at("rows").as_array()) {
            sent.push_back({std::string{row.at("person").as_string()},
                            std::string{row.at("invitation").as_string()}});
        }
        return sent;
    }
};

/// An invitation whose link is accepted while an administrator does something else to it.
class SlowAnswerRace : public Mailing {
 protected:
    struct Raced {
        Reply accepted;
        Reply managed;
        std::string person;
    };

    Raced accept_against(const Founded& acme, const std::string& deed, const Sent& sent) {
        const std::string token = token_of(sent.invitation);
        const auto replies = at_once(2, [&](std::size_t i) {
            if (i == 0) {
                Client nobody{server->port(), ""};
                return nobody.post("/v1/invitations/" + token + "/accept", {{"name", "P"}});
            }
            Client client = server->client_for(acme.founder);
            return client.post(acme.path + "/invitations/" + sent.invitation + "/" + deed);
        });
        return {replies[0], replies[1], sent.person};
    }

    /// "active", "pending", or the code of the refusal.
    std::string standing_of(const Founded& acme, const std::string& who) const {
        const Reply reply = the_operator().get(acme.path + "/members/" + who);
        return reply.ok() ? reply.text("status") : reply.code();
    }
};

TEST_F(SlowAnswerRace, AcceptingAgainstCancellingEndsOneWay) {
    const Founded acme = found("open-source");
    for (const Sent& sent : send_many(acme, "member")) {
        const Raced raced = accept_against(acme, "cancel", sent);
        ASSERT_NE(raced.accepted.ok(), raced.managed.ok())
            << raced.accepted.body << raced.managed.body;
        ASSERT_EQ(standing_of(acme, raced.person),
                  raced.accepted.ok() ? "active" : "member_not_found");
    }
}

TEST_F(SlowAnswerRace, AcceptingAgainstResendingUsesOneLink) {
    const Founded acme = found("open-source");
    for (const Sent& sent : send_many(acme, "member")) {
        const Raced raced = accept_against(acme, "resend", sent);
        ASSERT_NE(raced.accepted.ok(), raced.managed.ok())
            << raced.accepted.body << raced.managed.body;
        ASSERT_EQ(standing_of(acme, raced.person), raced.accepted.ok() ? "active" : "pending");
        if (!raced.accepted.ok()) {
            ASSERT_EQ(raced.accepted.code(), "invitation_superseded");
        }
    }
}

using SlowMailingRace = Mailing;

TEST_F(SlowMailingRace, OnePersonAcceptsTwoInvitationsAtOnceAndHasOneAccount) {
    const Founded first = found("conance");
    const Founded second = found("engagelab");
    the_operator().put(first.path + "/plan", {{"plan", "premium"}});
    const auto by_first = send_many(first, "user");
    const auto by_second = send_many(second, "admin");
    for (std::size_t round = 0; round < by_first.size(); ++round) {
        ASSERT_EQ(by_first[round].person, by_second[round].person);
        const std::string tokens[] = {token_of(by_first[round].invitation),
                                      token_of(by_second[round].invitation)};
        const auto replies = at_once(2, [&](std::size_t i) {
            Client nobody{server->port(), ""};
            return nobody.post("/v1/invitations/" + tokens[i] + "/accept", {{"name", "P"}});
        });
        // The first makes the account; from then on the link alone is not enough.
        ASSERT_EQ(accepted(replies), 1U) << replies[0].body << replies[1].body;
        const std::size_t late = replies[0].ok() ? 1 : 0;
        ASSERT_EQ(replies[late].code(), "sign_in_required");
        Client themselves = server->client_for(by_first[round].person);
        ASSERT_EQ(themselves.post("/v1/invitations/" + tokens[late] + "/accept").status, 200);
    }
    EXPECT_EQ(members(first, "?status=active&limit=1000").size(), 1U + by_first.size());
    EXPECT_EQ(members(second, "?status=active&limit=1000").size(), 1U + by_second.size());
}

TEST_F(SlowRace, FiftyTakeTheLastSeatAndOneGetsIt) {
    for (int round = 0; round < rounds(); ++round) {
        const Founded acme = found("conance");
        invite(acme, "bo", "user");
        const auto replies = at_once(50, [&](std::size_t i) {
            Client client = server->client_for(acme.founder);
            return client.post(
                acme.path + "/invitations",
                {{"address", "p" + std::to_string(i) + "@example.org"}, {"role", "user"}});
        });
        ASSERT_EQ(accepted(replies), 1U);
        ASSERT_EQ(members(acme).size(), 3U);
    }
}

TEST_F(SlowRace, ARoleIsEitherDeletedOrGiven) {
    const Founded lab = found("engagelab");
    const std::string bo = join(lab, "bo", "admin");
    for (int round = 0; round < rounds(); ++round) {
        Client ada = server->client_for(lab.founder);
        const std::string role =
            ada.post(lab.path + "/roles", {{"name", "r" + std::to_string(round)}}).text("role");
        const std::string path = lab.path + "/roles/" + role;
        const auto replies = at_once(2, [&](std::size_t i) {
            Client client = server->client_for(lab.founder);
            if (i == 0) return client.remove(path);
            return client.put(path + "/members/" + bo, boost::json::object{});
        });
        ASSERT_NE(replies[0].ok(), replies[1].ok()) << replies[0].body << replies[1].body;
        const std::string code = replies[replies[0].ok() ? 1 : 0].code();
        ASSERT_EQ(code, replies[0].ok() ? "role_not_found" : "role_in_use");
        if (replies[1].ok()) {
            ASSERT_EQ(ada.remove(path + "/members/" + bo).status, 200);
            ASSERT_EQ(ada.remove(path).status, 200);
        }
    }
}

/// Two administrators read the same version and each give Bo another role.
class SlowLostUpdate : public Scene {
 protected:
    std::vector<Reply> change_from_one_version(bool guarded) {
        Client ada = server->client_for(lab.founder);
        const std::string member = lab.path + "/members/" + bo;
        EXPECT_EQ(ada.put(member + "/roles", {{"role", "admin"}}).status, 200);
        Headers headers;
        if (guarded) headers = {"If-Match: " + ada.get(member).headers["etag"]};
        return at_once(2, [&](std::size_t i) {
            Client client = server->client_for(lab.founder);
            return client.put(member + "/roles", {{"role", roles[i]}}, headers);
        });
    }
    std::string role(const std::string& name) const {
        return server->client_for(lab.founder)
            .post(lab.path + "/roles", {{"name", name}})
            .text("role");
    }

    Founded lab = found("engagelab");
    std::string bo = join(lab, "bo", "admin");
    std::string roles[2] = {role("left"), role("right")};
};

TEST_F(SlowLostUpdate, OneOfTwoRoleChangesFromOneVersionWins) {
    for (int round = 0; round < rounds(); ++round) {
        const auto replies = change_from_one_version(true);
        ASSERT_EQ(accepted(replies), 1U) << replies[0].body << replies[1].body;
        const std::size_t winner = replies[0].ok() ? 0 : 1;
        ASSERT_EQ(replies[1 - winner].status, 412);
        const auto row = the_operator().get(lab.path + "/members/" + bo).json();
        ASSERT_EQ(row.at("roles").at(0), roles[winner].c_str());
    }
}

/// The control: without If-Match both are accepted, and one of them is lost.
TEST_F(SlowLostUpdate, ControlWithoutTheVersionBothAreAccepted) {
    EXPECT_EQ(accepted(change_from_one_version(false)), 2U);
}

/// The control: a check of its own followed by a write, as a client without the engine's rule would
/// do it, loses the race that the engine wins above.
TEST(RaceControl, ACheckThenActModelLeavesNobodyAtLeastOnce) {
    bool nobody_left = false;
    for (int round = 0; round < 10'000 && !nobody_left; ++round) {
        std::atomic<int> administrators = 2;
        std::barrier between{2};
        const auto remove_the_other = [&] {
            const bool may = administrators > 1;
            between.arrive_and_wait();
            if (may) --administrators;
        };
        std::thread other{remove_the_other};
        remove_the_other();
        other.join();
        nobody_left = administrators == 0;
    }
    EXPECT_TRUE(nobody_left);
}

}  // namespace
}  // namespace muster::testing
