// Growing, proving and checking. A proof is first worked out as ranges of leaves, then the nodes
// that cover them are read at once, then each range is hashed together.
#include "eventstore/proof/merkle.h"

#include "domain/ensure.h"
#include "eventstore/machine/crypto.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>

namespace muster {
namespace {

constexpr char entry_format = 1;
constexpr char leaf_prefix = 0;
constexpr char node_prefix = 1;

struct Children {
    const Digest& left;
    const Digest& right;
};

Digest hash_over(const Children& children) {
    std::array<char, 1 + 2 * sizeof(Digest)> bytes{node_prefix};
    const auto end = std::ranges::copy(children.left, bytes.begin() + 1).out;
    std::ranges::copy(children.right, end);
    return sha256({bytes.data(), bytes.size()});
}

/// The root over neighbouring complete subtrees, from the largest on the left to the smallest.
Digest root_over(std::span<const Digest> subtrees) {
    if (subtrees.empty()) return empty_tree_root();
    auto root = subtrees.back();
    for (auto rest = subtrees.first(subtrees.size() - 1); !rest.empty();
         rest = rest.first(rest.size() - 1)) {
        root = hash_over({rest.back(), root});
    }
    return root;
}

/// The leaves from `begin` to before `end` that one node of a tree covers, complete or not.
struct LeafRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    std::uint64_t size() const { return end - begin; }
    /// Where its two children meet: the left one is the largest complete subtree short of it all.
    std::uint64_t middle() const { return begin + std::bit_floor(size() - 1); }
};

/// The complete subtrees of a range, from the left.
std::vector<TreeNode> cover_of(LeafRange range) {
    std::vector<TreeNode> nodes;
    while (range.size() > 0) {
        const auto leaves = std::bit_floor(range.size());
        const auto level = static_cast<unsigned>(std::countr_zero(leaves));
        nodes.push_back({level, range.begin >> level});
        range.begin += leaves;
    }
    return nodes;
}

std::expected<TreeProof, Failure> hashes_over(const TreeNodes& nodes,
                                              std::span<const LeafRange> ranges) {
    std::vector<TreeNode> wanted;
    for (const auto& range : ranges) std::ranges::copy(cover_of(range), std::back_inserter(wanted));
    const auto hashes = nodes.hashes_of(wanted);
    if (!hashes) return std::unexpected(hashes.error());
    ENSURE(hashes->size() == wanted.size());
    TreeProof proof;
    std::span<const Digest> rest{*hashes};
    for (const auto& range : ranges) {
        // As many complete subtrees as the size of the range has bits.
        const auto subtrees = static_cast<std::size_t>(std::popcount(range.size()));
        proof.push_back(root_over(rest.first(subtrees)));
        rest = rest.subspan(subtrees);
    }
    return proof;
}

/// The way from the root down towards a leaf, until a range ends with that leaf or, if asked, is
/// that leaf alone.
struct Descent {
    std::vector<LeafRange> siblings;  ///< what was passed by, from the root down
    LeafRange reached;
};

enum class Until { ends_with_leaf, is_leaf };

Descent descend(LeafInTree leaf, Until until) {
    Descent way{.siblings = {}, .reached = {0, leaf.size}};
    auto& range = way.reached;
    while (range.size() > 1 && (until == Until::is_leaf || range.end != leaf.index + 1)) {
        const auto middle = range.middle();
        if (leaf.index < middle) {
            way.siblings.push_back({middle, range.end});
            range.end = middle;
        } else {
            way.siblings.push_back({range.begin, middle});
            range.begin = middle;
        }
    }
    return way;
}

/// The way from a node up to the root, past one hash of a proof at a time.
class Climb {
 public:
    explicit Climb(LeafInTree leaf) : index_{leaf.index}, last_{leaf.size - 1} {}

    bool is_at_root() const { return last_ == 0; }
    /// A complete subtree that ends with the leaf is where a proof of consistency starts.
    void to_largest_subtree_that_ends_here() {
        while (is_right_child()) step();
    }
    /// Whether the next hash of the proof stands to the left; moves up past it.
    bool passes_on_the_left() {
        const bool on_the_left = is_right_child() || index_ == last_;
        if (on_the_left) {
            // At the right edge a node without a sibling is its own parent.
            while (!is_right_child() && index_ != 0) step();
        }
        step();
        return on_the_left;
    }

 private:
    bool is_right_child() const { return index_ % 2 == 1; }
    void step() {
        index_ /= 2;
        last_ /= 2;
    }

