// Drawing the cases, running them in processes, counting.
#include "tests/corruption/cases.h"

#include "domain/ensure.h"
#include "eventstore/log/rocksdb_log.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/eventstore/this_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iomanip>
#include <mutex>
#include <sstream>
#include <thread>

namespace muster::corruption {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t processes = 2;
/// The kinds in which damage is most varied get so many rounds more.
constexpr unsigned rounds_more = 2;

/// What was served is opened once more in every so many cases, for it takes half of the time.
constexpr unsigned cases_per_second_opening = 3;

bool deserves_more(const std::string& kind) {
    return kind == "log WAL" || kind == "log MANIFEST" || kind == "log commits.sst" ||
           kind == "log mark" || kind == "keys WAL";
}

void copy_all(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
}

std::string line_of(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    std::ranges::replace(text, '\t', ' ');
    return text;
}

/// One line a case: number, outcome, words, faults.
void report(std::ostream& out, std::size_t at, const Judgement& verdict) {
    out << at << '\t' << static_cast<int>(verdict.outcome) << '\t' << line_of(verdict.words);
    for (const auto& fault : verdict.faults) out << '\t' << line_of(fault);
    out << std::endl;
}

void write_cases(const std::vector<Case>& cases, const fs::path& file) {
    std::ofstream out{file};
    for (const auto& one : cases) {
        out << one.killed << '\t' << static_cast<int>(one.damage) << '\t' << one.seed << '\t'
            << one.kind << '\n';
    }
}

std::vector<Case> read_cases(const fs::path& file) {
    std::vector<Case> cases;
    std::ifstream in{file};
    int damage = 0;
    for (Case one; in >> one.killed >> damage >> one.seed && in.get() == '\t' &&
                   std::getline(in, one.kind);) {
        one.damage = static_cast<Damage>(damage);
        cases.push_back(one);
    }
    return cases;
}

/// In a process of its own: the cases of one lane from one on.
TEST(CaseChild, DISABLED_RunsCases) {
    const fs::path folder = test::folder_from_parent();
    const std::string lane = std::getenv("MUSTER_CASE_LANE");
    const auto from = std::stoul(std::getenv("MUSTER_CASE_FROM"));
    // RocksDB warns of what was done to it.
    ENSURE(std::freopen((folder / (lane + ".errors")).c_str(), "a", stderr) != nullptr);
    const auto moments = load_moments(folder);
    const auto cases = read_cases(folder / (lane + ".cases"));
    std::ofstream out{folder / (lane + ".results"), std::ios::app};
    for (std::size_t at = from; at < cases.size(); ++at) {
        report(out, at, run_case(moments, cases[at], folder / ("scratch-" + lane)));
    }
}

/// The cases that one process after another runs.
class Lane {
 public:
    Lane(fs::path folder, std::size_t number, std::vector<Case> cases)
        : folder_{std::move(folder)}, name_{std::to_string(number)}, cases_{std::move(cases)} {
        write_cases(cases_, folder_ / (name_ + ".cases"));
    }

    std::vector<Result> run() {
        while (results_.size() < cases_.size()) {
            start();
            collect();
            if (results_.size() < cases_.size()) blame();
        }
        return std::move(results_);
    }

 private:
    void start() {
        static std::mutex environment;
        std::unique_lock lock{environment};
        fs::remove(folder_ / (name_ + ".results"));
        fs::remove(folder_ / (name_ + ".errors"));
        ::setenv("MUSTER_CASE_LANE", name_.c_str(), 1);
        ::setenv("MUSTER_CASE_FROM", std::to_string(results_.size()).c_str(), 1);
        test::ThisProgram child{"CaseChild.DISABLED_RunsCases", folder_};
        lock.unlock();
        child.exit_status();
    }
    void collect() {
        std::ifstream in{folder_ / (name_ + ".results")};
        for (std::string line; std::getline(in, line);) {
            std::istringstream fields{line};
            std::string field;
            std::getline(fields, field, '\t');
            ENSURE(std::stoul(field) == results_.size());
            Judgement verdict;
            std::getline(fields, field, '\t');
            verdict.outcome = static_cast<Outcome>(std::stoi(field));
            std::getline(fields, verdict.words, '\t');
            while (std::getline(fields, field, '\t')) verdict.faults.push_back(field);
            results_.push_back({cases_[results_.size()], verdict});
        }
    }
    /// The process died of the first case that it did not report.
    void blame() {
        auto errors = test::bytes_of_file(folder_ / (name_ + ".errors"));
        constexpr std::size_t last_words = 600;
        if (errors.size() > last_words) errors.erase(0, errors.size() - last_words);
        results_.push_back({cases_[results_.size()], {Outcome::crashed, line_of(errors), {}}});
    }

