// The views' RocksDB.
#include "projections/view_store.h"

#include "eventstore/machine/open_files.h"

#include "domain/ensure.h"
#include "eventstore/machine/rocksdb_environment.h"
#include "projections/bytes.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <spdlog/spdlog.h>
#include <array>
#include <atomic>
#include <map>
#include <set>

namespace muster {

struct ViewStore::Database {
    Disk& disk;
    std::filesystem::path folder;
    std::unique_ptr<rocksdb::DB> db = nullptr;
    std::array<rocksdb::ColumnFamilyHandle*, part_count> parts{};
    std::atomic<bool> remove_when_closed = false;

    rocksdb::ColumnFamilyHandle* at(Part part) const {
        return parts[static_cast<std::size_t>(part)];
    }
};

namespace {

constexpr std::size_t block_cache_bytes = std::size_t{64} << 20;
/// What fits the caches of a core: most of what a key costs is finding its place.
constexpr std::size_t write_buffer_bytes = std::size_t{4} << 20;
/// What an opening after a kill has to read again; parts that seldom change would keep much more.
constexpr std::size_t wal_bytes = std::size_t{64} << 20;

rocksdb::Slice slice_of(std::string_view text) {
    return {text.data(), text.size()};
}

std::string_view view_of(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

Failure failure_of(const rocksdb::Status& status) {
    return {status.IsCorruption() ? FailureKind::corrupted : FailureKind::io_error,
            "views: " + status.ToString()};
}

rocksdb::Options options_of_store(const Disk& disk) {
    rocksdb::Options options;
    options.env = disk.environment();
    options.info_log = warnings_only();
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(block_cache_bytes);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.write_buffer_size = write_buffer_bytes;
    // Small ones are written together, or there would be more files than compaction keeps up with.
    options.min_write_buffer_number_to_merge = 4;
    options.max_write_buffer_number = 8;
    options.max_bytes_for_level_base = 16 * write_buffer_bytes;
    options.max_total_wal_size = wal_bytes;
    options.compression = rocksdb::kLZ4Compression;
    options.max_open_files = static_cast<int>(open_files_of_a_store());
    options.db_host_id = "";
    // As for the durable stores (rocksdb_support.cpp): never DeleteRange with this.
    options.allow_concurrent_memtable_write = false;
    options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(0));
    // A torn tail after a crash costs the newest groups, which are applied again from the log.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    return options;
}

std::expected<std::set<std::string>, Failure> tables_in(const Disk& disk,
                                                        const std::filesystem::path& folder) {
    const auto names = disk.names_in(folder);
    if (!names) return std::unexpected(names.error());
    std::set<std::string> tables;
    for (const auto& name : *names) {
        if (name.ends_with(".sst")) tables.insert(name);
    }
    return tables;
}

/// A MANIFEST that was cut short or put back knows fewer tables than there are, and the views would
/// lack what is in the others. A kill while one was made looks the same, and costs a rebuild.
std::expected<void, Failure> check_tables(rocksdb::DB& db, std::set<std::string> found) {
    std::vector<rocksdb::LiveFileMetaData> known;
    db.GetLiveFilesMetaData(&known);
    for (const auto& table : known) found.erase(table.relative_filename);
    if (found.empty()) return {};
    return std::unexpected(
        Failure{FailureKind::corrupted, "views: the MANIFEST does not know " + *found.begin()});
}

std::expected<std::unique_ptr<ViewStore::Database>, Failure> open_database(
    const std::filesystem::path& folder, Disk& disk, bool create) {
    rocksdb::Options options = options_of_store(disk);
    options.create_if_missing = create;
    options.create_missing_column_families = create;
    options.error_if_exists = create;
    // None until the tables that were there are compared with those that are known.
    options.disable_auto_compactions = !create;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const Part part : all_parts()) {
        const std::string name =
            part == Part::meta ? rocksdb::kDefaultColumnFamilyName : std::string{name_of(part)};
        families.emplace_back(name, rocksdb::ColumnFamilyOptions{options});
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status =
        rocksdb::DB::Open(rocksdb::DBOptions{options}, folder.string(), families, &handles, &db);
    if (!status.ok()) return std::unexpected(failure_of(status));
    std::unique_ptr<ViewStore::Database> database{
        new ViewStore::Database{.disk = disk, .folder = folder}};
    database->db.reset(db);
    ENSURE(handles.size() == part_count);
    std::copy(handles.begin(), handles.end(), database->parts.begin());
    return database;
}

}  // namespace

std::string_view name_of(Part part) {
    switch (part) {
        case Part::meta:
            return "meta";
        case Part::members:
            return "members";
        case Part::member_index:
            return "member_index";
        case Part::people:
            return "people";
        case Part::audit_index:
            return "audit_index";
        case Part::outbox:
            return "outbox";
        case Part::due:
            return "due";
    }
    ENSURE(false);
}

const std::vector<Part>& all_parts() {
    static const std::vector<Part> parts{Part::meta,   Part::members,     Part::member_index,
                                         Part::people, Part::audit_index, Part::outbox,
                                         Part::due};
    return parts;
}

ViewIterator::ViewIterator(const ViewReader& reader, std::unique_ptr<rocksdb::Iterator> iterator)
    : reader_{&reader}, iterator_{std::move(iterator)} {}
ViewIterator::~ViewIterator() = default;
ViewIterator::ViewIterator(ViewIterator&&) noexcept = default;

bool ViewIterator::valid() const {
    return iterator_->Valid();
}
std::string_view ViewIterator::key() const {
    return view_of(iterator_->key());
}
std::string_view ViewIterator::value() const {
    return view_of(iterator_->value());
}
void ViewIterator::seek(std::string_view key) {
    iterator_->Seek(slice_of(key));
    check();
}
void ViewIterator::seek_backward(std::string_view key) {
    iterator_->SeekForPrev(slice_of(key));
    check();
}
void ViewIterator::next() {
    iterator_->Next();
    check();
}
void ViewIterator::previous() {
    iterator_->Prev();
    check();
}
void ViewIterator::check() const {
    if (iterator_->Valid() || iterator_->status().ok()) return;
    reader_->fail_for_store(failure_of(iterator_->status()));
}

std::optional<std::string> ViewReader::get(Part part, std::string_view key) const {
    if (failure_) return std::nullopt;
    std::string value;
    const rocksdb::Status status = read(part, key, value);
    if (status.ok()) return value;
    if (!status.IsNotFound()) fail_for_store(failure_of(status));
    return std::nullopt;
}

ViewIterator ViewReader::walk(Part part) const {
    return ViewIterator{*this, make_iterator(part)};
}

std::vector<std::string> ViewReader::keys_under(Part part, std::string_view prefix,
                                                std::size_t at_most) const {
    std::vector<std::string> keys;
    ViewIterator at = walk(part);
    for (at.seek(prefix); at.valid() && keys.size() < at_most; at.next()) {
        if (!at.key().starts_with(prefix)) break;
        keys.emplace_back(at.key());
    }
    return keys;
}

Position ViewReader::applied() const {
    const auto value = get(Part::meta, applied_key);
    return value ? ByteReader{*value}.position() : Position{};
}

void ViewReader::fail(FailureKind kind, std::string detail) const {
    keep({kind, std::move(detail)}, FailureOf::view);
}

void ViewReader::fail_for_keys(Failure failure) const {
    keep({failure.kind, "keys/ cannot be read: " + failure.detail}, FailureOf::keys);
}

void ViewReader::fail_for_store(Failure failure) const {
    keep(std::move(failure), FailureOf::store);
}

void ViewReader::keep(Failure failure, FailureOf whose) const {
    if (failure_) return;
    failure_ = std::move(failure);
    whose_ = whose;
}

ViewStore::ViewStore(std::unique_ptr<Database> database) : database_{std::move(database)} {}

std::expected<std::shared_ptr<ViewStore>, Failure> ViewStore::open(
    const std::filesystem::path& folder, Disk& disk) {
    const auto tables = tables_in(disk, folder);
    if (!tables) return std::unexpected(tables.error());
    auto database = open_database(folder, disk, false);
    if (!database) return std::unexpected(database.error());
    std::shared_ptr<ViewStore> store{new ViewStore{std::move(*database)}};
    auto& db = *store->database_->db;
    if (auto whole = check_tables(db, *tables); !whole) return std::unexpected(whole.error());
    const auto& parts = store->database_->parts;
    const auto enabled = db.EnableAutoCompaction({parts.begin(), parts.end()});
    if (!enabled.ok()) return std::unexpected(failure_of(enabled));
    return store;
}

std::expected<std::shared_ptr<ViewStore>, Failure> ViewStore::create(
    const std::filesystem::path& folder, Disk& disk) {
    if (auto made = disk.make_private_folder(folder); !made) return std::unexpected(made.error());
    auto database = open_database(folder, disk, true);
    if (!database) return std::unexpected(database.error());
    return std::shared_ptr<ViewStore>{new ViewStore{std::move(*database)}};
}

ViewStore::~ViewStore() {
    if (!database_->remove_when_closed) {
        // The next opening need not read it again then; where this fails it does.
        const auto& parts = database_->parts;
        database_->db->Flush({}, {parts.begin(), parts.end()}).PermitUncheckedError();
    }
    for (rocksdb::ColumnFamilyHandle* part : database_->parts) {
        database_->db->DestroyColumnFamilyHandle(part);
    }
    const rocksdb::Status status = database_->db->Close();
    if (!status.ok()) spdlog::warn("views did not close cleanly: {}", status.ToString());
    database_->db.reset();
    if (!database_->remove_when_closed) return;
    const auto removed = database_->disk.remove_all(database_->folder);
    // It is found and removed at the next opening, so this is no more than a note.
    if (!removed) {
        spdlog::warn("an old generation of the views stays: {}", removed.error().detail);
    }
}

void ViewStore::remove_when_closed() {
    database_->remove_when_closed = true;
}

void ViewStore::keep_when_closed() {
    database_->remove_when_closed = false;
}

std::vector<std::pair<std::string, std::uint64_t>> ViewStore::size_by_part() const {
    std::vector<std::pair<std::string, std::uint64_t>> sizes;
    for (const Part part : all_parts()) {
        std::uint64_t files = 0;
        std::uint64_t memory = 0;
        database_->db->GetIntProperty(database_->at(part), "rocksdb.total-sst-files-size", &files);
        database_->db->GetIntProperty(database_->at(part), "rocksdb.cur-size-all-mem-tables",
                                      &memory);
        sizes.emplace_back(name_of(part), files + memory);
    }
    return sizes;
}

struct Snapshot::State {
    std::shared_ptr<const ViewStore> store;
    rocksdb::ReadOptions options;
};

Snapshot::Snapshot(std::shared_ptr<const ViewStore> store)
    : state_{std::make_unique<State>(State{std::move(store), {}})} {
    if (state_->store) {
        state_->options.snapshot = state_->store->database().db->GetSnapshot();
    } else {
        fail_for_store({FailureKind::log_unavailable, "the views are being opened again"});
    }
}

Snapshot::~Snapshot() {
    if (!state_->store) return;
    state_->store->database().db->ReleaseSnapshot(state_->options.snapshot);
}

rocksdb::Status Snapshot::read(Part part, std::string_view key, std::string& value) const {
    const ViewStore::Database& database = state_->store->database();
    return database.db->Get(state_->options, database.at(part), slice_of(key), &value);
}

std::unique_ptr<rocksdb::Iterator> Snapshot::make_iterator(Part part) const {
    if (!state_->store) {
        return std::unique_ptr<rocksdb::Iterator>{
            rocksdb::NewErrorIterator(rocksdb::Status::Incomplete())};
    }
    const ViewStore::Database& database = state_->store->database();
    return std::unique_ptr<rocksdb::Iterator>{
        database.db->NewIterator(state_->options, database.at(part))};
}

/// What a draft changes of one part, sorted, which a store takes in a fraction of the time.
class ChangesOfPart {
 public:
    using Value = std::optional<std::string>;  ///< none: the key goes
    using All = std::map<std::string, Value, std::less<>>;

