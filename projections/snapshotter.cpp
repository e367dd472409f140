// When a snapshot is due, and which of the older ones go.
#include "projections/snapshotter.h"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <chrono>

namespace muster {
namespace {

/// Nothing comes by itself.
constexpr std::chrono::milliseconds until_asked = std::chrono::hours{1};
constexpr std::uint64_t parts_until_next = 8;
constexpr std::uint64_t parts_between_old = 4;

Version later(Version version, std::uint64_t changes) {
    return Version{number(version) + changes};
}

/// How many people, invitations and the like a snapshot holds; of those who left only what the
/// organisation itself knows.
std::uint64_t held_by(const Organization& organization) {
    return organization.members.size() + organization.invitations.size() +
           organization.ended_invitations.size() + organization.mailed.size();
}
std::uint64_t held_by(const OrganizationThen& then) {
    return held_by(*then.organization) + then.former.size() + then.unasked.size();
}

}  // namespace

Snapshotter::~Snapshotter() {
    std::unique_ptr<Worker> worker;
    const std::lock_guard lock{mutex_};
    worker = std::move(worker_);
}

void Snapshotter::start(Workers& workers) {
    auto worker = workers.start("muster-snapshot", [this] {
        return make_one() ? std::chrono::milliseconds{0} : until_asked;
    });
    const std::lock_guard lock{mutex_};
    worker_ = std::move(worker);
    // What came before there was somebody to wake.
    worker_->wake();
}

void Snapshotter::changed(const Organization& organization) {
    if (number(organization.version) < least_changes_) return;
    const std::lock_guard lock{mutex_};
    Known& known = known_[organization.id];
    if (known.queued || organization.version < known.next) return;
    known.queued = true;
    queue_.push_back({organization.id, organization.version, held_by(organization)});
    if (worker_) worker_->wake();
}

bool Snapshotter::make_one() {
    Due due;
    {
        const std::lock_guard lock{mutex_};
        if (queue_.empty()) return false;
        due = queue_.front();
        queue_.pop_front();
    }
    const auto next = make(due);
    if (!next) {
        spdlog::warn("no snapshot of organisation {}: {}", to_string(due.id), next.error().detail);
    }
    const Version otherwise = later(due.version, apart(due.holds, parts_until_next));
    const std::lock_guard lock{mutex_};
    known_[due.id] = {next.value_or(otherwise), false};
    return true;
}

std::expected<Version, Failure> Snapshotter::make(const Due& due) {
    std::vector<Version> kept = snapshots_.kept_when_tidied(due.id);
    // A log that was put back and goes on from there has not come that far.
    for (; !kept.empty() && kept.back() > due.version; kept.pop_back()) {
        snapshots_.remove(due.id, kept.back());
    }
    const Version last = kept.empty() ? Version{} : kept.back();
    const Version next_due = later(last, apart(due.holds, parts_until_next));
    if (due.version < next_due) return next_due;
    const auto then = organization_then(log_, &snapshots_, due.id, {log_.head(), std::nullopt});
    if (!then) return std::unexpected(then.error());
    if (!then->organization) return later(due.version, apart(due.holds, parts_until_next));
    if (const auto done = snapshots_.keep(*then); !done) return std::unexpected(done.error());
    const std::uint64_t holds = held_by(*then);
    const Version before = kept.size() < 2 ? Version{} : kept[kept.size() - 2];
    const bool is_near = last < later(before, apart(holds, parts_between_old));
    if (!kept.empty() && is_near) snapshots_.remove(due.id, last);
    return later(then->organization->version, apart(holds, parts_until_next));
}

}  // namespace muster
