// A view that cannot take a commit stands alone, until it is built anew.
#include "projections/member_rows.h"
#include "projections/projector.h"
#include "tests/projections/lifecycle.h"

#include <algorithm>
#include <atomic>

namespace muster::projections_tests {
namespace {

const std::string stands = "the view due stands since position 2";

class StoppedViews : public ViewsLifecycle {
 protected:
    std::atomic<std::uint64_t> refused = 0;  ///< the position that the view cannot take
    /// All views, with one in place of the due invitations that notes each commit in two halves and
    /// which one was the last.
    std::vector<View> list = all_views();

    StoppedViews() {
        const auto due = std::ranges::find(list, view_names::due, &View::name);
        due->apply = [this](Draft& draft, const KeyStore&, const Commit& commit) {
            const std::string position = std::to_string(number(commit.position));
            draft.put(Part::due, "~first half of " + position, "");
            draft.put(Part::due, "~last", position);
            if (number(commit.position) == refused) {
                return draft.fail(FailureKind::invariant_broken, "told to refuse it");
            }
            draft.put(Part::due, "~second half of " + position, "");
        };
        options.views = &list;
        views.reset();
        std::filesystem::remove_all(views_folder());
        refused = 3;
        open();
    }
    void four_commits() {
        for (const std::uint64_t number : {2U, 3U, 4U}) join(number);
        settle();
    }
    ViewState state_of(std::string_view name) const {
        const auto all = views->state().views;
        const auto found = std::ranges::find(all, name, &ViewState::name);
        EXPECT_NE(found, all.end());
        return found == all.end() ? ViewState{} : *found;
    }
    /// Why what is due cannot be read; empty when it can.
    std::string why_not_due() const {
        const auto due = views->with_something_due(history.now, 10);
        if (due) return {};
        EXPECT_EQ(due.error().kind, FailureKind::view_unavailable);
        return due.error().detail;
    }
    /// What the view has, of the closed views.
    std::vector<std::string> rows_of_view() {
        settle();
        views.reset();
        const auto store = ViewStore::open(views_folder() / current());
        EXPECT_TRUE(store.has_value());
        const Snapshot snapshot{*store};
        auto rows = snapshot.keys_under(Part::due, "~");
        rows.push_back("last: " + snapshot.get(Part::due, "~last").value_or("none"));
        return rows;
    }
    std::vector<std::string> verified() { return views->compare_with_replay({}).value(); }
};

const std::vector<std::string> rows_of_two{"~first half of 1",  "~first half of 2",  "~last",
                                           "~second half of 1", "~second half of 2", "last: 2"};

TEST_F(StoppedViews, OneThatCannotTakeACommitStandsAndTheOthersGoOn) {
    four_commits();
    EXPECT_EQ(members().size(), 4U);
    EXPECT_TRUE(views->owed_mail(10).has_value());
    EXPECT_TRUE(views->audit({.organization = atelier, .limit = 10}).has_value());
    EXPECT_EQ(why_not_due(), stands);

    EXPECT_EQ(views->state().failure, "");
    EXPECT_EQ(views->state().applied, Position{4});
    ASSERT_EQ(views->state().views.size(), list.size());
    EXPECT_EQ(state_of("due").applied, Position{2});
    EXPECT_EQ(state_of("due").failure, "told to refuse it");
    EXPECT_EQ(state_of("members").applied, Position{4});
    EXPECT_EQ(state_of("members").failure, "");
    EXPECT_TRUE(applied(log.head(), 0ms).get()) << "nobody waits for one that stands";
}

TEST_F(StoppedViews, NothingOfTheCommitStaysWithIt) {
    four_commits();
    EXPECT_EQ(rows_of_view(), rows_of_two);
    refused = 0;
    std::filesystem::remove_all(views_folder());
    open();
    EXPECT_EQ(rows_of_view().size(), 10U) << "the control: taken by a view that runs";
}

TEST_F(StoppedViews, WhatIsNotTakenBackWouldStay) {
    const auto halves_after = [&](const std::string& name, bool taken_back) {
        const auto store = *ViewStore::create(folder.path() / name);
        Draft draft{*store};
        draft.put(Part::due, "~last", "2");
        draft.begin_part();
        draft.put(Part::due, "~first half of 3", "");
        draft.put(Part::due, "~last", "3");
        if (taken_back) draft.take_back_part();
        EXPECT_EQ(draft.get(Part::due, "~last"), taken_back ? "2" : "3");
        EXPECT_TRUE(draft.write());
        return Snapshot{store}.keys_under(Part::due, "~first half");
    };
    EXPECT_EQ(halves_after("taken back", true), Names{});
    EXPECT_EQ(halves_after("kept", false), Names{"~first half of 3"}) << "the control";
}

TEST_F(StoppedViews, ItStandsAcrossARestartUntilItIsBuiltAnewWithoutTheFault) {
    four_commits();
    open();
    join(5);
    EXPECT_EQ(members().size(), 5U);
    EXPECT_EQ(why_not_due(), stands);

    const std::string generation = current();
    const auto again = views->rebuild({});
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().kind, FailureKind::view_unavailable);
    EXPECT_EQ(again.error().detail,
              "the views were built anew, but " + stands + " (told to refuse it)");
    EXPECT_NE(current(), generation);
    EXPECT_EQ(why_not_due(), stands);
    EXPECT_EQ(members().size(), 5U);

