// The Merkle tree: it is the one of RFC 6962, by the vectors of Certificate Transparency and by
// that RFC's own recursive definitions; and a proof of anything that is not so does not check.
#include "eventstore/machine/crypto.h"
#include "eventstore/proof/merkle.h"

#include "domain/ensure.h"
#include "tests/eventstore/hex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <bit>
#include <map>

namespace muster::test {
namespace {

Digest digest_of(std::string_view hex) {
    Digest digest{};
    ENSURE(hex.size() == 2 * digest.size());
    for (std::size_t at = 0; at < digest.size(); ++at) {
        const auto byte = std::stoi(std::string{hex.substr(2 * at, 2)}, nullptr, 16);
        digest[at] = static_cast<std::uint8_t>(byte);
    }
    return digest;
}

class MemoryNodes final : public TreeNodes {
 public:
    void add(const std::vector<HashedNode>& nodes) {
        for (const auto& [node, hash] : nodes) ENSURE(hashes_.emplace(node, hash).second);
    }
    std::size_t size() const { return hashes_.size(); }

    std::expected<std::vector<Digest>, Failure> hashes_of(
        std::span<const TreeNode> nodes) const override {
        std::vector<Digest> hashes;
        for (const auto& node : nodes) {
            const auto found = hashes_.find(node);
            if (found == hashes_.end()) {
                return std::unexpected(Failure{FailureKind::corrupted, "a node is missing"});
            }
            hashes.push_back(found->second);
        }
        return hashes;
    }

 private:
    std::map<TreeNode, Digest> hashes_;
};

/// A tree grown in one go.
struct Grown {
    explicit Grown(const std::vector<Digest>& leaves) { nodes.add(edge.append(leaves)); }

    TreeHead head(std::uint64_t size) const { return TreeEdge::load(nodes, size)->head(); }

