// Every name that a command or an event has, for whoever asks for one by its name.
#pragma once

#include <span>
#include <string_view>

namespace muster {

/// What the audit trail can be asked for: names of commands and of events, sorted.
std::span<const std::string_view> names_of_kinds();

}  // namespace muster
