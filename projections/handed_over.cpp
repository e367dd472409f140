// Queueing groups.
#include "projections/handed_over.h"

namespace muster {
namespace {

std::size_t weight_of(const std::vector<Commit>& group) {
    std::size_t weight = group.size();
    for (const Commit& commit : group) weight += commit.events.size();
    return weight;
}

}  // namespace

void HandedOver::put(std::vector<Commit> group) {
    if (group.empty()) return;
    const std::lock_guard lock{mutex_};
    kept_ += weight_of(group);
    groups_.push_back(std::move(group));
    if (kept_ <= most_kept) return;
    groups_.clear();
    kept_ = 0;
}

std::vector<Commit> HandedOver::after(Position position) {
    const std::lock_guard lock{mutex_};
    while (!groups_.empty() && groups_.front().back().position <= position) drop_first();
    if (groups_.empty() || groups_.front().front().position > next(position)) return {};
    const auto done = number(position) + 1 - number(groups_.front().front().position);
    kept_ -= weight_of(groups_.front());
    std::vector<Commit> group = std::move(groups_.front());
    groups_.pop_front();
    group.erase(group.begin(), group.begin() + static_cast<std::ptrdiff_t>(done));
    return group;
}

void HandedOver::drop_first() {
    kept_ -= weight_of(groups_.front());
    groups_.pop_front();
}

}  // namespace muster
