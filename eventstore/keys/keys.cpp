// The key store: who an address belongs to, the data keys, and the secrets, as rows of a
// KeyDatabase (keys_layout.h has the grammar) beside the key-encryption key that unwraps them.
#include "eventstore/keys/keys.h"

#include "domain/ensure.h"
#include "eventstore/keys/api_key_rows.h"
#include "eventstore/keys/key_database.h"
#include "eventstore/keys/waiting_rows.h"
#include "eventstore/machine/crypto.h"

#include <rocksdb/write_batch.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace muster {
namespace {

constexpr std::uint64_t first_generation = 1;
constexpr std::size_t row_header_size = 16;
constexpr std::size_t cached_keys_most = 65536;

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

class RocksdbKeyStore final : public KeyStore {
 public:
    explicit RocksdbKeyStore(StoreFolder folder) : database_{std::move(folder)} {}
    ~RocksdbKeyStore() override;

    std::expected<void, Failure> load();
    std::expected<void, Failure> reopen() override;
    std::expected<void, Failure> copy_to(const TakeKeyRow& take) const override;

    std::expected<PersonId, Failure> person_for(std::string_view normal_address) override;
    std::expected<std::optional<PersonId>, Failure> find_person(
        std::string_view normal_address) const override;
    std::expected<Sealed, Failure> seal(const SealScope& scope, std::string_view text) override;
    std::expected<std::optional<Sealed>, Failure> seal_if_known(
        const SealScope& scope, std::string_view text) const override;
    std::expected<std::optional<std::string>, Failure> unseal(const SealScope& scope,
                                                              const Sealed& sealed) const override;
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
    std::expected<bool, Failure> extend_api_key(const boost::uuids::uuid& id,
                                                OrganizationId organization) override;
    std::optional<bool> had_operator_key() const override;
    std::uint64_t key_seq() const override { return waiting_.newest(); }
    std::expected<void, Failure> sync() override;

 private:
    std::filesystem::path folder() const { return database_.folder().path(); }
    std::expected<void, Failure> load_key_encryption_key();
    std::expected<void, Failure> load_secrets();
    std::expected<void, Failure> load_api_keys();
    std::expected<void, Failure> load_counts();

    std::expected<void, Failure> put_api_key_alone(const ApiKeyRecord& record);
    std::string address_key(std::string_view normal_address) const;
    static std::string row_header(std::uint64_t key_seq);
    std::expected<std::optional<std::string>, Failure> row_at(const std::string& key) const;
    std::expected<void, Failure> add_row(const std::string& key, std::string_view value);
    std::expected<void, Failure> write_waiting(std::vector<KeyDatabase::Row> rows,
                                               const std::vector<std::string>& deleted);
    std::expected<void, Failure> write_api_keys(std::vector<KeyDatabase::Row> rows,
                                                const std::vector<std::string>& deleted,
                                                std::size_t count);
    std::expected<std::optional<PersonId>, Failure> person_at(const std::string& key) const;
    std::expected<std::optional<SecretKey>, Failure> data_key(const DataKeyOwner& owner) const;
    std::expected<SecretKey, Failure> data_key_for(const DataKeyOwner& owner);
    void remember(const DataKeyOwner& owner, const SecretKey& key) const;

