// Waiting for a position.
#include "projections/applied_gate.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

/// Keeps a deadline within what the clock can add.
constexpr std::chrono::milliseconds longest_wait = std::chrono::hours{24};

}  // namespace

AppliedGate::AppliedGate(Position applied, Workers& workers, SteadyClock clock)
    : clock_{std::move(clock)}, applied_{applied}, worker_{workers.start("muster-answers", [this] {
          return work();
      })} {}

AppliedGate::~AppliedGate() {
    close();
    worker_.reset();
    call_settled();
}

void AppliedGate::reach(Position applied) {
    {
        const std::lock_guard lock{mutex_};
        applied_ = applied;
        failure_.clear();
        settle(take_if([&](const auto& waiter) { return waiter.second.position <= applied; }),
               true);
    }
    changed_.notify_all();
}

void AppliedGate::fail(const std::string& why) {
    {
        const std::lock_guard lock{mutex_};
        failure_ = why;
        settle(std::exchange(waiters_, {}), false);
    }
    changed_.notify_all();
}

void AppliedGate::close() {
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
        settle(std::exchange(waiters_, {}), false);
    }
    changed_.notify_all();
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
    const std::lock_guard lock{mutex_};
    const bool reached = applied_ >= position;
    const Time deadline = clock_() + std::min(at_most, longest_wait);
    const auto waiter = waiters_.emplace(deadline, Waiter{position, std::move(done)});
    if (reached || hopeless()) {
        Waiters settled;
        settled.insert(waiters_.extract(waiter));
        return settle(std::move(settled), reached);
    }
    if (deadline < next_watch_) {
        next_watch_ = deadline;
        worker_->wake();
    }
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

/// The caller holds the mutex.
void AppliedGate::settle(Waiters waiters, bool reached) {
    for (auto& [deadline, waiter] : waiters) settled_.push_back({std::move(waiter.done), reached});
    if (!settled_.empty()) worker_->wake();
}

void AppliedGate::call_settled() {
    std::vector<Settled> settled;
    {
        const std::lock_guard lock{mutex_};
        settled.swap(settled_);
    }
    for (Settled& each : settled) each.done(each.reached);
}

std::chrono::milliseconds AppliedGate::work() {
    call_settled();
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
