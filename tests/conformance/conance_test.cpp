// The rules of Conance (C1 to C16) over the HTTP API of the real binary.
#include "api/http/routes/import.h"
#include "api/text/timestamps.h"
#include "tests/program/scene.h"

#include <chrono>
#include <set>

namespace muster::testing {
namespace {

namespace json = boost::json;

std::set<std::string> texts_in(const json::value& list) {
    std::set<std::string> texts;
    for (const json::value& text : list.as_array()) texts.emplace(text.as_string());
    return texts;
}

/// The past of an organisation that ada founded 200 days ago, as lines to import.
class History {
 public:
    explicit History(Instant now) : now_{now} {
        add(200, "FoundOrganization",
            {{"name", "Acme"},
             {"blueprint", "conance"},
             {"founder", {{"address", "ada@example.org"}, {"name", "ada"}}}});
    }

    void add(int days_ago, const std::string& command, json::object fields) {
        fields["at"] = rfc3339(now_ - std::chrono::days{days_ago});
        fields["command"] = command;
        fields["organization"] = "acme";
        lines_ += json::serialize(fields) + "\n";
    }
    std::string finished() const {
        History whole = *this;
        whole.add(0, "FinishImport", {});
        return whole.lines_;
    }

 private:
    Instant now_;
    std::string lines_;
};

class Conance : public Scene {
 protected:
    Client as(const std::string& person) const { return server->client_for(person); }

    /// What the server's clock says, which is not ours to set.
    Instant server_time() const {
        const Reply account = the_operator().get("/v1/people/" + person("somebody"));
        return read_rfc3339(account.text("registered_at")).value_or(Instant{});
    }
    /// The organisation of a history; only an import makes something old.
    Founded imported(const History& history) const {
        const Reply reply = the_operator().send("POST", "/v1/import", history.finished());
        EXPECT_EQ(reply.status, 200) << reply.body;
        const std::string id = to_string(http::id_of_label("organization", "acme"));
        return {id, "/v1/organizations/" + id, id_of("ada")};
    }
    std::string id_of(const std::string& name) const {
        return the_operator().get("/v1/people?address=" + name + "@example.org").text("person");
    }

