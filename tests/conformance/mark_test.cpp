// The rules of Mark (M1 to M4, M6 to M11) over the HTTP API of the real binary: company roles apart
// from workspace roles, and joining at once.
#include "tests/conformance/mark.h"

namespace muster::testing {
namespace {

TEST_F(Mark, M1_TheCompanyRoleAndTheRoleInEachWorkspaceAreApart) {
    const std::string paris = empty_workspace("Paris");
    const std::string lyon = empty_workspace("Lyon");
    const std::string bo =
        colleague("bo", "member", {place(paris, "editor"), place(lyon, "collaborator")});
    EXPECT_TRUE(check(acme, bo, "content.edit", paris));
    EXPECT_TRUE(check(acme, bo, "ai.generate_unlimited", paris));
    EXPECT_TRUE(check(acme, bo, "ai.generate_limited", lyon));
    EXPECT_FALSE(check(acme, bo, "ai.generate_unlimited", lyon)) << "limited in Lyon";
    EXPECT_FALSE(check(acme, bo, "content.edit")) << "nothing outside of workspaces";
    EXPECT_FALSE(check(acme, bo, "billing.manage"));

    EXPECT_EQ(ada().put(path_of(bo) + "/roles", {{"role", "billing_admin"}}).status, 200);
    EXPECT_TRUE(check(acme, bo, "billing.manage"));
    EXPECT_EQ(role_in(row(bo), paris), "editor") << "as before";
    EXPECT_EQ(ada().put(path_of(bo) + "/workspaces/" + paris, {{"role", "guest"}}).status, 200);
    restart();
    EXPECT_EQ(role_of(bo), "billing_admin") << "as before";
    EXPECT_EQ(role_in(row(bo), paris), "guest");
    EXPECT_EQ(role_in(row(bo), lyon), "collaborator");
    EXPECT_FALSE(check(acme, bo, "content.edit", paris));
    EXPECT_TRUE(check(acme, bo, "content.view", paris));
    EXPECT_EQ(audit(acme, "?kind=WorkspaceRoleAssigned").size(), 1U);
}

TEST_F(Mark, M1_InOurReadingWhoMakesAWorkspaceIsItsAdmin) {
    const std::string paris = workspace(acme, "Paris");
    EXPECT_EQ(role_in(row(acme.founder), paris), "admin");
    EXPECT_TRUE(check(acme, acme.founder, "workspace.settings", paris));
    EXPECT_EQ(ledger("unlimited"), "0 reserved, 1 used");
    const auto made = audit(acme, "?kind=WorkspaceCreated");
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(events_of(made[0]), "WorkspaceCreated WorkspaceRoleAssigned LicenceChanged");
}

TEST_F(Mark, M2_FourCompanyRolesWithThePrintedMatrix) {
    const std::vector<std::string> columns{"members.manage", "roles.assign", "billing.manage",
                                           "workspaces.join"};
    const std::vector<std::pair<std::string, std::string>> printed{{"super_admin", "1111"},
                                                                   {"team_admin", "1101"},
                                                                   {"billing_admin", "0011"},
                                                                   {"member", "0001"}};
    EXPECT_EQ(ada().get(acme.path + "/roles").json().at("roles").as_array().size(), 4U);
    const std::string bo = colleague("bo", "member");
    for (const auto& [role, cells] : printed) {
        EXPECT_EQ(ada().put(path_of(bo) + "/roles", {{"role", role}}).status, 200);
        std::string answers;
        for (const std::string& permission : columns) {
            answers += check(acme, bo, permission) ? '1' : '0';
        }
        EXPECT_EQ(answers, cells) << role;
    }
}

TEST_F(Mark, M2_EveryCompanyRoleCanJoinAWorkspace) {
    const std::string paris = empty_workspace("Paris");
    for (const std::string role : {"super_admin", "team_admin", "billing_admin", "member"}) {
        const std::string id = colleague("the-" + role, role);
        EXPECT_EQ(ada().put(path_of(id) + "/workspaces/" + paris, {{"role", "guest"}}).status, 200);
        EXPECT_TRUE(check(acme, id, "content.view", paris)) << role;
    }
    EXPECT_EQ(members(acme, "?workspace=" + paris).size(), 4U);
}

TEST_F(Mark, M2_WithoutTheFourthColumnNobodyIsPlacedAndWithItTheFounderPlacesHerself) {
    const std::string paris = empty_workspace("Paris");
    const Reply placed =
        ada().put(path_of(acme.founder) + "/workspaces/" + paris, {{"role", "editor"}});
    EXPECT_EQ(placed.status, 200) << placed.body;
    EXPECT_EQ(role_in(row(acme.founder), paris), "editor") << "a workspace she did not make";

    // The same rules with the column taken from Member.
    object rules = the_operator().get("/v1/blueprints/mark").json().as_object();
    for (auto& role : rules.at("roles").as_array()) {
        if (role.at("id") == "member") role.as_object()["gives"] = array{"company.view"};
    }
    const std::string bo = colleague("bo", "member");
    ASSERT_EQ(the_operator().put(acme.path + "/blueprint", {{"blueprint", rules}}).status, 200);
    const std::string there = path_of(bo) + "/workspaces/" + paris;
    EXPECT_EQ(ada().put(there, {{"role", "editor"}}).code(), "workspace_joining_not_allowed");
    const Reply invited = invite_all({line("cy", {place(paris, "guest")})});
    EXPECT_EQ(invited.code(), "workspace_joining_not_allowed") << invited.body;
    EXPECT_EQ(ada().put(path_of(bo) + "/roles", {{"role", "team_admin"}}).status, 200);
    EXPECT_EQ(ada().put(there, {{"role", "editor"}}).status, 200);
}

TEST_F(Mark, M3_AsManyAsNeededAreInvitedInOneGoEachWithAllTheirWorkspaces) {
    const std::vector<std::string> workspaces{empty_workspace("Paris"), empty_workspace("Lyon"),
                                              empty_workspace("Nice")};
    constexpr std::size_t count = 60;
    array people;
    for (std::size_t number = 0; number < count; ++number) {
        array places;
        for (std::size_t each = 0; each < number % 4; ++each) {
            places.push_back(place(workspaces[each], "editor"));
        }
        people.push_back(line("person" + std::to_string(number), std::move(places)));
    }
    const Reply reply = invite_all(people);
    ASSERT_EQ(reply.status, 201) << reply.body;
    ASSERT_EQ(reply.json().at("rows").as_array().size(), count);
    restart();
    EXPECT_EQ(members(acme, "?status=pending&limit=100").size(), count);
    const std::string last{reply.json().at("rows").at(count - 1).at("person").as_string()};
    EXPECT_EQ(row(last).at("workspaces").as_array().size(), 3U);
    EXPECT_EQ(members(acme, "?workspace=" + workspaces[0] + "&limit=100").size(), count * 3 / 4);
    const auto commits = audit(acme, "?kind=InvitationIssued");
    ASSERT_EQ(commits.size(), 1U) << "one act";
    EXPECT_EQ(commits[0].at("events").as_array().size(), count);
}

TEST_F(Mark, M4_InTheLastStepEachPersonIsGivenARoleInEachWorkspace) {
    const std::string paris = empty_workspace("Paris");
    const std::string lyon = empty_workspace("Lyon");
    const object in_paris{{"workspace", paris}};
    const object in_lyon{{"workspace", lyon}};
    const array first_step{line("bo", {in_paris, in_lyon}), line("cy", {in_paris, in_lyon})};
    const Reply unfinished = invite_all(first_step);
    EXPECT_EQ(unfinished.status, 422);
    EXPECT_EQ(unfinished.code(), "workspace_role_missing");
    const auto verdicts = unfinished.json().at("rows").as_array();
    for (const auto& verdict : verdicts) {
        EXPECT_EQ(verdict.at("code"), "workspace_role_missing");
    }
    const Reply half = invite_all(
        {line("bo", {place(paris, "editor"), in_lyon}), line("cy", {place(paris, "guest")})});
    EXPECT_EQ(half.code(), "workspace_role_missing") << "in each workspace";
    EXPECT_EQ(members(acme).size(), 1U) << "nobody was invited";

    // Our reading: one role per workspace, different ones or the same one everywhere.
    const Reply done =
        invite_all({line("bo", {place(paris, "editor"), place(lyon, "guest")}),
                    line("cy", {place(paris, "reviewer"), place(lyon, "reviewer")})});
    ASSERT_EQ(done.status, 201) << done.body;
    sign_up("bo");
    sign_up("cy");
    restart();
    const std::string bo{done.json().at("rows").at(0).at("person").as_string()};
    const std::string cy{done.json().at("rows").at(1).at("person").as_string()};
    EXPECT_EQ(role_in(row(bo), paris), "editor");
    EXPECT_EQ(role_in(row(bo), lyon), "guest");
    EXPECT_EQ(role_in(row(cy), paris), "reviewer");
    EXPECT_EQ(role_in(row(cy), lyon), "reviewer");
}

TEST_F(Mark, M6_AKnownAccountJoinsAtOnceAndAnybodyElseGetsAMailAndJoinsOnSignUp) {
    const std::string paris = empty_workspace("Paris");
    const std::string bo = person("bo");
    const Reply reply =
        invite_all({line("bo", {place(paris, "editor")}), line("cy", {place(paris, "guest")})});
    ASSERT_EQ(reply.status, 201) << reply.body;
    EXPECT_EQ(reply.json().at("rows").at(0).at("outcome"), "joined");
    EXPECT_EQ(reply.json().at("rows").at(1).at("outcome"), "invited");
    const std::string cy{reply.json().at("rows").at(1).at("person").as_string()};
    EXPECT_EQ(row(bo).at("status"), "active") << "with nothing to accept";
    EXPECT_EQ(row(cy).at("status"), "pending");
    sign_up("cy");
    EXPECT_EQ(token_in_outbox("bo@example.org", 1), "") << "no mail asks bo for anything";
    restart();
    EXPECT_EQ(row(bo).at("status"), "active");
    EXPECT_EQ(row(cy).at("status"), "active");
    EXPECT_EQ(role_in(row(bo), paris), "editor");
    EXPECT_EQ(role_in(row(cy), paris), "guest");
    EXPECT_EQ(the_operator().get("/v1/people/" + cy).text("verified"), "true");
    const auto joins = audit(acme, "?kind=MemberJoined&subject=" + bo);
    ASSERT_EQ(joins.size(), 1U);
    EXPECT_EQ(joins[0].at("command").at("command"), "InviteMember") << "when the inviter confirmed";
}

TEST_F(Mark, M6_SigningUpElsewhereJoinsEveryCompanyThatAwaitsThePersonInOneCommit) {
    const std::string paris = empty_workspace("Paris");
    const Founded second = found("mark", "max");
    const Founded other = found("conance", "coco");
    const std::string bo = invited("bo", {place(paris, "editor")});
    Client max = server->client_for(second.founder);
    EXPECT_EQ(max.post(second.path + "/invitations", line("bo")).status, 201);
    invite(other, "bo", "user");

    object account{{"address", "bo@example.org"}, {"name", "Bo"}};
    EXPECT_EQ(the_operator().post("/v1/people", account).status, 201);
    EXPECT_EQ(row(bo).at("status"), "pending") << "until the address is verified";
    account["verified"] = true;
    const Reply registered = the_operator().post("/v1/people", account);
    ASSERT_EQ(registered.status, 201) << registered.body;
    restart();
    EXPECT_EQ(row(bo).at("status"), "active");
    EXPECT_EQ(row(bo).at("licence"), "unlimited");
    EXPECT_EQ(members(second, "?status=pending").size(), 0U);
    EXPECT_EQ(members(other, "?status=pending").size(), 1U) << "there a click is wanted";
    for (const Founded& company : {acme, second}) {
        const auto joins = audit(company, "?kind=MemberJoined&subject=" + bo);
        ASSERT_EQ(joins.size(), 1U);
        EXPECT_EQ(boost::json::serialize(joins[0].at("position")), registered.text("position"));
    }
    const Reply commit =
        the_operator().get("/v1/log/commits?limit=1&from=" + registered.text("position"));
    EXPECT_EQ(events_of(commit.json()),
              "PersonRegistered InvitationAccepted MemberJoined InvitationAccepted MemberJoined");
}

TEST_F(Mark, M7_ACompanyRoleIsChangedAfterAConfirmationAndTakesEffectAtOnce) {
    const std::string bo = colleague("bo", "member");
    Client as_bo = server->client_for(bo);
    EXPECT_EQ(as_bo.post(acme.path + "/invitations", line("cy")).code(), "not_allowed");
    const std::string roles = path_of(bo) + "/roles";
    const Reply look = ada().put(roles + "?dry_run=true", {{"role", "team_admin"}});
    ASSERT_EQ(look.status, 200) << look.body;
    const auto consequence = look.json().at("consequences").at(0);
    EXPECT_EQ(consequence.at("event"), "MemberRolesChanged");
    EXPECT_EQ(consequence.at("roles").at(0), "team_admin");
    EXPECT_EQ(role_of(bo), "member") << "asking changed nothing";

    EXPECT_EQ(ada().put(roles, {{"role", "team_admin"}}).status, 200);
    EXPECT_EQ(as_bo.post(acme.path + "/invitations", line("cy")).status, 201);
    const Reply unknown = ada().put(roles, {{"role", "emperor"}});
    EXPECT_EQ(unknown.status, 422);
    EXPECT_EQ(unknown.code(), "role_not_found");
    restart();
    EXPECT_EQ(role_of(bo), "team_admin");
    const auto changes = audit(acme, "?kind=MemberRolesChanged&subject=" + bo);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].at("actor").at("person"), acme.founder.c_str());
}

