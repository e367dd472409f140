// Muster as a C++ class, with no word of HTTP in it: commands in, receipts out, views to read from.
//
// One writer owns the order of everything. `submit` and `execute` may be called from any thread;
// `done` runs on a worker of the engine that does nothing else, and must not block.
#pragma once

#include "domain/commands.h"
#include "domain/decide.h"
#include "eventstore/disk.h"
#include "eventstore/event_log.h"
#include "eventstore/keys.h"
#include "eventstore/notary.h"
#include "eventstore/rocksdb_log.h"
#include "eventstore/workers.h"
#include "projections/views.h"

#include <atomic>
#include <chrono>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
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

Instant wall_clock();
/// Time since the machine started, its sleep included.
std::chrono::microseconds time_since_boot();
[[noreturn]] void end_process(const std::string& why);

struct EngineOptions {
    std::filesystem::path data;        ///< the folder that holds log/, keys/ and views/
    std::size_t queue_limit = 65'536;  ///< commands waiting; beyond it `overloaded`
    std::size_t group_limit = 1'024;   ///< commits in one synced batch
    /// About how much memory the writer's organisations and persons may take, and the views'.
    std::size_t writer_cache_bytes = std::size_t{512} << 20;
    std::size_t views_cache_bytes = std::size_t{256} << 20;
    std::chrono::milliseconds view_wait{2'000};
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
};

/// What a link in an invitation's mail names.
struct InvitationLink {
    OrganizationId organization;
    InvitationId invitation;
    std::uint32_t send_number = 0;
};

struct EngineState {
    bool writing = true;  ///< false after a write failed or the clock stepped; reads go on
    std::string problem;  ///< why not, in a sentence that anybody may read
    std::string detail;   ///< the same for the operator
    Position head{};
    ViewsState views;
    std::string checkpoint_problem;  ///< why checkpoints cannot be written; empty while they can
};

class Engine {
 public:
    virtual ~Engine() = default;  ///< finishes what was submitted, then closes

    virtual void submit(Command command, Context context, ExecuteOptions options,
                        std::move_only_function<void(Answer)> done) = 0;
    /// The same, waiting for the answer.
    Answer execute(Command command, Context context, ExecuteOptions options = {});

    virtual const EventLog& log() const = 0;
    virtual KeyStore& keys() = 0;
    virtual Views& views() = 0;
    virtual EngineState state() const = 0;
    virtual Instant now() const = 0;
    virtual Notary& notary() = 0;
    /// The operator says that the wall clock is right; writing goes on if only the clock was in the
    /// way.
    virtual void confirm_clock() = 0;

    /// The text of the link for one sending of an invitation, and back. A text that this engine did
    /// not make gives nothing.
    std::string link_text(const InvitationLink& link);
    std::optional<InvitationLink> read_link(std::string_view text);
};

/// Opens DATA, making what is missing: keys/ first, then log/, then views/. Refuses when keys/ is
/// behind what the log needs, and with `log_behind` when the log lacks what keys/ or views/ have
/// seen.
std::expected<std::unique_ptr<Engine>, Failure> open_engine(const EngineOptions& options);

}  // namespace muster