    /// The piece of advice of that code; empty where there is none.
    json::object advice(const Founded& organization, const std::string& code) const {
        const json::value shown = the_operator().get(organization.path).json();
        for (const json::value& piece : shown.at("advice").as_array()) {
            if (piece.at("code") == json::value(code)) return piece.as_object();
        }
        return {};
    }
};

TEST_F(Conance, C1_TheListShowsNameAddressRoleStatusAndLastSignIn) {
    const Founded acme = found("conance");
    const json::object bo{{"address", "bo@example.org"}, {"role", "user"}, {"name", "Bo Berg"}};
    EXPECT_EQ(as(acme.founder).post(acme.path + "/invitations", bo).status, 201);
    const Reply signed_in = the_operator().post("/v1/people/" + acme.founder + "/sign-ins",
                                                {{"organization", acme.id}});
    EXPECT_EQ(signed_in.status, 201);
    restart();
    const auto rows = members(acme, "?status=active");
    ASSERT_EQ(rows.size(), 1U);
    const auto& row = rows[0].as_object();
    EXPECT_EQ(row.at("name"), "ada");
    EXPECT_EQ(row.at("address"), "ada@example.org");
    EXPECT_EQ(row.at("roles").at(0), "administrator");
    EXPECT_TRUE(row.contains("last_access"));
    const auto pending = members(acme, "?status=pending");
    ASSERT_EQ(pending.size(), 1U);
    EXPECT_EQ(pending[0].at("name"), "Bo Berg") << "first and last name";
    EXPECT_FALSE(pending[0].as_object().contains("last_access"));

    const json::value rules = as(acme.founder).get(acme.path + "/blueprint").json();
    const json::value& shown = rules.at("presentation");
    std::vector<std::string> columns;
    for (const json::value& column : shown.at("list_columns").as_array()) {
        columns.emplace_back(column.at("field").as_string());
    }
    EXPECT_EQ(columns,
              (std::vector<std::string>{"name", "address", "role", "status", "last_access"}));
    EXPECT_EQ(shown.at("status_words").at("active"), "Actif");
    EXPECT_EQ(shown.at("status_words").at("pending"), "En attente");
}

TEST_F(Conance, C2_AnInvitationTakesAnAddressAndARoleAndAMailWithALinkGoesOut) {
    const Founded acme = found("conance");
    Client ada = as(acme.founder);
    const std::string invitations = acme.path + "/invitations";
    EXPECT_EQ(ada.post(invitations, {{"address", "bo@example.org"}}).code(), "role_missing");
    EXPECT_EQ(ada.post(invitations, {{"role", "user"}}).status, 400);
    EXPECT_EQ(ada.post(invitations, {{"address", "bo"}, {"role", "user"}}).status, 400);
    const json::object bo{{"address", "bo@example.org"}, {"role", "user"}};
    json::object emperor = bo;
    emperor["role"] = "emperor";
    EXPECT_EQ(ada.post(invitations, emperor).code(), "role_not_found");
    EXPECT_TRUE(members(acme, "?status=pending").empty());

    EXPECT_EQ(ada.post(invitations, bo).status, 201);
    EXPECT_EQ(ada.post(invitations, bo).code(), "already_invited");
    const std::string mail = mail_to("bo");
    EXPECT_NE(mail.find("/v1/invitations/" + token_to("bo")), std::string::npos) << mail;
    EXPECT_NE(mail.find("Utilisateur"), std::string::npos) << mail;
    restart();
    EXPECT_EQ(members(acme, "?status=pending").size(), 1U);
    EXPECT_EQ(audit(acme, "?kind=InvitationIssued").size(), 1U);
}

TEST_F(Conance, C3_C4_AnInvitedPersonIsPendingUntilTheLinkMakesThemAMember) {
    const Founded acme = found("conance");
    const std::string bo = invite(acme, "bo", "user");
    restart();
    ASSERT_EQ(members(acme, "?status=pending").size(), 1U);
    const std::string link = "/v1/invitations/" + token_to("bo");
    Client nobody{server->port(), ""};
    for (int looks = 0; looks < 3; ++looks) {
        EXPECT_EQ(nobody.get(link).text("status"), "open");
    }
    EXPECT_EQ(nobody.post(link + "/accept").code(), "name_missing") << "an account comes first";
    EXPECT_EQ(members(acme, "?status=pending").size(), 1U);
    EXPECT_EQ(nobody.post(link + "/accept", {{"name", "Bo"}}).status, 200);
    restart();
    EXPECT_TRUE(members(acme, "?status=pending").empty());
    const Reply row = the_operator().get(acme.path + "/members/" + bo);
    EXPECT_EQ(row.text("status"), "active");
    EXPECT_EQ(row.text("name"), "Bo");
    EXPECT_EQ(row.json().at("roles").at(0), "user");
    const Reply account = the_operator().get("/v1/people/" + bo);
    EXPECT_EQ(account.text("address"), "bo@example.org");
    EXPECT_EQ(account.text("verified"), "true");
    const auto accepted = audit(acme, "?kind=InvitationAccepted");
    ASSERT_EQ(accepted.size(), 1U);
    EXPECT_EQ(events_of(accepted[0]), "PersonRegistered InvitationAccepted MemberJoined");
}

TEST_F(Conance, C3_AnAccountAcceptsAsItselfAndNobodyElseCan) {
    const Founded acme = found("conance");
    const std::string bo = person("bo");
    const std::string eve = person("eve");
    invite(acme, "bo", "user");
    const std::string accept = "/v1/invitations/" + token_to("bo") + "/accept";
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.post(accept).code(), "sign_in_required");
    EXPECT_EQ(as(eve).post(accept).code(), "invitation_for_another_address");
    EXPECT_EQ(members(acme, "?status=pending").size(), 1U);
    EXPECT_EQ(as(bo).post(accept).status, 200);
    EXPECT_EQ(as(bo).post(accept).code(), "invitation_accepted");
}

TEST_F(Conance, C5_ResendingMakesANewLinkAndKillsTheOldOne) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    const std::string first = token_to("bo");
    const std::string invitation{members(acme, "?status=pending")[0].at("invitation").as_string()};
    const std::string resend = acme.path + "/invitations/" + invitation + "/resend";
    EXPECT_EQ(as(acme.founder).post(resend).status, 200);
    const std::string second = token_to("bo", 2);
    EXPECT_NE(first, second);
    restart();
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.post("/v1/invitations/" + first + "/accept", {{"name", "Bo"}}).code(),
              "invitation_superseded");
    EXPECT_EQ(nobody.post("/v1/invitations/" + second + "/accept", {{"name", "Bo"}}).status, 200);
    EXPECT_EQ(as(acme.founder).post(resend).code(), "invitation_accepted");
    EXPECT_EQ(audit(acme, "?kind=InvitationResent").size(), 1U);
}

