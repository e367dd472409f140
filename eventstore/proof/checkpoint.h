// Signed checkpoints: what the log says of itself to whoever keeps it elsewhere, in a form that
// other people's programs read and check. A checkpoint is a C2SP signed note (c2sp.org/signed-note,
// Ed25519) whose text is a tree head (c2sp.org/tlog-checkpoint):
//
//     muster.log/5b1d3c4e-...                                   origin
//     20852163                                                  size, the position of the newest
//     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=              root
//
//     — muster.log/5b1d3c4e-... base64(key id 4 | signature 64)
//
// Reading is strict and total: what deviates in one byte from what would have been written is
// refused, and no text is handed out before its signature was checked. Pure but for the two
// functions at the end; any thread.
#pragma once

#include "eventstore/machine/crypto.h"
#include "eventstore/machine/disk.h"
#include "eventstore/proof/merkle.h"

#include <array>
#include <boost/uuid/uuid.hpp>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// A key that signatures are checked with. Its name is the origin of the log it signs for; no
/// spaces, no plus.
struct VerifierKey {
    std::string name;
    std::array<std::uint8_t, 32> public_key{};

    bool operator==(const VerifierKey&) const = default;
};

/// "name+hash+base64(0x01 | public key)", as verifiers everywhere take it. The hash, eight digits,
/// is the key id: the first four bytes of SHA-256(name | 0x0A | 0x01 | public key).
std::string text_of(const VerifierKey& key);
std::expected<VerifierKey, Failure> parse_verifier_key(std::string_view text);

/// A key that signs. Who has it can sign another history.
class Signer {
 public:
    Signer(std::string name, const SecretKey& seed);

    const VerifierKey& verifier() const { return verifier_; }
    const SecretKey& seed() const { return seed_; }

 private:
    VerifierKey verifier_;
    SecretKey seed_;
};

/// The text must be one that a note can have: lines of UTF-8 without control characters.
std::string sign_note(std::string_view text, const Signer& signer);
/// The text of a note that the key has signed. Signatures of other keys, as of witnesses, are
/// ignored but must be well formed; a false one of this key is refused whatever the others say.
std::expected<std::string, Failure> open_note(std::string_view note, const VerifierKey& key);

struct Checkpoint {
    std::string origin;
    TreeHead head;
    std::vector<std::string> extensions;  ///< lines of other logs; ours writes none

    bool operator==(const Checkpoint&) const = default;
};

/// The log's identity, not its server's: a log that moves or is restored elsewhere keeps it, two
/// logs never share it, and nothing has to be configured or resolve.
std::string origin_of(const boost::uuids::uuid& log_id);

/// A hash as checkpoints and proofs write it: base64 with padding.
std::string text_of(const Digest& hash);
std::optional<Digest> parse_hash(std::string_view text);

std::string text_of(const Checkpoint& checkpoint);
std::expected<Checkpoint, Failure> parse_checkpoint(std::string_view text);

/// The checkpoint that a note holds, signed by this key for the log of this key's name.
std::expected<Checkpoint, Failure> open_checkpoint(std::string_view note, const VerifierKey& key);

/// Makes a key and its file, 0600, durably; `io_error` when the file is there, for a key that was
/// published is never replaced by accident. One line that other signers read too:
/// "PRIVATE+KEY+name+hash+base64(0x01 | seed)", whose hash tells a damaged key from a whole one.
std::expected<Signer, Failure> make_signer(Disk& disk, const std::filesystem::path& file,
                                           std::string name);
/// `not_found` when there is no file, `corrupted` when it holds no whole key of this name, and
/// `io_error` when anybody but its owner may read or write it: a warning would be read by nobody,
/// and whether the key is still a secret only its owner can tell.
std::expected<Signer, Failure> load_signer(const Disk& disk, const std::filesystem::path& file,
                                           std::string_view name);

}  // namespace muster
