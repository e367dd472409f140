// Building and comparing beside the live generation.
#include "projections/rebuild.h"

#include "projections/comparison.h"

#include <spdlog/spdlog.h>
#include <algorithm>

namespace muster {
namespace {

/// So many commits may be left to apply while the live views are held still for a swap.
constexpr std::uint64_t commits_in_swap = 256;
constexpr std::chrono::milliseconds wait_after_failure{1'000};
constexpr std::chrono::milliseconds wait_for_callers{100};
constexpr std::chrono::milliseconds until_woken = std::chrono::hours{1};

}  // namespace

Rebuild::Rebuild(Generations& generations, const ViewSources& sources, LiveGeneration& live,
                 const ViewsOptions& options)
    : generations_{generations},
      sources_{sources},
      live_{live},
      workers_{*options.workers},
      clock_{options.steady_clock} {}

Rebuild::~Rebuild() {
    stop();
    worker_.reset();
}

void Rebuild::resume() {
    const std::lock_guard one_at_a_time{one_at_a_time_};
    const auto name = generations_.rebuilding();
    if (!name) return;
    if (auto unfinished = open_unfinished(generations_, sources_)) {
        take_up(std::move(*unfinished));
        spdlog::info("the rebuild of the views goes on");
        return work_by_itself();
    }
    generations_.forget_rebuilding();
    if (name == generations_.current()) return;
    spdlog::warn("the rebuild of the views that was cut short cannot go on");
    generations_.remove(*name);
}

std::expected<void, Failure> Rebuild::run(const std::function<void(Position)>& progress) {
    const std::unique_lock one_at_a_time = turn();
    while (true) {
        const auto done = go_on();
        if (!done) {
            spdlog::error("the views could not be built anew: {}", done.error().detail);
            if (unfinished_) work_by_itself();
            return std::unexpected(done.error());
        }
        if (progress) progress(built_);
        if (*done) return finish();
    }
}

/// The worker, which takes the mutex again and again, lets callers go first.
std::unique_lock<std::mutex> Rebuild::turn() {
    ++callers_;
    std::unique_lock lock{one_at_a_time_};
    --callers_;
    return lock;
}

void Rebuild::work_by_itself() {
    if (worker_) return worker_->wake();
    worker_ = workers_.start("muster-rebuild", [this] { return step(); });
}

std::chrono::milliseconds Rebuild::step() {
    const std::unique_lock lock{one_at_a_time_, std::try_to_lock};
    if (!lock || callers_ > 0) return wait_for_callers;
    if (!unfinished_ || stopping_) return until_woken;
    const auto done = go_on();
    if (!done) {
        if (std::exchange(last_failure_, done.error().detail) != done.error().detail) {
            spdlog::error("the views are not built anew now: {}", done.error().detail);
        }
        return wait_after_failure;
    }
    last_failure_.clear();
    if (*done) finish();
    return std::chrono::milliseconds{0};
}

void Rebuild::take_up(NamedGeneration generation) {
    unfinished_ = std::move(generation);
    report_.emplace("views built anew", clock_);
    running_ = true;
}

void Rebuild::let_go() {
    generations_.forget_rebuilding();
    unfinished_.reset();
    running_ = false;
}

std::expected<void, Failure> Rebuild::begin() {
    auto made = make_generation(generations_, sources_.log);
    if (!made) return std::unexpected(made.error());
    if (auto noted = generations_.remember_rebuilding(made->name); !noted) return noted;
    made->store->keep_when_closed();
    take_up(std::move(*made));
    return {};
}

/// A part of it; true when it was the last one.
std::expected<bool, Failure> Rebuild::go_on() {
    if (stopping_) {
        return std::unexpected(Failure{FailureKind::shutting_down, "the views are closing"});
    }
    if (!unfinished_) {
        if (const auto begun = begin(); !begun) return std::unexpected(begun.error());
    }
    const auto done = build_on();
    if (done) return *done;
    if (done.error().of_the_store) {
        unfinished_->store->remove_when_closed();
        let_go();
    }
    return std::unexpected(done.error().failure);
}

std::expected<bool, NotApplied> Rebuild::build_on() {
    built_ = Snapshot{unfinished_->store}.applied();
    const Position head = sources_.log.head();
    if (number(head) - number(built_) > commits_in_swap) {
        const Position until{std::min(number(head), number(built_) + commits_per_read)};
        auto done = replay(*unfinished_->store, sources_, built_, {until, stopping_, {}});
        if (!done) return std::unexpected(done.error());
        built_ = until;
        report_->reach(built_, head);
        return false;
    }
    auto done = live_.swap_in(unfinished_->store, unfinished_->name);
    if (!done) return std::unexpected(done.error());
    built_ = live_.gate().applied();
    return true;
}

/// After the swap.
std::expected<void, Failure> Rebuild::finish() {
    const auto stops = stops_of(Snapshot{unfinished_->store}, sources_.views);
    let_go();
    spdlog::info("the views were built anew, up to position {}", number(built_));
    if (stops.empty()) return {};
    std::string all = "the views were built anew, but";
    for (const StoppedView& stop : stops) {
        all +=
            (&stop == &stops.front() ? " " : " and ") + sentence_of(stop) + " (" + stop.why + ")";
    }
    spdlog::error("{}", all);
    return std::unexpected(Failure{FailureKind::view_unavailable, all});
}

std::expected<std::vector<std::string>, Failure> Rebuild::compare(
    const std::function<void(Position)>& progress) {
    const std::unique_lock one_at_a_time = turn();
    const std::shared_ptr<ViewStore> live = live_.store();
    const Snapshot reader{live};
    const auto scratch = make_generation(generations_, sources_.log);
    if (!scratch) return std::unexpected(scratch.error());
    const Position until = reader.applied();
    const Replay order{until, stopping_, progress};
    if (const auto done = replay(*scratch->store, sources_, {}, order); !done) {
        return std::unexpected(done.error().failure);
    }
    const Snapshot replayed{scratch->store};
    std::vector<std::string> lines = differences(reader, replayed, sources_.views);
    if (reader.failure()) return std::unexpected(live_.noted(*reader.failure(), live));
    if (replayed.failure()) return std::unexpected(*replayed.failure());
    return lines;
}

}  // namespace muster
