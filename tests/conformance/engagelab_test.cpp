// The rules of EngageLab (E1 to E19) over the HTTP API of the real binary.
#include "tests/program/scene.h"

#include <algorithm>
#include <set>

namespace muster::testing {
namespace {

namespace json = boost::json;

class EngageLab : public Scene {
 protected:
    Founded lab = found("engagelab");

    Client as(const std::string& person) const { return server->client_for(person); }

    /// A role of the organisation's own; its id.
    std::string role(const std::string& name, const json::array& permissions = {}) const {
        const Reply made =
            as(lab.founder)
                .post(lab.path + "/roles", {{"name", name}, {"permissions", permissions}});
        EXPECT_EQ(made.status, 201) << made.body;
        return made.text("role");
    }
    Reply edit(const std::string& role_id, const json::value& change) const {
        return as(lab.founder).send("PATCH", lab.path + "/roles/" + role_id, serialize(change));
    }
    std::string member_path(const std::string& person) const {
        return lab.path + "/members/" + person;
    }
    json::object row_of(const std::string& person) const {
        return the_operator().get(member_path(person)).json().as_object();
    }
    std::size_t entries(const std::string& kind) const {
        const Reply trail = the_operator().get(lab.path + "/audit?kind=" + kind);
        return trail.json().at("entries").as_array().size();
    }
    std::set<std::string> names_of_roles(const std::string& person) const {
        std::set<std::string> held;
        const json::object row = row_of(person);
        for (const json::value& id : row.at("roles").as_array()) held.emplace(id.as_string());
        return held;
    }
};

TEST_F(EngageLab, E1_ManyRolesEachWithItsOwnScopePerModuleAndViewable) {
    const std::string senders = role("Senders", {"push.messages.send"});
    const std::string readers = role("Readers", {"email.reports.view"});
    const Reply shown = as(lab.founder).get(lab.path + "/roles/" + senders);
    ASSERT_EQ(shown.status, 200) << shown.body;
    EXPECT_EQ(shown.text("name"), "Senders");
    const json::value role_shown = shown.json();
    std::set<std::string> given;
    std::set<std::string> implied;
    for (const json::value& module : role_shown.at("modules").as_array()) {
        EXPECT_EQ(module.at("module"), "Push");
        for (const json::value& permission : module.at("permissions").as_array()) {
            auto& where = permission.at("given").as_bool() ? given : implied;
            where.emplace(permission.at("permission").as_string());
        }
    }
    EXPECT_EQ(given, (std::set<std::string>{"push.messages.send"}));
    EXPECT_EQ(implied, (std::set<std::string>{"push.access", "push.messages.view"}));
    restart();
    EXPECT_EQ(as(lab.founder).get(lab.path + "/roles/" + readers).text("name"), "Readers");
}

TEST_F(EngageLab, E2_MembersAreAddedInBulk) {
    const json::object everybody{{"mode", "each"},
                                 {"people",
                                  {{{"address", "bo@example.org"}, {"role", "admin"}},
                                   {{"address", "ada@example.org"}, {"role", "admin"}},
                                   {{"address", "cy@example.org"}, {"role", "admin"}}}}};
    const std::string invitations = lab.path + "/invitations";
    const Reply tried = as(lab.founder).post(invitations + "?dry_run=true", everybody);
    EXPECT_EQ(tried.status, 200) << tried.body;
    EXPECT_TRUE(members(lab, "?status=pending").empty());
    const Reply added = as(lab.founder).post(invitations, everybody);
    ASSERT_EQ(added.status, 201) << added.body;
    const json::value answer = added.json();
    const json::array& rows = answer.at("rows").as_array();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].at("outcome"), "invited");
    EXPECT_EQ(rows[1].at("code"), "already_member");
    EXPECT_EQ(rows[2].at("outcome"), "invited");
    EXPECT_EQ(members(lab, "?status=pending").size(), 2U);
    EXPECT_EQ(entries("InviteMember"), 1U) << "one commit";

    json::object all_or_none = everybody;
    all_or_none["mode"] = "atomic";
    EXPECT_EQ(as(lab.founder).post(invitations, all_or_none).status, 409);
}

