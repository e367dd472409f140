// The check of a whole log: positions dense, every commit decodes to what encodes to the same
// bytes, times never go back, stream versions dense, every organisation's invariants hold, the
// views equal a replay.
#pragma once

#include "api/engine.h"

#include <functional>
#include <string>
#include <vector>

namespace muster {

/// One line for each thing that is wrong, none when all is well. `progress` gets the position
/// reached.
std::expected<std::vector<std::string>, Failure> verify_log(
    const EventLog& log, const std::function<void(Position)>& progress);

}  // namespace muster
