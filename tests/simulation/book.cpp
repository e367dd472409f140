// Comparing the log with what was told.
#include "tests/simulation/book.h"

#include "domain/ensure.h"

namespace muster::simulation {
namespace {

std::string at(Position position) {
    return " (position " + std::to_string(number(position)) + ")";
}

/// Rules that contradict themselves are not kept with the command that was refused for them.
Command as_kept(const Command& kept, Command told) {
    const auto* in_log = std::get_if<ChangeBlueprint>(&kept);
    auto* answered = std::get_if<ChangeBlueprint>(&told);
    if (in_log != nullptr && answered != nullptr && !in_log->blueprint) answered->blueprint = {};
    return told;
}

/// In what an answer differs from the log; empty when it does not.
std::string difference(const Receipt& kept, const Receipt& told) {
    if (kept.position != told.position) return "position";
    if (kept.version != told.version) return "version";
    if (kept.outcome != told.outcome) return "outcome";
    if (kept.events != told.events) return "events";
    return kept.command == as_kept(kept.command, told.command) ? "" : "command";
}

/// Whether a failure says that nothing was written.
bool is_certain(FailureKind kind) {
    return kind != FailureKind::outcome_unknown;
}

}  // namespace

std::size_t Book::ask(Question question) {
    questions_.push_back(std::move(question));
    answered_.push_back(false);
    const auto& request = questions_.back().request;
    if (request) ++users_[request->key];
    return questions_.size() - 1;
}

void Book::sent(CommandId id, std::size_t question) {
    attempts_[id] = {.question = question};
}

const Question* Book::question_of(CommandId id) const {
    const auto found = attempts_.find(id);
    return found == attempts_.end() ? nullptr : &questions_[found->second.question];
}

Violation Book::answered(CommandId id, const Answer& answer, const std::vector<SeenCommit>& seen) {
    Attempt& attempt = attempts_.at(id);
    if (attempt.told != Attempt::Told::nothing) return "a command was answered twice";
    ++answers_;
    if (!answer) {
        const bool certain = is_certain(answer.error().kind);
        attempt.told = certain ? Attempt::Told::nothing_written : Attempt::Told::unknown;
        return failed(attempt, answer.error());
    }
    attempt.told = Attempt::Told::what_happened;
    answered_[attempt.question] = true;
    return answered_with(attempt, *answer, seen);
}

Violation Book::answered_with(const Attempt& attempt, const Receipt& receipt,
                              const std::vector<SeenCommit>& seen) {
    const Question& question = questions_[attempt.question];
    if (question.dry_run) {
        if (receipt.position != Position{}) return "a dry run was given a position";
        return std::nullopt;
    }
    if (number(receipt.position) == 0 || number(receipt.position) > seen.size()) {
        return "what was answered is not in the log" + at(receipt.position);
    }
    const SeenCommit& commit = seen[number(receipt.position) - 1];
    if (const auto what = difference(commit.receipt, receipt); !what.empty()) {
        return "the answer has another " + what + " than the log" + at(receipt.position) + " (" +
               std::string{name_of(receipt.command)} + ")";
    }
    if (commit.request != question.request) {
        return "the answer is that of another request" + at(receipt.position);
    }
    if (!question.request && attempt.position != receipt.position) {
        return "the answer is that of another command" + at(receipt.position);
    }
    return std::nullopt;
}

Violation Book::failed(const Attempt& attempt, const Failure& failure) const {
    if (failure.kind == FailureKind::invariant_broken) return "a bug: " + failure.detail;
    if (attempt.position && is_certain(failure.kind)) {
        return "a command failed (" + std::string{name_of(failure.kind)} + ") and is in the log" +
               at(*attempt.position);
    }
    const auto& request = questions_[attempt.question].request;
    if (failure.kind == FailureKind::key_reused && (!request || users_.at(request->key) < 2)) {
        return "a key counts as used that was not";
    }
    return std::nullopt;
}

Violation Book::seen(const Commit& commit, const World& before) {
    if (commit.context.actor.is_system()) {
        return commit.request ? Violation{"the system has a key" + at(commit.position)}
                              : std::nullopt;
    }
    const auto found = attempts_.find(commit.context.command_id);
    if (found == attempts_.end()) return "nobody asked for a commit" + at(commit.position);
    Attempt& attempt = found->second;
    const Question& question = questions_[attempt.question];
    if (attempt.position) return "a command is in the log twice" + at(commit.position);
    attempt.position = commit.position;
    if (attempt.told == Attempt::Told::nothing_written) {
        return "a command that failed is in the log" + at(commit.position);
    }
    if (question.dry_run) return "a dry run is in the log" + at(commit.position);
    if (commit.request != question.request) return "a request changed" + at(commit.position);
    if (const auto own = organization_of(commit.command); own && question.expected_version) {
        const Organization* state = before.organization(*own);
        const Version version = state == nullptr ? Version{} : state->version;
        if (version != *question.expected_version) {
            return "If-Match was not heeded" + at(commit.position);
        }
    }
    return seen_of_request(commit, question);
}

Violation Book::seen_of_request(const Commit& commit, const Question& question) {
    if (commit.context.actor != question.context.actor ||
        commit.command.index() != question.command.index()) {
        return "a command changed on its way" + at(commit.position);
    }
    if (!commit.request) return std::nullopt;
    const bool first = done_.emplace(commit.request->key, commit.position).second;
    return first ? std::nullopt : Violation{"a request was done twice" + at(commit.position)};
}

void Book::forget_pending() {
    for (auto& [id, attempt] : attempts_) {
        if (attempt.told == Attempt::Told::nothing) attempt.told = Attempt::Told::unknown;
    }
}

std::size_t Book::pending() const {
    std::size_t count = 0;
    for (const auto& [id, attempt] : attempts_) {
        if (attempt.told == Attempt::Told::nothing) ++count;
    }
    return count;
}

}  // namespace muster::simulation