TEST_F(Conance, C6_CancellingTakesItOffTheListAndStaysInTheAuditTrail) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    const std::string token = token_to("bo");
    const std::string invitation{members(acme, "?status=pending")[0].at("invitation").as_string()};
    const std::string cancel = acme.path + "/invitations/" + invitation + "/cancel";
    EXPECT_EQ(as(acme.founder).post(cancel).status, 200);
    EXPECT_TRUE(members(acme, "?status=pending").empty());
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.post("/v1/invitations/" + token + "/accept", {{"name", "Bo"}}).code(),
              "invitation_cancelled");
    restart();
    EXPECT_EQ(members(acme).size(), 1U);
    EXPECT_EQ(audit(acme, "?kind=InvitationCancelled").size(), 1U);
}

TEST_F(Conance, C7_AnInvitationExpiresAfterSevenDaysAndANewOneCanBeSent) {
    History history{server_time()};
    const auto invited = [&](int days, const std::string& name) {
        history.add(days, "InviteMember",
                    {{"invitation", name}, {"address", name + "@example.org"}, {"role", "user"}});
    };
    invited(8, "bo");
    invited(6, "cy");
    const Founded acme = imported(history);
    const auto one_is_left = [&] { return members(acme, "?status=pending").size() == 1; };
    ASSERT_TRUE(test::in_time(one_is_left)) << "bo's has expired";
    const auto pending = members(acme, "?status=pending");
    EXPECT_EQ(pending[0].at("address"), "cy@example.org");
    const auto at = [&](const char* field) {
        return read_rfc3339(std::string{pending[0].at(field).as_string()})->micros;
    };
    constexpr std::chrono::microseconds seven_days = std::chrono::days{7};
    EXPECT_EQ(at("expires_at") - at("invited_at"), seven_days.count());

    restart();
    const std::string old = to_string(http::id_of_label(acme.id + "/invitation", "bo"));
    const Reply resent = as(acme.founder).post(acme.path + "/invitations/" + old + "/resend");
    EXPECT_EQ(resent.status, 409);
    EXPECT_EQ(resent.code(), "invitation_expired");
    const auto expired = audit(acme, "?kind=InvitationExpired");
    ASSERT_EQ(expired.size(), 1U);
    EXPECT_EQ(expired[0].at("actor").at("kind"), "system");
    const std::string bo = join(acme, "bo", "user");
    EXPECT_EQ(the_operator().get(acme.path + "/members/" + bo).text("status"), "active");
}

TEST_F(Conance, C8_ARoleChangeCanBeLookedAtBeforeItIsConfirmed) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "user");
    Client ada = as(acme.founder);
    const std::string roles = acme.path + "/members/" + bo + "/roles";
    const Reply look = ada.put(roles + "?dry_run=true", {{"role", "administrator"}});
    EXPECT_EQ(look.status, 200);
    EXPECT_EQ(look.json().at("consequences").at(0).at("event"), "MemberRolesChanged");
    EXPECT_EQ(look.json().at("consequences").at(0).at("roles").at(0), "administrator");
    EXPECT_EQ(ada.get(acme.path + "/members/" + bo).json().at("roles").at(0), "user");
    EXPECT_TRUE(audit(acme, "?kind=ChangeRole").empty()) << "a look leaves no trace";
    EXPECT_EQ(ada.put(roles + "?dry_run=true", {{"role", "emperor"}}).code(), "role_not_found");

    EXPECT_EQ(as(bo).put(roles, {{"role", "administrator"}}).code(), "not_allowed");
    EXPECT_EQ(ada.put(roles, {{"role", "administrator"}}).status, 200);
    restart();
    EXPECT_EQ(as(acme.founder).get(acme.path + "/members/" + bo).json().at("roles").at(0),
              "administrator");
    EXPECT_EQ(audit(acme, "?kind=MemberRolesChanged").size(), 1U);
    EXPECT_EQ(audit(acme, "?kind=ChangeRole&outcome=refused").size(), 1U);
}

