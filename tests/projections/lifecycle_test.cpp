// Opening, failing, waiting, rebuilding and comparing the views.
#include "tests/projections/lifecycle.h"
#include "projections/bytes.h"
#include "projections/generations.h"
#include "projections/member_index.h"
#include "projections/member_rows.h"
#include "projections/projector.h"
#include "projections/text.h"
#include "projections/view_store.h"

#include <fstream>
#include <thread>

namespace muster::projections_tests {
namespace {

TEST_F(ViewsLifecycle, ARestartGoesOnWhereTheViewsWere) {
    join(2);
    settle();
    const std::string generation = current();
    views.reset();
    join(3);
    open();
    EXPECT_EQ(members(), (Names{"Founder", "Member 2", "Member 3"}));
    EXPECT_EQ(current(), generation);
    EXPECT_FALSE(views->state().rebuilding);
    EXPECT_EQ(views->state().applied, log.head());
    EXPECT_EQ(views->state().failure, "");
}

TEST_F(ViewsLifecycle, WithoutTheirFolderTheViewsAreMadeAgain) {
    join(2);
    const Names before = members();
    views.reset();
    std::filesystem::remove_all(views_folder());
    open();
    EXPECT_EQ(members(), before);
    EXPECT_TRUE(views->compare_with_replay({})->empty());
}

TEST_F(ViewsLifecycle, WhateverIsWrongWithTheFolderTheViewsAreMadeAgain) {
    const std::map<std::string, std::function<void()>> harms{
        {"CURRENT is missing", [&] { std::filesystem::remove(views_folder() / "CURRENT"); }},
        {"CURRENT is nonsense", [&] { std::ofstream{views_folder() / "CURRENT"} << "../log\n"; }},
        {"the generation is missing",
         [&] { std::filesystem::remove_all(views_folder() / current()); }},
        {"the database cannot be read",
         [&] { std::ofstream{views_folder() / current() / "CURRENT"} << "nonsense\n"; }}};
    for (const auto& [what, harm] : harms) {
        settle();
        views.reset();
        const std::string generation = current();
        harm();
        open();
        join(2);
        EXPECT_EQ(rows({.organization = atelier}).size(), 2U) << what;
        EXPECT_NE(current(), generation) << what;
        EXPECT_EQ(generations(), 1U) << what;
    }
}

TEST_F(ViewsLifecycle, AfterACleanEndNothingIsReadAgain) {
    const auto bytes_to_read_again = [](const std::filesystem::path& generation) {
        std::uintmax_t bytes = 0;
        for (const auto& entry : std::filesystem::directory_iterator{generation}) {
            if (entry.path().extension() == ".log") bytes += entry.file_size();
        }
        return bytes;
    };
    join(2);
    settle();
    const std::filesystem::path generation = views_folder() / current();
    EXPECT_GT(bytes_to_read_again(generation), 0U) << "the control: a kill leaves that";
    views.reset();
    EXPECT_EQ(bytes_to_read_again(generation), 0U);
    open();
    EXPECT_EQ(members(), (Names{"Founder", "Member 2"}));
}

TEST_F(ViewsLifecycle, WhatKeysCannotReadStopsThemAndIsNeverStoredAsBlank) {
    settle();
    const std::string generation = current();
    keys.failing = true;
    join(2);
    views->log_grew();
    const auto stopped = [&] { return views->state().failure.contains("keys/ cannot be read"); };
    ASSERT_TRUE(test::in_time(stopped));
    EXPECT_EQ(views->state().applied, Position{1});
    open();
    EXPECT_TRUE(stopped()) << "after a restart too";
    keys.failing = false;
    ASSERT_TRUE(test::in_time([&] { return views->state().failure.empty(); }));
    EXPECT_EQ(members(), (Names{"Founder", "Member 2"}));
    EXPECT_EQ(current(), generation) << "nothing was wrong with what they have";
}

TEST_F(ViewsLifecycle, ATextSealedForSomebodyElseStopsThemButOneThatWasErasedDoesNot) {
    keys.erase(person(2));  // Before, since the views find what nobody told of by themselves.
    join(2);
    EXPECT_EQ(members(), (Names{"", "Founder"})) << "the control: erased is an answer";
    const std::string generation = current();
    MemberJoined moved = joined(atelier, person(3), "Member 3", "m@e.org");
    moved.name = sealed(atelier, person(4), PersonalField::name, "Member 4");
    happens(atelier, {moved});
    views->log_grew();
    ASSERT_TRUE(test::in_time([&] { return !views->state().failure.empty(); }));
    EXPECT_EQ(views->state().applied, Position{2});
    EXPECT_EQ(current(), generation);
}

TEST_F(ViewsLifecycle, MadeAnewTheyAnswerNothingUntilTheyHaveAllThatTheyHad) {
    join(2);
    settle();
    views.reset();
    std::filesystem::remove_all(views_folder());
    keys.failing = true;
    open();
    EXPECT_FALSE(views->members({.organization = atelier}).has_value());
    EXPECT_FALSE(views->member(atelier, person(1)).has_value());
    EXPECT_FALSE(views->owed_mail(1).has_value());
    keys.failing = false;
    ASSERT_TRUE(test::in_time([&] { return views->state().failure.empty(); }));
    EXPECT_EQ(members(), (Names{"Founder", "Member 2"}));
}

TEST_F(ViewsLifecycle, ADamagedFileIsFoundWhenItIsReadAndTheViewsAreMadeAgain) {
    join(2);
    const auto tables = [&] {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator{views_folder() / current()}) {
            if (entry.path().extension() == ".sst") files.push_back(entry.path());
        }
        return files;
    };
    const auto all_is_well = [&] {
        const auto lines = views->compare_with_replay({});
        return lines && lines->empty();
    };
    std::size_t damaged = 0;
    for (std::size_t which = 0; which < 20; ++which) {
        settle();
        views.reset();
        open();  // writes what was in memory to tables
        ASSERT_TRUE(all_is_well());
        views.reset();
        const auto files = tables();
        if (which >= files.size()) break;
        ++damaged;
        const std::string generation = current();
        std::fstream{files[which], std::ios::in | std::ios::out | std::ios::binary} << "damaged";
        open();
        EXPECT_TRUE(test::in_time(all_is_well)) << files[which];
        EXPECT_EQ(members(), (Names{"Founder", "Member 2"}));
        EXPECT_NE(current(), generation);
    }
    EXPECT_GT(damaged, 3U);
}

/// Names are ordered and words found as the library for text of that time did it.
TEST_F(ViewsLifecycle, ViewsMadeWithAnotherVersionOfTheLibraryForTextAreMadeAgain) {
    std::string format;
    append_number(format, views_format);
    for (const bool is_another : {false, true}) {
        settle();
        const std::string generation = current();
        const std::string made_with = is_another ? "71.1.0.0" : versions_of_text();
        tamper([&](Draft& draft) { draft.put(Part::meta, "format", format + made_with); });
        open();
        EXPECT_EQ(members(), Names{"Founder"});
        EXPECT_EQ(current() != generation, is_another) << made_with;
    }
}

TEST_F(ViewsLifecycle, ViewsOfAnotherLogFormatPastOrFutureAreMadeAgain) {
    const std::map<std::string, std::string> others{
        {"log", "another"},
        {"format", "another"},
        {"leaf", "another"}};
    for (const auto& [key, value] : others) {
        settle();
        const std::string generation = current();
        tamper([&](Draft& draft) { draft.put(Part::meta, key, value); });
        open();
        EXPECT_EQ(members(), Names{"Founder"}) << key;
        EXPECT_NE(current(), generation) << key;
    }
    // The control: the same without a difference changes nothing.
    const std::string generation = current();
    tamper([](Draft&) {});
    open();
    EXPECT_EQ(current(), generation);
}

TEST_F(ViewsLifecycle, ViewsThatHaveSeenMoreThanTheLogRefuseItAndStay) {
    const std::map<std::string, std::string> others{
        {"leaf", std::string(32, 'x')},
        {std::string{applied_key}, "\x00\x00\x00\x00\x00\x00\x00\x63"s}};
    for (const auto& [key, value] : others) {
        open();
        tamper([&](Draft& draft) { draft.put(Part::meta, key, value); });
        const std::string generation = current();
        const auto refused = open_views(views_folder(), log, keys);
        ASSERT_FALSE(refused.has_value()) << key;
        EXPECT_EQ(refused.error().kind, FailureKind::log_behind) << key;
        EXPECT_TRUE(refused.error().detail.contains("muster log accept")) << key;
        EXPECT_EQ(current(), generation) << key;
        std::filesystem::remove_all(views_folder());
    }
    open();
    EXPECT_EQ(members(), Names{"Founder"}) << "who deletes them is not asked";
}

TEST_F(ViewsLifecycle, OverAnotherLogNothingOfTheFirstIsLeft) {
    join(2);
    settle();
    views.reset();
    RecordedLog empty;
    auto opened = open_views(views_folder(), empty, keys);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ((*opened)->state().applied, Position{0});
    EXPECT_TRUE((*opened)->members({.organization = atelier})->rows.empty());
}

TEST_F(ViewsLifecycle, WhatARebuildLeftBehindIsRemoved) {
    settle();
    views.reset();
    std::filesystem::create_directories(views_folder() / "generation-77");
    open();
    EXPECT_EQ(generations(), 1U);
    EXPECT_EQ(members(), Names{"Founder"});
}

TEST_F(ViewsLifecycle, TheFolderIsTakenByOneAtATime) {
    const auto second = open_views(views_folder(), log, keys);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, FailureKind::in_use);
    views.reset();
    EXPECT_TRUE(open_views(views_folder(), log, keys).has_value());
}

