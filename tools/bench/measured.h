// The parts of the benchmark, each with an empty folder of its own.
#pragma once

#include "tools/bench/figures.h"

#include <filesystem>

namespace muster::bench {

/// What it is, and its memory's bandwidth.
void measure_machine(Figures& figures, const std::filesystem::path& folder);
void measure_writes(Figures& figures, const std::filesystem::path& folder);
void measure_checks(Figures& figures, const std::filesystem::path& folder);
/// Reading the log again: replay, verification, rebuilding the views, opening; and what a commit
/// takes on disk.
void measure_history(Figures& figures, const std::filesystem::path& folder);
void measure_import(Figures& figures, const std::filesystem::path& folder);

}  // namespace muster::bench
