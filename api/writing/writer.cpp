// The writer's steps.
#include "api/writing/writer.h"

#include "domain/ensure.h"
#include "domain/streams_of.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

namespace muster {

Writer::Writer(EventLog& log, KeyStore& keys, Organizations& organizations, Views& views,
               const EngineOptions& options)
    : log_{log},
      keys_{keys},
      organizations_{organizations},
      views_{views},
      options_{options},
      clock_guard_{read_clocks(), log.head_recorded_at(), options_.clock_step_limit},
      loader_{log, organizations, [this] { wake(); }},
      healer_{log, keys, options_},
      cache_{organizations, options.person_cache_bytes},
      last_stamp_{log.head_recorded_at()},
      next_due_look_{options_.steady_clock()} {
    trusts(read_clocks());
    loader_.start(*options_.workers);
    auto worker = options_.workers->start("muster-writer", [this] { return step(); });
    const std::lock_guard lock{mutex_};
    worker_ = std::move(worker);
    worker_->wake();  // whatever woke it before went nowhere
}

Writer::~Writer() {
    std::unique_ptr<Worker> worker;
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
        worker = std::move(worker_);
    }
    worker.reset();
    loader_.stop();
    while (!is_drained()) {
        loader_.load();
        step();
    }
}

void Writer::submit(Command command, Context context, ExecuteOptions options, Done done) {
    Work work{std::move(command), std::move(context), std::move(options), std::move(done)};
    Failure refused{FailureKind::overloaded, {}};
    {
        const std::lock_guard lock{mutex_};
        const std::string& why_not = problem_now().text;
        const bool open = !closing_ && (why_not.empty() || work.options.dry_run);
        if (open && waiting_count_ < options_.queue_limit) {
            queue_.push_back(std::move(work));
            ++waiting_count_;
            worker_->wake();
            return;
        }
        if (closing_) refused.kind = FailureKind::shutting_down;
        if (!why_not.empty()) refused = {FailureKind::log_unavailable, why_not};
    }
    work.done(std::unexpected(refused));
}

void Writer::wake() {
    const std::lock_guard lock{mutex_};
    if (worker_) worker_->wake();
}

Writer::Problem Writer::problem() const {
    const std::lock_guard lock{mutex_};
    return problem_now();
}

/// The caller holds the mutex.
const Writer::Problem& Writer::problem_now() const {
    return failed_write_.text.empty() ? clock_problem_ : failed_write_;
}

std::string Writer::why_stopped() const {
    const std::lock_guard lock{mutex_};
    return problem_now().text;
}

bool Writer::is_drained() const {
    const std::lock_guard lock{mutex_};
    return queue_.empty() && parked_.empty();
}

std::chrono::milliseconds Writer::step() {
    if (!healer_.is_healthy()) heal();
    trusts(read_clocks());
    take_loaded();
    unpark();
    for (Work& work : next_works()) take(std::move(work));
    flush();
    unreadable_.clear();
    look_for_what_is_due();
    return idle_time();
}

std::chrono::milliseconds Writer::idle_time() const {
    const std::lock_guard lock{mutex_};
    if (!queue_.empty()) return {};
    const auto next =
        healer_.is_healthy() ? next_due_look_ : std::min(next_due_look_, healer_.next_try());
    const auto left = next - options_.steady_clock();
    return std::chrono::ceil<std::chrono::milliseconds>(std::max(left, {}));
}

std::vector<Writer::Work> Writer::next_works() {
    const std::lock_guard lock{mutex_};
    const auto count = std::min(queue_.size(), options_.group_limit);
    std::vector<Work> works{
        std::make_move_iterator(queue_.begin()),
        std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(count))};
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    return works;
}

void Writer::take_loaded() {
    for (Loader::Result& result : loader_.take()) {
        asked_.erase(result.id);
        if (result.loaded) {
            cache_.put(std::move(*result.loaded));
        } else {
            unreadable_.emplace(result.id, result.loaded.error());
        }
    }
}