TEST_F(EngageLab, E3_AMemberIsDisabledEnabledAndDeleted) {
    const std::string bo = join(lab, "bo", "admin");
    EXPECT_EQ(as(lab.founder).post(member_path(bo) + "/suspend").status, 200);
    EXPECT_EQ(row_of(bo).at("status"), "suspended");
    EXPECT_EQ(as(lab.founder).post(member_path(bo) + "/reinstate").status, 200);
    EXPECT_EQ(row_of(bo).at("status"), "active");
    EXPECT_EQ(as(lab.founder).remove(member_path(bo) + "?confirmed=true").status, 200);
    restart();
    EXPECT_EQ(row_of(bo).at("status"), "former");
    EXPECT_EQ(entries("MemberSuspended"), 1U);
    EXPECT_EQ(entries("MemberReinstated"), 1U);
    EXPECT_EQ(entries("MemberRemoved"), 1U);
}

TEST_F(EngageLab, E4_TheListShowsNameIdStatusSecondFactorAccessCreationAndWhatTheViewerMayDo) {
    const std::string bo = join(lab, "bo", "admin");
    const std::string reader = role("Readers", {"members.view"});
    const std::string cy = join(lab, "cy", reader);
    invite(lab, "dee", "admin");
    ASSERT_EQ(
        the_operator().post("/v1/people/" + bo + "/sign-ins", {{"organization", lab.id}}).status,
        201);
    const Reply list = as(lab.founder).get(lab.path + "/members");
    const json::value page = list.json();
    for (const json::value& row : page.at("members").as_array()) {
        EXPECT_FALSE(row.at("address").as_string().empty());
        EXPECT_TRUE(row.as_object().contains("operations"));
        const bool pending = row.at("status") == "pending";
        EXPECT_EQ(row.as_object().contains("two_factor"), !pending);
        EXPECT_EQ(row.as_object().contains("joined_at"), !pending);
        if (row.at("person") == bo.c_str()) {
            EXPECT_TRUE(row.as_object().contains("last_access"));
            EXPECT_EQ(row.at("operations"), (json::array{"change_role", "suspend", "remove"}));
        }
        if (pending) {
            EXPECT_EQ(row.at("operations"), (json::array{"change_role", "resend", "cancel"}));
        }
    }
    const json::value seen = as(cy).get(lab.path + "/members").json();
    for (const json::value& row : seen.at("members").as_array()) {
        const json::array expected =
            row.at("person") == cy.c_str() ? json::array{"leave"} : json::array{};
        EXPECT_EQ(row.at("operations"), expected);
    }
}

TEST_F(EngageLab, E5_WhoIsNotRegisteredRegistersAndAcceptsInOneStep) {
    const std::string bo = invite(lab, "bo", "admin");
    EXPECT_EQ(row_of(bo).at("status"), "pending");
    EXPECT_EQ(the_operator().get("/v1/people/" + bo).code(), "person_not_found");
    Client nobody{server->port(), ""};
    const Reply joined =
        nobody.post("/v1/invitations/" + token_to("bo") + "/accept", {{"name", "Bo"}});
    ASSERT_EQ(joined.status, 200) << joined.body;
    restart();
    EXPECT_EQ(row_of(bo).at("status"), "active");
    EXPECT_EQ(the_operator().get("/v1/people/" + bo).text("name"), "Bo");
    const Reply commit = the_operator().get(lab.path + "/audit?kind=MemberJoined&subject=" + bo);
    const json::value trail = commit.json();
    std::set<std::string> events;
    for (const json::value& event : trail.at("entries").at(0).at("events").as_array()) {
        events.emplace(event.at("event").as_string());
    }
    const std::set<std::string> one_step{"PersonRegistered", "InvitationAccepted", "MemberJoined"};
    EXPECT_EQ(events, one_step);
}

TEST_F(EngageLab, E6_WhoIsRegisteredSignsInToJoin) {
    const std::string bo = person("bo");
    ASSERT_EQ(invite(lab, "bo", "admin"), bo);
    EXPECT_EQ(row_of(bo).at("status"), "pending");
    const std::string accept = "/v1/invitations/" + token_to("bo") + "/accept";
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.post(accept, {{"name", "Bo"}}).code(), "sign_in_required");
    EXPECT_EQ(as(bo).post(accept).status, 200);
    restart();
    EXPECT_EQ(row_of(bo).at("status"), "active");
}

TEST_F(EngageLab, E7_InANewOrganisationTheOnlyRoleToOfferIsAdmin) {
    const auto offered = [&] {
        std::set<std::string> roles;
        const json::value offers = as(lab.founder).get(lab.path + "/offerable-roles").json();
        for (const json::value& offer : offers.at("roles").as_array()) {
            if (offer.at("offerable").as_bool()) roles.emplace(offer.at("name").as_string());
        }
        return roles;
    };
    EXPECT_EQ(offered(), std::set<std::string>{"Admin"});
    role("Readers");
    EXPECT_EQ(offered(), (std::set<std::string>{"Admin", "Readers"}));
}

