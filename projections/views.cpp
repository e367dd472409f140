// The views in one: reading from the live generation, and the rebuild and the comparison beside it.
#include "projections/views.h"

#include "projections/audit_trail.h"
#include "projections/invitations_due.h"
#include "projections/member_index.h"
#include "projections/member_rows.h"
#include "projections/member_search.h"
#include "projections/memberships.h"
#include "projections/organization_names.h"
#include "projections/outbox.h"
#include "projections/people.h"
#include "projections/rebuild.h"

#include <algorithm>

namespace muster {
namespace {

constexpr std::size_t rows_at_once = 1'000;

/// What a reading comes to: a value, or a value or a failure of its own.
template <class Value>
struct Read {
    using Type = std::expected<Value, Failure>;
};
template <class Value>
struct Read<std::expected<Value, Failure>> {
    using Type = std::expected<Value, Failure>;
};

class LiveViews final : public Views {
 public:
    LiveViews(Generations generations, const ViewSources& sources, std::shared_ptr<ViewStore> store,
              const ViewsOptions& options)
        : generations_{std::move(generations)},
          sources_{sources},
          live_{generations_, sources, std::move(store), options},
          rebuild_{generations_, sources, live_, options} {
        // What was acknowledged is seen by whoever reads first.
        live_.catch_up();
        live_.start(*options.workers);
        rebuild_.resume();
    }

    ViewsState state() const override {
        ViewsState state{.applied = live_.gate().applied(),
                         .rebuilding = rebuild_.is_running() || live_.is_made_anew(),
                         .failure = live_.gate().failure(),
                         .views = {}};
        const auto stopped = live_.stopped();
        for (const View& view : sources_.views) {
            const StoppedView* stop = find_stop(stopped, view.name);
            state.views.push_back({.name = std::string{view.name},
                                   .applied = stop != nullptr ? stop->applied : state.applied,
                                   .failure = stop != nullptr ? stop->why : state.failure});
        }
        return state;
    }
    std::expected<void, Failure> have_all() const override {
        return live_.has_all(live_.gate().applied());
    }
    void log_grew() override { live_.log_grew(); }
    void take(std::vector<Commit> appended) override { live_.take(std::move(appended)); }
    bool wait_for(Position position, std::chrono::milliseconds at_most) const override {
        return live_.gate().wait_for(position, at_most);
    }
    void when_applied(Position position, std::chrono::milliseconds at_most,
                      std::move_only_function<void(bool)> done) override {
        if (live_.is_far_behind()) at_most = {};
        live_.gate().when_applied(position, at_most, std::move(done));
    }

