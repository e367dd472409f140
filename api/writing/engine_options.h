// What an engine is opened with, and the clocks of this machine.
#pragma once

#include "domain/time.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/machine/disk.h"
#include "eventstore/machine/workers.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace muster {

struct View;

Instant wall_clock();
/// Time since the machine started, its sleep included.
std::chrono::microseconds time_since_boot();
[[noreturn]] void end_process(const std::string& why);

struct EngineOptions {
    std::filesystem::path data;        ///< holds log/, keys/, views/ and snapshots/
    std::size_t queue_limit = 65'536;  ///< commands waiting; beyond it `overloaded`
    std::size_t group_limit = 1'024;   ///< commits in one synced batch
    /// About how much memory the organisations and the writer's persons may take.
    std::size_t organization_cache_bytes = std::size_t{640} << 20;
    std::size_t person_cache_bytes = std::size_t{128} << 20;
    std::uint64_t least_changes_between_snapshots = 1'000;  ///< of one organisation
    std::chrono::milliseconds view_wait{2'000};
    /// An opening waits until the views have what the log has, unless they lack more commits: then
    /// they take them beside what goes on, and what is read from them has to wait.
    std::uint64_t view_commits_waited_for = UINT64_MAX;
    std::chrono::milliseconds due_interval{500};
    /// A step of the wall clock beyond what the steady clock saw, or a time by which the newest
    /// commit is ahead of it at the start, beyond which nothing is written until an operator
    /// confirms the time.
    std::chrono::minutes clock_step_limit{10};

    // What a test replaces. The clocks are called from any thread.
    Disk* disk = &Disk::of_this_machine();
    Workers* workers = &Workers::with_threads();
    std::function<Instant()> clock = wall_clock;
    std::function<std::chrono::microseconds()> steady_clock = time_since_boot;
    /// Called when a sync failed; must not return. The default logs why and ends the process.
    std::function<void(const std::string&)> on_failed_sync = end_process;
    LogOptions log;  ///< its disk and workers are those above
    const std::vector<View>* views = nullptr;  ///< in place of all of them; outlives the engine
};

}  // namespace muster
