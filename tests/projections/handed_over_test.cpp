// Commits from the writer to the views: each once and in order, or from the log.
#include "projections/handed_over.h"

#include <gtest/gtest.h>

namespace muster::projections_tests {
namespace {

std::vector<Commit> group(std::uint64_t from, std::size_t count) {
    std::vector<Commit> commits(count);
    for (Commit& commit : commits) commit.position = Position{from++};
    return commits;
}

std::vector<std::uint64_t> positions(const std::vector<Commit>& commits) {
    std::vector<std::uint64_t> all;
    for (const Commit& commit : commits) all.push_back(number(commit.position));
    return all;
}

using Numbers = std::vector<std::uint64_t>;

TEST(HandedOver, GivesWhatFollowsAndEachGroupOnce) {
    HandedOver handed_over;
    handed_over.put(group(1, 2));
    handed_over.put(group(3, 3));
    EXPECT_EQ(positions(handed_over.after(Position{0})), (Numbers{1, 2}));
    EXPECT_EQ(positions(handed_over.after(Position{2})), (Numbers{3, 4, 5}));
    EXPECT_TRUE(handed_over.after(Position{2}).empty());
}

TEST(HandedOver, SkipsWhatWasReadFromTheLogMeanwhile) {
    HandedOver handed_over;
    handed_over.put(group(1, 2));
    handed_over.put(group(3, 3));
    EXPECT_EQ(positions(handed_over.after(Position{3})), (Numbers{4, 5}));
}

TEST(HandedOver, GivesNothingAcrossAGap) {
    HandedOver handed_over;
    handed_over.put(group(5, 2));
    EXPECT_TRUE(handed_over.after(Position{3}).empty());
    EXPECT_EQ(positions(handed_over.after(Position{4})), (Numbers{5, 6}));
}

TEST(HandedOver, LeavesToTheLogWhatIsTooMuch) {
    HandedOver handed_over;
    handed_over.put(group(1, HandedOver::most_kept));
    handed_over.put(group(HandedOver::most_kept + 1, 1));
    EXPECT_TRUE(handed_over.after(Position{0}).empty());
    handed_over.put(group(HandedOver::most_kept + 2, 1));
    EXPECT_EQ(handed_over.after(Position{HandedOver::most_kept + 1}).size(), 1U);
}

}  // namespace
}  // namespace muster::projections_tests
