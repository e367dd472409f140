// The time of a simulation: a steady one, which only goes on, and the wall clock of the machine,
// which somebody may set. One thread.
#pragma once

#include "domain/time.h"

#include <algorithm>
#include <chrono>

namespace muster::simulation {

class SimulatedTime {
 public:
    using Micros = std::chrono::microseconds;

    Micros steady() const { return steady_; }
    Instant wall() const { return first_ + steady_ + set_by_; }

    void pass(Micros time) { steady_ += time; }
    void set_wall_by(Micros step) { set_by_ += step; }

 private:
    static constexpr Instant first_{1'700'000'000'000'000};

    Micros steady_{1'000'000};
    Micros set_by_{0};
};

}  // namespace muster::simulation
