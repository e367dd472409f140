// Walking UTF-8 with ICU's macros, past ASCII eight bytes at a time.
#include "api/text/valid_text.h"

#include <unicode/utf8.h>

#include <cstdint>
#include <cstring>

namespace muster {
namespace {

/// Where valid UTF-8 ends, from `at` on; the size when all of it is.
std::size_t end_of_valid(std::string_view bytes, std::size_t at) {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    while (at < bytes.size()) {
        std::uint64_t eight = high_bits;
        if (bytes.size() - at >= sizeof eight) std::memcpy(&eight, begin + at, sizeof eight);
        if ((eight & high_bits) == 0) {
            at += sizeof eight;
            continue;
        }
        const std::size_t before = at;
        UChar32 character = 0;
        U8_NEXT(begin, at, bytes.size(), character);
        if (character < 0) return before;
    }
    return at;
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) {
    return end_of_valid(bytes, 0) == bytes.size();
}

std::string valid_utf8(std::string bytes) {
    std::size_t end = end_of_valid(bytes, 0);
    if (end == bytes.size()) return bytes;
    const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::string result;
    std::size_t at = 0;
    while (at < bytes.size()) {
        result.append(bytes, at, end - at);
        at = end;
        if (at == bytes.size()) break;
        UChar32 broken = 0;
        U8_NEXT(begin, at, bytes.size(), broken);
        result += "\xEF\xBF\xBD";
        end = end_of_valid(bytes, at);
    }
    return result;
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