TEST_F(Mark, M8_RemovalIsConfirmedTakesThePersonOutOfEveryWorkspaceAndTheyCanComeBack) {
    const std::string paris = empty_workspace("Paris");
    const std::string lyon = empty_workspace("Lyon");
    const std::string bo =
        colleague("bo", "member", {place(paris, "editor"), place(lyon, "guest")});
    Client as_bo = server->client_for(bo);
    EXPECT_EQ(as_bo.get(acme.path + "/members").status, 200);
    const Reply look = ada().remove(path_of(bo) + "?dry_run=true");
    ASSERT_EQ(look.status, 200) << look.body;
    EXPECT_EQ(look.json().at("consequences").at(0).at("event"), "MemberRemoved");
    EXPECT_EQ(look.json().at("released").at("workspaces").as_array().size(), 2U);
    EXPECT_EQ(row(bo).at("status"), "active") << "asking changed nothing";

    const Reply removed = ada().remove(path_of(bo) + "?confirmed=true");
    ASSERT_EQ(removed.status, 200) << removed.body;
    EXPECT_EQ(removed.json().at("released").at("workspaces").as_array().size(), 2U);
    EXPECT_EQ(as_bo.get(acme.path + "/members").code(), "organization_not_found");
    restart();
    EXPECT_FALSE(check(acme, bo, "content.view", paris));
    for (const std::string& each : {paris, lyon}) {
        const Reply shown = the_operator().get(acme.path + "/workspaces/" + each);
        EXPECT_TRUE(shown.json().at("members").as_array().empty()) << shown.body;
    }
    EXPECT_EQ(ledger("unlimited"), "0 reserved, 0 used");
    EXPECT_EQ(audit(acme, "?kind=MemberRemoved&subject=" + bo).size(), 1U);
    EXPECT_EQ(ada().post(acme.path + "/invitations", line("bo")).status, 201);
    EXPECT_EQ(row(bo).at("status"), "active");
    EXPECT_TRUE(row(bo).at("workspaces").as_array().empty());
}