TEST_F(ViewsLifecycle, AViewThatFailsSaysSoAndGoesOnWhenItCan) {
    settle();
    log.failing = true;
    join(2);
    const Position wanted = log.head();
    EXPECT_FALSE(views->wait_for(wanted, 60s));
    EXPECT_EQ(views->state().failure, "told to fail");
    EXPECT_FALSE(applied(wanted, 60s).get());
    // What was there before is still answered.
    EXPECT_EQ(views->members({.organization = atelier})->rows.size(), 1U);
    log.failing = false;
    ASSERT_TRUE(views->rebuild({}));
    EXPECT_TRUE(views->wait_for(wanted, 60s));
    EXPECT_EQ(views->state().failure, "");
    EXPECT_EQ(members(), (Names{"Founder", "Member 2"}));
}

TEST_F(ViewsLifecycle, WaitingEndsWithThePositionTheTimeOrTheViews) {
    settle();
    EXPECT_TRUE(applied(log.head(), 0ms).get());
    EXPECT_TRUE(views->wait_for(log.head(), 0ms));
    EXPECT_FALSE(views->wait_for(next(log.head()), 1ms));
    EXPECT_FALSE(applied(next(log.head()), 1ms).get());
    auto reached = applied(next(log.head()), std::chrono::milliseconds::max());
    join(2);
    EXPECT_TRUE(reached.get());
    auto never = applied(next(log.head()), 1h);
    views.reset();
    EXPECT_FALSE(never.get());
}

