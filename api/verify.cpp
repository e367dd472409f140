// Reading the log from the first commit to the head.
#include "api/verify.h"

#include "eventstore/codec.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <set>

namespace muster {
namespace {

constexpr std::size_t commits_per_read = 1'000;
constexpr std::size_t findings_listed = 100;

/// Follows the log commit by commit and notes what cannot be.
class Verifier {
 public:
    void see(const StoredCommit& stored) {
        const std::string where = "position " + std::to_string(number(stored.position)) + ": ";
        if (stored.position != next(last_))
            note(where + "follows " + std::to_string(number(last_)));
        last_ = stored.position;
        const auto commit = decode(stored.bytes);
        if (!commit) return note(where + commit.error().detail);
        if (encode(*commit) != stored.bytes) note(where + "is not in its canonical form");
        if (commit->position != stored.position) note(where + "names another position");
        if (commit->recorded_at < recorded_at_) note(where + "recorded_at goes back");
        if (commit->effective_at > commit->recorded_at) note(where + "takes effect in the future");
        recorded_at_ = commit->recorded_at;
        fold(*commit, where);
    }

    std::vector<std::string> finish() {
        for (const auto& [id, organization] : organizations_) {
            if (const auto broken = broken_invariant(organization)) {
                note("organisation " + to_string(id) + ": " + std::string{*broken});
            }
        }
        return std::move(findings_);
    }

 private:
    void note(std::string finding) {
        if (findings_.size() < findings_listed) findings_.push_back(std::move(finding));
    }

    void fold(const Commit& commit, const std::string& where) {
        for (const TouchedStream& touched : commit.streams) {
            Version& version = versions_[touched.stream];
            if (touched.version != next(version)) note(where + "a stream's versions are not dense");
            version = touched.version;
        }
        for (const StreamEvent& event : commit.events) {
            if (event.stream.kind != StreamKind::organization) continue;
            if (!changes_its_stream(event.event)) continue;
            evolve(organizations_[event.stream.id], event.event, commit.effective_at);
        }
    }

    Position last_{};
    Instant recorded_at_{};
    std::map<StreamId, Version> versions_;
    std::map<boost::uuids::uuid, Organization> organizations_;
    std::vector<std::string> findings_;
};

}  // namespace

std::expected<std::vector<std::string>, Failure> verify_log(
    const EventLog& log, const std::function<void(Position)>& progress) {
    Verifier verifier;
    const Position head = log.head();
    Position reached{};
    while (reached < head) {
        const auto wanted =
            std::min<std::uint64_t>(commits_per_read, number(head) - number(reached));
        const auto commits = log.read_stored(next(reached), wanted);
        if (!commits) return std::unexpected(commits.error());
        if (commits->empty()) break;
        for (const StoredCommit& commit : *commits) verifier.see(commit);
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