TEST_F(Mark, M9_OnlySuperAdminsAndTeamAdminsInviteRemoveAndAssignRoles) {
    const std::string paris = empty_workspace("Paris");
    for (const std::string role : {"super_admin", "team_admin", "billing_admin", "member"}) {
        const bool may = role == "super_admin" || role == "team_admin";
        const std::string actor = colleague("the-" + role, role);
        const std::string target = colleague("target-of-" + role, "member");
        Client client = server->client_for(actor);
        const std::string before = version();
        const std::vector<Reply> replies{
            client.post(acme.path + "/invitations", line("invited-by-" + role)),
            client.put(path_of(target) + "/roles", {{"role", "billing_admin"}}),
            client.put(path_of(target) + "/workspaces/" + paris, {{"role", "editor"}}),
            client.remove(path_of(target) + "?confirmed=true"),
        };
        for (const Reply& reply : replies) {
            EXPECT_EQ(reply.ok(), may) << role << ": " << reply.body;
            if (may) continue;
            EXPECT_EQ(reply.status, 403);
            EXPECT_EQ(reply.code(), "not_allowed");
        }
        EXPECT_EQ(version() == before, !may) << role;
    }
    EXPECT_EQ(audit(acme, "?outcome=refused").size(), 8U);
}

TEST_F(Mark, M9_ATeamAdminAppointsAndRemovesAnybodyAsPrintedAndNeverRaisesThemselves) {
    const std::string paris = empty_workspace("Paris");
    const std::string tom = colleague("tom", "team_admin");
    const std::string bo = colleague("bo", "member");
    Client as_tom = server->client_for(tom);
    for (const std::string role : {"team_admin", "member", "billing_admin", "super_admin"}) {
        EXPECT_EQ(as_tom.put(path_of(bo) + "/roles", {{"role", role}}).status, 200) << role;
        EXPECT_EQ(role_of(bo), role);
    }
    for (const std::string role :
         {"admin", "compliance_admin", "reviewer", "editor", "collaborator", "guest"}) {
        const std::string there = path_of(bo) + "/workspaces/" + paris;
        EXPECT_EQ(as_tom.put(there, {{"role", role}}).status, 200) << role;
    }
    EXPECT_EQ(as_tom.remove(path_of(bo) + "?confirmed=true").status, 200)
        << "a super admin, who is not the last";

    const std::string before = version();
    const std::vector<Reply> raises{
        as_tom.put(path_of(tom) + "/roles", {{"role", "super_admin"}}),
        as_tom.put(path_of(tom) + "/roles", {{"role", "billing_admin"}}),
    };
    for (const Reply& reply : raises) {
        EXPECT_EQ(reply.status, 403) << reply.body;
        EXPECT_EQ(reply.code(), "beyond_own_permissions");
    }
    EXPECT_EQ(version(), before);
    EXPECT_EQ(as_tom.put(path_of(tom) + "/workspaces/" + paris, {{"role", "admin"}}).status, 200)
        << "but places themselves as anybody";
    restart();
    EXPECT_EQ(role_of(tom), "team_admin");
}

