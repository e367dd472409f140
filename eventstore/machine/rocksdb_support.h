// What every RocksDB of ours has in common: options that never trade what was written for speed,
// statuses as Failures. Private to the stores.
#pragma once

#include "eventstore/machine/bytes.h"
#include "eventstore/machine/disk.h"
#include "eventstore/machine/failure.h"

#include <rocksdb/db.h>
#include <rocksdb/file_system.h>
#include <rocksdb/options.h>
#include <boost/uuid/uuid.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What RocksDB's file calls take besides; nothing here ever asks for it.
inline constexpr rocksdb::IODebugContext* no_debugging = nullptr;

/// Damage is `corrupted`, want of space `disk_full`, what is not there `not_found`, everything else
/// `io_error`; the detail says what was being done.
Failure failure_of(const rocksdb::Status& status, std::string_view doing);

/// Options of a database that must come back whole: files are checksummed, the newest synced write
/// survives a torn tail, and nothing is resumed by itself after an error.
rocksdb::DBOptions durable_database_options(const Disk& disk);
rocksdb::ColumnFamilyOptions durable_family_options();
rocksdb::WriteOptions checked_write(bool sync);

struct FamilyOptions {
    std::string name;
    rocksdb::ColumnFamilyOptions options;
};

/// A RocksDB with its column families, closed in the right order. The first family is always
/// RocksDB's own "default". Any thread.
class Database {
 public:
    static std::expected<std::unique_ptr<Database>, Failure> open(
        const std::filesystem::path& folder, const rocksdb::DBOptions& options,
        const std::vector<FamilyOptions>& families);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    rocksdb::DB* operator->() const { return database_.get(); }
    rocksdb::ColumnFamilyHandle* family(std::size_t index) const { return families_[index]; }

 private:
    Database() = default;

    std::unique_ptr<rocksdb::DB> database_;
    std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

inline std::string_view view_of(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

}  // namespace muster
