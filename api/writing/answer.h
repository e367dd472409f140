// What may be said along with a command, and what comes back: a receipt, the same for every
// repetition, or a failure. Values; any thread.
#pragma once

#include "domain/commands.h"
#include "domain/decide.h"
#include "eventstore/form/commit.h"
#include "eventstore/machine/failure.h"

#include <atomic>
#include <expected>
#include <memory>
#include <optional>
#include <vector>

namespace muster {

/// What a command came to. The same for every repetition of a request under its key.
struct Receipt {
    Position position{};  ///< 0 when nothing was written (dry run, refused import)
    Version version{};    ///< of the command's organisation since this commit; 0: not changed
    Command command;      ///< as it was decided, with the ids it made
    Outcome outcome;
    std::vector<StreamEvent> events;  ///< the consequences

    bool accepted() const { return !outcome.rejection.has_value(); }
};

/// What a commit answers, the first time and every time after.
Receipt receipt_of(const Commit& commit);

/// Commands submitted with one of these are decided in order, and none after the first that is not
/// accepted: those get Failure `skipped`. For imports.
struct CommandSequence {
    std::atomic<bool> stopped = false;
};

/// Which decisions are to be written; one that is not is answered with Failure `skipped`.
enum class Writes : std::uint8_t {
    all,
    refusals,            ///< where the command lacks what only an accepted one needs
    refusals_of_caller,  ///< where it lacks what the caller asked for: those about the caller alone
};
/// Whether a rejection is about who asks or where, whatever they ask for.
bool is_about_caller(Rejection rejection);

struct ExecuteOptions {
    std::optional<RequestRecord> request;  ///< idempotency
    /// If-Match: one of these, of the command's organisation. Empty: whatever it is.
    std::vector<Version> expected_versions;
    bool dry_run = false;  ///< the verdict and the consequences, nothing written
    Writes writes = Writes::all;
    std::optional<Instant> effective_at;  ///< imports only
    std::shared_ptr<CommandSequence> sequence;
    /// Answer only when the local views have the position (bounded by view_wait).
    bool wait_for_views = true;
};

using Answer = std::expected<Receipt, Failure>;

}  // namespace muster