TEST_F(Mark, M10_TheLastSuperAdminIsNeitherRemovedNorChangedByAnybodyInTheCompany) {
    const std::string tom = colleague("tom", "team_admin");
    const std::string before = version();
    const std::string last = path_of(acme.founder);
    for (const std::string& actor : {acme.founder, tom, std::string{}}) {
        Client client = server->client_for(actor);  // nobody named: the operator
        const Reply removed = client.remove(last);
        EXPECT_EQ(removed.status, 409);
        EXPECT_EQ(removed.code(), "last_protected_holder");
        const Reply changed = client.put(last + "/roles", {{"role", "member"}});
        EXPECT_EQ(changed.status, 409);
        EXPECT_EQ(changed.code(), "last_protected_holder");
    }
    const Reply by_tom = server->client_for(tom).post(last + "/replace-protected-holder",
                                                      {{"successor", tom}, {"reason", "a coup"}});
    EXPECT_EQ(by_tom.status, 403);
    EXPECT_EQ(by_tom.code(), "operator_only");
    EXPECT_EQ(version(), before);
    restart();
    EXPECT_EQ(role_of(acme.founder), "super_admin");
}

TEST_F(Mark, M10_TheOperatorReplacesTheLastSuperAdminInOneActWithItsReasonOnRecord) {
    const std::string bo = colleague("bo", "member");
    const std::string replace = path_of(acme.founder) + "/replace-protected-holder";
    const std::string before = version();
    const Reply mute = the_operator().post(replace, {{"successor", bo}});
    EXPECT_EQ(mute.status, 422);
    EXPECT_EQ(mute.code(), "reason_missing");
    object act{{"successor", bo}, {"roles", {"member"}}, {"reason", "Ada lost her credentials"}};
    const Reply look = the_operator().post(replace + "?dry_run=true", act);
    EXPECT_EQ(look.json().at("consequences").as_array().size(), 2U) << look.body;
    EXPECT_EQ(version(), before);
    ASSERT_EQ(the_operator().post(replace, act).status, 200);
    EXPECT_EQ(role_of(bo), "super_admin");
    EXPECT_EQ(role_of(acme.founder), "member");

    // Without roles the replaced one is removed.
    act = {{"successor", acme.founder}, {"reason", "Bo has left"}};
    const Reply removed = the_operator().post(path_of(bo) + "/replace-protected-holder", act);
    ASSERT_EQ(removed.status, 200) << removed.body;
    EXPECT_TRUE(removed.json().as_object().contains("released"));
    restart();
    EXPECT_EQ(role_of(acme.founder), "super_admin");
    EXPECT_EQ(row(bo).at("status"), "former");
    const auto acts = audit(acme, "?kind=ReplaceProtectedHolder&outcome=accepted");
    ASSERT_EQ(acts.size(), 2U);
    EXPECT_EQ(acts[0].at("reason"), "Bo has left");
    EXPECT_EQ(acts[0].at("actor").at("kind"), "operator");
    EXPECT_EQ(events_of(acts[0]), "MemberRolesChanged MemberRemoved");
    EXPECT_EQ(acts[1].at("reason"), "Ada lost her credentials");
    EXPECT_EQ(acts[1].at("command").at("successor"), bo.c_str());
}

TEST_F(Mark, M11_AnInvitationAsksForNoCompanyRoleAndTheNewcomerStartsAsMember) {
    object with_role = line("bo");
    with_role["role"] = "team_admin";
    const Reply refused = ada().post(acme.path + "/invitations", with_role);
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.code(), "role_not_asked_for");
    EXPECT_EQ(members(acme).size(), 1U);
    const auto offers = ada().get(acme.path + "/offerable-roles").json();
    for (const auto& offer : offers.at("roles").as_array()) {
        EXPECT_EQ(offer.at("code"), "role_not_asked_for");
    }
    const std::string bo = invited("bo");
    EXPECT_EQ(role_of(bo), "member");
    const Reply early = ada().put(path_of(bo) + "/roles", {{"role", "team_admin"}});
    EXPECT_EQ(early.code(), "member_pending");
    sign_up("bo");
    EXPECT_EQ(role_of(bo), "member");
    EXPECT_EQ(ada().put(path_of(bo) + "/roles", {{"role", "team_admin"}}).status, 200);
    restart();
    EXPECT_EQ(role_of(bo), "team_admin");
}

}  // namespace
}  // namespace muster::testing
