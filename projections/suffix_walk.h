// Walks what several sets have in common. A set is one index or several, each a prefix; under each
// prefix, keys go on with the same kind of suffix (a sort value and a person, or a position). The
// walk gives the suffixes that stand in every set, in either order, and its cost is that of the
// smallest set, not of the whole: the sets jump ahead of each other in turn.
#pragma once

#include "projections/view_store.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

/// The prefixes of one set.
using SuffixSet = std::vector<std::string>;

class SuffixWalk {
 public:
    /// At least one set, none without a prefix. `step_limit` bounds the jumps that may be made in
    /// vain before `gave_up()`.
    SuffixWalk(const ViewReader& reader, Part part, std::vector<SuffixSet> sets, bool descending,
               std::size_t step_limit);

    /// To the first suffix, in the order of the walk, strictly after this one; to the first of all
    /// when empty.
    void start(std::string_view after);
    void next();

    /// At a suffix that all sets have.
    bool valid() const { return valid_; }
    std::string_view suffix() const { return suffix_; }
    /// What the first set holds with it.
    std::string_view value() const;
    /// Stopped before the end; a later walk goes on after `passed()`.
    bool gave_up() const { return gave_up_; }
    /// The last suffix that is done with: it was given or is not common.
    const std::string& passed() const { return passed_; }
    /// What it has cost since this was asked last: how often it moved in one of its indexes.
    std::size_t take_moves() { return std::exchange(moves_, 0); }

 private:
    /// One prefix of a set and where its walk stands.
    struct Branch {
        std::string prefix;
        ViewIterator at;

        bool inside() const { return at.valid() && at.key().starts_with(prefix); }
        std::string_view suffix() const { return at.key().substr(prefix.size()); }
    };
    /// Its branches in one order.
    struct Merged {
        std::vector<Branch> branches;
        std::size_t nearest = 0;  ///< the branch that comes first; none inside: any

        const Branch& branch() const { return branches[nearest]; }
    };

    void begin(Merged& set);
    void jump(Merged& set, std::string_view suffix);
    void step(Merged& set);
    void find_nearest(Merged& set);
    void settle();

    std::vector<Merged> sets_;
    bool descending_;
    std::size_t steps_left_;
    std::size_t moves_ = 0;
    bool valid_ = false;
    bool gave_up_ = false;
    std::string suffix_;
    std::string passed_;
};

/// The least key that is after every key with this prefix; empty when there is none.
std::string after_prefix(std::string prefix);

}  // namespace muster
