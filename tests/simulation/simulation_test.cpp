// The whole engine, run by seeds.
#include "tests/domain/properties.h"
#include "tests/simulation/background.h"
#include "tests/simulation/run.h"
#include "tests/simulation/shrinking.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>

/// Where each byte was allocated is not worth a third of the time.
extern "C" const char* __asan_default_options() {
    return "malloc_context_size=1:quarantine_size_mb=4:max_redzone=32";
}

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

constexpr std::size_t commands_a_run = 1'000;

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

/// MUSTER_SIMULATION_SEED replays one run, MUSTER_SIMULATION_RUNS takes another number of them, and
/// MUSTER_SIMULATION_TRACE tells every step.
TEST(Simulation, KeepsEveryPromise) {
    const NoCompaction still;
    const auto only = number_in("MUSTER_SIMULATION_SEED");
    const std::uint64_t usual = domain_tests::is_long_run() ? 20'000 : 160;
    const std::uint64_t first = only.value_or(1);
    const std::uint64_t runs = number_in("MUSTER_SIMULATION_RUNS").value_or(only ? 1 : usual);
    const bool trace = std::getenv("MUSTER_SIMULATION_TRACE") != nullptr;
    RunStory story;
    for (std::uint64_t seed = first; seed < first + runs; ++seed) {
        const Plan plan = plan_of(seed, commands_a_run);
        const RunResult result = run(plan, {.trace = trace});
        story += result.story;
        ASSERT_FALSE(result.violation) << "seed=" << seed << " steps=" << plan.steps.size() << ": "
                                       << *result.violation << "\nand so with these steps alone:\n"
                                       << shortest(plan);
    }
    std::cout << runs << " runs: " << story << '\n';
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
