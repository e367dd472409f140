// The limits of the real server: a dead link that is tried all day, and somebody who is refused all
// the time, cost a bounded number of commits, and the audit trail says how often they tried.
#include "tests/program/scene.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace muster::testing {
namespace {

class Limited : public Scene {
 protected:
    static constexpr int few = 20;
    Limited() {
        server.reset();
        server = std::make_unique<Program>(
            data, std::vector<std::string>{"--most-link-answers", std::to_string(few),
                                           "--most-actor-refusals", std::to_string(few)});
    }

    std::size_t refused(const Founded& organization) const {
        return audit(organization, "?outcome=refused&limit=500").size();
    }
    /// After a stop in good order, which writes down what is left to write.
    boost::json::array suppressed(const Founded& organization) {
        EXPECT_EQ(server->stop(), 0);
        restart();
        return audit(organization, "?kind=AttemptsSuppressed");
    }
};

TEST_F(Limited, ADeadLinkLeavesFewCommitsAndOneThatSaysHowOftenItWasTried) {
    const Founded acme = found("conance");
    const std::string bo = invite(acme, "bo", "user");
    const std::string link = "/v1/invitations/" + token_to("bo");
    const std::string invitation{members(acme, "?status=pending")[0].at("invitation").as_string()};
    const std::string cancel = acme.path + "/invitations/" + invitation + "/cancel";
    ASSERT_EQ(the_operator().post(cancel).status, 200);

    Client nobody{server->port(), ""};
    std::size_t turned_away = 0;
    for (int time = 0; time < 10 * few; ++time) {
        const Reply reply = nobody.post(link + (time % 2 == 0 ? "/accept" : "/decline"));
        if (reply.code() == "invitation_cancelled") continue;
        ASSERT_EQ(reply.status, 429) << reply.body;
        ASSERT_EQ(reply.code(), "too_many_requests");
        ASSERT_GE(std::stoi(reply.headers.at("retry-after")), 1);
        ++turned_away;
    }
    EXPECT_GE(turned_away, 5U * few);
    EXPECT_EQ(refused(acme), 10U * few - turned_away);
    const auto told = suppressed(acme);
    ASSERT_EQ(told.size(), 1U);
    const boost::json::value& command = told[0].at("command");
    EXPECT_EQ(command.at("limit"), "link");
    EXPECT_EQ(command.at("count").to_number<std::size_t>(), turned_away);
    EXPECT_EQ(command.at("actor").at("person"), bo.c_str());
    EXPECT_EQ(told[0].at("actor").at("kind"), "system");
}

/// With the limits as they are unless told otherwise.
class UsuallyLimited : public Scene {
 protected:
    std::string open_invitation(const Founded& organization) const {
        const auto pending = members(organization, "?status=pending");
        return std::string{pending.at(0).at("invitation").as_string()};
    }
    std::size_t mails() const {
        const std::filesystem::directory_iterator outbox{data / "outbox"};
        return static_cast<std::size_t>(std::ranges::count_if(
            outbox, [](const auto& entry) { return entry.path().extension() == ".eml"; }));
    }
};

TEST_F(UsuallyLimited, ADeadLinkDoesNotTakeTheFirstPageOfTheTrail) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    const std::string link = "/v1/invitations/" + token_to("bo");
    const std::string cancel = acme.path + "/invitations/" + open_invitation(acme) + "/cancel";
    ASSERT_EQ(the_operator().post(cancel).status, 200);
    const auto start = std::chrono::steady_clock::now();
    Client nobody{server->port(), ""};
    for (int time = 0; time < 1'500; ++time) nobody.post(link + "/decline");
    const auto elapsed = std::chrono::steady_clock::now() - start;

    const auto refused = audit(acme, "?outcome=refused&limit=500").size();
    EXPECT_GE(refused, 20U);
    EXPECT_LE(refused, 20U * (2U + static_cast<std::size_t>(elapsed / std::chrono::minutes{1})));
    const auto first_page = audit(acme);
    EXPECT_TRUE(std::ranges::any_of(first_page, [](const boost::json::value& entry) {
        return entry.at("command").at("command") == "CancelInvitation";
    }));
}

TEST_F(UsuallyLimited, SixtyResendsOrInvitationsMadeAnewAreTwoMailsToOneAddress) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    token_to("bo");
    Client client = server->client_for(acme.founder);
    const std::string resend = acme.path + "/invitations/" + open_invitation(acme) + "/resend";
    std::map<std::string, int> answers;
    for (int time = 0; time < 60; ++time) ++answers[client.post(resend).code()];
    EXPECT_EQ(answers["resent_too_soon"], 59);
    token_to("bo", 2);

    ASSERT_TRUE(client.post(acme.path + "/invitations/" + open_invitation(acme) + "/cancel").ok());
    const Reply anew =
        client.post(acme.path + "/invitations", {{"address", "bo@example.org"}, {"role", "user"}});
    EXPECT_EQ(anew.code(), "resent_too_soon");
    // Somebody else's mail comes after all that bo got.
    invite(acme, "cy", "user");
    token_to("cy");
    EXPECT_EQ(mails(), 3U) << "two to bo, one to cy";
}

TEST_F(Limited, WhoIsRefusedTooOftenIsHeldUpAndOthersAreNot) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "user");
    Client client = server->client_for(bo);
    std::size_t turned_away = 0;
    for (int time = 0; time < 10 * few; ++time) {
        const Reply reply = client.remove(acme.path + "/members/" + acme.founder);
        turned_away += reply.status == 429 ? 1 : 0;
    }
    EXPECT_GE(turned_away, 5U * few);
    EXPECT_EQ(client.get(acme.path).status, 200) << "reading goes on";
    Client founder = server->client_for(acme.founder);
    EXPECT_EQ(founder.remove(acme.path + "/members/" + bo + "?confirmed=true").status, 200);
    const auto told = suppressed(acme);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].at("command").at("limit"), "actor");
    EXPECT_EQ(told[0].at("command").at("count").to_number<std::size_t>(), turned_away);
}

}  // namespace
}  // namespace muster::testing