bool Writer::parked(Work& work) {
    const auto needed = streams_needed_by(work);
    if (!needed) {
        fail(std::move(work), needed.error().kind, needed.error().detail);
        return true;
    }
    // A sequence keeps its order: what comes after a parked command of it is parked too.
    const bool behind =
        work.options.sequence && std::ranges::any_of(parked_, [&](const Work& other) {
            return other.options.sequence == work.options.sequence;
        });
    if (all_in_memory(*needed) && !behind) return false;
    awaited_.insert(needed->begin(), needed->end());
    parked_.push_back(std::move(work));
    return true;
}

/// Whoever gets an account joins at once where an invitation waits for that, so the decision looks
/// at all organisations of theirs. The log is asked right before it, since it does not stay so.
std::expected<Writer::Streams, Failure> Writer::streams_needed_by(const Work& work) {
    Streams needed = streams_of(work.command, work.context);
    const auto unreadable = [&] {
        return std::ranges::find_if(
            needed, [&](const StreamId& stream) { return unreadable_.contains(stream); });
    };
    if (const auto at = unreadable(); at != needed.end()) {
        return std::unexpected(unreadable_.at(*at));
    }
    if (!std::ranges::all_of(needed, [&](const StreamId& each) { return has(each); })) {
        return needed;
    }
    const auto newcomer = newcomer_of(work);
    if (!newcomer) return needed;
    auto organizations = log_.organizations_of(*newcomer);
    if (!organizations) return std::unexpected(organizations.error());
    cache_.know_organizations(*newcomer, std::move(*organizations));
    for (const OrganizationId id : cache_.organizations_of(*newcomer)) {
        needed.push_back(StreamId::of(id));
    }
    if (const auto at = unreadable(); at != needed.end()) {
        return std::unexpected(unreadable_.at(*at));
    }
    return needed;
}

/// What the loader was asked for is here when it was taken, and not as others publish it before: so
/// nothing happens to it until then, and what was loaded is how it is.
bool Writer::has(StreamId stream) {
    return !asked_.contains(stream) && cache_.has(stream);
}

/// Whether all of these are here; asks the loader for those that are not.
bool Writer::all_in_memory(const Streams& streams) {
    bool all = true;
    for (const StreamId& stream : streams) {
        if (has(stream)) continue;
        all = false;
        asked_.insert(stream);
        loader_.ask(stream);
    }
    return all;
}

void Writer::unpark() {
    if (parked_.empty()) return;
    std::deque<Work> waiting = std::exchange(parked_, {});
    awaited_.clear();
    for (Work& work : waiting) take(std::move(work));
}

void Writer::take(Work work) {
    if (!work.options.dry_run) {
        if (std::string why = why_stopped(); !why.empty()) {
            return fail(std::move(work), FailureKind::log_unavailable, std::move(why));
        }
    }
    if (parked(work)) return;
    process(std::move(work));
    if (group_.size() >= options_.group_limit) flush();
}

void Writer::flush() {
    if (group_.empty()) return cache_.let_go(awaited_);
    std::vector<Commit> group = std::exchange(group_, {});
    std::vector<Waiting> waiting = std::exchange(group_waiting_, {});
    group_requests_.clear();

    // keys/ before log/: a commit never names a row that is not durable.
    if (const auto synced = keys_.sync(); !synced) {
        healer_.keys_failed();
        return lose(std::move(waiting), "keys/", synced.error());
    }
    if (const auto appended = log_.append(log_.head(), group); !appended) {
        healer_.log_failed();
        return lose(std::move(waiting), "log/", appended.error());
    }
    // Before the answers: whoever has one sees what it says.
    cache_.all_is_written(log_.head());
    cache_.let_go(awaited_);
    views_.take(std::move(group));
    for (Waiting& each : waiting) answer(std::move(each));
}

