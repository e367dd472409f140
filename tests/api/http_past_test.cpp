// The past over HTTP: what was known then and nothing since, scans that are pinned to a moment, and
// rights that are of now.
#include "eventstore/machine/time_text.h"
#include "tests/api/http_api.h"

#include <gmock/gmock.h>

#include <functional>

namespace muster::http {
namespace {

using testing::HasSubstr;

class HttpPast : public ApiTest {
 protected:
    const Founded acme = found("open-source");

    void rename(const std::string& person, const std::string& name) {
        const Shown done = send("PUT", "/v1/people/" + person + "/profile", {{"name", name}});
        ASSERT_EQ(done.status, 200U) << done.body;
    }
    void remove(const std::string& person) {
        const Shown done = send("DELETE", acme.path + "/members/" + person + "?confirmed=true",
                                boost::json::object{});
        ASSERT_EQ(done.status, 200U) << done.body;
    }
    void sign_in(const std::string& person) {
        const Shown done = send("POST", "/v1/people/" + person + "/sign-ins");
        ASSERT_EQ(done.status, 201U) << done.body;
    }
    std::string head() { return std::to_string(number(engine->log().head())); }
    /// The row as of a position.
    boost::json::object then(const std::string& person, const std::string& position) {
        const Shown shown = get(acme.path + "/members/" + person + "?as_of=" + position);
        EXPECT_EQ(shown.status, 200U) << shown.body;
        return shown.json.is_object() ? shown.json.as_object() : boost::json::object{};
    }
    /// The names on the pages of one row each, with something done after the first.
    std::vector<std::string> scan(const std::string& query,
                                  const std::function<void()>& meanwhile) {
        std::vector<std::string> names;
        const std::string target = acme.path + "/members?limit=1&" + query;
        std::string cursor;
        do {
            const Shown page = get(target + (cursor.empty() ? "" : "&cursor=" + cursor));
            EXPECT_EQ(page.status, 200U) << page.body;
            if (page.status != 200) return names;
            for (const auto& row : page.json.at("members").as_array()) {
                names.emplace_back(row.at("name").as_string());
            }
            if (cursor.empty()) meanwhile();
            cursor = page.text("next_cursor");
        } while (!cursor.empty());
        return names;
    }
};

TEST_F(HttpPast, WhoLeftAndWasRenamedSinceHasTheNameOfThen) {
    const std::string bo = join(acme, "bo", {{"role", "member"}});
    const std::string di = join(acme, "di", {{"role", "member"}});
    const std::string position = head();
    remove(bo);
    const std::string without = head();
    ASSERT_EQ(send("PUT", "/v1/people/" + bo + "/profile",
                   {{"name", "Secret"}, {"avatar", "https://example.org/new.png"}})
                  .status,
              200U);
    const Shown list = get(acme.path + "/members?as_of=" + position, di);
    ASSERT_EQ(list.status, 200U) << list.body;
    EXPECT_THAT(list.body, HasSubstr(R"("name":"bo")"));
    EXPECT_THAT(list.body, testing::Not(testing::ContainsRegex("Secret|new.png")));
    EXPECT_EQ(then(bo, position).at("name"), "bo");
    EXPECT_EQ(then(bo, without).at("status"), "former");
    EXPECT_EQ(then(bo, without).at("name"), "bo");
    EXPECT_EQ(get("/v1/people/" + bo).text("name"), "Secret") << "control: it is another one now";
}

TEST_F(HttpPast, TheLastAccessIsThatOfThen) {
    const std::string bo = join(acme, "bo", {{"role", "member"}});
    const std::string joined = head();
    sign_in(bo);
    const std::string once = head();
    const auto first = get(acme.path + "/members/" + bo).json.as_object().at("last_access");
    sign_in(bo);
    remove(bo);
    const std::string gone = head();
    sign_in(bo);
    EXPECT_FALSE(then(bo, joined).contains("last_access"));
    EXPECT_EQ(then(bo, once).at("last_access"), first);
    EXPECT_EQ(then(bo, gone).at("last_access"),
              get(acme.path + "/members?status=former").json.at("members").at(0).at("last_access"));
    EXPECT_NE(then(bo, gone).at("last_access"), first) << "control";
}

TEST_F(HttpPast, APinnedScanMeetsEachMemberOnceWhateverHappens) {
    const std::string zoe = join(acme, "zoe", {{"role", "member"}});
    join(acme, "cy", {{"role", "member"}});
    const auto meanwhile = [&] {
        rename(zoe, "Aa");
        join(acme, "bo", {{"role", "member"}});
    };
    using testing::ElementsAre;
    EXPECT_THAT(scan("as_of=" + head(), meanwhile), ElementsAre("ada", "cy", "zoe"));
    rename(zoe, "zoe");
    const std::string time = rfc3339(engine->now());
    EXPECT_THAT(scan("as_of=" + time, [&] { rename(zoe, "Aa"); }),
                ElementsAre("ada", "bo", "cy", "zoe"));
    rename(zoe, "zoe");
    EXPECT_THAT(scan("sort=name", [&] { rename(zoe, "Aa"); }), ElementsAre("ada", "bo", "cy"))
        << "control: without the pin somebody is missed";
}

TEST_F(HttpPast, APageSaysWhichPositionToPinAScanTo) {
    const Shown page = get(acme.path + "/members?limit=1");
    EXPECT_EQ(page.header("Muster-Position"), head());
    join(acme, "bo", {{"role", "member"}});
    const Shown then = get(acme.path + "/members?as_of=" + page.header("Muster-Position"));
    EXPECT_EQ(then.json.at("members").as_array().size(), 1U);
}

TEST_F(HttpPast, WhatIsGoneCanStillBeAskedForAsOfThen) {
    boost::json::value rules = get("/v1/blueprints/open-source").json;
    rules.at("needs").as_object()["manage_roles"] = "organization.manage";
    rules.as_object()["custom_roles"] = {{"offered", true}};
    const Founded club = found(rules, "eve");
    const std::string founded = head();
    const std::string role =
        send("POST", club.path + "/roles", {{"name", "Pilot"}, {"permissions", {"members.view"}}})
            .text("role");
    const std::string team =
        send("POST", club.path + "/workspaces", {{"name", "Kernel"}}).text("workspace");
    const std::string bo = join(
        club, "bo", {{"role", role}, {"workspaces", {{{"workspace", team}, {"role", "member"}}}}});
    const std::string position = head();
    ASSERT_EQ(
        send("DELETE", club.path + "/members/" + bo + "?confirmed=true", boost::json::object{})
            .status,
        200U);
    ASSERT_EQ(send("DELETE", club.path + "/roles/" + role).status, 200U);
    ASSERT_EQ(send("DELETE", club.path + "/workspaces/" + team).status, 200U);
    const auto rows_of = [&](const std::string& target) {
        const Shown shown = get(club.path + target);
        EXPECT_EQ(shown.status, 200U) << target << shown.body;
        return shown.status == 200U ? shown.json.at("members").as_array().size() : 0U;
    };
    EXPECT_EQ(rows_of("/members?as_of=" + position + "&role=" + role), 1U);
    EXPECT_EQ(rows_of("/members?as_of=" + position + "&workspace=" + team), 1U);
    EXPECT_EQ(rows_of("/roles/" + role + "/members?as_of=" + position), 1U);
    EXPECT_EQ(rows_of("/members?status=former&role=" + role), 1U);
    EXPECT_EQ(rows_of("/members?status=former&role=" + role + "&as_of=" + head()), 1U);
    EXPECT_EQ(rows_of("/members?role=" + role), 0U) << "nobody has it any more";
    EXPECT_EQ(rows_of("/members?role=" + role + "&as_of=" + head()), 0U);
    EXPECT_EQ(rows_of("/members?role=" + role + "&as_of=" + founded), 0U) << "nobody had it yet";
    EXPECT_EQ(rows_of("/roles/" + role + "/members"), 0U);
    for (const std::string list : {"/members?", "/members.csv?", "/members?status=former&"}) {
        EXPECT_EQ(get(club.path + list + "role=" + role).status, 200U) << list;
        const Shown never = get(club.path + list + "role=nothing");
        EXPECT_EQ(never.status, 400U) << "control: the organisation never had it";
        EXPECT_EQ(never.json.at("errors").at(0).at("field"), "role");
    }
    EXPECT_EQ(get(club.path + "/members?role=nothing&as_of=" + position).status, 400U);
    EXPECT_EQ(get(club.path + "/roles/nothing/members").status, 404U);
    EXPECT_EQ(get(club.path + "/members?workspace=" + team).status, 400U);
    EXPECT_EQ(get(club.path + "/audit?subject=" + bo + "&kind=RoleDeleted").status, 200U);
    EXPECT_EQ(get(club.path + "/roles/" + role + "?as_of=" + position).text("name"), "Pilot");
}

TEST_F(HttpPast, TheFutureIsRefusedWithTheEndOfThePast) {
    const std::string end = head();
    for (const std::string path : {"", "/members", "/roles", "/workspaces", "/blueprint",
                                   "/roles/admin", "/roles/admin/members"}) {
        const Shown position = get(acme.path + path + "?as_of=1000000");
        EXPECT_EQ(position.status, 400U) << path << position.body;
        EXPECT_THAT(position.body, HasSubstr("the log ends at position " + end));
        const Shown time = get(acme.path + path + "?as_of=2999-01-01T00:00:00Z");
        EXPECT_EQ(time.status, 400U) << path << time.body;
        EXPECT_THAT(time.body, HasSubstr("it is 20"));
    }
    EXPECT_EQ(get(acme.path + "/members?as_of=" + end).status, 200U);
    EXPECT_EQ(get(acme.path + "/members?as_of=0").code(), "organization_not_found");
    EXPECT_EQ(get(acme.path + "/members?as_of=yesterday").status, 400U);
}

TEST_F(HttpPast, WhatMayBeSeenOfThePastIsDecidedByTheRoleOfNow) {
    const Founded other = found("conance", "eve");
    const std::string bo = join(other, "bo", {{"role", "administrator"}});
    const std::string position = head();
    const auto shown = [&] {
        const Shown then = get(other.path + "?as_of=" + position, bo);
        EXPECT_EQ(then.status, 200U) << then.body;
        return then.json.as_object().contains("plan");
    };
    EXPECT_TRUE(shown()) << "control: an administrator sees the plan";
    ASSERT_EQ(send("PUT", other.path + "/members/" + bo + "/roles", {{"role", "user"}}).status,
              200U);
    EXPECT_EQ(shown(), get(other.path, bo).json.as_object().contains("plan"));
}

}  // namespace
}  // namespace muster::http
