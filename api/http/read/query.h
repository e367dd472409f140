// Values of queries and headers, to text and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http {

/// A whole number in decimal digits and nothing else.
std::optional<std::uint64_t> whole_number(std::string_view text);

/// A value as it stands in a query.
std::string percent_encoded(std::string_view text);

}  // namespace muster::http
