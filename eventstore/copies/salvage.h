// Salvage: what is whole of a damaged log becomes the beginning of a new one. The damaged log is
// only read; whatever was tried was tried on a copy.
//
// The new log has an identity of its own, and so another origin for auditors: it must never pass
// for the log that it was taken from, because it may lack what that log had acknowledged. Its
// commits are the old ones, byte for byte, so the roots of both are equal up to the salvaged
// position, and an auditor who kept a checkpoint of the old log up to there can tell. What links
// the two is the report, NEW/salvage-report.
#pragma once

#include "eventstore/log/event_log.h"
#include "eventstore/machine/disk.h"

#include <expected>
#include <string>
#include <vector>

namespace muster {

struct SalvageReport {
    Disk::Path from;
    std::string old_origin;  ///< empty when nothing told it any more
    std::string new_origin;
    TreeHead copied;  ///< commits 1 to `copied.size`
    Instant first_recorded_at;
    Instant last_recorded_at;
    std::uint64_t key_seq = 0;  ///< the rows of keys/ that the copied commits need

    struct Note {
        std::string name;  ///< "the mark"
        Position reached{};
    };
    std::vector<Note> said;  ///< how far the log got, by what could still be read

    std::uint64_t found_beyond = 0;  ///< commits after the damage, left where they are
    Position newest_found{};         ///< the last of them

    Position damaged_at{};  ///< the first that is not whole; 0 when none was found damaged
    std::string damage;     ///< why
    std::vector<std::string> remarks;

    /// The newest position that the log certainly had.
    Position certainly_had() const;
};

/// The report as a person reads it, lines of text.
std::string text_of(const SalvageReport& report);

/// Makes a new log of the whole commits of the one in `from`, up to its first damage, and puts the
/// report beside it. `in_use` while a server has `from`; `io_error` when `to` is there already;
/// `corrupted` when not one commit is whole. After a failure there is no `to`.
std::expected<SalvageReport, Failure> salvage_log(const Disk::Path& from, const Disk::Path& to,
                                                  Disk& disk = Disk::of_this_machine());

}  // namespace muster
