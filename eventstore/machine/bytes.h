// The byte forms that everything stored is made of: digests, big-endian numbers (so that the order
// of keys is the order of what they stand for), ids, and bytes as text. Pure; any thread.
#pragma once

#include <boost/uuid/uuid.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// What a SHA-256, keyed or not, comes to.
using Digest = std::array<std::uint8_t, 32>;

/// The same bytes, as those who store and compare them take them.
template <std::size_t size>
std::string_view view_of(const std::array<std::uint8_t, size>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

/// The lowest `size` bytes of the number, the highest first.
void append_big_endian(std::string& bytes, std::uint64_t value, unsigned size = 8);
/// All of the bytes, at most 8, as one number.
std::uint64_t big_endian(std::string_view bytes);
/// The number of 8 bytes at this place, which must be there.
std::uint64_t number_at(std::string_view bytes, std::size_t offset);
void append_id(std::string& bytes, const boost::uuids::uuid& id);
/// The id at this place, which must be there.
boost::uuids::uuid id_at(std::string_view bytes, std::size_t offset);

/// Lower case, two digits a byte.
std::string hex(std::string_view bytes);

enum class Base64 : std::uint8_t {
    url,      ///< `-` and `_`, no padding: tokens, cursors
    standard  ///< `+` and `/`, padded: what other programs read, such as signed notes
};
std::string base64(std::string_view bytes, Base64 alphabet = Base64::url);
/// Nothing unless these bytes would be written like that.
std::optional<std::string> from_base64(std::string_view text, Base64 alphabet = Base64::url);

}  // namespace muster
