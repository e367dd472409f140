// The rules of Conance (C1 to C15) over the HTTP API of the real binary.
#include "tests/e2e/scene.h"

namespace muster::testing {
namespace {

using Conance = Scene;

TEST_F(Conance, C1_TheListShowsNameAddressRoleStatusAndLastSignIn) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    Client client = the_operator();
    EXPECT_EQ(
        client.post("/v1/people/" + acme.founder + "/sign-ins", {{"organization", acme.id}}).status,
        201);
    const auto rows = members(acme, "?status=active");
    ASSERT_EQ(rows.size(), 1U);
    const auto& row = rows[0].as_object();
    EXPECT_EQ(row.at("name"), "ada");
    EXPECT_EQ(row.at("address"), "ada@example.org");
    EXPECT_EQ(row.at("roles").at(0), "administrator");
    EXPECT_TRUE(row.contains("last_access"));
    EXPECT_FALSE(members(acme, "?status=pending")[0].as_object().contains("last_access"));
}

TEST_F(Conance, C2_C3_C4_AnInvitedPersonIsPendingUntilTheLinkMakesThemAMember) {
    const Founded acme = found("conance");
    const std::string bo = invite(acme, "bo", "user");
    ASSERT_EQ(members(acme, "?status=pending").size(), 1U);
    const std::string token = token_to("bo");
    Client nobody{server->port(), ""};
    for (int looks = 0; looks < 3; ++looks) {
        EXPECT_EQ(nobody.get("/v1/invitations/" + token).text("status"), "open");
    }
    EXPECT_EQ(nobody.post("/v1/invitations/" + token + "/accept", {{"name", "Bo"}}).status, 200);
    restart();
    EXPECT_TRUE(members(acme, "?status=pending").empty());
    Client client = the_operator();
    const Reply row = client.get(acme.path + "/members/" + bo);
    EXPECT_EQ(row.text("status"), "active");
    EXPECT_EQ(row.text("name"), "Bo");
    EXPECT_EQ(row.json().at("roles").at(0), "user");
}

TEST_F(Conance, C3_AnAccountAcceptsAsItselfAndNobodyElseCan) {
    const Founded acme = found("conance");
    const std::string bo = person("bo");
    const std::string eve = person("eve");
    invite(acme, "bo", "user");
    const std::string accept = "/v1/invitations/" + token_to("bo") + "/accept";
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.post(accept).code(), "sign_in_required");
    Client as_eve = server->client_for(eve);
    EXPECT_EQ(as_eve.post(accept).code(), "invitation_for_another_address");
    Client as_bo = server->client_for(bo);
    EXPECT_EQ(as_bo.post(accept).status, 200);
    EXPECT_EQ(as_bo.post(accept).code(), "invitation_accepted");
}

TEST_F(Conance, C5_ResendingMakesANewLinkAndKillsTheOldOne) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    const std::string first = token_to("bo");
    Client ada = server->client_for(acme.founder);
    const std::string invitation{members(acme, "?status=pending")[0].at("invitation").as_string()};
    EXPECT_EQ(ada.post(acme.path + "/invitations/" + invitation + "/resend").status, 200);
    const std::string second = token_to("bo", 2);
    EXPECT_NE(first, second);
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.post("/v1/invitations/" + first + "/accept", {{"name", "Bo"}}).code(),
              "invitation_superseded");
    EXPECT_EQ(nobody.post("/v1/invitations/" + second + "/accept", {{"name", "Bo"}}).status, 200);
}

TEST_F(Conance, C6_CancellingTakesItOffTheListAndStaysInTheAuditTrail) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    const std::string token = token_to("bo");
    Client ada = server->client_for(acme.founder);
    const std::string invitation{members(acme, "?status=pending")[0].at("invitation").as_string()};
    EXPECT_EQ(ada.post(acme.path + "/invitations/" + invitation + "/cancel").status, 200);
    EXPECT_TRUE(members(acme, "?status=pending").empty());
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.post("/v1/invitations/" + token + "/accept", {{"name", "Bo"}}).code(),
              "invitation_cancelled");
    restart();
    Client client = the_operator();
    const Reply audit = client.get(acme.path + "/audit?kind=InvitationCancelled");
    EXPECT_EQ(audit.json().at("entries").as_array().size(), 1U) << audit.body;
}

