// What grows with a history: disk, start, memory and rates at one number of commits after another,
// over organisations of Zipf sizes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace muster::bench {

/// Prints each figure when it has it, and at the end a table of all of them with how many times
/// that of the first history it costs. The folder is emptied before each history and at the end.
void measure_slopes(const std::filesystem::path& folder, const std::vector<std::uint64_t>& commits);

/// What the process has from the allocator, in bytes.
double allocated();

}  // namespace muster::bench