TEST_F(Conance, C9_TheLastAdministratorStays) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "user");
    Client ada = as(acme.founder);
    const std::string self = acme.path + "/members/" + acme.founder;
    const Reply refused = ada.remove(self);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.code(), "last_protected_holder");
    EXPECT_EQ(ada.remove(self + "?dry_run=true").code(), "last_protected_holder");
    EXPECT_EQ(ada.put(self + "/roles", {{"role", "user"}}).code(), "last_protected_holder");
    EXPECT_EQ(the_operator().remove(self).code(), "last_protected_holder") << "nor the operator";
    EXPECT_EQ(members(acme, "?role=administrator").size(), 1U);
    EXPECT_EQ(audit(acme, "?kind=RemoveMember&outcome=refused").size(), 2U);

    const std::string others = acme.path + "/members/" + bo + "/roles";
    EXPECT_EQ(ada.put(others, {{"role", "administrator"}}).status, 200);
    EXPECT_EQ(ada.remove(self + "?confirmed=true").status, 200) << "with two, one may go";
    restart();
    EXPECT_EQ(as(bo).put(others, {{"role", "user"}}).code(), "last_protected_holder");
}

TEST_F(Conance, C10_ARemovalCanBeLookedAtAndThenEndsAccessAtOnce) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "administrator");
    Client ada = as(acme.founder);
    const std::string removed = acme.path + "/members/" + bo;
    const Reply look = ada.remove(removed + "?dry_run=true");
    EXPECT_EQ(look.status, 200);
    EXPECT_EQ(look.json().at("consequences").at(0).at("event"), "MemberRemoved");
    EXPECT_EQ(look.json().at("consequences").at(0).at("person"), json::value(bo));
    EXPECT_EQ(look.json().at("released").at("licence"), "member");
    EXPECT_EQ(as(bo).get(acme.path + "/members").status, 200) << "not confirmed yet";
    EXPECT_TRUE(check(acme, bo, "commissions.approve"));
    const Reply hasty = ada.remove(removed);
    EXPECT_EQ(hasty.status, 422);
    EXPECT_EQ(hasty.code(), "confirmation_missing");
    EXPECT_EQ(hasty.json().at("consequences"), look.json().at("consequences"));
    EXPECT_EQ(hasty.json().at("released"), look.json().at("released"));
    EXPECT_TRUE(check(acme, bo, "commissions.approve")) << "nothing has happened";

    const Reply gone = ada.remove(removed + "?confirmed=true");
    EXPECT_EQ(gone.status, 200);
    EXPECT_EQ(gone.json().at("released").at("licence"), "member");
    EXPECT_FALSE(check(acme, bo, "commissions.approve"));
    EXPECT_EQ(as(bo).get(acme.path + "/members").code(), "organization_not_found");
    const Reply invited =
        as(bo).post(acme.path + "/invitations", {{"address", "x@example.org"}, {"role", "user"}});
    EXPECT_EQ(invited.code(), "organization_not_found");
    restart();
    EXPECT_EQ(as(bo).get(acme.path).code(), "organization_not_found");
    EXPECT_EQ(members(acme).size(), 1U);
    EXPECT_EQ(audit(acme, "?kind=MemberRemoved").size(), 1U);
}

TEST_F(Conance, C11_WhatARemovedMemberDidStaysOurAdditionAttributableToThem) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "administrator");
    EXPECT_EQ(as(bo).post(acme.path + "/roles", {{"name", "Recruteur"}}).status, 201);
    EXPECT_EQ(as(acme.founder).remove(acme.path + "/members/" + bo + "?confirmed=true").status,
              200);
    restart();
    const Reply trail = the_operator().get(acme.path + "/audit?actor=" + bo);
    const json::value shown = trail.json();
    ASSERT_FALSE(shown.at("entries").as_array().empty());
    EXPECT_EQ(shown.at("entries").at(0).at("command").at("name"), "Recruteur");
    EXPECT_EQ(shown.at("people").at(bo), "bo") << "the name of who made it";
    EXPECT_EQ(as(acme.founder).get(acme.path + "/roles").json().at("roles").as_array().size(), 3U);

    const auto former = members(acme, "?status=former");
    ASSERT_EQ(former.size(), 1U);
    EXPECT_EQ(former[0].at("person"), json::value(bo));
    EXPECT_EQ(former[0].at("name"), "bo");
    EXPECT_EQ(former[0].at("address"), "bo@example.org");
    EXPECT_TRUE(former[0].as_object().contains("left_at"));
    const Reply row = as(acme.founder).get(acme.path + "/members/" + bo);
    EXPECT_EQ(row.text("status"), "former");
    EXPECT_EQ(members(acme).size(), 1U) << "and not among the members";
}

