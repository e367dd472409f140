// From a command whose streams are in memory to the commits of the group.
#include "api/writing/writer.h"

#include "domain/ensure.h"
#include "domain/refused.h"
#include "domain/streams_of.h"
#include "eventstore/machine/crypto.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

namespace muster {
namespace {

bool is_wanted(Writes writes, const std::expected<Decision, Refusal>& decision) {
    switch (writes) {
        case Writes::all:
            return true;
        case Writes::refusals:
            return !decision;
        case Writes::refusals_of_caller:
            return !decision && is_about_caller(decision.error().rejection);
    }
    ENSURE(false);
}

}  // namespace

std::optional<PersonId> Writer::newcomer_of(const Work& work) const {
    const auto id = registered_by(work.command, work.context);
    if (!id) return std::nullopt;
    const Person* person = cache_.person(*id);
    if (person != nullptr && person->registered && person->verified) return std::nullopt;
    return id;
}

std::vector<OrganizationId> Writer::organizations_touched_by(const Work& work) const {
    std::vector<OrganizationId> touched;
    for (const StreamId& stream : streams_of(work.command, work.context)) {
        if (stream.kind == StreamKind::organization) touched.push_back(OrganizationId{stream.id});
    }
    if (const auto newcomer = newcomer_of(work)) {
        std::ranges::copy(cache_.organizations_of(*newcomer), std::back_inserter(touched));
    }
    return touched;
}

void Writer::process(Work work) {
    if (work.options.sequence && work.options.sequence->stopped) {
        return fail(std::move(work), FailureKind::skipped);
    }
    if (answered_before(work)) return;

    const auto stamped = stamp();
    const std::string stopped = why_stopped();
    if (!stopped.empty() && !work.options.dry_run) {
        return fail(std::move(work), FailureKind::log_unavailable, stopped);
    }
    const Instant recorded_at = stamped.value_or(std::max(last_stamp_, options_.clock()));
    const Instant now = work.options.effective_at.value_or(recorded_at);
    // What the end of an import finds due is history still.
    const bool as_imported =
        work.context.imported || std::holds_alternative<FinishImport>(work.command);
    for (const OrganizationId touched : organizations_touched_by(work)) {
        if (!stopped.empty()) break;
        if (settle_due(touched, now, as_imported, recorded_at)) continue;
        return fail(std::move(work), FailureKind::invariant_broken, "what was due is not settled");
    }
    if (!work.done) return;  // it was only about what is due

    const auto organization = organization_of(work.command);
    const auto& expected = work.options.expected_versions;
    if (!expected.empty() && organization) {
        const Organization* state = cache_.organization(*organization);
        const Version version = state == nullptr ? Version{} : state->version;
        if (std::ranges::count(expected, version) == 0) {
            return fail(std::move(work), FailureKind::version_conflict,
                        "the organisation is at version " + std::to_string(number(version)));
        }
    }
    decide_and_add(std::move(work), recorded_at);
}

bool Writer::answered_before(Work& work) {
    if (!work.options.request || work.options.dry_run) return false;
    const RequestRecord& request = *work.options.request;
    if (const auto found = group_requests_.find(request.key); found != group_requests_.end()) {
        if (group_[found->second].request->fingerprint != request.fingerprint) {
            fail(std::move(work), FailureKind::key_reused);
        } else {
            group_waiting_[found->second].answers.emplace_back(std::move(work.done),
                                                               work.options.wait_for_views);
        }
        return true;
    }
    const auto hit = log_.find_request(request.key);
    if (!hit) {
        fail(std::move(work), FailureKind::io_error, hit.error().detail);
        return true;
    }
    if (!*hit) return false;
    if ((*hit)->fingerprint != request.fingerprint) {
        fail(std::move(work), FailureKind::key_reused);
        return true;
    }
    auto commits = log_.read((*hit)->position, 1);
    if (!commits || commits->empty()) {
        fail(std::move(work), FailureKind::io_error, "the first answer cannot be read");
        return true;
    }
    Waiting waiting{.receipt = receipt_of(commits->front()), .answers = {}};
    if (!waiting.receipt.accepted() && work.options.sequence) work.options.sequence->stopped = true;
    waiting.answers.emplace_back(std::move(work.done), work.options.wait_for_views);
    answer(std::move(waiting));
    return true;
}

bool Writer::settle_due(OrganizationId id, Instant until, bool imported, Instant recorded_at) {
    while (true) {
        const Organization* organization = cache_.organization(id);
        if (organization == nullptr || organization->importing != imported) {
            return true;
        }
        const auto due = next_due(*organization);
        if (!due || *due > until) return true;
        const Context by_system{.actor = Actor::the_system(),
                                .command_id = {random_uuid()},
                                .origin = {},
                                .reason = {},
                                .imported = imported};
        const Command command = SettleDue{id};
        auto decision = decide(cache_, command, by_system, *due);
        ENSURE(decision.has_value() && !decision->events.empty());
        Commit commit = begin_commit(command, by_system, recorded_at);
        commit.effective_at = *due;
        commit.events = std::move(decision->events);
        if (!add_commit(std::move(commit), {}, false)) return false;
    }
}

void Writer::decide_and_add(Work work, Instant recorded_at) {
    const Instant now = work.options.effective_at.value_or(recorded_at);
    Commit commit = begin_commit(work.command, work.context, recorded_at);
    commit.effective_at = now;
    commit.request = work.options.request;

    std::expected<Decision, Refusal> decision =
        now > recorded_at ? std::unexpected(Refusal{Rejection::import_out_of_order, {}})
                          : decide(cache_, work.command, work.context, now);
    if (!is_wanted(work.options.writes, decision)) {
        return fail(std::move(work), FailureKind::skipped);
    }
    if (decision) {
        commit.outcome.rows = std::move(decision->rows);
        commit.events = std::move(decision->events);
    } else {
        Refusal& refusal = decision.error();
        shorten_refused(commit.command, commit.context, refusal);
        commit.outcome = {refusal.rejection, std::move(refusal.rows), std::move(refusal.obstacles)};
        if (work.options.sequence) work.options.sequence->stopped = true;
    }

    const bool imported_refusal = !decision && work.context.imported;
    if (work.options.dry_run || imported_refusal) {
        commit.position = {};
        Waiting waiting{.receipt = receipt_of(commit), .answers = {}};
        waiting.answers.emplace_back(std::move(work.done), false);
        return answer(std::move(waiting));
    }
    add_commit(std::move(commit), std::move(work.done), work.options.wait_for_views);
}

Commit Writer::begin_commit(const Command& command, const Context& context,
                            Instant recorded_at) const {
    Commit commit;
    commit.position = Position{number(log_.head()) + group_.size() + 1};
    commit.recorded_at = recorded_at;
    commit.effective_at = recorded_at;
    commit.context = context;
    commit.command = command;
    commit.key_seq = keys_.key_seq();
    return commit;
}

bool Writer::add_commit(Commit commit, Done done, bool wait_for_views) {
    StreamCache::Outcome outcome = cache_.outcome_of(commit.events, commit.effective_at);
    for (const auto& [id, state] : outcome.organizations) {
        const auto broken = broken_invariant_after(*state.organization, commit.events);
        if (!broken) continue;
        spdlog::critical("bug: {} would break an invariant: {}", name_of(commit.command), *broken);
        if (done) {
            finish(done,
                   std::unexpected(Failure{FailureKind::invariant_broken, std::string{*broken}}));
        }
        return false;
    }
    commit.streams = outcome.streams;
    cache_.take(std::move(outcome), commit.events);
    if (commit.request) group_requests_[commit.request->key] = group_.size();
    Waiting waiting{.receipt = receipt_of(commit), .answers = {}};
    if (done) waiting.answers.emplace_back(std::move(done), wait_for_views);
    group_.push_back(std::move(commit));
    group_waiting_.push_back(std::move(waiting));
    return true;
}

}  // namespace muster
