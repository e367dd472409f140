// Eight real years of an organisation's membership, imported through the public command line: at
// each of 16 moments the lists as of that moment equal a roster that was taken independently.
#include "api/http/routes/import.h"
#include "tests/e2e/history.h"
#include "tests/program/program.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>

namespace muster::testing {
namespace {

namespace json = boost::json;

using People = std::map<std::string, std::string>;  // login -> role

struct Roster {
    People members;
    std::map<std::string, People> teams;

    bool operator==(const Roster&) const = default;
};

People people_of(const json::object& object) {
    People people;
    for (const auto& entry : object) {
        people[std::string{entry.key()}] = std::string{entry.value().as_string()};
    }
    return people;
}

std::string login_of(const json::object& row) {
    const std::string address{row.at("address").as_string()};
    return address.substr(0, address.find('@'));
}

/// The lists over HTTP, page by page.
Roster roster_as_of(Client& client, const std::string& organization, const std::string& at) {
    Roster roster;
    std::map<std::string, std::string> team_of;  // id -> name
    const Reply teams = client.get(organization + "/workspaces?as_of=" + at);
    EXPECT_EQ(teams.status, 200) << teams.body;
    const json::value listed = teams.json();
    for (const auto& team : listed.at("workspaces").as_array()) {
        const std::string name{team.at("name").as_string()};
        team_of[std::string{team.at("workspace").as_string()}] = name;
        roster.teams[name];
    }
    std::string cursor;
    do {
        const Reply page = client.get(organization + "/members?limit=500&as_of=" + at +
                                      (cursor.empty() ? "" : "&cursor=" + cursor));
        EXPECT_EQ(page.status, 200) << page.body;
        const json::value rows = page.json();
        for (const auto& entry : rows.at("members").as_array()) {
            const json::object& row = entry.as_object();
            const std::string login = login_of(row);
            EXPECT_FALSE(roster.members.contains(login)) << login << " is listed twice";
            roster.members[login] = std::string{row.at("roles").at(0).as_string()};
            for (const auto& place : row.at("workspaces").as_array()) {
                const std::string id{place.at("workspace").as_string()};
                roster.teams[team_of.at(id)][login] = std::string{place.at("role").as_string()};
            }
        }
        cursor = page.text("next_cursor");
    } while (!cursor.empty());
    return roster;
}

Roster true_roster(const json::object& moment) {
    Roster roster{.members = people_of(moment.at("members").as_object()), .teams = {}};
    for (const auto& team : moment.at("teams").as_object()) {
        roster.teams[std::string{team.key()}] = people_of(team.value().as_object());
    }
    return roster;
}

TEST(SlowRealHistory, EqualsTheTrueRosterAtEveryMoment) {
    const auto data = real_data();
    if (!data) GTEST_SKIP() << "SKIPPED: no real history (MUSTER_REAL_DATA)";
    const TemporaryFolder folder;
    const auto file = folder.path() / "history.jsonl";
    const auto store = folder.path() / "data";
    std::ofstream{file} << import_lines_of(*data / "kubernetes-sigs-history.jsonl", "k8s");
    std::filesystem::create_directories(store);

    const Finished imported = run_muster({"import", file, "--data", store});
    ASSERT_EQ(imported.code, 0) << imported.errors;
    const Finished again = run_muster({"import", file, "--data", store});
    ASSERT_EQ(again.code, 0) << again.errors;

    const Program server{store};
    Client client = server.client();
    const std::string organization =
        "/v1/organizations/" + to_string(http::id_of_label("organization", "k8s"));
    const json::value moments = json::parse(text_of(*data / "kubernetes-sigs-rosters.json"));
    ASSERT_EQ(moments.as_array().size(), 16U);
    for (const auto& moment : moments.as_array()) {
        const std::string at{moment.at("at").as_string()};
        const Roster expected = true_roster(moment.as_object());
        const Roster shown = roster_as_of(client, organization, at);
        EXPECT_EQ(shown.members, expected.members) << "as of " << at;
        EXPECT_EQ(shown.teams, expected.teams) << "as of " << at;
    }

    // The control: one second before the first moment's change the roster is another one, so the
    // comparison above can fail.
    const std::string first{moments.at(0).at("at").as_string()};
    const Roster before = roster_as_of(client, organization, "2019-03-06T03:14:01Z");
    ASSERT_EQ(first, "2019-03-06T03:14:02Z");
    EXPECT_NE(before, true_roster(moments.at(0).as_object()));

    EXPECT_TRUE(std::filesystem::is_empty(store / "outbox")) << "an import sends no mail";
    const Finished verified = run_muster({"verify", "--data", store});
    EXPECT_EQ(verified.code, 0) << verified.output;
}

}  // namespace
}  // namespace muster::testing
