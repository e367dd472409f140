// How far the random suites go. Each day they take other lives, all day the same ones, so that a
// failure can be repeated and a year of runs sees a year of lives; each keeps to a share of time,
// but never stops before the number of rounds within which its controls find their fault. Any
// thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace muster::test {

/// MUSTER_LONG=1: as many rounds as a night has room for.
bool is_long_run();

/// MUSTER_SEED if it is set, else the day's date as a number (20261128). Says which, once.
std::uint64_t seed_of_the_day();

/// Counts the rounds of a random test.
class Rounds {
 public:
    struct Extent {
        std::size_t least = 1;       ///< whatever time they take
        std::chrono::seconds share;  ///< then more, until this much was used
        std::size_t long_run = 1;    ///< this many in a long run
    };
    explicit Rounds(const Extent& extent);

    /// Whether there is another one; counts it.
    bool next();
    std::size_t begun() const { return begun_; }

 private:
    Extent extent_;
    std::chrono::steady_clock::time_point end_;
    std::size_t begun_ = 0;
};

}  // namespace muster::test