    MemoryNodes nodes;
    TreeEdge edge;
};

std::vector<Digest> leaves_numbered(std::size_t count) {
    std::vector<Digest> leaves;
    for (std::size_t at = 0; at < count; ++at) leaves.push_back(leaf_hash(std::to_string(at)));
    return leaves;
}

/// RFC 6962, section 2.1, as it is written there.
namespace rfc {

using Leaves = std::span<const Digest>;

std::size_t split_of(Leaves leaves) {
    std::size_t split = 1;
    while (2 * split < leaves.size()) split *= 2;
    return split;
}

Digest node(const Digest& left, const Digest& right) {
    std::string bytes{'\1'};
    bytes.append(left.begin(), left.end());
    bytes.append(right.begin(), right.end());
    return sha256(bytes);
}

Digest root(Leaves leaves) {
    if (leaves.empty()) return sha256("");
    if (leaves.size() == 1) return leaves[0];
    const auto split = split_of(leaves);
    return node(root(leaves.first(split)), root(leaves.subspan(split)));
}

TreeProof followed_by(TreeProof proof, const Digest& hash) {
    proof.push_back(hash);
    return proof;
}

TreeProof path(std::size_t index, Leaves leaves) {
    if (leaves.size() == 1) return {};
    const auto split = split_of(leaves);
    if (index < split) {
        return followed_by(path(index, leaves.first(split)), root(leaves.subspan(split)));
    }
    return followed_by(path(index - split, leaves.subspan(split)), root(leaves.first(split)));
}

TreeProof subproof(std::size_t size, Leaves leaves, bool is_whole) {
    if (size == leaves.size()) return is_whole ? TreeProof{} : TreeProof{root(leaves)};
    const auto split = split_of(leaves);
    if (size <= split) {
        return followed_by(subproof(size, leaves.first(split), is_whole),
                           root(leaves.subspan(split)));
    }
    return followed_by(subproof(size - split, leaves.subspan(split), false),
                       root(leaves.first(split)));
}

}  // namespace rfc

std::vector<Digest> published_leaves() {
    using namespace std::string_literals;
    std::vector<Digest> leaves;
    for (const auto& entry :
         {""s, "\0"s, "\x10"s, "\x20\x21"s, "\x30\x31"s, "\x40\x41\x42\x43"s,
          "\x50\x51\x52\x53\x54\x55\x56\x57"s,
          "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"s}) {
        leaves.push_back(leaf_hash(entry));
    }
    return leaves;
}

constexpr std::array<std::string_view, 9> published_roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TreeHead published_head(std::uint64_t size) {
    return {size, digest_of(published_roots.at(size))};
}

TEST(Merkle, HasThePublishedRoots) {
    const auto leaves = published_leaves();
    const Grown tree{leaves};
    TreeEdge edge;
    EXPECT_EQ(edge.head(), published_head(0));
    for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
        edge.append(std::span{leaves}.subspan(size - 1, 1));
        EXPECT_EQ(edge.head(), published_head(size));
        EXPECT_EQ(tree.head(size), published_head(size));
    }
}

TEST(Merkle, GivesThePublishedProofsOfInclusion) {
    struct Published {
        LeafInTree leaf;
        std::vector<std::string_view> proof;
    };
    const std::vector<Published> all{
        {{0, 1}, {}},
        {{0, 8},
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {{5, 8},
         {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {{2, 3}, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
        {{1, 5},
         {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};
    const auto leaves = published_leaves();
    const Grown tree{leaves};
    for (const auto& [leaf, hexes] : all) {
        TreeProof proof;
        for (const auto hex : hexes) proof.push_back(digest_of(hex));
        EXPECT_EQ(inclusion_proof(tree.nodes, leaf), proof);
        EXPECT_TRUE(proves(proof, InclusionClaim{.index = leaf.index,
                                                 .leaf = leaves[leaf.index],
                                                 .head = published_head(leaf.size)}));
    }
}

TEST(Merkle, GivesThePublishedProofsOfConsistency) {
    struct Published {
        TreeGrowth growth;
        std::vector<std::string_view> proof;
    };
    const std::vector<Published> all{
        {{1, 1}, {}},
        {{1, 8},
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {{6, 8},
         {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {{2, 5},
         {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
        {{6, 7},
         {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
          "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}}};
    const Grown tree{published_leaves()};
    for (const auto& [growth, hexes] : all) {
        TreeProof proof;
        for (const auto hex : hexes) proof.push_back(digest_of(hex));
        EXPECT_EQ(consistency_proof(tree.nodes, growth), proof);
        EXPECT_TRUE(proves(proof, ConsistencyClaim{.older = published_head(growth.from_size),
                                                   .newer = published_head(growth.to_size)}));
    }
}

// Computed by another program from the layout in merkle.h. These bytes never change.
TEST(Merkle, HashesCommitsAsItAlwaysDid) {
    const auto entry = tree_entry(Position{0x0102030405060708}, "commit");
    EXPECT_EQ(hex_of(entry),
              "010102030405060708"
              "9505cacb7c710ed17125fcc6cb3669e8ddca6c8cd8af6a31f6b3cd64604c3098");
    EXPECT_EQ(leaf_hash(entry),
              digest_of("8c6e846ea786a9f5c624bc6ede1c5bb45541ea324ad35d1b0f86a8be0e9fb56f"));
    std::vector<Digest> leaves;
    for (std::uint64_t position = 1; position <= 1000; ++position) {
        const auto stored = "commit " + std::to_string(position);
        leaves.push_back(leaf_hash(tree_entry(Position{position}, stored)));
    }
    const Grown tree{leaves};
    EXPECT_EQ(tree.head(1000).root,
              digest_of("5aa18bbe23752e44e7e8f1720d70cae0db3e24b7c57787f420ce4d0c09ba001c"));
    EXPECT_EQ(tree.head(777).root,
              digest_of("85719f2cdc1221ec961c56d85bc6e6004a5aaf055456ae0a6f0dbea0813ab96d"));
}

TEST(Merkle, GrowsTheSameInWhateverGroups) {
    EXPECT_TRUE(rc::check([] {
        const auto groups = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange(0, 40));
        MemoryNodes nodes;
        TreeEdge edge;
        std::vector<Digest> leaves;
        for (const auto count : groups) {
            const auto first = leaves.size();
            for (std::size_t at = 0; at < count; ++at) {
                leaves.push_back(leaf_hash(std::to_string(leaves.size())));
            }
            edge = *TreeEdge::load(nodes, edge.size());
            nodes.add(edge.append(std::span{leaves}.subspan(first)));
        }
        RC_ASSERT(edge.head() == (TreeHead{leaves.size(), rfc::root(leaves)}));
        RC_ASSERT(nodes.size() + static_cast<std::size_t>(std::popcount(leaves.size())) ==
                  2 * leaves.size());
    }));
}

TEST(Merkle, StillKnowsEveryEarlierRoot) {
    const auto leaves = leaves_numbered(130);
    const Grown tree{leaves};
    for (std::uint64_t size = 0; size <= leaves.size(); ++size) {
        EXPECT_EQ(tree.head(size), (TreeHead{size, rfc::root(std::span{leaves}.first(size))}));
    }
}

TEST(Merkle, ProvesEveryLeafInEveryTree) {
    const auto leaves = leaves_numbered(70);
    const Grown tree{leaves};
    for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = inclusion_proof(tree.nodes, {index, size});
            EXPECT_EQ(proof, rfc::path(index, std::span{leaves}.first(size)));
            EXPECT_TRUE(proves(*proof, InclusionClaim{index, leaves[index], tree.head(size)}));
        }
    }
}

TEST(Merkle, ProvesEveryGrowth) {
    const auto leaves = leaves_numbered(70);
    const Grown tree{leaves};
    for (std::uint64_t to = 0; to <= leaves.size(); ++to) {
        for (std::uint64_t from = 0; from <= to; ++from) {
            const auto proof = consistency_proof(tree.nodes, {from, to});
            if (from > 0) {
                EXPECT_EQ(proof, rfc::subproof(from, std::span{leaves}.first(to), true));
            }
            EXPECT_TRUE(proves(*proof, ConsistencyClaim{tree.head(from), tree.head(to)}));
        }
    }
}

/// Everything that differs from a proof in one bit, or by one hash more or less.
std::vector<TreeProof> spoiled(const TreeProof& proof) {
    std::vector<TreeProof> all;
    for (std::size_t at = 0; at < proof.size(); ++at) {
        for (std::size_t byte = 0; byte < proof[at].size(); ++byte) {
            all.push_back(proof);
            all.back()[at][byte] ^= 1;
        }
        all.push_back(proof);
        all.back().erase(all.back().begin() + static_cast<std::ptrdiff_t>(at));
    }
    for (std::size_t at = 0; at <= proof.size(); ++at) {
        all.push_back(proof);
        all.back().insert(all.back().begin() + static_cast<std::ptrdiff_t>(at), Digest{});
    }
    return all;
}

std::vector<Digest> spoiled(const Digest& digest) {
    std::vector<Digest> all(digest.size(), digest);
    for (std::size_t byte = 0; byte < digest.size(); ++byte) all[byte][byte] ^= 1;
    return all;
}

TEST(Merkle, ProvesNoInclusionThatIsNotSo) {
    EXPECT_TRUE(rc::check([] {
        const auto size = *rc::gen::inRange<std::uint64_t>(1, 100);
        const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
        const auto leaves = leaves_numbered(100);
        const Grown tree{leaves};
        const auto proof = *inclusion_proof(tree.nodes, {index, size});
        const InclusionClaim claim{index, leaves[index], tree.head(size)};
        RC_ASSERT(proves(proof, claim));

        for (const auto& other : spoiled(proof)) RC_ASSERT(!proves(other, claim));
        for (const auto& leaf : spoiled(claim.leaf)) {
            RC_ASSERT(!proves(proof, InclusionClaim{index, leaf, claim.head}));
        }
        for (const auto& root : spoiled(claim.head.root)) {
            RC_ASSERT(!proves(proof, InclusionClaim{index, claim.leaf, {size, root}}));
        }
        for (std::uint64_t other = 0; other <= leaves.size(); ++other) {
            RC_ASSERT(other == index ||
                      !proves(proof, InclusionClaim{other, claim.leaf, claim.head}));
            RC_ASSERT(other == size ||
                      !proves(proof, InclusionClaim{index, claim.leaf, tree.head(other)}));
        }
    }));
}

TEST(Merkle, ProvesNoGrowthThatIsNotSo) {
    EXPECT_TRUE(rc::check([] {
        const auto to = *rc::gen::inRange<std::uint64_t>(2, 100);
        const auto from = *rc::gen::inRange<std::uint64_t>(1, to);
        const Grown tree{leaves_numbered(100)};
        const auto proof = *consistency_proof(tree.nodes, {from, to});
        const ConsistencyClaim claim{tree.head(from), tree.head(to)};
        RC_ASSERT(proves(proof, claim));

        for (const auto& other : spoiled(proof)) RC_ASSERT(!proves(other, claim));
        for (const auto& root : spoiled(claim.older.root)) {
            RC_ASSERT(!proves(proof, ConsistencyClaim{{from, root}, claim.newer}));
        }
        for (const auto& root : spoiled(claim.newer.root)) {
            RC_ASSERT(!proves(proof, ConsistencyClaim{claim.older, {to, root}}));
        }
        for (std::uint64_t other = 1; other <= 100; ++other) {
            RC_ASSERT(other == from ||
                      !proves(proof, ConsistencyClaim{tree.head(other), claim.newer}));
            RC_ASSERT(other == from ||
                      !proves(proof, ConsistencyClaim{{other, claim.older.root}, claim.newer}));
            RC_ASSERT(other == to ||
                      !proves(proof, ConsistencyClaim{claim.older, tree.head(other)}));
        }
    }));
}

TEST(Merkle, ProvesNoGrowthFromAnotherHistory) {
    auto rewritten = leaves_numbered(100);
    rewritten[10] = leaf_hash("rewritten");
    const Grown ours{leaves_numbered(100)};
    const Grown theirs{rewritten};
    for (std::uint64_t from = 1; from < 100; ++from) {
        const auto proof = *consistency_proof(theirs.nodes, {from, 100});
        EXPECT_TRUE(proves(proof, ConsistencyClaim{theirs.head(from), theirs.head(100)}));
        EXPECT_EQ(proves(proof, ConsistencyClaim{ours.head(from), theirs.head(100)}), from <= 10);
    }
}

// Why InclusionClaim wants both from one checkpoint.
TEST(Merkle, DoesNotBindASizeByTheRootAlone) {
    const auto leaves = leaves_numbered(6);
    const Grown tree{leaves};
    const auto proof = *inclusion_proof(tree.nodes, {0, 6});
    EXPECT_TRUE(proves(proof, InclusionClaim{0, leaves[0], {5, tree.head(6).root}}));
    EXPECT_FALSE(proves(proof, InclusionClaim{0, leaves[0], tree.head(5)}));
}

TEST(Merkle, ProvesNothingAboutWhatCannotBe) {
    const Grown tree{leaves_numbered(4)};
    const auto leaf = leaves_numbered(1)[0];
    EXPECT_FALSE(proves({}, InclusionClaim{0, leaf, {}}));
    EXPECT_FALSE(proves({}, InclusionClaim{0, empty_tree_root(), {0, empty_tree_root()}}));
    EXPECT_FALSE(proves({}, InclusionClaim{1, leaf, {1, leaf}}));
    EXPECT_FALSE(proves({}, ConsistencyClaim{tree.head(3), tree.head(2)}));
    EXPECT_FALSE(proves({}, ConsistencyClaim{tree.head(3), tree.head(4)}));
    EXPECT_FALSE(proves({}, ConsistencyClaim{{0, leaf}, tree.head(4)}));
    EXPECT_FALSE(proves(TreeProof{leaf}, ConsistencyClaim{tree.head(0), tree.head(4)}));
    EXPECT_FALSE(proves(TreeProof{leaf}, ConsistencyClaim{tree.head(4), tree.head(4)}));
    EXPECT_FALSE(proves({}, ConsistencyClaim{{4, leaf}, tree.head(4)}));

    EXPECT_EQ(inclusion_proof(tree.nodes, {4, 4}).error().kind, FailureKind::not_found);
    EXPECT_EQ(consistency_proof(tree.nodes, {4, 3}).error().kind, FailureKind::not_found);
}

TEST(Merkle, SaysSoWhenANodeIsMissing) {
    const Grown tree{leaves_numbered(4)};
    EXPECT_EQ(TreeEdge::load(tree.nodes, 5).error().kind, FailureKind::corrupted);
    EXPECT_EQ(inclusion_proof(tree.nodes, {0, 5}).error().kind, FailureKind::corrupted);
    EXPECT_EQ(consistency_proof(tree.nodes, {3, 5}).error().kind, FailureKind::corrupted);
}

/// Answers for any node, so that trees can be larger than could be grown.
class EndlessNodes final : public TreeNodes {
 public:
    std::expected<std::vector<Digest>, Failure> hashes_of(
        std::span<const TreeNode> nodes) const override {
        asked_at_most = std::max(asked_at_most, nodes.size());
        for (const auto& node : nodes) ENSURE(node.level < 64);
        return std::vector<Digest>(nodes.size());
    }
    mutable std::size_t asked_at_most = 0;
};

TEST(Merkle, ReadsAFewNodesWhateverTheSize) {
    const EndlessNodes nodes;
    EXPECT_TRUE(rc::check([&] {
        const auto bits = *rc::gen::inRange(2, 65);
        const auto size = *rc::gen::inRange<std::uint64_t>(1, ~std::uint64_t{0} >> (64 - bits)) + 1;
        const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
        const auto depth = static_cast<std::size_t>(std::bit_width(size - 1));
        RC_ASSERT(TreeEdge::load(nodes, size)->size() == size);
        RC_ASSERT(inclusion_proof(nodes, {index, size})->size() <= depth);
        RC_ASSERT(consistency_proof(nodes, {index, size})->size() <= depth + 1);
    }));
    for (const auto size : {~std::uint64_t{0}, ~std::uint64_t{0} - 1, std::uint64_t{1} << 63}) {
        for (const auto index : {std::uint64_t{0}, std::uint64_t{1}, size / 2, size - 1}) {
            EXPECT_TRUE(inclusion_proof(nodes, {index, size}).has_value());
            EXPECT_TRUE(consistency_proof(nodes, {index, size}).has_value());
            EXPECT_FALSE(proves(TreeProof(200), InclusionClaim{index, {}, {size, {}}}));
            EXPECT_FALSE(proves(TreeProof(200), ConsistencyClaim{{index, {}}, {size, {}}}));
        }
    }
    EXPECT_LE(nodes.asked_at_most, 129U);
}

}  // namespace
}  // namespace muster::test
