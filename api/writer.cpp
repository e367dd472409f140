// The writer thread and its loader.
#include "api/writer.h"

#include "domain/ensure.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

namespace muster {

Writer::Writer(EventLog& log, KeyStore& keys, Views& views, const EngineOptions& options)
    : log_{log},
      keys_{keys},
      views_{views},
      options_{options},
      last_stamp_{log.head_recorded_at()},
      next_due_look_{std::chrono::steady_clock::now()},
      loader_{[this] { run_loader(); }},
      thread_{[this] { run(); }} {}

Writer::~Writer() {
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
    }
    wake_.notify_all();
    thread_.join();
    {
        const std::lock_guard lock{loader_mutex_};
        loader_closing_ = true;
    }
    loader_wake_.notify_all();
    loader_.join();
}

void Writer::submit(Command command, Context context, ExecuteOptions options, Done done) {
    Work work{std::move(command), std::move(context), std::move(options), std::move(done)};
    FailureKind refused = FailureKind::overloaded;
    {
        const std::lock_guard lock{mutex_};
        const bool open = !closing_ && problem_.empty();
        if (open && waiting_count_ < options_.queue_limit) {
            queue_.push_back(std::move(work));
            ++waiting_count_;
            wake_.notify_one();
            return;
        }
        if (closing_) refused = FailureKind::shutting_down;
        if (!problem_.empty()) refused = FailureKind::log_unavailable;
    }
    work.done(std::unexpected(Failure{refused, {}}));
}

std::string Writer::problem() const {
    const std::lock_guard lock{mutex_};
    return problem_;
}

void Writer::run() {
    while (true) {
        std::vector<Work> works = next_works();
        take_loaded();
        {
            const std::lock_guard lock{mutex_};
            if (works.empty() && parked_.empty() && queue_.empty() && closing_) return;
        }
        unpark();
        for (Work& work : works) take(std::move(work));
        flush();
        look_for_what_is_due();
    }
}

std::vector<Writer::Work> Writer::next_works() {
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, options_.due_interval, [this] {
        return !queue_.empty() || !loaded_ids_.empty() || (closing_ && parked_.empty());
    });
    const auto count = std::min(queue_.size(), options_.group_limit);
    std::vector<Work> works{
        std::make_move_iterator(queue_.begin()),
        std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(count))};
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    return works;
}

void Writer::take_loaded() {
    std::vector<std::expected<LoadedStream, Failure>> loaded;
    std::vector<StreamId> ids;
    {
        const std::lock_guard lock{mutex_};
        loaded.swap(loaded_);
        ids.swap(loaded_ids_);
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        loading_.erase(ids[i]);
        if (loaded[i]) {
            cache_.put(std::move(*loaded[i]));
        } else {
            stop_writing("cannot read the log: " + loaded[i].error().detail);
        }
    }
}

bool Writer::parked(Work& work) {
    bool blocked = !in_memory(streams_of(work.command, work.context)) || !knows_newcomer(work);
    // A sequence keeps its order: what comes after a parked command of it is parked too.
    blocked =
        blocked || (work.options.sequence && std::ranges::any_of(parked_, [&](const Work& other) {
                        return other.options.sequence == work.options.sequence;
                    }));
    if (blocked) parked_.push_back(std::move(work));
    return blocked;
}

/// Whether all of these are here; asks the loader for those that are not.
bool Writer::in_memory(const std::vector<StreamId>& streams) {
    bool all = true;
    for (const StreamId& stream : streams) {
        if (cache_.has(stream)) continue;
        all = false;
        if (!loading_.insert(stream).second) continue;
        const std::lock_guard lock{loader_mutex_};
        to_load_.push_back(stream);
        loader_wake_.notify_one();
    }
    return all;
}

/// Whoever gets an account joins at once where an invitation waits for that, so the decision looks
/// at all organisations of theirs. The log is asked right before it, since it does not stay so.
bool Writer::knows_newcomer(const Work& work) {
    const auto newcomer = newcomer_of(work);
    if (!newcomer) return true;
    auto organizations = log_.organizations_of(*newcomer);
    if (!organizations) {
        stop_writing("cannot read the log: " + organizations.error().detail);
        return false;
    }
    cache_.know_organizations(*newcomer, std::move(*organizations));
    std::vector<StreamId> streams;
    for (const OrganizationId id : cache_.organizations_of(*newcomer)) {
        streams.push_back(StreamId::of(id));
    }
    return in_memory(streams);
}

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

void Writer::unpark() {
    if (parked_.empty()) return;
    std::deque<Work> waiting = std::exchange(parked_, {});
    for (Work& work : waiting) take(std::move(work));
}

void Writer::take(Work work) {
    if (!problem().empty()) return fail(std::move(work), FailureKind::log_unavailable);
    if (parked(work)) return;
    process(std::move(work));
    if (group_.size() >= options_.group_limit) flush();
}

Instant Writer::stamp() {
    last_stamp_ = std::max(last_stamp_, options_.clock());
    return last_stamp_;
}

