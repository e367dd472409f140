// Commits from one log to another.
#include "eventstore/copies/copy_commits.h"

#include "eventstore/form/codec.h"

namespace muster {
namespace {

constexpr std::size_t batch_commits = 512;
constexpr std::size_t batch_bytes = 8U << 20U;

std::unexpected<Failure> corrupted_at(Position position, const std::string& what) {
    return std::unexpected(
        Failure{FailureKind::corrupted, "commit " + std::to_string(number(position)) + ' ' + what});
}

}  // namespace

std::expected<Commit, Failure> whole_commit(const StoredCommit& stored) {
    auto commit = decode(stored.bytes);
    if (!commit) {
        auto failure = corrupted_at(stored.position, "cannot be read: " + commit.error().detail);
        failure.error().kind = commit.error().kind;
        return failure;
    }
    if (commit->position != stored.position) {
        return corrupted_at(stored.position,
                         "says that it is " + std::to_string(number(commit->position)));
    }
    if (encode(*commit) != stored.bytes) {
        return corrupted_at(stored.position, "is not in the form that this release writes");
    }
    return commit;
}

std::expected<void, Failure> CommitCopier::add(const StoredCommit& stored) {
    const auto wanted = next(reached_);
    if (stored.position != wanted) {
        return corrupted_at(
            wanted, "is missing; " + std::to_string(number(stored.position)) + " is there instead");
    }
    auto commit = whole_commit(stored);
    if (!commit) return std::unexpected(commit.error());
    waiting_.push_back(std::move(*commit));
    waiting_bytes_ += stored.bytes.size();
    reached_ = wanted;
    if (waiting_.size() < batch_commits && waiting_bytes_ < batch_bytes) return {};
    return finish();
}

std::expected<void, Failure> CommitCopier::finish() {
    if (waiting_.empty()) return {};
    const auto appended = to_.append(to_.head(), waiting_);
    if (!appended) return std::unexpected(appended.error());
    waiting_.clear();
    waiting_bytes_ = 0;
    return {};
}

}  // namespace muster