    const All& all() const { return all_; }
    const Value* find(std::string_view key) const {
        const auto found = all_.find(key);
        return found == all_.end() ? nullptr : &found->second;
    }
    void set(std::string_view key, Value value) {
        auto at = all_.lower_bound(key);
        const bool is_new = at == all_.end() || at->first != key;
        if (is_new) at = all_.emplace_hint(at, std::string{key}, Value{});
        undo_.push_back({at, is_new, std::exchange(at->second, std::move(value))});
    }

    void begin() { undo_.clear(); }
    void take_back() {
        for (; !undo_.empty(); undo_.pop_back()) {
            Undo& last = undo_.back();
            if (last.is_new) {
                all_.erase(last.at);
            } else {
                last.at->second = std::move(last.before);
            }
        }
    }

 private:
    struct Undo {
        All::iterator at;
        bool is_new;
        Value before;
    };
    All all_;
    std::vector<Undo> undo_;  ///< since `begin`
};

struct Draft::State {
    ViewStore::Database& database;
    std::array<ChangesOfPart, part_count> parts{};
    std::size_t bytes = 0;
    std::size_t bytes_before = 0;
    bool in_part = false;

    ChangesOfPart& changes(Part part) { return parts[static_cast<std::size_t>(part)]; }
    void collect(rocksdb::WriteBatch& batch, Part part) {
        rocksdb::ColumnFamilyHandle* family = database.at(part);
        for (const auto& [key, value] : changes(part).all()) {
            // Only a full batch can be refused, and there is no limit.
            ENSURE((value ? batch.Put(family, key, *value) : batch.Delete(family, key)).ok());
        }
    }
};

Draft::Draft(ViewStore& store) : state_{new State{store.database()}} {}
Draft::~Draft() = default;

void Draft::put(Part part, std::string_view key, std::string_view value) {
    state_->bytes += key.size() + value.size();
    state_->changes(part).set(key, std::string{value});
}

void Draft::erase(Part part, std::string_view key) {
    state_->bytes += key.size();
    state_->changes(part).set(key, std::nullopt);
}

std::size_t Draft::bytes() const {
    return state_->bytes;
}

void Draft::begin_part() {
    for (ChangesOfPart& changes : state_->parts) changes.begin();
    state_->bytes_before = state_->bytes;
    state_->in_part = true;
}

void Draft::take_back_part() {
    ENSURE(std::exchange(state_->in_part, false));
    for (ChangesOfPart& changes : state_->parts) changes.take_back();
    state_->bytes = state_->bytes_before;
    failure_.reset();
}

std::expected<void, Failure> Draft::write() {
    if (failure()) return std::unexpected(*failure());
    rocksdb::WriteBatch batch;
    for (const Part part : all_parts()) state_->collect(batch, part);
    const rocksdb::Status status = state_->database.db->Write(rocksdb::WriteOptions{}, &batch);
    if (!status.ok()) return std::unexpected(failure_of(status));
    return {};
}

rocksdb::Status Draft::read(Part part, std::string_view key, std::string& value) const {
    const ChangesOfPart::Value* changed = state_->changes(part).find(key);
    if (changed == nullptr) {
        return state_->database.db->Get({}, state_->database.at(part), slice_of(key), &value);
    }
    if (!*changed) return rocksdb::Status::NotFound();
    value = **changed;
    return {};
}

std::unique_ptr<rocksdb::Iterator> Draft::make_iterator(Part) const {
    ENSURE(false);  // keys_under does without
}

std::vector<std::string> Draft::keys_under(Part part, std::string_view prefix,
                                           std::size_t at_most) const {
    const auto& changes = state_->changes(part).all();
    std::vector<std::string> keys;
    ViewIterator stored{*this, std::unique_ptr<rocksdb::Iterator>{state_->database.db->NewIterator(
                                   rocksdb::ReadOptions{}, state_->database.at(part))}};
    stored.seek(prefix);
    auto changed = changes.lower_bound(prefix);
    const auto is_under = [&](std::string_view key) { return key.starts_with(prefix); };
    while (keys.size() < at_most) {
        const bool is_stored = stored.valid() && is_under(stored.key());
        const bool is_changed = changed != changes.end() && is_under(changed->first);
        if (!is_stored && !is_changed) break;
        if (is_changed && (!is_stored || changed->first <= stored.key())) {
            if (is_stored && changed->first == stored.key()) stored.next();
            if (changed->second) keys.push_back(changed->first);
            ++changed;
        } else {
            keys.emplace_back(stored.key());
            stored.next();
        }
    }
    return keys;
}

}  // namespace muster
