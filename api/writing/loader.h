// Finds or folds streams beside the writer, so that the writer never waits for a load. The
// writer asks and takes; a worker loads.
#pragma once

#include "api/writing/stream_cache.h"
#include "eventstore/machine/workers.h"

#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace muster {

class Loader {
 public:
    struct Result {
        StreamId id;
        std::expected<LoadedStream, Failure> loaded;
    };

    /// `on_loaded` is called from the worker whenever there is something to take.
    Loader(const EventLog& log, Organizations& organizations, std::function<void()> on_loaded);
    ~Loader();
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;

    void start(Workers& workers);
    /// Lets go of the worker; from here on only `load` loads.
    void stop();

    /// Once or more often, until it is taken.
    void ask(StreamId id);
    std::vector<Result> take();
    /// The log is another: nothing that was asked for so far will be taken.
    void forget_all();
    /// Loads all that was asked for, in the caller's thread.
    void load();

 private:
    const EventLog& log_;
    Organizations& organizations_;
    const std::function<void()> on_loaded_;
    std::mutex mutex_;
    std::set<StreamId> asked_;  ///< and not taken
    std::vector<StreamId> to_load_;
    std::vector<Result> loaded_;
    std::uint64_t times_forgotten_ = 0;
    std::unique_ptr<Worker> worker_;
};

}  // namespace muster
