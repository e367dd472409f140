// The Merkle tree over the log (RFC 6962, RFC 9162), by which somebody who trusts neither us nor
// our disk checks that a commit is in the log and that the log only ever grew. Pure but for the
// reading of nodes, which the caller supplies; any thread.
//
// STORED for ever, because every published root depends on it:
//
//     entry = format 1 | position 8, big-endian | SHA-256 of the commit's stored bytes 32
//     leaf  = SHA-256(0x00 | entry)
//     node  = SHA-256(0x01 | left | right)
//     root of the empty tree = SHA-256("")
//
// Leaf i is the commit at position i + 1. Kept are the nodes of COMPLETE subtrees, which never
// change again: node (level, index) covers 2^level leaves from leaf index * 2^level on. Each of
// them is in some proof. Everything else is made from at most one node a level:
//
//     level 2 |            2,0
//     level 1 |    1,0           1,1           1,2            seven leaves; their right edge
//     level 0 | 0,0   0,1   0,2   0,3   0,4   0,5   0,6       is 2,0 and 1,2 and 0,6
#pragma once

#include "domain/ids.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/failure.h"

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What the leaf of a commit is the hash of, for who checks a proof.
std::string tree_entry(Position position, std::string_view stored_commit);
Digest leaf_hash(std::string_view entry);
Digest empty_tree_root();

/// How many leaves there are, and the hash over all of them.
struct TreeHead {
    std::uint64_t size = 0;
    Digest root{};

    bool operator==(const TreeHead&) const = default;
};

struct TreeNode {
    unsigned level = 0;
    std::uint64_t index = 0;

    auto operator<=>(const TreeNode&) const = default;
};

struct HashedNode {
    TreeNode node;
    Digest hash{};

    bool operator==(const HashedNode&) const = default;
};

/// Where the nodes of complete subtrees are kept.
class TreeNodes {
 public:
    virtual ~TreeNodes() = default;

    /// Their hashes, in the order asked for. A node that is missing is a Failure, for it is asked
    /// for only in a tree that has it.
    virtual std::expected<std::vector<Digest>, Failure> hashes_of(
        std::span<const TreeNode> nodes) const = 0;
};

/// The right edge of a tree: the complete subtrees that are in no larger one, which is all that
/// growing needs. A value: grow a copy, and keep it once what it completed is durable.
class TreeEdge {
 public:
    /// The empty tree.
    TreeEdge() = default;
    /// The tree as it was when it had `size` leaves, by one read of at most 64 nodes.
    static std::expected<TreeEdge, Failure> load(const TreeNodes& nodes, std::uint64_t size);

    /// Adds leaves and gives the nodes that this completed, about two a leaf, all to be stored.
    std::vector<HashedNode> append(std::span<const Digest> leaves);

    std::uint64_t size() const { return size_; }
    TreeHead head() const;

 private:
    std::uint64_t size_ = 0;
    std::vector<Digest> subtrees_;  ///< from the left, which is from the largest
};

/// Proof hashes from the bottom up, as RFC 9162 has them.
using TreeProof = std::vector<Digest>;

struct LeafInTree {
    std::uint64_t index = 0;
    std::uint64_t size = 0;
};

/// That a tree of this size has this leaf; `not_found` when it has not.
std::expected<TreeProof, Failure> inclusion_proof(const TreeNodes& nodes, LeafInTree leaf);

struct TreeGrowth {
    std::uint64_t from_size = 0;
    std::uint64_t to_size = 0;
};

/// That the smaller tree is the beginning of the larger; `not_found` when it is not smaller.
/// Nothing has to be shown, so the proof is empty, from the empty tree and between equal sizes.
std::expected<TreeProof, Failure> consistency_proof(const TreeNodes& nodes, TreeGrowth growth);

/// Take size and root from one signed checkpoint: a root does not bind the size it is claimed for,
/// since two sizes can have the same path from a leaf to the root.
struct InclusionClaim {
    std::uint64_t index = 0;
    Digest leaf{};
    TreeHead head;
};

bool proves(std::span<const Digest> proof, const InclusionClaim& claim);

struct ConsistencyClaim {
    TreeHead older;
    TreeHead newer;
};

bool proves(std::span<const Digest> proof, const ConsistencyClaim& claim);

}  // namespace muster
