// Nothing is done before the right to it: what a request may cost and leave behind when it is
// refused, over all routes and callers, and when each is told.
#include "api/http/routes/routes.h"
#include "eventstore/machine/crypto.h"
#include "tests/api/http_api.h"
#include "tests/api/http_client.h"
#include "tests/api/http_handlers.h"

#include <map>

namespace muster::http {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

struct Left {
    std::uint64_t head = 0;
    std::uint64_t key_seq = 0;
    std::size_t rows = 0;

    bool operator==(const Left&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Left& left) {
    return out << "head " << left.head << ", key_seq " << left.key_seq << ", rows " << left.rows;
}

class HttpOrder : public ApiTest {
 protected:
    Left left() const {
        EXPECT_TRUE(engine->keys().sync());
        Left now{.head = number(engine->log().head()), .key_seq = engine->keys().key_seq()};
        const auto counted = engine->keys().copy_to([&](std::string_view name, std::string_view) {
            if (name.starts_with("row:")) ++now.rows;
            return std::expected<void, Failure>{};
        });
        EXPECT_TRUE(counted);
        return now;
    }

    /// The pattern with its names filled in.
    static std::string filled(std::string_view pattern,
                              const std::map<std::string, std::string, std::less<>>& names) {
        std::string target;
        while (!pattern.empty()) {
            const auto open = std::min(pattern.find('{'), pattern.size());
            target += pattern.substr(0, open);
            pattern.remove_prefix(open);
            if (pattern.empty()) break;
            const auto close = pattern.find('}');
            target += names.find(pattern.substr(1, close - 1))->second;
            pattern.remove_prefix(close + 1);
        }
        return target;
    }

    /// A body that the route can read, and that names somebody new wherever it takes people.
    json::value body_of(const Route& route) {
        const std::string_view pattern = route.pattern;
        const std::string address = "new" + std::to_string(++count_) + "@example.org";
        if (pattern.ends_with("/invitations")) {
            return {{"people",
                     {{{"address", address}, {"name", "New"}, {"role", "pupil"}},
                      {{"address", "2" + address}, {"role", "no such role"}}}},
                    {"message", "welcome"}};
        }
        if (pattern.ends_with("/replace-address")) return {{"address", address}, {"name", "New"}};
        if (pattern == "/v1/people") return {{"address", address}, {"name", "New"}};
        if (pattern == "/v1/organizations") {
            return {{"name", "New"},
                    {"blueprint", "conance"},
                    {"founder", {{"address", address}, {"name", "New"}}}};
        }
        if (pattern.ends_with("/blueprint")) return {{"blueprint", "school"}};
        if (pattern.ends_with("/plan")) return {{"plan", "basic"}};
        if (pattern.ends_with("/two-factor")) return {{"enabled", true}};
        if (pattern.ends_with("/copy")) return {{"organizations", json::array{}}};
        if (pattern.ends_with("/roles") && pattern.contains("{member}")) {
            return {{"roles", json::array{"pupil"}}};
        }
        if (pattern.ends_with("/ownership-transfer")) return {{"to", to_string(random_uuid())}};
        if (pattern.ends_with("/replace-protected-holder")) {
            return {{"successor", to_string(random_uuid())}};
        }
        if (pattern.ends_with("{member}/workspaces")) return {{"workspaces", json::array{}}};
        if (pattern.ends_with("/resend")) return json::object{};
        for (const std::string_view named : {"/roles", "/workspaces", "/profile", "/accept"}) {
            if (pattern.ends_with(named)) return {{"name", "New"}};
        }
        if (route.method == "PATCH") return {{"name", "New"}};
        return {{"reason", "because"}};
    }

    struct Caller {
        std::string name;
        std::string secret;
        std::string actor;
    };

    int count_ = 0;
};

/// The organisation, and one of each of those who may ask it for something and not get it.
class HttpOrderOfAll : public HttpOrder {
 protected:
    Founded acme = found("school");
    std::string bo = join(acme, "bo", {{"role", "pupil"}});
    std::string sue = join(acme, "sue", {{"role", "office"}});
    std::string tom = person("tom");
    Founded other = found("conance", "olga");
    std::string foreign;
    std::map<std::string, std::string, std::less<>> names;
    std::vector<Caller> callers;
    std::map<unsigned, int> statuses;

