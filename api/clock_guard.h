// Guards the log against a wall clock that is set far forward: then everything would fall due at
// once. It compares the wall clock with the steady one, which nobody can set. Pure; one thread at a
// time.
#pragma once

#include "domain/time.h"

#include <chrono>
#include <optional>
#include <string>

namespace muster {

/// Both clocks at one moment.
struct ClockReading {
    Instant wall;
    std::chrono::microseconds steady{};
};

class ClockGuard {
 public:
    /// Trusts the first reading.
    ClockGuard(const ClockReading& first, std::chrono::microseconds limit)
        : anchor_{first}, limit_{limit} {}

    /// By how much the wall clock is ahead of where it should be, when that is beyond the limit;
    /// nothing when the reading can be trusted. A clock that goes back, and then forward again to
    /// where it was, is not ahead.
    std::optional<std::chrono::microseconds> step_forward(const ClockReading& now);

    /// Somebody says that this reading is right.
    void confirm(const ClockReading& now);

 private:
    std::chrono::microseconds ahead(const ClockReading& now) const;

    ClockReading anchor_;  ///< the furthest that the wall clock was trusted to be
    const std::chrono::microseconds limit_;
};

/// What is wrong and what to do, for the operator.
std::string clock_problem(std::chrono::microseconds step);

}  // namespace muster
