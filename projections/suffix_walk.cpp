// The common walk over several indexes.
#include "projections/suffix_walk.h"

#include "domain/ensure.h"

namespace muster {

SuffixWalk::SuffixWalk(const ViewReader& reader, Part part, std::vector<std::string> prefixes,
                       bool descending, std::size_t step_limit)
    : prefixes_{std::move(prefixes)}, descending_{descending}, steps_left_{step_limit} {
    ENSURE(!prefixes_.empty());
    for (std::size_t index = 0; index < prefixes_.size(); ++index) {
        iterators_.push_back(reader.walk(part));
    }
}

void SuffixWalk::start(std::string_view after) {
    passed_ = after;
    if (after.empty()) {
        if (descending_) {
            const std::string bound = after_prefix(prefixes_[0]);
            iterators_[0].seek_backward(bound);
            if (iterators_[0].valid() && iterators_[0].key() == bound) iterators_[0].previous();
        } else {
            iterators_[0].seek(prefixes_[0]);
        }
    } else {
        jump(0, after);
        if (inside(0) && suffix_at(0) == after) step(0);
    }
    settle();
}

void SuffixWalk::next() {
    ENSURE(valid_);
    passed_ = suffix_;
    step(0);
    settle();
}

void SuffixWalk::jump(std::size_t index, std::string_view suffix) {
    std::string key = prefixes_[index];
    key.append(suffix);
    if (descending_) {
        iterators_[index].seek_backward(key);
    } else {
        iterators_[index].seek(key);
    }
}

void SuffixWalk::step(std::size_t index) {
    if (descending_) {
        iterators_[index].previous();
    } else {
        iterators_[index].next();
    }
}

bool SuffixWalk::inside(std::size_t index) const {
    return iterators_[index].valid() && iterators_[index].key().starts_with(prefixes_[index]);
}

std::string_view SuffixWalk::suffix_at(std::size_t index) const {
    return iterators_[index].key().substr(prefixes_[index].size());
}

void SuffixWalk::settle() {
    valid_ = false;
    if (!inside(0)) return;
    suffix_ = suffix_at(0);
    std::size_t agreed = 1;
    for (std::size_t index = 1; agreed < prefixes_.size(); ++index) {
        if (steps_left_ == 0) {
            gave_up_ = true;
            return;
        }
        --steps_left_;
        const std::size_t turn = index % prefixes_.size();
        jump(turn, suffix_);
        if (!inside(turn)) return;
        if (suffix_at(turn) == suffix_) {
            ++agreed;
        } else {
            passed_ = suffix_;
            suffix_ = suffix_at(turn);
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
