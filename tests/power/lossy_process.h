// A process that runs a whole engine, with clients and a mailer, on a disk that loses its power in
// the middle of something. What it saw is in a file when it has ended.
#pragma once

#include "tests/eventstore/this_program.h"
#include "tests/power/power_loss.h"
#include "tests/power/weak_writes.h"

#include <cstdint>
#include <filesystem>

namespace muster::test {

/// What a process is to do with a data folder.
struct LossyPlan {
    std::uint64_t folder_seed = 0;   ///< of the steps, the same over all processes of a folder
    std::uint64_t seed = 0;          ///< of the loss
    /// Counted from the opening on or, if `cut_in_write` is not 0, from that write of the log on.
    std::uint64_t cut_at_event = 0;
    std::uint64_t cut_in_write = 0;
    std::uint64_t first_step = 0;
    LossOptions loss;
    WeakWrite weak_write = WeakWrite::none;  ///< of the log
    bool swallow_syncs = false;  ///< the disk says that it synced the log and did not
};

/// The folder of a test: `machine/data` loses its power, what is beside it does not.
struct LossyFolders {
    std::filesystem::path test;

    std::filesystem::path machine() const { return test / "machine"; }
    std::filesystem::path data() const { return machine() / "data"; }
    std::filesystem::path outbox() const { return data() / "outbox"; }
    std::filesystem::path plan() const { return test / "plan"; }
    std::filesystem::path witness() const { return test / "witness"; }
};

/// Steps that the clients of one process can ask for without meeting those of the next.
constexpr std::uint64_t steps_of_a_process = 1'000'000;

std::unique_ptr<ThisProgram> start_lossy_process(const LossyFolders& folders,
                                                 const LossyPlan& plan);

}  // namespace muster::test
