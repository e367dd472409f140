// Notes, keys and checkpoints as text, on libsodium's Ed25519.
#include "eventstore/proof/checkpoint.h"

#include "domain/ensure.h"
#include "domain/ids.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/code_points.h"
#include "eventstore/machine/crypto.h"

#include <sodium.h>
#include <unicode/uchar.h>
#include <algorithm>
#include <charconv>
#include <optional>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view signature_start = "\u2014 ";
constexpr std::string_view secret_start = "PRIVATE+KEY+";
constexpr std::string_view origin_start = "muster.log/";
constexpr char ed25519 = 1;
constexpr std::size_t key_id_size = 4;
constexpr std::size_t note_bytes_most = std::size_t{1} << 20;
constexpr std::size_t signatures_most = 100;

static_assert(crypto_sign_PUBLICKEYBYTES == sizeof(VerifierKey::public_key));
static_assert(crypto_sign_SEEDBYTES == sizeof(SecretKey::bytes));

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Whether a text is UTF-8 in which every character is `fitting`.
template <class Fitting>
bool is_made_of(std::string_view text, const Fitting& fitting) {
    for (std::size_t at = 0; at < text.size();) {
        const std::int32_t character = next_code_point(text, at);
        if (character < 0 || !fitting(character)) return false;
    }
    return true;
}

bool is_control(std::int32_t character) {
    return character < ' ';
}

bool is_key_name(std::string_view name) {
    return !name.empty() && is_made_of(name, [](std::int32_t character) {
        return !is_control(character) && u_isUWhiteSpace(character) == 0 && character != '+';
    });
}

bool is_note_text(std::string_view text) {
    return text.ends_with('\n') && is_made_of(text, [](std::int32_t character) {
               return !is_control(character) || character == '\n';
           });
}

std::string typed(std::string_view key) {
    return std::string{ed25519} + std::string{key};
}

std::string key_id_of(const VerifierKey& key) {
    const auto digest = sha256(key.name + "\n" + typed(view_of(key.public_key)));
    return std::string{view_of(digest).substr(0, key_id_size)};
}

std::string key_text(const VerifierKey& key, std::string_view material) {
    return key.name + '+' + hex(key_id_of(key)) + '+' +
           base64(typed(material), Base64::standard);
}

/// The name and the 32 bytes of "name+hash+base64(0x01 | bytes)"; the hash is still to be compared.
struct NamedKey {
    std::string name;
    std::string bytes;
};

std::optional<NamedKey> split_key(std::string_view text) {
    const auto name_end = text.find('+');
    if (name_end == std::string_view::npos) return std::nullopt;
    const auto hash_end = text.find('+', name_end + 1);
    if (hash_end == std::string_view::npos) return std::nullopt;
    const auto bytes = from_base64(text.substr(hash_end + 1), Base64::standard);
    const auto name = text.substr(0, name_end);
    if (!bytes || bytes->size() != 33 || bytes->front() != ed25519 || !is_key_name(name)) {
        return std::nullopt;
    }
    return NamedKey{std::string{name}, bytes->substr(1)};
}

