// Comparing the two clocks.
#include "api/writing/clock_guard.h"

#include <algorithm>

namespace muster {
namespace {

std::chrono::microseconds time_between(Instant earlier, Instant later) {
    return std::chrono::microseconds{later.micros - earlier.micros};
}

}  // namespace

ClockGuard::ClockGuard(const ClockReading& first, Instant newest_recorded,
                       std::chrono::microseconds limit)
    // What the log has seen already is no step forward.
    : anchor_{std::max(first.wall, newest_recorded), first.steady},
      limit_{limit} {
    // Later, under use, a clock may go back.
    if (time_between(first.wall, newest_recorded) > limit) to_be_reached_ = newest_recorded;
}

std::chrono::microseconds ClockGuard::ahead(const ClockReading& now) const {
    return time_between(anchor_.wall, now.wall) - (now.steady - anchor_.steady);
}

std::optional<ClockDoubt> ClockGuard::doubt(const ClockReading& now) {
    if (to_be_reached_) {
        const auto missing = time_between(now.wall, *to_be_reached_);
        if (missing > limit_) return ClockDoubt{ClockDoubt::Kind::behind_the_log, missing};
        to_be_reached_.reset();
    }
    const auto step = ahead(now);
    if (step > limit_) return ClockDoubt{ClockDoubt::Kind::stepped_forward, step};
    if (step > std::chrono::microseconds{0}) anchor_ = now;
    return std::nullopt;
}

void ClockGuard::confirm(const ClockReading& now) {
    // Where the commits are of a wrong time, it is no measure for the clock from now on.
    if (to_be_reached_ || ahead(now) > std::chrono::microseconds{0}) anchor_ = now;
    to_be_reached_.reset();
}

std::string clock_problem(const ClockDoubt& doubt) {
    const auto minutes =
        std::to_string(std::chrono::round<std::chrono::minutes>(doubt.by).count()) + " minutes";
    const std::string what = doubt.kind == ClockDoubt::Kind::stepped_forward
                                 ? "the clock stepped forward by " + minutes
                                 : "the newest commit was recorded " + minutes +
                                       " later than the clock says it is now";
    return what + "; check the clock, then run: muster clock confirm";
}

}  // namespace muster
