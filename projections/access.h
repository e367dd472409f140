// Who may do what: organisations folded up to the applied position, for checks. A bounded number is
// kept in memory; a missing one is folded from its stream, the others evolve with each commit that
// is applied. Any thread may ask; only the one that applies tells of commits.
#pragma once

#include "domain/organization.h"
#include "eventstore/log/event_log.h"
#include "projections/footprint.h"

#include <condition_variable>
#include <expected>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

namespace muster {

class Access {
 public:
    /// Keeps organisations of at most about so many bytes together, the least recently used going
    /// first, and always the one asked for last.
    Access(const EventLog& log, Position applied, std::size_t bytes_kept);

    /// Null where there is none. Folding a missing one happens in the caller's thread.
    std::expected<std::shared_ptr<const Organization>, Failure> organization(OrganizationId id);

    /// The commits that follow what was applied before.
    void apply(std::span<const Commit> commits);
    /// Forgets everything and goes on from this position.
    void restart_at(Position applied);

    std::size_t kept() const;

 private:
    struct Entry {
        std::shared_ptr<Organization> organization;
        Footprint footprint;
        std::list<OrganizationId>::iterator use;
    };
    /// An organisation that some thread folds right now, and what happened to it meanwhile.
    struct Loading {
        std::vector<Commit> missed;
    };

    void apply_one(const Commit& commit, OrganizationId id);
    void keep(OrganizationId id, std::shared_ptr<Organization> organization);
    void shrink();

    const EventLog& log_;
    const std::size_t bytes_kept_;
    mutable std::mutex mutex_;
    std::condition_variable loaded_;
    Position applied_;
    std::uint64_t restarts_ = 0;
    std::size_t bytes_ = 0;
    std::list<OrganizationId> uses_;  ///< the latest first
    std::unordered_map<OrganizationId, Entry> entries_;
    std::map<OrganizationId, Loading> loading_;
};

}  // namespace muster
