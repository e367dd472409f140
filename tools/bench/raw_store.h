// The floors of a log: what RocksDB and SHA-256 take for the same bytes, with nothing of Muster.
#pragma once

#include "eventstore/log/event_log.h"

#include <rocksdb/db.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace muster::bench {

struct Row {
    std::string key;
    std::string value;
};

/// A RocksDB with its own default options.
class RawStore {
 public:
    explicit RawStore(const std::filesystem::path& folder);

    /// Rows of `bytes` from one writer, `in_batch` at a time, each batch synced. The bytes do not
    /// compress, as sealed ones do not.
    double puts_per_second(std::size_t puts, std::size_t in_batch, std::size_t bytes);
    double one_put_micros(std::size_t bytes);
    /// Puts the log's commits, as they are stored, beneath keys as they have.
    void copy(const EventLog& log);
    /// Walks all of it from its files.
    double rows_per_second();
    /// Puts these in their order, a thousand at a time and not synced, as views are written.
    void put(std::span<const Row> rows);

 private:
    void write(std::size_t count, std::size_t bytes);

    std::unique_ptr<rocksdb::DB> database_;
    std::uint64_t next_key_ = 0;
    std::string noise_;
};

/// The commits and all their bytes, as they are stored.
struct StoredBytes {
    std::uint64_t commits = 0;
    std::uint64_t bytes = 0;
};
StoredBytes stored_bytes(const EventLog& log);
/// What hashing as many messages of their mean size takes.
double hashes_per_second(const StoredBytes& stored);

/// Of all files below it after everything was compacted; nothing may have it open.
double compacted_bytes(const std::filesystem::path& store);
/// The same of log, keys and views of a data folder.
std::map<std::string, double> compacted_parts(const std::filesystem::path& data);
/// All rows of a store, which may be open; those of one column family after those of another.
std::vector<Row> rows_of(const std::filesystem::path& store);

}  // namespace muster::bench
