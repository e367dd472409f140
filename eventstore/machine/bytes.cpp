// Numbers and ids as bytes, and bytes as text, the latter on libsodium.
#include "eventstore/machine/bytes.h"

#include "domain/ensure.h"
#include "eventstore/machine/crypto.h"

#include <sodium.h>
#include <algorithm>
#include <array>
#include <bit>

namespace muster {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are turned around");

int variant_of(Base64 alphabet) {
    return alphabet == Base64::url ? sodium_base64_VARIANT_URLSAFE_NO_PADDING
                                   : sodium_base64_VARIANT_ORIGINAL;
}

}  // namespace

void append_big_endian(std::string& bytes, std::uint64_t value, unsigned size) {
    const auto digits = std::bit_cast<std::array<char, sizeof value>>(std::byteswap(value));
    bytes.append(digits.data() + (digits.size() - size), size);
}

std::uint64_t big_endian(std::string_view bytes) {
    std::array<char, sizeof(std::uint64_t)> digits{};
    ENSURE(bytes.size() <= digits.size());
    std::ranges::copy_backward(bytes, digits.end());
    return std::byteswap(std::bit_cast<std::uint64_t>(digits));
}

std::uint64_t number_at(std::string_view bytes, std::size_t offset) {
    ENSURE(bytes.size() >= offset + 8);
    return big_endian(bytes.substr(offset, 8));
}

void append_id(std::string& bytes, const boost::uuids::uuid& id) {
    bytes.append(reinterpret_cast<const char*>(id.data), id.size());
}

boost::uuids::uuid id_at(std::string_view bytes, std::size_t offset) {
    boost::uuids::uuid id{};
    ENSURE(bytes.size() >= offset + id.size());
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), id.size(), id.begin());
    return id;
}

std::string hex(std::string_view bytes) {
    // The length counts the closing NUL, which libsodium writes.
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                   bytes.size());
    text.pop_back();
    return text;
}

std::string base64(std::string_view bytes, Base64 alphabet) {
    make_sodium_ready();
    const int variant = variant_of(alphabet);
    // The length counts the closing NUL, which libsodium writes.
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), variant);
    text.pop_back();
    return text;
}

std::optional<std::string> from_base64(std::string_view text, Base64 alphabet) {
    make_sodium_ready();
    std::string bytes(text.size() / 4 * 3 + 3, '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &size, nullptr, variant_of(alphabet)) != 0) {
        return std::nullopt;
    }
    bytes.resize(size);
    // libsodium takes some bytes that are no letters of the alphabet for one.
    if (base64(bytes, alphabet) != text) return std::nullopt;
    return bytes;
}

}  // namespace muster