    KeyDatabase database_;
    std::uint64_t generation_ = first_generation;
    SecretKey key_encryption_key_;
    Secrets secrets_;
    std::mutex adding_;   ///< makes rows one at a time
    std::mutex syncing_;  ///< writes them
    WaitingRows waiting_;
    std::atomic<std::uint64_t> synced_{0};
    mutable std::shared_mutex cache_guard_;
    mutable std::unordered_map<DataKeyOwner, SecretKey, DataKeyOwnerHash> cache_;
    mutable std::shared_mutex api_keys_guard_;
    std::map<boost::uuids::uuid, ApiKeyRecord> api_keys_;
    std::map<Digest, boost::uuids::uuid> api_keys_by_hash_;
    std::optional<bool> had_operator_key_;
};

RocksdbKeyStore::~RocksdbKeyStore() {
    if (database_.failed() || !sync()) return;
    // The mark of a closed store may stay behind: it is for what must not be lost.
    if (!database_.mark(synced_)) return;
}

std::expected<void, Failure> RocksdbKeyStore::load() {
    if (auto opened = database_.open(); !opened) return opened;
    if (auto loaded = load_key_encryption_key(); !loaded) return loaded;
    if (auto loaded = load_secrets(); !loaded) return loaded;
    if (auto loaded = load_api_keys(); !loaded) return loaded;
    return load_counts();
}

std::expected<void, Failure> RocksdbKeyStore::reopen() {
    const std::scoped_lock nobody_adds{adding_, syncing_};
    auto opened = database_.open();
    if (opened) opened = load_api_keys();
    if (opened) opened = load_counts();
    if (!opened) database_.give_up();
    return opened;
}

std::expected<void, Failure> RocksdbKeyStore::copy_to(const TakeKeyRow& take) const {
    const auto& disk = database_.folder().disk();
    for (const auto& [name, file] : {std::pair{"kek", kek_file(folder(), generation_)},
                                     std::pair{"signing-key", folder() / "signing-key"}}) {
        const auto bytes = disk.read_whole_file(file);
        if (!bytes && bytes.error().kind == FailureKind::not_found) continue;
        if (!bytes) return std::unexpected(bytes.error());
        if (auto taken = take(name, *bytes); !taken) return taken;
    }
    return database_.take_all([&](std::string_view key, std::string_view value) {
        return take("row:" + std::string{key}, value);
    });
}

/// What waited when a write failed may have been handed out, so it still waits: all of it that has
/// a higher number than what is stored.
std::expected<void, Failure> RocksdbKeyStore::load_counts() {
    const auto newest = database_.number(key_seq_key);
    if (!newest) return std::unexpected(newest.error());
    const auto rows = database_.number(rows_key);
    if (!rows) return std::unexpected(rows.error());
    waiting_.store_opened(*newest, *rows);
    // Opening has put what it found in the write-ahead log into synced files.
    synced_ = *newest;
    return {};
}

std::expected<void, Failure> RocksdbKeyStore::load_key_encryption_key() {
    const auto generation = database_.number(generation_key);
    if (!generation) return std::unexpected(generation.error());
    generation_ = *generation;
    const auto file = kek_file(folder(), *generation);
    const auto bytes = database_.folder().disk().read_whole_file(file);
    if (!bytes) {
        return corrupted("the key-encryption key " + file.string() +
                         " cannot be read; without it nothing that was sealed can be read: put "
                         "the file back from where it is kept");
    }
    const auto key = SecretKey::from(*bytes);
    if (!key)
        return corrupted("the key-encryption key " + file.string() +
                         " is not 32 bytes; put the file back from where it is kept");
    key_encryption_key_ = *key;
    return {};
}

std::expected<void, Failure> RocksdbKeyStore::load_secrets() {
    for (auto [name, secret] : secrets_.by_name()) {
        const auto key = secret_key_of(name);
        const auto wrapped = database_.get(key);
        if (!wrapped) return std::unexpected(wrapped.error());
        const auto bytes =
            *wrapped ? unseal_bytes(key_encryption_key_, key, **wrapped) : std::nullopt;
        const auto unwrapped = bytes ? SecretKey::from(*bytes) : std::nullopt;
        if (!unwrapped) {
            return corrupted("the secret \"" + std::string{name} +
                             "\" does not open with the key-encryption key in " +
                             (folder() / "kek").string() + "; put back keys/ as a whole");
        }
        *secret = *unwrapped;
    }
    return {};
}

std::expected<void, Failure> RocksdbKeyStore::load_api_keys() {
    const std::unique_lock guard{api_keys_guard_};
    api_keys_.clear();
    api_keys_by_hash_.clear();
    const auto taken = database_.take(
        "k", [&](std::string_view key, std::string_view value) -> std::expected<void, Failure> {
            const auto record = value.size() < row_header_size
                                    ? std::nullopt
                                    : read_api_key(key.substr(1), value.substr(row_header_size));
            if (!record) return corrupted("an API key's row is not what was written");
            api_keys_by_hash_[record->secret_hash] = record->id;
            api_keys_[record->id] = *record;
            return {};
        });
    if (!taken) return taken;
    const auto had = database_.get(operator_key_key);
    if (!had) return std::unexpected(had.error());
    if (*had) had_operator_key_ = **had == number_bytes(1);
    const auto count = database_.number(api_keys_key);
    if (!count) return std::unexpected(count.error());
    if (*count == api_keys_.size()) return {};
    return corrupted("keys/ should have " + std::to_string(*count) + " API keys and has " +
                     std::to_string(api_keys_.size()) + "; put keys/ back from a backup");
}

std::string RocksdbKeyStore::row_header(std::uint64_t key_seq) {
    const auto made_at = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    auto header = number_bytes(key_seq);
    append_big_endian(header, static_cast<std::uint64_t>(made_at.count()));
    return header;
}

/// The row, whether it is written or waits for that.
std::expected<std::optional<std::string>, Failure> RocksdbKeyStore::row_at(
    const std::string& key) const {
    if (auto waiting = waiting_.find(key)) return waiting;
    return database_.get(key);
}

/// The row is written with the next sync: whatever names it waits for that. The caller holds
/// `adding_`.
std::expected<void, Failure> RocksdbKeyStore::add_row(const std::string& key,
                                                      std::string_view value) {
    if (database_.failed()) return std::unexpected(database_.failure());
    waiting_.add(key, [&](std::uint64_t number) { return row_header(number).append(value); });
    return {};
}

/// All that waits, and these rows, in one synced batch. The caller holds `syncing_`.
std::expected<void, Failure> RocksdbKeyStore::write_waiting(
    std::vector<KeyDatabase::Row> rows, const std::vector<std::string>& deleted) {
    const WaitingRows::Batch batch = waiting_.begin_writing();
    std::ranges::copy(batch.rows, std::back_inserter(rows));
    rows.push_back({std::string{key_seq_key}, number_bytes(batch.newest)});
    rows.push_back({std::string{rows_key}, number_bytes(batch.count)});
    std::ranges::sort(rows, {}, &KeyDatabase::Row::key);
    if (auto written = database_.write(rows, deleted); !written) return written;
    waiting_.are_written(batch);
    synced_ = batch.newest;
    return {};
}

/// Writes a change of the API keys, which is durable and marked when this returns. The caller holds
/// `adding_`.
std::expected<void, Failure> RocksdbKeyStore::write_api_keys(
    std::vector<KeyDatabase::Row> rows, const std::vector<std::string>& deleted,
    std::size_t count) {
    const std::lock_guard lock{syncing_};
    waiting_.take_number();
    rows.push_back({std::string{api_keys_key}, number_bytes(count)});
    if (auto written = write_waiting(std::move(rows), deleted); !written) return written;
    return database_.mark(synced_);
}

std::string RocksdbKeyStore::address_key(std::string_view normal_address) const {
    const auto hash = keyed_hash(secrets_.address, normal_address);
    return "a" + std::string{hash.begin(), hash.end()};
}

std::expected<std::optional<PersonId>, Failure> RocksdbKeyStore::person_at(
    const std::string& key) const {
    const auto row = row_at(key);
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
    if (auto added = add_row(key, value); !added) return std::unexpected(added.error());
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
    const auto row = row_at(key);
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
    const auto wrapped = seal_bytes(key_encryption_key_, key, view_of(made.bytes));
    if (auto added = add_row(key, wrapped); !added) return std::unexpected(added.error());
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

std::expected<std::optional<Sealed>, Failure> RocksdbKeyStore::seal_if_known(
    const SealScope& scope, std::string_view text) const {
    if (text.empty()) return Sealed{};
    const auto key = data_key({scope.organization, scope.person});
    if (!key) return std::unexpected(key.error());
    if (!*key) return std::nullopt;
    return Sealed{seal_bytes(**key, associated_data(scope), text)};
}

std::expected<std::optional<std::string>, Failure> RocksdbKeyStore::unseal(
    const SealScope& scope, const Sealed& sealed) const {
    if (sealed.empty()) return "";
    if (sealed == withheld()) return std::nullopt;
    const auto key = data_key({scope.organization, scope.person});
    if (!key) return std::unexpected(key.error());
    if (!*key) return std::nullopt;
    auto text = unseal_bytes(**key, associated_data(scope), sealed.bytes);
    if (text) return text;
    return corrupted("field " + std::to_string(static_cast<int>(scope.field)) + " of person " +
                     to_string(scope.person) + " in organisation " + to_string(scope.organization) +
                     " is not what was sealed there");
}

std::expected<void, Failure> RocksdbKeyStore::put_api_key(const ApiKeyRecord& record) {
    const std::lock_guard lock{adding_};
    return put_api_key_alone(record);
}

/// The caller holds `adding_`.
std::expected<void, Failure> RocksdbKeyStore::put_api_key_alone(const ApiKeyRecord& record) {
    std::vector<KeyDatabase::Row> rows{
        {api_key_row_key(record.id), row_header(key_seq() + 1) + write_api_key(record)}};
    if (record.platform_operator) {
        rows.push_back({std::string{operator_key_key}, number_bytes(1)});
    }
    const auto count = api_keys_.size() + (api_keys_.contains(record.id) ? 0 : 1);
    if (auto written = write_api_keys(std::move(rows), {}, count); !written) return written;
    const std::unique_lock guard{api_keys_guard_};
    if (record.platform_operator) had_operator_key_ = true;
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
    auto written = write_api_keys({}, {api_key_row_key(id)}, api_keys_.size() - 1);
    if (!written) {
        return std::unexpected(written.error());
    }
    const std::unique_lock guard{api_keys_guard_};
    const auto record = api_keys_.find(id);
    api_keys_by_hash_.erase(record->second.secret_hash);
    api_keys_.erase(record);
    return true;
}

std::expected<bool, Failure> RocksdbKeyStore::extend_api_key(const boost::uuids::uuid& id,
                                                             OrganizationId organization) {
    const std::lock_guard lock{adding_};
    const auto found = api_keys_.find(id);
    if (found == api_keys_.end()) return false;
    ApiKeyRecord record = found->second;
    if (std::ranges::count(record.organizations, organization) > 0) return true;
    record.organizations.push_back(organization);
    if (auto put = put_api_key_alone(record); !put) return std::unexpected(put.error());
    return true;
}

std::optional<bool> RocksdbKeyStore::had_operator_key() const {
    const std::shared_lock guard{api_keys_guard_};
    return had_operator_key_;
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
    // Whoever waits for nothing new learns all the same that nothing new can come.
    if (!database_.failed() && synced_ >= key_seq()) return {};
    const std::lock_guard lock{syncing_};
    if (database_.failed()) return std::unexpected(database_.failure());
    if (synced_ >= key_seq()) return {};
    return write_waiting({}, {});
}

std::expected<SecretKey, Failure> make_key_encryption_key(StoreFolder& folder) {
    const auto file = kek_file(folder.path(), first_generation);
    if (auto made = folder.disk().make_private_folder(file.parent_path()); !made) {
        return std::unexpected(made.error());
    }
    const auto there = folder.disk().has(file);
    if (!there) return std::unexpected(there.error());
    if (!*there) {
        const auto fresh = SecretKey::random();
        if (auto written = folder.disk().write_whole_file(file, view_of(fresh.bytes)); !written) {
            return std::unexpected(written.error());
        }
    }
    const auto bytes = folder.disk().read_whole_file(file);
    if (!bytes) return std::unexpected(bytes.error());
    const auto key = SecretKey::from(*bytes);
    if (!key) return corrupted(file.string() + " is not 32 bytes");
    return *key;
}

std::expected<void, Failure> make_key_store(StoreFolder& folder) {
    const auto key_encryption_key = make_key_encryption_key(folder);
    if (!key_encryption_key) return std::unexpected(key_encryption_key.error());
    if (auto begun = folder.begin_store(); !begun) return begun;
    auto options = durable_database_options(folder.disk());
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    auto database = Database::open(folder.new_store(), options, keys_families());
    if (!database) return std::unexpected(database.error());
    const auto id = random_uuid();
    std::string id_bytes;
    append_id(id_bytes, id);
    rocksdb::WriteBatch batch;
    ENSURE(batch.Put(store_id_key, id_bytes).ok());
    ENSURE(batch.Put(generation_key, number_bytes(first_generation)).ok());
    for (const auto key : {key_seq_key, rows_key, api_keys_key, operator_key_key}) {
        ENSURE(batch.Put(key, number_bytes(0)).ok());
    }
    for (auto [name, unused] : Secrets{}.by_name()) {
        const auto key = secret_key_of(name);
        const auto wrapped =
            seal_bytes(*key_encryption_key, key, view_of(SecretKey::random().bytes));
        ENSURE(batch.Put(key, wrapped).ok());
    }
    const auto status = (**database)->Write(checked_write(true), &batch);
    if (!status.ok()) return std::unexpected(failure_of(status, "making a key store"));
    database->reset();
    const auto mark = folder.path() / "mark";
    if (auto made = MarkFile::make(folder.disk(), mark, {.log_id = id, .head = {}}); !made) {
        return made;
    }
    return folder.finish_store();
}

}  // namespace

Sealed withheld() {
    return {std::string(1, '\0')};  // shorter than any ciphertext
}

std::expected<void, Failure> check_keys_format(const std::filesystem::path& folder,
                                               const Disk& disk) {
    return StoreFolder::check_format(disk, folder, keys_format);
}

std::expected<std::unique_ptr<KeyStore>, Failure> open_key_store(
    const std::filesystem::path& folder, Disk& disk) {
    auto opened = StoreFolder::open(disk, folder, keys_format);
    if (!opened) return std::unexpected(opened.error());
    const auto has_store = opened->has_store();
    if (!has_store) return std::unexpected(has_store.error());
    if (!*has_store) {
        if (auto made = make_key_store(*opened); !made) return std::unexpected(made.error());
    }
    auto store = std::make_unique<RocksdbKeyStore>(std::move(*opened));
    if (auto loaded = store->load(); !loaded) return std::unexpected(loaded.error());
    return store;
}

}  // namespace muster
