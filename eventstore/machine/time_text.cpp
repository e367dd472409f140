// Times to text by the calendar of <chrono>.
#include "eventstore/machine/time_text.h"

#include <chrono>
#include <cstdio>

namespace muster {

std::string rfc3339(Instant instant) {
    using namespace std::chrono;
    const sys_time<microseconds> time{microseconds{instant.micros}};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    constexpr std::size_t longest = 64;
    char text[longest];
    const int length = std::snprintf(
        text, longest, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    std::string result(text, static_cast<std::size_t>(length));
    if (const auto micros = clock.subseconds().count(); micros != 0) {
        const int fraction = std::snprintf(text, longest, ".%06d", static_cast<int>(micros));
        result.append(text, static_cast<std::size_t>(fraction));
    }
    return result + "Z";
}

}  // namespace muster
