// Moving an organisation to other rules over the HTTP API of the real binary: what stands in the
// way is listed at once, maps say what becomes of it, and nothing happens by halves.
#include "tests/program/scene.h"

#include <set>

namespace muster::testing {
namespace {

namespace json = boost::json;

class BlueprintChange : public Scene {
 protected:
    Client as(const std::string& person) const { return server->client_for(person); }
    Reply change(const Founded& organization, const json::object& to,
                 const std::string& query = "") const {
        return the_operator().put(organization.path + "/blueprint" + query, to);
    }
    std::string rules_of(const Founded& organization) const {
        return the_operator().get(organization.path + "/blueprint").text("id");
    }
    json::object row_of(const Founded& organization, const std::string& person) const {
        return the_operator().get(organization.path + "/members/" + person).json().as_object();
    }

    /// "members_hold_role user 2", one an obstacle.
    static std::set<std::string> obstacles_in(const json::value& refusal) {
        std::set<std::string> lines;
        const json::value* list = refusal.as_object().if_contains("obstacles");
        if (list == nullptr) return lines;
        for (const json::value& obstacle : list->as_array()) {
            lines.insert(std::string{obstacle.at("kind").as_string()} + " " +
                         std::string{obstacle.at("subject").as_string()} + " " +
                         json::serialize(obstacle.at("count")));
        }
        return lines;
    }
    static std::set<std::string> obstacles(const Reply& reply) {
        EXPECT_EQ(reply.status, 409) << reply.body;
        EXPECT_EQ(reply.code(), "blueprint_breaks");
        return obstacles_in(reply.json());
    }

    /// A company whose founder made a workspace, where bo edits.
    struct Company {
        Founded organization;
        std::string bo;
        std::string workspace;
    };
    Company company_with_an_editor() const {
        const Founded mark = found("mark");
        const std::string bo = person("bo");
        const Reply joined =
            as(mark.founder).post(mark.path + "/invitations", {{"address", "bo@example.org"}});
        EXPECT_EQ(joined.status, 201) << joined.body;
        const std::string there = workspace(mark, "Design");
        const std::string place = mark.path + "/workspaces/" + there + "/members/" + bo;
        EXPECT_EQ(as(mark.founder).put(place, {{"role", "editor"}}).status, 200);
        return {mark, bo, there};
    }
};

TEST_F(BlueprintChange, IsTheOperatorsAlone) {
    const Founded acme = found("conance");
    const json::object to{{"blueprint", "conance"}, {"plan", "premium"}};
    const std::string path = acme.path + "/blueprint";
    const Reply refused = as(acme.founder).put(path, to);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.code(), "operator_only");
    EXPECT_EQ(as(person("eve")).put(path, to).code(), "organization_not_found");
    EXPECT_EQ(as(acme.founder).get(acme.path + "/plan").text("plan"), "free");
    EXPECT_EQ(change(acme, to).status, 200);
    EXPECT_EQ(as(acme.founder).get(acme.path + "/plan").text("plan"), "premium");
    const std::string version = the_operator().get(acme.path).text("version");
    EXPECT_EQ(change(acme, to).status, 200) << "it is so already";
    EXPECT_EQ(the_operator().get(acme.path).text("version"), version);
    EXPECT_EQ(audit(acme, "?kind=BlueprintChanged").size(), 1U);
    const Reply stale =
        the_operator().put(path, {{"blueprint", "conance"}, {"plan", "free"}}, {"If-Match: \"1\""});
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(rules_of(acme), "conance");
}

TEST_F(BlueprintChange, ListsEverythingInTheWayAtOnceAndChangesNothing) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "user");
    invite(acme, "cy", "user");
    const Reply made = as(acme.founder)
                           .post(acme.path + "/roles",
                                 {{"name", "Auditeur"}, {"permissions", {"commissions.approve"}}});
    EXPECT_EQ(made.status, 201) << made.body;
    const std::set<std::string> expected{"members_hold_role administrator 1",
                                         "members_hold_role user 1",
                                         "invitations_name_role user 1",
                                         "custom_roles_exist  1",
                                         "permission_unknown commissions.approve 1",
                                         "plan_unknown free 1"};
    const json::object to{{"blueprint", "mark"}};
    EXPECT_EQ(obstacles(change(acme, to, "?dry_run=true")), expected);
    EXPECT_TRUE(audit(acme, "?kind=ChangeBlueprint").empty()) << "a look leaves no trace";
    EXPECT_EQ(obstacles(change(acme, to)), expected);
    restart();
    EXPECT_EQ(rules_of(acme), "conance");
    EXPECT_EQ(row_of(acme, bo).at("roles"), json::array{"user"});
    EXPECT_EQ(members(acme, "?status=pending").size(), 1U);
    const auto trail = audit(acme, "?kind=ChangeBlueprint");
    ASSERT_EQ(trail.size(), 1U);
    EXPECT_EQ(trail[0].at("code"), "blueprint_breaks");
    EXPECT_EQ(obstacles_in(trail[0]), expected);
}

