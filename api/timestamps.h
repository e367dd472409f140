// RFC 3339 times, always written in UTC.
#pragma once

#include "domain/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// "2026-11-21T20:10:46Z", with microseconds when there are any.
std::string rfc3339(Instant instant);
/// Any RFC 3339 time, with `Z` or an offset; fractions beyond microseconds are refused.
std::optional<Instant> read_rfc3339(std::string_view text);

}  // namespace muster
