// Tells the operator every other second how far a walk through the log is, how fast, and how long
// it will take. One thread at a time.
#pragma once

#include "projections/pace.h"

#include <chrono>
#include <functional>
#include <string>

namespace muster {

class ProgressReport {
 public:
    using SteadyClock = std::function<std::chrono::microseconds()>;

    ProgressReport(std::string what, SteadyClock clock);

    /// It is at `position` of a walk that ends at `end`.
    void reach(Position position, Position end);

 private:
    const std::string what_;
    const SteadyClock clock_;
    std::chrono::microseconds next_report_;
    Pace pace_;
};

}  // namespace muster
