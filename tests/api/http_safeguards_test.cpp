// What a client is told before and after it does something by oversight: a removal that is not
// confirmed, the open invitations of somebody who goes, acts that change nothing, people who joined
// without being asked.
#include "tests/api/http_api.h"

namespace muster::http {
namespace {

namespace json = boost::json;

class HttpSafeguards : public ApiTest {
 protected:
    Founded school = found("school", "head");

    std::string path_of(const std::string& person) const {
        return school.path + "/members/" + person;
    }
    Shown invited_by(const std::string& inviter, const std::string& name) {
        return send("POST", school.path + "/invitations",
                    {{"address", name + "@example.org"}, {"role", "teacher"}}, inviter);
    }
    std::string path_of_link(const std::string& invitation, std::uint32_t send_number) {
        return "/v1/invitations/" +
               engine->link_text({.organization = *parse_id<OrganizationId>(school.id),
                                  .invitation = *parse_id<InvitationId>(invitation),
                                  .send_number = send_number});
    }
    Shown link_of(const std::string& invitation, std::uint32_t send_number = 1) {
        return ask("GET", path_of_link(invitation, send_number), {}, {}, {});
    }
    Shown accept_by(const std::string& invitation, std::uint32_t send_number,
                    const std::string& name) {
        return ask("POST", path_of_link(invitation, send_number) + "/accept", {},
                   json::serialize(json::object{{"name", name}}), {});
    }
};

TEST_F(HttpSafeguards, TheOpenInvitationsOfWhoGoesAreShownAndTakenOverInTheSameCommand) {
    const std::string olga = join(school, "olga", {{"role", "office"}});
    const Shown sent = invited_by(olga, "tess");
    ASSERT_EQ(sent.status, 201U) << sent.body;
    const json::object row = sent.json.at("rows").at(0).as_object();
    const std::string invitation{row.at("invitation").as_string()};
    const std::string tess{row.at("person").as_string()};
    EXPECT_EQ(get(path_of(tess)).json.at("inviter").at("person"), json::value(olga));
    EXPECT_EQ(get(path_of(tess)).json.at("inviter").at("name"), "olga");
    EXPECT_EQ(get(path_of(tess)).json.at("offer_stands"), true);
    for (const char* list : {"/members?status=pending", "/invitations"}) {
        const Shown shown = get(school.path + list);
        EXPECT_EQ(shown.json.at("members").at(0).at("inviter").at("name"), "olga") << list;
    }

    const Shown hasty = send("DELETE", path_of(olga), {}, school.founder);
    EXPECT_EQ(hasty.status, 422U);
    EXPECT_EQ(hasty.code(), "confirmation_missing") << hasty.body;
    const Shown look = send("DELETE", path_of(olga) + "?dry_run=true", {}, school.founder);
    const json::object left{{"invitation", invitation},
                            {"person", tess},
                            {"outcome", "stays_open"},
                            {"offer_stands", false}};
    EXPECT_EQ(look.json.at("invitations"), json::array{left}) << look.body;
    for (const char* part : {"consequences", "released", "invitations"}) {
        EXPECT_EQ(hasty.json.at(part), look.json.at(part)) << part;
    }
    const json::object over{{"invitations", "take_over"}};
    const Shown gone = send("DELETE", path_of(olga) + "?confirmed=true", over, school.founder);
    ASSERT_EQ(gone.status, 200U) << gone.body;
    EXPECT_EQ(get(path_of(tess)).json.at("inviter").at("person"), json::value(school.founder));
    EXPECT_EQ(link_of(invitation).text("status"), "open");
    EXPECT_EQ(send("DELETE", path_of(tess), {{"invitations", "burn"}}).status, 400U);
}

TEST_F(HttpSafeguards, AnOfferThatStandsNoLongerSaysSoUntilSomebodyElseSendsItAgain) {
    const std::string olga = join(school, "olga", {{"role", "office"}});
    const Shown sent = invited_by(olga, "tess");
    const std::string invitation{sent.json.at("rows").at(0).at("invitation").as_string()};
    ASSERT_EQ(send("DELETE", path_of(olga) + "?confirmed=true", {}, school.founder).status, 200U);
    const Shown list = get(school.path + "/members?status=pending");
    EXPECT_EQ(list.json.at("members").at(0).at("offer_stands"), false) << list.body;
    EXPECT_EQ(link_of(invitation).text("status"), "lapsed");
    EXPECT_EQ(accept(school, invitation, "Tess").code(), "inviter_lost_right");
    pass(std::chrono::hours{1});
    const std::string resend = school.path + "/invitations/" + invitation + "/resend";
    ASSERT_EQ(send("POST", resend, {}, school.founder).status, 200U);
    EXPECT_EQ(link_of(invitation, 2).text("status"), "open");
    EXPECT_EQ(
        get(school.path + "/members?status=pending").json.at("members").at(0).at("offer_stands"),
        true);
    EXPECT_EQ(accept_by(invitation, 2, "Tess").status, 200U);
}

TEST_F(HttpSafeguards, WhoIsSuspendedHasTheirOpenInvitationsShownAndTakenBackInTheSameCommand) {
    const std::string olga = join(school, "olga", {{"role", "office"}});
    const Shown sent = invited_by(olga, "tess");
    const std::string invitation{sent.json.at("rows").at(0).at("invitation").as_string()};
    const json::object back{{"invitations", "cancel"}};
    const std::string suspend = path_of(olga) + "/suspend";
    const Shown look = send("POST", suspend + "?dry_run=true", {}, school.founder);
    EXPECT_EQ(look.json.at("invitations").at(0).at("outcome"), "stays_open") << look.body;
    EXPECT_EQ(look.json.at("invitations").at(0).at("offer_stands"), false);
    const Shown other = send("POST", suspend + "?dry_run=true", back, school.founder);
    EXPECT_EQ(other.json.at("invitations").at(0).at("outcome"), "cancelled") << other.body;
    EXPECT_EQ(link_of(invitation).text("status"), "open") << "nobody did anything yet";
    ASSERT_EQ(send("POST", suspend, back, school.founder).status, 200U);
    EXPECT_EQ(link_of(invitation).code(), "invitation_cancelled");
    EXPECT_TRUE(get(school.path + "/members?status=pending").json.at("members").as_array().empty());
}

TEST_F(HttpSafeguards, AConfirmationIsNoRetryOfWhatWasRefusedForWantOfIt) {
    const std::string tess = join(school, "tess", {{"role", "teacher"}});
    const auto remove = [&](const std::string& query) {
        return ask_with("DELETE", path_of(tess) + query,
                        {authorized(), {"idempotency-key", "once"}});
    };
    EXPECT_EQ(remove("").code(), "confirmation_missing");
    EXPECT_EQ(remove("?confirmed=true").status, 422U) << "another request under the same key";
    EXPECT_EQ(get(path_of(tess)).text("status"), "active");
    EXPECT_EQ(remove("?confirmed=perhaps").status, 400U);
}

TEST_F(HttpSafeguards, WhoComesBackIsToldWhenTheLicenceIsAnotherThanBefore) {
    json::object rules = get("/v1/blueprints/mark").json.as_object();
    rules.at("members").as_object()["suspension"] = true;
    rules.at("members").as_object()["suspension_frees_licence"] = true;
    const Founded company = found(rules, "max");
    const std::string paris =
        send("POST", company.path + "/workspaces", {{"name", "Paris"}}).text("workspace");
    const auto limits = [&](int unlimited, int discovery) {
        return send("PUT", company.path + "/plan",
                    {{"plan", "standard"},
                     {"limits", {{"unlimited", unlimited}, {"discovery", discovery}}}})
            .status;
    };
    ASSERT_EQ(limits(1, 0), 200U);
    const json::object place{{"workspace", paris}, {"role", "collaborator"}};
    const std::string bo = join(company, "bo", {{"workspaces", {place}}});
    const std::string member = company.path + "/members/" + bo;
    ASSERT_EQ(get(member).text("licence"), "unlimited") << "no other was left";
    ASSERT_EQ(send("POST", member + "/suspend").status, 200U);
    ASSERT_EQ(limits(1, 1), 200U);
    const Shown same = send("POST", member + "/reinstate?dry_run=true");
    EXPECT_EQ(same.body.find("instead_of"), std::string::npos) << same.body;
    EXPECT_NE(same.body.find("\"licence\":\"unlimited\""), std::string::npos)
        << "the one they had, though another comes first";
    ASSERT_EQ(limits(0, 1), 200U);
    const Shown another = send("POST", member + "/reinstate?dry_run=true");
    EXPECT_NE(another.body.find("\"instead_of\":\"unlimited\""), std::string::npos) << another.body;
    ASSERT_EQ(send("POST", member + "/reinstate").status, 200U);
    EXPECT_EQ(get(member).text("licence"), "discovery");
}

TEST_F(HttpSafeguards, WhatWasSoAlreadyIsAnsweredUnchangedAndIsNoAcceptedActInTheTrail) {
    const std::string tess = join(school, "tess", {{"role", "teacher"}});
    const json::object same{{"role", "teacher"}};
    const Shown again = send("PUT", path_of(tess) + "/roles", same, school.founder);
    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(again.text("outcome"), "unchanged") << again.body;
    EXPECT_EQ(again.json.as_object().contains("version"), false);
    const std::string trail = school.path + "/audit?kind=ChangeRole";
    EXPECT_EQ(get(trail).json.at("entries").at(0).at("outcome"), "unchanged");
    EXPECT_TRUE(get(trail + "&outcome=accepted").json.at("entries").as_array().empty());
    EXPECT_EQ(get(trail + "&outcome=unchanged").json.at("entries").as_array().size(), 1U);
    const std::string name = get(school.path).text("name");
    EXPECT_EQ(send("PATCH", school.path, {{"name", name}}).text("outcome"), "unchanged");
    // The control: what does change something is accepted.
    const Shown renamed = send("PATCH", school.path, {{"name", "Another"}});
    EXPECT_EQ(renamed.text("outcome"), "");
    EXPECT_FALSE(get(school.path + "/audit?kind=RenameOrganization&outcome=accepted")
                     .json.at("entries")
                     .as_array()
                     .empty());
}

TEST_F(HttpSafeguards, WhoJoinedUnaskedShowsWhatTheInviterGaveUntilTheyActHereThemselves) {
    const Founded company = found("mark", "max");
    const std::string bo = person("bo");
    ASSERT_EQ(send("PUT", "/v1/people/" + bo + "/profile",
                   {{"name", "Robert the Third"}, {"avatar", "https://example.org/bo.png"}})
                  .status,
              200U);
    ASSERT_EQ(send("POST", "/v1/people/" + bo + "/sign-ins").status, 201U);
    const Shown invited = send("POST", company.path + "/invitations",
                               {{"address", "bo@example.org"}, {"name", "Bo"}}, company.founder);
    ASSERT_EQ(invited.json.at("rows").at(0).at("outcome"), "joined") << invited.body;
    ASSERT_EQ(send("POST", "/v1/people/" + bo + "/sign-ins").status, 201U) << "elsewhere";
    const std::string row = company.path + "/members/" + bo;
    EXPECT_EQ(get(row).text("name"), "Bo");
    EXPECT_FALSE(get(row).json.as_object().contains("avatar"));
    EXPECT_FALSE(get(row).json.as_object().contains("last_access"));
    ASSERT_EQ(send("POST", "/v1/people/" + bo + "/sign-ins", {{"organization", company.id}}).status,
              201U);
    EXPECT_EQ(get(row).text("name"), "Robert the Third");
    EXPECT_EQ(get(row).text("avatar"), "https://example.org/bo.png");
    EXPECT_GE(get(row).text("last_access"), get(row).text("joined_at"));
}

}  // namespace
}  // namespace muster::http
