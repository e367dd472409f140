// Text form of UUIDs.
#include "domain/ids.h"

#include <array>
#include <boost/uuid/uuid_io.hpp>

namespace muster {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string to_string(const boost::uuids::uuid& value) {
    return boost::uuids::to_string(value);
}

std::optional<boost::uuids::uuid> parse_uuid(std::string_view text) {
    constexpr std::size_t canonical_length = 36;
    if (text.size() != canonical_length) return std::nullopt;
    boost::uuids::uuid result{};
    std::size_t at = 0;
    for (std::size_t byte = 0; byte < result.size(); ++byte) {
        if (byte == 4 || byte == 6 || byte == 8 || byte == 10) {
            if (text[at++] != '-') return std::nullopt;
        }
        const int high = hex_digit(text[at++]);
        const int low = hex_digit(text[at++]);
        if (high < 0 || low < 0) return std::nullopt;
        result.data[byte] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return result;
}

}  // namespace muster
