// The one writer: it owns the order of all commands, decides each in the
// state its predecessors left, writes what came of a whole group in one synced batch, and only then
// answers. It never waits for a load: commands whose streams are not in memory are parked, in
// order, until the loader has folded them.
//
// It stops when a write fails, until the log is healed, and when the clock cannot be trusted.
#pragma once

#include "api/writing/answer.h"
#include "api/writing/clock_guard.h"
#include "api/writing/engine_options.h"
#include "api/writing/healer.h"
#include "api/writing/loader.h"
#include "api/writing/stream_cache.h"
#include "eventstore/keys/keys.h"
#include "projections/views.h"

#include <atomic>
#include <deque>
#include <map>
#include <mutex>

namespace muster {

class Writer {
 public:
    /// Whatever it writes, it publishes in `organizations` before it answers.
    Writer(EventLog& log, KeyStore& keys, Organizations& organizations, Views& views,
           const EngineOptions& options);
    /// Finishes what was submitted.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    using Done = std::move_only_function<void(Answer)>;
    void submit(Command command, Context context, ExecuteOptions options, Done done);

    /// Why nothing is written; empty while writing goes on.
    struct Problem {
        std::string text;    ///< a sentence that anybody may read
        std::string detail;  ///< for the operator
    };
    /// Any thread.
    Problem problem() const;
    /// What the clock says now is right. Any thread.
    void confirm_clock();

 private:
    struct Work {
        Command command;
        Context context;
        ExecuteOptions options;
        Done done;  ///< empty for what the writer asks of itself
    };
    /// A commit of the group that is not written yet, and who waits for it.
    struct Waiting {
        Receipt receipt;
        std::vector<std::pair<Done, bool>> answers;  ///< with wait_for_views
    };
    using Streams = std::vector<StreamId>;

    std::chrono::milliseconds step();
    std::chrono::milliseconds idle_time() const;
    void wake();
    bool is_drained() const;
    std::vector<Work> next_works();
    void take_loaded();
    void look_for_what_is_due();

    /// Parks the work, or fails it, when something it touches is not in memory.
    bool parked(Work& work);
    /// What the decision needs; a failure when the log cannot tell.
    std::expected<Streams, Failure> streams_needed_by(const Work& work);
    bool has(StreamId stream);
    bool all_in_memory(const Streams& streams);
    std::optional<PersonId> newcomer_of(const Work& work) const;
    std::vector<OrganizationId> organizations_touched_by(const Work& work) const;
    void unpark();
    void take(Work work);
    void process(Work work);
    bool answered_before(Work& work);
    bool settle_due(OrganizationId organization, Instant until, bool imported, Instant recorded_at);
    void decide_and_add(Work work, Instant recorded_at);
    bool add_commit(Commit commit, Done done, bool wait_for_views);
    void flush();
    void lose(std::vector<Waiting> waiting, std::string_view store, const Failure& failure);
    void answer(Waiting waiting);
    void finish(Done& done, Answer answer);
    void fail(Work work, FailureKind kind, std::string detail = {});
    void stop_writing(std::string_view store, const Failure& failure);
    void heal();
    const Problem& problem_now() const;
    std::string why_stopped() const;
    ClockReading read_clocks() const;
    bool trusts(const ClockReading& now);
    std::optional<Instant> stamp();
    Commit begin_commit(const Command& command, const Context& context, Instant recorded_at) const;

    EventLog& log_;
    KeyStore& keys_;
    Organizations& organizations_;
    Views& views_;
    const EngineOptions options_;

    mutable std::mutex mutex_;  ///< guards what follows, to waiting_count_
    std::deque<Work> queue_;
    bool closing_ = false;
    Problem failed_write_;  ///< until it is healed
    Problem clock_problem_;
    ClockGuard clock_guard_;
    std::unique_ptr<Worker> worker_;
    std::atomic<std::size_t> waiting_count_ = 0;  ///< submitted and not answered

    // The worker's own.
    Loader loader_;
    Healer healer_;
    StreamCache cache_;
    std::deque<Work> parked_;
    std::set<StreamId> awaited_;              ///< by what is parked
    std::set<StreamId> asked_;                ///< of the loader, and not taken
    std::map<StreamId, Failure> unreadable_;  ///< in this step
    std::vector<Commit> group_;
    std::vector<Waiting> group_waiting_;
    std::map<Digest, std::size_t> group_requests_;
    Instant last_stamp_;
    std::chrono::microseconds next_due_look_;
    bool can_look_ = true;  ///< for what is due, the last time
};

}  // namespace muster
