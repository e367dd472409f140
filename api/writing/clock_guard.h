// Guards the log against a wall clock that is wrong: set far forward, everything would fall due at
// once; set far back while the server was down, nothing would for as long. It compares the wall
// clock with the steady one, which nobody can set, and when it starts with the newest commit. Pure;
// one thread at a time.
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

/// Why a reading cannot be trusted, and by how much.
struct ClockDoubt {
    enum class Kind : std::uint8_t {
        stepped_forward,  ///< beyond where the clock should be
        behind_the_log,   ///< the newest commit is of a later time
    };

    Kind kind = Kind::stepped_forward;
    std::chrono::microseconds by{};

    bool operator==(const ClockDoubt&) const = default;
};

class ClockGuard {
 public:
    /// Trusts the first reading unless the newest commit was recorded after it by more than the
    /// limit: one of the two times is wrong, and only an operator knows which.
    ClockGuard(const ClockReading& first, Instant newest_recorded,
               std::chrono::microseconds limit);

    /// Nothing when the reading can be trusted. A clock that goes back under use, and then forward
    /// again to where it was, can.
    std::optional<ClockDoubt> doubt(const ClockReading& now);

    /// Somebody says that this reading is right.
    void confirm(const ClockReading& now);

 private:
    std::chrono::microseconds ahead(const ClockReading& now) const;

    ClockReading anchor_;  ///< the furthest that the wall clock was trusted to be
    std::optional<Instant> to_be_reached_;  ///< what was recorded before; until it is, or confirmed
    const std::chrono::microseconds limit_;
};

/// What is wrong and what to do, for the operator.
std::string clock_problem(const ClockDoubt& doubt);

}  // namespace muster
