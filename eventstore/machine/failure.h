// The world broke: what callers of the store and of the engine get instead of an answer when no
// rule of the business said no. A value, never an exception.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace muster {

enum class FailureKind : std::uint8_t {
    log_unavailable,   ///< the log takes no writes now; nothing was written
    outcome_unknown,   ///< the write may or may not have happened; retry with the same key to learn
    version_conflict,  ///< If-Match named another version; nothing was written
    key_reused,        ///< an idempotency key came back with another request
    overloaded,        ///< a queue is full; nothing was written
    shutting_down,
    skipped,       ///< an earlier command of the same sequence was refused
    corrupted,     ///< stored bytes are not what was written
    newer_format,  ///< written by a later release; left untouched
    in_use,        ///< another process has the folder open
    io_error,
    disk_full,
    sync_failed,  ///< what was written may be lost although it can be read; the process must end
    not_found,
    invariant_broken,  ///< a bug was caught before it was written
    log_behind,        ///< keys/ or views/ know of commits that the log does not have
    view_unavailable,  ///< what is read from cannot answer now; the detail says why to anybody
};

struct Failure {
    FailureKind kind = FailureKind::io_error;
    std::string detail;  ///< for the log and the operator; no personal data
};

std::string_view name_of(FailureKind kind);

inline std::unexpected<Failure> failed(FailureKind kind, std::string detail) {
    return std::unexpected(Failure{kind, std::move(detail)});
}
inline std::unexpected<Failure> corrupted(std::string detail) {
    return failed(FailureKind::corrupted, std::move(detail));
}

}  // namespace muster
