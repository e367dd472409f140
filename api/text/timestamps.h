// RFC 3339 times of requests; eventstore/machine/time_text.h writes them.
#pragma once

#include "domain/time.h"
#include "eventstore/machine/time_text.h"

#include <optional>
#include <string_view>

namespace muster {

/// Any RFC 3339 time, with `Z` or an offset, from the year 0001 to 9999 as sent and in UTC: what
/// was read can be written and read again. Fractions beyond microseconds are refused.
std::optional<Instant> read_rfc3339(std::string_view text);

}  // namespace muster