    std::uint64_t index_;
    std::uint64_t last_;  ///< of the same level
};

std::unexpected<Failure> no_proof(std::string detail) {
    return std::unexpected(Failure{FailureKind::not_found, std::move(detail)});
}

}  // namespace

std::string tree_entry(Position position, std::string_view stored_commit) {
    std::string entry{entry_format};
    for (int shift = 56; shift >= 0; shift -= 8) {
        entry.push_back(static_cast<char>(number(position) >> shift));
    }
    entry += view_of(sha256(stored_commit));
    return entry;
}

Digest leaf_hash(std::string_view entry) {
    std::string bytes{leaf_prefix};
    bytes += entry;
    return sha256(bytes);
}

Digest empty_tree_root() {
    return sha256("");
}

std::expected<TreeEdge, Failure> TreeEdge::load(const TreeNodes& nodes, std::uint64_t size) {
    auto subtrees = nodes.hashes_of(cover_of({0, size}));
    if (!subtrees) return std::unexpected(subtrees.error());
    TreeEdge edge;
    edge.size_ = size;
    edge.subtrees_ = std::move(*subtrees);
    return edge;
}

std::vector<HashedNode> TreeEdge::append(std::span<const Digest> leaves) {
    std::vector<HashedNode> completed;
    completed.reserve(2 * leaves.size() + 64);
    for (const auto& leaf : leaves) {
        HashedNode newest{{0, size_}, leaf};
        completed.push_back(newest);
        while (newest.node.index % 2 == 1) {
            newest.hash = hash_over({subtrees_.back(), newest.hash});
            newest.node = {newest.node.level + 1, newest.node.index / 2};
            subtrees_.pop_back();
            completed.push_back(newest);
        }
        subtrees_.push_back(newest.hash);
        ++size_;
    }
    return completed;
}

TreeHead TreeEdge::head() const {
    return {size_, root_over(subtrees_)};
}

std::expected<TreeProof, Failure> inclusion_proof(const TreeNodes& nodes, LeafInTree leaf) {
    if (leaf.index >= leaf.size) {
        return no_proof("a tree of " + std::to_string(leaf.size) + " leaves has no leaf " +
                        std::to_string(leaf.index));
    }
    auto ranges = descend(leaf, Until::is_leaf).siblings;
    std::ranges::reverse(ranges);
    return hashes_over(nodes, ranges);
}

std::expected<TreeProof, Failure> consistency_proof(const TreeNodes& nodes, TreeGrowth growth) {
    const auto [from, to] = growth;
    if (from > to) {
        return no_proof("a tree of " + std::to_string(from) + " leaves did not grow to " +
                        std::to_string(to));
    }
    if (from == 0 || from == to) return TreeProof{};
    auto [ranges, reached] = descend({from - 1, to}, Until::ends_with_leaf);
    // A subtree that is the whole of the smaller tree has its root, which the checker knows.
    if (reached.begin != 0) ranges.push_back(reached);
    std::ranges::reverse(ranges);
    return hashes_over(nodes, ranges);
}

bool proves(std::span<const Digest> proof, const InclusionClaim& claim) {
    if (claim.index >= claim.head.size) return false;
    Climb climb{{claim.index, claim.head.size}};
    auto hash = claim.leaf;
    for (const auto& sibling : proof) {
        if (climb.is_at_root()) return false;
        hash = climb.passes_on_the_left() ? hash_over({sibling, hash}) : hash_over({hash, sibling});
    }
    return climb.is_at_root() && hash == claim.head.root;
}

bool proves(std::span<const Digest> proof, const ConsistencyClaim& claim) {
    const auto& [older, newer] = claim;
    if (older.size > newer.size) return false;
    if (older.size == newer.size) return proof.empty() && older.root == newer.root;
    if (older.size == 0) return proof.empty() && older.root == empty_tree_root();

    auto start = older.root;
    if (!std::has_single_bit(older.size)) {
        if (proof.empty()) return false;
        start = proof.front();
        proof = proof.subspan(1);
    }
    Climb climb{{older.size - 1, newer.size}};
    climb.to_largest_subtree_that_ends_here();
    auto older_root = start;
    auto newer_root = start;
    for (const auto& sibling : proof) {
        if (climb.is_at_root()) return false;
        if (climb.passes_on_the_left()) {
            older_root = hash_over({sibling, older_root});
            newer_root = hash_over({sibling, newer_root});
        } else {
            newer_root = hash_over({newer_root, sibling});
        }
    }
    return climb.is_at_root() && older_root == older.root && newer_root == newer.root;
}

}  // namespace muster
