// UTF-8 by ICU, past ASCII eight bytes at a time.
#include "api/text/valid_text.h"

#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <cstring>

namespace muster {

bool is_valid_utf8(std::string_view bytes) {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    for (std::size_t at = 0; at < bytes.size();) {
        std::uint64_t eight = high_bits;
        if (bytes.size() - at >= sizeof eight) std::memcpy(&eight, begin + at, sizeof eight);
        if ((eight & high_bits) == 0) {
            at += sizeof eight;
            continue;
        }
        UChar32 character = 0;
        U8_NEXT(begin, at, bytes.size(), character);
        if (character < 0) return false;
    }
    return true;
}

std::string valid_utf8(std::string bytes) {
    if (is_valid_utf8(bytes)) return bytes;
    std::string result;
    return icu::UnicodeString::fromUTF8(bytes).toUTF8String(result);
}

std::string valid_utf8(std::string_view bytes, std::size_t most_bytes) {
    std::string result = valid_utf8(std::string{bytes.substr(0, most_bytes)});
    if (result.size() <= most_bytes) return result;
    std::size_t end = most_bytes;
    while (U8_IS_TRAIL(static_cast<std::uint8_t>(result[end]))) --end;
    result.resize(end);
    return result;
}

}  // namespace muster
