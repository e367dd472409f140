// Bytes as hexadecimal digits, as the golden examples write them.
#pragma once

#include "eventstore/form/commit.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::test {

inline std::string hex_of(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char letter : bytes) {
        const auto byte = static_cast<std::uint8_t>(letter);
        hex += digits[byte / 16];
        hex += digits[byte % 16];
    }
    return hex;
}

inline std::string hex_of(const Digest& digest) {
    return hex_of(view_of(digest));
}

}  // namespace muster::test
