// The pool's threads and its queue.
#include "api/http/server/work_pool.h"

#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace muster::http {

WorkPool::WorkPool(const Size& size) : size_{size} {
    for (std::size_t i = 0; i < size_.threads; ++i) {
        threads_.emplace_back([this] { run(); });
    }
}

WorkPool::~WorkPool() {
    stop();
}

bool WorkPool::start(const Owner& owner, Work work) {
    {
        const std::lock_guard lock{mutex_};
        Count& count = owners_[owner];
        const bool too_many =
            count.running + count.waiting >= size_.of_one || waiting_.size() >= size_.of_all;
        if (too_many || stopping_) {
            if (count.running + count.waiting == 0) owners_.erase(owner);
            return false;
        }
        ++count.waiting;
        waiting_.push_back({owner, std::move(work)});
    }
    changed_.notify_one();
    return true;
}

void WorkPool::stop() {
    std::deque<Waiting> dropped;
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        dropped.swap(waiting_);
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

/// The first whose owner may have one more running. The caller holds the mutex.
std::deque<WorkPool::Waiting>::iterator WorkPool::next() {
    return std::ranges::find_if(waiting_, [this](const Waiting& each) {
        return owners_[each.owner].running < size_.running_of_one;
    });
}

void WorkPool::run() {
    pthread_setname_np(pthread_self(), size_.niceness > 0 ? "muster-long" : "muster-goes-on");
    if (size_.niceness > 0) {
        // Of this thread alone, as Linux has it. Without it the work is only less polite.
        const auto thread = static_cast<id_t>(gettid());
        static_cast<void>(setpriority(PRIO_PROCESS, thread, size_.niceness));
    }
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || next() != waiting_.end(); });
        if (stopping_) return;
        const auto at = next();
        Waiting taken = std::move(*at);
        waiting_.erase(at);
        Count& count = owners_[taken.owner];
        --count.waiting;
        ++count.running;
        lock.unlock();
        try {
            taken.work();
        } catch (const std::exception& error) {
            spdlog::error("work of a pool threw: {}", error.what());
        }
        taken.work = {};  // what it held goes before anybody else's turn
        lock.lock();
        Count& after = owners_[taken.owner];
        if (--after.running + after.waiting == 0) owners_.erase(taken.owner);
        // Another one of the same owner may have waited for this.
        changed_.notify_one();
    }
}

}  // namespace muster::http
