// Restoring a backup to a new data folder: to its end, to a position, or to a time.
//
// Two logs that differ must never share an identity, for auditors tell logs apart by it. So what is
// restored to the end of the backup keeps the identity of the log that was backed up, and every
// checkpoint that was signed until then goes on holding; that log must not be written to any more.
// What is restored to an earlier position gets a new one, because the later history exists
// elsewhere. One thread.
#pragma once

#include "eventstore/copies/backup.h"

#include <filesystem>
#include <optional>

namespace muster {

struct RestoreOrder {
    std::filesystem::path backup;
    std::filesystem::path keys_backup;  ///< empty: log/ alone
    std::filesystem::path data;         ///< made when it is missing

    // To the end of the backup unless one of these is given.
    std::optional<Position> to_position;  ///< the last commit that is restored
    std::optional<Instant> to_time;       ///< what was recorded up to then, inclusive
    bool new_identity = false;            ///< even at the end: for a copy beside the original

    GoOn go_on = [](Position) { return true; };
    Disk* disk = &Disk::of_this_machine();
};

struct RestoreReport {
    boost::uuids::uuid backed_up_id{};
    boost::uuids::uuid log_id{};
    TreeHead head;        ///< of the restored log
    Instant recorded_at;  ///< of its newest commit; the epoch when there is none
    Position backup_end{};
    bool has_keys = false;

    bool keeps_identity() const { return log_id == backed_up_id; }
};

/// Proves the whole backup first and then makes the data folder, whose log was read once more at
/// the end. `in_use` when there is a log already, or keys where keys are to go; `not_found` when
/// there is no finished backup, or when it does not reach the position or the time; `corrupted`
/// when anything in the backup is not what was written, or when the keys are older than the log.
/// After a failure there is neither log/ nor keys/.
std::expected<RestoreReport, Failure> restore_backup(const RestoreOrder& order);

}  // namespace muster
