// Opening what was damaged, and holding it to what was true.
#include "tests/corruption/judge.h"

#include "eventstore/copies/rocksdb_copy.h"
#include "eventstore/copies/salvage.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/machine/crypto.h"
#include "tests/corruption/history.h"
#include "tests/eventstore/temporary_folder.h"

#include <algorithm>

namespace muster::corruption {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patience{20};

std::string first_of(const std::vector<std::string>& lines) {
    std::string text = lines.empty() ? "" : lines.front();
    if (lines.size() > 1) text += " (and " + std::to_string(lines.size() - 1) + " more)";
    return text;
}

std::expected<std::unique_ptr<Engine>, Failure> open(const fs::path& data, bool heed_mark) {
    EngineOptions options{.data = data};
    options.log.heed_mark = heed_mark;
    return open_engine(options);
}

/// Writes one commit more; what is wrong with the answer.
std::vector<std::string> write_on(Engine& engine) {
    const auto head = engine.log().head();
    const Answer answer =
        engine.execute(RenameOrganization{organization_number(0), "Acme goes on"},
                       {.actor = Actor::the_operator(), .command_id = {random_uuid()}});
    if (!answer || answer->position == next(head)) return {};
    return {"the next commit is " + std::to_string(number(answer->position))};
}

/// Asks an engine everything, and to go on.
Differences question(Engine& engine, const Judging& judging) {
    Differences found;
    const auto add = [&found](const Differences& more) {
        std::ranges::copy(more.wrong, std::back_inserter(found.wrong));
        std::ranges::copy(more.failures, std::back_inserter(found.failures));
    };
    if (!engine.views().wait_for(engine.log().head(), patience)) {
        found.failures.push_back("the views stand still: " + engine.views().state().failure);
    }
    add(compare(judging.truth, facts_of(engine, judging.last_stage)));
    add(compare(judging.truth, receipts_of(engine, judging.last_stage, receipt_stride)));
    std::ranges::copy(write_on(engine), std::back_inserter(found.wrong));
    return found;
}

std::string generation_in(const fs::path& data) {
    return test::bytes_of_file(data / "views" / "CURRENT");
}

}  // namespace

std::string_view name_of(Outcome outcome) {
    constexpr std::string_view names[] = {"unchanged", "harmless", "rebuilt", "refused",
                                          "on read",   "SILENT",   "CRASHED"};
    return names[static_cast<std::size_t>(outcome)];
}

Judgement judge(const fs::path& data, const Judging& judging) {
    const auto generation = generation_in(data);
    Differences found;
    Judgement verdict;
    {
        const auto engine = open(data, judging.heed_mark);
        if (!engine) {
            const auto& failure = engine.error();
            return {Outcome::refused,
                    std::string{muster::name_of(failure.kind)} + ": " + failure.detail,
                    {}};
        }
        const bool rebuilding = (*engine)->views().state().rebuilding;
        found = question(**engine, judging);
        const bool rebuilt = rebuilding || generation_in(data) != generation;
        verdict.outcome = rebuilt ? Outcome::rebuilt : Outcome::harmless;
    }
    if (!found.failures.empty()) {
        verdict = {Outcome::error_on_read, first_of(found.failures), {}};
    } else if (judging.open_again) {
        const auto again = open(data, judging.heed_mark);
        if (!again) verdict.faults.push_back("refused when opened again: " + again.error().detail);
    }
    if (!found.wrong.empty()) verdict = {Outcome::silent, first_of(found.wrong), {}};
    return verdict;
}

bool is_helpful(std::string_view refusal) {
    const auto names_one_of = [&](std::initializer_list<std::string_view> words) {
        return std::ranges::any_of(words,
                                   [&](std::string_view word) { return refusal.contains(word); });
    };
    const bool says_what_to_do =
        names_one_of({"muster log accept", "muster log salvage", "restore"}) ||
        (names_one_of({"put ", "Put "}) && refusal.contains(" back"));
    return says_what_to_do && names_one_of({"position", "commit", "key", "FORMAT", "mark"});
}

namespace {

std::string origin_of_truth(const Facts& truth) {
    return "muster.log/" + truth.at("log");
}

/// What is wrong with an engine on the salvaged folder.
void question_salvaged(const fs::path& new_data, const SalvageReport& report, const Facts& truth,
                       std::vector<std::string>& faults) {
    const auto engine = open(new_data, true);
    if (!engine) {
        faults.push_back("the salvaged folder does not open: " + engine.error().detail);
        return;
    }
    const auto& log = (*engine)->log();
    if (number(log.head()) != report.copied.size) faults.push_back("not all that was copied");
    if (to_string(log.id()) == truth.at("log")) faults.push_back("the identity is the old one");
    if (log.tree_head() != report.copied) faults.push_back("the root is not the reported one");
    if (report.old_origin != origin_of_truth(truth)) {
        // Another log's store was put here, so another log was salvaged, and the report says so.
        if (report.remarks.empty()) faults.push_back("salvaged another log without a word");
        return;
    }
    Facts commits;
    const auto copied = log.read_stored(Position{1}, report.copied.size);
    for (const auto& stored : copied.value()) {
        const auto name = "commit " + std::to_string(number(stored.position));
        commits[name] = text_of_digest(sha256(stored.bytes));
    }
    for (const auto& wrong : compare(truth, commits).wrong) faults.push_back("salvaged " + wrong);
    if (!(*engine)->views().wait_for(log.head(), patience)) faults.push_back("no views");
    for (const auto& fault : write_on(**engine)) faults.push_back("salvaged: " + fault);
}

}  // namespace

std::vector<std::string> faults_of_salvage(const fs::path& damaged, const fs::path& new_data,
                                           const Facts& truth) {
    std::vector<std::string> faults;
    const auto before = test::files_below(damaged);
    fs::create_directories(new_data);
    const auto report = salvage_log(damaged / "log", new_data / "log");
    if (test::files_below(damaged) != before) faults.push_back("salvage changed what it read");
    if (!report) {
        if (report.error().kind != FailureKind::corrupted) faults.push_back(report.error().detail);
        return faults;
    }
    const auto head = std::stoull(truth.at("head"));
    if (report->copied.size > head) faults.push_back("salvaged more than there was");
    if (!fs::exists(new_data / "log" / "salvage-report")) faults.push_back("there is no report");
    const auto keys =
        copy_folder(Disk::of_this_machine(),
                    {damaged / "keys", new_data / "keys", {"LOCK", "signing-key"}, false});
    if (!keys) faults.push_back(keys.error().detail);
    question_salvaged(new_data, *report, truth, faults);
    return faults;
}

}  // namespace muster::corruption