TEST_F(BlueprintChange, MapsRolesAndTheNewRulesHoldAtOnce) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "user");
    invite(acme, "cy", "user");
    const Reply made = as(acme.founder).post(acme.path + "/roles", {{"name", "Auditeur"}});
    const std::string own = made.text("role");
    json::object to{{"blueprint", "mark"},
                    {"plan", "standard"},
                    {"roles", {{"administrator", "super_admin"}, {"user", "member"}}},
                    {"reason", "Moves to Mark"}};
    to["roles"].as_object()[own] = "emperor";
    EXPECT_EQ(obstacles(change(acme, to)),
              std::set<std::string>{"mapped_role_unknown " + own + " 1"});
    to["roles"].as_object()[own] = "team_admin";
    const Reply look = change(acme, to, "?dry_run=true");
    EXPECT_EQ(look.status, 200) << look.body;
    EXPECT_EQ(look.json().at("consequences").at(0).at("event"), "BlueprintChanged");
    EXPECT_EQ(rules_of(acme), "conance");

    EXPECT_EQ(change(acme, to).status, 200);
    restart();
    EXPECT_EQ(rules_of(acme), "mark");
    EXPECT_EQ(row_of(acme, acme.founder).at("roles"), json::array{"super_admin"});
    EXPECT_EQ(row_of(acme, bo).at("roles"), json::array{"member"});
    EXPECT_EQ(members(acme, "?status=pending")[0].at("roles"), json::array{"member"});
    EXPECT_EQ(as(acme.founder).get(acme.path + "/roles").json().at("roles").as_array().size(), 4U);
    EXPECT_TRUE(check(acme, acme.founder, "billing.manage"));
    const json::object with_role{{"address", "di@example.org"}, {"role", "member"}};
    EXPECT_EQ(as(acme.founder).post(acme.path + "/invitations", with_role).code(),
              "role_not_asked_for");
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.post("/v1/invitations/" + token_to("cy") + "/accept", {{"name", "cy"}}).status,
              200)
        << "what was offered before is kept";
    const auto trail = audit(acme, "?kind=BlueprintChanged");
    ASSERT_EQ(trail.size(), 1U);
    EXPECT_EQ(trail[0].at("reason"), "Moves to Mark");
    EXPECT_EQ(trail[0].at("events").at(0).at("roles").at("user"), "member");
}

TEST_F(BlueprintChange, MapsWorkspaceRolesToNoneAndBack) {
    const auto [company, bo, design] = company_with_an_editor();
    EXPECT_EQ(row_of(company, bo).at("licence"), "unlimited");
    json::object to_folders{{"blueprint", "universign"}};
    EXPECT_EQ(
        obstacles(change(company, to_folders)),
        (std::set<std::string>{"members_hold_role member 1", "members_hold_role super_admin 1",
                               "workspace_role_held admin 1", "workspace_role_held editor 1"}));
    to_folders["roles"] = json::object{{"super_admin", "owner"}, {"member", "contributor"}};
    to_folders["workspace_roles"] = json::object{{"admin", ""}, {"editor", ""}};
    EXPECT_EQ(change(company, to_folders).status, 200);
    restart();
    const json::object in_folder = row_of(company, bo);
    EXPECT_EQ(in_folder.at("workspaces"),
              (json::array{json::object{{"workspace", design}, {"name", "Design"}}}));
    EXPECT_FALSE(in_folder.contains("licence")) << "which it no longer takes";
    EXPECT_TRUE(check(company, bo, "transactions.write_in_folders", design));
    EXPECT_FALSE(check(company, bo, "transactions.write"));

    const json::object back{{"blueprint", "mark"},
                            {"roles", {{"owner", "super_admin"}, {"contributor", "member"}}},
                            {"workspace_roles", json::object{{"", "collaborator"}}}};
    EXPECT_EQ(change(company, back).status, 200);
    restart();
    const json::object again = row_of(company, bo);
    EXPECT_EQ(again.at("workspaces").at(0).at("role"), "collaborator");
    EXPECT_EQ(again.at("licence"), "discovery");
    EXPECT_EQ(audit(company, "?kind=BlueprintChanged").size(), 2U);
}

