// RocksDB compacts on threads of its own, whenever they come to it, which no seed decides. While
// this lives those threads are kept busy, so that no compaction begins anywhere in the process.
// What a simulation writes is too little to need one.
#pragma once

#include <rocksdb/env.h>

#include <condition_variable>
#include <mutex>

namespace muster::simulation {

class NoCompaction {
 public:
    NoCompaction() {
        for (const auto pool : {rocksdb::Env::LOW, rocksdb::Env::BOTTOM}) {
            rocksdb::Env::Default()->SetBackgroundThreads(threads, pool);
            for (int thread = 0; thread < threads; ++thread) {
                rocksdb::Env::Default()->Schedule(&NoCompaction::wait, this, pool);
            }
        }
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return waiting_ == 2 * threads; });
    }
    ~NoCompaction() {
        std::unique_lock lock{mutex_};
        over_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return waiting_ == 0; });
    }
    NoCompaction(const NoCompaction&) = delete;
    NoCompaction& operator=(const NoCompaction&) = delete;

 private:
    /// More than any of our databases asks for.
    static constexpr int threads = 4;

    static void wait(void* self) {
        auto& all = *static_cast<NoCompaction*>(self);
        std::unique_lock lock{all.mutex_};
        ++all.waiting_;
        all.changed_.notify_all();
        all.changed_.wait(lock, [&] { return all.over_; });
        --all.waiting_;
        all.changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool over_ = false;
};

}  // namespace muster::simulation
