// When the wall clock is trusted and when it is not.
#include "api/clock_guard.h"

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
    ClockGuard guard{clocks.now, limit};

    bool trusts(const ClockReading& now) { return !guard.step_forward(now); }
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
    EXPECT_EQ(guard.step_forward(clocks.set(limit + microseconds{1})), limit + microseconds{1});
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

TEST_F(ClockGuardTest, TheProblemSaysHowFarAndWhatToDo) {
    EXPECT_EQ(
        clock_problem(hours{24}),
        "the clock stepped forward by 1440 minutes; check it, then run: muster clock confirm");
}

}  // namespace
}  // namespace muster