TEST_F(BlueprintChange, LeavesNoOrganisationWithoutItsHolders) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", "administrator");
    // An administrator of Universign has no protected role, and somebody must be the owner.
    json::object to{{"blueprint", "universign"}, {"plan", "standard"}};
    EXPECT_EQ(obstacles(change(acme, to)),
              (std::set<std::string>{"no_protected_holder  1", "single_holder_count owner 0"}));
    to["roles"] = json::object{{"administrator", "owner"}};
    EXPECT_EQ(obstacles(change(acme, to)), std::set<std::string>{"single_holder_count owner 2"});
    const std::string roles = acme.path + "/members/" + bo + "/roles";
    EXPECT_EQ(as(acme.founder).put(roles, {{"role", "user"}}).status, 200);
    to["roles"] = json::object{{"administrator", "owner"}, {"user", "administrator"}};
    EXPECT_EQ(change(acme, to).status, 200);
    restart();
    EXPECT_EQ(row_of(acme, acme.founder).at("roles"), json::array{"owner"});
    EXPECT_EQ(row_of(acme, bo).at("roles"), json::array{"administrator"});
    EXPECT_EQ(as(bo).remove(acme.path + "/members/" + acme.founder).code(), "target_out_of_reach");
}

TEST_F(BlueprintChange, CountsPlacesAndSeveralRolesUnderTheNewRules) {
    const Founded lab = found("engagelab");
    const Reply made = as(lab.founder).post(lab.path + "/roles", {{"name", "Senders"}});
    const std::string senders = made.text("role");
    const std::string both = lab.path + "/roles/" + senders + "/members/" + lab.founder;
    EXPECT_EQ(the_operator().put(both, json::object{}).status, 200);
    for (const char* name : {"bo", "cy", "di"}) invite(lab, name, "admin");
    json::object to{
        {"blueprint", "conance"}, {"plan", "free"}, {"roles", {{"admin", "administrator"}}}};
    EXPECT_EQ(obstacles(change(lab, to)), (std::set<std::string>{"members_hold_several_roles  1",
                                                                 "seats_over_limit member 4"}));
    EXPECT_EQ(the_operator().remove(both).status, 200);
    const auto no_room = obstacles(change(lab, to));
    ASSERT_EQ(no_room.size(), 1U);
    EXPECT_TRUE(no_room.begin()->starts_with("seats_over_limit"));
    to["plan"] = "gold";
    EXPECT_EQ(obstacles(change(lab, to)), std::set<std::string>{"plan_unknown gold 1"});
    EXPECT_EQ(rules_of(lab), "engagelab");
    to["plan"] = "premium";
    EXPECT_EQ(change(lab, to).status, 200);
    restart();
    const Reply plan = the_operator().get(lab.path + "/plan");
    EXPECT_EQ(plan.json().at("licences").at("member").at("used"), 1);
    EXPECT_EQ(plan.json().at("licences").at("member").at("reserved"), 3);
    EXPECT_EQ(the_operator().get(lab.path + "/roles/" + senders).text("name"), "Senders")
        << "a role of their own stays";
}

TEST_F(BlueprintChange, TakesRulesOfOnesOwnAndNamesEveryErrorOfBadOnes) {
    const Founded acme = found("conance");
    invite(acme, "bo", "user");
    json::object rules = the_operator().get("/v1/blueprints/conance").json().as_object();
    rules["joining"].as_object()["invitation_life_seconds"] = 86'400;
    rules["plans"].at(0).at("limits").as_object()["member"] = 2;
    EXPECT_EQ(change(acme, {{"blueprint", rules}}).status, 200);
    restart();
    const json::value now = the_operator().get(acme.path + "/blueprint").json();
    EXPECT_EQ(now.at("joining").at("invitation_life_seconds"), 86'400);
    const json::object cy{{"address", "cy@example.org"}, {"role", "user"}};
    EXPECT_EQ(as(acme.founder).post(acme.path + "/invitations", cy).code(), "seat_limit_reached");

    rules["founder_role"] = "queen";
    rules["first_plan"] = "gold";
    rules["needs"].as_object()["read_audit"] = "audit.dream";
    const Reply refused = change(acme, {{"blueprint", rules}});
    EXPECT_EQ(refused.status, 400);
    for (const char* field : {"founder_role", "first_plan", "needs.read_audit"}) {
        EXPECT_NE(refused.body.find("\"blueprint." + std::string{field} + "\""), std::string::npos)
            << field << ": " << refused.body;
    }
    EXPECT_EQ(change(acme, {{"blueprint", "chess"}}).status, 400);
    EXPECT_EQ(change(acme, json::object{}).status, 400);
    EXPECT_EQ(change(acme, {{"blueprint", "conance"}, {"roles", {"user"}}}).status, 400);
    EXPECT_EQ(audit(acme, "?kind=ChangeBlueprint").size(), 1U);
}

}  // namespace
}  // namespace muster::testing
