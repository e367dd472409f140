// The views in one: the generation that is live, the worker that applies, and beside it the rebuild
// and the comparison, which make generations of their own in the caller's thread.
#include "projections/views.h"

#include "eventstore/machine/disk_probe.h"
#include "projections/applied_gate.h"
#include "projections/audit_trail.h"
#include "projections/comparison.h"
#include "projections/generations.h"
#include "projections/handed_over.h"
#include "projections/invitations_due.h"
#include "projections/member_rows.h"
#include "projections/member_search.h"
#include "projections/memberships.h"
#include "projections/organization_names.h"
#include "projections/outbox.h"
#include "projections/pace.h"
#include "projections/people.h"
#include "projections/projector.h"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <atomic>

namespace muster {
namespace {

/// How long it may take until commits are found that nobody told of.
constexpr std::chrono::milliseconds idle_wait{100};
constexpr std::chrono::milliseconds retry_wait{1'000};
/// Reading from the views takes no longer, mostly.
constexpr std::chrono::milliseconds wait_for_readers{20};
constexpr std::chrono::seconds between_reports{2};
constexpr std::size_t rows_at_once = 1'000;
/// So many commits may be left to apply while the live views are held still for a swap.
constexpr std::uint64_t commits_in_swap = 256;

/// What a reading comes to: a value, or a value or a failure of its own.
template <class Value>
struct Read {
    using Type = std::expected<Value, Failure>;
};
template <class Value>
struct Read<std::expected<Value, Failure>> {
    using Type = std::expected<Value, Failure>;
};

std::expected<std::shared_ptr<ViewStore>, Failure> open_current(const Generations& generations,
                                                                const EventLog& log);
std::expected<std::shared_ptr<ViewStore>, Failure> make_current(Generations& generations,
                                                                const EventLog& log);

class LiveViews final : public Views {
 public:
    LiveViews(Generations generations, const ViewSources& sources, std::shared_ptr<ViewStore> store,
              Position applied, const ViewsOptions& options)
        : generations_{std::move(generations)},
          sources_{sources},
          clock_{options.steady_clock},
          store_{std::move(store)},
          gate_{applied, *options.workers, options.steady_clock},
          made_new_until_{applied == Position{} ? sources.log.head() : Position{}} {}

    ~LiveViews() override {
        stopping_ = true;
        gate_.close();
        applying_.reset();
    }

    /// What was acknowledged is seen by whoever reads first. A failure stays for the worker.
    void catch_up();
    void start(Workers& workers) {
        applying_ = workers.start("muster-views", [this] { return step(); });
    }

    ViewsState state() const override {
        const Position applied = gate_.applied();
        return {applied, rebuilding_ || applied < made_new_until_.load(), gate_.failure()};
    }
    void log_grew() override { applying_->wake(); }
    void take(std::vector<Commit> appended) override {
        handed_over_.put(std::move(appended));
        applying_->wake();
    }
    bool wait_for(Position position, std::chrono::milliseconds at_most) const override {
        return gate_.wait_for(position, at_most);
    }
    void when_applied(Position position, std::chrono::milliseconds at_most,
                      std::move_only_function<void(bool)> done) override {
        gate_.when_applied(position, at_most, std::move(done));
    }

    std::expected<Page<MemberRow>, Failure> members(const MemberQuery& query) const override {
        return read([&](const Snapshot& reader) { return member_page(reader, query); });
    }
    std::expected<void, Failure> each_member(
        MemberQuery query, const std::function<void(const MemberRow&)>& each) const override {
        query.limit = rows_at_once;
        query.cursor.clear();
        return read([&](const Snapshot& reader) -> std::expected<void, Failure> {
            do {
                auto page = member_page(reader, query);
                if (!page) return std::unexpected(page.error());
                std::ranges::for_each(page->rows, each);
                query.cursor = std::move(page->next_cursor);
            } while (!query.cursor.empty() && !reader.failure());
            return {};
        });
    }
    std::expected<void, Failure> each_row(
        OrganizationId organization,
        const std::function<void(const MemberRow&)>& each) const override {
        return read([&](const Snapshot& reader) -> std::expected<void, Failure> {
            each_row_in(reader, organization, each);
            return {};
        });
    }
    std::expected<void, Failure> each_by_name(
        const Roster& roster,
        const std::function<void(std::string_view, const RowFacts&)>& each) const override {
        return read([&](const Snapshot& reader) -> std::expected<void, Failure> {
            muster::each_by_name(reader, roster, each);
            return {};
        });
    }
    std::expected<std::optional<MemberRow>, Failure> member(OrganizationId organization,
                                                            PersonId person) const override {
        return read(
            [&](const Snapshot& reader) { return find_member(reader, organization, person); });
    }
    std::expected<std::optional<MemberRow>, Failure> former(OrganizationId organization,
                                                            PersonId person) const override {
        return read(
            [&](const Snapshot& reader) { return find_former(reader, organization, person); });
    }
    std::expected<std::optional<MemberRow>, Failure> pending(
        OrganizationId organization, InvitationId invitation) const override {
        return read(
            [&](const Snapshot& reader) { return find_pending(reader, organization, invitation); });
    }
    std::expected<bool, Failure> has_had_role(OrganizationId organization,
                                              const RoleId& role) const override {
        return read([&](const Snapshot& reader) {
            return muster::has_had_role(reader, organization, role);
        });
    }
    std::expected<std::map<PersonId, std::string>, Failure> names(
        OrganizationId organization, const std::set<PersonId>& people) const override {
        return read([&](const Snapshot& reader) { return names_in(reader, organization, people); });
    }
    std::expected<Page<Membership>, Failure> memberships(
        const MembershipQuery& query) const override {
        return read([&](const Snapshot& reader) { return memberships_page(reader, query); });
    }
    std::expected<std::optional<PersonRow>, Failure> person(PersonId person) const override {
        return read([&](const Snapshot& reader) { return find_person(reader, person); });
    }
    std::expected<Page<Commit>, Failure> audit(const AuditQuery& query) const override {
        return read(
            [&](const Snapshot& reader) { return audit_page(reader, sources_.log, query); });
    }
    std::expected<std::vector<OrganizationId>, Failure> with_something_due(
        Instant now, std::size_t at_most) const override {
        return read(
            [&](const Snapshot& reader) { return organizations_due(reader, now, at_most); });
    }
    std::expected<std::vector<OwedMail>, Failure> owed_mail(std::size_t at_most) const override {
        return read([&](const Snapshot& reader) { return muster::owed_mail(reader, at_most); });
    }

    std::expected<void, Failure> rebuild(std::function<void(Position)> progress) override;
    std::expected<std::vector<std::string>, Failure> compare_with_replay(
        std::function<void(Position)> progress) override;
    std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const override {
        const std::shared_ptr<ViewStore> store = live();
        return store ? store->size_by_part() : std::vector<std::pair<std::string, std::uint64_t>>{};
    }

 private:
    /// Null while it is being opened again.
    std::shared_ptr<ViewStore> live() const {
        const std::lock_guard lock{store_mutex_};
        return store_;
    }
    std::shared_ptr<ViewStore> exchange_live(std::shared_ptr<ViewStore> store) {
        const std::lock_guard lock{store_mutex_};
        return std::exchange(store_, std::move(store));
    }

    /// What `reading` finds in the views as they are now, unless they cannot be read.
    template <class Reading>
    auto read(const Reading& reading) const ->
        typename Read<std::invoke_result_t<Reading, const Snapshot&>>::Type {
        if (auto all = have_all(); !all) return std::unexpected(all.error());
        const Snapshot reader{live()};
        auto found = reading(reader);
        if (!reader.failure()) return found;
        return std::unexpected(noted(*reader.failure()));
    }
    /// While views are made anew, what they lack yet must not read as if it had never been.
    std::expected<void, Failure> have_all() const {
        if (gate_.applied() >= made_new_until_.load()) return {};
        return std::unexpected(Failure{FailureKind::io_error, "the views are being made anew"});
    }
    /// What cannot be read is built anew where that helps.
    const Failure& noted(const Failure& failure) const {
        if (failure.kind == FailureKind::corrupted) {
            damaged_ = true;
            applying_->wake();
        }
        return failure;
    }

    std::chrono::milliseconds step();
    std::expected<void, Failure> go_on();
    std::expected<void, Failure> apply_what_is_there();
    std::expected<std::vector<Commit>, Failure> commits_after(Position applied);
    std::expected<void, Failure> open_again();
    std::chrono::milliseconds stop_for_a_while(const Failure& failure);
    std::expected<std::shared_ptr<ViewStore>, Failure> make_scratch(std::string& name);
    std::expected<void, Failure> build(ViewStore& store,
                                       const std::function<void(Position)>& progress);
    std::expected<void, Failure> swap_in(const std::shared_ptr<ViewStore>& store,
                                         const std::string& name);

    Generations generations_;
    ViewSources sources_;
    const std::function<std::chrono::microseconds()> clock_;
    mutable std::mutex store_mutex_;  ///< guards the pointer alone
    std::shared_ptr<ViewStore> store_;
    AppliedGate gate_;
    HandedOver handed_over_;
    std::atomic<Position> made_new_until_;
    std::atomic<bool> rebuilding_ = false;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> swap_wanted_ = false;
    /// The live generation is not what was written; it must be built anew.
    mutable std::atomic<bool> damaged_ = false;
    std::mutex scratch_mutex_;  ///< one rebuild or comparison at a time

    std::mutex apply_mutex_;           ///< held in a step, and for a swap; guards what follows
    bool store_failed_ = false;        ///< the handle on the live generation may refuse for ever
    std::weak_ptr<ViewStore> let_go_;  ///< the handle before, which readers may still use
    std::chrono::microseconds next_try_{0};

    std::unique_ptr<Worker> applying_;
};

void LiveViews::catch_up() {
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

std::chrono::milliseconds LiveViews::step() {
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

std::expected<void, Failure> LiveViews::go_on() {
    if (store_failed_ || damaged_) {
        if (auto opened = open_again(); !opened) return opened;
    }
    return apply_what_is_there();
}

std::expected<void, Failure> LiveViews::apply_what_is_there() {
    auto commits = commits_after(gate_.applied());
    if (!commits) return std::unexpected(commits.error());
    const std::shared_ptr<ViewStore> store = live();
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
std::expected<std::vector<Commit>, Failure> LiveViews::commits_after(Position applied) {
    std::vector<Commit> handed_over = handed_over_.after(applied);
    if (!handed_over.empty()) return handed_over;
    return sources_.log.read(next(applied), commits_per_read);
}

std::chrono::milliseconds LiveViews::stop_for_a_while(const Failure& failure) {
    if (gate_.failure() != failure.detail) {
        spdlog::error("the views stopped after position {}: {} ({})", number(gate_.applied()),
                      failure.detail, name_of(failure.kind));
    }
    gate_.fail(failure.detail.empty() ? std::string{name_of(failure.kind)} : failure.detail);
    const auto wait = let_go_.expired() ? retry_wait : wait_for_readers;
    next_try_ = clock_() + wait;
    return wait;
}

std::expected<std::shared_ptr<ViewStore>, Failure> LiveViews::make_scratch(std::string& name) {
    name = generations_.fresh_name();
    auto store = ViewStore::create(generations_.path_of(name), generations_.disk());
    if (!store) return store;
    (*store)->remove_when_closed();
    if (const auto begun = begin_generation(**store, sources_.log); !begun) {
        return std::unexpected(begun.error());
    }
    return store;
}

std::expected<void, Failure> LiveViews::rebuild(std::function<void(Position)> progress) {
    const std::lock_guard one_at_a_time{scratch_mutex_};
    std::string name;
    const auto store = make_scratch(name);
    if (!store) return std::unexpected(store.error());
    rebuilding_ = true;
    auto done = build(**store, progress);
    if (done) {
        swap_wanted_ = true;
        done = swap_in(*store, name);
        swap_wanted_ = false;
        applying_->wake();
    }
    rebuilding_ = false;
    if (done) {
        spdlog::info("the views were built anew, up to position {}", number(gate_.applied()));
    } else {
        spdlog::error("the views could not be built anew: {}", done.error().detail);
    }
    return done;
}

std::expected<void, Failure> LiveViews::build(ViewStore& store,
                                              const std::function<void(Position)>& progress) {
    Position built{};
    while (true) {
        const Position head = sources_.log.head();
        if (auto done = replay(store, sources_, built, {head, stopping_, progress}); !done) {
            return done;
        }
        built = head;
        if (number(sources_.log.head()) - number(built) <= commits_in_swap) return {};
    }
}

std::expected<void, Failure> LiveViews::swap_in(const std::shared_ptr<ViewStore>& store,
                                                const std::string& name) {
    const std::lock_guard lock{apply_mutex_};
    const Position built = Snapshot{store}.applied();
    const Position live_applied = gate_.applied();
    if (auto done = replay(*store, sources_, built, {live_applied, stopping_, {}}); !done) {
        return done;
    }
    if (auto done = generations_.make_current(name); !done) return done;
    store->keep_when_closed();
    std::shared_ptr<ViewStore> former = exchange_live(store);
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

std::expected<std::vector<std::string>, Failure> LiveViews::compare_with_replay(
    std::function<void(Position)> progress) {
    const std::lock_guard one_at_a_time{scratch_mutex_};
    const Snapshot reader{live()};
    std::string name;
    const auto store = make_scratch(name);
    if (!store) return std::unexpected(store.error());
    const Position until = reader.applied();
    if (const auto done = replay(**store, sources_, {}, {until, stopping_, progress}); !done) {
        return std::unexpected(done.error());
    }
    const Snapshot replayed{*store};
    std::vector<std::string> lines = differences(reader, replayed);
    if (reader.failure()) return std::unexpected(noted(*reader.failure()));
    if (replayed.failure()) return std::unexpected(*replayed.failure());
    return lines;
}

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

/// A database that could not write may refuse for ever; a new handle on its files does not.
std::expected<void, Failure> LiveViews::open_again() {
    // Until then whoever reads has what there is.
    if (auto free = probe_disk(generations_.disk(), generations_.folder()); !free) return free;
    if (std::shared_ptr<ViewStore> former = exchange_live(nullptr)) let_go_ = former;
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
    exchange_live(std::move(*store));
    store_failed_ = false;
    gate_.reach(applied);
    return {};
}

}  // namespace

std::expected<std::optional<LogMemory>, Failure> memory_of_views(
    const std::filesystem::path& folder, Disk& disk) {
    const auto there = disk.has(folder / "CURRENT");
    if (!there) return std::unexpected(there.error());
    if (!*there) return std::nullopt;
    const auto generations = Generations::open(folder, disk);
    if (!generations) return std::unexpected(generations.error());
    const auto current = generations->current();
    if (!current) return std::nullopt;
    const auto store = ViewStore::open(generations->path_of(*current), disk);
    // What cannot be read can only be built anew.
    return store ? memory_of(*store) : std::nullopt;
}

std::chrono::microseconds steady_time() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now);
}

std::expected<std::unique_ptr<Views>, Failure> open_views(const std::filesystem::path& folder,
                                                          const EventLog& log, const KeyStore& keys,
                                                          const ViewsOptions& options) {
    auto generations = Generations::open(folder, *options.disk);
    if (!generations) return std::unexpected(generations.error());
    auto store = open_current(*generations, log);
    if (!store && store.error().kind == FailureKind::log_behind) {
        return std::unexpected(store.error());
    }
    if (!store) {
        const bool fresh = store.error().kind == FailureKind::not_found;
        spdlog::log(fresh ? spdlog::level::info : spdlog::level::warn,
                    "the views are built from the log: {}", store.error().detail);
        store = make_current(*generations, log);
        if (!store) return std::unexpected(store.error());
    }
    const Position applied = Snapshot{*store}.applied();
    auto views = std::make_unique<LiveViews>(std::move(*generations), ViewSources{log, keys},
                                             std::move(*store), applied, options);
    views->catch_up();
    views->start(*options.workers);
    return views;
}

}  // namespace muster
