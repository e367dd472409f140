// Every name that a command or an event has, for whoever asks for one by its name.
#pragma once

#include <string_view>
#include <vector>

namespace muster {

/// What the audit trail can be asked for: names of commands and of events, sorted.
const std::vector<std::string_view>& names_of_kinds();

}  // namespace muster