TEST_F(Conance, C12_ARemovedMemberCanBeInvitedAgain) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "administrator");
    EXPECT_EQ(as(acme.founder).remove(acme.path + "/members/" + bo + "?confirmed=true").status,
              200);
    restart();
    EXPECT_EQ(invite(acme, "bo", "user"), bo) << "the same person";
    const auto pending = members(acme, "?status=pending");
    ASSERT_EQ(pending.size(), 1U);
    EXPECT_EQ(pending[0].at("roles").at(0), "user") << "with nothing of what they had";
    const std::string link =
        "/v1/invitations/" + token_of(std::string{pending[0].at("invitation").as_string()});
    EXPECT_EQ(as(bo).post(link + "/accept").status, 200);
    restart();
    EXPECT_EQ(as(bo).get(acme.path).status, 200);
    const Reply row = as(acme.founder).get(acme.path + "/members/" + bo);
    EXPECT_EQ(row.text("status"), "active");
    EXPECT_EQ(audit(acme, "?kind=MemberJoined&subject=" + bo).size(), 2U);
}

TEST_F(Conance, C13_ThePlanLimitsTheMembersAndWhoeverMeetsTheLimitIsPointedToIt) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "user");
    invite(acme, "cy", "user");
    const std::string invitations = acme.path + "/invitations";
    const json::object fourth{{"address", "di@example.org"}, {"role", "user"}};
    for (const char* query : {"?dry_run=true", ""}) {
        const Reply full = as(acme.founder).post(invitations + query, fourth);
        EXPECT_EQ(full.status, 409);
        EXPECT_EQ(full.code(), "seat_limit_reached");
        EXPECT_EQ(full.text("plan"), acme.path + "/plan");
    }
    restart();
    EXPECT_EQ(as(acme.founder).post(invitations, fourth).code(), "seat_limit_reached");
    EXPECT_EQ(members(acme).size(), 3U);
    const Reply use = as(acme.founder).get(acme.path + "/plan");
    EXPECT_EQ(use.text("plan"), "free");
    EXPECT_EQ(use.json().at("licences").at("member").at("granted"), 3);
    EXPECT_EQ(use.json().at("licences").at("member").at("used"), 2);
    EXPECT_EQ(use.json().at("licences").at("member").at("reserved"), 1);

    const json::object offer{{"plan", "premium"}, {"limits", {{"member", 4}}}};
    EXPECT_EQ(as(acme.founder).put(acme.path + "/plan", offer).code(), "operator_only");
    EXPECT_EQ(the_operator().put(acme.path + "/plan", offer).status, 200);
    EXPECT_EQ(as(acme.founder).post(invitations, fourth).status, 201);
    const json::object fifth{{"address", "ed@example.org"}, {"role", "user"}};
    EXPECT_EQ(as(acme.founder).post(invitations, fifth).code(), "seat_limit_reached");
    EXPECT_EQ(as(acme.founder).remove(acme.path + "/members/" + bo + "?confirmed=true").status,
              200);
    EXPECT_EQ(as(acme.founder).post(invitations, fifth).status, 201) << "a seat came free";
    EXPECT_EQ(audit(acme, "?kind=PlanChanged").size(), 1U);
}

