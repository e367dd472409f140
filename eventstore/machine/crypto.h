// Hashes, random values, secret keys and authenticated encryption, on OpenSSL and libsodium. Pure
// but for what is random; any thread.
#pragma once

#include "eventstore/machine/bytes.h"

#include <boost/uuid/uuid.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's state of a hash

namespace muster {

Digest sha256(std::string_view text);

/// The SHA-256 of what comes in parts; after `finish` another one begins. One thread at a time.
class Sha256 {
 public:
    Sha256();
    ~Sha256();
    void add(std::string_view bytes);
    Digest finish();

 private:
    void begin();

    struct Free {
        void operator()(evp_md_ctx_st* state) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> state_;
};

/// From the operating system. An id is a random UUID (version 4).
boost::uuids::uuid random_uuid();
std::string random_token(std::size_t bytes);  ///< base64url without padding

/// Takes the same time wherever the two differ.
bool equal_in_constant_time(const Digest& one, const Digest& other);

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
};

/// XChaCha20-Poly1305: nonce 24 | ciphertext | tag 16.
std::string seal_bytes(const SecretKey& key, std::string_view associated, std::string_view text);
/// Nothing when the bytes were not sealed under this key with this associated data.
std::optional<std::string> unseal_bytes(const SecretKey& key, std::string_view associated,
                                        std::string_view sealed);

/// HMAC-SHA-256.
Digest keyed_hash(const SecretKey& key, std::string_view text);

}  // namespace muster
