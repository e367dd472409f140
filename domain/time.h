// Instants of the log: microseconds since 1970-01-01T00:00:00Z. The domain never reads a clock;
// every instant comes in from the writer or from an import.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace muster {

struct Instant {
    std::int64_t micros = 0;

    bool operator==(const Instant&) const = default;
    std::strong_ordering operator<=>(const Instant&) const = default;
};

using Duration = std::chrono::microseconds;

constexpr Instant operator+(Instant instant, Duration duration) {
    return Instant{instant.micros + duration.count()};
}
constexpr Instant operator-(Instant instant, Duration duration) {
    return Instant{instant.micros - duration.count()};
}
constexpr Duration operator-(Instant later, Instant earlier) {
    return Duration{later.micros - earlier.micros};
}

}  // namespace muster
