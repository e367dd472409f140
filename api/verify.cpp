// Reading the log from the first commit to the head.
#include "api/verify.h"

#include "domain/fold.h"
#include "eventstore/form/codec.h"
#include "eventstore/proof/checkpoint.h"

#include <map>

namespace muster {
namespace {

constexpr std::size_t commits_per_read = 1'000;
constexpr std::size_t findings_listed = 100;

/// Follows the log commit by commit and notes what cannot be.
class Verifier {
 public:
    Verifier(const EventLog& log, const std::optional<TreeHead>& remembered)
        : log_{log}, remembered_{remembered} {
        compare_with_remembered();
    }

    /// Commits that follow those seen before.
    std::expected<void, Failure> see(std::span<const StoredCommit> stored) {
        std::vector<Commit> commits;
        std::vector<Digest> leaves;
        for (const StoredCommit& each : stored) {
            leaves.push_back(leaf_hash(tree_entry(each.position, each.bytes)));
            if (auto commit = see(each)) commits.push_back(std::move(*commit));
        }
        const auto findings = log_.check_rows(commits);
        if (!findings) return std::unexpected(findings.error());
        for (const std::string& finding : *findings) note(finding);
        return see_leaves(leaves);
    }

    std::vector<std::string> finish() {
        if (!is_readable_) organizations_.clear();
        for (const auto& [id, organization] : organizations_) {
            if (const auto broken = broken_invariant(organization)) {
                note("organisation " + to_string(id) + ": " + std::string{*broken});
            }
        }
        if (remembered_ && remembered_->size > edge_.size()) {
            note("the log ends at position " + std::to_string(edge_.size()) +
                 ", the checkpoint is of " + std::to_string(remembered_->size));
        }
        return std::move(findings_);
    }

 private:
    /// Nothing when it cannot be read: then states and versions cannot be followed any further.
    std::optional<Commit> see(const StoredCommit& stored) {
        const auto where = [&] {
            return "position " + std::to_string(number(stored.position)) + ": ";
        };
        if (stored.position != next(last_)) {
            note(where() + "follows " + std::to_string(number(last_)));
        }
        last_ = stored.position;
        auto commit = decode(stored.bytes);
        if (!commit) {
            note(where() + commit.error().detail);
            is_readable_ = false;
            return std::nullopt;
        }
        if (encode(*commit) != stored.bytes) note(where() + "is not in its canonical form");
        if (commit->position != stored.position) note(where() + "names another position");
        if (commit->recorded_at < recorded_at_) note(where() + "recorded_at goes back");
        if (commit->effective_at > commit->recorded_at) {
            note(where() + "takes effect in the future");
        }
        recorded_at_ = commit->recorded_at;
        if (is_readable_ && !follow(*commit)) {
            note(where() + "a stream's versions are not dense");
        }
        return std::move(*commit);
    }

    /// Grows the tree by these and compares what that completes with what was kept.
    std::expected<void, Failure> see_leaves(std::span<const Digest> leaves) {
        std::vector<TreeNode> nodes;
        std::vector<std::pair<std::uint64_t, Digest>> completed;  ///< by which leaf
        for (const Digest& leaf : leaves) {
            for (const HashedNode& each : edge_.append({&leaf, 1})) {
                nodes.push_back(each.node);
                completed.emplace_back(edge_.size(), each.hash);
            }
            compare_with_remembered();
        }
        const auto kept = log_.tree().hashes_of(nodes);
        if (!kept) return std::unexpected(kept.error());
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const auto& [position, hash] = completed[i];
            if ((*kept)[i] == hash) continue;
            note("position " + std::to_string(position) + ": the hash tree has another hash");
        }
        return {};
    }

    void compare_with_remembered() {
        if (!remembered_ || remembered_->size != edge_.size()) return;
        if (edge_.head() == *remembered_) return;
        note("positions 1 to " + std::to_string(remembered_->size) +
             " are not those that the checkpoint is of: their root is " +
             text_of(edge_.head().root));
    }

    void note(std::string finding) {
        if (findings_.size() < findings_listed) findings_.push_back(std::move(finding));
    }

    /// False when it skips a version of a stream.
    bool follow(const Commit& commit) {
        bool is_dense = true;
        for (const TouchedStream& touched : commit.streams) {
            Version& version = versions_[touched.stream];
            is_dense = is_dense && touched.version == next(version);
            version = touched.version;
        }
        for (const StreamId& stream : streams_changed_by(commit.events)) {
            if (stream.kind != StreamKind::organization) continue;
            fold(organizations_[OrganizationId{stream.id}], stream, commit.events,
                 commit.effective_at);
        }
        return is_dense;
    }

    const EventLog& log_;
    const std::optional<TreeHead> remembered_;
    TreeEdge edge_;
    bool is_readable_ = true;  ///< all of it up to here
    Position last_{};
    Instant recorded_at_{};
    std::map<StreamId, Version> versions_;
    std::map<OrganizationId, Organization> organizations_;
    std::vector<std::string> findings_;
};

}  // namespace

std::expected<std::vector<std::string>, Failure> verify_log(
    const EventLog& log, const std::function<void(Position)>& progress,
    const std::optional<TreeHead>& remembered) {
    Verifier verifier{log, remembered};
    const Position head = log.head();
    Position reached{};
    while (reached < head) {
        const auto wanted =
            std::min<std::uint64_t>(commits_per_read, number(head) - number(reached));
        const auto commits = log.read_stored(next(reached), wanted);
        if (!commits) return std::unexpected(commits.error());
        if (commits->empty()) break;
        if (const auto seen = verifier.see(*commits); !seen) {
            return std::unexpected(seen.error());
        }
        reached = commits->back().position;
        progress(reached);
    }
    std::vector<std::string> findings = verifier.finish();
    if (reached != head) {
        findings.push_back("the log ends at position " + std::to_string(number(reached)) +
                           ", its head is " + std::to_string(number(head)));
    }
    return findings;
}

}  // namespace muster
