// Where those wait who want the views to have a position. Any thread; a thread of its own watches
// the time of those who left a function behind.
#pragma once

#include "domain/ids.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace muster {

class AppliedGate {
 public:
    explicit AppliedGate(Position applied);
    /// Closes.
    ~AppliedGate();
    AppliedGate(const AppliedGate&) = delete;
    AppliedGate& operator=(const AppliedGate&) = delete;

    /// The views are at this position, and in order.
    void reach(Position applied);
    /// The views stopped: whoever waits gives up, and whoever comes, until `reach` is called again.
    void fail(const std::string& why);
    /// Whoever waits gives up for good.
    void close();

    Position applied() const;
    std::string failure() const;
    bool wait_for(Position position, std::chrono::milliseconds at_most) const;
    void when_applied(Position position, std::chrono::milliseconds at_most,
                      std::move_only_function<void(bool)> done);

 private:
    using Clock = std::chrono::steady_clock;
    struct Waiter {
        Position position{};
        std::move_only_function<void(bool)> done;
    };
    using Waiters = std::multimap<Clock::time_point, Waiter>;

    bool hopeless() const { return closed_ || !failure_.empty(); }
    Waiters take_if(const std::function<bool(const Waiters::value_type&)>& wanted);
    void watch();

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Position applied_;
    std::string failure_;
    bool closed_ = false;
    Waiters waiters_;  ///< by deadline
    std::thread watcher_;
};

}  // namespace muster
