// One file of a data folder damaged, in every way and of every kind: the engine refuses with words
// that help, or tells nothing but the truth. Never does it serve what is wrong or leave out what
// was acknowledged.
#include "tests/corruption/cases.h"
#include "tests/corruption/history.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/random_runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <random>

namespace muster::corruption {
namespace {

namespace fs = std::filesystem;

/// The moments are made once for all tests.
class Corruption : public ::testing::Test {
 protected:
    static void SetUpTestSuite() {
        folder_ = new test::TemporaryFolder;
        make_moments(folder_->path());
        if (!HasFatalFailure()) moments_ = new Moments{load_moments(folder_->path())};
    }
    static void TearDownTestSuite() {
        delete moments_;
        delete folder_;
        moments_ = nullptr;
        folder_ = nullptr;
    }
    void SetUp() override { ASSERT_NE(moments_, nullptr) << "the moments could not be made"; }

    static const fs::path& folder() { return folder_->path(); }
    static const Moments& moments() { return *moments_; }
    static fs::path copy_of(const Moment& moment) {
        const auto data = folder() / "control";
        fs::remove_all(data);
        fs::copy(moment.stored.data, data, fs::copy_options::recursive);
        return data;
    }

 private:
    static inline test::TemporaryFolder* folder_ = nullptr;
    static inline Moments* moments_ = nullptr;
};

constexpr std::size_t most_words = 500;

std::string text_of(const Result& result) {
    const auto& what = result.what;
    return std::string{name_of(what.damage)} + " of " + what.kind +
           (what.killed ? ", killed" : ", clean") + ", seed " + std::to_string(what.seed) + ": " +
           std::string{name_of(result.verdict.outcome)} + ": " +
           result.verdict.words.substr(0, most_words);
}

TEST_F(Corruption, OfWhatIsWholeIsNone) {
    for (const auto* moment : {&moments().clean, &moments().killed}) {
        const auto verdict = judge(copy_of(*moment), {moment->facts, moment->last_stage});
        EXPECT_EQ(verdict.outcome, Outcome::harmless) << verdict.words;
        EXPECT_EQ(verdict.faults, std::vector<std::string>{});
    }
}

/// Another half each day.
std::vector<Case> half_of(const std::vector<Case>& cases) {
    std::mt19937_64 random{test::seed_of_the_day()};
    std::vector<Case> half;
    std::ranges::sample(cases, std::back_inserter(half),
                        static_cast<std::ptrdiff_t>(cases.size() / 2), random);
    return half;
}

TEST_F(Corruption, IsNeverServed) {
    const bool is_long = test::is_long_run();
    const auto results = run_cases(
        folder(), is_long ? every_case(moments(), 3) : half_of(every_case(moments(), 0)));
    const auto counted = std::ranges::count_if(
        results, [](const Result& result) { return result.verdict.outcome != Outcome::unchanged; });
    std::cout << table_of(results);
    EXPECT_GE(counted, is_long ? 1'000 : 100);
    // Debian's RocksDB has its assertions on: a file of another store may end the process, which is
    // loud, where a refusal would be better.
    std::size_t crashed = 0;
    for (const auto& result : results) {
        EXPECT_NE(result.verdict.outcome, Outcome::silent) << text_of(result);
        crashed += result.verdict.outcome == Outcome::crashed ? 1 : 0;
        EXPECT_EQ(result.verdict.faults, std::vector<std::string>{}) << text_of(result);
    }
    EXPECT_LE(crashed, results.size() / 100);
}

/// The control: without the mark and the checkpoint, and what keys/ and views/ remember, a log that
/// was cut is served as if it were all.
TEST_F(Corruption, OfALogWithoutItsNotesIsSilent) {
    const auto& moment = moments().killed;
    const auto data = copy_of(moment);
    fs::remove_all(data / "log" / "store");
    fs::copy(moments().clean.stored.data / "log" / "store", data / "log" / "store",
             fs::copy_options::recursive);
    fs::remove(data / "log" / "checkpoint");
    fs::remove(data / "keys" / "log-mark");
    fs::remove_all(data / "views");
    const auto unmarked = judge(data, {moment.facts, moment.last_stage, false});
    EXPECT_EQ(unmarked.outcome, Outcome::silent) << unmarked.words;
}

/// The control: what is not true is found, were it one word.
TEST_F(Corruption, IsFoundWhereTheTruthWasAnother) {
    const auto& moment = moments().clean;
    for (const auto* question : {"commit 7", "head", "request", "api keys", "owed mail", "root"}) {
        Facts altered = moment.facts;
        altered.at(question) += "?";
        const auto verdict = judge(copy_of(moment), {altered, moment.last_stage});
        EXPECT_EQ(verdict.outcome, Outcome::silent) << question;
    }
}

}  // namespace
}  // namespace muster::corruption