TEST_F(EngageLab, E8_RolesAreEditedFromTheMemberOrFromTheRole) {
    const std::string readers = role("Readers");
    const std::string senders = role("Senders");
    const std::string bo = join(lab, "bo", readers);
    ASSERT_EQ(as(lab.founder).put(member_path(bo) + "/roles", {{"roles", {senders}}}).status, 200);
    EXPECT_EQ(names_of_roles(bo), std::set<std::string>{senders});
    const std::string from_role = lab.path + "/roles/" + readers + "/members/" + bo;
    ASSERT_EQ(as(lab.founder).put(from_role, json::object{}).status, 200);
    restart();
    EXPECT_EQ(names_of_roles(bo), (std::set<std::string>{readers, senders}));
    EXPECT_EQ(entries("MemberRolesChanged"), 2U);
}

TEST_F(EngageLab, E9_ADisabledMemberReachesNothingUntilEnabledWithExactlyWhatTheyHad) {
    const std::string readers = role("Readers", {"members.view", "push.messages.send"});
    const std::string bo = join(lab, "bo", readers);
    const json::object before = row_of(bo);
    ASSERT_EQ(as(lab.founder).post(member_path(bo) + "/suspend", {{"reason", "leave"}}).status,
              200);
    restart();
    EXPECT_EQ(as(bo).get(lab.path + "/members").code(), "caller_suspended");
    EXPECT_EQ(as(bo).get(member_path(bo)).code(), "caller_suspended");
    EXPECT_EQ(as(bo).get(lab.path).code(), "caller_suspended");
    EXPECT_EQ(as(bo).remove(member_path(bo)).code(), "caller_suspended");
    const Reply sign_in =
        the_operator().post("/v1/people/" + bo + "/sign-ins", {{"organization", lab.id}});
    EXPECT_EQ(sign_in.code(), "member_suspended");
    const json::object question{{"person", bo}, {"permission", "push.messages.send"}};
    EXPECT_EQ(the_operator().post(lab.path + "/check", question).json().at("allowed"), false);
    // Of this organisation: they stay in others.
    const Founded other = found("engagelab", "bo");
    EXPECT_EQ(as(bo).get(other.path + "/members").status, 200);

    ASSERT_EQ(as(lab.founder).post(member_path(bo) + "/reinstate").status, 200);
    EXPECT_EQ(row_of(bo), before) << "our addition: exactly what was";
    EXPECT_EQ(as(bo).get(lab.path + "/members").status, 200);
    EXPECT_EQ(the_operator().post(lab.path + "/check", question).json().at("allowed"), true);
}

TEST_F(EngageLab, E10_AMemberHoldsSeveralRolesAndTheirPermissionsTogether) {
    const std::string push = role("Push", {"push.messages.send"});
    const std::string mail = role("Mail", {"email.messages.send"});
    const std::string bo = join(lab, "bo", push);
    ASSERT_EQ(as(lab.founder).put(member_path(bo) + "/roles", {{"roles", {push, mail}}}).status,
              200);
    restart();
    EXPECT_EQ(names_of_roles(bo), (std::set<std::string>{push, mail}));
    for (const char* permission : {"push.messages.send", "email.messages.send"}) {
        const json::object question{{"person", bo}, {"permission", permission}};
        EXPECT_EQ(the_operator().post(lab.path + "/check", question).json().at("allowed"), true);
    }
}

TEST_F(EngageLab, E11_DeletionIsConfirmedFirstAndThePersonCanBeInvitedAgain) {
    const std::string bo = join(lab, "bo", "admin");
    const Reply asked = as(lab.founder).remove(member_path(bo) + "?dry_run=true");
    EXPECT_EQ(asked.status, 200);
    EXPECT_EQ(asked.json().at("consequences").at(0).at("event"), "MemberRemoved");
    EXPECT_EQ(row_of(bo).at("status"), "active") << "nothing happened yet";
    ASSERT_EQ(as(lab.founder).remove(member_path(bo) + "?confirmed=true").status, 200);
    EXPECT_EQ(as(bo).get(lab.path + "/members").code(), "organization_not_found");
    restart();
    EXPECT_EQ(invite(lab, "bo", "admin"), bo);
    EXPECT_EQ(members(lab, "?status=pending").size(), 1U);
}

