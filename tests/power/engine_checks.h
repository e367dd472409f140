// What must hold of an engine that was opened after a loss of power, or after its disk failed:
// everything that was acknowledged is there and whole, nothing is half there, and asking again is
// exact.
#pragma once

#include "tests/power/witness.h"

#include <string>
#include <vector>

namespace muster::test {

/// A line for each thing that is wrong. Retries every step since the last check and notes the
/// answers of those that were never answered.
std::vector<std::string> findings_of(Engine& engine, std::uint64_t seed, Witness& witness,
                                     const std::filesystem::path& outbox);

}  // namespace muster::test
