// Queries that cannot mean what they say: cursors of another list, and filters that name nothing.
// Each is refused by name, with what there is instead.
#include "eventstore/machine/crypto.h"
#include "tests/api/http_api.h"

#include <gmock/gmock.h>

namespace muster::http {
namespace {

using testing::HasSubstr;

class HttpQueries : public ApiTest {
 protected:
    const Founded acme = found("open-source");

    std::string cursor_of(const std::string& target) {
        const Shown page = get(target);
        EXPECT_EQ(page.status, 200U) << target << page.body;
        EXPECT_NE(page.text("next_cursor"), "") << target;
        return page.text("next_cursor");
    }
    /// The problem with one parameter of a refused query; empty when it is not refused for that.
    std::string wrong_with(const std::string& target, std::string_view parameter,
                           const std::string& actor = {}) {
        const Shown shown = get(target, actor);
        if (shown.status != 400 || !shown.json.as_object().contains("errors")) return {};
        for (const auto& error : shown.json.at("errors").as_array()) {
            if (error.at("field").as_string() != parameter) continue;
            return std::string{error.at("message").as_string()};
        }
        return {};
    }
    void fill() {
        for (const char* name : {"bo", "cy", "di"}) join(acme, name, {{"role", "member"}});
        for (const char* name : {"eve", "fay", "gus"}) invite(acme, name, {{"role", "member"}});
    }
};

TEST_F(HttpQueries, ACursorIsOfOneListWithItsFiltersAndItsOrder) {
    fill();
    const std::string head = std::to_string(number(engine->log().head()));
    const Founded other = found("open-source", "zed");
    join(other, "yan", {{"role", "member"}});
    const std::vector<std::string> lists{
        "/members?limit=1",
        "/members?limit=1&sort=since",
        "/members?limit=1&sort=-since",
        "/members?limit=1&status=pending",
        "/members?limit=1&status=active",
        "/members?limit=1&role=member",
        "/members?limit=1&as_of=" + head,
        "/members?limit=1&sort=since&as_of=" + head,
        "/members?limit=1&as_of=" + std::to_string(number(engine->log().head()) - 1),
        "/roles/member/members?limit=1",
        "/invitations?limit=1",
        "/audit?limit=1",
        "/audit?limit=1&outcome=accepted",
    };
    for (const std::string& from : lists) {
        const std::string cursor = cursor_of(acme.path + from);
        for (const std::string& to : lists) {
            const Shown shown = get(acme.path + to + "&cursor=" + cursor);
            EXPECT_EQ(shown.status, from == to ? 200U : 400U) << from << " -> " << to;
        }
        EXPECT_EQ(get(other.path + from + "&cursor=" + cursor).status, 400U) << from;
        for (const std::string& garbage : {std::string{"AAAA"}, std::string(40, 'A'), cursor + "A",
                                           std::string{"5"}, std::string{"%C3%A9"}}) {
            EXPECT_THAT(wrong_with(acme.path + from + "&cursor=" + garbage, "cursor"),
                        HasSubstr("is not one of this list"))
                << from << garbage;
        }
    }
}

TEST_F(HttpQueries, ACursorGoesOnHoweverTheIdsAreSpelled) {
    fill();
    const auto in_capitals = [](std::string text) {
        std::ranges::transform(text, text.begin(), [](char c) {
            return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        return text;
    };
    const std::string shouted = "/v1/organizations/" + in_capitals(acme.id);
    ASSERT_NE(shouted, acme.path) << "the control: 32 random digits have a letter among them";
    for (const std::string& list :
         {std::string{"/members?limit=1"}, std::string{"/roles/member/members?limit=1"},
          std::string{"/invitations?limit=1"}, std::string{"/audit?limit=1"}}) {
        const std::string small = cursor_of(acme.path + list);
        EXPECT_EQ(get(shouted + list + "&cursor=" + small).status, 200U) << list;
        const std::string capital = cursor_of(shouted + list);
        EXPECT_EQ(get(acme.path + list + "&cursor=" + capital).status, 200U) << list;
    }
    for (const char* name : {"hal@example.org", "ivy@example.org"}) {
        const boost::json::value body{{"address", name}, {"role", "member"}};
        ASSERT_EQ(send("POST", acme.path + "/invitations", body, acme.founder).status, 201U);
    }
    const std::string audit = acme.path + "/audit?limit=1&actor=";
    const std::string cursor = cursor_of(audit + acme.founder);
    EXPECT_EQ(get(audit + in_capitals(acme.founder) + "&cursor=" + cursor).status, 200U);
    EXPECT_EQ(get(audit + "operator&cursor=" + cursor).status, 400U) << "another filter";
}

TEST_F(HttpQueries, OnlyThePagesLengthMayChangeOnTheWay) {
    fill();
    const std::string cursor = cursor_of(acme.path + "/members?limit=1&sort=-name");
    const Shown rest =
        get(acme.path + "/members?min_position=1&cursor=" + cursor + "&sort=-name&limit=100");
    ASSERT_EQ(rest.status, 200U) << rest.body;
    EXPECT_EQ(rest.json.at("members").as_array().size(), 6U);
    EXPECT_EQ(get(acme.path + "/members?cursor=" + cursor).status, 400U);
}

TEST_F(HttpQueries, ASearchHasAtMostSixteenWords) {
    std::string words = "aa";
    for (char c = 'b'; c <= 'p'; ++c) words += "+a" + std::string{c};
    EXPECT_EQ(get(acme.path + "/members?q=" + words).status, 200U) << "the control: sixteen";
    EXPECT_EQ(wrong_with(acme.path + "/members?q=" + words + "+zz", "q"),
              "must be at most 16 words");
    // Those that begin another are none of their own.
    EXPECT_EQ(get(acme.path + "/members?q=" + words + "+a+a+a").status, 200U);
}

TEST_F(HttpQueries, AFilterThatNamesNothingSaysWhatThereIs) {
    const std::string team =
        send("POST", acme.path + "/workspaces", {{"name", "Kernel"}}).text("workspace");
    const std::string nobody = to_string(random_uuid());
    const std::string moment = "&as_of=" + std::to_string(number(engine->log().head()));
    for (const std::string list : {"/members?", "/members.csv?"}) {
        const std::string path = acme.path + list;
        EXPECT_EQ(wrong_with(path + "role=Admin", "role"),
                  "names no role of the organisation; there are admin (Admin), member (Member)");
        EXPECT_THAT(wrong_with(path + "status=former&role=Admin", "role"),
                    HasSubstr("admin (Admin)"));
        EXPECT_THAT(wrong_with(path + "workspace=" + nobody, "workspace"),
                    HasSubstr("there are " + team + " (Kernel)"));
        EXPECT_THAT(wrong_with(path + "workspace=Kernel", "workspace"), HasSubstr("an id"));
        EXPECT_THAT(wrong_with(path + "status=expired", "status"), HasSubstr("former"));
        EXPECT_THAT(wrong_with(path + "status=former&workspace=" + team, "workspace"),
                    HasSubstr("in none"));
        EXPECT_THAT(wrong_with(path + "sort=age", "sort"), HasSubstr("last_access"));
    }
    EXPECT_THAT(wrong_with(acme.path + "/members?role=Admin" + moment, "role"),
                HasSubstr("admin (Admin)"));
    EXPECT_THAT(wrong_with(acme.path + "/members?workspace=" + nobody + moment, "workspace"),
                HasSubstr("Kernel"));
    EXPECT_THAT(wrong_with(acme.path + "/offerable-roles?workspace=" + nobody, "workspace"),
                HasSubstr("Kernel"));
    EXPECT_THAT(get(acme.path + "/roles/boss").body, HasSubstr("admin (Admin)"));
    EXPECT_THAT(get(acme.path + "/roles/boss/members").body, HasSubstr("admin (Admin)"));
    EXPECT_THAT(get(acme.path + "/workspaces/" + nobody).body, HasSubstr("Kernel"));
    EXPECT_THAT(get("/v1/blueprints/conances").body, HasSubstr("conance, "));
    EXPECT_THAT(send("POST", "/v1/operations/copy").body, HasSubstr("backup, "));
    EXPECT_EQ(get(acme.path + "/members?role=admin&workspace=" + team).status, 200U) << "control";
}

TEST_F(HttpQueries, TheAuditTrailKnowsItsKindsItsPeopleAndItsTimes) {
    const std::string bo = join(acme, "bo", {{"role", "member"}});
    const std::string audit = acme.path + "/audit?";
    EXPECT_THAT(wrong_with(audit + "kind=Nonsense", "kind"), HasSubstr("InviteMember"));
    EXPECT_THAT(wrong_with(audit + "kind=memberjoined", "kind"), HasSubstr("MemberJoined"));
    EXPECT_THAT(wrong_with(audit + "outcome=maybe", "outcome"), HasSubstr("refused"));
    const std::string nobody = to_string(random_uuid());
    for (const std::string who : {"actor", "subject"}) {
        EXPECT_THAT(wrong_with(audit + who + "=bo", who), HasSubstr("id (a UUID)"));
        EXPECT_THAT(wrong_with(audit + who + "=" + nobody, who), HasSubstr("nobody"));
        EXPECT_EQ(get(audit + who + "=" + bo).status, 200U);
    }
    EXPECT_EQ(get(audit + "subject=" + bo + "&kind=RoleCreated").status, 200U) << "known, empty";
    EXPECT_EQ(get(audit + "actor=system").status, 200U);
    EXPECT_THAT(wrong_with(audit + "from=2024-02-01T00:00:00Z&to=2024-01-01T00:00:00Z", "from"),
                HasSubstr("later than to"));
    EXPECT_THAT(wrong_with(audit + "from=2999-01-01T00:00:00Z", "from"), HasSubstr("it is 20"));
    EXPECT_THAT(wrong_with(audit + "to=tomorrow", "to"), HasSubstr("RFC 3339"));
}

TEST_F(HttpQueries, AParameterThatSaysNothingIsNamed) {
    for (const std::string parameter : {"role", "workspace", "status", "sort", "limit", "cursor",
                                        "as_of", "min_position"}) {
        EXPECT_THAT(wrong_with(acme.path + "/members?" + parameter + "=", parameter),
                    HasSubstr("is empty"));
        EXPECT_THAT(wrong_with(acme.path + "/members?" + parameter, parameter),
                    HasSubstr("is empty"));
    }
    for (const std::string parameter : {"kind", "outcome", "actor", "subject", "from", "to"}) {
        EXPECT_THAT(wrong_with(acme.path + "/audit?" + parameter + "=", parameter),
                    HasSubstr("is empty"));
    }
    EXPECT_EQ(get(acme.path + "/members?q=").status, 200U) << "an empty search box";
    EXPECT_THAT(wrong_with(acme.path + "/members?rol=admin", "rol"), HasSubstr("role, workspace"));
}

TEST_F(HttpQueries, ACommandThatNamesNothingSaysWhereToLook) {
    const Shown role = send("POST", acme.path + "/invitations",
                            {{"address", "bo@example.org"}, {"role", "Admin"}});
    EXPECT_EQ(role.code(), "role_not_found");
    EXPECT_THAT(role.text("detail"), HasSubstr("GET " + acme.path + "/roles"));
    const Shown plan = send("PUT", acme.path + "/plan", {{"plan", "gold"}});
    EXPECT_EQ(plan.code(), "plan_not_found");
    EXPECT_THAT(plan.text("detail"), HasSubstr("GET " + acme.path + "/blueprint"));
    const Shown team =
        send("PUT", acme.path + "/members/" + acme.founder + "/workspaces/" +
                        to_string(random_uuid()),
             {{"role", "member"}});
    EXPECT_EQ(team.code(), "workspace_not_found");
    EXPECT_THAT(team.text("detail"), HasSubstr("GET " + acme.path + "/workspaces"));
}

TEST_F(HttpQueries, TheLogSaysWhereItBeginsAndEnds) {
    const std::uint64_t head = number(engine->log().head());
    const auto from = [&](std::uint64_t position) {
        return get("/v1/log/commits?from=" + std::to_string(position)).status;
    };
    EXPECT_EQ(from(head), 200U);
    EXPECT_EQ(from(head + 1), 200U) << "whoever follows the log asks for what comes next";
    EXPECT_EQ(from(head + 2), 400U);
    EXPECT_EQ(from(0), 400U);
}

}  // namespace
}  // namespace muster::http
