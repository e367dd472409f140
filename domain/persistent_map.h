// A map that is a value: a copy costs nothing and shares everything, and a change copies only what
// stands between the root and the entry. A trie on the digits of its keys, sixteen ways, without
// nodes of one way, so that it is as deep as its keys need to be told apart and no deeper: about
// log16 of the number for random ids, for other keys their length at most. Iterates in the order of
// the keys. What only one map holds is changed in place.
//
// Threads: like any value, one thread at a time for each map; copies may live on different threads.
#pragma once

#include "domain/digits.h"
#include "domain/ensure.h"

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace muster {

template <class K, class V>
class PersistentMap {
    struct Leaf;
    struct Branch;
    class Node;

 public:
    using key_type = K;
    using mapped_type = V;
    using value_type = std::pair<const K, V>;

    /// Forward, over constant entries. Any change of the map ends it.
    class const_iterator {
     public:
        using iterator_category = std::forward_iterator_tag;
        using difference_type = std::ptrdiff_t;
        using value_type = PersistentMap::value_type;
        using pointer = const value_type*;
        using reference = const value_type&;

        const_iterator() = default;
        reference operator*() const { return leaf_->entry; }
        pointer operator->() const { return &leaf_->entry; }
        const_iterator& operator++() {
            leaf_ = root_->next_after(leaf_->entry.first);
            return *this;
        }
        const_iterator operator++(int) { return std::exchange(*this, std::next(*this)); }
        bool operator==(const const_iterator& other) const { return leaf_ == other.leaf_; }

     private:
        friend PersistentMap;
        const_iterator(const Node* root, const Leaf* leaf) : root_{root}, leaf_{leaf} {}

        const Node* root_ = nullptr;
        const Leaf* leaf_ = nullptr;
    };
    using iterator = const_iterator;

    PersistentMap() = default;
    // A copy costs no more than a move, which would leave nothing whole behind.
    PersistentMap(const PersistentMap&) = default;
    PersistentMap& operator=(const PersistentMap&) = default;
    ~PersistentMap() = default;

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const_iterator begin() const { return {&root_, root_ ? root_.first() : nullptr}; }
    const_iterator end() const { return {&root_, nullptr}; }
    const_iterator find(const K& key) const { return {&root_, root_.find(key)}; }
    bool contains(const K& key) const { return root_.find(key) != nullptr; }
    const V& at(const K& key) const {
        const Leaf* leaf = root_.find(key);
        ENSURE(leaf != nullptr);
        return leaf->entry.second;
    }

    /// The keys of the entries for which this holds: those that can be changed one by one.
    template <class Test>
    std::vector<K> keys_where(const Test& test) const {
        std::vector<K> keys;
        for (const auto& entry : *this) {
            if (test(entry.second)) keys.push_back(entry.first);
        }
        return keys;
    }

    /// To change the value; null where there is none. Valid until the map next changes.
    V* edit(const K& key) { return contains(key) ? &root_.own_leaf(key).entry.second : nullptr; }
    /// The same, of an empty value where there was none.
    V& operator[](const K& key) {
        if (V* value = edit(key)) return *value;
        ++size_;
        return root_.insert(key).entry.second;
    }
    /// Whether there was one.
    bool erase(const K& key) {
        if (!contains(key)) return false;
        root_.erase(key);
        --size_;
        return true;
    }
    void clear() { *this = {}; }

    /// Costs what differs, where one came of the other.
    bool operator==(const PersistentMap& other) const {
        return size_ == other.size_ && root_.same_as(other.root_);
    }
    /// How many nodes of this map the other one does not share, at the cost of those.
    std::size_t nodes_beside(const PersistentMap& other) const {
        return root_.nodes_beside(other.root_);
    }

 private:
    struct Counted {
        std::atomic<std::uint32_t> references = 1;
    };
    struct Leaf : Counted {
        value_type entry;
    };

    /// Shares a leaf or a branch, or nothing; which of them, the lowest bit says.
    class Node {
     public:
        Node() = default;
        explicit Node(Leaf* leaf) : bits_{reinterpret_cast<std::uintptr_t>(leaf)} {}
        explicit Node(Branch* branch) : bits_{reinterpret_cast<std::uintptr_t>(branch) | 1} {}
        Node(const Node& other) : bits_{other.bits_} {
            if (bits_ != 0) counted().references.fetch_add(1, std::memory_order_relaxed);
        }
        Node(Node&& other) noexcept : bits_{std::exchange(other.bits_, 0)} {}
        Node& operator=(Node other) noexcept {
            std::swap(bits_, other.bits_);
            return *this;
        }
        ~Node() { let_go(); }

        explicit operator bool() const { return bits_ != 0; }
        const Leaf* find(const K& key) const;
        const Leaf* first() const;
        const Leaf* next_after(const K& key) const;
        bool same_as(const Node& other) const;
        std::size_t nodes_beside(const Node& other) const;

        /// The key is here.
        Leaf& own_leaf(const K& key);
        void erase(const K& key);
        /// The key is not here.
        Leaf& insert(const K& key);

     private:
        bool is_branch() const { return (bits_ & 1) != 0; }
        Leaf& leaf() const { return *reinterpret_cast<Leaf*>(bits_); }
        Branch& branch() const { return *reinterpret_cast<Branch*>(bits_ & ~std::uintptr_t{1}); }
        Counted& counted() const {
            return is_branch() ? static_cast<Counted&>(branch()) : static_cast<Counted&>(leaf());
        }
        void let_go();
        /// Makes this the only one who holds what is here, by a copy if it must be.
        void own();
        /// A leaf whose key has the most digits in common with this one.
        const Leaf& nearest(const K& key) const;

        std::uintptr_t bits_ = 0;
    };

    /// Entries that have `digit` digits in common; which way each goes on is its next digit.
    struct Branch : Counted {
        const std::uint8_t digit;
        std::uint16_t ways;  ///< a bit for each that is there

        static Branch* make(std::size_t digit, std::uint16_t ways);
        static void destroy(Branch* branch);
        std::size_t count() const { return static_cast<std::size_t>(std::popcount(ways)); }
        bool has(unsigned way) const { return (ways >> way & 1U) != 0; }
        std::size_t place_of(unsigned way) const {
            return static_cast<std::size_t>(std::popcount(ways & ((1U << way) - 1U)));
        }
        Node* children() { return reinterpret_cast<Node*>(this + 1); }
        Node& child(unsigned way) { return children()[place_of(way)]; }
        unsigned way_of(const K& key) const { return Digits<K>::of(key, digit); }
    };
    static_assert(alignof(Leaf) > 1 && sizeof(Branch) % alignof(Node) == 0);
    static_assert(Digits<K>::count <= 255);

    Node root_;
    std::size_t size_ = 0;
};

template <class K, class V>
auto PersistentMap<K, V>::Branch::make(std::size_t digit, std::uint16_t ways) -> Branch* {
    const auto count = static_cast<std::size_t>(std::popcount(ways));
    void* memory = ::operator new(sizeof(Branch) + count * sizeof(Node));
    auto* branch = new (memory) Branch{{}, static_cast<std::uint8_t>(digit), ways};
    std::uninitialized_value_construct_n(branch->children(), count);
    return branch;
}

template <class K, class V>
void PersistentMap<K, V>::Branch::destroy(Branch* branch) {
    std::destroy_n(branch->children(), branch->count());
    branch->~Branch();
    ::operator delete(branch);
}

template <class K, class V>
void PersistentMap<K, V>::Node::let_go() {
    if (bits_ == 0) return;
    if (counted().references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (is_branch()) {
        Branch::destroy(&branch());
    } else {
        delete &leaf();
    }
}

template <class K, class V>
void PersistentMap<K, V>::Node::own() {
    // Pairs with the release of whoever let go of it last.
    if (counted().references.load(std::memory_order_acquire) == 1) return;
    if (!is_branch()) {
        *this = Node{new Leaf{{}, leaf().entry}};
        return;
    }
    Branch* copy = Branch::make(branch().digit, branch().ways);
    std::copy_n(branch().children(), copy->count(), copy->children());
    *this = Node{copy};
}

template <class K, class V>
auto PersistentMap<K, V>::Node::find(const K& key) const -> const Leaf* {
    if (bits_ == 0) return nullptr;
    const Node* at = this;
    while (at->is_branch()) {
        Branch& branch = at->branch();
        const unsigned way = branch.way_of(key);
        if (!branch.has(way)) return nullptr;
        at = &branch.child(way);
    }
    return at->leaf().entry.first == key ? &at->leaf() : nullptr;
}

template <class K, class V>
auto PersistentMap<K, V>::Node::first() const -> const Leaf* {
    const Node* at = this;
    while (at->is_branch()) at = at->branch().children();
    return &at->leaf();
}

template <class K, class V>
auto PersistentMap<K, V>::Node::next_after(const K& key) const -> const Leaf* {
    const Node* later = nullptr;
    for (const Node* at = this; at->is_branch();) {
        Branch& branch = at->branch();
        const std::size_t place = branch.place_of(branch.way_of(key));
        if (place + 1 < branch.count()) later = branch.children() + place + 1;
        at = branch.children() + place;
    }
    return later == nullptr ? nullptr : later->first();
}

template <class K, class V>
auto PersistentMap<K, V>::Node::nearest(const K& key) const -> const Leaf& {
    const Node* at = this;
    while (at->is_branch()) {
        Branch& branch = at->branch();
        const unsigned way = branch.way_of(key);
        at = branch.has(way) ? &branch.child(way) : branch.children();
    }
    return at->leaf();
}

template <class K, class V>
auto PersistentMap<K, V>::Node::own_leaf(const K& key) -> Leaf& {
    Node* at = this;
    for (at->own(); at->is_branch(); at->own()) at = &at->branch().child(at->branch().way_of(key));
    return at->leaf();
}

template <class K, class V>
auto PersistentMap<K, V>::Node::insert(const K& key) -> Leaf& {
    auto* made = new Leaf{{}, {key, V{}}};
    if (bits_ == 0) {
        *this = Node{made};
        return *made;
    }
    const std::size_t differs = first_difference(nearest(key).entry.first, key);
    const unsigned way = Digits<K>::of(key, differs);
    Node* at = this;
    while (at->is_branch() && at->branch().digit < differs) {
        at->own();
        at = &at->branch().child(at->branch().way_of(key));
    }
    const bool joins = at->is_branch() && at->branch().digit == differs;
    const unsigned other = joins ? way : Digits<K>::of(at->first()->entry.first, differs);
    const auto ways =
        static_cast<std::uint16_t>((joins ? at->branch().ways : 1U << other) | 1U << way);
    Branch* grown = Branch::make(differs, ways);
    grown->child(way) = Node{made};
    if (!joins) grown->child(other) = std::move(*at);
    for (unsigned each = 0; joins && each < 16; ++each) {
        if (at->branch().has(each)) grown->child(each) = at->branch().child(each);
    }
    *at = Node{grown};
    return *made;
}

template <class K, class V>
void PersistentMap<K, V>::Node::erase(const K& key) {
    Node* parent = nullptr;
    Node* at = this;
    while (at->is_branch()) {
        at->own();
        parent = std::exchange(at, &at->branch().child(at->branch().way_of(key)));
    }
    if (parent == nullptr) {
        *this = Node{};
        return;
    }
    Branch& branch = parent->branch();
    const unsigned gone = branch.way_of(key);
    if (branch.count() == 2) {
        *parent = Node{branch.children()[1 - branch.place_of(gone)]};
        return;
    }
    Branch* shrunk =
        Branch::make(branch.digit, static_cast<std::uint16_t>(branch.ways & ~(1U << gone)));
    for (unsigned each = 0; each < 16; ++each) {
        if (shrunk->has(each)) shrunk->child(each) = branch.child(each);
    }
    *parent = Node{shrunk};
}

template <class K, class V>
bool PersistentMap<K, V>::Node::same_as(const Node& other) const {
    if (bits_ == other.bits_) return true;
    // The same keys make the same branches.
    if (bits_ == 0 || other.bits_ == 0 || is_branch() != other.is_branch()) return false;
    if (!is_branch()) return leaf().entry == other.leaf().entry;
    if (branch().digit != other.branch().digit || branch().ways != other.branch().ways) {
        return false;
    }
    for (std::size_t each = 0; each < branch().count(); ++each) {
        if (!branch().children()[each].same_as(other.branch().children()[each])) return false;
    }
    return true;
}

template <class K, class V>
std::size_t PersistentMap<K, V>::Node::nodes_beside(const Node& other) const {
    if (bits_ == 0 || bits_ == other.bits_) return 0;
    std::size_t nodes = 1;
    if (!is_branch()) return nodes;
    static const Node nothing;
    for (unsigned way = 0; way < 16; ++way) {
        if (!branch().has(way)) continue;
        const Node* same_way = &nothing;
        if (other.is_branch() && other.branch().has(way)) same_way = &other.branch().child(way);
        nodes += branch().child(way).nodes_beside(*same_way);
    }
    return nodes;
}

}  // namespace muster
