// The rules of Respond.io about what its roles may do and see (R1 to R8), over the HTTP API of the
// real binary: four roles and workspaces without roles.
#include "tests/conformance/respondio.h"

namespace muster::testing {
namespace {

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

}  // namespace
}  // namespace muster::testing
