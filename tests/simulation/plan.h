// What happens in one run, drawn up front from a seed: commands, turns of the workers, time, and
// what goes wrong. Numbers in it choose among what there is when the step comes, so that any part
// of a plan is a plan, and a failing one can be shrunk by leaving steps out.
#pragma once

#include "domain/blueprint.h"

#include "tests/domain/moves.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace muster::simulation {

enum class Act : std::uint8_t {
    command,        ///< a client asks for something
    retry,          ///< a client asks again, under the same key
    reuse_key,      ///< a client asks for something else under a key that was used
    turns,          ///< the workers take some turns
    pass_time,      ///< and more happens only when that makes it due
    set_clock,      ///< the machine's wall clock is set, forward or back
    confirm_clock,  ///< the operator says that it is right
    cut_power,      ///< at the n-th of the disk's events from here on
    kill,           ///< the process ends where it is, with the power on
    restart,        ///< the process is stopped as it should be and started again
    fail_disk,      ///< the n-th event from here on, and some after it, fail
    fill_disk,      ///< there is no room from here on
    free_disk,      ///< there is again
    compare_views,  ///< with a replay
};
std::string_view name_of(Act act);

/// A cut of the power comes within so many events.
constexpr std::uint32_t events_until_cut = 100;

struct PlanStep {
    Act act = Act::turns;
    domain_tests::Move move;  ///< of a command
    std::uint32_t number = 0;
};
std::ostream& operator<<(std::ostream& out, const PlanStep& step);

/// The same, sooner: for making a failing plan short.
std::vector<PlanStep> simpler(const PlanStep& step);

struct Plan {
    std::uint64_t seed = 0;  ///< also of everything random while it is played
    SharedBlueprint first;   ///< the rules of the first organisation
    SharedBlueprint second;
    std::vector<PlanStep> steps;
};

/// The same seed gives the same plan.
Plan plan_of(std::uint64_t seed, std::size_t commands);

}  // namespace muster::simulation