TEST_F(Conance, C14_TwoRolesFromTheStartAdministratorMayAllAndUserWhatTheRoleAllows) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "user");
    restart();
    const json::value roles = as(acme.founder).get(acme.path + "/roles").json();
    ASSERT_EQ(roles.at("roles").as_array().size(), 2U);
    EXPECT_EQ(roles.at("roles").at(0).at("name"), "Administrateur");
    EXPECT_EQ(roles.at("roles").at(0).at("everything"), true);
    EXPECT_EQ(roles.at("roles").at(1).at("name"), "Utilisateur");
    for (const json::value& permission : roles.at("permissions").as_array()) {
        const std::string id{permission.at("permission").as_string()};
        EXPECT_TRUE(check(acme, acme.founder, id)) << id;
    }
    EXPECT_TRUE(check(acme, bo, "commissions.create"));
    EXPECT_FALSE(check(acme, bo, "commissions.view_all"));
    Client user = as(bo);
    EXPECT_EQ(user.get(acme.path).status, 200);
    EXPECT_EQ(user.get(acme.path + "/members").code(), "not_allowed");
    EXPECT_EQ(user.patch(acme.path, {{"name", "Bo's"}}).code(), "not_allowed");
    EXPECT_EQ(user.remove(acme.path + "/members/" + acme.founder).code(), "not_allowed");
    EXPECT_EQ(user.post(acme.path + "/roles", {{"name", "Bo's"}}).code(), "not_allowed");
    Client ada = as(acme.founder);
    EXPECT_EQ(ada.patch(acme.path, {{"name", "Acme & Cie"}}).status, 200);
    EXPECT_EQ(ada.get(acme.path).text("name"), "Acme & Cie");
}

TEST_F(Conance, C15_ARoleOfOnesOwnGivesWhatItSaysAndNoMore) {
    const Founded acme = found("conance");
    Client ada = as(acme.founder);
    const json::array rights{"members.invite", "members.view", "organization.view",
                             "commissions.view_own", "commissions.create"};
    const Reply made =
        ada.post(acme.path + "/roles", {{"name", "Recruteur"}, {"permissions", rights}});
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(ada.post(acme.path + "/roles", {{"name", "Recruteur"}}).code(), "role_name_taken");
    const std::string bo = join(acme, "bo", made.text("role"));
    restart();
    Client recruiter = as(bo);
    const auto offer = [&](const char* role) {
        return recruiter.post(acme.path + "/invitations",
                              {{"address", "cy@example.org"}, {"role", role}});
    };
    EXPECT_EQ(offer("administrator").status, 403) << "nobody grants what they do not hold";
    EXPECT_EQ(offer("user").status, 201);
    EXPECT_EQ(recruiter.get(acme.path + "/members").status, 200);
    const std::string self = acme.path + "/members/" + bo;
    EXPECT_EQ(recruiter.put(self + "/roles", {{"role", "administrator"}}).code(), "not_allowed");
    EXPECT_EQ(recruiter.remove(acme.path + "/members/" + acme.founder).code(), "not_allowed");

    const std::string role = acme.path + "/roles/" + made.text("role");
    const json::object fewer{{"permissions", {"organization.view"}}};
    EXPECT_EQ(recruiter.patch(role, fewer).code(), "not_allowed");
    EXPECT_EQ(as(acme.founder).patch(role, fewer).status, 200);
    EXPECT_EQ(recruiter.get(acme.path + "/members").code(), "not_allowed") << "at once";
    EXPECT_EQ(as(acme.founder).remove(role).code(), "role_in_use");
    EXPECT_EQ(audit(acme, "?kind=RoleCreated").size(), 1U);
    EXPECT_EQ(audit(acme, "?kind=RolePermissionsChanged").size(), 1U);
}

