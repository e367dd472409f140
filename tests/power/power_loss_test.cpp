// Point 1 of the log's promises: the whole engine, cut off from its power at any moment, cut after
// cut on the same folder, has everything that it acknowledged when it is opened again.
#include "tests/eventstore/temporary_folder.h"
#include "tests/power/engine_checks.h"
#include "tests/power/lossy_process.h"
#include "tests/power/unsynced_disk.h"
#include "tests/random_runs.h"

#include <gtest/gtest.h>

#include <array>
#include <iostream>

namespace muster::test {
namespace {

using namespace std::chrono_literals;

constexpr int cuts_of_a_folder = 15;
/// Within so many a control has its fault found.
constexpr std::size_t cuts_of_a_control = 60;
constexpr std::uint64_t most_folders_a_day = 10'000;

/// How many cuts did what.
struct Totals {
    int cuts = 0;
    int while_opening = 0;
    int checks = 0;
    int accepted = 0;  ///< refused, and whole once an operator had accepted it
    int refused = 0;   ///< for good
    std::uint64_t acknowledged = 0;
    PowerLoss loss;
};

/// One data folder and the processes that ran on it, one after the other.
class LossyLife {
 public:
    LossyLife(std::uint64_t seed, const LossyPlan& pattern)
        : random_{seed}, plan_{pattern}, folders_{folder_.path()} {
        plan_.folder_seed = seed;
        std::filesystem::create_directories(folders_.machine());
    }

    bool is_over() const { return over_ || cuts_ == cuts_of_a_folder; }

    void start() {
        plan_.seed = random_();
        aim(random_() % 10);
        process_ = start_lossy_process(folders_, plan_);
        plan_.first_step += steps_of_a_process;
    }

    /// Waits for the end of the process; what was wrong, a line each.
    std::vector<std::string> finish(Totals& totals) {
        const int status = process_->exit_status();
        process_.reset();
        const std::uint64_t before = witness_.acknowledged_count();
        take_in(witness_, folders_.witness());
        if (status != 0) return {where() + "the process ended with " + std::to_string(status)};
        if (!witness_.refusal.empty()) {
            if (!accept(witness_.refusal)) return refused(witness_.refusal, totals);
            ++totals.accepted;
            return check(totals);
        }
        if (!witness_.was_cut) return {where() + "the power was not cut"};
        ++cuts_;
        ++totals.cuts;
        const std::uint64_t acknowledged = witness_.acknowledged_count() - before;
        totals.acknowledged += acknowledged;
        totals.while_opening += witness_.had_opened ? 0 : 1;
        totals.loss += witness_.loss;
        // Else the next process finds what this one left.
        const bool looks = is_over() || random_() % 4 != 0;
        return looks ? check(totals) : std::vector<std::string>{};
    }

 private:
    /// Most moments are of no interest to the log, so four cuts of ten are at a write of it.
    void aim(std::uint64_t chance) {
        plan_.cut_in_write = 0;
        // An opening is one to two hundred events, a step about five.
        if (chance < 3) {
            plan_.cut_at_event = 1 + random_() % 200;
        } else if (chance < 6) {
            plan_.cut_at_event = 101 + random_() % (16U << random_() % 7);
        } else {
            plan_.cut_in_write = 1 + random_() % (4U << random_() % 6);
            plan_.cut_at_event = 1 + random_() % 4;
        }
    }

    std::vector<std::string> check(Totals& totals) {
        ++totals.checks;
        EngineOptions options{.data = folders_.data()};
        options.least_changes_between_snapshots = 5;
        options.disk = &unsynced_disk();
        auto engine = open_engine(options);
        if (!engine) {
            if (!accept(engine.error().detail)) return refused(engine.error().detail, totals);
            ++totals.accepted;
            engine = open_engine(options);
            if (!engine) return refused(engine.error().detail, totals);
        }
        auto findings = findings_of(**engine, plan_.folder_seed, witness_, folders_.outbox());
        for (std::string& finding : findings) finding = where() + finding;
        if (!findings.empty()) over_ = true;
        return findings;
    }

    /// What an operator does who was told to.
    bool accept(const std::string& why) const {
        if (!why.contains("muster log accept")) return false;
        return accept_rocksdb_log(folders_.data() / "log", {.disk = &unsynced_disk()}).has_value();
    }

