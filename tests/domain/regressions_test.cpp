// Moves that once found a fault, kept under its name.
#include "tests/domain/blueprints.h"
#include "tests/domain/watchers.h"

#include <gtest/gtest.h>

namespace muster::domain_tests {
namespace {

Violation replayed(const Blueprint& blueprint, const std::vector<Move>& moves, Watcher& watcher) {
    const SharedBlueprint rules{blueprint};
    return Simulation{rules, rules, decide}.play(moves, watcher);
}

TEST(Regression, APlanThatGrantsNoneOfAClassGrantsNotEvenTheFirst) {
    const std::vector<Move> moves{{Kind::create_workspace, 0, 0, 1, 0, 0},
                                  {Kind::change_plan, 0, 0, 0, 0, 0},
                                  {Kind::invite, 0, 1, 0, 0, 0}};
    LicencesFitThePlan licences;
    EXPECT_EQ(replayed(mark_like(), moves, licences), std::nullopt);
    TheNaiveModelAgrees naive;
    EXPECT_EQ(replayed(mark_like(), moves, naive), std::nullopt);
}

}  // namespace
}  // namespace muster::domain_tests
