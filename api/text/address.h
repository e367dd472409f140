// What people type, made comparable: addresses by which a person is found, and texts that are
// shown. Everything from outside passes here before it is sealed or looked up. Pure functions, any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace muster {

struct Address {
    std::string normal;  ///< equal for all spellings of one address; reads back as itself
    std::string given;   ///< as it was typed, in NFC and trimmed, for display

    bool operator==(const Address&) const = default;
};

/// An e-mail address, by rules strict enough that what passes can stand in a header. The error is a
/// sentence that names the rule and does not repeat the input.
std::expected<Address, std::string> read_address(std::string_view text);

/// Where mail goes: the local part as it was typed (a host may tell its letters apart), the domain
/// in ASCII.
std::string delivery_address(const Address& address);

enum class Lines : std::uint8_t { one, several };

/// A name or a free text in NFC, trimmed: 1 to `most_characters` code points that show something,
/// without control characters and without marks that turn the direction of what follows. Line
/// breaks (as "\n") only where `lines` says so. Errors as above.
std::expected<std::string, std::string> read_display_text(std::string_view text,
                                                          std::size_t most_characters,
                                                          Lines lines = Lines::one);

}  // namespace muster
