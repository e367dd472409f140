// Waiting for a position.
#include "projections/applied_gate.h"

#include <algorithm>

namespace muster {
namespace {

/// Keeps a deadline within what the clock can add.
constexpr std::chrono::milliseconds longest_wait = std::chrono::hours{24};

}  // namespace

AppliedGate::AppliedGate(Position applied) : applied_{applied}, watcher_{[this] { watch(); }} {}

AppliedGate::~AppliedGate() {
    close();
    watcher_.join();
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
            const auto deadline = Clock::now() + std::min(at_most, longest_wait);
            waiters_.emplace(deadline, Waiter{position, std::move(done)});
            changed_.notify_all();
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

void AppliedGate::watch() {
    std::unique_lock lock{mutex_};
    while (!closed_) {
        if (waiters_.empty()) {
            changed_.wait(lock);
            continue;
        }
        // A copy: the earliest waiter may be served, and be gone, while this sleeps.
        const Clock::time_point earliest = waiters_.begin()->first;
        changed_.wait_until(lock, earliest);
        const auto now = Clock::now();
        Waiters late = take_if([&](const auto& waiter) { return waiter.first <= now; });
        lock.unlock();
        for (auto& [deadline, waiter] : late) waiter.done(false);
        lock.lock();
    }
}

}  // namespace muster
