// Backups of the log: its commits as they are stored, beside the checkpoint that proves them
// (backup_folder.h has the files). Taken while the log is written to, or from a closed one; each
// backup adds what is new to the one before it in the same folder.
//
// A backup needs nothing to be trusted but the checkpoint: whoever reads it computes the root of
// the hash tree anew from the commits. keys/ is backed up apart (keys_backup.h), because what is to
// be forgotten must not lie among what is kept for ever. Views are not backed up; they rebuild
// themselves.
//
// One thread a folder; the log may be written to meanwhile.
#pragma once

#include "eventstore/log/event_log.h"
#include "eventstore/log/notary.h"
#include "eventstore/machine/disk.h"

#include <expected>
#include <filesystem>
#include <functional>

namespace muster {

/// Gets the position reached now and then; false asks to stop.
using GoOn = std::function<bool(Position)>;

struct BackupOrder {
    const EventLog& log;
    Notary& notary;
    std::filesystem::path folder;
    GoOn go_on = [](Position) { return true; };
    std::size_t segment_bytes = 16U << 20U;
    Disk* disk = &Disk::of_this_machine();
};

struct BackupReport {
    boost::uuids::uuid log_id{};
    TreeHead head;            ///< what the backup holds: commits 1 to `head.size`
    Instant recorded_at;      ///< of the newest of them; the epoch when there is none
    std::uint64_t added = 0;  ///< commits that the former backup lacked
    std::uint64_t bytes = 0;  ///< written, or read by a verification

    bool operator==(const BackupReport&) const = default;
};

/// Adds to the backup in the folder what the log has and it lacks, reads that back, and makes it
/// the backup when its root is the one that the notary has just signed. Whatever goes wrong, the
/// former backup is still there and whole, and the next run goes on where this one stopped.
/// `in_use` when the folder holds something else, such as the backup of another log; `corrupted`
/// when the log does not extend the backup; `shutting_down` when it was asked to stop.
std::expected<BackupReport, Failure> back_up_log(const BackupOrder& order);

/// Reads the whole backup and computes the root of all its commits, which must be the signed one.
/// `not_found` when there is no finished backup.
std::expected<BackupReport, Failure> verify_log_backup(
    const std::filesystem::path& folder, const GoOn& go_on = [](Position) { return true; },
    Disk& disk = Disk::of_this_machine());

/// A root as checkpoints have it.
std::string root_text(const Digest& root);

/// Whether neither folder lies in the other.
bool are_apart(const std::filesystem::path& one, const std::filesystem::path& other);

}  // namespace muster
