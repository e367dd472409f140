// The common walk over several sets.
#include "projections/suffix_walk.h"

#include "domain/ensure.h"

namespace muster {

SuffixWalk::SuffixWalk(const ViewReader& reader, Part part, std::vector<SuffixSet> sets,
                       bool descending, std::size_t step_limit)
    : descending_{descending}, steps_left_{step_limit} {
    ENSURE(!sets.empty());
    for (SuffixSet& set : sets) {
        ENSURE(!set.empty());
        Merged& merged = sets_.emplace_back();
        for (std::string& prefix : set) {
            merged.branches.push_back({std::move(prefix), reader.walk(part)});
        }
    }
}

void SuffixWalk::start(std::string_view after) {
    passed_ = after;
    gave_up_ = false;
    Merged& first = sets_.front();
    if (after.empty()) {
        begin(first);
    } else {
        jump(first, after);
        if (first.branch().inside() && first.branch().suffix() == after) step(first);
    }
    settle();
}

void SuffixWalk::next() {
    ENSURE(valid_);
    passed_ = suffix_;
    step(sets_.front());
    settle();
}

std::string_view SuffixWalk::value() const {
    ENSURE(valid_);
    return sets_.front().branch().at.value();
}

void SuffixWalk::begin(Merged& set) {
    moves_ += set.branches.size();
    for (Branch& branch : set.branches) {
        if (descending_) {
            const std::string bound = after_prefix(branch.prefix);
            branch.at.seek_backward(bound);
            if (branch.at.valid() && branch.at.key() == bound) branch.at.previous();
        } else {
            branch.at.seek(branch.prefix);
        }
    }
    find_nearest(set);
}

void SuffixWalk::jump(Merged& set, std::string_view suffix) {
    moves_ += set.branches.size();
    for (Branch& branch : set.branches) {
        std::string key = branch.prefix;
        key.append(suffix);
        if (descending_) {
            branch.at.seek_backward(key);
        } else {
            branch.at.seek(key);
        }
    }
    find_nearest(set);
}

void SuffixWalk::step(Merged& set) {
    const std::string passed{set.branch().suffix()};
    // What stands in several of its indexes is given once.
    do {
        ++moves_;
        ViewIterator& at = set.branches[set.nearest].at;
        if (descending_) {
            at.previous();
        } else {
            at.next();
        }
        find_nearest(set);
    } while (set.branches.size() > 1 && set.branch().inside() && set.branch().suffix() == passed);
}

void SuffixWalk::find_nearest(Merged& set) {
    const Branch* nearest = nullptr;
    for (std::size_t index = 0; index < set.branches.size(); ++index) {
        const Branch& branch = set.branches[index];
        if (!branch.inside()) continue;
        const bool is_nearer =
            nearest == nullptr || (descending_ ? branch.suffix() > nearest->suffix()
                                               : branch.suffix() < nearest->suffix());
        if (!is_nearer) continue;
        nearest = &branch;
        set.nearest = index;
    }
}

void SuffixWalk::settle() {
    valid_ = false;
    if (!sets_.front().branch().inside()) return;
    suffix_ = sets_.front().branch().suffix();
    std::size_t agreed = 1;
    for (std::size_t index = 1; agreed < sets_.size(); ++index) {
        if (steps_left_ == 0) {
            gave_up_ = true;
            return;
        }
        --steps_left_;
        Merged& set = sets_[index % sets_.size()];
        jump(set, suffix_);
        if (!set.branch().inside()) return;
        if (set.branch().suffix() == suffix_) {
            ++agreed;
        } else {
            passed_ = suffix_;
            suffix_ = set.branch().suffix();
            agreed = 1;
        }
    }
    valid_ = true;
}

std::string after_prefix(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
    if (!prefix.empty()) ++prefix.back();
    return prefix;
}

}  // namespace muster
