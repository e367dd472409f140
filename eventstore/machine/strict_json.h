// JSON as Muster accepts it, in requests and in blueprints: exactly one RFC 8259 text in valid
// UTF-8. A member named twice, a number that 64 bits cannot hold, too much depth, too many bytes or
// members is an error that says where. Any thread; nothing is thrown.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <expected>
#include <limits>
#include <string>
#include <string_view>

namespace muster {

struct JsonLimits {
    std::size_t max_depth = 32;  ///< objects and arrays within each other
    std::size_t max_bytes = std::size_t{1} << 20;
    std::size_t max_members = std::numeric_limits<std::size_t>::max();  ///< of one object
};

/// Where ("roles[2].licences[0]"; empty for the whole text) and what is wrong there.
struct JsonError {
    std::string field;
    std::string message;

    bool operator==(const JsonError&) const = default;
};

std::expected<boost::json::value, JsonError> parse_strict(std::string_view text,
                                                          JsonLimits limits = {});

}  // namespace muster
