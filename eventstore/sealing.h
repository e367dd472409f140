// Secret keys, authenticated encryption and keyed hashes, on libsodium. Pure but for the random
// nonce; any thread.
#pragma once

#include "eventstore/commit.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// Before the first call of libsodium; costs nothing after that.
void make_sodium_ready();

/// 32 secret bytes, wiped when they go.
struct SecretKey {
    std::array<unsigned char, 32> bytes{};

    SecretKey() = default;
    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();

    static SecretKey random();
    /// Nothing unless there are 32 bytes.
    static std::optional<SecretKey> from(std::string_view bytes);
    std::string_view view() const {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
};

/// XChaCha20-Poly1305: nonce 24 | ciphertext | tag 16.
std::string seal_bytes(const SecretKey& key, std::string_view associated, std::string_view text);
/// Nothing when the bytes were not sealed under this key with this associated data.
std::optional<std::string> unseal_bytes(const SecretKey& key, std::string_view associated,
                                        std::string_view sealed);

/// HMAC-SHA-256.
Digest keyed_hash(const SecretKey& key, std::string_view text);

}  // namespace muster
