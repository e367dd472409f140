// Waiting for a position.
#include "projections/applied_gate.h"

#include <algorithm>

namespace muster {
namespace {

/// Keeps a deadline within what the clock can add.
constexpr std::chrono::milliseconds longest_wait = std::chrono::hours{24};

}  // namespace

AppliedGate::AppliedGate(Position applied, Workers& workers, SteadyClock clock)
    : clock_{std::move(clock)}, applied_{applied}, watcher_{workers.start("muster-waits", [this] {
          return send_away_the_late();
      })} {}

AppliedGate::~AppliedGate() {
    close();
    watcher_.reset();
}

void AppliedGate::reach(Position applied) {
    Waiters ready;
    {
        const std::lock_guard lock{mutex_};
        applied_ = applied;
        failure_.clear();
        ready = take_if([&](const auto& waiter) { return waiter.second.position <= applied; });
    }
    changed_.notify_all();
    for (auto& [deadline, waiter] : ready) waiter.done(true);
}

void AppliedGate::fail(const std::string& why) {
    Waiters lost;
    {
        const std::lock_guard lock{mutex_};
        failure_ = why;
        lost.swap(waiters_);
    }
    changed_.notify_all();
    for (auto& [deadline, waiter] : lost) waiter.done(false);
}

void AppliedGate::close() {
    Waiters lost;
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
        lost.swap(waiters_);
    }
    changed_.notify_all();
    for (auto& [deadline, waiter] : lost) waiter.done(false);
}

Position AppliedGate::applied() const {
    const std::lock_guard lock{mutex_};
    return applied_;
}

std::string AppliedGate::failure() const {
    const std::lock_guard lock{mutex_};
    return failure_;
}

bool AppliedGate::wait_for(Position position, std::chrono::milliseconds at_most) const {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, std::min(at_most, longest_wait),
                      [&] { return applied_ >= position || hopeless(); });
    return applied_ >= position;
}

void AppliedGate::when_applied(Position position, std::chrono::milliseconds at_most,
                               std::move_only_function<void(bool)> done) {
    bool reached = false;
    {
        const std::lock_guard lock{mutex_};
        reached = applied_ >= position;
        if (!reached && !hopeless()) {
            const Time deadline = clock_() + std::min(at_most, longest_wait);
            waiters_.emplace(deadline, Waiter{position, std::move(done)});
            if (deadline < next_watch_) {
                next_watch_ = deadline;
                watcher_->wake();
            }
            return;
        }
    }
    done(reached);
}

AppliedGate::Waiters AppliedGate::take_if(
    const std::function<bool(const Waiters::value_type&)>& wanted) {
    Waiters taken;
    for (auto at = waiters_.begin(); at != waiters_.end();) {
        const auto waiter = at++;
        if (wanted(*waiter)) taken.insert(waiters_.extract(waiter));
    }
    return taken;
}

std::chrono::milliseconds AppliedGate::send_away_the_late() {
    Waiters late;
    Time idle = longest_wait;
    {
        const std::lock_guard lock{mutex_};
        const Time now = clock_();
        late = take_if([&](const auto& waiter) { return waiter.first <= now; });
        if (!waiters_.empty()) idle = std::min(idle, waiters_.begin()->first - now);
        next_watch_ = now + idle;
    }
    for (auto& [deadline, waiter] : late) waiter.done(false);
    return std::chrono::ceil<std::chrono::milliseconds>(idle);
}

}  // namespace muster
