// The budgets and their memory: what fills up when, who is turned away, and that the record of it
// neither comes too often nor is lost.
#include "api/rate_limiter.h"

#include <gtest/gtest.h>

#include <random>

namespace muster {
namespace {

using namespace std::chrono_literals;

constexpr Instant day_one{1'700'000'000'000'000};

RateLimits three_of_each() {
    return {.key_requests = 3,
            .key_refusals = 3,
            .actor_commands = 3,
            .actor_refusals = 3,
            .link_requests = 3,
            .link_answers = 3,
            .peer_requests = 3};
}

std::vector<Charge> by_key(const std::string& key) {
    return {{Budget::key_requests, key}};
}

TEST(RateLimiter, ABudgetIsUsedUpAndFillsUpEvenly) {
    RateLimiter limiter{three_of_each()};
    for (int time = 0; time < 3; ++time) EXPECT_FALSE(limiter.admit(by_key("a"), day_one));
    const auto exceeded = limiter.admit(by_key("a"), day_one);
    ASSERT_TRUE(exceeded);
    EXPECT_EQ(exceeded->budget, Budget::key_requests);
    EXPECT_EQ(exceeded->subject, "a");
    EXPECT_EQ(exceeded->retry_after, 20s);
    EXPECT_FALSE(limiter.admit(by_key("b"), day_one)) << "each has its own";
    EXPECT_TRUE(limiter.admit(by_key("a"), day_one + 19s));
    EXPECT_FALSE(limiter.admit(by_key("a"), day_one + 20s));
    EXPECT_TRUE(limiter.admit(by_key("a"), day_one + 21s));
    // Never more than a minute's, however long nothing was asked.
    for (int time = 0; time < 3; ++time) EXPECT_FALSE(limiter.admit(by_key("a"), day_one + 24h));
    EXPECT_TRUE(limiter.admit(by_key("a"), day_one + 24h));
    // A clock that goes back gives nothing and takes nothing.
    EXPECT_TRUE(limiter.admit(by_key("a"), day_one));
    EXPECT_FALSE(limiter.admit(by_key("a"), day_one + 20s));
}

TEST(RateLimiter, ZeroIsNoLimit) {
    RateLimits limits = three_of_each();
    limits.key_requests = 0;
    RateLimiter limiter{limits};
    for (int time = 0; time < 10'000; ++time) ASSERT_FALSE(limiter.admit(by_key("a"), day_one));
    EXPECT_EQ(limiter.subjects(), 0U);
}

TEST(RateLimiter, AllChargesAreTakenOrNone) {
    RateLimiter limiter{three_of_each()};
    const std::vector<Charge> both{{Budget::key_requests, "a"}, {Budget::link_answers, "l"}};
    for (int time = 0; time < 3; ++time) EXPECT_FALSE(limiter.admit({both[1]}, day_one));
    const auto exceeded = limiter.admit(both, day_one);
    ASSERT_TRUE(exceeded);
    EXPECT_EQ(exceeded->budget, Budget::link_answers);
    for (int time = 0; time < 3; ++time) EXPECT_FALSE(limiter.admit({both[0]}, day_one));
}

TEST(RateLimiter, OfSeveralBudgetsTheOneThatTakesLongestIsTold) {
    RateLimits limits = three_of_each();
    limits.link_answers = 1;
    RateLimiter limiter{limits};
    const std::vector<Charge> both{{Budget::key_requests, "a"}, {Budget::link_answers, "l"}};
    EXPECT_FALSE(limiter.admit(both, day_one));
    for (int time = 0; time < 2; ++time) EXPECT_FALSE(limiter.admit({both[0]}, day_one));
    const auto exceeded = limiter.admit(both, day_one);
    ASSERT_TRUE(exceeded);
    EXPECT_EQ(exceeded->budget, Budget::link_answers);
    EXPECT_EQ(exceeded->retry_after, 60s);
    EXPECT_TRUE(limiter.admit(both, day_one + 59s));
    EXPECT_FALSE(limiter.admit(both, day_one + 60s));
}

TEST(RateLimiter, WhatIsOnlyLookedAtCostsNothingUntilItIsOwed) {
    RateLimiter limiter{three_of_each()};
    const Charge look{Budget::actor_refusals, "a", false};
    for (int time = 0; time < 100; ++time) ASSERT_FALSE(limiter.admit({look}, day_one));
    EXPECT_EQ(limiter.subjects(), 0U);
    const Charge owed{Budget::actor_refusals, "a"};
    // Ten were under way at once: the debt is paid back, but no more than a minute of it.
    for (int time = 0; time < 10; ++time) limiter.spend({owed}, day_one);
    const auto exceeded = limiter.admit({look}, day_one);
    ASSERT_TRUE(exceeded);
    EXPECT_EQ(exceeded->retry_after, 80s);
    EXPECT_TRUE(limiter.admit({look}, day_one + 79s));
    EXPECT_FALSE(limiter.admit({look}, day_one + 80s));
}

Exceeded link_exceeded(const std::string& subject) {
    return {Budget::link_answers, subject, 1s};
}

TEST(RateLimiter, WhatWasTurnedAwayIsToldOnceAMinute) {
    RateLimiter limiter{three_of_each()};
    for (int second = 0; second < 70; ++second) {
        limiter.turned_away(link_exceeded("a"), {.to = day_one + std::chrono::seconds{second}});
        if (second == 59) {
            EXPECT_TRUE(limiter.to_record(day_one + 59s).empty());
        }
    }
    const auto records = limiter.to_record(day_one + 69s);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].count, 70U);
    EXPECT_EQ(records[0].from, day_one);
    EXPECT_EQ(records[0].to, day_one + 69s);
    EXPECT_TRUE(limiter.to_record(day_one + 24h).empty());
    limiter.turned_away(link_exceeded("a"), {.to = day_one + 70s});
    EXPECT_TRUE(limiter.to_record(day_one + 129s).empty());
    EXPECT_EQ(limiter.to_record(day_one + 130s).size(), 1U);
    limiter.turned_away(link_exceeded("a"), {.to = day_one + 200s});
    EXPECT_EQ(limiter.rest().size(), 1U);
    EXPECT_TRUE(limiter.rest().empty());
}

TEST(RateLimiter, RemembersSoManyAndLosesNoCount) {
    RateLimits limits = three_of_each();
    limits.most_subjects = 10;
    RateLimiter limiter{limits};
    std::mt19937 random{1};
    std::uint64_t turned_away = 0;
    std::uint64_t told = 0;
    const auto take = [&](const std::vector<Suppressed>& records) {
        for (const Suppressed& record : records) told += record.count;
    };
    for (int second = 0; second < 20'000; ++second) {
        const Instant now = day_one + std::chrono::seconds{second};
        const std::string subject = std::to_string(random() % 100);
        if (const auto exceeded = limiter.admit({{Budget::link_answers, subject}}, now)) {
            limiter.turned_away(*exceeded, {.to = now});
            ++turned_away;
        }
        limiter.turned_away(link_exceeded(std::to_string(random() % 100)), {.to = now});
        ++turned_away;
        ASSERT_LE(limiter.subjects(), 10U);
        if (second % 7 == 0) take(limiter.to_record(now));
    }
    take(limiter.rest());
    EXPECT_EQ(told, turned_away);
    // Whoever asks most is remembered, whatever passes by.
    RateLimiter busy{limits};
    std::size_t admitted = 0;
    for (int time = 0; time < 1'000; ++time) {
        if (!busy.admit(by_key("busy"), day_one)) ++admitted;
        EXPECT_FALSE(busy.admit(by_key(std::to_string(time)), day_one));
    }
    EXPECT_EQ(admitted, 3U);
}

}  // namespace
}  // namespace muster
