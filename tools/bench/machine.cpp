// The machine that all else is measured on: its processor and memory, and how fast one core copies
// memory that no cache holds.
#include "tools/bench/measured.h"

#include "domain/ensure.h"

#include <unistd.h>

#include <cstring>
#include <fstream>
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
    std::vector<char> memory(buffer_bytes, 'm');
    constexpr std::size_t half = buffer_bytes / 2;
    const double copied = median_of_rounds([&] {
        const auto begun = Clock::now();
        std::memcpy(memory.data() + half, memory.data(), half);
        ENSURE(memory.back() == 'm');
        return half / bytes_in_gb / seconds_since(begun);
    });
    figures.add({.what = "memory: copied by one core", .value = copied, .unit = "GB/s"});
}

}  // namespace muster::bench
