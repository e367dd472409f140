// Views that are far behind, or one that stands: what is read from them says so, and everything
// else goes on.
#include "projections/view.h"

#include "api/text/timestamps.h"
#include "tests/api/http_api.h"
#include "tests/projections/held_workers.h"
#include "tests/waiting.h"

#include <future>

namespace muster::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ViewsUnavailableTest : public ApiTest {
 protected:
    Founded acme;
    EngineOptions options = engine_options();
    std::unique_ptr<Engine> reopened;
    std::unique_ptr<Api> others;

    void SetUp() override {
        acme = found("open-source");
        join(acme, "bo", {{"role", "member"}});
        engine.reset();
    }
    void TearDown() override {
        others.reset();
        reopened.reset();
    }
    void reopen() {
        TearDown();
        auto made = open_engine(options);
        ASSERT_TRUE(made.has_value()) << made.error().detail;
        reopened = std::move(*made);
        others = std::make_unique<Api>(*reopened);
    }
    Shown ask_them(const std::string& method, const std::string& target,
                   const boost::json::value& body = {}, const std::string& actor = {}) {
        Request request{.method = method, .target = target, .headers = {authorized()}, .body = {}};
        if (!actor.empty()) request.headers.emplace_back("muster-actor", actor);
        if (!body.is_null()) request.body = boost::json::serialize(body);
        return answer_of(*others, std::move(request));
    }
    Shown members() { return ask_them("GET", acme.path + "/members"); }
    /// What needs no members to be read from a view; one commit.
    void expect_that_the_rest_goes_on() {
        const Shown checked =
            ask_them("POST", acme.path + "/check",
                     {{"person", acme.founder}, {"permission", "organization.view"}});
        EXPECT_EQ(checked.status, 200U) << checked.body;
        EXPECT_TRUE(checked.json.at("allowed").as_bool());
        EXPECT_EQ(ask_them("GET", acme.path + "/roles").status, 200U);
        const Shown organization = ask_them("GET", acme.path);
        EXPECT_EQ(organization.status, 200U) << organization.body;
        EXPECT_FALSE(organization.json.as_object().contains("advice"));
        invite_somebody();
    }
    void invite_somebody() {
        const std::string address = "p" + std::to_string(++invited) + "@example.org";
        const Shown written = ask_them("POST", acme.path + "/invitations",
                                       {{"address", address}, {"role", "member"}});
        EXPECT_EQ(written.status, 201U) << written.body;
    }
    boost::json::object view(std::string_view name) {
        const Shown shown = ask_them("GET", "/v1/log");
        for (const auto& each : shown.json.at("views").at("each").as_array()) {
            if (each.at("name").as_string() == name) return each.as_object();
        }
        ADD_FAILURE() << "no view " << name << " in " << shown.body;
        return {};
    }
    int invited = 0;
};

TEST_F(ViewsUnavailableTest, FarBehindListsWaitAndChecksRolesAndWritesDoNot) {
    std::filesystem::remove_all(options.data / "views");
    test::HeldWorkers held{{"muster-views"}};
    options.workers = &held;
    options.view_commits_waited_for = 1;
    options.view_wait = std::chrono::hours{1};
    reopen();
    const std::string head = std::to_string(number(reopened->log().head()));
    const Shown refused = members();
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.code(), "view_unavailable");
    EXPECT_EQ(refused.text("detail"),
              "This cannot be read now: the views are being made anew, which is at position 0 of " +
                  head + ".");
    const auto then = [this](const std::string& target) {
        return ask_them("GET", acme.path + target + "?as_of=" + rfc3339(reopened->now()));
    };
    for (const char* target : {"", "/roles", "/members"}) {
        EXPECT_EQ(then(target).code(), "view_unavailable") << target << " lacks what there was";
    }
    expect_that_the_rest_goes_on();
    EXPECT_EQ(ask_them("GET", "/readyz").status, 200U);
    EXPECT_EQ(view("members").at("applied"), 0);
    EXPECT_EQ(view("members").at("lag"), number(reopened->log().head()));

    held.let_go();
    EXPECT_TRUE(test::in_time([&] { return members().status == 200U; }));
    EXPECT_EQ(members().json.at("members").as_array().size(), 3U);
    for (const char* target : {"", "/roles", "/members"}) {
        // A list can be read a moment before whoever waits for its position hears of it.
        EXPECT_TRUE(test::in_time([&] { return then(target).status == 200U; })) << target;
    }
    TearDown();
}

