// Member lists over HTTP: each filter and order finds whom it means, of now as of the head; totals;
// and rows that a screen can show as they are.
#include "eventstore/machine/time_text.h"
#include "tests/api/http_api.h"

#include <gmock/gmock.h>

namespace muster::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HttpMemberLists : public ApiTest {
 protected:
    const Founded acme = found("open-source");
    const std::string members = acme.path + "/members";

    Shown listed(const std::string& query) {
        Shown shown = get(members + "?" + query);
        EXPECT_EQ(shown.status, 200U) << query << shown.body;
        return shown;
    }
    std::vector<std::string> names(const std::string& query) {
        std::vector<std::string> found;
        const Shown shown = listed(query);
        for (const auto& row : shown.json.at("members").as_array()) {
            found.emplace_back(row.at("name").as_string());
        }
        return found;
    }
    std::string wrong_with(const std::string& query, std::string_view field) {
        const Shown shown = get(members + "?" + query);
        if (shown.status != 400) return shown.body;
        for (const auto& error : shown.json.at("errors").as_array()) {
            if (error.at("field").as_string() != field) continue;
            return std::string{error.at("message").as_string()};
        }
        return shown.body;
    }
    void fill() {
        for (const char* name : {"bo", "cy"}) join(acme, name, {{"role", "member"}});
        const std::string di = join(acme, "di", {{"role", "admin"}});
        invite(acme, "eve", {{"role", "member"}, {"name", "eve"}});
        send("PUT", "/v1/people/" + di + "/two-factor", {{"enabled", true}});
        pass(std::chrono::hours{48});
        EXPECT_EQ(send("POST", "/v1/people/" + di + "/sign-ins").status, 201U);
    }
};

TEST_F(HttpMemberLists, EachFilterAndOrderFindsWhomItMeans) {
    fill();
    EXPECT_THAT(names("sort=role"), ElementsAre("ada", "di", "bo", "cy", "eve"));
    EXPECT_THAT(names("sort=-status"), ElementsAre("eve", "di", "cy", "bo", "ada"));
    EXPECT_THAT(names("q=%40example&status=active&limit=2"), ElementsAre("ada", "bo"));
    EXPECT_THAT(names("q=%25"), ElementsAre());
    EXPECT_THAT(names("q=%20").size(), 5U);
    const std::string yesterday = rfc3339(engine->now() - std::chrono::hours{24});
    EXPECT_THAT(names("last_access_before=" + yesterday), ElementsAre("ada", "bo", "cy"));
    EXPECT_THAT(names("last_access_before=2001-02-03"), ElementsAre());
}

TEST_F(HttpMemberLists, AFilterThatCannotBeReadIsNamed) {
    EXPECT_THAT(wrong_with("two_factor=maybe", "two_factor"), HasSubstr("true or false"));
    EXPECT_THAT(wrong_with("last_access_before=soon", "last_access_before"), HasSubstr("3339"));
    EXPECT_THAT(wrong_with("count=all", "count"), HasSubstr("exact"));
    EXPECT_THAT(wrong_with("licence=gold", "licence"), HasSubstr("no licence class"));
    EXPECT_THAT(wrong_with("two_factor=true&status=pending", "two_factor"), HasSubstr("members"));
    EXPECT_THAT(wrong_with("last_access_before=2024-01-01&status=pending", "last_access_before"),
                HasSubstr("no last access"));
    EXPECT_THAT(wrong_with("sort=age", "sort"), HasSubstr("role, status"));
}

TEST_F(HttpMemberLists, TheTotalOfOneFilterIsToldAndThatOfSeveralWhenAsked) {
    fill();
    EXPECT_EQ(listed("limit=1").json.at("total"), 5);
    EXPECT_EQ(listed("limit=1&status=active").json.at("total"), 4);
    EXPECT_EQ(listed("limit=1&role=member").json.at("total"), 3);
    EXPECT_TRUE(listed("limit=1&role=member&status=active").json.at("total").is_null());
    EXPECT_EQ(listed("limit=1&role=member&status=active&count=exact").json.at("total"), 2);
    EXPECT_EQ(listed("q=e&count=exact").json.at("total"), 5) << "everybody is at example.org";
}

TEST_F(HttpMemberLists, TheListOfNowIsThatOfTheHead) {
    fill();
    const std::string head = std::to_string(number(engine->log().head()));
    for (const std::string filter :
         {"status=active", "role=member", "two_factor=true", "two_factor=false", "q=b", "q=%25",
          "q=@example.org", "role=member&status=active", "status=former",
          "last_access_before=2100-01-01", "role=admin&q=d&count=exact"}) {
        for (const char* sort : {"name", "address", "role", "status", "since", "last_access"}) {
            for (const char* direction : {"", "-"}) {
                const std::string query = filter + "&sort=" + direction + sort;
                boost::json::value now = listed(query).json;
                for (auto& row : now.at("members").as_array()) row.as_object().erase("operations");
                EXPECT_EQ(now, listed(query + "&as_of=" + head).json) << query;
            }
        }
    }
}

TEST_F(HttpMemberLists, RowsTellTheNamesOfRolesAndWorkspaces) {
    const std::string bo = join(acme, "bo", {{"role", "member"}});
    const std::string team =
        send("POST", acme.path + "/workspaces", {{"name", "Kernel"}}).text("workspace");
    const Shown put =
        send("PUT", acme.path + "/workspaces/" + team + "/members/" + bo, {{"role", "maintainer"}});
    ASSERT_EQ(put.status, 200U) << put.body;
    const Shown row = get(members + "/" + bo);
    EXPECT_EQ(row.json.at("roles").as_array(), boost::json::array{"member"});
    EXPECT_EQ(row.json.at("role_names").as_array(), boost::json::array{"Member"});
    EXPECT_EQ(row.json.at("workspaces").at(0).at("workspace").as_string(), team);
    EXPECT_EQ(row.json.at("workspaces").at(0).at("name"), "Kernel");
    EXPECT_EQ(row.json.at("workspaces").at(0).at("role_name"), "Maintainer");
}

}  // namespace
}  // namespace muster::http
