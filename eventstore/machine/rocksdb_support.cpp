// The shared care for RocksDB.
#include "eventstore/machine/rocksdb_support.h"

#include "eventstore/machine/open_files.h"

#include "domain/ensure.h"
#include "eventstore/machine/rocksdb_environment.h"

#include <rocksdb/file_checksum.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/write_batch.h>
#include <algorithm>

namespace muster {

Failure failure_of(const rocksdb::Status& status, std::string_view doing) {
    const bool damaged = status.IsCorruption() || status.IsPathNotFound();
    const auto kind = damaged               ? FailureKind::corrupted
                      : status.IsNoSpace()  ? FailureKind::disk_full
                      : status.IsNotFound() ? FailureKind::not_found
                                            : FailureKind::io_error;
    return {kind, std::string{doing} + ": " + status.ToString()};
}

rocksdb::DBOptions durable_database_options(const Disk& disk) {
    rocksdb::DBOptions options;
    // Refusing a torn tail would refuse an ordinary power cut; the default mode was measured to
    // open silently with half of the synced records after one flipped bit.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.track_and_verify_wals_in_manifest = true;
    options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
    options.paranoid_checks = true;
    options.verify_sst_unique_id_in_manifest = true;
    // After an I/O error only a fresh handle knows what is on the disk.
    options.max_bgerror_resume_count = 0;
    options.max_background_jobs = 2;
    options.allow_concurrent_memtable_write = false;  // each store has one writer at a time
    options.db_host_id = "";  // a file says nothing of the machine that it was written on
    options.max_total_wal_size = 128U << 20U;
    options.max_open_files = static_cast<int>(open_files_of_a_store());
    options.env = disk.environment();
    options.info_log = warnings_only();
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    return options;
}

rocksdb::ColumnFamilyOptions durable_family_options() {
    rocksdb::ColumnFamilyOptions options;
    options.paranoid_file_checks = true;
    options.max_write_buffer_number = 2;
    options.write_buffer_size = 16U << 20U;
    options.compression = rocksdb::CompressionType::kLZ4Compression;
    // Rows come sorted: each is looked for from where the one before it went. RocksDB 7.8 loses
    // rows where this meets DeleteRange, which nobody may call.
    options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(0));
    return options;
}

rocksdb::WriteOptions checked_write(bool sync) {
    rocksdb::WriteOptions options;
    options.sync = sync;
    options.protection_bytes_per_key = 8;
    return options;
}

std::expected<std::unique_ptr<Database>, Failure> Database::open(
    const std::filesystem::path& folder, const rocksdb::DBOptions& options,
    const std::vector<FamilyOptions>& families) {
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const auto& family : families) descriptors.emplace_back(family.name, family.options);
    std::unique_ptr<Database> result{new Database};
    rocksdb::DB* database = nullptr;
    const auto status =
        rocksdb::DB::Open(options, folder.string(), descriptors, &result->families_, &database);
    if (!status.ok()) {
        auto failure = failure_of(status, "opening " + folder.string());
        // What RocksDB calls an invalid argument is a file of its own that lacks or contradicts.
        if (status.IsInvalidArgument()) failure.kind = FailureKind::corrupted;
        return std::unexpected(std::move(failure));
    }
    result->database_.reset(database);
    return result;
}

Database::~Database() {
    if (!database_) return;
    for (auto* family : families_) {
        // Only a handle of another database can be refused here.
        ENSURE(database_->DestroyColumnFamilyHandle(family).ok());
    }
    // What a failed close could lose is in the WAL; the next open reads it.
    database_->Close().PermitUncheckedError();
}

}  // namespace muster