    /// Allowed where sectors hold garbage or were lost or torn (RocksDB takes a torn end of its
    /// MANIFEST for damage), if an operator is told what to do.
    std::vector<std::string> refused(const std::string& why, Totals& totals) {
        over_ = true;
        const PowerLoss& loss = witness_.loss;
        const bool whole = loss.sectors_scrambled + loss.sectors_lost + loss.sectors_torn == 0;
        if (!why.contains("muster log") || whole) {
            return {where() + "refused: " + why};
        }
        ++totals.refused;
        return {};
    }

    std::string where() const {
        const PowerLoss& loss = witness_.loss;
        return "folder " + std::to_string(plan_.folder_seed) + ", cut " + std::to_string(cuts_) +
               " at event " + std::to_string(plan_.cut_at_event) +
               (plan_.cut_in_write == 0 ? ""
                                        : " after write " + std::to_string(plan_.cut_in_write)) +
               " (lost " + std::to_string(loss.sectors_lost) + ", torn " +
               std::to_string(loss.sectors_torn) + ", scrambled " +
               std::to_string(loss.sectors_scrambled) + ", names " +
               std::to_string(loss.names_undone) + "): ";
    }

    const TemporaryFolder folder_;
    std::mt19937_64 random_;
    LossyPlan plan_;
    const LossyFolders folders_;
    Witness witness_;
    std::unique_ptr<ThisProgram> process_;
    int cuts_ = 0;
    bool over_ = false;
};

/// Lives until the rounds are over, each a cut or a refusal, or something is wrong. Two folders
/// take turns, so that one works while the other is checked.
std::vector<std::string> cut_and_check(Rounds rounds, std::uint64_t seed, const LossyPlan& pattern,
                                       Totals& totals) {
    std::array<std::unique_ptr<LossyLife>, 2> lives;
    for (std::size_t turn = 0; rounds.next(); ++turn) {
        auto& life = lives.at(turn % lives.size());
        if (life) {
            auto findings = life->finish(totals);
            if (!findings.empty()) return findings;
        }
        if (!life || life->is_over()) life = std::make_unique<LossyLife>(seed++, pattern);
        life->start();
    }
    return {};
}

TEST(PowerLoss, LosesNothingThatWasAcknowledged) {
    const Rounds cuts{{.least = cuts_of_a_control, .share = 120s, .long_run = 10'000}};
    Totals totals;
    EXPECT_EQ(cut_and_check(cuts, seed_of_the_day() * most_folders_a_day, {}, totals),
              std::vector<std::string>{});
    std::cout << totals.cuts << " cuts, " << totals.while_opening << " of them while opening, "
              << totals.checks << " checks, " << totals.acknowledged << " acknowledged, "
              << totals.accepted << " accepted by an operator, " << totals.refused
              << " refused; lost: " << totals.loss.names_undone << " names, "
              << totals.loss.sectors_lost << " sectors, torn " << totals.loss.sectors_torn
              << ", scrambled " << totals.loss.sectors_scrambled << "\n";
}

/// What is found wrong within so many cuts that only cut files short, so that nothing but the
/// missing protection can be the reason.
std::string found_in_a_control(LossyPlan pattern) {
    pattern.loss = {.scrambled_percent = 0, .reordered_percent = 0};
    Totals totals;
    const auto findings = cut_and_check(
        Rounds{{.least = cuts_of_a_control, .share = 0s, .long_run = cuts_of_a_control}}, 1,
        pattern, totals);
    std::cout << "after " << totals.cuts << " cuts: " << ::testing::PrintToString(findings) << "\n";
    return findings.empty() ? std::string{} : findings.front();
}

TEST(PowerLossControl, ALogThatIsNotSyncedIsCaught) {
    EXPECT_NE(found_in_a_control({.weak_write = WeakWrite::not_synced}), "");
}

TEST(PowerLossControl, ADiskThatOnlySaysItSyncedIsCaught) {
    EXPECT_NE(found_in_a_control({.swallow_syncs = true}), "");
}

TEST(PowerLossControl, ACommitInTwoBatchesIsCaught) {
    EXPECT_NE(found_in_a_control({.weak_write = WeakWrite::in_two_batches}), "");
}

}  // namespace
}  // namespace muster::test
