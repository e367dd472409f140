// The whole engine, run by seeds.
#include "tests/random_runs.h"
#include "tests/simulation/background.h"
#include "tests/simulation/run.h"
#include "tests/simulation/shrinking.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>

namespace muster::simulation {
namespace {

/// What fails here fails on purpose, thousands of times.
class Quiet final : public testing::Environment {
 public:
    void SetUp() override {
        if (std::getenv("MUSTER_SIMULATION_TRACE") == nullptr) {
            spdlog::set_level(spdlog::level::off);
        }
    }
};
[[maybe_unused]] const auto* const quiet = testing::AddGlobalTestEnvironment(new Quiet);

using namespace std::chrono_literals;

constexpr std::size_t commands_a_run = 1'000;
/// As many as the controls have to find a fault.
constexpr std::size_t least_runs = 40;
constexpr std::uint64_t most_runs_a_day = 100'000;

std::optional<std::uint64_t> number_in(const char* variable) {
    const char* text = std::getenv(variable);
    if (text == nullptr) return std::nullopt;
    return std::strtoull(text, nullptr, 10);
}

/// What is left of a failing plan when everything is left out that can be.
std::string shortest(const Plan& plan) {
    const auto fails = [&](const std::vector<PlanStep>& steps) {
        Plan part = plan;
        part.steps = steps;
        return run(part).violation.has_value();
    };
    const std::size_t most_trials = number_in("MUSTER_SIMULATION_TRIALS").value_or(200);
    std::ostringstream text;
    for (const PlanStep& step :
         Shrinking<PlanStep>{plan.steps, fails, simpler, most_trials}.shortest()) {
        text << "    " << step << '\n';
    }
    return text.str();
}

test::Rounds rounds(bool of_one_seed) {
    const auto wanted = number_in("MUSTER_SIMULATION_RUNS");
    if (wanted || of_one_seed) {
        const std::size_t runs = wanted.value_or(1);
        return test::Rounds{{.least = runs, .share = 0s, .long_run = runs}};
    }
    return test::Rounds{{.least = least_runs, .share = 120s, .long_run = 20'000}};
}

/// MUSTER_SIMULATION_SEED replays one run, MUSTER_SIMULATION_RUNS takes another number of them, and
/// MUSTER_SIMULATION_TRACE tells every step.
TEST(Simulation, KeepsEveryPromise) {
    const NoCompaction still;
    const auto only = number_in("MUSTER_SIMULATION_SEED");
    const std::uint64_t first = only.value_or(test::seed_of_the_day() * most_runs_a_day);
    test::Rounds runs = rounds(only.has_value());
    const bool trace = std::getenv("MUSTER_SIMULATION_TRACE") != nullptr;
    RunStory story;
    for (std::uint64_t seed = first; runs.next(); ++seed) {
        const Plan plan = plan_of(seed, commands_a_run);
        const RunResult result = run(plan, {.trace = trace});
        story += result.story;
        ASSERT_FALSE(result.violation) << "seed=" << seed << " steps=" << plan.steps.size() << ": "
                                       << *result.violation << "\nand so with these steps alone:\n"
                                       << shortest(plan);
    }
    std::cout << runs.begun() << " runs: " << story << '\n';
}

TEST(Simulation, IsTheSameForTheSameSeed) {
    const NoCompaction still;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const Plan plan = plan_of(seed, 300);
        EXPECT_EQ(run(plan).trace, run(plan).trace) << "seed=" << seed;
    }
}

}  // namespace
}  // namespace muster::simulation
