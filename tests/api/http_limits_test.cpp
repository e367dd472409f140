// Growth that nobody paid for: links that are used again and again, commands that are refused again
// and again, and long ones. They are answered 429 before anything is decided, and the log says once
// a minute how many there were.
#include "eventstore/form/codec.h"
#include "eventstore/machine/crypto.h"
#include "tests/api/http_api.h"
#include "tests/waiting.h"

#include <gtest/gtest.h>

#include <set>

namespace muster::http {
namespace {

using namespace std::chrono_literals;

class HttpLimits : public ApiTest {
 protected:
    std::uint64_t head() const { return number(engine->log().head()); }

    std::vector<Commit> commits_after(std::uint64_t position) const {
        if (position == head()) return {};
        auto commits = engine->log().read(Position{position + 1}, 10'000);
        EXPECT_TRUE(commits.has_value());
        return std::move(*commits);
    }
    /// What the log says was turned away after a position.
    std::vector<RecordSuppressedAttempts> suppressed_after(std::uint64_t position) const {
        std::vector<RecordSuppressedAttempts> found;
        for (const Commit& commit : commits_after(position)) {
            const auto* command = std::get_if<RecordSuppressedAttempts>(&commit.command);
            if (command == nullptr) continue;
            found.push_back(*command);
            EXPECT_TRUE(commit.context.actor.is_system());
            EXPECT_TRUE(commit.streams.empty()) << "it changes nobody's version";
        }
        return found;
    }
    std::string link(const Founded& organization, const std::string& invitation,
                     std::uint32_t send_number = 1) {
        return engine->link_text({.organization = *parse_id<OrganizationId>(organization.id),
                                  .invitation = *parse_id<InvitationId>(invitation),
                                  .send_number = send_number});
    }
    /// Without a key, from an address.
    Shown from(const std::string& peer, const std::string& target, const std::string& body = "{}") {
        Request request{.method = "POST", .target = target, .headers = {}, .body = body};
        request.peer = peer;
        return answered(std::move(request));
    }
    Shown answered(Request request) { return answered(std::move(request), narrow); }
    static Shown answered(Request request, Api& by) {
        std::promise<Response> promise;
        by.handle(std::move(request),
                  [&](Response response) { promise.set_value(std::move(response)); });
        Response response = promise.get_future().get();
        boost::system::error_code no_json;
        return {response.status, response.content_type, response.body,
                boost::json::parse(response.body, no_json), std::move(response.headers)};
    }
    static std::string accept_path(const std::string& token) {
        return "/v1/invitations/" + token + "/accept";
    }
    static void expect_too_many(const Shown& shown, const std::string& limit) {
        EXPECT_EQ(shown.status, 429U) << shown.body;
        EXPECT_EQ(shown.code(), "too_many_requests");
        EXPECT_EQ(shown.text("limit"), limit);
        EXPECT_GE(std::stoi(shown.header("Retry-After")), 1);
    }

    static constexpr int few = 20;
    Api narrow{*engine,
               [] { return std::string{}; },
               {.key_refusals = 3 * few,
                .actor_refusals = few,
                .link_answers = few,
                .peer_requests = 2 * few}};
    const Founded acme = found("conance");
};

TEST_F(HttpLimits, ADeadLinkLeavesSoManyCommitsAMinuteAndOneThatSaysSo) {
    const Invited invited = invite(acme, "bo", {{"role", "user"}});
    const Shown cancelled =
        send("POST", acme.path + "/invitations/" + invited.invitation + "/cancel");
    ASSERT_EQ(cancelled.status, 200U);
    const std::string etag = get(acme.path).header("ETag");
    const std::uint64_t before = head();
    const std::string path = accept_path(link(acme, invited.invitation));
    std::map<unsigned, int> statuses;
    for (int time = 0; time < 200; ++time) {
        // Of no use: another address each time.
        const Shown shown = from("192.0.2." + std::to_string(time % 250), path);
        ++statuses[shown.status];
        if (shown.status != 409) expect_too_many(shown, "link_answers");
    }
    // A minute's, and what filled up while it went on.
    EXPECT_GE(statuses[409], few);
    EXPECT_LE(statuses[409], 2 * few);
    EXPECT_EQ(head(), before + static_cast<std::uint64_t>(statuses[409]));

    pass(61s);
    ASSERT_TRUE(test::in_time([&] { return suppressed_after(before).size() == 1; }));
    const RecordSuppressedAttempts record = suppressed_after(before).front();
    EXPECT_EQ(record.count, static_cast<std::uint64_t>(statuses[429]));
    EXPECT_EQ(record.limit, AttemptLimit::link);
    EXPECT_EQ(record.actor, Actor::of(*parse_id<PersonId>(invited.person)));
    EXPECT_EQ(get(acme.path).header("ETag"), etag);
    const Shown trail =
        get(acme.path + "/audit?kind=AttemptsSuppressed&min_position=" + std::to_string(head()));
    EXPECT_EQ(trail.json.at("entries").as_array().size(), 1U) << trail.body;
    EXPECT_EQ(from("192.0.2.1", path).status, 409U) << "after a minute it may be tried again";
}

TEST_F(HttpLimits, WhoHasAnEarlierLinkCannotKeepTheInvitedPersonOut) {
    const Invited invited = invite(acme, "bo", {{"role", "user"}});
    const std::string resend = acme.path + "/invitations/" + invited.invitation + "/resend";
    ASSERT_EQ(send("POST", resend).status, 200U);
    const std::string earlier = accept_path(link(acme, invited.invitation));
    for (int time = 0; time < 3 * few; ++time) from("192.0.2.1", earlier);
    expect_too_many(from("192.0.2.1", earlier), "link_answers");
    // Nor by whatever else comes from the same address.
    for (int time = 0; time < 200; ++time) from("192.0.2.1", accept_path("x"));
    expect_too_many(from("192.0.2.1", accept_path("x")), "peer_requests");
    const std::string newest = accept_path(link(acme, invited.invitation, 2));
    EXPECT_EQ(from("192.0.2.1", newest, R"({"name":"Bo"})").status, 200U);
}

TEST_F(HttpLimits, ALinkIsShownSoManyTimesAMinute) {
    const Invited invited = invite(acme, "bo", {{"role", "user"}});
    const std::string path = "/v1/invitations/" + link(acme, invited.invitation);
    Api strict{*engine, [] { return std::string{}; }, {.link_requests = few, .link_answers = 0}};
    unsigned last = 0;
    for (int time = 0; time < 4 * few; ++time) {
        last =
            answered({.method = "GET", .target = path, .headers = {}, .body = {}}, strict).status;
        if (time < few) {
            EXPECT_EQ(last, 200U);
        }
    }
    EXPECT_EQ(last, 429U);
}

TEST_F(HttpLimits, RowsThatAreAllRefusedAreARefusal) {
    const std::uint64_t before = head();
    const auto ask = [&] {
        return answered({.method = "POST",
                         .target = acme.path + "/invitations",
                         .headers = {authorized(), {"muster-actor", acme.founder}},
                         .body = R"({"mode":"each","people":[{"address":"","role":"user"}]})"});
    };
    int verdicts = 0;
    for (int time = 0; time < 4 * few; ++time) verdicts += ask().status == 429 ? 0 : 1;
    expect_too_many(ask(), "actor_refusals");
    EXPECT_GE(verdicts, few);
    EXPECT_LE(verdicts, 2 * few);
    EXPECT_EQ(head(), before + static_cast<std::uint64_t>(verdicts));
}

TEST_F(HttpLimits, LinksThatNobodyMadeLeaveOneCommitAMinuteForAllAddresses) {
    const std::uint64_t before = head();
    const std::string path = accept_path("x");
    int not_found = 0;
    for (int time = 0; time < 200; ++time) {
        not_found += from("192.0.2.1", path).status == 404 ? 1 : 0;
    }
    EXPECT_GE(not_found, 2 * few);
    EXPECT_LE(not_found, 4 * few);
    expect_too_many(from("192.0.2.1", path), "peer_requests");
    EXPECT_EQ(from("192.0.2.2", path).status, 404U);
    // A whole network of IPv6 is one client, and the next one another.
    for (int time = 0; time < 200; ++time) {
        from("2001:db8::" + std::to_string(time), path);
    }
    expect_too_many(from("2001:db8::ffff", path), "peer_requests");
    EXPECT_EQ(from("2001:db8:0:1::1", path).status, 404U);
    // Neither a key nor the socket in the data folder is held to it.
    Request local{.method = "POST", .target = path, .headers = {}, .body = "{}"};
    local.local_socket = true;
    local.peer = "unix";
    for (int time = 0; time < 200; ++time) ASSERT_EQ(answered(local).status, 404U);
    Request with_key{.method = "GET", .target = acme.path, .headers = {}, .body = {}};
    with_key.peer = "192.0.2.1";
    with_key.headers.emplace_back("authorization", "Bearer " + operator_secret);
    EXPECT_EQ(answered(with_key).status, 200U);
    EXPECT_EQ(head(), before);
    pass(2min);
    EXPECT_EQ(from("192.0.2.1", path).status, 404U);
    ASSERT_TRUE(test::in_time([&] { return suppressed_after(before).size() == 1; }));
    const RecordSuppressedAttempts record = suppressed_after(before).front();
    EXPECT_EQ(record.limit, AttemptLimit::address);
    EXPECT_EQ(record.organization, std::nullopt);
    EXPECT_GE(record.count, 100U);
    EXPECT_EQ(head(), before + 1);
}

TEST_F(HttpLimits, WhoIsRefusedTooOftenIsTurnedAwayBeforeTheBodyIsRead) {
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    const auto ask_as = [&](const std::string& actor, const std::string& body,
                            const std::string& key = {}) {
        Request request{
            .method = "POST",
            .target = acme.path + "/invitations",
            .headers = {{"authorization", "Bearer " + operator_secret}, {"muster-actor", actor}},
            .body = body};
        if (!key.empty()) request.headers.emplace_back("idempotency-key", key);
        return answered(std::move(request));
    };
    const std::string di = R"({"address":"di@example.org","role":"user"})";
    const Shown first = ask_as(acme.founder, di, "once");
    ASSERT_EQ(first.status, 201U) << first.body;

    const std::uint64_t before = head();
    int refused = 0;
    Shown shown = ask_as(bo, di);
    for (; shown.status == 403 && refused < 200; ++refused) shown = ask_as(bo, di);
    expect_too_many(shown, "actor_refusals");
    EXPECT_GE(refused, few);
    EXPECT_LE(refused, 2 * few);
    EXPECT_EQ(head(), before + static_cast<std::uint64_t>(refused));
    // Whatever else they ask for, and nothing is looked at; reading goes on.
    const std::uint64_t rows = engine->keys().key_seq();
    EXPECT_EQ(ask_as(bo, "no JSON").status, 429U);
    EXPECT_EQ(ask_as(bo, R"({"address":"new@example.org","role":"user"})").status, 429U);
    EXPECT_EQ(engine->keys().key_seq(), rows);
    EXPECT_EQ(answered({.method = "GET",
                        .target = acme.path,
                        .headers = {authorized(), {"muster-actor", bo}},
                        .body = {}})
                  .status,
              200U);
    EXPECT_NE(send("POST", acme.path + "/check", {{"permission", "x"}}, bo).status, 429U);
    // Others are none the worse for it.
    EXPECT_EQ(ask_as(acme.founder, di).code(), "already_invited");

    // Repeating what was accepted is no attempt.
    for (int time = 0; time < 2 * few; ++time) ask_as(acme.founder, di);
    expect_too_many(ask_as(acme.founder, di), "actor_refusals");
    const Shown again = ask_as(acme.founder, di, "once");
    EXPECT_EQ(again.status, 201U);
    EXPECT_EQ(again.body, first.body);
    expect_too_many(ask_as(acme.founder, di, "twice"), "actor_refusals");

    pass(61s);
    ASSERT_TRUE(test::in_time([&] { return suppressed_after(before).size() == 2; }));
    std::set<PersonId> told;
    for (const RecordSuppressedAttempts& record : suppressed_after(before)) {
        EXPECT_EQ(record.limit, AttemptLimit::actor);
        EXPECT_EQ(record.organization, parse_id<OrganizationId>(acme.id));
        told.insert(record.actor.person().value_or(PersonId{}));
    }
    EXPECT_EQ(told, (std::set{*parse_id<PersonId>(bo), *parse_id<PersonId>(acme.founder)}));
    EXPECT_EQ(ask_as(bo, di).status, 403U);
}

TEST_F(HttpLimits, AKeyThatSpeaksForRandomPeopleIsHeldToOneLimitForThemAll) {
    const std::uint64_t before = head();
    std::map<unsigned, int> statuses;
    const auto ask_as = [&](const std::string& actor) {
        Request request{.method = "DELETE",
                        .target = acme.path + "/members/" + acme.founder,
                        .headers = {{"authorization", "Bearer " + operator_secret}},
                        .body = {}};
        if (!actor.empty()) request.headers.emplace_back("muster-actor", actor);
        return answered(std::move(request));
    };
    for (int time = 0; time < 200; ++time) ++statuses[ask_as(to_string(random_uuid())).status];
    EXPECT_GE(statuses[404], 3 * few);
    EXPECT_LE(statuses[404], 6 * few);
    EXPECT_EQ(head(), before + static_cast<std::uint64_t>(statuses[404]));
    expect_too_many(ask_as(to_string(random_uuid())), "key_refusals");
    // Strangers hold up strangers alone.
    EXPECT_EQ(ask_as(acme.founder).code(), "last_protected_holder");
    // The operator is trusted; the last administrator stays all the same.
    for (int time = 0; time < 100; ++time) ASSERT_EQ(ask_as({}).code(), "last_protected_holder");
}

TEST_F(HttpLimits, AllThatAKeyAsksForIsLimitedWhereTheOperatorWantsIt) {
    Api strict{*engine, [] { return std::string{}; }, {.key_requests = 5}};
    unsigned last = 0;
    for (int time = 0; time < 50; ++time) {
        std::promise<Response> promise;
        strict.handle({.method = "GET",
                       .target = acme.path,
                       .headers = {{"authorization", "Bearer " + operator_secret}},
                       .body = {}},
                      [&](Response response) { promise.set_value(std::move(response)); });
        last = promise.get_future().get().status;
        if (time < 5) {
            EXPECT_EQ(last, 200U);
        }
    }
    EXPECT_EQ(last, 429U);
    EXPECT_EQ(get(acme.path).status, 200U);
}

TEST_F(HttpLimits, ARefusedCommandOfAMegabyteTakesAFewHundredBytesOfTheLog) {
    const OrganizationId organization = *parse_id<OrganizationId>(acme.id);
    const PersonId nobody{random_uuid()};
    const Command command = AssignRole{organization, *parse_id<PersonId>(acme.founder),
                                       RoleId{std::string(1'000'000, 'r')}};
    const Context context{.actor = Actor::of(nobody),
                          .command_id = {random_uuid()},
                          .origin = {},
                          .reason = Sealed{std::string(100'000, 's')},
                          .imported = false};
    ExecuteOptions options;
    options.request = RequestRecord{.key = sha256("key"), .fingerprint = sha256("body")};
    const std::uint64_t before = head();
    const Answer first = engine->execute(command, context, options);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->outcome.rejection, Rejection::organization_not_found);
    const auto stored = commits_after(before);
    ASSERT_EQ(stored.size(), 1U);
    EXPECT_LE(encode(stored.front()).size(), 600U);
    const Answer again = engine->execute(command, context, options);
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(again->command == first->command);
    EXPECT_EQ(again->position, first->position);
}

}  // namespace
}  // namespace muster::http
