// views/: every read model, in a RocksDB of their own with the WAL on and not synced, so that they
// are always a prefix of the log. Deleting the folder costs only time.
//
// One function applies a commit, live, at a restart and in a rebuild. Every batch carries the
// applied position, the log's id and the views' format; a difference at opening starts a rebuild.
// A view that cannot take a commit stands from there on, until it is built anew, and the others go
// on; what is in the way of all of them is tried again.
//
// Threads: a worker applies what the log gets, and must be told of it; reads may come from any
// thread.
#pragma once

#include "eventstore/keys/keys.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/log_memory.h"
#include "eventstore/machine/disk.h"
#include "eventstore/machine/workers.h"
#include "projections/rows.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace muster {

struct View;

struct ViewState {
    std::string name;
    Position applied{};
    std::string failure;  ///< why it stands; empty while it runs
};

struct ViewsState {
    Position applied{};
    bool rebuilding = false;
    std::string failure;  ///< why all views stopped; empty while they run
    std::vector<ViewState> views;
};

/// A time that only goes forward and that nobody can set.
std::chrono::microseconds steady_time();

struct ViewsOptions {
    Disk* disk = &Disk::of_this_machine();
    Workers* workers = &Workers::with_threads();
    std::function<std::chrono::microseconds()> steady_clock = steady_time;  ///< for deadlines
    /// An opening waits until the views have what the log has, unless they lack more commits.
    std::uint64_t commits_waited_for = UINT64_MAX;
    const std::vector<View>* views = nullptr;  ///< in place of all of them; outlives the Views
};

class Views {
 public:
    virtual ~Views() = default;

    virtual ViewsState state() const = 0;
    /// `view_unavailable`, with how far they are, while they are made anew and lack what was there
    /// before.
    virtual std::expected<void, Failure> have_all() const = 0;
    /// The log has more to apply, which the views find by themselves too, but not at once.
    virtual void log_grew() = 0;
    /// The same, with what it got right after what was taken before, so that it need not be read.
    virtual void take(std::vector<Commit> appended) = 0;
    /// Blocks until `position` is applied or the time is over; true when it is. A view that stands
    /// is not waited for, here and below.
    virtual bool wait_for(Position position, std::chrono::milliseconds at_most) const = 0;
    /// `done` is called once, from a worker that applies nothing: with true when `position` is
    /// applied, with false when the time is over, the views are closing, or they lack more than an
    /// opening waits for.
    virtual void when_applied(Position position, std::chrono::milliseconds at_most,
                              std::move_only_function<void(bool)> done) = 0;

    // Reads say `view_unavailable`, in words that anybody may read, while the view that they need
    // stands, and while the views are made anew and lack what was there before.

    virtual std::expected<Page<MemberRow>, Failure> members(const MemberQuery& query) const = 0;
    /// Every row of the query, whatever its cursor and limit, in order and each once: all are read
    /// at one position.
    virtual std::expected<void, Failure> each_member(
        MemberQuery query, const std::function<void(const MemberRow&)>& each) const = 0;
    /// Everybody of one of its two lists by name at one position: their rows and words.
    virtual std::expected<void, Failure> each_by_name(
        const Roster& roster,
        const std::function<void(std::string_view suffix, const RowFacts& facts)>& each) const = 0;
    virtual std::expected<std::optional<MemberRow>, Failure> member(OrganizationId organization,
                                                                    PersonId person) const = 0;
    /// Who left, and has not joined again.
    virtual std::expected<std::optional<MemberRow>, Failure> former(OrganizationId organization,
                                                                    PersonId person) const = 0;
    virtual std::expected<std::optional<MemberRow>, Failure> pending(
        OrganizationId organization, InvitationId invitation) const = 0;
    /// Whether the organisation has the role, or had it once.
    virtual std::expected<bool, Failure> has_had_role(OrganizationId organization,
                                                      const RoleId& role) const = 0;
    /// The name each is known by in the organisation: as a member, else as a former one, else as
    /// the inviter gave it. Who has none is left out.
    virtual std::expected<std::map<PersonId, std::string>, Failure> names(
        OrganizationId organization, const std::set<PersonId>& people) const = 0;
    virtual std::expected<Page<Membership>, Failure> memberships(
        const MembershipQuery& query) const = 0;
    virtual std::expected<std::optional<PersonRow>, Failure> person(PersonId person) const = 0;
    /// Commits, newest first; what happened is in them.
    virtual std::expected<Page<Commit>, Failure> audit(const AuditQuery& query) const = 0;

    /// Open invitations of organisations not under import whose time is over, oldest first.
    virtual std::expected<std::vector<OrganizationId>, Failure> with_something_due(
        Instant now, std::size_t at_most) const = 0;
    virtual std::expected<std::vector<OwedMail>, Failure> owed_mail(std::size_t at_most) const = 0;

    /// Builds the views anew from the log beside the live ones and swaps; returns when that is
    /// done. `progress` gets the position reached. What was begun before and not finished goes on;
    /// after a failure that is not the new views' own it goes on by itself, and so it does after
    /// the next opening. `view_unavailable` when it is done and a view stands in it.
    virtual std::expected<void, Failure> rebuild(std::function<void(Position)> progress) = 0;
    /// Replays the log into a scratch folder and compares every key and value with the live views
    /// at the same position. Each difference is one line, and so is a view that stands; none when
    /// they are equal.
    virtual std::expected<std::vector<std::string>, Failure> compare_with_replay(
        std::function<void(Position)> progress) = 0;
    /// Before closing: a rebuild or a comparison under way ends soon, and none begins.
    virtual void stop_long_work() = 0;
    virtual std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const = 0;
};

/// What the closed views in a folder know of their log; nothing when there are none, or none that
/// can tell.
std::expected<std::optional<LogMemory>, Failure> memory_of_views(
    const std::filesystem::path& folder, Disk& disk);

/// Opens or makes the views, applies what the log has, which may take long (see the options), and
/// goes on applying.
/// `log_behind` when they have applied what the log does not have; other views that do not fit the
/// log are made anew. The log and the keys must outlive them.
std::expected<std::unique_ptr<Views>, Failure> open_views(const std::filesystem::path& folder,
                                                          const EventLog& log, const KeyStore& keys,
                                                          const ViewsOptions& options = {});

}  // namespace muster
