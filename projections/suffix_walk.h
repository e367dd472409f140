// Walks what several indexes have in common. Each index is a prefix; under each, keys go on with
// the same kind of suffix (a sort value and a person, or a position). The walk gives the suffixes
// that stand under every prefix, in either order, and its cost is that of the shortest index, not
// of the whole: the indexes jump ahead of each other in turn.
#pragma once

#include "projections/view_store.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

class SuffixWalk {
 public:
    /// `step_limit` bounds the jumps that may be made in vain before `gave_up()`.
    SuffixWalk(const ViewReader& reader, Part part, std::vector<std::string> prefixes,
               bool descending, std::size_t step_limit);

    /// To the first suffix, in the order of the walk, strictly after this one; to the first of all
    /// when empty.
    void start(std::string_view after);
    void next();

    /// At a suffix that all prefixes have.
    bool valid() const { return valid_; }
    std::string_view suffix() const { return suffix_; }
    /// Stopped before the end; a later walk goes on after `passed()`.
    bool gave_up() const { return gave_up_; }
    /// The last suffix that is done with: it was given or is not common.
    const std::string& passed() const { return passed_; }

 private:
    void jump(std::size_t index, std::string_view suffix);
    void step(std::size_t index);
    bool inside(std::size_t index) const;
    std::string_view suffix_at(std::size_t index) const;
    void settle();

    std::vector<std::string> prefixes_;
    std::vector<ViewIterator> iterators_;
    bool descending_;
    std::size_t steps_left_;
    bool valid_ = false;
    bool gave_up_ = false;
    std::string suffix_;
    std::string passed_;
};

/// The least key that is after every key with this prefix; empty when there is none.
std::string after_prefix(std::string prefix);

}  // namespace muster