    void SetUp() override {
        ASSERT_EQ(send("POST", acme.path + "/members/" + sue + "/suspend", {}, acme.founder).status,
                  200U);
        const Invited pia = invite(acme, "pia", {{"role", "pupil"}});
        const std::string token =
            engine->link_text({.organization = *parse_id<OrganizationId>(acme.id),
                               .invitation = *parse_id<InvitationId>(pia.invitation),
                               .send_number = 9});
        const Shown workspace = send("POST", acme.path + "/workspaces", {{"name", "one"}});
        foreign = send("POST", "/v1/api-keys", {{"label", "other"}, {"organizations", {other.id}}})
                      .text("secret");
        names = {{"org", acme.id},
                 {"member", acme.founder},
                 {"person", acme.founder},
                 {"role", "pupil"},
                 {"workspace", workspace.text("workspace").empty() ? to_string(random_uuid())
                                                                   : workspace.text("workspace")},
                 {"invitation", pia.invitation},
                 {"token", token},
                 {"name", "conance"},
                 {"key", to_string(random_uuid())},
                 {"kind", "none"}};
        callers = {{"nobody", {}, {}},
                   {"a wrong key", "wrong", {}},
                   {"a foreign key", foreign, tom},
                   {"a foreign key that names nobody", foreign, {}},
                   {"a member without the right", operator_secret, bo},
                   {"a suspended member", operator_secret, sue},
                   {"a stranger", operator_secret, tom},
                   {"somebody never seen", operator_secret, to_string(random_uuid())}};
    }