    fs::path folder_;
    std::string name_;
    std::vector<Case> cases_;
    std::vector<Result> results_;
};

/// What is wrong with the way that a refusal offers.
std::vector<std::string> faults_of_refusal(const Judgement& verdict, const Moment& moment,
                                           const std::string& kind, const fs::path& data,
                                           const fs::path& damaged) {
    std::vector<std::string> faults;
    if (!is_helpful(verdict.words)) faults.push_back("unhelpful: " + verdict.words);
    if (verdict.words.contains("muster log accept")) {
        const auto accepted = accept_rocksdb_log(data / "log");
        const auto again = judge(data, {moment.facts, moment.last_stage});
        // Offered on a condition, it may refuse; it must never take what is not whole.
        const bool on_condition = verdict.words.contains("if this came of a loss of power");
        if (!accepted && !on_condition) {
            faults.push_back("not accepted: " + accepted.error().detail);
        }
        if (accepted && again.outcome != Outcome::harmless) {
            faults.push_back("accepted, and then " + std::string{name_of(again.outcome)} + ": " +
                             again.words);
        }
    }
    if (kind.starts_with("log ")) {
        const auto salvaged =
            faults_of_salvage(damaged, damaged.parent_path() / "new", moment.facts);
        faults.insert(faults.end(), salvaged.begin(), salvaged.end());
    }
    return faults;
}

}  // namespace

std::vector<Case> every_case(const Moments& moments, unsigned rounds) {
    std::vector<Case> cases;
    unsigned seed = 0;
    for (unsigned round = 0; round < std::max(rounds, 1U); ++round) {
        for (const auto& [kind, files] : moments.killed.stored.files) {
            for (const auto damage : every_damage) {
                const auto more = deserves_more(kind) && damage != Damage::remove ? rounds_more : 0;
                for (unsigned again = 0; again <= more; ++again, ++seed) {
                    const bool killed = seed % 2 == 0;
                    cases.push_back({killed, kind, damage, seed});
                    if (rounds > 0) cases.push_back({!killed, kind, damage, seed});
                }
            }
        }
    }
    std::erase_if(cases, [&](const Case& one) {
        return !(one.killed ? moments.killed : moments.clean).stored.files.contains(one.kind);
    });
    return cases;
}

std::vector<Result> run_cases(const fs::path& folder, const std::vector<Case>& cases) {
    std::array<std::vector<Case>, processes> shares;
    for (std::size_t at = 0; at < cases.size(); ++at) {
        shares.at(at % processes).push_back(cases[at]);
    }
    std::array<std::vector<Result>, processes> found;
    std::vector<std::thread> threads;
    for (std::size_t lane = 0; lane < processes; ++lane) {
        threads.emplace_back([&, lane] { found[lane] = Lane{folder, lane, shares[lane]}.run(); });
    }
    for (auto& thread : threads) thread.join();
    std::vector<Result> results;
    for (const auto& share : found) results.insert(results.end(), share.begin(), share.end());
    return results;
}

Judgement run_case(const Moments& moments, const Case& what, const fs::path& scratch) {
    const Moment& moment = what.killed ? moments.killed : moments.clean;
    fs::remove_all(scratch);
    const auto data = scratch / "data";
    fs::create_directories(scratch);
    copy_all(moment.stored.data, data);
    std::mt19937 random{what.seed};
    if (!do_damage(data, moment.stored, what.kind, what.damage,
                   {moments.before(moment).stored, moments.other.stored}, random)) {
        return {};
    }
    // Opening may change what it refuses, so what salvage gets is put aside.
    const auto damaged = scratch / "damaged";
    if (what.kind.starts_with("log ")) copy_all(data, damaged);
    Judging judging{moment.facts, moment.last_stage};
    judging.open_again = what.seed % cases_per_second_opening == 0;
    auto verdict = judge(data, judging);
    if (verdict.outcome == Outcome::refused) {
        verdict.faults = faults_of_refusal(verdict, moment, what.kind, data, damaged);
    }
    return verdict;
}

std::string table_of(const std::vector<Result>& results) {
    std::map<std::string, std::array<int, outcome_count>> counts;
    for (const auto& result : results) {
        const auto outcome = static_cast<std::size_t>(result.verdict.outcome);
        ++counts[result.what.kind].at(outcome);
        ++counts["~ all"].at(outcome);
    }
    std::ostringstream table;
    table << std::left << std::setw(24) << "damaged file" << std::right;
    for (std::size_t at = 1; at < outcome_count; ++at) {
        table << std::setw(10) << name_of(static_cast<Outcome>(at));
    }
    for (const auto& [kind, row] : counts) {
        table << '\n' << std::left << std::setw(24) << kind << std::right;
        for (std::size_t at = 1; at < outcome_count; ++at) table << std::setw(10) << row.at(at);
    }
    return table.str() + '\n';
}

}  // namespace muster::corruption
