// Workers with threads: when steps begin, and that none begins after the end.
#include "eventstore/machine/workers.h"

#include "tests/waiting.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <future>

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using test::in_time;

TEST(Workers, TakeTheFirstStepAtOnceAndTheNextWhenWoken) {
    std::atomic<int> steps = 0;
    const auto worker = Workers::with_threads().start("steps", [&] {
        ++steps;
        return milliseconds{hours{1}};
    });
    EXPECT_TRUE(in_time([&] { return steps == 1; }));
    worker->wake();
    EXPECT_TRUE(in_time([&] { return steps == 2; }));
}

TEST(Workers, GoOnWithoutBeingWokenWhileThereIsMoreToDo) {
    std::atomic<int> steps = 0;
    const auto worker = Workers::with_threads().start(
        "steps", [&] { return ++steps < 100 ? milliseconds{0} : milliseconds{hours{1}}; });
    EXPECT_TRUE(in_time([&] { return steps == 100; }));
}

TEST(Workers, TakeAStepWhenTheIdleTimeIsOver) {
    std::atomic<int> steps = 0;
    const auto worker = Workers::with_threads().start("steps", [&] {
        ++steps;
        return milliseconds{1};
    });
    EXPECT_TRUE(in_time([&] { return steps > 3; }));
}

TEST(Workers, WhatWakesThemDuringAStepCausesAnother) {
    std::promise<void> go_on;
    const std::shared_future<void> told = go_on.get_future();
    std::atomic<int> steps = 0;
    const auto worker = Workers::with_threads().start("steps", [&] {
        if (++steps == 1) told.wait();
        return milliseconds{hours{1}};
    });
    ASSERT_TRUE(in_time([&] { return steps == 1; }));
    worker->wake();
    go_on.set_value();
    EXPECT_TRUE(in_time([&] { return steps == 2; }));
}

TEST(Workers, FinishTheStepUnderWayAndBeginNoOther) {
    std::atomic<int> begun = 0;
    std::atomic<int> ended = 0;
    auto worker = Workers::with_threads().start("steps", [&] {
        ++begun;
        std::this_thread::yield();
        ++ended;
        return milliseconds{0};
    });
    ASSERT_TRUE(in_time([&] { return begun > 2; }));
    worker.reset();
    const int at_the_end = begun;
    EXPECT_EQ(ended, at_the_end);
    EXPECT_FALSE(in_time([&] { return begun != at_the_end; }, milliseconds{20}));
}

TEST(Workers, GiveTheThreadItsName) {
    std::promise<std::string> name;
    const auto worker = Workers::with_threads().start("muster-writer", [&, told = false]() mutable {
        std::array<char, 16> text{};
        pthread_getname_np(pthread_self(), text.data(), text.size());
        if (!std::exchange(told, true)) name.set_value(text.data());
        return milliseconds{hours{1}};
    });
    EXPECT_EQ(name.get_future().get(), "muster-writer");
}

}  // namespace
}  // namespace muster
