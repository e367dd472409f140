// A simulation that finds nothing proves nothing: here one protection at a time is taken away, and
// it must find that.
#include "tests/power/weak_writes.h"
#include "tests/simulation/background.h"
#include "tests/simulation/run.h"
#include "tests/simulation/shrinking.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace muster::simulation {
namespace {

using test::weakly;
using test::WeakWrite;

constexpr std::size_t usual_commands = 400;
constexpr std::uint64_t most_seeds = 40;

struct Found {
    std::uint64_t seed = 0;
    std::string violation;  ///< empty when nothing was found
};

Found first_found(const RunOptions& options, std::size_t commands = usual_commands) {
    for (std::uint64_t seed = 1; seed <= most_seeds; ++seed) {
        const RunResult result = run(plan_of(seed, commands), options);
        if (result.violation) return {seed, *result.violation};
    }
    return {};
}

RunOptions with(const Weakness& weakness) {
    return {.weakness = weakness, .every_property = false};
}

LiesAbout below(const std::string& folder) {
    return [folder](const std::string& path) { return path.starts_with(folder); };
}

TEST(SimulationFinds, ALogThatIsNotSynced) {
    const NoCompaction still;
    EXPECT_NE(first_found(with({.log = {.write = weakly(WeakWrite::not_synced)}})).violation, "");
}

TEST(SimulationFinds, ACommitWrittenInTwoBatches) {
    const NoCompaction still;
    EXPECT_NE(first_found(with({.log = {.write = weakly(WeakWrite::in_two_batches)}})).violation,
              "");
}

TEST(SimulationFinds, KeysThatAreNotSynced) {
    const NoCompaction still;
    EXPECT_NE(first_found(with({.lies_about = below("/data/keys/")})).violation, "");
}

/// The disk lies about the syncs of the log's write-ahead files. The mark tells before anything is
/// served; without it only what lies elsewhere can.
TEST(SimulationFinds, AMarkThatIsNotHeeded) {
    const NoCompaction still;
    const LiesAbout wal = [](const std::string& path) {
        return path.starts_with("/data/log/store/") && path.ends_with(".log");
    };
    const Found heeded = first_found(with({.lies_about = wal}));
    EXPECT_NE(heeded.violation.find("last marked"), std::string::npos) << heeded.violation;
    const Found ignored = first_found(with({.log = {.heed_mark = false}, .lies_about = wal}));
    EXPECT_NE(ignored.violation, "");
    EXPECT_EQ(ignored.violation.find("last marked"), std::string::npos) << ignored.violation;
}

TEST(SimulationShrinks, AFailingPlanToAFewSteps) {
    const NoCompaction still;
    const RunOptions options = with({.log = {.write = weakly(WeakWrite::not_synced)}});
    constexpr std::size_t commands = 40;
    const Found found = first_found(options, commands);
    ASSERT_NE(found.violation, "");
    Plan plan = plan_of(found.seed, commands);
    const auto fails = [&](const std::vector<PlanStep>& steps) {
        Plan part = plan;
        part.steps = steps;
        return run(part, options).violation.has_value();
    };
    const auto shrunk = Shrinking<PlanStep>{plan.steps, fails, simpler, 300}.shortest();
    EXPECT_TRUE(fails(shrunk));
    EXPECT_LE(shrunk.size(), 12U);
}

TEST(SimulationShrinks, ToWhatIsNeededAndNoFurther) {
    const auto fails = [](const std::vector<int>& numbers) {
        return std::ranges::count(numbers, 7) > 0 &&
               std::ranges::any_of(numbers, [](int number) { return number >= 50; });
    };
    const auto smaller = [](int number) { return std::vector<int>{number - 1}; };
    std::vector<int> numbers;
    for (int number = 0; number < 100; ++number) numbers.push_back(number);
    EXPECT_EQ((Shrinking<int>{numbers, fails, smaller, 1'000}.shortest()),
              (std::vector<int>{7, 50}));
}

}  // namespace
}  // namespace muster::simulation
