// Names of the failures.
#include "eventstore/machine/failure.h"

#include "domain/ensure.h"

namespace muster {

std::string_view name_of(FailureKind kind) {
    switch (kind) {
        case FailureKind::log_unavailable:
            return "log_unavailable";
        case FailureKind::outcome_unknown:
            return "outcome_unknown";
        case FailureKind::version_conflict:
            return "version_conflict";
        case FailureKind::key_reused:
            return "idempotency_key_reused";
        case FailureKind::overloaded:
            return "overloaded";
        case FailureKind::shutting_down:
            return "shutting_down";
        case FailureKind::skipped:
            return "skipped";
        case FailureKind::corrupted:
            return "corrupted";
        case FailureKind::newer_format:
            return "newer_format";
        case FailureKind::in_use:
            return "in_use";
        case FailureKind::io_error:
            return "io_error";
        case FailureKind::disk_full:
            return "disk_full";
        case FailureKind::sync_failed:
            return "sync_failed";
        case FailureKind::not_found:
            return "not_found";
        case FailureKind::invariant_broken:
            return "invariant_broken";
        case FailureKind::log_behind:
            return "log_behind";
        case FailureKind::view_unavailable:
            return "view_unavailable";
    }
    ENSURE(false);
}

}  // namespace muster
