// Applying to the live generation, and what is done when it fails.
#include "projections/live_generation.h"

#include "eventstore/machine/disk_probe.h"
#include "projections/pace.h"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <utility>

namespace muster {
namespace {

/// How long it may take until commits are found that nobody told of.
constexpr std::chrono::milliseconds idle_wait{100};
constexpr std::chrono::milliseconds retry_wait{1'000};
/// Reading from the views takes no longer, mostly.
constexpr std::chrono::milliseconds wait_for_readers{20};
constexpr std::chrono::seconds between_reports{2};

/// The generation that CURRENT names, if it can go on.
std::expected<std::shared_ptr<ViewStore>, Failure> open_current(const Generations& generations,
                                                                const EventLog& log) {
    const auto current = generations.current();
    if (!current) {
        return std::unexpected(Failure{FailureKind::not_found, "there are no views yet"});
    }
    auto store = ViewStore::open(generations.path_of(*current), generations.disk());
    if (!store) return store;
    if (const auto fits = check_generation(*store, log); !fits) {
        return std::unexpected(fits.error());
    }
    generations.remove_all_but(current);
    return store;
}

/// An empty one in place of whatever there is.
std::expected<std::shared_ptr<ViewStore>, Failure> make_current(Generations& generations,
                                                                const EventLog& log) {
    generations.remove_all_but(std::nullopt);
    const std::string name = generations.fresh_name();
    auto fresh = ViewStore::create(generations.path_of(name), generations.disk());
    if (!fresh) return fresh;
    if (const auto begun = begin_generation(**fresh, log); !begun) {
        return std::unexpected(begun.error());
    }
    if (const auto named = generations.make_current(name); !named) {
        return std::unexpected(named.error());
    }
    return fresh;
}

}  // namespace

std::expected<std::shared_ptr<ViewStore>, Failure> open_or_make_generation(Generations& generations,
                                                                           const EventLog& log) {
    auto store = open_current(generations, log);
    if (store || store.error().kind == FailureKind::log_behind) return store;
    const bool fresh = store.error().kind == FailureKind::not_found;
    spdlog::log(fresh ? spdlog::level::info : spdlog::level::warn,
                "the views are built from the log: {}", store.error().detail);
    return make_current(generations, log);
}

LiveGeneration::LiveGeneration(Generations& generations, const ViewSources& sources,
                               std::shared_ptr<ViewStore> store, const ViewsOptions& options)
    : generations_{generations},
      sources_{sources},
      clock_{options.steady_clock},
      store_{std::move(store)},
      gate_{Snapshot{store_}.applied(), *options.workers, options.steady_clock},
      made_new_until_{gate_.applied() == Position{} ? sources.log.head() : Position{}} {}

LiveGeneration::~LiveGeneration() {
    stopping_ = true;
    gate_.close();
    applying_.reset();
}

void LiveGeneration::start(Workers& workers) {
    applying_ = workers.start("muster-views", [this] { return step(); });
}

void LiveGeneration::take(std::vector<Commit> appended) {
    handed_over_.put(std::move(appended));
    applying_->wake();
}

std::shared_ptr<ViewStore> LiveGeneration::store() const {
    const std::lock_guard lock{store_mutex_};
    return store_;
}

std::shared_ptr<ViewStore> LiveGeneration::exchange(std::shared_ptr<ViewStore> store) {
    const std::lock_guard lock{store_mutex_};
    return std::exchange(store_, std::move(store));
}

const Failure& LiveGeneration::noted(const Failure& failure) const {
    if (failure.kind == FailureKind::corrupted) {
        damaged_ = true;
        applying_->wake();
    }
    return failure;
}

void LiveGeneration::catch_up() {
    const Position head = sources_.log.head();
    auto next_report = clock_() + between_reports;
    Pace pace;
    while (gate_.applied() < head) {
        const std::lock_guard lock{apply_mutex_};
        if (const auto applied = apply_what_is_there(); !applied) {
            stop_for_a_while(applied.error());
            return;
        }
        const auto now = clock_();
        pace.reach(gate_.applied(), now);
        if (now < next_report) continue;
        next_report = now + between_reports;
        spdlog::info("views: position {} of {}, {:.0f} a second, {:.0f} s left",
                     number(gate_.applied()), number(head), pace.rate().value_or(0),
                     pace.seconds_until(head).value_or(0));
    }
}

std::chrono::milliseconds LiveGeneration::step() {
    // The mutex alone would let this worker, which takes it again and again, go first.
    if (swap_wanted_ || stopping_) return idle_wait;
    const std::lock_guard lock{apply_mutex_};
    const bool stopped = !gate_.failure().empty();
    if (stopped && clock_() < next_try_) {
        return std::chrono::ceil<std::chrono::milliseconds>(next_try_ - clock_());
    }
    if (const auto done = go_on(); !done) return stop_for_a_while(done.error());
    if (stopped) {
        spdlog::info("the views go on at position {}", number(gate_.applied()));
        gate_.reach(gate_.applied());
    }
    const bool more = gate_.applied() < sources_.log.head();
    return more ? std::chrono::milliseconds{0} : idle_wait;
}

std::expected<void, Failure> LiveGeneration::go_on() {
    if (store_failed_ || damaged_) {
        if (auto opened = open_again(); !opened) return opened;
    }
    return apply_what_is_there();
}

std::expected<void, Failure> LiveGeneration::apply_what_is_there() {
    auto commits = commits_after(gate_.applied());
    if (!commits) return std::unexpected(commits.error());
    const std::shared_ptr<ViewStore> store = this->store();
    for (std::span<const Commit> rest{*commits}; !rest.empty() && !stopping_;) {
        const auto count = apply_group(*store, sources_, rest);
        if (!count) {
            const auto& [failure, of_the_store] = count.error();
            store_failed_ = of_the_store;
            if (of_the_store && failure.kind == FailureKind::corrupted) damaged_ = true;
            return std::unexpected(failure);
        }
        gate_.reach(rest[*count - 1].position);
        rest = rest.subspan(*count);
    }
    return {};
}

/// Those that were handed over, else what the log has.
std::expected<std::vector<Commit>, Failure> LiveGeneration::commits_after(Position applied) {
    std::vector<Commit> handed_over = handed_over_.after(applied);
    if (!handed_over.empty()) return handed_over;
    return sources_.log.read(next(applied), commits_per_read);
}

std::chrono::milliseconds LiveGeneration::stop_for_a_while(const Failure& failure) {
    if (gate_.failure() != failure.detail) {
        spdlog::error("the views stopped after position {}: {} ({})", number(gate_.applied()),
                      failure.detail, name_of(failure.kind));
    }
    gate_.fail(failure.detail.empty() ? std::string{name_of(failure.kind)} : failure.detail);
    const auto wait = let_go_.expired() ? retry_wait : wait_for_readers;
    next_try_ = clock_() + wait;
    return wait;
}

/// A database that could not write may refuse for ever; a new handle on its files does not.
std::expected<void, Failure> LiveGeneration::open_again() {
    // Until then whoever reads has what there is.
    if (auto free = probe_disk(generations_.disk(), generations_.folder()); !free) return free;
    if (std::shared_ptr<ViewStore> former = exchange(nullptr)) let_go_ = former;
    if (!let_go_.expired()) {
        return std::unexpected(
            Failure{FailureKind::log_unavailable, "they are being opened again"});
    }
    auto store = damaged_ ? std::unexpected(Failure{FailureKind::corrupted, "they are damaged"})
                          : open_current(generations_, sources_.log);
    if (!store) {
        const FailureKind kind = store.error().kind;
        const bool lost = kind == FailureKind::corrupted || kind == FailureKind::not_found;
        if (!lost) return std::unexpected(store.error());
        spdlog::warn("the views are built anew: {}", store.error().detail);
        store = make_current(generations_, sources_.log);
        if (!store) return std::unexpected(store.error());
        made_new_until_ = sources_.log.head();
        damaged_ = false;
    }
    const Position applied = Snapshot{*store}.applied();
    exchange(std::move(*store));
    store_failed_ = false;
    gate_.reach(applied);
    return {};
}

std::expected<void, Failure> LiveGeneration::swap_in(const std::shared_ptr<ViewStore>& store,
                                                     const std::string& name) {
    swap_wanted_ = true;
    auto done = take_place(store, name);
    swap_wanted_ = false;
    applying_->wake();
    return done;
}

std::expected<void, Failure> LiveGeneration::take_place(const std::shared_ptr<ViewStore>& store,
                                                        const std::string& name) {
    const std::lock_guard lock{apply_mutex_};
    const Position built = Snapshot{store}.applied();
    const Position live_applied = gate_.applied();
    if (auto done = replay(*store, sources_, built, {live_applied, stopping_, {}}); !done) {
        return done;
    }
    if (auto done = generations_.make_current(name); !done) return done;
    store->keep_when_closed();
    std::shared_ptr<ViewStore> former = exchange(store);
    if (!former) former = let_go_.lock();
    if (former) {
        former->remove_when_closed();
    } else {
        generations_.remove_all_but(name);
    }
    store_failed_ = false;
    damaged_ = false;
    const Position applied = std::max(built, live_applied);
    gate_.reach(applied);
    return {};
}

}  // namespace muster
