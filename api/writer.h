// The one writer thread (design.md section 3): it owns the order of all commands, decides each in
// the state its predecessors left, writes what came of a whole group in one synced batch, and only
// then answers. It never waits for a load: commands whose streams are not in memory are parked, in
// order, until the loader thread has folded them.
#pragma once

#include "api/engine.h"
#include "api/stream_cache.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace muster {

class Writer {
 public:
    Writer(EventLog& log, KeyStore& keys, Views& views, const EngineOptions& options);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    using Done = std::move_only_function<void(Answer)>;
    void submit(Command command, Context context, ExecuteOptions options, Done done);

    /// Empty while writing goes on.
    std::string problem() const;

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

    void run();
    void run_loader();
    std::vector<Work> next_works();
    void take_loaded();
    void look_for_what_is_due();

    /// Parks the work when something it touches is not in memory or already parked for.
    bool parked(Work& work);
    bool in_memory(const std::vector<StreamId>& streams);
    bool knows_newcomer(const Work& work);
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
    void lose(std::vector<Waiting> waiting, const std::string& why);
    void answer(Waiting waiting);
    void finish(Done& done, Answer answer);
    void fail(Work work, FailureKind kind, std::string detail = {});
    void stop_writing(const std::string& why);
    Commit begin_commit(const Command& command, const Context& context, Instant recorded_at) const;
    Instant stamp();

    EventLog& log_;
    KeyStore& keys_;
    Views& views_;
    const EngineOptions options_;

    mutable std::mutex mutex_;  ///< guards the queues and problem_
    std::condition_variable wake_;
    std::deque<Work> queue_;
    std::vector<std::expected<LoadedStream, Failure>> loaded_;
    std::vector<StreamId> loaded_ids_;
    bool closing_ = false;
    std::string problem_;
    std::atomic<std::size_t> waiting_count_ = 0;  ///< submitted and not answered

    std::mutex loader_mutex_;
    std::condition_variable loader_wake_;
    std::deque<StreamId> to_load_;
    bool loader_closing_ = false;

    // The writer thread's own.
    StreamCache cache_;
    std::deque<Work> parked_;
    std::set<StreamId> loading_;
    std::vector<Commit> group_;
    std::vector<Waiting> group_waiting_;
    std::map<Digest, std::size_t> group_requests_;
    Instant last_stamp_;
    std::chrono::steady_clock::time_point next_due_look_;

    std::thread loader_;
    std::thread thread_;
};

}  // namespace muster
