// The log in memory: the model that every other log is compared with, and the log of tests that
// need no disk. Keeps the stored bytes and answers each question by looking at all commits, so that
// there are no indexes to be wrong. Any thread.
#pragma once

#include "domain/ensure.h"
#include "eventstore/form/codec.h"
#include "eventstore/log/event_log.h"
#include "eventstore/machine/crypto.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

namespace muster::test {

class MemoryLog final : public EventLog {
 public:
    std::expected<Position, Failure> append(Position expected_head,
                                            std::span<const Commit> commits) override {
        const std::lock_guard lock{guard_};
        if (number(expected_head) != stored_.size()) {
            return std::unexpected(Failure{FailureKind::version_conflict, "the head is another"});
        }
        for (const auto& commit : commits) {
            ENSURE(number(commit.position) == stored_.size() + 1);
            stored_.push_back(encode(commit));
        }
        grown_.notify_all();
        return Position{stored_.size()};
    }

    std::expected<void, Failure> reopen() override { return {}; }

    TreeHead tree_head() const override {
        const std::lock_guard lock{guard_};
        TreeEdge edge;
        nodes_of(edge);
        return edge.head();
    }
    const TreeNodes& tree() const override { return nodes_; }
    std::expected<std::vector<std::string>, Failure> check_rows(
        std::span<const Commit>) const override {
        return std::vector<std::string>{};
    }

    Position head() const override {
        const std::lock_guard lock{guard_};
        return Position{stored_.size()};
    }

    Instant head_recorded_at() const override {
        const auto all = commits();
        return all.empty() ? Instant{} : all.back().recorded_at;
    }

    std::expected<std::vector<Commit>, Failure> read(Position from,
                                                     std::size_t count) const override {
        std::vector<Commit> result;
        for (auto& commit : commits()) {
            if (commit.position >= from && result.size() < count) {
                result.push_back(std::move(commit));
            }
        }
        return result;
    }

    std::expected<std::vector<StoredCommit>, Failure> read_stored(
        Position from, std::size_t count) const override {
        const std::lock_guard lock{guard_};
        std::vector<StoredCommit> result;
        for (std::size_t index = 0; index < stored_.size() && result.size() < count; ++index) {
            const Position position{index + 1};
            if (position >= from) result.push_back({position, stored_[index]});
        }
        return result;
    }

    std::expected<std::vector<Commit>, Failure> read_stream(StreamId stream, Version from,
                                                            std::size_t count) const override {
        std::vector<Commit> result;
        for (auto& commit : commits()) {
            const bool touched =
                std::ranges::any_of(commit.streams, [&](const TouchedStream& candidate) {
                    return candidate.stream == stream && candidate.version >= from;
                });
            if (touched && result.size() < count) result.push_back(std::move(commit));
        }
        return result;
    }

    std::expected<std::optional<RequestHit>, Failure> find_request(
        const Digest& key) const override {
        std::optional<RequestHit> hit;
        for (const auto& commit : commits()) {
            if (commit.request && commit.request->key == key) {
                hit = RequestHit{commit.position, commit.request->fingerprint};
            }
        }
        return hit;
    }

    std::expected<std::vector<OrganizationId>, Failure> organizations_of(
        PersonId person) const override {
        static const std::set<std::string_view> beginnings{"InvitationIssued", "MemberJoined"};
        static const std::set<std::string_view> ends{"InvitationCancelled", "InvitationDeclined",
                                                     "InvitationExpired", "MemberRemoved"};
        std::set<OrganizationId> result;
        for (const auto& commit : commits()) {
            for (const auto& [stream, event] : commit.events) {
                if (stream.kind != StreamKind::organization || subject_of(event) != person) {
                    continue;
                }
                if (beginnings.contains(name_of(event))) result.insert(OrganizationId{stream.id});
                if (ends.contains(name_of(event))) result.erase(OrganizationId{stream.id});
            }
        }
        return std::vector<OrganizationId>{result.begin(), result.end()};
    }

    bool wait_beyond(Position position, std::chrono::milliseconds at_most) const override {
        std::unique_lock lock{guard_};
        return grown_.wait_for(lock, at_most, [&] { return stored_.size() > number(position); });
    }

    const boost::uuids::uuid& id() const override { return id_; }

    std::uint64_t key_seq() const override {
        std::uint64_t highest = 0;
        for (const auto& commit : commits()) highest = std::max(highest, commit.key_seq);
        return highest;
    }

    std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const override {
        const std::lock_guard lock{guard_};
        std::uint64_t bytes = 0;
        for (const auto& commit : stored_) bytes += commit.size();
        return {{"commits", bytes}};
    }

 private:
    /// Makes the whole tree for every question.
    class Nodes final : public TreeNodes {
     public:
        explicit Nodes(const MemoryLog& log) : log_{log} {}
        std::expected<std::vector<Digest>, Failure> hashes_of(
            std::span<const TreeNode> wanted) const override {
            const std::lock_guard lock{log_.guard_};
            TreeEdge edge;
            std::map<TreeNode, Digest> all;
            for (const auto& [node, hash] : log_.nodes_of(edge)) all[node] = hash;
            std::vector<Digest> hashes;
            for (const auto& node : wanted) {
                if (!all.contains(node)) {
                    return std::unexpected(Failure{FailureKind::corrupted, "no such node"});
                }
                hashes.push_back(all[node]);
            }
            return hashes;
        }

     private:
        const MemoryLog& log_;
    };

    std::vector<HashedNode> nodes_of(TreeEdge& edge) const {
        std::vector<Digest> leaves;
        for (const auto& bytes : stored_) {
            leaves.push_back(leaf_hash(tree_entry(Position{leaves.size() + 1}, bytes)));
        }
        return edge.append(leaves);
    }

    std::vector<Commit> commits() const {
        const std::lock_guard lock{guard_};
        std::vector<Commit> result;
        for (const auto& bytes : stored_) {
            auto commit = decode(bytes);
            ENSURE(commit.has_value());
            result.push_back(std::move(*commit));
        }
        return result;
    }

    const Nodes nodes_{*this};
    boost::uuids::uuid id_ = random_uuid();
    mutable std::mutex guard_;
    mutable std::condition_variable grown_;
    std::vector<std::string> stored_;
};

}  // namespace muster::test
