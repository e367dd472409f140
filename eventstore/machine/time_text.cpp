// Times to text by the calendar of <chrono>.
#include "eventstore/machine/time_text.h"

#include <spdlog/fmt/compile.h>
#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <iterator>

namespace muster {

std::string rfc3339(Instant instant) {
    using namespace std::chrono;
    const sys_time<microseconds> time{microseconds{instant.micros}};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    std::string text = fmt::format(
        FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}"), static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    if (const auto micros = clock.subseconds().count(); micros != 0) {
        fmt::format_to(std::back_inserter(text), FMT_COMPILE(".{:06}"), micros);
    }
    return text += 'Z';
}

}  // namespace muster
