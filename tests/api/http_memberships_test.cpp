// The organisations of one person through the route: what each row tells, and to whom.
#include "tests/api/http_api.h"

namespace muster::http {
namespace {

class HttpMemberships : public ApiTest {
 protected:
    const Founded acme = found("open-source");
    const Founded other = found("open-source", "zed");
    const std::string bo = join(acme, "bo", {{"role", "member"}});
    const std::string list = "/v1/people/" + bo + "/memberships";

    std::string key_of(const Founded& organization) {
        const Shown made =
            send("POST", "/v1/api-keys", {{"label", "one"}, {"organizations", {organization.id}}});
        EXPECT_EQ(made.status, 201U) << made.body;
        return made.text("secret");
    }
    std::vector<std::string> names_in(const Shown& shown) {
        std::vector<std::string> names;
        for (const auto& item : shown.json.at("items").as_array()) {
            names.emplace_back(item.at("organization").at("id").as_string());
        }
        return names;
    }
};

TEST_F(HttpMemberships, EachTellsOfTheOrganisationAndOfTheRowThere) {
    const Founded third = found("conance", "yan");
    ASSERT_EQ(invite(third, "bo", {{"role", "user"}}).person, bo);
    const Shown shown = get(list, bo);
    ASSERT_EQ(shown.status, 200U) << shown.body;
    EXPECT_EQ(shown.text("object"), "list");
    EXPECT_TRUE(shown.json.at("next").is_null());
    ASSERT_EQ(names_in(shown).size(), 2U);
    EXPECT_EQ(shown.json.at("total"), 2);
    for (const auto& item : shown.json.at("items").as_array()) {
        const bool here = item.at("organization").at("id").as_string() == acme.id;
        EXPECT_EQ(item.at("object").as_string(), "membership");
        EXPECT_EQ(item.at("organization").at("name").as_string(), "Acme");
        EXPECT_EQ(item.at("status"), here ? "active" : "pending");
        EXPECT_EQ(item.at("roles").at(0).as_string(), here ? "member" : "user");
        EXPECT_EQ(item.at("role_names").at(0).as_string(), here ? "Member" : "Utilisateur");
        EXPECT_TRUE(item.as_object().contains(here ? "joined_at" : "invited_at"));
        EXPECT_TRUE(item.at("last_access").is_null());
        EXPECT_EQ(item.as_object().contains("invitation"), !here);
    }
    ASSERT_EQ(send("POST", "/v1/people/" + bo + "/sign-ins").status, 201U);
    EXPECT_NE(get(list).body.find("\"last_access\":\"20"), std::string::npos);
}

TEST_F(HttpMemberships, NamesAreThoseOfTheMemberList) {
    const std::string team =
        send("POST", acme.path + "/workspaces", {{"name", "Kernel"}}).text("workspace");
    const Shown put =
        send("PUT", acme.path + "/workspaces/" + team + "/members/" + bo, {{"role", "maintainer"}});
    ASSERT_EQ(put.status, 200U) << put.body;
    ASSERT_EQ(send("PATCH", acme.path + "/workspaces/" + team, {{"name", "The kernel"}}).status,
              200U);
    const boost::json::value item = get(list, bo).json.at("items").at(0);
    const boost::json::value row = get(acme.path + "/members/" + bo).json;
    EXPECT_EQ(item.at("role_names"), row.at("role_names"));
    EXPECT_EQ(item.at("workspaces"), row.at("workspaces"));
    EXPECT_EQ(item.at("workspaces").at(0).at("name"), "The kernel");
    EXPECT_EQ(item.at("workspaces").at(0).at("role_name"), "Maintainer");
}

TEST_F(HttpMemberships, OnlyThePersonAndTheOperatorSeeThemAndAKeyOnlyWhatItReaches) {
    join(other, "bo", {{"role", "member"}});
    EXPECT_EQ(names_in(get(list)).size(), 2U) << "the operator";
    EXPECT_EQ(names_in(get(list, bo)).size(), 2U) << "themselves";
    EXPECT_EQ(get(list, acme.founder).code(), "person_not_found");
    const std::string key = key_of(acme);
    EXPECT_EQ(names_in(ask("GET", list, bo, {}, key)), std::vector{acme.id});
    EXPECT_EQ(ask("GET", list, acme.founder, {}, key).code(), "person_not_found");
    EXPECT_EQ(ask("GET", list, {}, {}, key).code(), "person_not_found");
}

TEST_F(HttpMemberships, WhoHasNotShownThatTheAddressIsTheirsIsNotToldOfInvitations) {
    const Shown made = send("POST", "/v1/people",
                            {{"address", "cy@example.org"}, {"name", "Cy"}, {"verified", false}});
    const std::string cy = made.text("person");
    ASSERT_NE(cy, "") << made.body;
    ASSERT_EQ(invite(acme, "cy", {{"role", "member"}}).person, cy);
    const std::string theirs = "/v1/people/" + cy + "/memberships";
    EXPECT_TRUE(names_in(get(theirs, cy)).empty());
    EXPECT_EQ(get(theirs, cy).json.at("total"), 0);
    EXPECT_EQ(get(theirs).json.at("total"), 1);
    EXPECT_EQ(names_in(get(theirs)), std::vector{acme.id}) << "the operator";
}

TEST_F(HttpMemberships, WhoIsSuspendedIsToldNoNamesOfWhatIsClosedToThem) {
    const Founded guarded = found("engagelab", "una");
    const std::string cy = join(guarded, "cy", {{"role", "admin"}});
    const std::string theirs = "/v1/people/" + cy + "/memberships";
    const auto names_told = [&](const std::string& caller) {
        const Shown shown = get(theirs, caller);
        return shown.json.at("items").at(0).at("role_names").as_array().size();
    };
    EXPECT_EQ(names_told(cy), 1U);
    ASSERT_EQ(
        send("POST", guarded.path + "/members/" + cy + "/suspend", {}, guarded.founder).status,
        200U);
    EXPECT_EQ(names_told(cy), 0U);
    EXPECT_EQ(names_told({}), 1U) << "the operator";
}

TEST_F(HttpMemberships, TheyComeInPages) {
    join(other, "bo", {{"role", "member"}});
    const Shown first = get(list + "?limit=1");
    const std::string cursor = first.text("next");
    ASSERT_NE(cursor, "");
    EXPECT_NE(first.header("Link").find("cursor=" + cursor), std::string::npos);
    const Shown second = get(list + "?limit=1&cursor=" + cursor);
    EXPECT_TRUE(second.json.at("next").is_null());
    EXPECT_EQ(first.json.at("total"), 2);
    EXPECT_EQ(second.json.at("total"), 2);
    EXPECT_NE(names_in(first), names_in(second));
    EXPECT_EQ(get("/v1/people/" + acme.founder + "/memberships?cursor=" + cursor).status, 400U);
}

}  // namespace
}  // namespace muster::http
