// Commits on their way from the writer to the views, group by group. Bounded: whoever falls behind
// finds the rest in the log. Any thread.
#pragma once

#include "eventstore/form/commit.h"

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

namespace muster {

class HandedOver {
 public:
    /// In the order of the log.
    void put(std::vector<Commit> group);
    /// What follows this position of the next group that has anything after it; nothing when the
    /// commit right after it is not here. Groups come once.
    std::vector<Commit> after(Position position);

    /// Commits and their events together.
    static constexpr std::size_t most_kept = 2'048;

 private:
    void drop_first();

    std::mutex mutex_;
    std::deque<std::vector<Commit>> groups_;
    std::size_t kept_ = 0;
};

}  // namespace muster