TEST_F(Conance, C7_AnInvitationExpiresAfterSevenDays) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    Client client = the_operator();
    const auto row = members(acme, "?status=pending")[0].as_object();
    const std::string invited{row.at("invited_at").as_string()};
    const std::string expires{row.at("expires_at").as_string()};
    EXPECT_EQ(invited.substr(10), expires.substr(10)) << "a whole number of days";
    // That it no longer works after that time is shown where the clock is ours: tests/domain,
    // tests/api.
}

TEST_F(Conance, C8_ARoleChangeCanBeLookedAtBeforeItIsMade) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "user");
    Client ada = server->client_for(acme.founder);
    const std::string roles = acme.path + "/members/" + bo + "/roles";
    const Reply look = ada.put(roles + "?dry_run=true", {{"role", "administrator"}});
    EXPECT_EQ(look.status, 200);
    EXPECT_EQ(look.json().at("consequences").at(0).at("event"), "MemberRolesChanged");
    EXPECT_EQ(ada.get(acme.path + "/members/" + bo).json().at("roles").at(0), "user");
    EXPECT_EQ(ada.put(roles, {{"role", "administrator"}}).status, 200);
    EXPECT_EQ(ada.get(acme.path + "/members/" + bo).json().at("roles").at(0), "administrator");
}

TEST_F(Conance, C9_TheLastAdministratorStays) {
    const Founded acme = found("conance");
    Client ada = server->client_for(acme.founder);
    const std::string self = acme.path + "/members/" + acme.founder;
    EXPECT_EQ(ada.remove(self).code(), "last_protected_holder");
    EXPECT_EQ(ada.put(self + "/roles", {{"role", "user"}}).code(), "last_protected_holder");
    Client client = the_operator();
    EXPECT_EQ(client.remove(self).code(), "last_protected_holder");
}

TEST_F(Conance, C10_C11_C12_ARemovedMemberIsOutAtOnceStaysOnRecordAndCanComeBack) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "administrator");
    Client ada = server->client_for(acme.founder);
    Client as_bo = server->client_for(bo);
    EXPECT_EQ(as_bo.get(acme.path + "/members").status, 200);
    EXPECT_EQ(ada.remove(acme.path + "/members/" + bo).status, 200);
    EXPECT_EQ(as_bo.get(acme.path + "/members").code(), "organization_not_found");
    EXPECT_EQ(
        as_bo.post(acme.path + "/invitations", {{"address", "x@example.org"}, {"role", "user"}})
            .code(),
        "organization_not_found");
    restart();
    Client client = the_operator();
    const Reply trail = client.get(acme.path + "/audit?subject=" + bo);
    EXPECT_NE(trail.body.find("bo@example.org"), std::string::npos) << "still attributable";
    invite(acme, "bo", "user");
    EXPECT_EQ(members(acme, "?status=pending").size(), 1U);
}

TEST_F(Conance, C13_TheFreePlanHasThreeSeatsAndSaysWhereTheLimitIsRaised) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    invite(acme, "cy", "user");
    Client ada = server->client_for(acme.founder);
    const boost::json::object fourth{{"address", "di@example.org"}, {"role", "user"}};
    const Reply full = ada.post(acme.path + "/invitations", fourth);
    EXPECT_EQ(full.code(), "seat_limit_reached");
    EXPECT_EQ(full.text("plan"), acme.path + "/plan");
    EXPECT_EQ(ada.put(acme.path + "/plan", {{"plan", "premium"}}).code(), "operator_only");
    Client client = the_operator();
    EXPECT_EQ(
        client.put(acme.path + "/plan", {{"plan", "premium"}, {"limits", {{"member", 4}}}}).status,
        200);
    EXPECT_EQ(ada.post(acme.path + "/invitations", fourth).status, 201);
    const Reply plan = client.get(acme.path + "/plan");
    EXPECT_EQ(plan.json().at("licences").at("member").at("reserved"), 3);
}

TEST_F(Conance, C14_C15_TwoRolesFromTheStartAndRolesOfItsOwn) {
    const Founded acme = found("conance");
    Client ada = server->client_for(acme.founder);
    const Reply made = ada.post(acme.path + "/roles",
                                {{"name", "Recruteur"}, {"permissions", {"members.invite"}}});
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(ada.get(acme.path + "/roles").json().at("roles").as_array().size(), 3U);
    const std::string bo = join(acme, "bo", made.text("role"));
    Client as_bo = server->client_for(bo);
    EXPECT_EQ(as_bo
                  .post(acme.path + "/invitations",
                        {{"address", "cy@example.org"}, {"role", "administrator"}})
                  .status,
              403)
        << "nobody grants what they do not hold";
}

}  // namespace
}  // namespace muster::testing