void Writer::process(Work work) {
    if (work.options.sequence && work.options.sequence->stopped) {
        return fail(std::move(work), FailureKind::skipped);
    }
    if (answered_before(work)) return;

    const Instant recorded_at = stamp();
    const Instant now = work.options.effective_at.value_or(recorded_at);
    // What the end of an import finds due is history still.
    const bool as_imported =
        work.context.imported || std::holds_alternative<FinishImport>(work.command);
    for (const OrganizationId touched : organizations_touched_by(work)) {
        if (settle_due(touched, now, as_imported, recorded_at)) continue;
        return fail(std::move(work), FailureKind::invariant_broken, "what was due is not settled");
    }
    if (!work.done) return;  // it was only about what is due

    const auto organization = organization_of(work.command);
    if (work.options.expected_version && organization) {
        const Organization* state = cache_.organization(*organization);
        const Version version = state == nullptr ? Version{} : state->version;
        if (version != *work.options.expected_version) {
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
    if (decision) {
        commit.outcome.rows = std::move(decision->rows);
        commit.events = std::move(decision->events);
    } else {
        Refusal& refusal = decision.error();
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
    commit.streams = cache_.apply(commit.events, commit.effective_at);
    for (const TouchedStream& touched : commit.streams) {
        if (touched.stream.kind != StreamKind::organization) continue;
        const Organization& organization = *cache_.organization(OrganizationId{touched.stream.id});
        const auto broken = broken_invariant_after(organization, commit.events);
        if (!broken) continue;
        spdlog::critical("bug: {} would break an invariant: {}", name_of(commit.command), *broken);
        // The group so far stands; what this command did to the state in memory does not.
        flush();
        for (const TouchedStream& spoilt : commit.streams) cache_.forget(spoilt.stream);
        if (done) {
            finish(done,
                   std::unexpected(Failure{FailureKind::invariant_broken, std::string{*broken}}));
        }
        return false;
    }
    if (commit.request) group_requests_[commit.request->key] = group_.size();
    Waiting waiting{.receipt = receipt_of(commit), .answers = {}};
    if (done) waiting.answers.emplace_back(std::move(done), wait_for_views);
    group_.push_back(std::move(commit));
    group_waiting_.push_back(std::move(waiting));
    return true;
}

void Writer::flush() {
    if (group_.empty()) return;
    const std::vector<Commit> group = std::exchange(group_, {});
    std::vector<Waiting> waiting = std::exchange(group_waiting_, {});
    group_requests_.clear();

    // keys/ before log/: a commit never names a row that is not durable.
    const auto keys_synced = keys_.sync();
    if (!keys_synced) return lose(std::move(waiting), "keys/: " + keys_synced.error().detail);
    const auto appended = log_.append(log_.head(), group);
    if (!appended) return lose(std::move(waiting), "log/: " + appended.error().detail);
    for (Waiting& each : waiting) answer(std::move(each));
    cache_.all_is_written();
}

void Writer::lose(std::vector<Waiting> waiting, const std::string& why) {
    stop_writing(why);
    // What evolved since the last synced group may not be in the log.
    cache_.forget_all();
    for (Waiting& each : waiting) {
        for (auto& [done, wait_for_views] : each.answers) {
            finish(done, std::unexpected(Failure{FailureKind::outcome_unknown, why}));
        }
    }
}

void Writer::answer(Waiting waiting) {
    for (auto& [done, wait_for_views] : waiting.answers) {
        if (!wait_for_views || number(waiting.receipt.position) == 0) {
            finish(done, waiting.receipt);
            continue;
        }
        --waiting_count_;
        views_.when_applied(waiting.receipt.position, options_.view_wait,
                            [done = std::move(done), receipt = waiting.receipt](bool) mutable {
                                done(std::move(receipt));
                            });
    }
}

void Writer::fail(Work work, FailureKind kind, std::string detail) {
    if (work.options.sequence) work.options.sequence->stopped = true;
    if (work.done) finish(work.done, std::unexpected(Failure{kind, std::move(detail)}));
}

void Writer::finish(Done& done, Answer answer) {
    --waiting_count_;
    done(std::move(answer));
}

void Writer::stop_writing(const std::string& why) {
    spdlog::critical("writing stopped: {}", why);
    const std::lock_guard lock{mutex_};
    if (problem_.empty()) problem_ = why;
}

void Writer::look_for_what_is_due() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_due_look_ || !problem().empty()) return;
    next_due_look_ = now + options_.due_interval;
    constexpr std::size_t organizations_a_look = 256;
    const auto due = views_.with_something_due(options_.clock(), organizations_a_look);
    if (!due) {
        spdlog::error("cannot look for what is due: {}", due.error().detail);
        return;
    }
    for (const OrganizationId organization : *due) {
        Work work{SettleDue{organization}, {.actor = Actor::the_system()}, {}, {}};
        take(std::move(work));
    }
    flush();
}

void Writer::run_loader() {
    while (true) {
        std::unique_lock lock{loader_mutex_};
        loader_wake_.wait(lock, [this] { return loader_closing_ || !to_load_.empty(); });
        if (to_load_.empty()) return;
        const std::vector<StreamId> ids{to_load_.begin(), to_load_.end()};
        to_load_.clear();
        lock.unlock();
        std::vector<std::expected<LoadedStream, Failure>> loaded;
        loaded.reserve(ids.size());
        for (const StreamId& id : ids) loaded.push_back(load_stream(log_, id));

        const std::lock_guard writer_lock{mutex_};
        std::ranges::move(loaded, std::back_inserter(loaded_));
        std::ranges::copy(ids, std::back_inserter(loaded_ids_));
        wake_.notify_one();
    }
}

}  // namespace muster
