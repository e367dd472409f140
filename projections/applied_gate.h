// Where those wait who want the views to have a position. Any thread. The functions that they leave
// behind run on a worker of this, which also watches their time: whoever tells of a position goes
// on at once and runs nobody else's code.
#pragma once

#include "domain/ids.h"
#include "eventstore/machine/workers.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace muster {

class AppliedGate {
 public:
    using SteadyClock = std::function<std::chrono::microseconds()>;

    AppliedGate(Position applied, Workers& workers, SteadyClock clock);
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
    using Time = std::chrono::microseconds;
    struct Waiter {
        Position position{};
        std::move_only_function<void(bool)> done;
    };
    using Waiters = std::multimap<Time, Waiter>;
    struct Settled {
        std::move_only_function<void(bool)> done;
        bool reached = false;
    };

    bool hopeless() const { return closed_ || !failure_.empty(); }
    Waiters take_if(const std::function<bool(const Waiters::value_type&)>& wanted);
    void settle(Waiters waiters, bool reached);
    void call_settled();
    std::chrono::milliseconds work();

    const SteadyClock clock_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Position applied_;
    std::string failure_;
    bool closed_ = false;
    Waiters waiters_;  ///< by deadline
    std::vector<Settled> settled_;
    Time next_watch_{0};  ///< when the worker looks by itself
    std::unique_ptr<Worker> worker_;
};

}  // namespace muster
