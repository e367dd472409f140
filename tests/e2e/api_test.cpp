// What the API promises of every request: identity, idempotency, versions, positions, clear errors.
#include "tests/program/scene.h"

namespace muster::testing {
namespace {

using Api = Scene;
using Bad = Scene;

long head(Client& client) {
    return std::stol(client.get("/v1/log").text("head"));
}

TEST_F(Api, ARetryUnderOneKeyGetsTheFirstAnswerAfterARestartToo) {
    const Founded acme = found("conance");
    Client ada = server->client_for(acme.founder);
    const boost::json::object body{{"address", "bo@example.org"}, {"role", "user"}};
    const Headers key{"Idempotency-Key: once-only"};
    const Reply first = ada.post(acme.path + "/invitations", body, key);
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(ada.post(acme.path + "/invitations", body, key).body, first.body);
    restart();
    Client again = server->client_for(acme.founder);
    const Reply repeated = again.post(acme.path + "/invitations", body, key);
    EXPECT_EQ(repeated.body, first.body);
    EXPECT_EQ(repeated.status, first.status);
    const boost::json::object other{{"address", "cy@example.org"}, {"role", "user"}};
    EXPECT_EQ(again.post(acme.path + "/invitations", other, key).code(), "idempotency_key_reused");
    // The control: without a key the same request is a new one.
    EXPECT_EQ(again.post(acme.path + "/invitations", body).code(), "already_invited");
}

TEST_F(Api, ARefusalUnderAKeyIsRememberedWordForWord) {
    const Founded acme = found("conance");
    Client ada = server->client_for(acme.founder);
    const Headers key{"Idempotency-Key: no"};
    const std::string self = acme.path + "/members/" + acme.founder;
    const Reply first = ada.remove(self, key);
    EXPECT_EQ(first.code(), "last_protected_holder");
    EXPECT_EQ(ada.remove(self, key).body, first.body);
}

TEST_F(Api, AStaleIfMatchChangesNothingAndIsNotRecorded) {
    const Founded acme = found("open-source");
    Client ada = server->client_for(acme.founder);
    const std::string etag = ada.get(acme.path).headers["etag"];
    EXPECT_EQ(ada.post(acme.path + "/workspaces", {{"name", "one"}}, {"If-Match: " + etag}).status,
              201);
    Client client = the_operator();
    const long before = head(client);
    const Reply stale =
        ada.post(acme.path + "/workspaces", {{"name", "two"}}, {"If-Match: " + etag});
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(head(client), before);
}

TEST_F(Api, EveryAnswerHasAPositionAndAReadCanAskForOne) {
    const Founded acme = found("open-source");
    Client ada = server->client_for(acme.founder);
    const Reply made = ada.post(acme.path + "/workspaces", {{"name", "one"}});
    const std::string position = made.headers.at("muster-position");
    EXPECT_EQ(position, made.text("position"));
    EXPECT_EQ(ada.get(acme.path + "/workspaces?min_position=" + position).status, 200);
    const std::string far = std::to_string(std::stol(position) + 1'000);
    EXPECT_EQ(ada.get(acme.path + "/workspaces?min_position=" + far).code(),
              "position_not_reached");
}

TEST_F(Api, AKeyOfOneOrganisationFindsNoOther) {
    const Founded acme = found("conance");
    const Founded rival = found("conance", "rex");
    Client client = the_operator();
    const Reply made =
        client.post("/v1/api-keys", {{"label", "acme backend"}, {"organizations", {acme.id}}});
    ASSERT_EQ(made.status, 201) << made.body;
    Client backend{server->port(), made.text("secret")};
    EXPECT_EQ(backend.get(acme.path + "/members").status, 200);
    EXPECT_EQ(backend.get(rival.path + "/members").code(), "organization_not_found");
    EXPECT_EQ(backend.get("/v1/log").code(), "operator_only");
    const boost::json::object body{{"address", "bo@example.org"}, {"role", "user"}};
    EXPECT_EQ(backend.post(acme.path + "/invitations", body).code(), "actor_missing");
    backend.act_for(rival.founder);
    EXPECT_EQ(backend.post(rival.path + "/invitations", body).code(), "organization_not_found");
    EXPECT_EQ(backend.post(acme.path + "/invitations", body).code(), "organization_not_found");
    EXPECT_EQ(client.remove("/v1/api-keys/" + made.text("id")).status, 204);
    EXPECT_EQ(backend.get(acme.path + "/members").status, 401);
}

TEST_F(Api, AnIdOfAnotherOrganisationIsSimplyNotFound) {
    const Founded acme = found("open-source");
    const Founded other = found("open-source", "rex");
    Client rex = server->client_for(other.founder);
    const std::string team =
        rex.post(other.path + "/workspaces", {{"name", "t"}}).text("workspace");
    Client ada = server->client_for(acme.founder);
    EXPECT_EQ(ada.get(acme.path + "/workspaces/" + team).code(), "workspace_not_found");
    EXPECT_EQ(ada.remove(acme.path + "/workspaces/" + team).code(), "workspace_not_found");
    EXPECT_EQ(ada.remove(acme.path + "/members/" + other.founder).code(), "member_not_found");
}

TEST_F(Api, AsOfShowsMembersAndWorkspacesAsTheyWere) {
    const Founded acme = found("open-source");
    Client ada = server->client_for(acme.founder);
    const Reply made = ada.post(acme.path + "/workspaces", {{"name", "one"}});
    const std::string then = made.text("position");
    const std::string bo = person("bo");
    invite(acme, "bo", "member");
    EXPECT_EQ(ada.remove(acme.path + "/workspaces/" + made.text("workspace")).status, 200);
    EXPECT_EQ(members(acme).size(), 2U);
    EXPECT_EQ(members(acme, "?as_of=" + then).size(), 1U);
    const auto past = ada.get(acme.path + "/workspaces?as_of=" + then).json();
    EXPECT_EQ(past.at("workspaces").as_array().size(), 1U);
    EXPECT_TRUE(ada.get(acme.path + "/workspaces").json().at("workspaces").as_array().empty());
}

TEST_F(Bad, ACursorOfAnotherSortIsTheClientsMistake) {
    const Founded acme = found("open-source");
    invite(acme, "bo", "member");
    Client ada = server->client_for(acme.founder);
    const Reply page = ada.get(acme.path + "/members?limit=1");
    const std::string cursor = page.text("next_cursor");
    ASSERT_FALSE(cursor.empty());
    EXPECT_EQ(ada.get(acme.path + "/members?limit=1&cursor=" + cursor).status, 200);
    const Reply other = ada.get(acme.path + "/members?limit=1&sort=since&cursor=" + cursor);
    EXPECT_EQ(other.status, 400) << other.body;
}

TEST_F(Api, DeletingTheViewsCostsOnlyTime) {
    const Founded acme = found("conance");
    join(acme, "bo", "user");
    const auto before = members(acme);
    server.reset();
    std::filesystem::remove_all(data / "views");
    server = std::make_unique<Program>(data);
    EXPECT_EQ(members(acme), before);
    EXPECT_EQ(run_muster({"views", "rebuild", "--data", data}).code, 0);
    EXPECT_EQ(members(acme), before);
    const Finished verified = run_muster({"verify", "--data", data});
    EXPECT_EQ(verified.code, 0) << verified.output << verified.errors;
}

TEST_F(Bad, InputIsAnsweredByFieldAndRuleAndLeavesNoCommit) {
    const Founded acme = found("conance");
    Client ada = server->client_for(acme.founder);
    Client client = the_operator();
    const long before = head(client);
    struct Case {
        std::string body;
        std::string named;
    };
    const std::string deep(33, '[');
    const std::vector<Case> cases{
        {"{", ""},
        {"", ""},
        {"[]", "object"},
        {R"({"address":"bo@example.org","role":"user","role":"user"})", "role"},
        {R"({"address":"bo@example.org","role":"user","colour":"red"})", "colour"},
        {R"({"address":7,"role":"user"})", "address"},
        {R"({"address":"bo","role":"user"})", "address"},
        {R"({"address":"bo@example.org","role":["user"]})", "role"},
        {R"({"role":"user"})", "address"},
        {R"({"people":{}})", "people"},
        {R"({"address":"bo@example.org","role":"user","mode":"maybe"})", "mode"},
        {R"({"address":"b\u0000o@example.org","role":"user"})", "address"},
        {R"({"address":"bo@example.org","role":"user","name":")" + std::string(201, 'x') + "\"}",
         "name"},
        {R"({"address":"bo@example.org","role":"user","message":)" + deep + std::string(33, ']') +
             "}",
         ""},
        {"{\"address\":\"bo@example.org\xff\"}", ""},
    };
    for (const Case& each : cases) {
        const Reply reply = ada.send("POST", acme.path + "/invitations", each.body);
        EXPECT_EQ(reply.status, 400) << each.body << ": " << reply.body;
        EXPECT_EQ(reply.code(), "invalid_request") << each.body;
        EXPECT_NE(reply.text("detail").find(each.named), std::string::npos) << reply.body;
    }
    EXPECT_EQ(ada.get(acme.path + "/members?sort=height").status, 400);
    EXPECT_EQ(ada.get(acme.path + "/members?size=3").status, 400);
    EXPECT_EQ(ada.get(acme.path + "/members?limit=0").status, 400);
    EXPECT_EQ(ada.get("/v1/organizations/../keys").status, 404);
    EXPECT_EQ(ada.send("PATCH", acme.path + "/plan").status, 405);
    const std::string large = "{\"message\":\"" + std::string(2'000'000, 'x') + "\"}";
    EXPECT_EQ(ada.send("POST", acme.path + "/invitations", large).status, 413);
    EXPECT_EQ(head(client), before);
}

TEST_F(Bad, AnUnknownRoleIsRefusedByNameAndIsOnRecord) {
    const Founded acme = found("conance");
    Client ada = server->client_for(acme.founder);
    const Reply reply =
        ada.post(acme.path + "/invitations", {{"address", "bo@example.org"}, {"role", "emperor"}});
    EXPECT_EQ(reply.code(), "role_not_found");
    const Reply audit = ada.get(acme.path + "/audit?outcome=refused");
    EXPECT_EQ(audit.json().at("entries").at(0).at("code"), "role_not_found") << audit.body;
}

TEST_F(Api, TwoSpellingsOfOneAddressAreOnePerson) {
    const Founded acme = found("open-source");
    Client ada = server->client_for(acme.founder);
    const auto invite_as = [&](const std::string& address) {
        return ada.post(acme.path + "/invitations", {{"address", address}, {"role", "member"}});
    };
    EXPECT_EQ(invite_as("alice@example.com").status, 201);
    EXPECT_EQ(invite_as("  ALICE@Example.COM ").code(), "already_invited");
    EXPECT_EQ(invite_as("ice@example.com").status, 201);
    EXPECT_EQ(invite_as("jos\u00e9@b\u00fccher.example").status, 201);
    EXPECT_EQ(invite_as("jose\u0301@xn--bcher-kva.example").code(), "already_invited");
}

TEST_F(Api, AnInvitationTellsTheInviterNothingOfTheAccount) {
    const Founded acme = found("conance");
    const std::string bo = person("bo");
    Client ada = server->client_for(acme.founder);
    EXPECT_EQ(ada.post(acme.path + "/invitations",
                       {{"address", "bo@example.org"}, {"name", "Robert"}, {"role", "user"}})
                  .status,
              201);
    EXPECT_EQ(members(acme, "?status=pending")[0].at("name"), "Robert");
    Client operating = the_operator();
    const std::string then = "&as_of=" + std::to_string(head(operating));
    EXPECT_EQ(members(acme, "?status=pending" + then)[0].at("name"), "Robert");
    const Reply made =
        operating.post("/v1/api-keys", {{"label", "a"}, {"organizations", {acme.id}}});
    Client backend{server->port(), made.text("secret")};
    backend.act_for(acme.founder);
    const Reply by_id =
        backend.post(acme.path + "/invitations", {{"person", bo}, {"role", "user"}});
    EXPECT_EQ(by_id.status, 400) << by_id.body;
}

TEST_F(Api, BulkInvitationsGiveAVerdictPerRowInOneCommit) {
    const Founded acme = found("conance");
    Client ada = server->client_for(acme.founder);
    boost::json::array people;
    for (const char* name : {"bo", "bo", "cy", "di"}) {
        people.push_back({{"address", std::string{name} + "@example.org"}, {"role", "user"}});
    }
    const Reply atomic = ada.post(acme.path + "/invitations", {{"people", people}});
    EXPECT_EQ(atomic.code(), "person_repeated");
    EXPECT_TRUE(members(acme, "?status=pending").empty());
    const Reply each = ada.post(acme.path + "/invitations", {{"people", people}, {"mode", "each"}});
    ASSERT_EQ(each.status, 201) << each.body;
    const auto rows = each.json().at("rows").as_array();
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0].at("outcome"), "invited");
    EXPECT_EQ(rows[1].at("code"), "person_repeated");
    EXPECT_EQ(rows[2].at("outcome"), "invited");
    EXPECT_EQ(rows[3].at("code"), "seat_limit_reached");
}

}  // namespace
}  // namespace muster::testing
