// The writer and the views run nobody else's code: what a caller left behind, to be called with an
// answer or a position, runs on a worker that does nothing else; and long requests have threads of
// their own, bounded.
#include "api/http/server/work_pool.h"
#include "eventstore/machine/crypto.h"
#include "tests/api/http_api.h"
#include "tests/api/small_engine.h"

#include <pthread.h>

#include <array>
#include <future>
#include <latch>
#include <mutex>
#include <set>

namespace muster {
namespace {

using namespace std::chrono_literals;

std::string name_of_this_thread() {
    std::array<char, 16> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    return name.data();
}

class ForeignWork : public ::testing::Test, public test::SmallEngine {
 protected:
    std::mutex mutex;
    std::set<std::string> clock_readers;

    void SetUp() override {
        options.clock = [this] {
            const std::lock_guard lock{mutex};
            clock_readers.insert(name_of_this_thread());
            return wall_clock();
        };
        open();
    }
    /// Before what its clock writes to.
    void TearDown() override { engine.reset(); }
    /// Where the answer to this arrives.
    std::string answered_on(Command command, ExecuteOptions how) {
        std::promise<std::string> thread;
        engine->submit(std::move(command), by_operator(), std::move(how),
                       [&](const Answer&) { thread.set_value(name_of_this_thread()); });
        return thread.get_future().get();
    }
    std::string told_on(Position position) {
        std::promise<std::string> thread;
        engine->views().when_applied(position, 20ms,
                                     [&](bool) { thread.set_value(name_of_this_thread()); });
        return thread.get_future().get();
    }
};

TEST_F(ForeignWork, RunsOnAWorkerOfItsOwnHoweverTheAnswerCame) {
    const FoundOrganization founding_acme = founding();
    EXPECT_EQ(answered_on(founding_acme, {}), "muster-answers");
    EXPECT_EQ(answered_on(founding(), {.dry_run = true}), "muster-answers");
    EXPECT_EQ(answered_on(founding_acme, {}), "muster-answers") << "refused";
    EXPECT_EQ(answered_on(founding(), {.wait_for_views = false}), "muster-answers");
    EXPECT_EQ(answered_on(RenameOrganization{founding_acme.organization, "New"},
                          {.expected_versions = {Version{7}}}),
              "muster-answers")
        << "a conflict";
    EXPECT_EQ(told_on(Position{1}), "muster-answers") << "reached already";
    EXPECT_EQ(told_on(Position{1'000}), "muster-answers") << "too late";
}

TEST_F(ForeignWork, ControlWhatTheWriterCallsIsSeenOnTheWriter) {
    answered_on(founding(), {});
    const std::lock_guard lock{mutex};
    EXPECT_TRUE(clock_readers.contains("muster-writer"));
}

/// Handlers that tell the thread that they run on.
class HandlerThreads : public http::ApiTest {
 protected:
    std::mutex mutex;
    std::set<std::string> threads;
    http::Api telling{*engine, [this] {
                          const std::lock_guard lock{mutex};
                          threads.insert(name_of_this_thread());
                          return std::string{};
                      }};
};

TEST_F(HandlerThreads, WhatWaitedForAPositionGoesOnElsewhere) {
    found("conance");
    const std::uint64_t next = number(engine->log().head()) + 1;
    std::promise<unsigned> status;
    telling.handle({.method = "GET",
                    .target = "/readyz?min_position=" + std::to_string(next),
                    .headers = {},
                    .body = {}},
                   [&](http::Response response) { status.set_value(response.status); });
    found("conance", "olga");
    EXPECT_EQ(status.get_future().get(), 200U);
    EXPECT_EQ(threads, std::set<std::string>{"muster-goes-on"});
}

/// What came back to many requests. Whoever answers last still holds it when the test goes on.
class Answers {
 public:
    explicit Answers(int asked) : left_{asked} {}

    void take(const http::Response& response) {
        const std::lock_guard lock{mutex_};
        ++statuses_[response.status];
        for (const auto& [name, value] : response.headers) {
            if (name == "Retry-After") retry_after_ = value;
        }
        left_.count_down();
    }
    /// For all of them; how many had which status.
    std::map<unsigned, int> wait() {
        left_.wait();
        const std::lock_guard lock{mutex_};
        return statuses_;
    }
    const std::string& retry_after() const { return retry_after_; }

 private:
    std::mutex mutex_;
    std::map<unsigned, int> statuses_;
    std::string retry_after_;
    std::latch left_;
};

TEST_F(HandlerThreads, LongRequestsOfOneKeyAreBoundedAndToldWhenToComeAgain) {
    std::string lines;
    for (int i = 0; i < 2'000; ++i) {
        lines += R"({"at":"2020-01-01T00:00:00Z","command":"RegisterPerson","name":"N",)"
                 R"("address":"n)" +
                 std::to_string(i) + "@example.org\"}\n";
    }
    constexpr int asked = 64;
    const auto answers = std::make_shared<Answers>(asked);
    for (int i = 0; i < asked; ++i) {
        api->handle({.method = "POST",
                     .target = "/v1/import",
                     .headers = {{"authorization", "Bearer " + operator_secret}},
                     .body = lines},
                    [answers](const http::Response& response) { answers->take(response); });
    }
    // A short one is not behind them.
    EXPECT_EQ(get("/v1/log").status, 200U);
    auto statuses = answers->wait();
    EXPECT_GT(statuses[429], 0);
    EXPECT_GT(statuses[200], 0);
    EXPECT_EQ(answers->retry_after(), "1");
}

TEST_F(HandlerThreads, LongBodiesAreReadAmongTheLongRequests) {
    std::string lists = R"({"name":[)";
    for (int i = 0; i < 300'000; ++i) lists += "[],";
    lists += "0]}";
    constexpr int asked = 64;
    const auto answers = std::make_shared<Answers>(asked);
    for (int i = 0; i < asked; ++i) {
        api->handle({.method = "POST",
                     .target = "/v1/people",
                     .headers = {{"authorization", "Bearer " + operator_secret}},
                     .body = lists},
                    [answers](const http::Response& response) { answers->take(response); });
    }
    // A short one of the same key is neither behind them nor counted with them.
    const boost::json::value short_one{{"address", "short@example.org"}, {"name", "S"}};
    EXPECT_EQ(send("POST", "/v1/people", short_one).status, 201U);
    auto statuses = answers->wait();
    EXPECT_GT(statuses[429], 0);
    EXPECT_GT(statuses[400], 0);
    EXPECT_EQ(statuses[429] + statuses[400], asked);
}

TEST(WorkPool, OneOwnerLeavesAThreadToTheOthers) {
    http::WorkPool pool{{.threads = 2, .running_of_one = 1, .of_one = 3}};
    const auto greedy = random_uuid();
    std::latch release{1};
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(pool.start(greedy, [&] { release.wait(); }));
    EXPECT_FALSE(pool.start(greedy, [] {})) << "that is one too many";
    std::promise<void> other;
    EXPECT_TRUE(pool.start(random_uuid(), [&] { other.set_value(); }));
    EXPECT_EQ(other.get_future().wait_for(20s), std::future_status::ready);
    release.count_down();
}

TEST(WorkPool, ControlWithoutABoundOneOwnerTakesAllThreads) {
    http::WorkPool pool{{.threads = 2}};
    const auto greedy = random_uuid();
    std::latch running{2};
    std::latch release{1};
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(pool.start(greedy, [&] {
            running.count_down();
            release.wait();
        }));
    }
    running.wait();
    std::promise<void> other;
    EXPECT_TRUE(pool.start(random_uuid(), [&] { other.set_value(); }));
    auto came = other.get_future();
    EXPECT_EQ(came.wait_for(20ms), std::future_status::timeout);
    release.count_down();
    came.wait();
}

}  // namespace
}  // namespace muster
