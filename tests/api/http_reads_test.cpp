// The reads of an organisation over HTTP: rows and what may be done with them, former members,
// roles and offers, blueprints, the list as CSV, names in the audit trail, what an invitation says.
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"
#include "tests/api/http_api.h"

#include <gmock/gmock.h>

namespace muster::http {
namespace {

using testing::HasSubstr;
using testing::Not;

class HttpReads : public ApiTest {
 protected:
    boost::json::array members(const Founded& organization, const std::string& query = {},
                               const std::string& actor = {}) {
        const Shown page = get(organization.path + "/members" + query, actor);
        EXPECT_EQ(page.status, 200U) << page.body;
        return page.json.at("members").as_array();
    }
    /// A key of one organisation.
    std::string key_of(const Founded& organization) {
        const Shown made =
            send("POST", "/v1/api-keys",
                 {{"label", "backend"}, {"organizations", boost::json::array{organization.id}}});
        EXPECT_EQ(made.status, 201U) << made.body;
        return made.text("secret");
    }
    static bool has(const boost::json::value& list, std::string_view text) {
        return std::ranges::any_of(list.as_array(),
                                   [&](const auto& item) { return item.as_string() == text; });
    }
};

TEST_F(HttpReads, E4_RowsSayWhatTheViewerMayDo) {
    const Founded acme = found("engagelab");
    const std::string bo = join(acme, "bo", {{"role", "admin"}});
    const boost::json::value row = get(acme.path + "/members/" + bo, acme.founder).json;
    EXPECT_TRUE(has(row.at("operations"), "remove"));
    EXPECT_TRUE(has(row.at("operations"), "suspend"));
    const boost::json::value own = get(acme.path + "/members/" + bo, bo).json;
    EXPECT_FALSE(has(own.at("operations"), "suspend"));
    const Invited cy = invite(acme, "cy", {{"role", "admin"}});
    EXPECT_TRUE(
        has(members(acme, "?status=pending", acme.founder).at(0).at("operations"), "resend"));
    const boost::json::value open = get(acme.path + "/invitations", acme.founder).json;
    EXPECT_TRUE(has(open.at("members").at(0).at("operations"), "cancel"));
    EXPECT_FALSE(members(acme, "?as_of=2").at(0).as_object().contains("operations"));
    const Shown to_nobody = ask("GET", acme.path + "/members", {}, {}, key_of(acme));
    EXPECT_FALSE(to_nobody.json.at("members").at(0).as_object().contains("operations"));
}

TEST_F(HttpReads, E18_RowsShowDetailsAndOnlyMembersASecondFactor) {
    const Founded acme = found("engagelab");
    const Invited bo =
        invite(acme, "bo", {{"name", "Bo"}, {"details", "Accounting"}, {"role", "admin"}});
    const auto pending = members(acme, "?status=pending").at(0).as_object();
    EXPECT_EQ(pending.at("details"), "Accounting");
    EXPECT_FALSE(pending.contains("two_factor"));
    EXPECT_TRUE(pending.contains("invited_at"));
    EXPECT_EQ(accept(acme, bo.invitation, "Bo").status, 200U);
    ASSERT_EQ(send("PUT", "/v1/people/" + bo.person + "/two-factor", {{"enabled", true}}).status,
              200U);
    const auto row = get(acme.path + "/members/" + bo.person).json.as_object();
    EXPECT_EQ(row.at("details"), "Accounting");
    EXPECT_EQ(row.at("two_factor"), true);
    EXPECT_TRUE(row.contains("joined_at"));
    EXPECT_EQ(get("/v1/people/" + bo.person).json.at("two_factor"), true);
}

TEST_F(HttpReads, C11_AFormerMemberIsStillKnownByName) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    ASSERT_EQ(send("DELETE", acme.path + "/members/" + bo + "?confirmed=true",
                   boost::json::object{}, acme.founder)
                  .status,
              200U);
    EXPECT_EQ(members(acme).size(), 1U);
    const auto former = members(acme, "?status=former", acme.founder).at(0).as_object();
    EXPECT_EQ(former.at("status"), "former");
    EXPECT_EQ(former.at("name"), "bo");
    EXPECT_TRUE(former.contains("joined_at") && former.contains("left_at"));
    EXPECT_TRUE(former.at("operations").as_array().empty());
    EXPECT_EQ(get(acme.path + "/members/" + bo).text("status"), "former");

    const boost::json::value trail = get(acme.path + "/audit").json;
    EXPECT_EQ(trail.at("people").at(bo), "bo");
    EXPECT_EQ(trail.at("people").at(acme.founder), "ada");

