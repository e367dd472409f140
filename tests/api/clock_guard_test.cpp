// When the wall clock is trusted and when it is not.
#include "api/writing/clock_guard.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr microseconds limit = minutes{10};

/// Two clocks that a test moves.
struct Clocks {
    ClockReading now{Instant{1'700'000'000'000'000}, hours{5}};

    /// Time passes, which both see.
    const ClockReading& pass(microseconds time) {
        now.steady += time;
        return set(time);
    }
    /// Somebody sets the wall clock.
    const ClockReading& set(microseconds by) {
        now.wall = now.wall + by;
        return now;
    }
};

class ClockGuardTest : public ::testing::Test {
 protected:
    Clocks clocks;
    ClockGuard guard{clocks.now, clocks.now.wall, limit};

    bool trusts(const ClockReading& now) { return !guard.doubt(now).has_value(); }
};

TEST_F(ClockGuardTest, TimeThatPassesIsNoStepHoweverLong) {
    EXPECT_TRUE(trusts(clocks.pass(hours{24 * 365})));
    EXPECT_TRUE(trusts(clocks.pass(seconds{1})));
}

TEST_F(ClockGuardTest, AStepUpToTheLimitIsTrusted) {
    EXPECT_TRUE(trusts(clocks.set(limit)));
    EXPECT_TRUE(trusts(clocks.set(limit))) << "it counts from where the clock was trusted last";
}

TEST_F(ClockGuardTest, AStepBeyondTheLimitIsNotHoweverMuchTimePasses) {
    EXPECT_EQ(guard.doubt(clocks.set(limit + microseconds{1})),
              (ClockDoubt{ClockDoubt::Kind::stepped_forward, limit + microseconds{1}}));
    EXPECT_FALSE(trusts(clocks.pass(hours{24})));
}

TEST_F(ClockGuardTest, AClockThatComesBackIsTrustedAgain) {
    EXPECT_FALSE(trusts(clocks.set(hours{24})));
    EXPECT_TRUE(trusts(clocks.set(-hours{24})));
    EXPECT_FALSE(trusts(clocks.set(minutes{11}))) << "and guarded as before";
}

TEST_F(ClockGuardTest, AClockThatGoesBackAndIsCorrectedIsTrustedThroughout) {
    EXPECT_TRUE(trusts(clocks.set(-hours{24})));
    EXPECT_TRUE(trusts(clocks.pass(hours{1})));
    EXPECT_TRUE(trusts(clocks.set(hours{24})));
    EXPECT_FALSE(trusts(clocks.set(minutes{11})));
}

TEST_F(ClockGuardTest, WhatIsConfirmedIsTrustedFromThereOn) {
    EXPECT_FALSE(trusts(clocks.set(hours{24})));
    guard.confirm(clocks.now);
    EXPECT_TRUE(trusts(clocks.pass(seconds{1})));
    EXPECT_FALSE(trusts(clocks.set(hours{24}))) << "but not the next step";
}

TEST_F(ClockGuardTest, ConfirmingAClockThatIsBehindDoesNotMakeItsCorrectionAStep) {
    clocks.set(-hours{1});
    guard.confirm(clocks.now);
    EXPECT_TRUE(trusts(clocks.set(hours{1})));
}

/// A log whose newest commit is of a later time than the clock that it is opened under.
class ClockGuardBehindTheLog : public ::testing::Test {
 protected:
    Clocks clocks;
    ClockGuard guard{clocks.now, clocks.now.wall + hours{3}, limit};

    bool trusts(const ClockReading& now) { return !guard.doubt(now).has_value(); }
};

TEST_F(ClockGuardBehindTheLog, NothingIsTrustedUntilTheClockHasReachedItButForTheLimit) {
    EXPECT_EQ(guard.doubt(clocks.now), (ClockDoubt{ClockDoubt::Kind::behind_the_log, hours{3}}));
    EXPECT_FALSE(trusts(clocks.pass(hours{2})));
    EXPECT_TRUE(trusts(clocks.pass(minutes{50})));
    EXPECT_TRUE(trusts(clocks.set(-hours{24}))) << "under use a clock may go back";
}

TEST_F(ClockGuardBehindTheLog, AClockThatIsCorrectedNeedsNobody) {
    EXPECT_FALSE(trusts(clocks.now));
    EXPECT_TRUE(trusts(clocks.set(hours{3})));
    EXPECT_FALSE(trusts(clocks.set(minutes{11}))) << "and it is guarded from there on";
}

TEST_F(ClockGuardBehindTheLog, AConfirmedClockIsTheMeasureAndNotTheLog) {
    EXPECT_FALSE(trusts(clocks.now));
    guard.confirm(clocks.now);
    EXPECT_TRUE(trusts(clocks.pass(seconds{1})));
    EXPECT_FALSE(trusts(clocks.set(hours{2}))) << "though the log is further still";
}

TEST(ClockGuardAtTheStart, AClockBehindTheLogByTheLimitOrAheadOfItIsTrusted) {
    const ClockReading now{Instant{1'700'000'000'000'000}, hours{5}};
    EXPECT_FALSE((ClockGuard{now, now.wall + limit, limit}.doubt(now)));
    EXPECT_FALSE((ClockGuard{now, now.wall + -hours{9}, limit}.doubt(now)));
    EXPECT_FALSE((ClockGuard{now, Instant{}, limit}.doubt(now))) << "an empty log";
}

TEST(ClockProblem, SaysHowFarAndWhatToDo) {
    EXPECT_EQ(clock_problem({ClockDoubt::Kind::stepped_forward, hours{24}}),
              "the clock stepped forward by 1440 minutes; check the clock, then run: muster clock "
              "confirm");
    EXPECT_EQ(clock_problem({ClockDoubt::Kind::behind_the_log, hours{24}}),
              "the newest commit was recorded 1440 minutes later than the clock says it is now; "
              "check the clock, then run: muster clock confirm");
}

}  // namespace
}  // namespace muster
