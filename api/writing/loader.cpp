// Loading what the writer asks for.
#include "api/writing/loader.h"

#include <iterator>

namespace muster {
namespace {

/// Nothing comes by itself.
constexpr std::chrono::milliseconds until_woken = std::chrono::hours{1};

}  // namespace

Loader::Loader(const EventLog& log, Organizations& organizations, std::function<void()> on_loaded)
    : log_{log}, organizations_{organizations}, on_loaded_{std::move(on_loaded)} {}

Loader::~Loader() {
    stop();
}

void Loader::start(Workers& workers) {
    auto worker = workers.start("muster-loader", [this] {
        load();
        return until_woken;
    });
    const std::lock_guard lock{mutex_};
    worker_ = std::move(worker);
}

void Loader::stop() {
    std::unique_ptr<Worker> worker;
    {
        const std::lock_guard lock{mutex_};
        worker = std::move(worker_);
    }
}

void Loader::ask(StreamId id) {
    const std::lock_guard lock{mutex_};
    if (!asked_.insert(id).second) return;
    to_load_.push_back(id);
    if (worker_) worker_->wake();
}

std::vector<Loader::Result> Loader::take() {
    const std::lock_guard lock{mutex_};
    std::vector<Result> taken = std::exchange(loaded_, {});
    for (const Result& result : taken) asked_.erase(result.id);
    return taken;
}

void Loader::forget_all() {
    const std::lock_guard lock{mutex_};
    ++times_forgotten_;
    asked_.clear();
    to_load_.clear();
    loaded_.clear();
}

void Loader::load() {
    std::vector<StreamId> ids;
    std::uint64_t times_forgotten = 0;
    {
        const std::lock_guard lock{mutex_};
        ids.swap(to_load_);
        times_forgotten = times_forgotten_;
    }
    if (ids.empty()) return;
    std::vector<Result> results;
    results.reserve(ids.size());
    for (const StreamId& id : ids) results.push_back({id, load_stream(log_, organizations_, id)});
    {
        const std::lock_guard lock{mutex_};
        if (times_forgotten != times_forgotten_) return;
        std::ranges::move(results, std::back_inserter(loaded_));
    }
    on_loaded_();
}

}  // namespace muster
