// How fast a walk goes and how long it still takes.
#include "projections/pace.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

using namespace std::chrono_literals;

TEST(Pace, IsNotKnownBeforeSomethingWasReachedFromSomewhere) {
    Pace pace;
    EXPECT_EQ(pace.rate(), std::nullopt);
    pace.reach(Position{500}, 10s);
    EXPECT_EQ(pace.rate(), std::nullopt) << "that much may have been there already";
    EXPECT_EQ(pace.seconds_until(Position{1'000}), std::nullopt);
}

TEST(Pace, CountsFromWhereTheWalkBegan) {
    Pace pace;
    pace.reach(Position{500}, 10s);
    pace.reach(Position{700}, 12s);
    EXPECT_DOUBLE_EQ(pace.rate().value(), 100);
    EXPECT_DOUBLE_EQ(pace.seconds_until(Position{1'000}).value(), 3);
    EXPECT_DOUBLE_EQ(pace.seconds_until(Position{600}).value(), 0) << "it is beyond that";
}

TEST(Pace, OfASecondWalkForgetsTheFirst) {
    Pace pace;
    pace.reach(Position{0}, 0s);
    pace.reach(Position{1'000}, 1s);
    pace.reach(Position{10}, 2s);
    EXPECT_EQ(pace.rate(), std::nullopt);
    pace.reach(Position{20}, 3s);
    EXPECT_DOUBLE_EQ(pace.rate().value(), 10);
}

}  // namespace
}  // namespace muster