/// Whoever else writes would wait for the views to take all of it.
TEST_F(ViewsUnavailableTest, AnImportStopsBeforeTheViewsAreFarBehind) {
    constexpr std::uint64_t lines = 700;
    constexpr std::uint64_t most_ahead = 511;
    test::HeldWorkers held{{"muster-views"}};
    options.workers = &held;
    options.view_wait = std::chrono::hours{1};
    reopen();
    const auto imported = [&, before = number(reopened->log().head())] {
        return number(reopened->log().head()) - before;
    };
    Request request{
        .method = "POST", .target = "/v1/import", .headers = {authorized()}, .body = {}};
    for (std::uint64_t line = 0; line < lines; ++line) {
        request.body += R"({"at":"2020-01-01T00:00:00Z","command":"RegisterPerson","address":"i)" +
                        std::to_string(line) + R"(@example.org","name":"I"})" + "\n";
    }
    auto answer = std::async(std::launch::async,
                             [&] { return answer_of(*others, std::move(request)).status; });
    EXPECT_TRUE(test::in_time([&] { return imported() == most_ahead; }));
    EXPECT_EQ(answer.wait_for(std::chrono::milliseconds{200}), std::future_status::timeout);
    EXPECT_EQ(imported(), most_ahead);
    held.let_go();
    EXPECT_EQ(answer.get(), 200U);
    EXPECT_EQ(imported(), lines);
    TearDown();
}

TEST_F(ViewsUnavailableTest, AViewThatStandsIsNamedWhereverItIsMissed) {
    std::atomic<bool> faulty = true;
    std::vector<View> views = all_views();
    const auto apply = views.front().apply;
    ASSERT_EQ(views.front().name, view_names::members);
    views.front().apply = [&](Draft& draft, const KeyStore& keys, const Commit& commit) {
        apply(draft, keys, commit);
        if (faulty) draft.fail(FailureKind::invariant_broken, "told to refuse it");
    };
    options.views = &views;
    reopen();
    invite_somebody();
    const std::string stands = "the view members stands since position " +
                               std::to_string(number(reopened->log().head()) - 1);
    const Shown refused = members();
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.text("detail"), "This cannot be read now: " + stands + ".");
    EXPECT_EQ(ask_them("GET", acme.path + "/audit").status, 200U);
    expect_that_the_rest_goes_on();
    const Shown ready = ask_them("GET", "/readyz");
    EXPECT_EQ(ready.status, 200U);
    EXPECT_EQ(ready.text("problem"), "these views have stopped: members");
    EXPECT_EQ(view("members").at("error"), "told to refuse it");
    EXPECT_EQ(view("members").at("lag"), 2);
    EXPECT_TRUE(view("audit").at("error").is_null());
    EXPECT_EQ(view("audit").at("lag"), 0);

    const auto rebuilt = [&] {
        EXPECT_EQ(ask_them("POST", "/v1/operations/rebuild-views").status, 202U);
        Shown shown;
        EXPECT_TRUE(test::in_time([&] {
            shown = ask_them("GET", "/v1/operations");
            return !shown.json.at("running").as_bool();
        }));
        return boost::json::serialize(shown.json.at("findings"));
    };
    EXPECT_THAT(rebuilt(), AllOf(HasSubstr("the views were built anew, but the view members"),
                                 HasSubstr("told to refuse it")));
    EXPECT_EQ(members().status, 503U);
    faulty = false;
    EXPECT_EQ(rebuilt(), "[]");
    EXPECT_EQ(members().status, 200U);
    EXPECT_TRUE(view("members").at("error").is_null());
    TearDown();
}

}  // namespace
}  // namespace muster::http
