// What stands beside log/ and remembers how far the log got: a note in keys/, and what views/
// applied last. An older copy of log/ that was put back is whole in itself, with its mark and its
// checkpoint; what it lacks shows only against these.
//
// The note is a file keys/log-mark in the form of a mark (mark.h): id, position and root of the
// log. It follows the log's head by up to 100 ms and is never ahead of it. It is no part of a
// backup of keys/, which may be put beside an older log on purpose. One that is missing, as in
// every folder of an earlier release, or damaged is no evidence, and is made anew.
#pragma once

#include "eventstore/log/event_log.h"
#include "eventstore/machine/disk.h"
#include "eventstore/machine/workers.h"

#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace muster {

/// The log was seen with this position as its head, or beyond it.
struct LogMemory {
    std::string who;  ///< "keys/"
    boost::uuids::uuid log_id{};
    Position position{};
    std::optional<Digest> root;          ///< of the hash tree at that size
    std::optional<Digest> commit;        ///< SHA-256 of the commit's bytes
    std::optional<Instant> recorded_at;  ///< of that commit
};

/// `log_behind`, with what is missing and what to do, when the log lacks what is remembered or has
/// something else in its place. A memory of another log says nothing.
std::expected<void, Failure> check_memory(const EventLog& log, const LogMemory& memory);

/// `log_behind` when there is no log at all and what is remembered of one is more than nothing.
std::expected<void, Failure> check_memory_of_no_log(const LogMemory& memory);

/// Nothing when there is no note that can be read.
std::expected<std::optional<LogMemory>, Failure> memory_of_keys(const Disk& disk,
                                                                const Disk::Path& keys_folder);

/// Keeps the note of a log at work.
class LogNote {
 public:
    virtual ~LogNote() = default;  ///< notes the newest head
};

/// The log, which must outlive the note, is the one to be remembered from now on.
std::expected<std::unique_ptr<LogNote>, Failure> keep_log_note(Disk& disk,
                                                               const Disk::Path& keys_folder,
                                                               const EventLog& log,
                                                               Workers& workers);

}  // namespace muster
