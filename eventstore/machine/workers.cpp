// Workers with a thread each.
#include "eventstore/machine/workers.h"

#include <pthread.h>
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace muster {
namespace {

/// Keeps a deadline within what the clock can add.
constexpr std::chrono::milliseconds longest_wait = std::chrono::hours{24};

class ThreadWorker final : public Worker {
 public:
    ThreadWorker(std::string name, WorkStep step)
        : name_{std::move(name)}, step_{std::move(step)}, thread_{[this] { run(); }} {}

    ~ThreadWorker() override {
        {
            const std::lock_guard lock{mutex_};
            ending_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

    void wake() override {
        {
            const std::lock_guard lock{mutex_};
            if (woken_) return;
            woken_ = true;
        }
        changed_.notify_all();
    }

 private:
    void run() {
        pthread_setname_np(pthread_self(), name_.c_str());
        std::unique_lock lock{mutex_};
        while (!ending_) {
            // Whatever wakes it from here on was perhaps not seen by this step.
            woken_ = false;
            lock.unlock();
            const auto idle = step_();
            lock.lock();
            changed_.wait_for(lock, std::min(idle, longest_wait),
                              [this] { return woken_ || ending_; });
        }
    }

    const std::string name_;
    const WorkStep step_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    bool ending_ = false;
    std::thread thread_;
};

class ThreadWorkers final : public Workers {
 public:
    std::unique_ptr<Worker> start(const std::string& name, WorkStep step) override {
        return std::make_unique<ThreadWorker>(name, std::move(step));
    }
};

}  // namespace

Workers& Workers::with_threads() {
    static ThreadWorkers workers;
    return workers;
}

}  // namespace muster
