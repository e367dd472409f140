// Hashes on OpenSSL; random values and their text form on libsodium.
#include "domain/ensure.h"
#include "eventstore/keys.h"
#include "eventstore/sealing.h"

#include <openssl/evp.h>
#include <sodium.h>

namespace muster {
namespace {

/// libsodium is ready in this process; the first caller makes it so.
constexpr int base64_variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

}  // namespace

Digest sha256(std::string_view text) {
    // OpenSSL uses the processor's own instructions, which is four times as fast as libsodium.
    Digest digest{};
    ENSURE(EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) ==
           1);
    return digest;
}

boost::uuids::uuid random_uuid() {
    make_sodium_ready();
    boost::uuids::uuid id{};
    randombytes_buf(id.data, id.size());
    id.data[6] = static_cast<std::uint8_t>((id.data[6] & 0x0FU) | 0x40U);
    id.data[8] = static_cast<std::uint8_t>((id.data[8] & 0x3FU) | 0x80U);
    return id;
}

std::string random_token(std::size_t bytes) {
    make_sodium_ready();
    std::string token(bytes, '\0');
    randombytes_buf(token.data(), token.size());
    return base64url(token);
}

std::string base64url(std::string_view bytes) {
    make_sodium_ready();
    // The length counts the closing NUL, which libsodium writes.
    std::string text(sodium_base64_encoded_len(bytes.size(), base64_variant), '\0');
    sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      base64_variant);
    text.pop_back();
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    make_sodium_ready();
    std::string bytes(text.size() / 4 * 3 + 3, '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &size, &end, base64_variant) != 0 ||
        end != text.data() + text.size()) {
        return std::nullopt;
    }
    bytes.resize(size);
    return bytes;
}

bool equal_in_constant_time(const Digest& one, const Digest& other) {
    return sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace muster
