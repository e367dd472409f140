// Applying to the live generation, and what is done when it fails.
#include "projections/live_generation.h"

#include "eventstore/machine/disk_probe.h"
#include "projections/generation_opening.h"

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

}  // namespace

LiveGeneration::LiveGeneration(Generations& generations, const ViewSources& sources,
                               std::shared_ptr<ViewStore> store, const ViewsOptions& options)
    : generations_{generations},
      sources_{sources},
      clock_{options.steady_clock},
      commits_waited_for_{options.commits_waited_for},
      store_{std::move(store)},
      gate_{Snapshot{store_}.applied(), *options.workers, options.steady_clock},
      made_new_until_{whole_from(Snapshot{store_})},
      report_{"views", options.steady_clock} {
    set_stopped(stops_of(Snapshot{store_}, sources_.views));
}

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

/// Tells of those that are new, and after an opening of each.
void LiveGeneration::set_stopped(std::vector<StoppedView> stopped) {
    const std::lock_guard lock{store_mutex_};
    for (const StoppedView& stop : stopped) {
        if (find_stop(stopped_, stop.name) != nullptr) continue;
        spdlog::error("{}: {}; the other views go on, and a rebuild makes it whole",
                      sentence_of(stop), stop.why);
    }
    stopped_ = std::move(stopped);
}

std::vector<StoppedView> LiveGeneration::stopped() const {
    const std::lock_guard lock{store_mutex_};
    return stopped_;
}

bool LiveGeneration::is_far_behind() const {
    const Position applied = gate_.applied();
    const Position wanted = made_new_until_.load();
    return applied < wanted && number(wanted) - number(applied) > commits_waited_for_;
}

std::expected<void, Failure> LiveGeneration::has_all(Position applied) const {
    const Position wanted = made_new_until_.load();
    if (applied >= wanted) return {};
    return std::unexpected(Failure{FailureKind::view_unavailable,
                                   "the views are being made anew, which is at position " +
                                       std::to_string(number(applied)) + " of " +
                                       std::to_string(number(wanted))});
}

const Failure& LiveGeneration::noted(const Failure& failure,
                                     const std::shared_ptr<ViewStore>& store) {
    if (failure.kind != FailureKind::corrupted) return failure;
    const std::lock_guard lock{store_mutex_};
    if (store == store_) {
        is_damaged(*store);
        applying_->wake();
    }
    return failure;
}

void LiveGeneration::is_damaged(ViewStore& store) {
    damaged_ = true;
    // Nothing of it is worth keeping.
    store.remove_when_closed();
}

void LiveGeneration::catch_up() {
    const Position head = sources_.log.head();
    if (number(head) - number(gate_.applied()) > commits_waited_for_) {
        made_new_until_ = head;
        spdlog::info("the views take commits {} to {} beside what goes on; lists wait for that",
                     number(gate_.applied()) + 1, number(head));
        return;
    }
    while (gate_.applied() < head) {
        const std::lock_guard lock{apply_mutex_};
        if (const auto applied = apply_what_is_there(); !applied) {
            stop_for_a_while(applied.error());
            return;
        }
        report_.reach(gate_.applied(), head);
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
    if (is_made_anew()) report_.reach(gate_.applied(), made_new_until_);
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
        auto group = apply_group(*store, sources_, rest,
                                 made_here_ ? UnreadableRow::fault : UnreadableRow::damage);
        if (!group) {
            const auto& [failure, of_the_store] = group.error();
            store_failed_ = of_the_store;
            if (of_the_store && failure.kind == FailureKind::corrupted) is_damaged(*store);
            return std::unexpected(failure);
        }
        if (group->stopped.size() != stopped().size()) set_stopped(std::move(group->stopped));
        gate_.reach(rest[group->commits - 1].position);
        rest = rest.subspan(group->commits);
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
        damaged_ = false;
        made_here_ = true;
    }
    const Snapshot reader{*store};
    const Position applied = reader.applied();
    made_new_until_ = std::max(made_new_until_.load(), whole_from(reader));
    set_stopped(stops_of(reader, sources_.views));
    exchange(std::move(*store));
    store_failed_ = false;
    gate_.reach(applied);
    return {};
}

std::expected<void, NotApplied> LiveGeneration::swap_in(const std::shared_ptr<ViewStore>& store,
                                                        const std::string& name) {
    swap_wanted_ = true;
    auto done = take_place(store, name);
    swap_wanted_ = false;
    applying_->wake();
    return done;
}

std::expected<void, NotApplied> LiveGeneration::take_place(const std::shared_ptr<ViewStore>& store,
                                                           const std::string& name) {
    const std::lock_guard lock{apply_mutex_};
    const Position live_applied = gate_.applied();
    const Position built = Snapshot{store}.applied();
    if (auto done = replay(*store, sources_, built, {live_applied, stopping_, {}}); !done) {
        return done;
    }
    const auto stops = stops_of(Snapshot{store}, sources_.views);
    for (const StoppedView& stop : stops) {
        if (find_stop(stopped_, stop.name) != nullptr) continue;
        return std::unexpected(NotApplied{
            {FailureKind::view_unavailable,
             "the live views stay, for built anew " + sentence_of(stop) + " (" + stop.why + ")"}});
    }
    const auto former_name = generations_.current();
    if (auto done = generations_.make_current(name); !done) {
        return std::unexpected(NotApplied{done.error(), false});
    }
    set_stopped(stops);
    std::shared_ptr<ViewStore> former = exchange(store);
    damaged_ = false;
    made_here_ = true;
    if (!former) former = let_go_.lock();
    if (former) {
        former->remove_when_closed();
    } else if (former_name) {
        generations_.remove(*former_name);
    }
    store_failed_ = false;
    gate_.reach(std::max(built, live_applied));
    return {};
}

}  // namespace muster