TEST_F(EngageLab, E12_TheSecondFactorShowsAndIsRecommendedToWhoLacksIt) {
    const std::string bo = join(lab, "bo", "admin");
    EXPECT_EQ(row_of(bo).at("two_factor"), false);
    const auto recommended_to = [&] {
        std::set<std::string> people;
        const json::value organization = as(lab.founder).get(lab.path).json();
        for (const json::value& item : organization.at("advice").as_array()) {
            if (item.at("code") != "two_factor_missing") continue;
            for (const json::value& id : item.at("people").as_array()) {
                people.emplace(id.as_string());
            }
        }
        return people;
    };
    EXPECT_EQ(recommended_to(), (std::set<std::string>{lab.founder, bo}));
    const Reply turned_on =
        the_operator().put("/v1/people/" + bo + "/two-factor", json::object{{"enabled", true}});
    ASSERT_EQ(turned_on.status, 200) << turned_on.body;
    restart();
    EXPECT_EQ(row_of(bo).at("two_factor"), true);
    EXPECT_EQ(recommended_to(), std::set<std::string>{lab.founder});
    EXPECT_EQ(as(bo).put("/v1/people/" + bo + "/two-factor", {{"enabled", false}}).code(),
              "operator_only");
}

TEST_F(EngageLab, E13_ARoleIsCreatedWithANameAloneFilledLaterAndRenamed) {
    const std::string helpers = role("Helpers");
    EXPECT_EQ(edit(helpers, {{"permissions", {"push.access"}}}).status, 200);
    EXPECT_EQ(edit(helpers, {{"name", "Pushers"}}).status, 200);
    restart();
    const json::value shown = as(lab.founder).get(lab.path + "/roles/" + helpers).json();
    EXPECT_EQ(shown.at("name"), "Pushers");
    EXPECT_EQ(shown.at("permissions"), json::array{"push.access"});
    EXPECT_EQ(edit(helpers, {{"name", "Admin"}}).code(), "role_name_taken");
    EXPECT_EQ(edit(helpers, {{"permissions", {"fly"}}}).code(), "permission_unknown");
    EXPECT_EQ(edit(helpers, json::object{}).status, 400);
    EXPECT_EQ(entries("RoleRenamed"), 1U);
    EXPECT_EQ(entries("RolePermissionsChanged"), 1U);
}

TEST_F(EngageLab, E14_AdminHoldsEverythingIsHeldBySeveralAndStaysAsItIs) {
    join(lab, "bo", "admin");
    const json::value admin = as(lab.founder).get(lab.path + "/roles/admin").json();
    EXPECT_EQ(admin.at("everything"), true);
    EXPECT_EQ(admin.at("members"), 2);
    EXPECT_EQ(as(lab.founder).remove(lab.path + "/roles/admin").code(), "role_not_deletable");
    EXPECT_EQ(edit("admin", {{"permissions", {"push.access"}}}).code(), "role_not_editable");
    const Founded other = found("engagelab");
    const Reply copied =
        as(lab.founder).post(lab.path + "/roles/admin/copy", {{"organizations", {other.id}}});
    EXPECT_EQ(copied.code(), "role_not_copyable");
    // Our reading: the name is fixed as well.
    EXPECT_EQ(edit("admin", {{"name", "Boss"}}).code(), "role_not_renameable");
}

TEST_F(EngageLab, E15_ARolesMembersAreListedAndTakenOffIt) {
    const std::string readers = role("Readers");
    const std::string senders = role("Senders");
    const std::string bo = join(lab, "bo", readers);
    const std::string of_role = lab.path + "/roles/" + readers + "/members";
    const json::value listed = as(lab.founder).get(of_role).json();
    ASSERT_EQ(listed.at("members").as_array().size(), 1U);
    const json::object row = listed.at("members").at(0).as_object();
    for (const char* field : {"name", "address", "status", "joined_at"}) {
        EXPECT_TRUE(row.contains(field)) << field;
    }
    EXPECT_EQ(as(lab.founder).remove(of_role + "/" + bo).code(), "role_missing")
        << "a member keeps one role at least";
    as(lab.founder).put(lab.path + "/roles/" + senders + "/members/" + bo, json::object{});
    EXPECT_EQ(as(lab.founder).remove(of_role + "/" + bo).status, 200);
    restart();
    EXPECT_EQ(names_of_roles(bo), std::set<std::string>{senders});
    EXPECT_TRUE(as(lab.founder).get(of_role).json().at("members").as_array().empty());
}

