// The check of a whole log, from its stored bytes: positions dense, every commit decodes to what
// encodes to the same bytes, times never go back, stream versions dense, every organisation's
// invariants hold, every row kept beside a commit is there, and the hash tree made anew is the one
// that was kept, grown from the one that an auditor remembers.
#pragma once

#include "api/engine.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace muster {

/// One line for each thing that is wrong, none when all is well. `progress` gets the position
/// reached. `remembered`: the head of a checkpoint that somebody kept elsewhere, which the log must
/// extend.
std::expected<std::vector<std::string>, Failure> verify_log(
    const EventLog& log, const std::function<void(Position)>& progress,
    const std::optional<TreeHead>& remembered = {});

}  // namespace muster