/// Of what was to be written nobody knows now whether it was.
void Writer::lose(std::vector<Waiting> waiting, std::string_view store, const Failure& failure) {
    // What evolved since the last synced group may not be in the log.
    cache_.forget_all();
    for (Waiting& each : waiting) {
        for (auto& [done, wait_for_views] : each.answers) {
            finish(done, std::unexpected(Failure{FailureKind::outcome_unknown, failure.detail}));
        }
    }
    stop_writing(store, failure);
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

/// Not here: what waits for an answer is code of others, and everybody waits for the writer.
void Writer::finish(Done& done, Answer answer) {
    --waiting_count_;
    views_.when_applied({}, {}, [done = std::move(done), answer = std::move(answer)](bool) mutable {
        done(std::move(answer));
    });
}

void Writer::stop_writing(std::string_view store, const Failure& failure) {
    spdlog::critical("writing stopped: {}: {} ({})", store, failure.detail, name_of(failure.kind));
    {
        const std::lock_guard lock{mutex_};
        failed_write_ = {"a write to " + std::string{store} + " failed", failure.detail};
    }
    if (failure.kind != FailureKind::sync_failed) return;
    healer_.give_up();
    options_.on_failed_sync(failure.detail);
}

void Writer::heal() {
    if (const auto healed = healer_.heal(); !healed) {
        const Failure& failure = healed.error();
        if (failure.kind == FailureKind::sync_failed) return stop_writing("log/", failure);
        if (!failure.detail.empty()) spdlog::warn("writing stays stopped: {}", failure.detail);
        return;
    }
    // What is found is what happened; nothing that was folded before counts any more.
    cache_.forget_all();
    organizations_.forget_all();
    loader_.forget_all();
    asked_.clear();
    last_stamp_ = std::max(last_stamp_, log_.head_recorded_at());
    {
        const std::lock_guard lock{mutex_};
        failed_write_ = {};
    }
    spdlog::info("writing goes on after position {}", number(log_.head()));
    views_.log_grew();
}

ClockReading Writer::read_clocks() const {
    return {options_.clock(), options_.steady_clock()};
}

bool Writer::trusts(const ClockReading& now) {
    const std::lock_guard lock{mutex_};
    const auto doubt = clock_guard_.doubt(now);
    const bool trusted_before = clock_problem_.text.empty();
    if (doubt && trusted_before) {
        clock_problem_ = {clock_problem(*doubt), {}};
        spdlog::critical("writing stopped: {}", clock_problem_.text);
    } else if (!doubt && !trusted_before) {
        clock_problem_ = {};
        spdlog::info("the clock is right again");
    }
    return !doubt;
}

void Writer::confirm_clock() {
    {
        const std::lock_guard lock{mutex_};
        clock_guard_.confirm(read_clocks());
        if (!clock_problem_.text.empty()) spdlog::info("an operator confirmed the clock");
        clock_problem_ = {};
    }
    wake();
}

/// The time of a commit, never before that of an earlier one; nothing while the clock cannot be
/// trusted.
std::optional<Instant> Writer::stamp() {
    const ClockReading now = read_clocks();
    if (!trusts(now)) return std::nullopt;
    last_stamp_ = std::max(last_stamp_, now.wall);
    return last_stamp_;
}

void Writer::look_for_what_is_due() {
    const auto now = options_.steady_clock();
    if (now < next_due_look_) return;
    next_due_look_ = now + options_.due_interval;
    {
        const std::lock_guard lock{mutex_};
        if (closing_) return;
    }
    // Rows of keys/ that no commit names are written here, so that they wait no longer.
    if (healer_.are_keys_healthy()) {
        if (const auto synced = keys_.sync(); !synced) {
            healer_.keys_failed();
            return stop_writing("keys/", synced.error());
        }
    }
    if (!why_stopped().empty()) return;
    const auto time = stamp();
    if (!time) return;
    constexpr std::size_t organizations_a_look = 256;
    const auto due = views_.with_something_due(*time, organizations_a_look);
    if (!due) {
        if (std::exchange(can_look_, false)) {
            spdlog::error("cannot look for what is due: {}", due.error().detail);
        }
        return;
    }
    can_look_ = true;
    for (const OrganizationId organization : *due) {
        Work work{SettleDue{organization}, {.actor = Actor::the_system()}, {}, {}};
        take(std::move(work));
    }
    flush();
}

}  // namespace muster