TEST_F(EngageLab, E16_ARoleAsItIsNowIsCopiedToSeveralOrganisationsInOneStep) {
    const std::string helpers = role("Helpers", {"push.access"});
    edit(helpers, {{"permissions", {"push.messages.send"}}});
    const Founded second = found("engagelab");
    const Founded third = found("engagelab");
    const Founded elsewhere = found("engagelab", "eve");
    const Reply copied = as(lab.founder)
                             .post(lab.path + "/roles/" + helpers + "/copy",
                                   {{"organizations", {second.id, third.id, elsewhere.id}}});
    ASSERT_EQ(copied.status, 201) << copied.body;
    const json::value answer = copied.json();
    const json::array& rows = answer.at("rows").as_array();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_FALSE(answer.as_object().contains("version")) << "the source did not change";
    EXPECT_EQ(rows[2].at("code"), "organization_not_found") << "Ada is not part of it";
    restart();
    for (const Founded& target : {second, third}) {
        const auto row = std::ranges::find_if(rows, [&](const json::value& one) {
            return one.at("organization") == target.id.c_str();
        });
        ASSERT_NE(row, rows.end());
        const std::string copy{row->at("role").as_string()};
        const json::value made = as(lab.founder).get(target.path + "/roles/" + copy).json();
        EXPECT_EQ(made.at("name"), "Helpers");
        EXPECT_EQ(made.at("permissions"), json::array{"push.messages.send"});
        const Reply trail = the_operator().get(target.path + "/audit?kind=RoleCreated");
        EXPECT_EQ(trail.json().at("entries").as_array().size(), 1U);
    }
    EXPECT_EQ(entries("CopyRole"), 1U);
}

TEST_F(EngageLab, E17_AdministratorsDoAllOfThisAndNobodyElse) {
    // Our reading: administrators are who holds Admin, or a role with the right to manage.
    const std::string managers =
        role("Managers", {"members.edit", "members.disable", "members.delete", "push.access"});
    const std::string senders = role("Senders", {"push.access"});
    const std::string bo = join(lab, "bo", managers);
    const std::string cy = join(lab, "cy", senders);
    const std::string dee = join(lab, "dee", senders);
    EXPECT_EQ(as(cy).put(member_path(dee) + "/roles", {{"roles", {senders}}}).code(),
              "not_allowed");
    EXPECT_EQ(as(cy).post(member_path(dee) + "/suspend").code(), "not_allowed");
    EXPECT_EQ(as(cy).remove(member_path(dee)).code(), "not_allowed");
    EXPECT_EQ(as(cy).post(lab.path + "/roles", {{"name", "Mine"}}).code(), "not_allowed");
    EXPECT_EQ(as(bo).post(member_path(cy) + "/suspend").status, 200);
    EXPECT_EQ(as(bo).post(member_path(cy) + "/reinstate").status, 200);
    EXPECT_EQ(as(bo).post(member_path(lab.founder) + "/suspend").code(), "target_out_of_reach");
    EXPECT_EQ(as(bo).put(member_path(cy) + "/roles", {{"roles", {"admin"}}}).code(),
              "target_out_of_reach");
    EXPECT_EQ(as(bo).remove(member_path(dee) + "?confirmed=true").status, 200);
    restart();
    EXPECT_EQ(row_of(dee).at("status"), "former");
}

TEST_F(EngageLab, E18_AnInvitationCarriesNameDetailsAndRoleAndTheMailIsTheSameForAll) {
    const std::string senders = role("Senders");
    person("bo");
    const auto invite_with_details = [&](const std::string& name) {
        const Reply reply =
            as(lab.founder)
                .post(lab.path + "/invitations", {{"address", name + "@example.org"},
                                                  {"name", "Chris Doe"},
                                                  {"details", "Growth team, Lyon"},
                                                  {"role", senders}});
        ASSERT_EQ(reply.status, 201) << reply.body;
    };
    invite_with_details("bo");
    invite_with_details("cy");
    for (const char* name : {"bo", "cy"}) {
        const Reply shown = the_operator().get("/v1/invitations/" + token_to(name));
        EXPECT_EQ(shown.text("name"), "Chris Doe") << shown.body;
        EXPECT_EQ(shown.text("details"), "Growth team, Lyon");
        EXPECT_NE(shown.body.find("Senders"), std::string::npos);
    }
    const std::string to_account = mail_to("bo");
    EXPECT_NE(to_account.find("Chris Doe"), std::string::npos) << to_account;
    EXPECT_NE(to_account.find("Senders"), std::string::npos);
    const auto alike = [](std::string mail) {
        const auto words = mail.find("Content-Type: text/plain");
        return mail.substr(words, mail.find("/v1/invitations/") - words);
    };
    EXPECT_EQ(alike(to_account), alike(mail_to("cy")));
}

