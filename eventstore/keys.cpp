// The key store: a RocksDB of wrapped keys beside the key-encryption key that unwraps them.
//
//     FOLDER/kek/1                         the key-encryption key of generation 1, 32 bytes
//     FOLDER/store/                        the RocksDB, whose rows are
//     'a' | address hash 32             -> row 16 | person 16
//     'd' | organisation 16 | person 16 -> row 16 | wrapped data key 72
//     'k' | id 16                       -> row 16 | API key (api_key_rows.h)
//     's' | name of a secret            -> wrapped secret 72
//     'm' | "generation", "key_seq", "synced" -> number 8
//
// `row 16` is key_seq 8 | time it was made 8, in microseconds. Rows are made one at a time under a
// mutex, each in a batch with the new key_seq, so that what survives is always a prefix.
#include "eventstore/keys.h"

#include "domain/ensure.h"
#include "eventstore/api_key_rows.h"
#include "eventstore/rocksdb_support.h"
#include "eventstore/sealing.h"
#include "eventstore/store_folder.h"

#include <rocksdb/write_batch.h>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace muster {
namespace {

constexpr StoreFormat keys_format{.name = "muster-keys", .number = 1};
constexpr std::uint64_t first_generation = 1;
constexpr std::size_t row_header_size = 16;
constexpr std::size_t cached_keys_most = 65536;
constexpr std::string_view generation_key = "mgeneration";
constexpr std::string_view key_seq_key = "mkey_seq";
constexpr std::string_view synced_key = "msynced";

std::string number_bytes(std::uint64_t value) {
    std::string bytes;
    append_big_endian(bytes, value);
    return bytes;
}

std::unexpected<Failure> corrupted(std::string detail) {
    return std::unexpected(Failure{FailureKind::corrupted, std::move(detail)});
}

/// Whose data a data key seals.
struct DataKeyOwner {
    OrganizationId organization;
    PersonId person;

    bool operator==(const DataKeyOwner&) const = default;
};

struct DataKeyOwnerHash {
    std::size_t operator()(const DataKeyOwner& owner) const {
        return std::hash<OrganizationId>{}(owner.organization) * 31 +
               std::hash<PersonId>{}(owner.person);
    }
};

std::string bytes_of(const DataKeyOwner& owner) {
    std::string bytes;
    append_id(bytes, owner.organization.value);
    append_id(bytes, owner.person.value);
    return bytes;
}

std::string associated_data(const SealScope& scope) {
    auto bytes = bytes_of(DataKeyOwner{scope.organization, scope.person});
    bytes.push_back(static_cast<char>(scope.field));
    return bytes;
}

/// The server's own secrets, one per purpose, so that no hash made for one serves another.
struct Secrets {
    SecretKey address;
    SecretKey token;
    SecretKey request;

    std::array<std::pair<std::string_view, SecretKey*>, 3> by_name() {
        return {{{"address", &address}, {"token", &token}, {"request", &request}}};
    }
};

std::string secret_key_of(std::string_view name) {
    return "s" + std::string{name};
}

std::filesystem::path kek_file(const std::filesystem::path& folder, std::uint64_t generation) {
    return folder / "kek" / std::to_string(generation);
}

class RocksdbKeyStore final : public KeyStore {
 public:
    RocksdbKeyStore(StoreFolder folder, std::unique_ptr<Database> database)
        : folder_{std::move(folder)}, database_{std::move(database)} {}

    std::expected<void, Failure> load();

