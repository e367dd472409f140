// Roles through the routes alone: made, named, filled, emptied, deleted and copied.
#include "tests/api/http_api.h"

namespace muster::http {
namespace {

namespace json = boost::json;

class HttpRoles : public ApiTest {
 protected:
    Founded acme = found("engagelab");

    std::string role(const std::string& name, const Founded& organization) {
        const Shown made = send("POST", organization.path + "/roles", {{"name", name}});
        EXPECT_EQ(made.status, 201U) << made.body;
        return made.text("role");
    }
    std::string path(const std::string& role) const { return acme.path + "/roles/" + role; }
    json::value shown_role(const Founded& organization, const std::string& name) {
        const Shown list = get(organization.path + "/roles");
        for (const json::value& entry : list.json.at("roles").as_array()) {
            if (entry.at("name") == json::value(name)) return entry;
        }
        return {};
    }
};

TEST_F(HttpRoles, ARoleStartsWithANameAloneAndIsGivenPermissionsLater) {
    const std::string night = role("Night", acme);
    EXPECT_TRUE(shown_role(acme, "Night").at("permissions").as_array().empty());
    const json::object permissions{{"permissions", {"members.view", "members.invite"}}};
    EXPECT_EQ(send("PATCH", path(night), permissions, acme.founder).status, 200U);
    EXPECT_EQ(shown_role(acme, "Night").at("permissions"), permissions.at("permissions"));
    EXPECT_EQ(send("PATCH", path(night), {{"name", "Nights"}}, acme.founder).status, 200U);
    EXPECT_EQ(shown_role(acme, "Nights").at("role"), json::value(night));
}

TEST_F(HttpRoles, AChangeNamesANameOrPermissionsAndNotBoth) {
    const std::string night = role("Night", acme);
    const Shown neither = send("PATCH", path(night), {{"reason", "tidy"}});
    EXPECT_EQ(neither.status, 400U);
    EXPECT_TRUE(neither.text("detail").contains("a new name or all permissions")) << neither.body;
    const json::object both{{"name", "Nights"}, {"permissions", json::array{}}};
    EXPECT_EQ(send("PATCH", path(night), both).status, 400U);
}

TEST_F(HttpRoles, APermissionIsNamedOnce) {
    const json::object twice{{"name", "Night"},
                             {"permissions", {"members.view", "members.invite", "members.view"}}};
    const Shown made = send("POST", acme.path + "/roles", twice, acme.founder);
    EXPECT_EQ(made.status, 400U);
    EXPECT_NE(made.body.find("permissions[2]"), std::string::npos) << made.body;
}

TEST_F(HttpRoles, AQueryOfNothingAsksForNothing) {
    EXPECT_EQ(get(acme.path + "?").status, 200U);
    EXPECT_EQ(get(acme.path + "?&&").status, 200U);
    const Shown unnamed = get(acme.path + "?=1");
    EXPECT_EQ(unnamed.status, 400U);
    EXPECT_NE(unnamed.body.find("the query"), std::string::npos) << unnamed.body;
    EXPECT_EQ(send("PUT", acme.path, {}).header("Allow"), "GET, HEAD, PATCH, DELETE");
}

TEST_F(HttpRoles, ARoleOfThePathIsNotFoundAndOneOfTheBodyIsABadArgument) {
    EXPECT_EQ(send("DELETE", path("no-such")).status, 404U);
    EXPECT_EQ(send("PUT", path("no-such") + "/members/" + acme.founder).status, 404U);
    const Shown body = send("PUT", acme.path + "/members/" + acme.founder + "/roles",
                            {{"roles", {"admin", "no-such"}}});
    EXPECT_EQ(body.status, 422U);
    EXPECT_EQ(body.json.at("status"), 422);
    EXPECT_EQ(body.code(), "role_not_found");
}

TEST_F(HttpRoles, MembersAreTakenOnAndOffARole) {
    const std::string night = role("Night", acme);
    const std::string bo = join(acme, "bo", {{"role", "admin"}});
    const std::string holder = path(night) + "/members/" + bo;
    EXPECT_EQ(send("PUT", holder, {{"reason", "rota"}}, acme.founder).status, 200U);
    EXPECT_EQ(get(acme.path + "/members/" + bo).json.at("roles").as_array().size(), 2U);
    EXPECT_EQ(send("DELETE", holder, {}, acme.founder).status, 200U);
    EXPECT_EQ(get(acme.path + "/members/" + bo).json.at("roles"), json::array{"admin"});
}

TEST_F(HttpRoles, ARoleInUseIsNotDeletedAndTheAnswerSaysByHowMany) {
    const std::string night = role("Night", acme);
    join(acme, "bo", {{"role", night}});
    const Shown refused = send("DELETE", path(night), {}, acme.founder);
    EXPECT_EQ(refused.status, 409U);
    EXPECT_EQ(refused.code(), "role_in_use");
    const json::object expected{{"kind", "members_hold_role"}, {"subject", night}, {"count", 1}};
    EXPECT_EQ(refused.json.at("obstacles"), json::array{expected}) << refused.body;
    EXPECT_EQ(send("DELETE", path("admin"), {}, acme.founder).code(), "role_not_deletable");
}

TEST_F(HttpRoles, ACopyHasAVerdictForEachOrganisation) {
    const std::string night = role("Night", acme);
    const Founded one = found("engagelab", "ada");
    const Founded two = found("engagelab", "ada");
    role("Night", two);
    const json::object targets{{"organizations", {one.id, two.id}}};
    const Shown copied = send("POST", path(night) + "/copy", targets, acme.founder);
    ASSERT_EQ(copied.status, 201U) << copied.body;
    const json::value& done = copied.json.at("rows").at(0);
    EXPECT_EQ(done.at("organization"), json::value(one.id));
    EXPECT_EQ(done.at("outcome"), "copied");
    EXPECT_EQ(shown_role(one, "Night").at("role"), done.at("role"));
    const json::value& refused = copied.json.at("rows").at(1);
    EXPECT_EQ(refused.at("outcome"), "refused");
    EXPECT_EQ(refused.at("code"), "role_name_taken");
    EXPECT_FALSE(refused.as_object().contains("role"));
    EXPECT_EQ(send("POST", path("admin") + "/copy", targets).code(), "role_not_copyable");
    EXPECT_EQ(send("POST", path(night) + "/copy", json::object{}).status, 400U);
}

TEST_F(HttpRoles, ACopyToWhereTheKeyDoesNotReachIsNotMadeAnywhere) {
    const std::string night = role("Night", acme);
    const Founded one = found("engagelab", "ada");
    const Founded two = found("engagelab", "ada");
    const Shown made =
        send("POST", "/v1/api-keys", {{"label", "some"}, {"organizations", {acme.id, one.id}}});
    const std::string body = json::serialize(json::object{{"organizations", {one.id, two.id}}});
    const Shown refused =
        ask("POST", path(night) + "/copy", acme.founder, body, made.text("secret"));
    EXPECT_EQ(refused.status, 404U);
    EXPECT_EQ(refused.code(), "organization_not_found");
    EXPECT_TRUE(shown_role(one, "Night").is_null());
}

TEST_F(HttpRoles, AnAuditTrailShowsNothingThatACopyDidElsewhere) {
    const std::string night = role("Night", acme);
    const Founded one = found("engagelab", "ada");
    const Founded two = found("engagelab", "ada");
    const json::object targets{{"organizations", {one.id, two.id}}};
    ASSERT_EQ(send("POST", path(night) + "/copy", targets).status, 201U);
    const Shown theirs = get(one.path + "/audit?kind=CopyRole");
    const json::value& entry = theirs.json.at("entries").at(0);
    EXPECT_EQ(entry.at("events").as_array().size(), 1U);
    EXPECT_EQ(entry.at("rows").as_array().size(), 1U);
    EXPECT_FALSE(theirs.body.contains(two.id)) << theirs.body;
    EXPECT_FALSE(theirs.body.contains(acme.id)) << "nor where it came from";
    EXPECT_EQ(entry.at("command").at("elsewhere"), true);
    const Shown own = get(acme.path + "/audit?kind=CopyRole");
    EXPECT_EQ(own.json.at("entries").at(0).at("rows").as_array().size(), 2U);
    EXPECT_TRUE(own.json.at("entries").at(0).at("events").as_array().empty());
}

TEST_F(HttpRoles, ADryRunOfEachCommandTellsTheConsequencesAndLeavesNoCommit) {
    const std::string night = role("Night", acme);
    const std::string bo = join(acme, "bo", {{"role", "admin"}});
    const Founded other = found("engagelab", "ada");
    struct Rehearsal {
        std::string method;
        std::string target;
        json::object body;
    };
    const std::vector<Rehearsal> rehearsals{
        {"PATCH", acme.path, {{"name", "Acme Limited"}}},
        {"PATCH", path(night), {{"name", "Nights"}}},
        {"PATCH", path(night), {{"permissions", {"members.view"}}}},
        {"DELETE", path(night), {}},
        {"POST", path(night) + "/copy", {{"organizations", {other.id}}}},
        {"PUT", path(night) + "/members/" + bo, {}},
        {"POST", acme.path + "/members/" + bo + "/suspend", {}},
        {"PUT", "/v1/people/" + bo + "/two-factor", {{"enabled", true}}},
        {"PUT", "/v1/people/" + bo + "/profile", {{"name", "Beau"}}},
    };
    const Position before = engine->log().head();
    for (const auto& [method, target, body] : rehearsals) {
        const Shown shown = send(method, target + "?dry_run=true", body);
        EXPECT_EQ(shown.status, 200U) << target << shown.body;
        EXPECT_FALSE(shown.json.at("consequences").as_array().empty()) << target << shown.body;
    }
    EXPECT_EQ(engine->log().head(), before);
}

}  // namespace
}  // namespace muster::http
