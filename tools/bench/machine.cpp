// The machine that all else is measured on: its processor and memory, and how fast one core reads
// and copies memory that no cache holds.
#include "tools/bench/measured.h"

#include "domain/ensure.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <numeric>
#include <string>
#include <thread>

namespace muster::bench {
namespace {

/// More than any cache.
constexpr std::size_t buffer_bytes = std::size_t{1} << 30;
constexpr double bytes_in_gb = 1e9;

std::string processor() {
    std::ifstream file{"/proc/cpuinfo"};
    constexpr std::string_view field = "model name\t: ";
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(field)) return line.substr(field.size());
    }
    return "of an unknown kind";
}

std::string machine_line() {
    const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
    const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    return "This machine: " + std::to_string(std::thread::hardware_concurrency()) +
           " processors, " + processor() + ", " + std::to_string((pages * page_bytes) >> 30) +
           " GiB of memory";
}

}  // namespace

void measure_machine(Figures& figures, const std::filesystem::path&) {
    figures.begin(machine_line());
    std::vector<std::uint64_t> memory(buffer_bytes / sizeof(std::uint64_t), 1);
    const auto per_second = [](std::size_t bytes, const auto& work) {
        return median_of_rounds([&] {
            const auto begun = Clock::now();
            work();
            return static_cast<double>(bytes) / bytes_in_gb / seconds_since(begun);
        });
    };
    const double read = per_second(buffer_bytes, [&] {
        const auto sum = std::accumulate(memory.begin(), memory.end(), std::uint64_t{0});
        ENSURE(sum == memory.size());
    });
    figures.add({.what = "memory: summed by one core", .value = read, .unit = "GB/s"});
    constexpr std::size_t half = buffer_bytes / 2;
    auto* const bytes = reinterpret_cast<char*>(memory.data());
    const double copied = per_second(half, [&] {
        std::memcpy(bytes + half, bytes, half);
        ENSURE(memory.back() == 1);
    });
    figures.add({.what = "memory: copied by one core", .value = copied, .unit = "GB/s"});
}

}  // namespace muster::bench
