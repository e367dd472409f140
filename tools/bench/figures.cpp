// Rows and lines of figures.
#include "tools/bench/figures.h"

#include "domain/ensure.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>

namespace muster::bench {
namespace {

bool more_is_better(const Figure& figure) {
    return figure.unit.ends_with("/s");
}

double ratio_of(const Figure& figure) {
    return figure.value / figure.floor->value;
}

bool meets(const Figure& figure, double value, double target) {
    return more_is_better(figure) ? value >= target : value <= target;
}

void print_target(const Figure& figure, double value, double target, const char* of_what) {
    std::printf(" [wanted: %s %g%s%s]", more_is_better(figure) ? "at least" : "at most", target,
                of_what, meets(figure, value, target) ? "" : ", MISSED");
}

boost::json::object json_of(std::string_view section, const Figure& figure) {
    boost::json::object line{{"section", section},
                             {"what", figure.what},
                             {"value", figure.value},
                             {"unit", figure.unit}};
    if (figure.floor) {
        line["floor"] = {{"what", figure.floor->what}, {"value", figure.floor->value}};
        line["ratio"] = ratio_of(figure);
    }
    if (figure.target) {
        line["target"] = *figure.target;
        line["met"] = meets(figure, figure.value, *figure.target);
    }
    if (figure.ratio_target) {
        line["ratio_target"] = *figure.ratio_target;
        line["ratio_met"] = meets(figure, ratio_of(figure), *figure.ratio_target);
    }
    if (figure.x) {
        line["series"] = figure.series;
        line["x"] = *figure.x;
    }
    return line;
}

}  // namespace

double seconds_since(Clock::time_point begun) {
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

double median(std::vector<double> values) {
    return percentile(values, 0.5);
}

double percentile(std::vector<double>& values, double share) {
    ENSURE(!values.empty());
    const auto at = std::min(values.size() - 1,
                             static_cast<std::size_t>(share * static_cast<double>(values.size())));
    const auto nth = values.begin() + static_cast<std::ptrdiff_t>(at);
    std::ranges::nth_element(values, nth);
    return *nth;
}

Figures::Figures(const std::filesystem::path& file) {
    if (file.empty()) return;
    file_ = std::fopen(file.c_str(), "a");
    ENSURE(file_ != nullptr);
}

Figures::~Figures() {
    if (file_ != nullptr) std::fclose(file_);
}

void Figures::begin(std::string_view section) {
    section_ = section;
    std::printf("\n%s\n", section_.c_str());
    std::fflush(stdout);
}

void Figures::add(const Figure& figure) {
    const int digits = std::abs(figure.value) < 10 ? 2 : 0;
    std::printf("  %-58s %12.*f %-7s", figure.what.c_str(), digits, figure.value,
                figure.unit.c_str());
    if (figure.floor) {
        std::printf(" %7.3f of %.0f, %s", ratio_of(figure), figure.floor->value,
                    figure.floor->what.c_str());
    }
    if (figure.target) print_target(figure, figure.value, *figure.target, "");
    if (figure.ratio_target) {
        print_target(figure, ratio_of(figure), *figure.ratio_target, " of that");
    }
    std::printf("\n");
    std::fflush(stdout);
    if (file_ == nullptr) return;
    ENSURE(std::fprintf(file_, "%s\n", boost::json::serialize(json_of(section_, figure)).c_str()) >
           0);
    ENSURE(std::fflush(file_) == 0);
}

void Figures::add_latency(const std::string& what, std::vector<double> micros,
                          std::optional<double> p999_target) {
    add({.what = what + ", p50", .value = percentile(micros, 0.5), .unit = "us"});
    add({.what = what + ", p99", .value = percentile(micros, 0.99), .unit = "us"});
    add({.what = what + ", p99.9",
         .value = percentile(micros, 0.999),
         .unit = "us",
         .target = p999_target});
}

Pair in_turn(const std::function<double()>& value, const std::function<double()>& floor) {
    std::vector<double> values;
    std::vector<double> floors;
    for (std::size_t round = 0; round < rounds; ++round) {
        floors.push_back(floor());
        values.push_back(value());
    }
    return {median(std::move(values)), median(std::move(floors))};
}

double median_of_rounds(const std::function<double()>& measure) {
    std::vector<double> values;
    for (std::size_t round = 0; round < rounds; ++round) values.push_back(measure());
    return median(std::move(values));
}

}  // namespace muster::bench
