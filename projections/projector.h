// The one function that applies commits to the views of a generation, to each by its own: live, at
// a restart and in a rebuild alike. One group is one batch, which carries where the views are and
// of which log.
#pragma once

#include "eventstore/keys/keys.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/log_memory.h"
#include "projections/stopped_views.h"
#include "projections/view.h"

#include <atomic>
#include <expected>
#include <functional>
#include <span>
#include <vector>

namespace muster {

/// What views are made from.
struct ViewSources {
    const EventLog& log;
    const KeyStore& keys;
    const std::vector<View>& views = all_views();
};

/// Commits that are read from the log at once.
constexpr std::size_t commits_per_read = 256;

/// Marks an empty generation as one of this log, as it is now, and this format.
std::expected<void, Failure> begin_generation(ViewStore& store, const EventLog& log);
/// Until it has applied this it lacks what there was before it was made.
Position whole_from(const ViewReader& reader);

/// What this generation knows of its log; nothing when it cannot tell.
std::optional<LogMemory> memory_of(const std::shared_ptr<ViewStore>& store);

/// Whether this generation can go on with this log: `corrupted` with the reason when it cannot,
/// `log_behind` when it is the log that lacks something, another failure when neither can be told
/// now.
std::expected<void, Failure> check_generation(const std::shared_ptr<ViewStore>& store,
                                              const EventLog& log);

/// Why a group was not applied, and whether that is the store's own failure: another handle on it,
/// or building it anew, helps against no failure of what the views are made from.
struct NotApplied {
    Failure failure;
    bool of_the_store = true;
};

struct AppliedGroup {
    std::size_t commits = 0;           ///< at least one
    std::vector<StoppedView> stopped;  ///< the views that stand, now that they are applied
};

/// What it is that a view cannot read a row of its own: damage of the store, or the view's fault,
/// since the rows were made by this very release.
enum class UnreadableRow : std::uint8_t { damage, fault };

/// Applies a first part of `commits` as one group. They must follow the applied position. A view
/// that cannot take one of them stands from there on, without any of it; the others go on.
std::expected<AppliedGroup, NotApplied> apply_group(
    ViewStore& store, const ViewSources& sources, std::span<const Commit> commits,
    UnreadableRow unreadable = UnreadableRow::fault);

struct Replay {
    Position until{};
    const std::atomic<bool>& stopping;
    const std::function<void(Position)>& progress;  ///< may be empty
};
/// Applies from `from` (what the store has applied) up to `until` exactly; `shutting_down` when
/// stopped on the way.
std::expected<void, NotApplied> replay(ViewStore& store, const ViewSources& sources, Position from,
                                       const Replay& order);

}  // namespace muster