/// The part of a text before its first newline; that and the newline are taken away.
std::optional<std::string_view> take_line(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

struct NoteSignature {
    std::string_view name;
    std::string key_id;
    std::string bytes;
};

std::optional<NoteSignature> parse_signature(std::string_view line) {
    if (!line.starts_with(signature_start)) return std::nullopt;
    line.remove_prefix(signature_start.size());
    const auto space = line.find(' ');
    if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return std::nullopt;
    const auto bytes = from_base64(line.substr(space + 1), Base64::standard);
    if (!bytes || bytes->size() <= key_id_size) return std::nullopt;
    return NoteSignature{line.substr(0, space), bytes->substr(0, key_id_size),
                         bytes->substr(key_id_size)};
}

struct SignedText {
    std::string_view text;
    std::vector<NoteSignature> signatures;
};

std::expected<SignedText, Failure> parse_note(std::string_view bytes) {
    if (bytes.size() > note_bytes_most) return corrupted("the note is too long");
    if (!is_note_text(bytes)) return corrupted("the note is not made of lines of plain UTF-8");
    const auto blank = bytes.rfind("\n\n");
    if (blank == std::string_view::npos) return corrupted("the note has no blank line");
    SignedText note{.text = bytes.substr(0, blank + 1), .signatures = {}};
    auto rest = bytes.substr(blank + 2);
    while (const auto line = take_line(rest)) {
        auto signature = parse_signature(*line);
        if (!signature) return corrupted("the note has a signature line that is not well formed");
        note.signatures.push_back(std::move(*signature));
        if (note.signatures.size() > signatures_most) return corrupted("too many signatures");
    }
    if (note.signatures.empty()) return corrupted("the note has no signature");
    return note;
}

bool is_signed(const SignedText& note, const NoteSignature& signature, const VerifierKey& key) {
    return signature.bytes.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(bytes_of(signature.bytes), bytes_of(note.text),
                                       note.text.size(), key.public_key.data()) == 0;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t size = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, size);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    if (text.starts_with('0') && text != "0") return std::nullopt;
    return size;
}

std::string secret_text_of(const Signer& signer) {
    return std::string{secret_start} + key_text(signer.verifier(), view_of(signer.seed().bytes)) +
           "\n";
}

std::optional<Signer> parse_signer(std::string_view text) {
    if (!text.starts_with(secret_start) || !text.ends_with('\n')) return std::nullopt;
    auto rest = text.substr(secret_start.size());
    rest.remove_suffix(1);
    const auto parts = split_key(rest);
    const auto seed = parts ? SecretKey::from(parts->bytes) : std::nullopt;
    if (!seed) return std::nullopt;
    Signer signer{parts->name, *seed};
    if (secret_text_of(signer) != text) return std::nullopt;
    return signer;
}

}  // namespace

std::string text_of(const VerifierKey& key) {
    return key_text(key, view_of(key.public_key));
}

std::expected<VerifierKey, Failure> parse_verifier_key(std::string_view text) {
    const auto parts = split_key(text);
    if (!parts) return corrupted("not a verifier key of the form name+hash+base64");
    VerifierKey key{.name = parts->name, .public_key = {}};
    std::ranges::copy(parts->bytes, key.public_key.begin());
    if (text_of(key) != text) return corrupted("the hash in the verifier key is not that key's");
    return key;
}

Signer::Signer(std::string name, const SecretKey& seed)
    : verifier_{.name = std::move(name), .public_key = {}}, seed_{seed} {
    ENSURE(is_key_name(verifier_.name));
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
    crypto_sign_seed_keypair(verifier_.public_key.data(), secret.data(), seed_.bytes.data());
    sodium_memzero(secret.data(), secret.size());
}

std::string sign_note(std::string_view text, const Signer& signer) {
    ENSURE(is_note_text(text));
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> unused{};
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
    crypto_sign_seed_keypair(unused.data(), secret.data(), signer.seed().bytes.data());
    std::array<unsigned char, crypto_sign_BYTES> signature{};
    crypto_sign_detached(signature.data(), nullptr, bytes_of(text), text.size(), secret.data());
    sodium_memzero(secret.data(), secret.size());

    const auto& key = signer.verifier();
    const auto signed_by = key_id_of(key) + std::string{view_of(signature)};
    return std::string{text} + "\n" + std::string{signature_start} + key.name + " " +
           base64(signed_by, Base64::standard) + "\n";
}

