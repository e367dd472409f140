// keys/: what may be forgotten. Which person an address belongs to, the data keys that seal
// personal data, and the server's secrets. Destroying a row here makes what it sealed unreadable
// for ever, while the log still verifies.
//
// Sealing is XChaCha20-Poly1305 under one data key per (person, organisation) and one per account,
// each wrapped by the key-encryption key of the current generation, which lies in a file of its
// own. The associated data binds organisation, person and field, so that a ciphertext cannot be
// moved.
//
// New rows are numbered and become durable with `sync()`, which the writer calls before it appends
// the commits that need them. Any thread.
#pragma once

#include "domain/context.h"
#include "domain/ids.h"
#include "eventstore/form/commit.h"
#include "eventstore/machine/disk.h"
#include "eventstore/machine/failure.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// STORED (in the associated data): never renumber.
enum class PersonalField : std::uint8_t {
    name = 1,
    address = 2,
    reason = 3,
    message = 4,
    origin = 5,
    details = 6,
    avatar = 7
};

/// Whose datum it is. A nil organisation means the person's account; a nil person means nobody in
/// particular (a message to all invited, an operator's origin).
struct SealScope {
    OrganizationId organization;
    PersonId person;
    PersonalField field = PersonalField::name;
};

/// An API key as it is stored; the secret itself is not.
struct ApiKeyRecord {
    boost::uuids::uuid id{};
    std::string label;
    Digest secret_hash{};
    bool platform_operator = false;             ///< everything, every organisation
    std::vector<OrganizationId> organizations;  ///< those it reaches, unless it is the operator's
    bool names_actors = true;                   ///< may speak for a person (Muster-Actor)
    bool may_found = false;                     ///< organisations; the operator's always may
    std::int64_t created_at_micros = 0;
    std::int64_t expires_at_micros = 0;  ///< 0: never

    bool operator==(const ApiKeyRecord&) const = default;
};

/// Stands for a text that was not sealed, since the request came to nothing and must leave no row
/// here: not empty, and unsealed by nobody.
Sealed withheld();

/// Gets the name and the value of a row, keys still wrapped.
using TakeKeyRow =
    std::function<std::expected<void, Failure>(std::string_view name, std::string_view value)>;

class KeyStore {
 public:
    virtual ~KeyStore() = default;

    /// The person an address belongs to, a new one the first time it is seen: one atomic step,
    /// whatever the number of callers. The address is normalised already (api/text/address.h);
    /// it is kept only as a keyed hash.
    virtual std::expected<PersonId, Failure> person_for(std::string_view normal_address) = 0;
    virtual std::expected<std::optional<PersonId>, Failure> find_person(
        std::string_view normal_address) const = 0;

    /// Empty text gives an empty Sealed.
    virtual std::expected<Sealed, Failure> seal(const SealScope& scope, std::string_view text) = 0;
    /// The same, only where the scope has its data key already; nothing is stored.
    virtual std::expected<std::optional<Sealed>, Failure> seal_if_known(
        const SealScope& scope, std::string_view text) const = 0;
    /// The text; nothing when its data key is gone (erased). A failure when it could not be read:
    /// that is no text either, but it may come back. `corrupted` when the bytes are not what was
    /// sealed for this scope, or the data key is not what was wrapped.
    virtual std::expected<std::optional<std::string>, Failure> unseal(
        const SealScope& scope, const Sealed& sealed) const = 0;

    /// HMAC-SHA-256 under a secret that only this store has, one per purpose.
    virtual Digest token_mac(std::string_view text) const = 0;
    virtual Digest request_mac(std::string_view text) const = 0;

    virtual std::expected<void, Failure> put_api_key(const ApiKeyRecord& record) = 0;
    virtual std::expected<bool, Failure> delete_api_key(const boost::uuids::uuid& id) = 0;
    virtual std::vector<ApiKeyRecord> api_keys() const = 0;
    virtual std::optional<ApiKeyRecord> api_key_by_hash(const Digest& secret_hash) const = 0;
    /// Adds an organisation to those that a key reaches, durably. False when there is no such key
    /// any more.
    virtual std::expected<bool, Failure> extend_api_key(const boost::uuids::uuid& id,
                                                        OrganizationId organization) = 0;
    /// Whether an operator's key was ever put, deleted or not; nothing from a store that is older
    /// than this note, or was restored.
    virtual std::optional<bool> had_operator_key() const = 0;

    /// Number of the newest row.
    virtual std::uint64_t key_seq() const = 0;
    /// Makes every row so far durable. Costs nothing when nothing is new.
    virtual std::expected<void, Failure> sync() = 0;
    /// Opens again what a failed write left, and keeps what was made before. Other calls fail
    /// meanwhile, and after it when this fails.
    virtual std::expected<void, Failure> reopen() = 0;
    /// Hands over all that is durable at one moment, by name, for a backup (keys_backup.h).
    virtual std::expected<void, Failure> copy_to(const TakeKeyRow& take) const = 0;
};

/// `newer_format` or `corrupted` when the store in this folder is not of a known format; touches
/// nothing.
std::expected<void, Failure> check_keys_format(const std::filesystem::path& folder,
                                               const Disk& disk);

/// Opens or makes the store.
std::expected<std::unique_ptr<KeyStore>, Failure> open_key_store(
    const std::filesystem::path& folder, Disk& disk = Disk::of_this_machine());

}  // namespace muster
