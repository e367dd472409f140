// Times and spans of time as the readers of a mail write them. Pure functions; any thread.
#pragma once

#include "domain/time.h"

#include <string>
#include <string_view>

namespace muster {

/// "November 21, 2023 at 8:53 PM UTC", "21 novembre 2023 à 20:53 UTC": in the language of a tag,
/// with the zone. Only numbers where the language is not known.
std::string shown_time(Instant instant, std::string_view language);

/// "7 days", "36 heures": in the largest unit that leaves no rest; in English where the language is
/// not known.
std::string shown_life(Duration life, std::string_view language);

}  // namespace muster
