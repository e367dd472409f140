// Comparing the two clocks.
#include "api/clock_guard.h"

namespace muster {

std::chrono::microseconds ClockGuard::ahead(const ClockReading& now) const {
    const std::chrono::microseconds passed = now.steady - anchor_.steady;
    return std::chrono::microseconds{now.wall.micros - anchor_.wall.micros} - passed;
}

std::optional<std::chrono::microseconds> ClockGuard::step_forward(const ClockReading& now) {
    const auto step = ahead(now);
    if (step > limit_) return step;
    if (step > std::chrono::microseconds{0}) anchor_ = now;
    return std::nullopt;
}

void ClockGuard::confirm(const ClockReading& now) {
    if (ahead(now) > std::chrono::microseconds{0}) anchor_ = now;
}

std::string clock_problem(std::chrono::microseconds step) {
    const auto minutes = std::chrono::round<std::chrono::minutes>(step);
    return "the clock stepped forward by " + std::to_string(minutes.count()) +
           " minutes; check it, then run: muster clock confirm";
}

}  // namespace muster
