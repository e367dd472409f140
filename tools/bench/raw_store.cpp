// RocksDB as it comes.
#include "tools/bench/raw_store.h"

#include "domain/ensure.h"
#include "eventstore/machine/crypto.h"
#include "tools/bench/figures.h"

#include <rocksdb/utilities/options_util.h>
#include <rocksdb/write_batch.h>

#include <random>

namespace muster::bench {
namespace {

constexpr std::size_t commits_per_read = 1'000;

std::string key_of(std::uint64_t number) {
    std::string key;
    for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(number >> shift));
    return key;
}

template <class Take>
void each_stored(const EventLog& log, const Take& take) {
    for (Position reached{}; reached < log.head();) {
        const auto commits = log.read_stored(next(reached), commits_per_read);
        ENSURE(commits.has_value() && !commits->empty());
        for (const StoredCommit& commit : *commits) take(commit);
        reached = commits->back().position;
    }
}

/// A store of others with all its column families.
class OpenStore {
 public:
    enum class For : std::uint8_t { reading, writing };

    OpenStore(const std::filesystem::path& store, For what) {
        rocksdb::DBOptions options;
        std::vector<rocksdb::ColumnFamilyDescriptor> known;
        ENSURE(rocksdb::LoadLatestOptions({}, store.string(), &options, &known).ok());
        options.error_if_exists = false;
        rocksdb::DB* opened = nullptr;
        const auto status =
            what == For::reading
                ? rocksdb::DB::OpenForReadOnly(options, store.string(), known, &families_, &opened)
                : rocksdb::DB::Open(options, store.string(), known, &families_, &opened);
        ENSURE(status.ok());
        database_.reset(opened);
    }
    ~OpenStore() {
        for (rocksdb::ColumnFamilyHandle* family : families_) {
            ENSURE(database_->DestroyColumnFamilyHandle(family).ok());
        }
    }
    OpenStore(const OpenStore&) = delete;
    OpenStore& operator=(const OpenStore&) = delete;

    rocksdb::DB& database() const { return *database_; }
    const std::vector<rocksdb::ColumnFamilyHandle*>& families() const { return families_; }

 private:
    std::unique_ptr<rocksdb::DB> database_;
    std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

}  // namespace

RawStore::RawStore(const std::filesystem::path& folder) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(options, folder.string(), &opened);
    ENSURE(status.ok());
    database_.reset(opened);
    std::mt19937_64 random{1};
    while (noise_.size() < (1U << 16U)) noise_.push_back(static_cast<char>(random()));
}

void RawStore::write(std::size_t count, std::size_t bytes) {
    rocksdb::WriteBatch batch;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t from = next_key_ * 97 % (noise_.size() - bytes);
        ENSURE(batch.Put(key_of(next_key_++), {noise_.data() + from, bytes}).ok());
    }
    rocksdb::WriteOptions synced;
    synced.sync = true;
    ENSURE(database_->Write(synced, &batch).ok());
}

double RawStore::puts_per_second(std::size_t puts, std::size_t in_batch, std::size_t bytes) {
    const auto begun = Clock::now();
    std::size_t done = 0;
    for (; done < puts; done += in_batch) write(in_batch, bytes);
    return static_cast<double>(done) / seconds_since(begun);
}

double RawStore::one_put_micros(std::size_t bytes) {
    constexpr std::size_t samples = 500;
    std::vector<double> micros;
    for (std::size_t i = 0; i < samples; ++i) {
        const auto begun = Clock::now();
        write(1, bytes);
        micros.push_back(seconds_since(begun) * 1e6);
    }
    return median(std::move(micros));
}

void RawStore::copy(const EventLog& log) {
    rocksdb::WriteBatch batch;
    each_stored(log, [&](const StoredCommit& commit) {
        ENSURE(batch.Put(key_of(next_key_++), commit.bytes).ok());
        if (batch.Count() < static_cast<int>(commits_per_read)) return;
        ENSURE(database_->Write({}, &batch).ok());
        batch.Clear();
    });
    ENSURE(database_->Write({}, &batch).ok());
    ENSURE(database_->CompactRange({}, nullptr, nullptr).ok());
}

double RawStore::rows_per_second() {
    const auto begun = Clock::now();
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    const std::unique_ptr<rocksdb::Iterator> row{database_->NewIterator({})};
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
        ++rows;
        bytes += row->value().size();
    }
    ENSURE(row->status().ok() && bytes > 0);
    return static_cast<double>(rows) / seconds_since(begun);
}

void RawStore::put(std::span<const Row> rows) {
    rocksdb::WriteBatch batch;
    for (const Row& row : rows) {
        ENSURE(batch.Put(row.key, row.value).ok());
        if (batch.Count() < static_cast<int>(commits_per_read)) continue;
        ENSURE(database_->Write({}, &batch).ok());
        batch.Clear();
    }
    ENSURE(database_->Write({}, &batch).ok());
}

StoredBytes stored_bytes(const EventLog& log) {
    StoredBytes all;
    each_stored(log, [&](const StoredCommit& commit) {
        ++all.commits;
        all.bytes += commit.bytes.size();
    });
    return all;
}

double hashes_per_second(const StoredBytes& stored) {
    const std::string message(stored.bytes / stored.commits, 'm');
    const auto begun = Clock::now();
    std::size_t sum = 0;
    for (std::uint64_t i = 0; i < stored.commits; ++i) sum += sha256(message)[0];
    ENSURE(sum < SIZE_MAX);
    return static_cast<double>(stored.commits) / seconds_since(begun);
}

double compacted_bytes(const std::filesystem::path& store) {
    const OpenStore opened{store, OpenStore::For::writing};
    double bytes = 0;
    for (rocksdb::ColumnFamilyHandle* family : opened.families()) {
        rocksdb::CompactRangeOptions all;
        all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
        ENSURE(opened.database().CompactRange(all, family, nullptr, nullptr).ok());
        std::uint64_t live = 0;
        ENSURE(opened.database().GetIntProperty(family, rocksdb::DB::Properties::kLiveSstFilesSize,
                                                &live));
        bytes += static_cast<double>(live);
    }
    return bytes;
}

std::map<std::string, double> compacted_parts(const std::filesystem::path& data) {
    std::map<std::string, double> bytes{{"log", compacted_bytes(data / "log/store")},
                                        {"keys", compacted_bytes(data / "keys/store")}};
    for (const auto& generation : std::filesystem::directory_iterator(data / "views")) {
        if (generation.is_directory()) bytes["views"] += compacted_bytes(generation.path());
    }
    return bytes;
}

std::vector<Row> rows_of(const std::filesystem::path& store) {
    const OpenStore opened{store, OpenStore::For::reading};
    std::vector<Row> rows;
    for (rocksdb::ColumnFamilyHandle* family : opened.families()) {
        const std::string part{static_cast<char>('a' + family->GetID())};
        const std::unique_ptr<rocksdb::Iterator> row{opened.database().NewIterator({}, family)};
        for (row->SeekToFirst(); row->Valid(); row->Next()) {
            rows.push_back({part + row->key().ToString(), row->value().ToString()});
        }
        ENSURE(row->status().ok());
    }
    return rows;
}

}  // namespace muster::bench