    refused = 0;
    open();
    EXPECT_EQ(why_not_due(), stands) << "the fault is gone, and what it cost is not";
    ASSERT_TRUE(views->rebuild({}));
    EXPECT_EQ(why_not_due(), "");
    EXPECT_EQ(state_of("due").applied, log.head());
    EXPECT_EQ(state_of("due").failure, "");
    EXPECT_EQ(verified(), Names{});
    EXPECT_EQ(rows_of_view().size(), 12U);
}

TEST_F(StoppedViews, ARebuildGivesUpNoViewThatRuns) {
    refused = 0;
    four_commits();
    const std::string generation = current();
    refused = 3;
    const auto rebuilt = views->rebuild({});
    ASSERT_FALSE(rebuilt.has_value());
    EXPECT_EQ(rebuilt.error().detail,
              "the live views stay, for built anew " + stands + " (told to refuse it)");
    EXPECT_EQ(current(), generation);
    EXPECT_EQ(generations(), 1U);
    EXPECT_FALSE(views->state().rebuilding);
    EXPECT_EQ(why_not_due(), "");
}

TEST_F(StoppedViews, ARowThatCannotBeReadIsDamageUntilAllWasMadeAnew) {
    join(2);
    const std::string key = member_key(atelier, person(2));
    tamper([&](Draft& draft) { draft.put(Part::members, key, "no place"); });
    happens(atelier, {MemberRemoved{.person = person(2)}});
    const auto commits = log.read(log.head(), 1).value();
    const auto store = *ViewStore::open(views_folder() / current());
    const ViewSources sources{log, keys, list};
    const auto damage = apply_group(*store, sources, commits, UnreadableRow::damage);
    ASSERT_FALSE(damage.has_value());
    EXPECT_EQ(damage.error().failure.kind, FailureKind::corrupted);
    EXPECT_TRUE(damage.error().of_the_store);
    const auto fault = apply_group(*store, sources, commits, UnreadableRow::fault);
    ASSERT_TRUE(fault.has_value());
    ASSERT_EQ(fault->stopped.size(), 2U);
    EXPECT_EQ(fault->stopped.front().name, view_names::members);
}

TEST_F(StoppedViews, WhatIsDamagedIsMadeAnewWhoeverMeetsItFirst) {
    refused = 0;
    join(2);
    tamper([&](Draft& draft) {
        draft.put(Part::members, member_key(atelier, person(2)), "no place");
    });
    open();
    happens(atelier, {MemberRemoved{.person = person(2)}});
    views->log_grew();
    ASSERT_TRUE(test::in_time([&] {
        return views->state().failure.empty() && views->state().applied == log.head();
    })) << views->state().failure;
    EXPECT_EQ(state_of("members").failure, "");
    EXPECT_EQ(members().size(), 1U);
    EXPECT_EQ(verified(), Names{});
}

TEST_F(StoppedViews, AVerificationNamesItAndNotEachOfItsRows) {
    four_commits();
    EXPECT_EQ(verified(), Names{stands + ": told to refuse it"});
    refused = 0;
    EXPECT_EQ(verified(), Names{stands + ": told to refuse it"});
    refused = 4;
    ASSERT_FALSE(views->rebuild({}));
    refused = 2;
    EXPECT_EQ(verified(), Names{"the view due stands since position 3: told to refuse it"});
    refused = 0;
    ASSERT_TRUE(views->rebuild({}));
    refused = 2;
    EXPECT_EQ(verified(),
              Names{"in a replay the view due stands since position 1: told to refuse it"});
}

TEST_F(StoppedViews, WhatIsInTheWayOfKeysStopsAllAndLeavesNoneBehind) {
    refused = 0;
    settle();
    keys.failing = true;
    join(2);
    views->log_grew();
    ASSERT_TRUE(test::in_time([&] { return !views->state().failure.empty(); }));
    EXPECT_EQ(state_of("due").applied, Position{1});
    EXPECT_EQ(state_of("due").failure, views->state().failure);
    keys.failing = false;
    ASSERT_TRUE(test::in_time([&] { return views->state().failure.empty(); }));
    EXPECT_EQ(members().size(), 2U);
    EXPECT_EQ(why_not_due(), "");
    EXPECT_EQ(rows_of_view(), rows_of_two);
}

}  // namespace
}  // namespace muster::projections_tests
