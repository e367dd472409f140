// A worker that is woken from many threads, and one that ends while it is.
#include "eventstore/machine/workers.h"

#include "tests/concurrency/threads.h"
#include "tests/waiting.h"

#include <gtest/gtest.h>

#include <atomic>

namespace muster::concurrency {
namespace {

TEST(ConcurrentWorkers, SeeWhatWasDoneBeforeTheyWereWoken) {
    std::atomic<int> handed_over = 0;
    std::atomic<int> seen = 0;
    const auto worker = Workers::with_threads().start("worker", [&] {
        seen = handed_over.load();
        return std::chrono::hours{1};
    });
    Threads threads{4};
    for (int thread = 0; thread < 4; ++thread) {
        threads.start([&] {
            for (int i = 0; i < 1'000; ++i) {
                ++handed_over;
                worker->wake();
            }
        });
    }
    threads.join();
    EXPECT_TRUE(test::in_time([&] { return seen == 4'000; }));
}

TEST(ConcurrentWorkers, EndWhileTheyWork) {
    int counter = 0;  // the worker's alone, and ours again when it has ended
    for (int round = 0; round < 100; ++round) {
        const auto worker = Workers::with_threads().start("worker", [&] {
            ++counter;
            return std::chrono::milliseconds{0};
        });
        worker->wake();
    }
    EXPECT_GE(counter, 0);
}

}  // namespace
}  // namespace muster::concurrency
