// Makes snapshots beside the live work: of an organisation that changed since its last one by as
// many commits as an eighth of what a snapshot of it holds, and by so many at least. A load folds
// no more commits than that. Of the older ones those stay that are a quarter as many commits apart
// as what they hold, so that they grow no faster than the log. Any thread.
#pragma once

#include "eventstore/machine/workers.h"
#include "projections/snapshots.h"

#include <algorithm>
#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <mutex>

namespace muster {

class Snapshotter {
 public:
    /// `least_changes`: commits between two of one organisation.
    Snapshotter(const EventLog& log, Snapshots& snapshots, std::uint64_t least_changes)
        : log_{log}, snapshots_{snapshots}, least_changes_{least_changes} {}
    ~Snapshotter();
    Snapshotter(const Snapshotter&) = delete;
    Snapshotter& operator=(const Snapshotter&) = delete;

    void start(Workers& workers);
    const Snapshots& snapshots() const { return snapshots_; }
    /// It is in the log like that. Costs a look-up.
    void changed(const Organization& organization);
    /// Makes what is due, in the caller's thread; false when that was nothing.
    bool make_one();

 private:
    struct Due {
        OrganizationId id;
        Version version{};
        std::uint64_t holds = 0;  ///< about
    };
    struct Known {
        Version next{};  ///< nothing is due before
        bool queued = false;
    };

    /// Since when the next is due.
    std::expected<Version, Failure> make(const Due& due);
    std::uint64_t apart(std::uint64_t holds, std::uint64_t parts) const {
        return std::max(least_changes_, holds / parts);
    }

    const EventLog& log_;
    Snapshots& snapshots_;
    const std::uint64_t least_changes_;
    std::mutex mutex_;
    std::map<OrganizationId, Known> known_;  ///< those that changed often enough to have one
    std::deque<Due> queue_;
    std::unique_ptr<Worker> worker_;
};

}  // namespace muster
