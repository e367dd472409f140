// The characters of ASCII, whatever the locale says of them; every other byte is none of these.
// Pure functions; any thread.
#pragma once

namespace muster {

constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Below the space, or DEL.
constexpr bool is_ascii_control(char c) {
    return (c >= '\0' && c < ' ') || c == '\x7f';
}

/// It prints, and is no space.
constexpr bool is_visible_ascii(char c) {
    return c > ' ' && c < '\x7f';
}

}  // namespace muster
