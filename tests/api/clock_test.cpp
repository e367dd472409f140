// An engine whose clock is wrong: what is recorded never goes back, and a step far forward stops
// writing until somebody looks.
#include "tests/api/small_engine.h"
#include "tests/waiting.h"

namespace muster {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using test::in_time;

class ClockTest : public ::testing::Test, public test::SmallEngine {
 protected:
    void SetUp() override {
        open();
        acme = found();
        ASSERT_TRUE(execute(inviting(acme, "bo")).has_value());
    }

    bool writes() { return engine->state().writing; }
    /// What a command gets whose time cannot be trusted.
    void expect_refused() {
        const std::uint64_t before = head();
        const Answer answer = execute(inviting(acme, "cy"));
        ASSERT_FALSE(answer.has_value());
        EXPECT_EQ(answer.error().kind, FailureKind::log_unavailable);
        EXPECT_TRUE(answer.error().detail.contains("muster clock confirm"));
        EXPECT_EQ(head(), before);
    }

    OrganizationId acme;
};

TEST_F(ClockTest, RecordedAtNeverGoesBack) {
    const Instant before = engine->log().head_recorded_at();
    set_clock(-hours{1});
    ASSERT_TRUE(execute(inviting(acme, "cy")).has_value());
    const Instant set_back = engine->log().head_recorded_at();
    EXPECT_GE(set_back, before);
    open();
    expect_refused();
    engine->confirm_clock();
    ASSERT_TRUE(execute(inviting(acme, "di")).has_value());
    EXPECT_EQ(engine->log().head_recorded_at(), set_back);
    open();
    set_clock(hours{1});
    EXPECT_TRUE(in_time([&] { return writes(); }));
    ASSERT_TRUE(execute(inviting(acme, "ed")).has_value()) << "a correction is no step";
    EXPECT_GT(engine->log().head_recorded_at(), set_back);
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(ClockTest, AClockBehindTheLogAtTheStartStopsWritingUntilItIsConfirmed) {
    set_clock(-days{30});
    open();
    EXPECT_FALSE(writes()) << "from the first moment";
    expect_refused();
    EXPECT_TRUE(has_row(acme, "bo")) << "reads go on";
    const Instant newest = engine->log().head_recorded_at();
    engine->confirm_clock();
    EXPECT_TRUE(writes());
    ASSERT_TRUE(execute(inviting(acme, "cy")).has_value());
    EXPECT_EQ(engine->log().head_recorded_at(), newest) << "times go on from the log's head";
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(ClockTest, AClockBehindTheLogAtTheStartThatIsCorrectedNeedsNobody) {
    set_clock(-days{30});
    open();
    expect_refused();
    set_clock(days{30});
    EXPECT_TRUE(in_time([&] { return writes(); }));
    EXPECT_TRUE(execute(inviting(acme, "cy")).has_value());
}

TEST_F(ClockTest, ControlWithoutALimitTheClockBehindTheLogIsTrusted) {
    options.clock_step_limit = hours{24 * 10'000};
    set_clock(-days{30});
    open();
    EXPECT_TRUE(execute(inviting(acme, "cy")).has_value());
}

TEST_F(ClockTest, AStepForwardStopsWritingAndNothingFallsDue) {
    set_clock(days{30});
    expect_refused();
    EXPECT_TRUE(looks_again());
    EXPECT_FALSE(writes());
    EXPECT_TRUE(has_row(acme, "bo")) << "reads go on, and the invitation is open";
    EXPECT_EQ(head(), 2U);
}

TEST_F(ClockTest, WithoutTheGuardOneWrongClockEndsEveryInvitation) {
    options.clock_step_limit = hours{24 * 10'000};
    open();
    set_clock(days{30});
    EXPECT_TRUE(in_time([&] { return !has_row(acme, "bo"); }));
}

TEST_F(ClockTest, AfterAnOperatorConfirmedItWritingGoesOnAndWhatIsDueIsSettled) {
    set_clock(days{30});
    expect_refused();
    engine->confirm_clock();
    EXPECT_TRUE(writes());
    EXPECT_TRUE(execute(inviting(acme, "cy")).has_value());
    EXPECT_FALSE(has_row(acme, "bo"));
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(ClockTest, AClockThatComesBackNeedsNobody) {
    set_clock(days{30});
    expect_refused();
    set_clock(-days{30});
    EXPECT_TRUE(in_time([&] { return writes(); }));
    EXPECT_TRUE(execute(inviting(acme, "cy")).has_value());
    EXPECT_TRUE(has_row(acme, "bo"));
    const auto ahead = engine->log().head_recorded_at().micros - engine->now().micros;
    EXPECT_LT(ahead, 0) << "nothing was recorded by the wrong clock";
}

TEST_F(ClockTest, ADryRunIsAnsweredMeanwhileAndLeavesNothing) {
    set_clock(days{30});
    expect_refused();
    const Answer look = execute(inviting(acme, "cy"), {.dry_run = true});
    ASSERT_TRUE(look.has_value());
    EXPECT_TRUE(look->accepted());
    EXPECT_EQ(head(), 2U);
}

TEST_F(ClockTest, TimeThatPassesWhileNobodyAsksIsNoStep) {
    pass(days{6});
    EXPECT_TRUE(execute(inviting(acme, "cy")).has_value());
    pass(days{2});
    EXPECT_TRUE(in_time([&] { return !has_row(acme, "bo"); })) << "its week is over";
    EXPECT_TRUE(has_row(acme, "cy"));
}

TEST_F(ClockTest, StepsUpToTheLimitAreTrusted) {
    for (int step = 0; step < 3; ++step) {
        set_clock(minutes{9});
        EXPECT_TRUE(execute(RecordSignIn{person("ada"), {}}).has_value());
    }
}

}  // namespace
}  // namespace muster
