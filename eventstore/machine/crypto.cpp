// Hashes on OpenSSL; keys, sealing and random values on libsodium.
#include "eventstore/machine/crypto.h"

#include "domain/ensure.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <algorithm>

namespace muster {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(nonce_size == 24 && tag_size == 16, "stored lengths");
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(SecretKey::bytes));
static_assert(crypto_auth_hmacsha256_KEYBYTES == sizeof(SecretKey::bytes));
static_assert(crypto_auth_hmacsha256_BYTES == sizeof(Digest));

unsigned char* bytes_in(std::string& text, std::size_t offset = 0) {
    return reinterpret_cast<unsigned char*>(text.data()) + offset;
}

const unsigned char* bytes_in(std::string_view text, std::size_t offset = 0) {
    return reinterpret_cast<const unsigned char*>(text.data()) + offset;
}

}  // namespace

void make_sodium_ready() {
    static const bool initialised = sodium_init() >= 0;
    ENSURE(initialised);
}

SecretKey::~SecretKey() {
    sodium_memzero(bytes.data(), bytes.size());
}

SecretKey SecretKey::random() {
    make_sodium_ready();
    SecretKey key;
    randombytes_buf(key.bytes.data(), key.bytes.size());
    return key;
}

std::optional<SecretKey> SecretKey::from(std::string_view bytes) {
    SecretKey key;
    if (bytes.size() != key.bytes.size()) return std::nullopt;
    std::copy_n(bytes_in(bytes), key.bytes.size(), key.bytes.begin());
    return key;
}

std::string seal_bytes(const SecretKey& key, std::string_view associated, std::string_view text) {
    make_sodium_ready();
    std::string sealed(nonce_size + text.size() + tag_size, '\0');
    randombytes_buf(sealed.data(), nonce_size);
    unsigned long long size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_in(sealed, nonce_size), &size, bytes_in(text),
                                               text.size(), bytes_in(associated), associated.size(),
                                               nullptr, bytes_in(sealed), key.bytes.data());
    ENSURE(size == text.size() + tag_size);
    return sealed;
}

std::optional<std::string> unseal_bytes(const SecretKey& key, std::string_view associated,
                                        std::string_view sealed) {
    make_sodium_ready();
    if (sealed.size() < nonce_size + tag_size) return std::nullopt;
    // One spare byte, so that an empty text has somewhere to go.
    std::string text(sealed.size() - nonce_size - tag_size + 1, '\0');
    unsigned long long size = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            bytes_in(text), &size, nullptr, bytes_in(sealed, nonce_size),
            sealed.size() - nonce_size, bytes_in(associated), associated.size(), bytes_in(sealed),
            key.bytes.data()) != 0) {
        return std::nullopt;
    }
    text.resize(size);
    return text;
}

Digest keyed_hash(const SecretKey& key, std::string_view text) {
    make_sodium_ready();
    Digest digest{};
    crypto_auth_hmacsha256(digest.data(), bytes_in(text), text.size(), key.bytes.data());
    return digest;
}

Digest sha256(std::string_view text) {
    // Making a state takes longer than hashing a leaf of the tree.
    thread_local Sha256 state;
    state.add(text);
    return state.finish();
}

Sha256::Sha256() : state_{EVP_MD_CTX_new()} {
    ENSURE(state_ != nullptr);
    begin();
}

Sha256::~Sha256() = default;

void Sha256::Free::operator()(EVP_MD_CTX* state) const {
    EVP_MD_CTX_free(state);
}

void Sha256::begin() {
    // OpenSSL uses the processor's own instructions, which is four times as fast as libsodium, but
    // looks an algorithm up by its name each time unless it is kept.
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    ENSURE(algorithm != nullptr && EVP_DigestInit_ex2(state_.get(), algorithm, nullptr) == 1);
}

void Sha256::add(std::string_view bytes) {
    ENSURE(EVP_DigestUpdate(state_.get(), bytes.data(), bytes.size()) == 1);
}

Digest Sha256::finish() {
    Digest digest{};
    ENSURE(EVP_DigestFinal_ex(state_.get(), digest.data(), nullptr) == 1);
    begin();
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
    return base64(token);
}

bool equal_in_constant_time(const Digest& one, const Digest& other) {
    return sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace muster