TEST_F(Conance, C15_OurReadingARoleThatHoldsTheRightManagesMembersAsAdministratorsDo) {
    const Founded acme = found("conance");
    EXPECT_EQ(the_operator().put(acme.path + "/plan", {{"plan", "premium"}}).status, 200);
    const json::array rights{"members.manage", "organization.view", "commissions.view_own",
                             "commissions.create"};
    const Reply made =
        as(acme.founder)
            .post(acme.path + "/roles", {{"name", "Gestionnaire"}, {"permissions", rights}});
    const std::string bo = join(acme, "bo", made.text("role"));
    const std::string cy = join(acme, "cy", "user");
    restart();
    Client manager = as(bo);
    const std::string roles = acme.path + "/members/" + cy + "/roles";
    EXPECT_EQ(manager.put(roles, {{"role", made.text("role")}}).status, 200);
    EXPECT_EQ(manager.put(roles, {{"role", "administrator"}}).status, 403);
    EXPECT_EQ(manager.put(roles, {{"role", "user"}}).status, 200);
    const std::string head = acme.path + "/members/" + acme.founder;
    EXPECT_EQ(manager.put(head + "/roles", {{"role", "user"}}).code(), "target_out_of_reach");
    EXPECT_EQ(manager.remove(head).code(), "target_out_of_reach");
    EXPECT_EQ(manager.remove(acme.path + "/members/" + cy + "?confirmed=true").status, 200);
    EXPECT_EQ(members(acme).size(), 2U);
    EXPECT_EQ(manager.get(acme.path + "/members.csv").status, 200);
    EXPECT_EQ(manager.post(acme.path + "/roles", {{"name", "Autre"}}).code(), "not_allowed");
    EXPECT_EQ(audit(acme, "?kind=ChangeRole&outcome=accepted&actor=" + bo).size(), 2U);
}

TEST_F(Conance, C16_AdviceToHaveTwoAdministratorsAndOurAdditionToLookAtWhoIsNotHere) {
    History history{server_time()};
    history.add(100, "InviteMember",
                {{"invitation", "bo"}, {"address", "bo@example.org"}, {"role", "user"}});
    history.add(100, "AcceptInvitation",
                {{"invitation", "bo"}, {"address", "bo@example.org"}, {"name", "bo"}});
    history.add(6, "InviteMember", {{"address", "cy@example.org"}, {"role", "user"}});
    const Founded acme = imported(history);
    EXPECT_EQ(advice(acme, "few_protected_holders").at("count"), 1);
    const json::object idle = advice(acme, "idle_members");
    EXPECT_EQ(texts_in(idle.at("people")), (std::set{acme.founder, id_of("bo")}));
    EXPECT_EQ(advice(acme, "invitations_expiring").at("count"), 1);
    EXPECT_FALSE(as(id_of("bo")).get(acme.path).json().as_object().contains("advice"))
        << "who sees no members is not told about them";

    const std::string sign_ins = "/v1/people/" + acme.founder + "/sign-ins";
    EXPECT_EQ(the_operator().post(sign_ins, {{"organization", acme.id}}).status, 201);
    const std::string roles = acme.path + "/members/" + id_of("bo") + "/roles";
    EXPECT_EQ(as(acme.founder).put(roles, {{"role", "administrator"}}).status, 200);
    const auto pending = members(acme, "?status=pending");
    ASSERT_EQ(pending.size(), 1U);
    const std::string invitation{pending[0].at("invitation").as_string()};
    const std::string resend = acme.path + "/invitations/" + invitation + "/resend";
    EXPECT_EQ(as(acme.founder).post(resend).status, 200);
    restart();
    EXPECT_TRUE(advice(acme, "few_protected_holders").empty());
    EXPECT_EQ(texts_in(advice(acme, "idle_members").at("people")), std::set{id_of("bo")});
    EXPECT_TRUE(advice(acme, "invitations_expiring").empty());
}

TEST_F(Conance, C16_AdviceToGiveEachPersonOnlyWhatTheyNeed) {
    const Founded acme = found("conance");
    Client ada = as(acme.founder);
    EXPECT_TRUE(advice(acme, "wide_roles").empty()) << "the administrator is meant to be wide";
    json::array all;
    const json::value roles = ada.get(acme.path + "/roles").json();
    for (const json::value& permission : roles.at("permissions").as_array()) {
        all.push_back(permission.at("permission"));
    }
    const Reply made =
        ada.post(acme.path + "/roles", {{"name", "Bras droit"}, {"permissions", all}});
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(texts_in(advice(acme, "wide_roles").at("roles")), std::set{made.text("role")});
    EXPECT_EQ(texts_in(advice(acme, "roles_unused").at("roles")), std::set{made.text("role")});

    invite(acme, "bo", made.text("role"));
    const json::object fewer{{"permissions", {"members.view"}}};
    EXPECT_EQ(ada.patch(acme.path + "/roles/" + made.text("role"), fewer).status, 200);
    restart();
    EXPECT_TRUE(advice(acme, "wide_roles").empty());
    EXPECT_TRUE(advice(acme, "roles_unused").empty());
}

}  // namespace
}  // namespace muster::testing
