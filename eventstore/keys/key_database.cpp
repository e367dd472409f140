// Opening, counting and marking the rows of a key store.
#include "eventstore/keys/key_database.h"

#include "domain/ensure.h"
#include "eventstore/machine/torn_manifest.h"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/write_batch.h>
#include <algorithm>
#include <mutex>

namespace muster {
namespace {

std::unexpected<Failure> damaged(std::string detail) {
    return std::unexpected(
        Failure{FailureKind::corrupted, std::move(detail) + "; put keys/ back from a backup"});
}

std::unexpected<Failure> closed() {
    return std::unexpected(Failure{FailureKind::io_error, "the key store is not open"});
}

std::expected<std::optional<std::string>, Failure> find(const Database& database,
                                                        std::string_view key) {
    std::string value;
    const auto status = database->Get({}, database.family(keys_family_of(key)), key, &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return std::unexpected(failure_of(status, "reading the key store"));
    return value;
}

std::expected<std::uint64_t, Failure> find_number(const Database& database, std::string_view key) {
    const auto bytes = find(database, key);
    if (!bytes) return std::unexpected(bytes.error());
    if (!*bytes || (*bytes)->size() != sizeof(std::uint64_t)) {
        return damaged("the key store lacks its row \"" + std::string{key.substr(1)} + '"');
    }
    return number_at(**bytes, 0);
}

/// Every address and data key that was counted is there.
std::expected<void, Failure> check_rows(const Database& database) {
    const auto expected = find_number(database, rows_key);
    if (!expected) return std::unexpected(expected.error());
    rocksdb::TablePropertiesCollection files;
    const auto status =
        database->GetPropertiesOfAllTables(database.family(keys_rows_family), &files);
    if (!status.ok()) return std::unexpected(failure_of(status, "counting the rows of keys/"));
    std::uint64_t found = 0;
    for (const auto& [name, properties] : files) found += properties->num_entries;
    // A row that cannot be read must not pass for one that was erased.
    const auto readable = database->VerifyFileChecksums({});
    if (!readable.ok()) return damaged(failure_of(readable, "checking keys/").detail);
    if (found == *expected) return {};
    return damaged("keys/ should have " + std::to_string(*expected) +
                   " addresses and data keys and has " + std::to_string(found));
}

/// The mark, which must be of this store and not ahead of it.
std::expected<MarkFile, Failure> open_mark(const Database& database, const StoreFolder& folder) {
    const auto id = find(database, store_id_key);
    if (!id) return std::unexpected(id.error());
    if (!*id || (*id)->size() != sizeof(boost::uuids::uuid)) {
        return damaged("the key store lacks its identity");
    }
    const auto key_seq = find_number(database, key_seq_key);
    if (!key_seq) return std::unexpected(key_seq.error());
    auto mark = MarkFile::open(folder.disk(), folder.path() / "mark");
    if (!mark) return damaged(std::move(mark.error().detail));
    if (mark->newest().log_id != id_at(**id, 0)) {
        return damaged("the mark in " + folder.path().string() +
                       " is of another store than the one beside it");
    }
    if (mark->newest().head.size > *key_seq) {
        return damaged("keys/ ends at row " + std::to_string(*key_seq) + " but had " +
                       std::to_string(mark->newest().head.size) + " when it was last marked");
    }
    return mark;
}

std::expected<std::unique_ptr<Database>, Failure> open_database(const Disk& disk,
                                                                const Disk::Path& store) {
    auto options = durable_database_options(disk);
    // The last write may never have been synced. Of what was, a loss shows: the log names the rows
    // that it needs, and the mark those that it does not.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    return Database::open(store, options, keys_families());
}

/// What a table holds that the database does not know is known from elsewhere, as its write-ahead
/// log.
std::expected<void, Failure> check_orphan(const Database& database, const Disk& disk,
                                          const Disk::Path& table) {
    rocksdb::Options options;
    options.env = disk.environment();
    rocksdb::SstFileReader reader{options};
    const auto opened = reader.Open(table.string());
    // One that was never whole is the flush that the loss of power cut short.
    if (!opened.ok()) return {};
    const std::unique_ptr<rocksdb::Iterator> rows{reader.NewIterator({})};
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
        const auto key = view_of(rows->key());
        const bool counts = key == key_seq_key;
        if (!counts && keys_family_of(key) != keys_rows_family) continue;
        const auto known = find(database, key);
        if (!known) return std::unexpected(known.error());
        const bool there = *known && (counts ? **known >= view_of(rows->value())
                                             : **known == view_of(rows->value()));
        if (!there) return damaged("a row of " + table.string() + " is nowhere else");
    }
    if (rows->status().ok()) return {};
    return std::unexpected(failure_of(rows->status(), "reading " + table.string()));
}

std::expected<void, Failure> check_orphans(const Database& database, const Disk& disk,
                                           const Disk::Path& store) {
    const auto names = disk.names_in(store);
    if (!names) return std::unexpected(names.error());
    std::vector<rocksdb::LiveFileMetaData> live;
    database->GetLiveFilesMetaData(&live);
    for (const auto& name : *names) {
        const bool is_known =
            std::ranges::count(live, "/" + name, &rocksdb::LiveFileMetaData::name) > 0;
        if (!name.ends_with(".sst") || is_known) continue;
        if (auto known = check_orphan(database, disk, store / name); !known) return known;
    }
    return {};
}

}  // namespace

std::expected<void, Failure> take_key_rows(const Database& database, const TakeKeyRow& take) {
    const auto release = [&](const rocksdb::Snapshot* moment) {
        database->ReleaseSnapshot(moment);
    };
    const std::unique_ptr<const rocksdb::Snapshot, decltype(release)> moment{
        database->GetSnapshot(), release};
    rocksdb::ReadOptions options;
    options.snapshot = moment.get();
    for (std::size_t family = 0; family < keys_families().size(); ++family) {
        const std::unique_ptr<rocksdb::Iterator> rows{
            database->NewIterator(options, database.family(family))};
        for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
            if (auto taken = take(view_of(rows->key()), view_of(rows->value())); !taken) {
                return taken;
            }
        }
        if (!rows->status().ok()) {
            return std::unexpected(failure_of(rows->status(), "reading the key store"));
        }
    }
    return {};
}

