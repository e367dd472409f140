// Races over real HTTP: whatever the interleaving, the rule holds.
#include "tests/e2e/scene.h"

#include <barrier>
#include <thread>

namespace muster::testing {
namespace {

using SlowRace = Scene;

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

TEST_F(SlowRace, TwoAdministratorsRemovingEachOtherLeaveOneEveryTime) {
    const int rounds = is_long_run() ? 2'000 : 200;
    const std::string bo = person("bo");
    for (int round = 0; round < rounds; ++round) {
        const Founded acme = found("open-source");
        ASSERT_EQ(the_operator()
                      .post(acme.path + "/invitations",
                            {{"address", "bo@example.org"}, {"role", "admin"}})
                      .status,
                  201);
        const auto replies = at_once(2, [&](std::size_t i) {
            Client client = server->client_for(i == 0 ? acme.founder : bo);
            return client.remove(acme.path + "/members/" + (i == 0 ? bo : acme.founder));
        });
        ASSERT_EQ(accepted(replies), 1U) << replies[0].body << replies[1].body;
        ASSERT_EQ(members(acme).size(), 1U);
    }
}

TEST_F(SlowRace, EightClientsInviteOneAddressAndOneInvitationIsOpen) {
    const Founded acme = found("open-source");
    const auto replies = at_once(8, [&](std::size_t) {
        Client client = server->client_for(acme.founder);
        return client.post(acme.path + "/invitations",
                           {{"address", "bo@example.org"}, {"role", "member"}});
    });
    EXPECT_EQ(accepted(replies), 1U);
    EXPECT_EQ(members(acme, "?status=pending").size(), 1U);
}

TEST_F(SlowRace, TheLastSeatIsTakenOnce) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    const auto replies = at_once(32, [&](std::size_t i) {
        Client client = server->client_for(acme.founder);
        return client.post(
            acme.path + "/invitations",
            {{"address", "p" + std::to_string(i) + "@example.org"}, {"role", "user"}});
    });
    EXPECT_EQ(accepted(replies), 1U);
    EXPECT_EQ(members(acme).size(), 3U);
}

TEST_F(SlowRace, OneOfTwoChangesFromOneVersionWins) {
    const Founded acme = found("open-source");
    const std::string bo = person("bo");
    invite(acme, "bo", "member");
    Client ada = server->client_for(acme.founder);
    const std::string etag = ada.get(acme.path).headers["etag"];
    const auto replies = at_once(2, [&](std::size_t i) {
        Client client = server->client_for(acme.founder);
        return client.post(acme.path + "/workspaces", {{"name", "w" + std::to_string(i)}},
                           {"If-Match: " + etag});
    });
    EXPECT_EQ(accepted(replies), 1U);
    EXPECT_TRUE(replies[0].status == 412 || replies[1].status == 412);
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
