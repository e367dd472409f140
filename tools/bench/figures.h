// What a benchmark found: each figure beside its floor of the same run, printed as a row of a table
// and kept as a line of JSON, from which tools/bench/run makes figures.json and the plots.
#pragma once

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::bench {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begun);

/// The middle one; the values may be in any order and must not be none.
double median(std::vector<double> values);
/// The value below which `share` of them are.
double percentile(std::vector<double>& values, double share);

/// What the same machine does in the same run without Muster.
struct Floor {
    std::string what;
    double value = 0;  ///< in the unit of the figure
};

struct Figure {
    std::string what;
    double value = 0;
    std::string unit;  ///< "/s" where more is better; everywhere else less is
    std::optional<Floor> floor = std::nullopt;
    // At least so much of a rate, at most of anything else.
    std::optional<double> target = std::nullopt;        ///< of the value
    std::optional<double> ratio_target = std::nullopt;  ///< of value to floor
    std::string series = {};                 ///< the line of a plot that this is a point of
    std::optional<double> x = std::nullopt;  ///< where on it
};

class Figures {
 public:
    /// With an empty path nothing is kept. Lines are added to what is there.
    explicit Figures(const std::filesystem::path& file);
    ~Figures();
    Figures(const Figures&) = delete;
    Figures& operator=(const Figures&) = delete;

    /// What follows is about this.
    void begin(std::string_view section);
    void add(const Figure& figure);
    /// The 50th, 99th and 99.9th percentile, in microseconds.
    void add_latency(const std::string& what, std::vector<double> micros,
                     std::optional<double> p999_target = std::nullopt);

 private:
    std::FILE* file_ = nullptr;
    std::string section_;
};

constexpr std::size_t rounds = 5;
/// The medians of two things measured in turn, so that a slower moment of the machine meets both.
struct Pair {
    double value = 0;
    double floor = 0;
};
Pair in_turn(const std::function<double()>& value, const std::function<double()>& floor);
double median_of_rounds(const std::function<double()>& measure);

}  // namespace muster::bench
