// Keeping, folding and publishing.
#include "projections/organizations.h"

#include "projections/snapshotter.h"

namespace muster {

std::expected<OrganizationState, Failure> Organizations::find(OrganizationId id) {
    Dropped dropped;
    std::unique_lock lock{mutex_};
    while (true) {
        if (auto kept = kept_now(id)) return *kept;
        if (loading_.contains(id)) {
            loaded_.wait(lock);
            continue;
        }
        const std::uint64_t times_forgotten = times_forgotten_;
        loading_[id] = std::nullopt;
        lock.unlock();
        const Position head = log_.head();
        const auto then = organization_then(log_, snapshots(), id, {head, std::nullopt});
        OrganizationState state;
        if (then && then->organization) {
            state = {then->organization, head, Footprint{*then->organization}};
        }
        lock.lock();
        const Loading published = std::move(loading_[id]);
        loading_.erase(id);
        loaded_.notify_all();
        if (published) return *published;
        if (times_forgotten != times_forgotten_) continue;
        if (!then) return std::unexpected(then.error());
        if (state.organization) keep(id, state, dropped);
        return state;
    }
}

std::optional<OrganizationState> Organizations::kept(OrganizationId id) {
    const std::lock_guard lock{mutex_};
    return kept_now(id);
}

void Organizations::publish(std::vector<std::pair<OrganizationId, OrganizationState>> changed,
                            Position head) {
    if (snapshotter_ != nullptr) {
        for (const auto& [id, state] : changed) snapshotter_->changed(*state.organization);
    }
    Dropped dropped;
    const std::lock_guard lock{mutex_};
    for (auto& [id, state] : changed) {
        if (const auto loading = loading_.find(id); loading != loading_.end()) {
            loading->second = state;
        }
        keep(id, std::move(state), dropped);
    }
    position_ = head;
}

void Organizations::forget_all() {
    decltype(entries_) dropped;
    const std::lock_guard lock{mutex_};
    entries_.swap(dropped);
    uses_.clear();
    bytes_ = 0;
    for (auto& [id, published] : loading_) published.reset();
    ++times_forgotten_;
    position_ = log_.head();
}

std::size_t Organizations::count() const {
    const std::lock_guard lock{mutex_};
    return entries_.size();
}

std::size_t Organizations::bytes() const {
    const std::lock_guard lock{mutex_};
    return bytes_;
}

const Snapshots* Organizations::snapshots() const {
    return snapshotter_ == nullptr ? nullptr : &snapshotter_->snapshots();
}

std::optional<OrganizationState> Organizations::kept_now(OrganizationId id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return std::nullopt;
    uses_.splice(uses_.begin(), uses_, found->second.use);
    return found->second.state;
}

void Organizations::keep(OrganizationId id, OrganizationState state, Dropped& dropped) {
    drop(id, dropped);
    uses_.push_front(id);
    bytes_ += state.footprint.bytes();
    entries_.emplace(id, Entry{std::move(state), uses_.begin()});
    while (bytes_ > bytes_kept_ && uses_.size() > 1) drop(OrganizationId{uses_.back()}, dropped);
}

void Organizations::drop(OrganizationId id, Dropped& dropped) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    bytes_ -= found->second.state.footprint.bytes();
    uses_.erase(found->second.use);
    dropped.push_back(std::move(found->second.state));
    entries_.erase(found);
}

}  // namespace muster
