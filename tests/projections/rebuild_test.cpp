// A rebuild that was cut short goes on, and an opening that has much to apply need not wait for it.
#include "tests/projections/held_workers.h"
#include "tests/projections/lifecycle.h"

#include <fstream>
#include <thread>

namespace muster::projections_tests {
namespace {

class RebuildTest : public ViewsLifecycle {
 protected:
    std::vector<std::uint64_t> reported;

    RebuildTest() {
        for (std::uint64_t number = 2; number <= 600; ++number) join(number);
        settle();
    }
    std::filesystem::path note() const { return views_folder() / "REBUILDING"; }
    std::string unfinished() const {
        std::string name = test::bytes_of_file(note());
        while (name.ends_with('\n')) name.pop_back();
        return name;
    }
    std::function<void(Position)> reporting(const std::function<void()>& then = [] {}) {
        return [this, then](Position position) {
            reported.push_back(number(position));
            then();
        };
    }
    /// Begins one and ends the views in the middle of it.
    void cut_short() {
        const auto done = views->rebuild(reporting([&] {
            if (reported.back() >= 500) views->stop_long_work();
        }));
        ASSERT_FALSE(done.has_value());
        EXPECT_EQ(done.error().kind, FailureKind::shutting_down);
        views.reset();
    }
    bool is_whole() {
        const auto lines = views->compare_with_replay({});
        return lines && lines->empty() && members().size() == number(log.head());
    }
};

TEST_F(RebuildTest, OneThatWasCutShortGoesOnFromWhereItWas) {
    const std::string generation = current();
    cut_short();
    const std::string half = unfinished();
    const std::uint64_t reached = reported.back();
    EXPECT_EQ(current(), generation);
    EXPECT_EQ(generations(), 2U);

    test::HeldWorkers held{{"muster-rebuild"}};
    options.workers = &held;
    open();
    EXPECT_TRUE(views->state().rebuilding);
    EXPECT_EQ(current(), generation) << "beside the live views";
    EXPECT_EQ(members().size(), 600U);
    reported.clear();
    ASSERT_TRUE(views->rebuild(reporting()));
    ASSERT_FALSE(reported.empty());
    EXPECT_GT(reported.front(), reached) << "not from the beginning";
    EXPECT_EQ(current(), half);
    EXPECT_FALSE(std::filesystem::exists(note()));
    EXPECT_FALSE(views->state().rebuilding);
    EXPECT_TRUE(is_whole());
    EXPECT_EQ(generations(), 1U);

    reported.clear();
    ASSERT_TRUE(views->rebuild(reporting()));
    EXPECT_LT(reported.front(), reached) << "the control: a new one has all before it";
    views.reset();
}

TEST_F(RebuildTest, ItGoesOnByItselfAfterTheOpening) {
    cut_short();
    const std::string half = unfinished();
    open();
    ASSERT_TRUE(test::in_time([&] { return !views->state().rebuilding; }));
    EXPECT_EQ(current(), half);
    EXPECT_TRUE(is_whole());
    EXPECT_EQ(generations(), 1U);
}

TEST_F(RebuildTest, WhatAKillLeavesGoesOnToo) {
    const std::filesystem::path killed = folder.path() / "killed";
    const std::string generation = current();
    ASSERT_TRUE(views->rebuild(reporting([&] {
        if (reported.size() == 2) {
            std::filesystem::copy(views_folder(), killed, std::filesystem::copy_options::recursive);
        }
    })));
    const std::string rebuilt = current();
    views.reset();
    const std::uint64_t reached = reported.at(1);
    test::HeldWorkers held{{"muster-rebuild"}};
    options.workers = &held;
    auto opened = open_views(killed, log, keys, options);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    EXPECT_EQ(test::bytes_of_file(killed / "CURRENT"), generation + "\n");
    EXPECT_TRUE((*opened)->state().rebuilding);
    reported.clear();
    ASSERT_TRUE((*opened)->rebuild(reporting()));
    EXPECT_GT(reported.front(), reached);
    EXPECT_EQ(test::bytes_of_file(killed / "CURRENT"), rebuilt + "\n");
    EXPECT_EQ((*opened)->compare_with_replay({}).value(), Names{});
    opened->reset();
}

TEST_F(RebuildTest, OneThatFailsForAnotherReasonGoesOnByItself) {
    const std::string generation = current();
    const auto done = views->rebuild(reporting([&] { keys.failing = true; }));
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(current(), generation);
    EXPECT_TRUE(views->state().rebuilding);
    keys.failing = false;
    ASSERT_TRUE(test::in_time([&] { return !views->state().rebuilding; }));
    EXPECT_NE(current(), generation);
    EXPECT_TRUE(is_whole());
}

TEST_F(RebuildTest, AHalfThatTakesTheirPlaceAnswersNothingUntilItIsWhole) {
    cut_short();
    std::filesystem::remove_all(views_folder() / current());
    keys.failing = true;
    const auto forget_what_it_lacks = [this] {
        views.reset();
        const auto store = *ViewStore::open(views_folder() / current());
        Draft draft{*store};
        draft.erase(Part::meta, whole_from_key);
        ASSERT_TRUE(draft.write());
    };
    open();
    const auto refused = views->members({.organization = atelier});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, FailureKind::view_unavailable) << refused.error().detail;
    EXPECT_FALSE(views->have_all().has_value());
    forget_what_it_lacks();
    open();
    const auto last = views->member(atelier, person(600));
    ASSERT_TRUE(last.has_value()) << "the control: it would answer with what it has";
    EXPECT_FALSE(last->has_value()) << "and somebody had never been";
    keys.failing = false;
    ASSERT_TRUE(test::in_time([&] { return views->state().applied == log.head(); }));
    EXPECT_TRUE(is_whole());
}

TEST_F(RebuildTest, WhatCannotGoOnIsNotWaitedFor) {
    const std::string generation = current();
    const std::vector<std::function<void()>> harms{
        [&] { std::filesystem::remove_all(views_folder() / unfinished()); },
        [&] { std::ofstream{note()} << "../log\n"; },
        [&] { std::ofstream{note()} << current() << "\n"; },
        [&] {
            const auto store = *ViewStore::open(views_folder() / unfinished());
            Draft draft{*store};
            draft.put(Part::meta, "format", "another");
            ASSERT_TRUE(draft.write());
        }};
    for (const auto& harm : harms) {
        reported.clear();
        cut_short();
        harm();
        open();
        EXPECT_FALSE(views->state().rebuilding);
        EXPECT_EQ(current(), generation);
        EXPECT_EQ(generations(), 1U);
        open();
        EXPECT_EQ(generations(), 1U);
        EXPECT_EQ(members().size(), 600U);
    }
}

TEST_F(RebuildTest, ViewsThatAreLostGoOnWithWhatWasBegun) {
    cut_short();
    const std::string half = unfinished();
    std::filesystem::remove_all(views_folder() / current());
    open();
    EXPECT_EQ(current(), half);
    EXPECT_FALSE(views->state().rebuilding);
    EXPECT_TRUE(is_whole());
}

TEST_F(RebuildTest, LiveViewsThatAreMadeAnewMeanwhileLeaveItAlone) {
    open();  // writes what was in memory to tables
    const std::string generation = current();
    const auto harm_live_views = [&] {
        for (const auto& entry : std::filesystem::directory_iterator{views_folder() / generation}) {
            if (entry.path().extension() != ".sst") continue;
            std::fstream{entry.path(), std::ios::in | std::ios::out | std::ios::binary}
                << std::string(512, 'x');
        }
        ASSERT_TRUE(test::in_time([&] {
            (void)views->members({.organization = atelier, .limit = 1});
            return current() != generation;
        }));
    };
    ASSERT_TRUE(views->rebuild(reporting([&] {
        if (reported.size() == 2) harm_live_views();
    })));
    const std::string rebuilt = current();
    EXPECT_TRUE(is_whole());
    views.reset();
    ASSERT_TRUE(std::filesystem::exists(views_folder() / rebuilt)) << "it was taken for debris";
    open();
    EXPECT_EQ(current(), rebuilt);
    EXPECT_TRUE(is_whole());
}

TEST_F(RebuildTest, AnOpeningWithMuchToApplyNeedNotWaitForIt) {
    views.reset();
    std::filesystem::remove_all(views_folder());
    test::HeldWorkers held{{"muster-views"}};
    options.workers = &held;
    options.commits_waited_for = 599;
    open();
    EXPECT_EQ(views->state().applied, Position{0});
    EXPECT_TRUE(views->state().rebuilding);
    const auto page = views->members({.organization = atelier});
    ASSERT_FALSE(page.has_value());
    EXPECT_EQ(page.error().kind, FailureKind::view_unavailable);
    EXPECT_EQ(page.error().detail, "the views are being made anew, which is at position 0 of 600");
    EXPECT_FALSE(applied(log.head(), 1h).get()) << "nor does anybody else";
    held.let_go();
    EXPECT_TRUE(views->wait_for(log.head(), 60s));
    EXPECT_TRUE(is_whole());

    views.reset();
    std::filesystem::remove_all(views_folder());
    test::HeldWorkers held_again{{"muster-views"}};
    options.workers = &held_again;
    options.commits_waited_for = 600;
    open();
    EXPECT_EQ(views->state().applied, log.head()) << "the control: so few are waited for";
    views.reset();
}

TEST_F(RebuildTest, ViewsThatAreOnlyBehindAnswerNothingOldEither) {
    test::HeldWorkers held{{"muster-views"}};
    options.workers = &held;
    options.commits_waited_for = 1;
    views.reset();
    join(901);
    join(902);
    open();
    EXPECT_FALSE(views->member(atelier, person(1)).has_value());
    held.let_go();
    EXPECT_TRUE(views->wait_for(log.head(), 60s));
    EXPECT_EQ(views->member(atelier, person(902))->value().name, "Member 902");
    views.reset();
}

}  // namespace
}  // namespace muster::projections_tests
