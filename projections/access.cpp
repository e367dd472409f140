// The cache of folded organisations.
#include "projections/access.h"

#include "projections/stream_fold.h"
#include "projections/views.h"

namespace muster {
Access::Access(const EventLog& log, Position applied, std::size_t bytes_kept)
    : log_{log}, bytes_kept_{bytes_kept}, applied_{applied} {}

std::expected<std::shared_ptr<const Organization>, Failure> Access::organization(
    OrganizationId id) {
    std::unique_lock lock{mutex_};
    while (true) {
        if (const auto found = entries_.find(id); found != entries_.end()) {
            uses_.splice(uses_.begin(), uses_, found->second.use);
            return found->second.organization;
        }
        if (!loading_.contains(id)) break;
        loaded_.wait(lock);
    }
    while (true) {
        const Position at = applied_;
        const std::uint64_t restarts = restarts_;
        loading_[id] = {};
        lock.unlock();
        const auto folded = fold_organization(log_, id, at, std::nullopt);
        // fold_organization gives what it alone holds; here it goes on evolving.
        auto organization = folded ? std::const_pointer_cast<Organization>(*folded) : nullptr;
        lock.lock();
        const std::vector<Commit> missed = std::move(loading_[id].missed);
        if (folded && restarts != restarts_) continue;
        loading_.erase(id);
        loaded_.notify_all();
        if (!folded) return std::unexpected(folded.error());
        for (const Commit& commit : missed) {
            if (!organization) organization = std::make_shared<Organization>();
            fold_commit(*organization, id, commit);
        }
        if (organization) keep(id, organization);
        return organization;
    }
}

void Access::apply(std::span<const Commit> commits) {
    const std::lock_guard lock{mutex_};
    for (const Commit& commit : commits) {
        for (const TouchedStream& touched : commit.streams) {
            if (touched.stream.kind != StreamKind::organization) continue;
            apply_one(commit, OrganizationId{touched.stream.id});
        }
        applied_ = commit.position;
    }
    shrink();
}

void Access::restart_at(Position applied) {
    const std::lock_guard lock{mutex_};
    entries_.clear();
    uses_.clear();
    bytes_ = 0;
    applied_ = applied;
    ++restarts_;
}

std::size_t Access::kept() const {
    const std::lock_guard lock{mutex_};
    return entries_.size();
}

void Access::apply_one(const Commit& commit, OrganizationId id) {
    if (const auto loading = loading_.find(id); loading != loading_.end()) {
        loading->second.missed.push_back(commit);
    }
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    // Somebody reads it: they keep what they have, and this goes on with a copy. Nobody new can
    // come to it here, under the mutex.
    if (entry.organization.use_count() > 1) {
        entry.organization = std::make_shared<Organization>(*entry.organization);
    } else {
        // Pairs with the release of whoever let go of it last.
        std::atomic_thread_fence(std::memory_order_acquire);
    }
    fold_commit(*entry.organization, id, commit);
    bytes_ -= entry.footprint.bytes();
    entry.footprint.grow(commit.events, *entry.organization);
    bytes_ += entry.footprint.bytes();
}

void Access::keep(OrganizationId id, std::shared_ptr<Organization> organization) {
    uses_.push_front(id);
    const Footprint footprint{*organization};
    bytes_ += footprint.bytes();
    entries_.emplace(id, Entry{std::move(organization), footprint, uses_.begin()});
    shrink();
}

void Access::shrink() {
    while (bytes_ > bytes_kept_ && uses_.size() > 1) {
        const auto oldest = entries_.find(uses_.back());
        bytes_ -= oldest->second.footprint.bytes();
        entries_.erase(oldest);
        uses_.pop_back();
    }
}

}  // namespace muster