    std::expected<PersonId, Failure> person_for(std::string_view normal_address) override;
    std::expected<std::optional<PersonId>, Failure> find_person(
        std::string_view normal_address) const override;
    std::expected<Sealed, Failure> seal(const SealScope& scope, std::string_view text) override;
    std::optional<std::string> unseal(const SealScope& scope, const Sealed& sealed) const override;
    Digest token_mac(std::string_view text) const override {
        return keyed_hash(secrets_.token, text);
    }
    Digest request_mac(std::string_view text) const override {
        return keyed_hash(secrets_.request, text);
    }
    std::expected<void, Failure> put_api_key(const ApiKeyRecord& record) override;
    std::expected<bool, Failure> delete_api_key(const boost::uuids::uuid& id) override;
    std::vector<ApiKeyRecord> api_keys() const override;
    std::optional<ApiKeyRecord> api_key_by_hash(const Digest& secret_hash) const override;
    std::uint64_t key_seq() const override { return key_seq_.load(); }
    std::expected<void, Failure> sync() override;

 private:
    std::expected<void, Failure> load_key_encryption_key();
    std::expected<void, Failure> load_secrets();
    std::expected<void, Failure> load_api_keys();
    std::expected<std::uint64_t, Failure> load_number(std::string_view key) const;

    std::string address_key(std::string_view normal_address) const;
    std::expected<std::optional<std::string>, Failure> get(std::string_view key) const;
    std::expected<void, Failure> write(rocksdb::WriteBatch& batch, bool sync);
    std::expected<void, Failure> add_row(std::string_view key, std::string_view value, bool sync);
    std::expected<std::optional<PersonId>, Failure> person_at(std::string_view key) const;
    std::expected<std::optional<SecretKey>, Failure> data_key(const DataKeyOwner& owner) const;
    std::expected<SecretKey, Failure> data_key_for(const DataKeyOwner& owner);
    void remember(const DataKeyOwner& owner, const SecretKey& key) const;