    /// What a request left though it was refused, or a dry run; empty when nothing.
    std::string litter(const Caller& caller, const Route& route, bool dry_run) {
        const bool reads = route.method == "GET";
        const std::string target = filled(route.pattern, names) + (dry_run ? "?dry_run=true" : "");
        const Left before = left();
        const Shown shown =
            ask(std::string{route.method}, target, caller.actor,
                reads ? std::string{} : json::serialize(body_of(route)), caller.secret);
        ++statuses[shown.status];
        if (shown.status < 400 && !dry_run) return {};
        Left after = left();
        // A refusal of somebody whom a key vouches for, or a link, is on record.
        const bool of_somewhere =
            route.pattern.contains("{org}") || route.pattern.contains("{person}");
        const bool by_key =
            caller.secret == operator_secret || (caller.secret == foreign && !of_somewhere);
        const bool by_link = caller.secret.empty() && route.pattern.contains("{token}");
        const bool on_record = route.takes_dry_run() && !dry_run && (by_key || by_link);
        if (on_record) after.head = before.head;
        if (after == before) return {};
        std::ostringstream told;
        told << caller.name << ", " << route.method << " " << target << ": " << shown.status << ", "
             << before << " became " << after;
        return told.str();
    }
};

TEST_F(HttpOrderOfAll, WhatIsRefusedLeavesNothingInKeysAndWithoutAKeyNothingAtAll) {
    for (const Caller& caller : callers) {
        for (const Route& route : every_route()) {
            EXPECT_EQ(litter(caller, route, false), "");
        }
    }
}

TEST_F(HttpOrderOfAll, ADryRunLeavesNothingWhoeverAsks) {
    callers.push_back({"the operator", operator_secret, {}});
    callers.push_back({"an administrator", operator_secret, acme.founder});
    for (const Caller& caller : callers) {
        for (const Route& route : every_route()) {
            if (!route.takes_dry_run()) continue;
            EXPECT_EQ(litter(caller, route, true), "");
        }
    }
    // What these may do they are told of, so that most of it was decided and not only read.
    EXPECT_GE(statuses[200], 20);
}

TEST_F(HttpOrderOfAll, EveryCommandOfAnAdministratorIsRead) {
    const Caller administrator{"an administrator", operator_secret, acme.founder};
    for (const Route& route : every_route()) {
        if (!route.takes_dry_run()) continue;
        statuses.clear();
        EXPECT_EQ(litter(administrator, route, true), "");
        EXPECT_EQ(statuses[400], 0) << route.method << " " << route.pattern;
    }
}

TEST_F(HttpOrderOfAll, ControlSealingBeforeAskingShowsInTheSameCheck) {
    const Caller bo_asks{"a member without the right", operator_secret, bo};
    const Route route{
        .method = "POST", .pattern = "/v1/organizations/{org}/invitations", .query = {"dry_run"}};
    EXPECT_EQ(litter(bo_asks, route, false), "");
    const Left before = left();
    ASSERT_TRUE(engine->keys().person_for("early@example.org"));
    EXPECT_NE(left(), before);
    ASSERT_TRUE(engine->keys().seal({{random_uuid()}, {random_uuid()}, PersonalField::name}, "E"));
    EXPECT_EQ(left().rows, before.rows + 2);
}

TEST_F(HttpOrderOfAll, ARefusedInvitationIsOnRecordWithoutWhomItNamed) {
    const Left before = left();
    const Shown refused = send("POST", acme.path + "/invitations",
                               {{"address", "nina@example.org"}, {"role", "pupil"}}, bo);
    EXPECT_EQ(refused.status, 403U) << refused.body;
    EXPECT_EQ(refused.code(), "not_allowed");
    EXPECT_EQ(left().head, before.head + 1);
    const Shown audit = get(acme.path + "/audit?outcome=refused", acme.founder);
    const json::value& entry = audit.json.at("entries").at(0);
    EXPECT_EQ(entry.at("code"), "not_allowed") << audit.body;
    EXPECT_TRUE(audit.body.contains(bo)) << audit.body;
}

TEST_F(HttpOrderOfAll, WhoeverMayInvitesSomebodyNewAtOnce) {
    const json::value body{{"address", "nina@example.org"}, {"name", "Nina"}, {"role", "pupil"}};
    const std::string target = acme.path + "/invitations";
    const Shown dry = send("POST", target + "?dry_run=true", body, acme.founder);
    EXPECT_EQ(dry.status, 200U) << dry.body;
    EXPECT_FALSE(*engine->keys().find_person("nina@example.org"));
    const Shown invited = send("POST", target, body, acme.founder);
    EXPECT_EQ(invited.status, 201U) << invited.body;
    const auto nina = *engine->keys().find_person("nina@example.org");
    ASSERT_TRUE(nina);
    const Shown row = get(acme.path + "/members/" + to_string(*nina), acme.founder);
    EXPECT_EQ(row.text("name"), "Nina") << row.body;
    EXPECT_EQ(row.text("address"), "nina@example.org") << row.body;
}

TEST_F(HttpOrderOfAll, ARetryUnderItsKeyIsAnsweredAfterTheRightIsGone) {
    const std::string body = R"({"address":"nina@example.org","role":"pupil"})";
    const auto invite_again = [&] {
        Request request{.method = "POST",
                        .target = acme.path + "/invitations",
                        .headers = {{"authorization", "Bearer " + operator_secret},
                                    {"muster-actor", acme.founder},
                                    {"idempotency-key", "once"}},
                        .body = body};
        std::promise<Response> promise;
        api->handle(std::move(request),
                    [&](Response response) { promise.set_value(std::move(response)); });
        return promise.get_future().get();
    };
    const Response first = invite_again();
    EXPECT_EQ(first.status, 201U) << first.body;
    join(acme, "ann", {{"role", "head"}});
    ASSERT_EQ(send("DELETE", acme.path + "/members/" + acme.founder + "?confirmed=true", {}).status,
              200U);
    const Response second = invite_again();
    EXPECT_EQ(second.status, 201U) << second.body;
    EXPECT_EQ(second.body, first.body);
}

TEST_F(HttpOrderOfAll, AnImportedLineThatCannotBeReadMakesNobody) {
    const std::string founding = R"("at":"2020-01-01T00:00:00Z","command":"FoundOrganization",)"
                                 R"("organization":"old","name":"Old","blueprint":"conance",)"
                                 R"("founder":{"address":"ghost@example.org"})";
    const Left before = left();
    const std::string wrong = "{" + founding + R"(,"nonsense":1})";
    EXPECT_EQ(ask("POST", "/v1/import", {}, wrong, operator_secret).status, 422U);
    EXPECT_EQ(left(), before);
    EXPECT_EQ(ask("POST", "/v1/import", {}, "{" + founding + "}", operator_secret).status, 200U);
    EXPECT_GT(left().rows, before.rows) << "the control";
}

TEST_F(HttpOrderOfAll, SecondFactorsOfAccountsOutOfReachAreNobodysBusiness) {
    const std::string target = "/v1/people/" + acme.founder + "/two-factor";
    const Left before = left();
    const Shown refused = ask("PUT", target, tom, R"({"enabled":true})", foreign);
    EXPECT_EQ(refused.code(), "person_not_found") << refused.body;
    EXPECT_EQ(left(), before);
}

TEST_F(HttpOrderOfAll, WhoMayNotAssignIsToldThatAndNothingOfTheRows) {
    const std::string target = acme.path + "/members/" + acme.founder + "/workspaces";
    const json::value none{{"workspaces", json::array{}}};
    EXPECT_EQ(send("POST", target, none, bo).code(), "not_allowed");
    EXPECT_EQ(send("POST", target, none, tom).code(), "organization_not_found");
}

/// The same over a real server: what is said while the body has not come.
class HttpOrderOnTheWire : public HttpOrderOfAll {
 protected:
    std::unique_ptr<Server> server;

