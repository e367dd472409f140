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
constexpr std::uint64_t parts_between_old = 2;

Version later(Version version, std::uint64_t changes) {
    return Version{number(version) + changes};
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
}

void Snapshotter::changed(const Organization& organization) {
    if (number(organization.version) < least_changes_) return;
    const std::lock_guard lock{mutex_};
    Known& known = known_[organization.id];
    if (known.queued || organization.version < known.next) return;
    known.queued = true;
    queue_.push_back({organization.id, organization.version, organization.members.size()});
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
    if (!next)
        spdlog::warn("no snapshot of organisation {}: {}", to_string(due.id), next.error().detail);
    const std::lock_guard lock{mutex_};
    known_[due.id] = {next.value_or(later(due.version, apart(due.members, parts_until_next))),
                      false};
    return true;
}

std::expected<Version, Failure> Snapshotter::make(const Due& due) {
    const std::vector<Version> kept = snapshots_.kept(due.id);
    const std::uint64_t until_next = apart(due.members, parts_until_next);
    const Version last = kept.empty() ? Version{} : kept.back();
    if (due.version < later(last, until_next)) return later(last, until_next);
    const auto then = organization_then(log_, &snapshots_, due.id, {log_.head(), std::nullopt});
    if (!then) return std::unexpected(then.error());
    if (!then->organization) return later(due.version, until_next);
    if (const auto done = snapshots_.keep(*then); !done) return std::unexpected(done.error());
    const Version before = kept.size() < 2 ? Version{} : kept[kept.size() - 2];
    const bool is_near = last < later(before, apart(due.members, parts_between_old));
    if (!kept.empty() && is_near) snapshots_.remove(due.id, last);
    return later(then->organization->version, until_next);
}

}  // namespace muster