TEST_F(EngageLab, E8_APendingMembersRolesAreEditedToo) {
    const std::string senders = role("Senders");
    const std::string bo = invite(lab, "bo", "admin");
    EXPECT_EQ(as(lab.founder).put(member_path(bo) + "/roles", {{"roles", {senders}}}).status, 200);
    const std::string of_admin = lab.path + "/roles/admin/members/" + bo;
    EXPECT_EQ(as(lab.founder).put(of_admin, json::object{}).status, 200);
    restart();
    EXPECT_EQ(row_of(bo).at("status"), "pending");
    EXPECT_EQ(row_of(bo).at("roles").as_array().size(), 2U);
}

TEST_F(EngageLab, E19_ARoleThatIsHeldIsDeletedWithAnotherInItsPlace) {
    const std::string senders = role("Senders");
    const std::string readers = role("Readers");
    const std::string bo = join(lab, "bo", senders);
    const std::string cy = invite(lab, "cy", senders);
    const std::string path = lab.path + "/roles/" + senders;
    EXPECT_EQ(as(lab.founder).remove(path).code(), "role_in_use");
    const Reply look =
        as(lab.founder).remove_with(path + "?dry_run=true", json::object{{"replacement", readers}});
    EXPECT_EQ(look.json().at("consequences").as_array().size(), 3U) << look.body;
    EXPECT_EQ(as(lab.founder).remove_with(path, json::object{{"replacement", readers}}).status,
              200);
    restart();
    EXPECT_EQ(row_of(bo).at("roles"), json::array{readers});
    EXPECT_EQ(row_of(cy).at("roles"), json::array{readers});
    EXPECT_EQ(as(lab.founder).get(path).code(), "role_not_found");
    const std::string last = lab.path + "/roles/" + readers + "/members/" + bo;
    EXPECT_EQ(as(lab.founder).remove(last).code(), "role_missing");
    EXPECT_EQ(as(lab.founder).remove_with(last, json::object{{"replacement", "admin"}}).status,
              200);
    EXPECT_EQ(row_of(bo).at("roles"), json::array{"admin"});
}

TEST_F(EngageLab, E19_ARoleOtherThanAdminIsDeletedOnceNobodyHasIt) {
    const std::string senders = role("Senders");
    const std::string bo = join(lab, "bo", senders);
    invite(lab, "cy", senders);
    const std::string path = lab.path + "/roles/" + senders;
    const Reply refused = as(lab.founder).remove(path);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.code(), "role_in_use");
    const json::value why = refused.json();
    ASSERT_EQ(why.at("obstacles").as_array().size(), 2U) << refused.body;
    EXPECT_EQ(why.at("obstacles").at(0).at("count"), 1);
    as(lab.founder).put(member_path(bo) + "/roles", {{"roles", {"admin"}}});
    const json::array pending = members(lab, "?status=pending");
    const std::string invitation{pending[0].at("invitation").as_string()};
    as(lab.founder).post(lab.path + "/invitations/" + invitation + "/cancel");
    EXPECT_EQ(as(lab.founder).remove(path).status, 200);
    restart();
    EXPECT_EQ(as(lab.founder).get(path).code(), "role_not_found");
    EXPECT_EQ(entries("RoleDeleted"), 1U);
}

/// The house's invariant, not the seed's.
TEST_F(EngageLab, TheLastAdminIsNeitherDisabledNorDeletedNorDemoted) {
    const std::string senders = role("Senders");
    Client operator_ = the_operator();
    EXPECT_EQ(operator_.post(member_path(lab.founder) + "/suspend").code(),
              "last_protected_holder");
    EXPECT_EQ(operator_.remove(member_path(lab.founder)).code(), "last_protected_holder");
    EXPECT_EQ(operator_.put(member_path(lab.founder) + "/roles", {{"roles", {senders}}}).code(),
              "last_protected_holder");
}

}  // namespace
}  // namespace muster::testing