std::expected<std::string, Failure> open_note(std::string_view bytes, const VerifierKey& key) {
    const auto note = parse_note(bytes);
    if (!note) return std::unexpected(note.error());
    const auto key_id = key_id_of(key);
    bool is_signed_by_key = false;
    for (const auto& signature : note->signatures) {
        if (signature.name != key.name || signature.key_id != key_id) continue;
        if (!is_signed(*note, signature, key)) {
            return corrupted("a signature of " + key.name + " is false");
        }
        is_signed_by_key = true;
    }
    if (!is_signed_by_key) return corrupted("the note is not signed by the key " + text_of(key));
    return std::string{note->text};
}

std::string text_of(const Digest& hash) {
    return base64(view_of(hash), Base64::standard);
}

std::optional<Digest> parse_hash(std::string_view text) {
    const auto bytes = from_base64(text, Base64::standard);
    Digest hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

std::string origin_of(const boost::uuids::uuid& log_id) {
    return std::string{origin_start} + to_string(log_id);
}

std::string text_of(const Checkpoint& checkpoint) {
    auto text = checkpoint.origin + "\n" + std::to_string(checkpoint.head.size) + "\n" +
                text_of(checkpoint.head.root) + "\n";
    for (const auto& line : checkpoint.extensions) text += line + "\n";
    return text;
}

std::expected<Checkpoint, Failure> parse_checkpoint(std::string_view text) {
    if (!is_note_text(text)) return corrupted("the checkpoint is not made of lines of plain UTF-8");
    std::vector<std::string_view> lines;
    while (const auto line = take_line(text)) {
        if (line->empty()) return corrupted("the checkpoint has an empty line");
        lines.push_back(*line);
    }
    if (lines.size() < 3) return corrupted("the checkpoint lacks origin, size or root");
    const auto size = parse_size(lines[1]);
    if (!size) return corrupted("the size in the checkpoint is not a number as it is written");
    const auto root = parse_hash(lines[2]);
    if (!root) return corrupted("the root in the checkpoint is not 32 bytes in base64");
    return Checkpoint{.origin = std::string{lines[0]},
                      .head = {*size, *root},
                      .extensions = {lines.begin() + 3, lines.end()}};
}

std::expected<Checkpoint, Failure> open_checkpoint(std::string_view note, const VerifierKey& key) {
    const auto text = open_note(note, key);
    if (!text) return std::unexpected(text.error());
    auto checkpoint = parse_checkpoint(*text);
    if (checkpoint && checkpoint->origin != key.name) {
        return corrupted("the checkpoint is of the log " + checkpoint->origin + ", not of " +
                         key.name);
    }
    return checkpoint;
}

std::expected<Signer, Failure> make_signer(Disk& disk, const fs::path& file, std::string name) {
    const auto there = disk.has(file);
    if (!there) return std::unexpected(there.error());
    if (*there) {
        return failed(FailureKind::io_error, file.string() + " is there; a key is not replaced");
    }
    Signer signer{std::move(name), SecretKey::random()};
    if (auto written = disk.write_whole_file(file, secret_text_of(signer)); !written) {
        return std::unexpected(written.error());
    }
    return signer;
}

std::expected<Signer, Failure> load_signer(const Disk& disk, const fs::path& file,
                                           std::string_view name) {
    const auto text = disk.read_whole_file(file);
    if (!text) return std::unexpected(text.error());
    std::error_code error;
    const auto status = fs::status(file, error);
    constexpr auto of_others = fs::perms::group_all | fs::perms::others_all;
    // A disk that is not this machine's has no others.
    if (!error && (status.permissions() & of_others) != fs::perms::none) {
        return failed(FailureKind::io_error,
                      "others than its owner may use the signing key " + file.string() +
                          "; if it is still a secret, take that from them (chmod 600)");
    }
    auto signer = parse_signer(*text);
    if (!signer)
        return corrupted(file.string() + " does not hold a whole signing key; put it back");
    if (signer->verifier().name != name) {
        return corrupted(file.string() + " is the signing key of " + signer->verifier().name +
                         ", not of " + std::string{name} + "; put the right one back");
    }
    return std::move(*signer);
}

}  // namespace muster
