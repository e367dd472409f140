// Reporting to the log of the program.
#include "projections/progress_report.h"

#include <spdlog/spdlog.h>

namespace muster {
namespace {

constexpr std::chrono::seconds between_reports{2};

}  // namespace

ProgressReport::ProgressReport(std::string what, SteadyClock clock)
    : what_{std::move(what)}, clock_{std::move(clock)}, next_report_{clock_() + between_reports} {}

void ProgressReport::reach(Position position, Position end) {
    const auto now = clock_();
    pace_.reach(position, now);
    if (now < next_report_) return;
    next_report_ = now + between_reports;
    spdlog::info("{}: position {} of {}, {:.0f} a second, {:.0f} s left", what_, number(position),
                 number(end), pace_.rate().value_or(0), pace_.seconds_until(end).value_or(0));
}

}  // namespace muster
