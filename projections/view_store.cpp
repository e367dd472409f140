// The views' RocksDB.
#include "projections/view_store.h"

#include "eventstore/machine/open_files.h"

#include "domain/ensure.h"
#include "eventstore/machine/rocksdb_environment.h"
#include "projections/bytes.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/write_batch_with_index.h>
#include <spdlog/spdlog.h>
#include <array>
#include <atomic>
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
constexpr std::size_t write_buffer_bytes = std::size_t{16} << 20;
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
    options.max_total_wal_size = wal_bytes;
    options.compression = rocksdb::kLZ4Compression;
    options.max_open_files = static_cast<int>(open_files_of_a_store());
    options.db_host_id = "";
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

struct Draft::State {
    ViewStore::Database& database;
    rocksdb::WriteBatchWithIndex batch{rocksdb::BytewiseComparator(), 0, true};
};

Draft::Draft(ViewStore& store) : state_{new State{store.database()}} {}
Draft::~Draft() = default;

void Draft::put(Part part, std::string_view key, std::string_view value) {
    const rocksdb::Status status =
        state_->batch.Put(state_->database.at(part), slice_of(key), slice_of(value));
    if (!status.ok()) fail_for_store({FailureKind::io_error, "views: " + status.ToString()});
}

void Draft::erase(Part part, std::string_view key) {
    const rocksdb::Status status = state_->batch.Delete(state_->database.at(part), slice_of(key));
    if (!status.ok()) fail_for_store({FailureKind::io_error, "views: " + status.ToString()});
}

std::size_t Draft::bytes() const {
    return state_->batch.GetWriteBatch()->GetDataSize();
}

void Draft::begin_part() {
    state_->batch.SetSavePoint();
}

void Draft::keep_part() {
    ENSURE(state_->batch.PopSavePoint().ok());
}

void Draft::take_back_part() {
    ENSURE(state_->batch.RollbackToSavePoint().ok());
    failure_.reset();
}

std::expected<void, Failure> Draft::write() {
    if (failure()) return std::unexpected(*failure());
    const rocksdb::Status status =
        state_->database.db->Write(rocksdb::WriteOptions{}, state_->batch.GetWriteBatch());
    if (!status.ok()) return std::unexpected(failure_of(status));
    return {};
}

rocksdb::Status Draft::read(Part part, std::string_view key, std::string& value) const {
    return state_->batch.GetFromBatchAndDB(state_->database.db.get(), rocksdb::ReadOptions{},
                                           state_->database.at(part), slice_of(key), &value);
}

std::unique_ptr<rocksdb::Iterator> Draft::make_iterator(Part part) const {
    rocksdb::ColumnFamilyHandle* family = state_->database.at(part);
    return std::unique_ptr<rocksdb::Iterator>{state_->batch.NewIteratorWithBase(
        family, state_->database.db->NewIterator(rocksdb::ReadOptions{}, family))};
}

}  // namespace muster