    void SetUp() override {
        HttpOrderOfAll::SetUp();
        auto started = start_server({}, [this](Request head, Admit admit) {
            api->enter(std::move(head), std::move(admit));
        });
        ASSERT_TRUE(started) << started.error();
        server = std::move(*started);
    }
    void TearDown() override { server.reset(); }

    std::string head_of(const std::string& target, const Caller& caller,
                        const std::string& framing) {
        std::string head = "POST " + target + " HTTP/1.1\r\nHost: h\r\n";
        if (!caller.secret.empty()) head += "Authorization: Bearer " + caller.secret + "\r\n";
        if (!caller.actor.empty()) head += "Muster-Actor: " + caller.actor + "\r\n";
        return head + framing + "\r\n";
    }
};

TEST_F(HttpOrderOnTheWire, ABodyIsNotAwaitedFromWhoMayNotAsk) {
    const std::string target = acme.path + "/invitations";
    const std::map<std::string, unsigned> right{{"nobody", 401},
                                                {"a wrong key", 401},
                                                {"a foreign key", 404},
                                                {"a foreign key that names nobody", 404},
                                                {"a member without the right", 403},
                                                {"a suspended member", 403},
                                                {"a stranger", 404},
                                                {"somebody never seen", 404}};
    for (const std::string framing :
         {"Content-Length: 900000\r\n", "Transfer-Encoding: chunked\r\n",
          "Content-Length: 900000\r\nExpect: 100-continue\r\n"}) {
        for (const Caller& caller : callers) {
            RawClient client(server->port());
            client.send(head_of(target, caller, framing));
            const auto answer = client.read_answer();
            EXPECT_EQ(answer.status, right.at(caller.name)) << caller.name << ", " << framing;
            EXPECT_EQ(answer.headers.at("connection"), "close");
        }
    }
    RawClient unlinked(server->port());
    unlinked.send(head_of("/v1/invitations/x/accept", callers[0], "Content-Length: 900000\r\n"));
    EXPECT_EQ(unlinked.read_answer().status, 404U);
    RawClient founding(server->port());
    founding.send(head_of("/v1/organizations", {"", foreign, ""}, "Content-Length: 900000\r\n"));
    EXPECT_EQ(founding.read_answer().status, 403U) << "this key may not found";
}

TEST_F(HttpOrderOnTheWire, ALinkLetsInNoMoreThanItsHolderHasToSay) {
    const std::string target = filled("/v1/invitations/{token}/decline", names);
    RawClient most(server->port());
    most.send(head_of(target, callers[0], "Content-Length: 20480\r\n"));
    EXPECT_FALSE(most.readable(100ms));
    RawClient more(server->port());
    more.send(head_of(target, callers[0], "Content-Length: 20481\r\n"));
    EXPECT_EQ(more.read_answer().status, 413U);
}

TEST_F(HttpOrderOnTheWire, ControlWhoMayAskIsWaitedFor) {
    RawClient client(server->port());
    const Caller founder{"the founder", operator_secret, acme.founder};
    const std::string body = R"({"address":"nina@example.org","role":"pupil"})";
    client.send(head_of(acme.path + "/invitations", founder,
                        "Content-Length: " + std::to_string(body.size()) + "\r\n"));
    EXPECT_FALSE(client.readable(100ms));
    client.send(body);
    EXPECT_EQ(client.read_answer().status, 201U);
}

TEST_F(HttpOrderOnTheWire, AfterAShortBodyThatNobodyWantedTheConnectionGoesOn) {
    RawClient client(server->port());
    const std::string body(3'000, 'x');
    for (int i = 0; i < 2; ++i) {
        client.send(head_of(acme.path + "/invitations", callers[0], "Content-Length: 3000\r\n"));
        client.send(body);
        const auto answer = client.read_answer();
        EXPECT_EQ(answer.status, 401U);
        EXPECT_FALSE(answer.headers.contains("connection")) << "it stays open";
    }
    client.send(http::get("/healthz"));
    EXPECT_EQ(client.read_answer().status, 200U);
}

TEST_F(HttpOrderOnTheWire, ABodyIsNotAwaitedWhileAPositionIs) {
    RawClient client(server->port());
    const Caller operator_asks{"the operator", operator_secret, {}};
    const std::string beyond = std::to_string(number(engine->log().head()) + 1);
    client.send(
        head_of("/v1/import?min_position=" + beyond, operator_asks, "Content-Length: 900000\r\n"));
    // Meanwhile nothing is held up; in the end it is told that the position did not come.
    RawClient another(server->port());
    another.send(http::get("/healthz"));
    EXPECT_EQ(another.read_answer().status, 200U);
    EXPECT_EQ(client.read_answer().status, 503U);
}

}  // namespace
}  // namespace muster::http