    invite(acme, "bo", {{"role", "user"}});
    EXPECT_EQ(get(acme.path + "/members/" + bo).text("status"), "pending");
    EXPECT_EQ(members(acme, "?status=former").size(), 1U) << "former and pending at once";
    const Shown stranger = get(acme.path + "/members/" + to_string(random_uuid()));
    EXPECT_EQ(stranger.code(), "member_not_found");
}

TEST_F(HttpReads, E1_ARoleIsShownWithAllThatItGives) {
    const Founded acme = found("conance");
    const std::string role = send("POST", acme.path + "/roles",
                                  {{"name", "Approver"}, {"permissions", {"commissions.approve"}}})
                                 .text("role");
    join(acme, "bo", {{"role", role}});
    invite(acme, "cy", {{"role", role}});
    const boost::json::value shown = get(acme.path + "/roles/" + role).json;
    EXPECT_EQ(shown.at("name"), "Approver");
    EXPECT_EQ(shown.at("custom"), true);
    EXPECT_EQ(shown.at("permissions"), boost::json::value({"commissions.approve"}));
    EXPECT_EQ(shown.at("members"), 1);
    EXPECT_EQ(shown.at("invitations"), 1);
    const boost::json::array& modules = shown.at("modules").as_array();
    ASSERT_EQ(modules.size(), 1U);
    EXPECT_EQ(modules[0].at("module"), "Commissions");
    const boost::json::array& permissions = modules[0].at("permissions").as_array();
    ASSERT_EQ(permissions.size(), 3U);
    EXPECT_EQ(permissions[0].at("permission"), "commissions.view_own");
    EXPECT_EQ(permissions[0].at("given"), false) << "implied";
    EXPECT_EQ(permissions[2].at("label"), "Valider des commissions");
    EXPECT_EQ(permissions[2].at("given"), true);

    const boost::json::value admin = get(acme.path + "/roles/administrator").json;
    EXPECT_EQ(admin.at("everything"), true);
    EXPECT_EQ(admin.at("modules").at(0).at("permissions").at(0).at("given"), true);
    const Shown unknown = get(acme.path + "/roles/nothing");
    EXPECT_EQ(unknown.status, 404U);
    EXPECT_EQ(unknown.code(), "role_not_found");
}

TEST_F(HttpReads, E15_ARolesMembersAreAListOfTheirOwn) {
    const Founded acme = found("conance");
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    const Shown page = get(acme.path + "/roles/user/members?sort=-since", acme.founder);
    ASSERT_EQ(page.status, 200U) << page.body;
    const boost::json::value rows = page.json;
    ASSERT_EQ(rows.at("members").as_array().size(), 1U);
    EXPECT_EQ(rows.at("members").at(0).at("person").as_string(), bo);
    EXPECT_TRUE(rows.at("members").at(0).as_object().contains("operations"));
    EXPECT_EQ(get(acme.path + "/roles/nothing/members").code(), "role_not_found");
    EXPECT_EQ(get(acme.path + "/roles/user/members?role=administrator").status, 400U);
    EXPECT_EQ(get(acme.path + "/roles/user/members?as_of=1").json.at("members").as_array().size(),
              0U);

    join(acme, "cy", {{"role", "user"}});
    const Shown first = get(acme.path + "/roles/user/members?limit=1");
    EXPECT_THAT(first.header("Link"), HasSubstr(acme.path + "/roles/user/members?limit=1&cursor="));
}

TEST_F(HttpReads, E7_M5_SaysWhichRolesCanBeOffered) {
    const Founded acme = found("engagelab");
    const boost::json::value offers = get(acme.path + "/offerable-roles", acme.founder).json;
    ASSERT_EQ(offers.at("roles").as_array().size(), 1U) << "Admin alone in a new organisation";
    EXPECT_EQ(offers.at("roles").at(0).at("name"), "Admin");
    EXPECT_EQ(offers.at("roles").at(0).at("offerable"), true);
    EXPECT_TRUE(offers.at("workspace_roles").as_array().empty());

    const Founded mark = found("mark");
    const boost::json::value refused =
        get(mark.path + "/offerable-roles", mark.founder).json.at("roles").at(0);
    EXPECT_EQ(refused.at("offerable"), false) << "an invitation asks for no company role";
    EXPECT_EQ(refused.at("code"), "role_not_asked_for");
    EXPECT_FALSE(refused.at("detail").as_string().empty());
    EXPECT_EQ(get(mark.path + "/offerable-roles?workspace=x").status, 400U);
    const std::string nowhere =
        mark.path + "/offerable-roles?workspace=" + to_string(random_uuid());
    EXPECT_THAT(get(nowhere).body, HasSubstr("names no workspace"));
    const Shown to_nobody = ask("GET", mark.path + "/offerable-roles", {}, {}, key_of(mark));
    EXPECT_EQ(to_nobody.code(), "actor_missing");
}

TEST_F(HttpReads, BlueprintsCanBeLookedAtAndUsed) {
    const boost::json::array shipped = get("/v1/blueprints").json.at("blueprints").as_array();
    EXPECT_EQ(shipped.size(), shipped_blueprints().size());
    for (const auto& entry : shipped) {
        const std::string name{entry.at("blueprint").as_string()};
        const boost::json::value text = get("/v1/blueprints/" + name).json;
        EXPECT_EQ(text.at("product"), entry.at("product"));
    }
    EXPECT_EQ(get("/v1/blueprints/nothing").status, 404U);

    const Founded acme = found(get("/v1/blueprints/conance").json);
    const Shown rules = get(acme.path + "/blueprint", acme.founder);
    const auto read = read_blueprint(rules.body);
    ASSERT_TRUE(read);
    EXPECT_EQ(**read, **read_blueprint(shipped_blueprint("conance")));
    EXPECT_EQ(rules.header("ETag"), "\"1\"");
    EXPECT_EQ(get(acme.path + "/blueprint", to_string(random_uuid())).code(),
              "organization_not_found");
}

TEST_F(HttpReads, U8_TheListExportsAsCsv) {
    const Founded acme = found("universign");
    const Invited bo = invite(acme, "bo", {{"name", "=Bo, \"the\" builder"}, {"role", "reader"}});
    const std::string cy = join(acme, "cy", {{"role", "reader"}});
    const Shown file = get(acme.path + "/members.csv?sort=since", acme.founder);
    ASSERT_EQ(file.status, 200U) << file.body;
    EXPECT_EQ(file.content_type, "text/csv; charset=utf-8; header=present");
    EXPECT_EQ(file.header("Content-Disposition"), "attachment; filename=\"members.csv\"");
    EXPECT_THAT(file.body, testing::StartsWith(
                               "ID du membre,nom complet,adresse email,rôle,date d’entrée\r\n" +
                               acme.founder + ",ada,ada@example.org,Propriétaire,"));
    EXPECT_THAT(file.body, HasSubstr(bo.person + ",\"'=Bo, \"\"the\"\" builder\","));
    EXPECT_THAT(get(acme.path + "/members.csv?role=reader").body, Not(HasSubstr(acme.founder)));
    EXPECT_EQ(get(acme.path + "/members.csv", cy).code(), "not_allowed");
    EXPECT_EQ(get(acme.path + "/members.csv?status=gone").status, 400U);
    EXPECT_EQ(get(acme.path + "/members.csv?as_of=1").status, 400U);
}

using SlowHttpReads = HttpReads;

TEST_F(SlowHttpReads, TheCsvIsWholeBeyondOnePageOfTheViews) {
    const Founded acme = found("engagelab");
    constexpr int steps = 11;
    constexpr int rows_a_step = 1'000;
    for (int step = 0; step < steps; ++step) {
        boost::json::array people;
        for (int row = 0; row < rows_a_step; ++row) {
            const std::string name = "p" + std::to_string(step * rows_a_step + row);
            people.push_back({{"address", name + "@example.org"}, {"role", "admin"}});
        }
        const Shown invited = send("POST", acme.path + "/invitations", {{"people", people}});
        ASSERT_EQ(invited.status, 201U) << invited.body.substr(0, 200);
    }
    ASSERT_TRUE(engine->views().wait_for(engine->log().head(), std::chrono::minutes{1}));
    const std::string csv = get(acme.path + "/members.csv").body;
    EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 1 + steps * rows_a_step);
}

