// Instants as people and programs read them. Pure; any thread.
#pragma once

#include "domain/time.h"

#include <string>

namespace muster {

/// RFC 3339 in UTC: "2026-11-21T20:10:46Z", with microseconds when there are any.
std::string rfc3339(Instant instant);

}  // namespace muster