TEST_F(ViewsLifecycle, ARebuildBesideLiveViewsLosesNothingThatComesMeanwhile) {
    for (std::uint64_t number = 2; number < 300; ++number) join(number);
    settle();
    const std::string generation = current();
    std::uint64_t next_number = 300;
    std::atomic<bool> rebuilt = false;
    std::thread writing{[&] {
        while (!rebuilt && next_number < 3'000) join(next_number++);
    }};
    bool all_read = true;
    const auto done = views->rebuild([&](Position) {
        const auto page = views->members({.organization = atelier, .limit = 1'000});
        all_read = all_read && page && page->rows.size() >= 299;
        all_read = all_read && views->state().rebuilding;
    });
    rebuilt = true;
    writing.join();
    ASSERT_TRUE(done);
    EXPECT_TRUE(all_read);
    EXPECT_GT(next_number, 300U);
    EXPECT_FALSE(views->state().rebuilding);
    join(next_number++);
    EXPECT_EQ(members().size(), next_number - 1);
    EXPECT_NE(current(), generation);
    EXPECT_EQ(generations(), 1U);
    EXPECT_TRUE(views->compare_with_replay({})->empty());
    EXPECT_EQ(generations(), 1U);
}

TEST_F(ViewsLifecycle, TheComparisonFindsEveryKindOfDifference) {
    join(2);
    join(3);
    history.record({.command = RemoveMember{atelier, person(3)},
                    .events = {of(atelier, MemberRemoved{.person = person(3)})}});
    settle();
    ASSERT_TRUE(views->compare_with_replay({})->empty());
    tamper([&](Draft& draft) {
        draft.put(Part::members, member_key(atelier, person(2)), "elsewhere");
        draft.put(Part::members, former_key(atelier, person(3)), "elsewhere");
        const auto place = draft.get(Part::members, member_key(atelier, person(1)));
        ASSERT_TRUE(place.has_value());
        draft.put(Part::member_index, prefix_of_everybody({atelier}, MemberSort::name) + *place,
                  "another row");
        draft.put(Part::due, "one too many", "");
        draft.erase(Part::members, member_key(atelier, person(1)));
    });
    open();
    const auto lines = views->compare_with_replay({});
    ASSERT_TRUE(lines.has_value());
    ASSERT_EQ(lines->size(), 5U);
    EXPECT_THAT(*lines, ::testing::UnorderedElementsAre(
                            ::testing::StartsWith("members: another value: key 66"),
                            ::testing::StartsWith("members: another value: key 6d"),
                            ::testing::StartsWith("members: missing in the live views: key "),
                            ::testing::StartsWith("member_index: another value: key "),
                            ::testing::StartsWith("due: only in the live views: key ")));
    ASSERT_TRUE(views->rebuild({}));
    EXPECT_TRUE(views->compare_with_replay({})->empty());
    EXPECT_EQ(members(), (Names{"Founder", "Member 2"}));
}

TEST_F(ViewsLifecycle, ACommitOutOfOrderIsNotApplied) {
    join(2);
    const auto store = ViewStore::create(folder.path() / "by-hand");
    ASSERT_TRUE(store.has_value());
    ASSERT_TRUE(begin_generation(**store, log));
    const std::vector<Commit> commits = log.all();
    const ViewSources sources{log, keys};
    EXPECT_FALSE(apply_group(**store, sources, std::span{commits}.subspan(1)));
    EXPECT_EQ(Snapshot{*store}.applied(), Position{0});
    EXPECT_EQ(apply_group(**store, sources, commits)->commits, 2U);
    EXPECT_FALSE(apply_group(**store, sources, commits));
    EXPECT_EQ(Snapshot{*store}.applied(), Position{2});
}

TEST_F(ViewsLifecycle, EveryPartHasASize) {
    settle();
    const auto sizes = views->size_by_part();
    ASSERT_EQ(sizes.size(), part_count);
    EXPECT_EQ(sizes[0].first, "meta");
    EXPECT_GT(sizes[1].second, 0U);
}

}  // namespace
}  // namespace muster::projections_tests
