// The rules of Respond.io (R1 to R15) over the HTTP API of the real binary: four roles, who of them
// may do what to whom, workspaces without roles, and a member's new address.
#include "tests/program/scene.h"

#include <functional>

namespace muster::testing {
namespace {

using boost::json::array;
using boost::json::object;

const std::vector<std::string> the_roles{"organization_admin", "billing_admin", "user_admin",
                                         "member"};

array places_in(const std::vector<std::string>& workspaces) {
    array places;
    for (const std::string& workspace : workspaces)
        places.push_back(object{{"workspace", workspace}});
    return places;
}

/// An act about one user: real, or with a query that asks what would happen.
using Deed = std::function<Reply(Client&, const std::string& query)>;

class Respondio : public Scene {
 protected:
    Founded acme = found("respondio");

    Client ada() const { return server->client_for(acme.founder); }
    std::string path_of(const std::string& user) const { return acme.path + "/members/" + user; }

    object user(const std::string& name, const std::string& role) const {
        return {{"address", name + "@example.org"}, {"role", role}};
    }

    /// A user of each role, in the order of the_roles; the first is the founder.
    std::vector<std::string> one_of_each() const {
        std::vector<std::string> users{acme.founder};
        for (std::size_t at = 1; at < the_roles.size(); ++at) {
            users.push_back(join(acme, "the-" + the_roles[at], the_roles[at]));
        }
        return users;
    }

    std::vector<std::string> made_workspaces(int count) const {
        std::vector<std::string> ids;
        for (int number = 1; number <= count; ++number) {
            ids.push_back(workspace(acme, "Workspace " + std::to_string(number)));
        }
        return ids;
    }

    boost::json::value row(const std::string& user) const {
        const Reply reply = the_operator().get(path_of(user));
        EXPECT_EQ(reply.status, 200) << reply.body;
        return reply.json();
    }
    std::string role_of(const std::string& user) const {
        return std::string{row(user).at("roles").at(0).as_string()};
    }
    std::size_t workspaces_of(const std::string& user) const {
        return row(user).at("workspaces").as_array().size();
    }
    std::string version() const { return the_operator().get(acme.path).headers["etag"]; }

