// Threads that all begin at once, and end with the test.
#pragma once

#include <latch>
#include <thread>
#include <vector>

namespace muster::concurrency {

class Threads {
 public:
    explicit Threads(int count) : all_there_{count} {}

    /// A thread of as many as were announced; `work` begins when the last of them is there.
    template <class Work>
    void start(Work work) {
        threads_.emplace_back([this, work = std::move(work)]() mutable {
            all_there_.arrive_and_wait();
            work();
        });
    }
    void join() { threads_.clear(); }

 private:
    std::latch all_there_;
    std::vector<std::jthread> threads_;
};

}  // namespace muster::concurrency
