// The log on an embedded RocksDB, in one folder that one process has open.
#pragma once

#include "eventstore/log/event_log.h"
#include "eventstore/log/log_memory.h"
#include "eventstore/machine/disk.h"
#include "eventstore/machine/workers.h"

#include <boost/uuid/uuid.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace rocksdb {
class Status;
class WriteBatch;
}  // namespace rocksdb

namespace muster {

class Database;

/// Writes all rows of a group of commits: in one batch, synced.
using WriteRows = std::function<rocksdb::Status(const Database&, rocksdb::WriteBatch&)>;

struct LogOptions {
    Disk* disk = &Disk::of_this_machine();
    Workers* workers = &Workers::with_threads();
    /// How far the mark may be behind the log; zero: each append waits for it.
    std::chrono::milliseconds mark_interval{100};
    /// The identity of a log that is made; a random one otherwise. For restoring a log whole.
    std::optional<boost::uuids::uuid> make_with_id;

    /// How rows are written; when empty, as they must be. A test puts another there as a control.
    WriteRows write;

    // What an operator who accepts a log does without, and the control of a test.
    bool heed_mark = true;
    /// Whether a damaged write-ahead log is refused or taken up to the damage.
    bool refuse_damaged_end = true;
};

/// `newer_format` or `corrupted` when the log in this folder is not of a known format; touches
/// nothing.
std::expected<void, Failure> check_log_format(const std::filesystem::path& folder,
                                              const Disk& disk);

/// Opens or makes the log, in a time that does not grow with the number of commits. `in_use` when
/// another process has it; `newer_format`, untouched; `corrupted` when what is there is not all
/// that was written, with the positions and what to do.
std::expected<std::unique_ptr<EventLog>, Failure> open_rocksdb_log(
    const std::filesystem::path& folder, const LogOptions& options = {});

/// What an operator says when a log is accepted.
struct AcceptOrder {
    std::vector<LogMemory> memories;  ///< of what stands beside the log
    /// Where the log ends: whatever is remembered of it beyond, or otherwise, is given up for ever.
    std::optional<Position> give_up_after;
    /// Called before a log gets a new identity, when all else is verified; may be empty.
    std::function<std::expected<void, Failure>()> before_new_identity;
};

struct AcceptedLog {
    boost::uuids::uuid former_id{};
    boost::uuids::uuid id{};  ///< another one when something was given up
    TreeHead head;
};

/// For an operator, after a look at why the log was refused: opens it up to the first damage in its
/// write-ahead log, verifies all that is there, and marks it anew. A loss of power can leave such a
/// damage in what was never acknowledged. Never accepts a log that lacks what was marked or what a
/// checkpoint was signed for: those are for salvage. `log_behind` when it lacks what is remembered
/// of it, unless that is given up; then it gets a new identity, because a log of the old one had
/// other commits there.
std::expected<AcceptedLog, Failure> accept_rocksdb_log(const std::filesystem::path& folder,
                                                       const LogOptions& options = {},
                                                       const AcceptOrder& order = {});

}  // namespace muster