std::expected<void, Failure> KeyDatabase::open() {
    const std::unique_lock alone{opening_};
    failed_ = true;
    mark_.reset();
    database_.reset();
    auto database = open_database(folder_.disk(), folder_.store());
    if (!database && database.error().kind == FailureKind::corrupted) {
        const auto mended =
            mend_torn_manifest(folder_.disk(), folder_.store(), [this](Disk& disk) {
                const auto tried = open_database(disk, folder_.store());
                if (!tried) return std::expected<void, Failure>{std::unexpected(tried.error())};
                if (auto whole = check_rows(**tried); !whole) return whole;
                const auto mark = open_mark(**tried, folder_);
                if (!mark) return std::expected<void, Failure>{std::unexpected(mark.error())};
                return check_orphans(**tried, disk, folder_.store());
            });
        if (!mended) return std::unexpected(mended.error());
        if (!*mended) return damaged(std::move(database.error().detail));
        database = open_database(folder_.disk(), folder_.store());
    }
    if (!database) return std::unexpected(database.error());
    if (auto whole = check_rows(**database); !whole) return whole;
    auto mark = open_mark(**database, folder_);
    if (!mark) return std::unexpected(mark.error());
    mark_ = std::move(*mark);
    database_ = std::move(*database);
    failed_ = false;
    return {};
}

std::expected<std::optional<std::string>, Failure> KeyDatabase::get(std::string_view key) const {
    const std::shared_lock open{opening_};
    if (!database_) return closed();
    return find(*database_, key);
}

std::expected<std::uint64_t, Failure> KeyDatabase::number(std::string_view key) const {
    const std::shared_lock open{opening_};
    if (!database_) return closed();
    return find_number(*database_, key);
}

std::expected<void, Failure> KeyDatabase::take(std::string_view prefix,
                                               const TakeKeyRow& take) const {
    const std::shared_lock open{opening_};
    if (!database_) return closed();
    const std::unique_ptr<rocksdb::Iterator> rows{(*database_)->NewIterator({})};
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
        if (auto taken = take(view_of(rows->key()), view_of(rows->value())); !taken) return taken;
    }
    if (rows->status().ok()) return {};
    return std::unexpected(failure_of(rows->status(), "reading the key store"));
}

std::expected<void, Failure> KeyDatabase::take_all(const TakeKeyRow& take) const {
    const std::shared_lock open{opening_};
    if (!database_) return closed();
    return take_key_rows(*database_, take);
}

bool KeyDatabase::sync_failed() const {
    return !folder_.disk().failed_sync_below(folder_.path()).empty();
}

Failure KeyDatabase::failure() const {
    return {sync_failed() ? FailureKind::sync_failed : FailureKind::io_error,
            "an earlier write to the key store failed; it must be reopened"};
}

std::expected<void, Failure> KeyDatabase::write(const std::vector<Row>& rows,
                                                const std::vector<std::string>& deleted) {
    const std::shared_lock open{opening_};
    if (failed_) return std::unexpected(failure());
    rocksdb::WriteBatch batch;
    for (const auto& row : rows) {
        ENSURE(batch.Put(database_->family(keys_family_of(row.key)), row.key, row.value).ok());
    }
    for (const auto& key : deleted) {
        ENSURE(batch.Delete(database_->family(keys_family_of(key)), key).ok());
    }
    const auto status = (*database_)->Write(checked_write(true), &batch);
    if (status.ok()) return {};
    failed_ = true;
    auto failure = failure_of(status, "writing to the key store");
    if (sync_failed()) failure.kind = FailureKind::sync_failed;
    return std::unexpected(std::move(failure));
}

std::expected<void, Failure> KeyDatabase::mark(std::uint64_t key_seq) {
    const std::shared_lock open{opening_};
    if (!mark_) return closed();
    auto mark = mark_->newest();
    mark.head.size = key_seq;
    auto written = mark_->write(mark);
    if (!written) failed_ = true;
    return written;
}

}  // namespace muster