TEST_F(HttpReads, E18_AnInvitationSaysWhoIsInvitedAsWhatAndWhereTo) {
    const Founded acme = found("mark");
    const Shown made = send("POST", acme.path + "/workspaces", {{"name", "Design"}}, acme.founder);
    ASSERT_EQ(made.status, 201U) << made.body;
    const std::string workspace = made.text("workspace");
    const Invited bo = invite(acme, "bo",
                              {{"name", "Bo"},
                               {"details", "Accounting"},
                               {"workspaces", {{{"workspace", workspace}, {"role", "guest"}}}}});
    const std::string token = engine->link_text(
        {*parse_id<OrganizationId>(acme.id), *parse_id<InvitationId>(bo.invitation), 1});
    const boost::json::value shown = ask("GET", "/v1/invitations/" + token, {}, {}, {}).json;
    EXPECT_EQ(shown.at("name"), "Bo");
    EXPECT_EQ(shown.at("details"), "Accounting");
    EXPECT_EQ(shown.at("roles").at(0).at("name"), "Member");
    const boost::json::value place = shown.at("workspaces").at(0);
    EXPECT_EQ(place.at("workspace").as_string(), workspace);
    EXPECT_EQ(place.at("name"), "Design");
    EXPECT_EQ(place.at("role"), "guest");
    EXPECT_EQ(place.at("role_name"), "Invité");
}

}  // namespace
}  // namespace muster::http