    /// One row of the table of who may do what to whom, a sign for each role: + yes, n not allowed
    /// at all, r not to this user. A refused act is tried for real, an allowed one is only asked
    /// about, so that the next sees the same.
    void expect_cells(const std::string& what, const std::string& cells,
                      const std::vector<std::string>& actors, const Deed& deed) const {
        const std::map<char, std::string> codes{{'n', "not_allowed"}, {'r', "target_out_of_reach"}};
        const std::string before = version();
        for (std::size_t at = 0; at < the_roles.size(); ++at) {
            Client client = server->client_for(actors[at]);
            const bool yes = cells[at] == '+';
            const Reply reply = deed(client, yes ? "?dry_run=true" : "");
            EXPECT_EQ(reply.status, yes ? 200 : 403) << what << " by " << the_roles[at];
            EXPECT_EQ(reply.code(), yes ? "" : codes.at(cells[at])) << what << ": " << reply.body;
        }
        EXPECT_EQ(version(), before) << what;
    }
};

TEST_F(Respondio, R1_FourRolesWithThePrintedMatrix) {
    // Full and limited, for general, users', workspaces' and billing settings.
    const std::vector<std::pair<std::string, std::string>> columns{
        {"organization.manage", "organization.view"},
        {"users.manage", "users.view"},
        {"workspaces.manage", "workspaces.view"},
        {"billing.settings", "billing.settings.view"}};
    const std::map<std::string, std::string> printed{{"organization_admin", "2222"},
                                                     {"billing_admin", "1112"},
                                                     {"user_admin", "1120"},
                                                     {"member", "0000"}};
    const auto roles = ada().get(acme.path + "/roles").json().at("roles").as_array();
    EXPECT_EQ(roles.size(), 4U);
    const std::string bo = join(acme, "bo", "member");
    for (const auto& [role, levels] : printed) {
        EXPECT_EQ(ada().put(path_of(bo) + "/roles", {{"role", role}}).status, 200);
        std::string answers;
        for (const auto& [full, limited] : columns) {
            answers += check(acme, bo, full) ? '2' : check(acme, bo, limited) ? '1' : '0';
        }
        EXPECT_EQ(answers, levels) << role;
    }
}

TEST_F(Respondio, R2_TheOrganizationAdminManagesEverythingAndReachesEveryWorkspace) {
    const std::string sales = workspace(acme, "Sales");
    EXPECT_EQ(row(acme.founder).at("workspaces").as_array().size(), 0U);
    EXPECT_TRUE(check(acme, acme.founder, "workspaces.open", sales)) << "without being in it";
    for (const char* right : {"settings.view_all", "billing.information.manage",
                              "subscription.manage", "subscription.cancel"}) {
        EXPECT_TRUE(check(acme, acme.founder, right)) << right;
    }
    EXPECT_EQ(ada().patch(acme.path, {{"name", "Acme & Sons"}}).status, 200);
    const std::string sales_path = acme.path + "/workspaces/" + sales;
    EXPECT_EQ(ada().patch(sales_path, {{"name", "Support"}}).status, 200);
    EXPECT_EQ(ada().get(acme.path + "/plan").status, 200);
    restart();
    EXPECT_EQ(ada().get(acme.path).text("name"), "Acme & Sons");
    EXPECT_EQ(ada().get(sales_path).text("name"), "Support");
    EXPECT_EQ(audit(acme, "?kind=OrganizationRenamed").size(), 1U);
    EXPECT_EQ(audit(acme, "?kind=WorkspaceRenamed").size(), 1U);
    EXPECT_EQ(ada().remove(sales_path).status, 200);
    EXPECT_EQ(ada().remove(acme.path).status, 200) << "deletes the organisation";
    restart();
    EXPECT_EQ(the_operator().get(acme.path).text("status"), "ended");
    EXPECT_EQ(the_operator().post(acme.path + "/invitations", user("bo", "member")).code(),
              "organization_ended");
    EXPECT_EQ(ada().get(acme.path).code(), "organization_not_found") << "nobody has access";
    EXPECT_EQ(audit(acme, "?kind=OrganizationEnded").size(), 1U);
}

TEST_F(Respondio, R3_TheBillingAdminSeesEverythingAndChangesBillingAlone) {
    const std::string sales = workspace(acme, "Sales");
    const std::string bea = join(acme, "bea", "billing_admin");
    const std::string bo = join(acme, "bo", "member");
    Client as_bea = server->client_for(bea);
    for (const char* read : {"", "/members", "/workspaces", "/roles", "/plan"}) {
        EXPECT_EQ(as_bea.get(acme.path + read).status, 200) << read;
    }
    for (const char* right : {"settings.view_all", "billing.information.manage", "billing.payment",
                              "billing.invoices", "subscription.manage"}) {
        EXPECT_TRUE(check(acme, bea, right)) << right;
    }
    for (const char* right : {"subscription.cancel", "organization.delete"}) {
        EXPECT_FALSE(check(acme, bea, right)) << right;
    }
    const std::string before = version();
    const std::string sales_path = acme.path + "/workspaces/" + sales;
    const std::vector<Reply> replies{
        as_bea.patch(acme.path, {{"name", "Bea's"}}),
        as_bea.remove(acme.path),
        as_bea.post(acme.path + "/invitations", user("cy", "member")),
        as_bea.remove(path_of(bo)),
        as_bea.put(path_of(bo) + "/roles", {{"role", "billing_admin"}}),
        as_bea.put(path_of(bo) + "/workspaces/" + sales, object{}),
        as_bea.post(acme.path + "/workspaces", {{"name", "Support"}}),
        as_bea.patch(sales_path, {{"name", "Support"}}),
        as_bea.remove(sales_path),
    };
    for (const Reply& reply : replies) {
        EXPECT_EQ(reply.status, 403) << reply.body;
        EXPECT_EQ(reply.code(), "not_allowed");
    }
    EXPECT_EQ(version(), before);
}

TEST_F(Respondio, R4_TheUserAdminManagesWorkspacesAndUsersWithMemberAccessAlone) {
    const std::string ula = join(acme, "ula", "user_admin");
    Client as_ula = server->client_for(ula);
    for (const char* read : {"", "/members", "/workspaces"}) {
        EXPECT_EQ(as_ula.get(acme.path + read).status, 200) << read;
    }
    EXPECT_EQ(as_ula.get(acme.path + "/plan").code(), "not_allowed");
    EXPECT_TRUE(check(acme, ula, "billing.information.view"));
    for (const char* right : {"settings.view_all", "billing.settings.view", "subscription.manage",
                              "subscription.cancel", "organization.delete"}) {
        EXPECT_FALSE(check(acme, ula, right)) << right;
    }

    const Reply made = as_ula.post(acme.path + "/workspaces", {{"name", "Sales"}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string sales = acme.path + "/workspaces/" + made.text("workspace");
    EXPECT_EQ(as_ula.patch(sales, {{"name", "Support"}}).status, 200);
    EXPECT_EQ(as_ula.post(acme.path + "/invitations", user("bo", "member")).status, 201);
    sign_up("bo");
    const std::string bo{members(acme, "?q=bo")[0].at("person").as_string()};
    for (const std::string& anybody : {bo, acme.founder, ula}) {
        EXPECT_EQ(as_ula.put(sales + "/members/" + anybody, object{}).status, 200);
    }
    EXPECT_EQ(workspaces_of(acme.founder), 1U);
    EXPECT_EQ(audit(acme, "?kind=WorkspaceRoleAssigned&actor=" + ula).size(), 3U);
    EXPECT_EQ(as_ula.remove(sales + "/members/" + bo).status, 200);
    EXPECT_EQ(as_ula.remove(path_of(bo) + "?confirmed=true").status, 200);
    EXPECT_EQ(as_ula.remove(sales).status, 200);

    const std::string before = version();
    EXPECT_EQ(as_ula.patch(acme.path, {{"name", "Ula's"}}).code(), "not_allowed");
    EXPECT_EQ(as_ula.remove(acme.path).code(), "not_allowed");
    const Reply admin = as_ula.post(acme.path + "/invitations", user("cy", "billing_admin"));
    EXPECT_EQ(admin.status, 403);
    EXPECT_EQ(admin.code(), "target_out_of_reach");
    const auto offers = as_ula.get(acme.path + "/offerable-roles").json().at("roles").as_array();
    for (const auto& offer : offers) {
        EXPECT_EQ(offer.at("offerable").as_bool(), offer.at("role") == "member");
    }
    EXPECT_EQ(version(), before);
}

TEST_F(Respondio, R5_AMemberSeesNoSettingsAndOnlyTheWorkspacesTheyWereGiven) {
    const auto workspaces = made_workspaces(2);
    const std::string bo = join(acme, "bo", "member");
    EXPECT_EQ(ada().put(path_of(bo) + "/workspaces/" + workspaces[0], object{}).status, 200);
    restart();
    Client as_bo = server->client_for(bo);
    const std::string other = "/workspaces/" + workspaces[1];
    for (const std::string read : {"", "/members", "/members.csv", other.c_str(), "/roles", "/plan",
                                   "/audit", "/blueprint", "/invitations"}) {
        const Reply reply = as_bo.get(acme.path + read);
        EXPECT_EQ(reply.status, 403) << read;
        EXPECT_EQ(reply.code(), "not_allowed") << read;
    }
    const auto named = as_bo.get(acme.path + "/workspaces").json().at("workspaces").as_array();
    ASSERT_EQ(named.size(), 1U) << "those they are in, by name";
    EXPECT_EQ(named[0].at("name"), "Workspace 1");
    EXPECT_FALSE(named[0].as_object().contains("members")) << "and nobody else in them";
    const Reply shown = as_bo.get(acme.path + "/workspaces/" + workspaces[0]);
    EXPECT_EQ(shown.text("name"), "Workspace 1");
    EXPECT_FALSE(shown.json().as_object().contains("members"));
    EXPECT_TRUE(check(acme, bo, "workspaces.open", workspaces[0]));
    EXPECT_FALSE(check(acme, bo, "workspaces.open", workspaces[1]));
    const auto own = as_bo.get(path_of(bo)).json();
    ASSERT_EQ(own.at("workspaces").as_array().size(), 1U);
    EXPECT_EQ(own.at("workspaces").at(0).at("workspace"), workspaces[0].c_str());
}

TEST_F(Respondio, R6_AnOrganizationAdminStaysAndMoreThanOneIsRecommended) {
    const auto codes = [&] {
        std::string text;
        const auto all = the_operator().get(acme.path).json().at("advice").as_array();
        for (const auto& advice : all) {
            text += std::string{advice.at("code").as_string()} + " ";
        }
        return text;
    };
    EXPECT_NE(codes().find("few_protected_holders"), std::string::npos);
    const std::string before = version();
    for (const std::string& actor : {acme.founder, std::string{}}) {
        Client client = server->client_for(actor);  // nobody named: the operator
        const Reply demoted = client.put(path_of(acme.founder) + "/roles", {{"role", "member"}});
        EXPECT_EQ(demoted.status, 409);
        EXPECT_EQ(demoted.code(), "last_protected_holder");
    }
    EXPECT_EQ(the_operator().remove(path_of(acme.founder)).code(), "last_protected_holder");
    EXPECT_EQ(version(), before);

    const std::string bo = join(acme, "bo", "organization_admin");
    restart();
    EXPECT_EQ(codes().find("few_protected_holders"), std::string::npos);
    Client as_bo = server->client_for(bo);
    EXPECT_EQ(as_bo.remove(path_of(acme.founder) + "?confirmed=true").status, 200)
        << "no longer the last";
}

TEST_F(Respondio, R7_TheListShowsAvatarNameRoleAddressAndLastSignInOrPending) {
    const auto rules = ada().get(acme.path + "/blueprint").json();
    std::vector<std::string> columns;
    for (const auto& column : rules.at("presentation").at("list_columns").as_array()) {
        columns.emplace_back(column.at("field").as_string());
    }
    EXPECT_EQ(columns,
              (std::vector<std::string>{"avatar", "name", "role", "address", "last_access"}));
    const std::string bo = join(acme, "bo", "billing_admin");
    const std::string cy = invite(acme, "cy", "member");
    const object profile{{"name", "Bo Diaz"}, {"avatar", "https://example.org/bo.png"}};
    EXPECT_EQ(the_operator().put("/v1/people/" + bo + "/profile", profile).status, 200);
    EXPECT_EQ(the_operator().post("/v1/people/" + bo + "/sign-ins").status, 201);
    restart();
    const auto shown = row(bo).as_object();
    EXPECT_EQ(shown.at("avatar"), "https://example.org/bo.png");
    EXPECT_EQ(shown.at("name"), "Bo Diaz");
    EXPECT_EQ(shown.at("roles").at(0), "billing_admin");
    EXPECT_EQ(shown.at("address"), "bo@example.org");
    EXPECT_EQ(shown.at("last_access"),
              the_operator().get("/v1/people/" + bo).text("last_sign_in").c_str());
    EXPECT_EQ(row(cy).at("status"), "pending");
    EXPECT_FALSE(row(cy).as_object().contains("last_access"));
    EXPECT_EQ(rules.at("presentation").at("status_words").at("pending"), "En attente");
}

TEST_F(Respondio, R8_UsersAreFoundByNameAndInOurAdditionByAddress) {
    const std::string bo = join(acme, "bo", "member");
    join(acme, "cy", "member");
    EXPECT_EQ(the_operator().put("/v1/people/" + bo + "/profile", {{"name", "Zoé Durand"}}).status,
              200);
    restart();
    for (const std::string words : {"zo%C3%A9", "Durand", "dur+zo", "bo@example.org"}) {
        const auto found = members(acme, "?q=" + words);
        ASSERT_EQ(found.size(), 1U) << words;
        EXPECT_EQ(found[0].at("person"), bo.c_str()) << words;
    }
    EXPECT_TRUE(members(acme, "?q=nobody").empty());
}

TEST_F(Respondio, R8_PendingUsersAreFoundThenEditedAndRemoved) {
    const std::string ula = join(acme, "ula", "user_admin");
    const std::string bo = invite(acme, "bo", "member");
    ASSERT_EQ(members(acme, "?q=bo").size(), 1U);
    EXPECT_EQ(ada().put(path_of(bo) + "/roles", {{"role", "billing_admin"}}).status, 200);
    EXPECT_EQ(role_of(bo), "billing_admin");
    Client as_ula = server->client_for(ula);
    const std::string removal = path_of(bo) + "?confirmed=true";
    EXPECT_EQ(as_ula.remove(removal).code(), "target_out_of_reach") << "R4: members alone";
    EXPECT_EQ(ada().put(path_of(bo) + "/roles", {{"role", "member"}}).status, 200);
    const Reply look = as_ula.remove(path_of(bo));
    EXPECT_EQ(look.code(), "confirmation_missing");
    EXPECT_EQ(look.json().at("consequences").at(0).at("event"), "InvitationCancelled");
    EXPECT_EQ(as_ula.remove(removal).status, 200);
    restart();
    EXPECT_TRUE(members(acme, "?status=pending").empty());
    EXPECT_EQ(audit(acme, "?kind=InvitationCancelled").size(), 1U);
}

TEST_F(Respondio, R9_AUserIsAddedWithAnAddressAndARoleAndTenWorkspacesInTheSameStep) {
    const auto workspaces = made_workspaces(11);
    const std::vector<std::string> ten(workspaces.begin(), workspaces.begin() + 10);
    object bo{{"address", "bo@example.org"}};
    EXPECT_EQ(ada().post(acme.path + "/invitations", bo).code(), "role_missing");
    bo["role"] = "member";
    bo["workspaces"] = places_in(workspaces);
    const Reply eleven = ada().post(acme.path + "/invitations", bo);
    EXPECT_EQ(eleven.status, 409);
    EXPECT_EQ(eleven.code(), "too_many_workspaces");
    EXPECT_EQ(members(acme).size(), 1U) << "nobody was added";
    bo["workspaces"] = places_in(ten);
    const Reply added = ada().post(acme.path + "/invitations", bo);
    ASSERT_EQ(added.status, 201) << added.body;
    sign_up("bo");
    restart();
    EXPECT_EQ(workspaces_of(std::string{added.json().at("rows").at(0).at("person").as_string()}),
              10U);
}

TEST_F(Respondio, R9_InTheStepAfterAPendingUserGetsUpToTenAndMoreFromTheWorkspacesSide) {
    const auto workspaces = made_workspaces(11);
    const std::vector<std::string> ten(workspaces.begin(), workspaces.begin() + 10);
    const std::string bo = invite(acme, "bo", "member");
    const std::string cy = invite(acme, "cy", "member");
    EXPECT_EQ(workspaces_of(bo), 0U) << "the step may be skipped";
    const std::string step = path_of(bo) + "/workspaces";
    const Reply eleven = ada().post(step, {{"workspaces", places_in(workspaces)}});
    EXPECT_EQ(eleven.status, 409);
    EXPECT_EQ(eleven.code(), "too_many_workspaces");
    EXPECT_EQ(workspaces_of(bo), 0U) << "all or none";
    EXPECT_EQ(ada().post(step, {{"workspaces", places_in(ten)}}).status, 200);
    EXPECT_EQ(audit(acme, "?kind=AssignWorkspaces&outcome=accepted").size(), 1U) << "one act";
    const std::string last = acme.path + "/workspaces/" + workspaces[10];
    const Reply in_all = ada().post(step, {{"workspaces", places_in({workspaces[10]})}});
    EXPECT_EQ(in_all.code(), "too_many_workspaces") << "nor by another step";
    EXPECT_EQ(ada().put(step + "/" + workspaces[10], object{}).code(), "too_many_workspaces");
    EXPECT_EQ(ada().put(last + "/members/" + bo, object{}).status, 200);
    restart();
    EXPECT_EQ(row(bo).at("status"), "pending");
    EXPECT_EQ(workspaces_of(bo), 11U);
    sign_up("bo");
    sign_up("cy");
    EXPECT_EQ(workspaces_of(bo), 11U);
    EXPECT_EQ(ada().post(path_of(cy) + "/workspaces", {{"workspaces", places_in(ten)}}).status, 200)
        << "later";
    EXPECT_EQ(ada().get(last).json().at("members").as_array().size(), 1U);
    EXPECT_EQ(ada().remove(last + "/members/" + bo).status, 200);
    EXPECT_EQ(workspaces_of(bo), 10U);
}

TEST_F(Respondio, R10_R4_WhoAddsAndRemovesWhom) {
    const auto actors = one_of_each();
    for (const std::string& role : the_roles) {
        const std::string cells = role == "member" ? "+n+n" : "+nrn";
        expect_cells("add " + role, cells, actors, [&](Client& client, const std::string& query) {
            return client.post(acme.path + "/invitations" + query, user("newcomer", role));
        });
        const std::string target = join(acme, "another-" + role, role);
        expect_cells("remove " + role, cells, actors,
                     [&](Client& client, const std::string& query) {
                         return client.remove(path_of(target) + query);
                     });
    }
}

TEST_F(Respondio, R10_R4_WhoChangesWhoseRoleAndWorkspaces) {
    const auto actors = one_of_each();
    const std::string sales = workspace(acme, "Sales");
    for (const std::string& role : the_roles) {
        const std::string target = join(acme, "another-" + role, role);
        const std::string other = role == "member" ? "billing_admin" : "member";
        expect_cells("change the role of " + role, "+nnn", actors,
                     [&](Client& client, const std::string& query) {
                         return client.put(path_of(target) + "/roles" + query, {{"role", other}});
                     });
        expect_cells("change the workspaces of " + role, "+n+n", actors,
                     [&](Client& client, const std::string& query) {
                         return client.put(path_of(target) + "/workspaces/" + sales + query,
                                           object{});
                     });
    }
}

TEST_F(Respondio, R11_NobodyRemovesThemselvesButAnotherAuthorisedUserDoes) {
    const auto users = one_of_each();
    const std::string another = join(acme, "another", "organization_admin");
    const std::string before = version();
    for (const std::string& user : users) {
        const Reply reply = server->client_for(user).remove(path_of(user) + "?confirmed=true");
        EXPECT_EQ(reply.status, 403);
        EXPECT_EQ(reply.code(), "self_removal_not_allowed");
    }
    EXPECT_EQ(version(), before);
    for (const std::string& user : users) {
        EXPECT_EQ(server->client_for(another).remove(path_of(user) + "?confirmed=true").status,
                  200);
    }
    restart();
    EXPECT_EQ(members(acme).size(), 1U);
    EXPECT_EQ(audit(acme, "?kind=MemberRemoved").size(), users.size());
    EXPECT_EQ(audit(acme, "?kind=RemoveMember&outcome=refused").size(), users.size());
}

TEST_F(Respondio, R12_RemovalIsConfirmedAfterALookAtItsDetailsAndEndsEveryAccess) {
    const auto workspaces = made_workspaces(2);
    const std::string bo = join(acme, "bo", "member");
    const std::string step = path_of(bo) + "/workspaces";
    EXPECT_EQ(ada().post(step, {{"workspaces", places_in(workspaces)}}).status, 200);
    const Reply look = ada().remove(path_of(bo) + "?dry_run=true");
    ASSERT_EQ(look.status, 200) << look.body;
    const auto consequence = look.json().at("consequences").at(0);
    EXPECT_EQ(consequence.at("event"), "MemberRemoved");
    EXPECT_EQ(consequence.at("person"), bo.c_str());
    EXPECT_EQ(consequence.at("workspaces").as_array().size(), 2U);
    EXPECT_TRUE(check(acme, bo, "workspaces.open", workspaces[0])) << "asking changed nothing";
    ASSERT_EQ(ada().remove(path_of(bo) + "?confirmed=true").status, 200);
    restart();
    for (const std::string& each : workspaces) {
        EXPECT_FALSE(check(acme, bo, "workspaces.open", each));
        const Reply shown = ada().get(acme.path + "/workspaces/" + each);
        EXPECT_TRUE(shown.json().at("members").as_array().empty());
    }
    EXPECT_EQ(row(bo).at("status"), "former");
}

TEST_F(Respondio, R12_InOurFormContactsAreUnassignedByAnEventOfThePersonAndTheWorkspaces) {
    const auto workspaces = made_workspaces(2);
    const std::string bo = join(acme, "bo", "member");
    const std::string step = path_of(bo) + "/workspaces";
    EXPECT_EQ(ada().post(step, {{"workspaces", places_in(workspaces)}}).status, 200);
    EXPECT_EQ(ada().remove(path_of(bo) + "?confirmed=true").status, 200);
    restart();
    const auto removals = audit(acme, "?kind=MemberRemoved");
    ASSERT_EQ(removals.size(), 1U);
    const auto event = removals[0].at("events").at(0);
    EXPECT_EQ(event.at("person"), bo.c_str());
    ASSERT_EQ(event.at("workspaces").as_array().size(), 2U);
    for (const std::string& each : workspaces) {
        EXPECT_NE(boost::json::serialize(event.at("workspaces")).find(each), std::string::npos);
    }
}

TEST_F(Respondio, R13_ANewAddressIsANewUserWithTheSameAccessAndARemovalOfTheOldOne) {
    const auto workspaces = made_workspaces(2);
    object user{{"address", "bo@example.org"},
                {"role", "user_admin"},
                {"workspaces", places_in(workspaces)}};
    const Reply old = ada().post(acme.path + "/invitations", user);
    sign_up("bo");
    const std::string bo{old.json().at("rows").at(0).at("person").as_string()};
    user["address"] = "robert@example.org";
    const Reply added = ada().post(acme.path + "/invitations", user);
    sign_up("robert");
    const std::string robert{added.json().at("rows").at(0).at("person").as_string()};
    EXPECT_EQ(row(robert).at("roles"), row(bo).at("roles"));
    EXPECT_EQ(row(robert).at("workspaces"), row(bo).at("workspaces"));
    EXPECT_EQ(row(bo).at("status"), "active") << "until the separate act";
    EXPECT_EQ(ada().remove(path_of(bo) + "?confirmed=true").status, 200);
    restart();
    EXPECT_EQ(row(bo).at("status"), "former");
    EXPECT_EQ(workspaces_of(robert), 2U);
}

/// Respond.io sold by the seat, with as many seats as it has users.
class RespondioBySeat : public Respondio {
 protected:
    std::string ledger() const {
        const auto plan = the_operator().get(acme.path + "/plan").json();
        const auto& seats = plan.at("licences").at("user");
        return boost::json::serialize(seats.at("reserved")) + " reserved, " +
               boost::json::serialize(seats.at("used")) + " used";
    }

    void SetUp() override {
        auto blueprint = the_operator().get("/v1/blueprints/respondio").json();
        auto& rules = blueprint.as_object();
        rules["licence_classes"] = array{object{{"id", "user"}, {"name", "User"}}};
        rules["plans"].at(0).as_object()["limits"] = object{{"user", 2}};
        for (auto& role : rules["roles"].as_array()) {
            role.as_object()["licences"] = array{"user"};
        }
        const Reply founded = the_operator().post(
            "/v1/organizations", {{"name", "Acme by seat"},
                                  {"blueprint", blueprint},
                                  {"founder", {{"address", "ada@example.org"}, {"name", "ada"}}}});
        ASSERT_EQ(founded.status, 201) << founded.body;
        acme.id = founded.text("organization");
        acme.path = "/v1/organizations/" + acme.id;
    }
};

TEST_F(RespondioBySeat, R13_InOurAdditionOneStepKeepsTheOldAccessUntilTheNewAddressAccepts) {
    const std::string sales = workspace(acme, "Sales");
    const std::string bo = join(acme, "bo", "user_admin");
    EXPECT_EQ(ada().put(path_of(bo) + "/workspaces/" + sales, object{}).status, 200);
    EXPECT_EQ(ledger(), "0 reserved, 2 used");
    EXPECT_EQ(ada().post(acme.path + "/invitations", user("cy", "member")).code(),
              "seat_limit_reached");
    const Reply asked =
        ada().post(path_of(bo) + "/replace-address", {{"address", "robert@example.org"}});
    ASSERT_EQ(asked.status, 201) << asked.body;
    const std::string robert = asked.text("person");
    EXPECT_EQ(row(robert).at("invitation"), asked.text("invitation").c_str());
    EXPECT_EQ(row(robert).at("replaces"), bo.c_str());
    EXPECT_EQ(ledger(), "0 reserved, 2 used") << "no second seat";
    restart();
    EXPECT_EQ(server->client_for(bo).get(acme.path + "/members").status, 200) << "still at work";
    EXPECT_FALSE(check(acme, robert, "workspaces.open", sales));

    sign_up("robert");
    restart();
    EXPECT_EQ(server->client_for(bo).get(acme.path + "/members").code(), "organization_not_found");
    EXPECT_EQ(server->client_for(robert).get(acme.path + "/members").status, 200);
    EXPECT_EQ(role_of(robert), "user_admin");
    EXPECT_TRUE(check(acme, robert, "workspaces.open", sales));
    EXPECT_EQ(row(bo).at("status"), "former");
    EXPECT_EQ(ledger(), "0 reserved, 2 used");
    const auto commits = audit(acme, "?kind=MemberRemoved");
    ASSERT_EQ(commits.size(), 1U);
    EXPECT_EQ(events_of(commits[0]),
              "PersonRegistered InvitationAccepted MemberRemoved MemberJoined")
        << "one commit";
}

TEST_F(Respondio, R13_InOurAdditionWhoMayAddAndRemoveAUserMayReplaceTheirAddress) {
    const auto actors = one_of_each();
    for (const std::string& role : the_roles) {
        const std::string target = join(acme, "another-" + role, role);
        const std::string cells = role == "member" ? "+n+n" : "+nrn";
        expect_cells("replace the address of " + role, cells, actors,
                     [&](Client& client, const std::string& query) {
                         return client.post(path_of(target) + "/replace-address" + query,
                                            {{"address", "new@example.org"}});
                     });
    }
    const Reply own =
        ada().post(path_of(acme.founder) + "/replace-address", {{"address", "new@example.org"}});
    EXPECT_EQ(own.status, 403);
    EXPECT_EQ(own.code(), "self_removal_not_allowed");
}

TEST_F(Respondio, R14_OnlyTheThreeKindsOfAdminReachTheUserSettings) {
    const auto actors = one_of_each();
    const std::string sales = "/workspaces/" + workspace(acme, "Sales");
    for (const std::string& read : {std::string{"/members"}, std::string{"/invitations"}, sales})
        for (std::size_t at = 0; at < the_roles.size(); ++at) {
            const Reply reply = server->client_for(actors[at]).get(acme.path + read);
            EXPECT_EQ(reply.status, the_roles[at] == "member" ? 403 : 200)
                << read << " by " << the_roles[at];
        }
    const Reply own = server->client_for(actors.back()).get(acme.path + "/workspaces");
    EXPECT_TRUE(own.json().at("workspaces").as_array().empty()) << "R5: those they are in";
}

TEST_F(Respondio, R15_SubmittingSendsAMailAndItsLinkOpensTheWorkspace) {
    const std::string sales = workspace(acme, "Sales");
    object bo_there = user("bo", "member");
    bo_there["workspaces"] = places_in({sales});
    const Reply submitted = ada().post(acme.path + "/invitations", bo_there);
    ASSERT_EQ(submitted.status, 201) << submitted.body;
    const std::string bo{submitted.json().at("rows").at(0).at("person").as_string()};
    EXPECT_FALSE(check(acme, bo, "workspaces.open", sales)) << "not before the link is followed";
    EXPECT_EQ(server->client_for(bo).get(path_of(bo)).code(), "organization_not_found");
    restart();
    const std::string link = "/v1/invitations/" + token_to("bo");
    EXPECT_EQ((Client{server->port(), ""}.post(link + "/accept", {{"name", "Bo"}}).status), 200);
    restart();
    EXPECT_TRUE(check(acme, bo, "workspaces.open", sales));
    EXPECT_EQ(audit(acme, "?kind=InvitationAccepted&subject=" + bo).size(), 1U);
}

}  // namespace
}  // namespace muster::testing
