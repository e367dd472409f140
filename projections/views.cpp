// The views in one: the generation that is live, the thread that applies, and beside it the rebuild
// and the comparison, which make generations of their own in the caller's thread.
#include "projections/views.h"

#include "projections/access.h"
#include "projections/applied_gate.h"
#include "projections/audit_trail.h"
#include "projections/comparison.h"
#include "projections/generations.h"
#include "projections/invitations_due.h"
#include "projections/member_rows.h"
#include "projections/member_search.h"
#include "projections/outbox.h"
#include "projections/people.h"
#include "projections/projector.h"

#include <spdlog/spdlog.h>
#include <atomic>
#include <thread>

namespace muster {
namespace {

/// Members and invitations of the organisations that are kept folded in memory.
constexpr std::size_t members_kept = 250'000;
/// How long closing may have to wait for the applying thread.
constexpr std::chrono::milliseconds idle_wait{20};
constexpr std::chrono::milliseconds retry_wait{1'000};
/// So many commits may be left to apply while the live views are held still for a swap.
constexpr std::uint64_t commits_in_swap = 256;

template <class Answer>
std::expected<Answer, Failure> answer(const ViewReader& reader, Answer&& value) {
    if (reader.failure()) return std::unexpected(*reader.failure());
    return std::forward<Answer>(value);
}

class LiveViews final : public Views {
 public:
    LiveViews(Generations generations, const ViewSources& sources, std::shared_ptr<ViewStore> store,
              Position applied)
        : generations_{std::move(generations)},
          sources_{sources},
          store_{std::move(store)},
          access_{sources.log, applied, members_kept},
          gate_{applied},
          made_new_until_{applied == Position{} ? sources.log.head() : Position{}},
          applying_{[this] { run(); }} {}

    ~LiveViews() override {
        {
            const std::lock_guard lock{pause_mutex_};
            stopping_ = true;
        }
        paused_.notify_all();
        gate_.close();
        applying_.join();
    }

    ViewsState state() const override {
        const Position applied = gate_.applied();
        return {applied, rebuilding_ || applied < made_new_until_, gate_.failure()};
    }
    bool wait_for(Position position, std::chrono::milliseconds at_most) const override {
        return gate_.wait_for(position, at_most);
    }
    void when_applied(Position position, std::chrono::milliseconds at_most,
                      std::move_only_function<void(bool)> done) override {
        gate_.when_applied(position, at_most, std::move(done));
    }

    std::expected<Page<MemberRow>, Failure> members(const MemberQuery& query) const override {
        return member_page(Snapshot{live()}, query);
    }
    std::expected<std::optional<MemberRow>, Failure> member(OrganizationId organization,
                                                            PersonId person) const override {
        const Snapshot reader{live()};
        return answer(reader, find_member(reader, organization, person));
    }
    std::expected<std::optional<MemberRow>, Failure> former(OrganizationId organization,
                                                            PersonId person) const override {
        const Snapshot reader{live()};
        return answer(reader, find_former(reader, organization, person));
    }
    std::expected<std::optional<MemberRow>, Failure> pending(
        OrganizationId organization, InvitationId invitation) const override {
        const Snapshot reader{live()};
        return answer(reader, find_pending(reader, organization, invitation));
    }
    std::expected<std::map<PersonId, std::string>, Failure> names(
        OrganizationId organization, const std::set<PersonId>& people) const override {
        const Snapshot reader{live()};
        return answer(reader, names_in(reader, organization, people));
    }
    std::expected<std::optional<PersonRow>, Failure> person(PersonId person) const override {
        const Snapshot reader{live()};
        return answer(reader, find_person(reader, person));
    }
    std::expected<Page<Commit>, Failure> audit(const AuditQuery& query) const override {
        return audit_page(Snapshot{live()}, sources_.log, query);
    }
    std::expected<std::shared_ptr<const Organization>, Failure> organization(
        OrganizationId id) const override {
        return access_.organization(id);
    }
    std::expected<std::vector<OrganizationId>, Failure> with_something_due(
        Instant now, std::size_t at_most) const override {
        const Snapshot reader{live()};
        return answer(reader, organizations_due(reader, now, at_most));
    }
    std::expected<std::vector<OwedMail>, Failure> owed_mail(std::size_t at_most) const override {
        const Snapshot reader{live()};
        return answer(reader, muster::owed_mail(reader, at_most));
    }

    std::expected<void, Failure> rebuild(std::function<void(Position)> progress) override;
    std::expected<std::vector<std::string>, Failure> compare_with_replay(
        std::function<void(Position)> progress) override;
    std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const override {
        return live()->size_by_part();
    }

 private:
    std::shared_ptr<ViewStore> live() const {
        const std::lock_guard lock{store_mutex_};
        return store_;
    }

    void run();
    void let_a_swap_in();
    void set_swap_wanted(bool wanted);
    std::expected<void, Failure> apply_what_is_there();
    void stop_for_a_while(const Failure& failure);
    std::expected<std::shared_ptr<ViewStore>, Failure> make_scratch(std::string& name);
    std::expected<void, Failure> build(ViewStore& store,
                                       const std::function<void(Position)>& progress);
    std::expected<void, Failure> swap_in(const std::shared_ptr<ViewStore>& store,
                                         const std::string& name);

    Generations generations_;
    ViewSources sources_;
    mutable std::mutex store_mutex_;  ///< guards the pointer alone
    std::shared_ptr<ViewStore> store_;
    mutable Access access_;
    AppliedGate gate_;
    const Position made_new_until_;
    std::atomic<bool> rebuilding_ = false;
    std::atomic<bool> stopping_ = false;
    std::mutex apply_mutex_;    ///< held while a group is applied, and for a swap
    std::mutex scratch_mutex_;  ///< one rebuild or comparison at a time
    std::mutex pause_mutex_;
    bool swap_wanted_ = false;
    std::condition_variable paused_;
    std::thread applying_;
};

void LiveViews::run() {
    while (!stopping_) {
        let_a_swap_in();
        const bool stopped = !gate_.failure().empty();
        if (!stopped && !sources_.log.wait_beyond(gate_.applied(), idle_wait)) continue;
        if (const auto applied = apply_what_is_there(); !applied) {
            stop_for_a_while(applied.error());
            continue;
        }
        if (stopped) {
            spdlog::info("the views go on at position {}", number(gate_.applied()));
            gate_.reach(gate_.applied());
        }
    }
}

void LiveViews::let_a_swap_in() {
    std::unique_lock lock{pause_mutex_};
    paused_.wait(lock, [this] { return stopping_ || !swap_wanted_; });
}

std::expected<void, Failure> LiveViews::apply_what_is_there() {
    const std::lock_guard lock{apply_mutex_};
    const auto commits = sources_.log.read(next(gate_.applied()), commits_per_read);
    if (!commits) return std::unexpected(commits.error());
    for (std::span<const Commit> rest{*commits}; !rest.empty() && !stopping_;) {
        const auto count = apply_group(*live(), sources_, rest);
        if (!count) return std::unexpected(count.error());
        access_.apply(rest.first(*count));
        gate_.reach(rest[*count - 1].position);
        rest = rest.subspan(*count);
    }
    return {};
}

void LiveViews::stop_for_a_while(const Failure& failure) {
    if (gate_.failure() != failure.detail) {
        spdlog::error("the views stopped after position {}: {} ({})", number(gate_.applied()),
                      failure.detail, name_of(failure.kind));
    }
    gate_.fail(failure.detail.empty() ? std::string{name_of(failure.kind)} : failure.detail);
    std::unique_lock lock{pause_mutex_};
    paused_.wait_for(lock, retry_wait, [this] { return stopping_.load(); });
}

std::expected<std::shared_ptr<ViewStore>, Failure> LiveViews::make_scratch(std::string& name) {
    name = generations_.fresh_name();
    auto store = ViewStore::create(generations_.path_of(name));
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
        // The mutex alone would let the applying thread, which takes it again and again, go first.
        set_swap_wanted(true);
        done = swap_in(*store, name);
        set_swap_wanted(false);
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

void LiveViews::set_swap_wanted(bool wanted) {
    {
        const std::lock_guard lock{pause_mutex_};
        swap_wanted_ = wanted;
    }
    paused_.notify_all();
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
    live()->remove_when_closed();
    {
        const std::lock_guard pointer_lock{store_mutex_};
        store_ = store;
    }
    const Position applied = std::max(built, live_applied);
    if (applied != live_applied) access_.restart_at(applied);
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
    if (reader.failure()) return std::unexpected(*reader.failure());
    if (replayed.failure()) return std::unexpected(*replayed.failure());
    return lines;
}

/// The generation that CURRENT names, if it can go on; whatever is wrong with it is no failure, as
/// views can be made anew.
std::shared_ptr<ViewStore> usable_generation(const Generations& generations,
                                             const std::string& name, const EventLog& log) {
    auto store = ViewStore::open(generations.path_of(name));
    if (!store) {
        spdlog::warn("the views cannot be opened and are built anew: {}", store.error().detail);
        return nullptr;
    }
    if (const auto why = mismatch(*store, log)) {
        spdlog::warn("the views are built anew: {}", *why);
        return nullptr;
    }
    return std::move(*store);
}

}  // namespace

std::expected<std::unique_ptr<Views>, Failure> open_views(const std::filesystem::path& folder,
                                                          const EventLog& log,
                                                          const KeyStore& keys) {
    auto generations = Generations::open(folder);
    if (!generations) return std::unexpected(generations.error());
    const auto current = generations->current();
    std::shared_ptr<ViewStore> store;
    if (current) {
        store = usable_generation(*generations, *current, log);
    } else {
        spdlog::info("there are no views yet; they are built from the log");
    }
    if (store) {
        generations->remove_all_but(current);
    } else {
        generations->remove_all_but(std::nullopt);
        const std::string name = generations->fresh_name();
        auto fresh = ViewStore::create(generations->path_of(name));
        if (!fresh) return std::unexpected(fresh.error());
        if (const auto begun = begin_generation(**fresh, log); !begun) {
            return std::unexpected(begun.error());
        }
        if (const auto named = generations->make_current(name); !named) {
            return std::unexpected(named.error());
        }
        store = std::move(*fresh);
    }
    const Position applied = Snapshot{store}.applied();
    return std::make_unique<LiveViews>(std::move(*generations), ViewSources{log, keys},
                                       std::move(store), applied);
}

}  // namespace muster
