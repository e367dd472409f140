// The machine under a PowerLossFiles and under its open files: whether there is power, what the
// disk would remember, and the count of events. Files outlive their file system, so all share it.
#pragma once

#include "tests/power/disk_memory.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <set>

namespace muster::test {

/// A lock on the target, let go when the power is lost.
struct MachineLock : rocksdb::FileLock {
    rocksdb::FileLock* target = nullptr;
};

class Machine {
 public:
    using IOStatus = rocksdb::IOStatus;

    Machine(std::shared_ptr<rocksdb::FileSystem> target, const std::string& root)
        : target_{std::move(target)}, memory_{target_, root} {}

    static IOStatus no_power() { return IOStatus::IOError("the power is off"); }

    /// Files that were opened under an earlier one are dead.
    std::uint64_t run() const { return run_; }
    bool has_power() const { return powered_; }
    bool has_power(std::uint64_t run) const { return powered_ && run == run_; }
    std::uint64_t events() const { return events_; }

    /// Does what is no event, under the lock.
    template <class Look>
    IOStatus look(std::uint64_t run, const Look& does) {
        const std::lock_guard lock{mutex_};
        return has_power(run) ? does() : no_power();
    }

    /// Does one event. `does` is told whether the power goes at it.
    template <class Change>
    IOStatus change(std::uint64_t run, const Change& does) {
        const std::lock_guard lock{mutex_};
        if (!has_power(run)) return no_power();
        const bool last = ++events_ == cut_at_;
        const IOStatus done = does(last);
        if (!last) return done;
        cut();
        return no_power();
    }

    void cut_at(std::uint64_t event, std::function<void()> on_cut) {
        const std::lock_guard lock{mutex_};
        cut_at_ = events_ + event;
        on_cut_ = std::move(on_cut);
    }
    void cut_now() {
        const std::lock_guard lock{mutex_};
        if (powered_) cut();
    }
    PowerLoss lose_power(std::uint64_t seed, const LossOptions& options) {
        const std::lock_guard lock{mutex_};
        for (MachineLock* held : locks_) release(*held);
        locks_.clear();
        const PowerLoss loss = memory_.lose(seed, options);
        ++run_;
        cut_at_ = 0;
        powered_ = true;
        return loss;
    }

    /// Within `look` or `change`.
    DiskMemory& memory() { return memory_; }
    rocksdb::FileLock* hold(std::unique_ptr<MachineLock> lock) {
        locks_.insert(lock.get());
        return lock.release();
    }
    /// With or without power.
    void unlock(rocksdb::FileLock* lock) {
        const std::lock_guard guard{mutex_};
        const std::unique_ptr<MachineLock> held{static_cast<MachineLock*>(lock)};
        locks_.erase(held.get());
        release(*held);
    }

 private:
    void release(MachineLock& lock) {
        if (lock.target == nullptr) return;
        target_->UnlockFile(lock.target, {}, nullptr).PermitUncheckedError();
        lock.target = nullptr;
    }
    void cut() {
        powered_ = false;
        if (on_cut_) on_cut_();
    }

    const std::shared_ptr<rocksdb::FileSystem> target_;
    std::recursive_mutex mutex_;  ///< guards what follows; `on_cut` may call back
    DiskMemory memory_;
    std::set<MachineLock*> locks_;
    std::function<void()> on_cut_;
    std::uint64_t cut_at_ = 0;
    std::atomic<std::uint64_t> events_ = 0;
    std::atomic<std::uint64_t> run_ = 1;
    std::atomic<bool> powered_ = true;
};

}  // namespace muster::test
