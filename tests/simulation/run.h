// One run: a plan played on a computer of its own, from an empty disk to the last start, with every
// check in its place. The same plan gives the same run.
#pragma once

#include "tests/simulation/computer.h"
#include "tests/simulation/plan.h"

#include <cstdint>
#include <optional>
#include <string>

namespace muster::simulation {

struct RunOptions {
    Weakness weakness = {};
    bool every_property = true;  ///< else the invariants alone
    bool trace = false;          ///< every step on standard error
};

/// How much happened in a run.
struct RunStory {
    std::uint64_t questions = 0;
    std::uint64_t commits = 0;
    std::uint64_t answers = 0;
    std::uint64_t turns = 0;
    std::uint64_t power_cuts = 0;
    std::uint64_t kills = 0;
    std::uint64_t restarts = 0;
    std::uint64_t failed_syncs = 0;
    std::uint64_t failed_calls = 0;
    std::uint64_t mails = 0;

    RunStory& operator+=(const RunStory& other);
};
std::ostream& operator<<(std::ostream& out, const RunStory& story);

struct RunResult {
    std::optional<std::string> violation;
    std::uint64_t trace = 0;  ///< a hash over everything that happened, in its order
    RunStory story;
};

RunResult run(const Plan& plan, const RunOptions& options = {});

}  // namespace muster::simulation
