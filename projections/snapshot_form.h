// An organisation of a moment as bytes, for snapshots. Ours alone: what cannot be read is made anew
// from the log. Whoever changes what is in these structs, or what an event makes of them, raises
// `snapshot_format`. Pure functions, any thread.
#pragma once

#include "projections/then.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

constexpr std::uint32_t snapshot_format = 1;

/// Of an organisation that there is.
std::string encode(const OrganizationThen& then);
/// Nothing when the bytes are not all of one.
std::optional<OrganizationThen> decode_organization_then(std::string_view bytes);

}  // namespace muster