    StoreFolder folder_;
    std::unique_ptr<Database> database_;
    SecretKey key_encryption_key_;
    Secrets secrets_;
    std::atomic<bool> failed_{false};  ///< after a write error only a new handle knows the disk
    std::mutex adding_;                ///< makes rows one at a time
    std::atomic<std::uint64_t> key_seq_{0};
    std::mutex syncing_;
    std::atomic<std::uint64_t> synced_{0};
    mutable std::shared_mutex cache_guard_;
    mutable std::unordered_map<DataKeyOwner, SecretKey, DataKeyOwnerHash> cache_;
    mutable std::shared_mutex api_keys_guard_;
    std::map<boost::uuids::uuid, ApiKeyRecord> api_keys_;
    std::map<Digest, boost::uuids::uuid> api_keys_by_hash_;
};

std::expected<void, Failure> RocksdbKeyStore::load() {
    if (auto loaded = load_key_encryption_key(); !loaded) return loaded;
    if (auto loaded = load_secrets(); !loaded) return loaded;
    if (auto loaded = load_api_keys(); !loaded) return loaded;
    const auto newest = load_number(key_seq_key);
    if (!newest) return std::unexpected(newest.error());
    key_seq_ = *newest;
    // Opening has put what it found in the write-ahead log into synced files.
    synced_ = *newest;
    return {};
}

std::expected<std::uint64_t, Failure> RocksdbKeyStore::load_number(std::string_view key) const {
    const auto bytes = get(key);
    if (!bytes) return std::unexpected(bytes.error());
    if (!*bytes || (*bytes)->size() != sizeof(std::uint64_t)) {
        return corrupted("the key store lacks its row \"" + std::string{key.substr(1)} + '"');
    }
    return number_at(**bytes, 0);
}

std::expected<void, Failure> RocksdbKeyStore::load_key_encryption_key() {
    const auto generation = load_number(generation_key);
    if (!generation) return std::unexpected(generation.error());
    const auto file = kek_file(folder_.path(), *generation);
    const auto bytes = read_whole_file(file);
    if (!bytes) {
        return corrupted("the key-encryption key " + file.string() +
                         " cannot be read; without it nothing that was sealed can be read: put "
                         "the file back from where it is kept");
    }
    const auto key = SecretKey::from(*bytes);
    if (!key) return corrupted("the key-encryption key " + file.string() + " is not 32 bytes");
    key_encryption_key_ = *key;
    return {};
}

std::expected<void, Failure> RocksdbKeyStore::load_secrets() {
    for (auto [name, secret] : secrets_.by_name()) {
        const auto key = secret_key_of(name);
        const auto wrapped = get(key);
        if (!wrapped) return std::unexpected(wrapped.error());
        const auto bytes =
            *wrapped ? unseal_bytes(key_encryption_key_, key, **wrapped) : std::nullopt;
        const auto unwrapped = bytes ? SecretKey::from(*bytes) : std::nullopt;
        if (!unwrapped) {
            return corrupted("the secret \"" + std::string{name} +
                             "\" does not open with the key-encryption key in " +
                             (folder_.path() / "kek").string());
        }
        *secret = *unwrapped;
    }
    return {};
}

std::expected<void, Failure> RocksdbKeyStore::load_api_keys() {
    const std::unique_ptr<rocksdb::Iterator> rows{(*database_)->NewIterator({})};
    for (rows->Seek("k"); rows->Valid() && rows->key().starts_with("k"); rows->Next()) {
        const auto key = view_of(rows->key()).substr(1);
        const auto value = view_of(rows->value());
        const auto record = value.size() < row_header_size
                                ? std::nullopt
                                : read_api_key(key, value.substr(row_header_size));
        if (!record) return corrupted("an API key's row is not what was written");
        api_keys_by_hash_[record->secret_hash] = record->id;
        api_keys_[record->id] = *record;
    }
    if (!rows->status().ok()) {
        return std::unexpected(failure_of(rows->status(), "reading API keys"));
    }
    return {};
}

std::expected<std::optional<std::string>, Failure> RocksdbKeyStore::get(
    std::string_view key) const {
    std::string value;
    const auto status = (*database_)->Get({}, key, &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return std::unexpected(failure_of(status, "reading the key store"));
    return value;
}

std::expected<void, Failure> RocksdbKeyStore::write(rocksdb::WriteBatch& batch, bool sync) {
    if (failed_) {
        return std::unexpected(
            Failure{FailureKind::io_error,
                    "an earlier write to the key store failed; it must be reopened"});
    }
    const auto status = (*database_)->Write(checked_write(sync), &batch);
    if (status.ok()) return {};
    failed_ = true;
    return std::unexpected(failure_of(status, "writing to the key store"));
}

/// The caller holds `adding_`.
std::expected<void, Failure> RocksdbKeyStore::add_row(std::string_view key, std::string_view value,
                                                      bool sync) {
    const auto made_at = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    const auto added = key_seq_.load() + 1;
    auto row = number_bytes(added);
    append_big_endian(row, static_cast<std::uint64_t>(made_at.count()));
    row += value;
    rocksdb::WriteBatch batch;
    ENSURE(batch.Put(key, row).ok());
    ENSURE(batch.Put(key_seq_key, number_bytes(added)).ok());
    if (auto written = write(batch, sync); !written) return written;
    key_seq_ = added;
    return {};
}

std::string RocksdbKeyStore::address_key(std::string_view normal_address) const {
    const auto hash = keyed_hash(secrets_.address, normal_address);
    return "a" + std::string{hash.begin(), hash.end()};
}

std::expected<std::optional<PersonId>, Failure> RocksdbKeyStore::person_at(
    std::string_view key) const {
    const auto row = get(key);
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    if ((*row)->size() != row_header_size + sizeof(boost::uuids::uuid)) {
        return corrupted("the row of an address has the wrong size");
    }
    return PersonId{id_at(**row, row_header_size)};
}

std::expected<std::optional<PersonId>, Failure> RocksdbKeyStore::find_person(
    std::string_view normal_address) const {
    return person_at(address_key(normal_address));
}

std::expected<PersonId, Failure> RocksdbKeyStore::person_for(std::string_view normal_address) {
    const auto key = address_key(normal_address);
    auto known = person_at(key);
    if (!known) return std::unexpected(known.error());
    if (*known) return **known;

    const std::lock_guard lock{adding_};
    known = person_at(key);
    if (!known) return std::unexpected(known.error());
    if (*known) return **known;
    const PersonId person{random_uuid()};
    std::string value;
    append_id(value, person.value);
    if (auto added = add_row(key, value, false); !added) return std::unexpected(added.error());
    return person;
}

void RocksdbKeyStore::remember(const DataKeyOwner& owner, const SecretKey& key) const {
    const std::unique_lock lock{cache_guard_};
    if (cache_.size() >= cached_keys_most) cache_.clear();
    cache_.insert_or_assign(owner, key);
}

std::expected<std::optional<SecretKey>, Failure> RocksdbKeyStore::data_key(
    const DataKeyOwner& owner) const {
    {
        const std::shared_lock lock{cache_guard_};
        if (const auto cached = cache_.find(owner); cached != cache_.end()) return cached->second;
    }
    const auto key = "d" + bytes_of(owner);
    const auto row = get(key);
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    const auto bytes = (*row)->size() < row_header_size
                           ? std::nullopt
                           : unseal_bytes(key_encryption_key_, key,
                                          std::string_view{**row}.substr(row_header_size));
    const auto unwrapped = bytes ? SecretKey::from(*bytes) : std::nullopt;
    if (!unwrapped) return corrupted("a data key does not open with the key-encryption key");
    remember(owner, *unwrapped);
    return unwrapped;
}

std::expected<SecretKey, Failure> RocksdbKeyStore::data_key_for(const DataKeyOwner& owner) {
    auto known = data_key(owner);
    if (!known) return std::unexpected(known.error());
    if (*known) return **known;

    const std::lock_guard lock{adding_};
    known = data_key(owner);
    if (!known) return std::unexpected(known.error());
    if (*known) return **known;
    const auto made = SecretKey::random();
    const auto key = "d" + bytes_of(owner);
    const auto wrapped = seal_bytes(key_encryption_key_, key, made.view());
    if (auto added = add_row(key, wrapped, false); !added) return std::unexpected(added.error());
    remember(owner, made);
    return made;
}

std::expected<Sealed, Failure> RocksdbKeyStore::seal(const SealScope& scope,
                                                     std::string_view text) {
    if (text.empty()) return Sealed{};
    const auto key = data_key_for({scope.organization, scope.person});
    if (!key) return std::unexpected(key.error());
    return Sealed{seal_bytes(*key, associated_data(scope), text)};
}

std::optional<std::string> RocksdbKeyStore::unseal(const SealScope& scope,
                                                   const Sealed& sealed) const {
    if (sealed.empty()) return "";
    const auto key = data_key({scope.organization, scope.person});
    if (!key || !*key) return std::nullopt;
    return unseal_bytes(**key, associated_data(scope), sealed.bytes);
}

std::expected<void, Failure> RocksdbKeyStore::put_api_key(const ApiKeyRecord& record) {
    const std::lock_guard lock{adding_};
    const auto key = api_key_row_key(record.id);
    if (auto added = add_row(key, write_api_key(record), true); !added) return added;
    const std::unique_lock guard{api_keys_guard_};
    if (const auto former = api_keys_.find(record.id); former != api_keys_.end()) {
        api_keys_by_hash_.erase(former->second.secret_hash);
    }
    api_keys_[record.id] = record;
    api_keys_by_hash_[record.secret_hash] = record.id;
    return {};
}

std::expected<bool, Failure> RocksdbKeyStore::delete_api_key(const boost::uuids::uuid& id) {
    const std::lock_guard lock{adding_};
    {
        const std::shared_lock guard{api_keys_guard_};
        if (!api_keys_.contains(id)) return false;
    }
    rocksdb::WriteBatch batch;
    ENSURE(batch.Delete(api_key_row_key(id)).ok());
    if (auto written = write(batch, true); !written) return std::unexpected(written.error());
    const std::unique_lock guard{api_keys_guard_};
    const auto record = api_keys_.find(id);
    api_keys_by_hash_.erase(record->second.secret_hash);
    api_keys_.erase(record);
    return true;
}

std::vector<ApiKeyRecord> RocksdbKeyStore::api_keys() const {
    const std::shared_lock guard{api_keys_guard_};
    std::vector<ApiKeyRecord> result;
    for (const auto& [id, record] : api_keys_) result.push_back(record);
    return result;
}

std::optional<ApiKeyRecord> RocksdbKeyStore::api_key_by_hash(const Digest& secret_hash) const {
    const std::shared_lock guard{api_keys_guard_};
    const auto found = api_keys_by_hash_.find(secret_hash);
    if (found == api_keys_by_hash_.end()) return std::nullopt;
    return api_keys_.at(found->second);
}

std::expected<void, Failure> RocksdbKeyStore::sync() {
    if (synced_ >= key_seq_) return {};
    const std::lock_guard lock{syncing_};
    const auto wanted = key_seq_.load();
    if (synced_ >= wanted) return {};
    // A synced write makes everything before it in the write-ahead log durable.
    rocksdb::WriteBatch batch;
    ENSURE(batch.Put(synced_key, number_bytes(wanted)).ok());
    if (auto written = write(batch, true); !written) return written;
    synced_ = wanted;
    return {};
}

std::expected<void, Failure> make_key_store(StoreFolder& folder) {
    const auto file = kek_file(folder.path(), first_generation);
    if (auto made = make_private_folder(file.parent_path()); !made) return made;
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        const auto fresh = SecretKey::random();
        if (auto written = write_whole_file(file, fresh.view()); !written) return written;
    }
    const auto bytes = read_whole_file(file);
    if (!bytes) return std::unexpected(bytes.error());
    const auto key_encryption_key = SecretKey::from(*bytes);
    if (!key_encryption_key) return corrupted(file.string() + " is not 32 bytes");

    if (auto begun = folder.begin_store(); !begun) return begun;
    auto options = durable_database_options();
    options.create_if_missing = true;
    auto database = Database::open(folder.new_store(), options,
                                   {{rocksdb::kDefaultColumnFamilyName, durable_family_options()}});
    if (!database) return std::unexpected(database.error());
    rocksdb::WriteBatch batch;
    ENSURE(batch.Put(generation_key, number_bytes(first_generation)).ok());
    ENSURE(batch.Put(key_seq_key, number_bytes(0)).ok());
    for (auto [name, unused] : Secrets{}.by_name()) {
        const auto key = secret_key_of(name);
        const auto wrapped = seal_bytes(*key_encryption_key, key, SecretKey::random().view());
        ENSURE(batch.Put(key, wrapped).ok());
    }
    const auto status = (**database)->Write(checked_write(true), &batch);
    if (!status.ok()) return std::unexpected(failure_of(status, "making a key store"));
    database->reset();
    return folder.finish_store();
}

}  // namespace

std::expected<std::unique_ptr<KeyStore>, Failure> open_key_store(
    const std::filesystem::path& folder) {
    auto opened = StoreFolder::open(folder, keys_format);
    if (!opened) return std::unexpected(opened.error());
    if (!opened->has_store()) {
        if (auto made = make_key_store(*opened); !made) return std::unexpected(made.error());
    }
    auto database = Database::open(opened->store(), durable_database_options(),
                                   {{rocksdb::kDefaultColumnFamilyName, durable_family_options()}});
    if (!database) return std::unexpected(database.error());
    auto store = std::make_unique<RocksdbKeyStore>(std::move(*opened), std::move(*database));
    if (auto loaded = store->load(); !loaded) return std::unexpected(loaded.error());
    return store;
}

}  // namespace muster
