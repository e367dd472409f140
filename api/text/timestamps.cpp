// Times from text by the calendar of <chrono>.
#include "api/text/timestamps.h"

#include <charconv>

namespace muster {
namespace {

constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::int64_t seconds_per_day = 86'400;
constexpr int first_year = 1;
constexpr int last_year = 9999;

/// Takes exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    const char* end = text.data() + digits;
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || text.front() == '-') return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || *year < first_year || !take(text, '-')) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::optional<std::int64_t> take_clock(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second || *second > 59) return std::nullopt;
    return *hour * 3600 + *minute * 60 + *second;
}

std::optional<std::int64_t> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return 0;
    std::int64_t micros = 0;
    std::int64_t unit = micros_per_second / 10;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (unit == 0) return std::nullopt;
        micros += (text.front() - '0') * unit;
        unit /= 10;
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    return micros;
}

std::optional<std::int64_t> take_offset_seconds(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return 0;
    const bool east = take(text, '+');
    if (!east && !take(text, '-')) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    const std::int64_t seconds = *hour * 3600 + *minute * 60;
    return east ? seconds : -seconds;
}

constexpr std::int64_t begin_of(int year) {
    const auto day = std::chrono::sys_days{std::chrono::year{year} / 1 / 1};
    return day.time_since_epoch().count() * seconds_per_day;
}

/// Whether it has four digits for its year when it is written in UTC, as every time is that Muster
/// shows.
constexpr bool can_be_written(std::int64_t seconds) {
    return seconds >= begin_of(first_year) && seconds < begin_of(last_year + 1);
}

}  // namespace

std::optional<Instant> read_rfc3339(std::string_view text) {
    const auto day = take_date(text);
    if (!day || (!take(text, 'T') && !take(text, 't'))) return std::nullopt;
    const auto clock = take_clock(text);
    if (!clock) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset_seconds(text);
    if (!offset || !text.empty()) return std::nullopt;
    const std::int64_t seconds = *day * seconds_per_day + *clock - *offset;
    if (!can_be_written(seconds)) return std::nullopt;
    return Instant{seconds * micros_per_second + *fraction};
}

}  // namespace muster
