// Seeds and extents of random suites.
#include "tests/random_runs.h"

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string_view>

namespace muster::test {
namespace {

std::uint64_t todays_date() {
    const std::time_t now = std::time(nullptr);
    std::tm day{};
    gmtime_r(&now, &day);
    return static_cast<std::uint64_t>((day.tm_year + 1900) * 10'000 + (day.tm_mon + 1) * 100 +
                                      day.tm_mday);
}

}  // namespace

bool is_long_run() {
    const char* text = std::getenv("MUSTER_LONG");
    return text != nullptr && std::string_view{text} == "1";
}

std::uint64_t seed_of_the_day() {
    static const std::uint64_t seed = [] {
        const char* text = std::getenv("MUSTER_SEED");
        const std::uint64_t chosen =
            text != nullptr ? std::strtoull(text, nullptr, 10) : todays_date();
        std::cout << "NOTE: random from MUSTER_SEED=" << chosen << '\n';
        return chosen;
    }();
    return seed;
}

Rounds::Rounds(const Extent& extent)
    : extent_{extent}, end_{std::chrono::steady_clock::now() + extent.share} {}

bool Rounds::next() {
    const bool more = is_long_run() ? begun_ < extent_.long_run
                                    : begun_ < extent_.least ||
                                          std::chrono::steady_clock::now() < end_;
    begun_ += more ? 1 : 0;
    return more;
}

}  // namespace muster::test
