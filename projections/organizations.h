// The organisations as they are by what was acknowledged: one value each, which the writer decides
// on and publishes anew after each group, and readers take. Nobody waits for anybody: whoever has a
// value keeps it. How many are kept is bounded in bytes, the least recently used going first; one
// that is not kept is folded from the log. Any thread may ask; one alone publishes.
#pragma once

#include "domain/organization.h"
#include "eventstore/log/event_log.h"
#include "projections/footprint.h"

#include <atomic>
#include <condition_variable>
#include <expected>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster {

class Snapshots;
class Snapshotter;

/// An organisation at one moment.
struct OrganizationState {
    std::shared_ptr<const Organization> organization;  ///< null: there is none
    Position
        position{};  ///< no commit after this one is in it, and none that changed it is left out
    Footprint footprint;
};

class Organizations {
 public:
    /// Keeps about so many bytes, and always the one asked for last. The snapshotter, where there
    /// is one, is told of what changes, and what it made is where a fold begins.
    Organizations(const EventLog& log, std::size_t bytes_kept, Snapshotter* snapshotter = nullptr)
        : log_{log}, bytes_kept_{bytes_kept}, snapshotter_{snapshotter}, position_{log.head()} {}

    /// Folding one that is not kept happens in the caller's thread, once for all who ask.
    std::expected<OrganizationState, Failure> find(OrganizationId id);
    /// The same of those that are kept; nothing of others.
    std::optional<OrganizationState> kept(OrganizationId id);

    /// What became of these by the commits up to `head`, which are in the log now.
    void publish(std::vector<std::pair<OrganizationId, OrganizationState>> changed, Position head);
    /// The log may hold what nobody published.
    void forget_all();

    /// All commits up to this one are in what is found from now on.
    Position position() const { return position_; }
    std::size_t count() const;
    std::size_t bytes() const;

 private:
    struct Entry {
        OrganizationState state;
        std::list<OrganizationId>::iterator use;
    };
    /// One that some thread folds right now, and what was published of it meanwhile.
    using Loading = std::optional<OrganizationState>;

    /// What goes, which may be much, goes when nobody is kept waiting.
    using Dropped = std::vector<OrganizationState>;

    const Snapshots* snapshots() const;
    std::optional<OrganizationState> kept_now(OrganizationId id);
    void keep(OrganizationId id, OrganizationState state, Dropped& dropped);
    void drop(OrganizationId id, Dropped& dropped);

    const EventLog& log_;
    const std::size_t bytes_kept_;
    Snapshotter* const snapshotter_;
    std::atomic<Position> position_;
    mutable std::mutex mutex_;
    std::condition_variable loaded_;
    std::uint64_t times_forgotten_ = 0;
    std::size_t bytes_ = 0;
    std::list<OrganizationId> uses_;  ///< the latest first
    std::unordered_map<OrganizationId, Entry> entries_;
    std::map<OrganizationId, Loading> loading_;
};

}  // namespace muster