    std::expected<Page<MemberRow>, Failure> members(const MemberQuery& query) const override {
        return read(view_names::members,
                    [&](const Snapshot& reader) { return member_page(reader, query); });
    }
    std::expected<void, Failure> each_member(
        MemberQuery query, const std::function<void(const MemberRow&)>& each) const override {
        query.limit = rows_at_once;
        query.cursor.clear();
        return read(view_names::members,
                    [&](const Snapshot& reader) -> std::expected<void, Failure> {
                        do {
                            auto page = member_page(reader, query);
                            if (!page) return std::unexpected(page.error());
                            std::ranges::for_each(page->rows, each);
                            query.cursor = std::move(page->next_cursor);
                        } while (!query.cursor.empty() && !reader.failure());
                        return {};
                    });
    }
    std::expected<void, Failure> each_by_name(
        const Roster& roster,
        const std::function<void(std::string_view, const RowFacts&)>& each) const override {
        return read(view_names::members,
                    [&](const Snapshot& reader) -> std::expected<void, Failure> {
                        muster::each_by_name(reader, roster, each);
                        return {};
                    });
    }
    std::expected<std::optional<MemberRow>, Failure> member(OrganizationId organization,
                                                            PersonId person) const override {
        return read(view_names::members, [&](const Snapshot& reader) {
            return find_member(reader, organization, person);
        });
    }
    std::expected<std::optional<MemberRow>, Failure> former(OrganizationId organization,
                                                            PersonId person) const override {
        return read(view_names::members, [&](const Snapshot& reader) {
            return find_former(reader, organization, person);
        });
    }
    std::expected<std::optional<MemberRow>, Failure> pending(
        OrganizationId organization, InvitationId invitation) const override {
        return read(view_names::members, [&](const Snapshot& reader) {
            return find_pending(reader, organization, invitation);
        });
    }
    std::expected<bool, Failure> has_had_role(OrganizationId organization,
                                              const RoleId& role) const override {
        return read(view_names::members, [&](const Snapshot& reader) {
            return muster::has_had_role(reader, organization, role);
        });
    }
    std::expected<std::map<PersonId, std::string>, Failure> names(
        OrganizationId organization, const std::set<PersonId>& people) const override {
        return read(view_names::members,
                    [&](const Snapshot& reader) { return names_in(reader, organization, people); });
    }
    std::expected<Page<Membership>, Failure> memberships(
        const MembershipQuery& query) const override {
        return read(view_names::members,
                    [&](const Snapshot& reader) { return memberships_page(reader, query); });
    }
    std::expected<std::optional<PersonRow>, Failure> person(PersonId person) const override {
        return read(view_names::members,
                    [&](const Snapshot& reader) { return find_person(reader, person); });
    }
    std::expected<Page<Commit>, Failure> audit(const AuditQuery& query) const override {
        return read(view_names::audit, [&](const Snapshot& reader) {
            return audit_page(reader, sources_.log, query);
        });
    }
    std::expected<std::vector<OrganizationId>, Failure> with_something_due(
        Instant now, std::size_t at_most) const override {
        return read(view_names::due, [&](const Snapshot& reader) {
            return organizations_due(reader, now, at_most);
        });
    }
    std::expected<std::vector<OwedMail>, Failure> owed_mail(std::size_t at_most) const override {
        return read(view_names::outbox,
                    [&](const Snapshot& reader) { return muster::owed_mail(reader, at_most); });
    }

    std::expected<void, Failure> rebuild(std::function<void(Position)> progress) override {
        return rebuild_.run(progress);
    }
    std::expected<std::vector<std::string>, Failure> compare_with_replay(
        std::function<void(Position)> progress) override {
        return rebuild_.compare(progress);
    }
    void stop_long_work() override { rebuild_.stop(); }
    std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const override {
        const std::shared_ptr<ViewStore> store = live_.store();
        return store ? store->size_by_part() : std::vector<std::pair<std::string, std::uint64_t>>{};
    }

 private:
    /// What `reading` finds in the view as it is now, unless that cannot be read or stands.
    template <class Reading>
    auto read(std::string_view view, const Reading& reading) const ->
        typename Read<std::invoke_result_t<Reading, const Snapshot&>>::Type {
        const std::shared_ptr<ViewStore> store = live_.store();
        const Snapshot reader{store};
        if (auto all = live_.has_all(reader.applied()); !reader.failure() && !all) {
            return std::unexpected(all.error());
        }
        if (const auto stop = stop_of(reader, view)) {
            return std::unexpected(Failure{FailureKind::view_unavailable, sentence_of(*stop)});
        }
        auto found = reading(reader);
        if (!reader.failure()) return found;
        return std::unexpected(live_.noted(*reader.failure(), store));
    }

    Generations generations_;
    const ViewSources sources_;
    mutable LiveGeneration live_;  ///< notes what a reading meets
    Rebuild rebuild_;
};

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
    const ViewSources sources{log, keys, options.views != nullptr ? *options.views : all_views()};
    auto store = open_or_make_current(*generations, sources);
    if (!store) return std::unexpected(store.error());
    return std::make_unique<LiveViews>(std::move(*generations), sources, std::move(*store),
                                       options);
}

}  // namespace muster
