// The log on RocksDB. One commit is one key, and everything one append writes is one synced batch
// (log_rows.h has the rows). The head is cached in memory; readers take it before they look, so
// that what they are promised is what they must find.
#include "eventstore/rocksdb_log.h"

#include "domain/ensure.h"
#include "eventstore/codec.h"
#include "eventstore/keys.h"
#include "eventstore/log_rows.h"
#include "eventstore/rocksdb_support.h"
#include "eventstore/store_folder.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

namespace muster {
namespace {

using namespace log_rows;

constexpr StoreFormat log_format{.name = "muster-log", .number = 1};

/// The order in which the families are opened.
enum Family : std::size_t { meta, commits, streams, requests, memberships };

std::vector<FamilyOptions> families() {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(64U << 20U);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    auto small = durable_family_options();
    small.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

    table.block_size = 32U << 10U;
    auto large = durable_family_options();
    large.compression = rocksdb::CompressionType::kZSTD;
    large.write_buffer_size = 64U << 20U;
    large.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return {{rocksdb::kDefaultColumnFamilyName, small},
            {"commits", large},
            {"streams", small},
            {"requests", small},
            {"memberships", small}};
}

std::unexpected<Failure> corrupted(std::string detail) {
    return std::unexpected(Failure{FailureKind::corrupted, std::move(detail)});
}

std::unexpected<Failure> missing(std::uint64_t position) {
    return corrupted("the log has a hole: commit " + std::to_string(position) + " is missing");
}

class RocksdbLog final : public EventLog {
 public:
    RocksdbLog(StoreFolder folder, std::unique_ptr<Database> database, const LogOptions& options)
        : folder_{std::move(folder)}, database_{std::move(database)}, options_{options} {}

    /// Reads what the head is and proves that the commits reach it without a hole.
    std::expected<void, Failure> load();

    std::expected<Position, Failure> append(Position expected_head,
                                            std::span<const Commit> added) override;
    Position head() const override { return Position{head_.load()}; }
    Instant head_recorded_at() const override { return Instant{recorded_at_.load()}; }
    std::expected<std::vector<Commit>, Failure> read(Position from,
                                                     std::size_t count) const override;
    std::expected<std::vector<StoredCommit>, Failure> read_stored(Position from,
                                                                  std::size_t count) const override;
    std::expected<std::vector<Commit>, Failure> read_stream(StreamId stream, Version from,
                                                            std::size_t count) const override;
    std::expected<std::optional<RequestHit>, Failure> find_request(
        const Digest& key) const override;
    std::expected<std::vector<OrganizationId>, Failure> organizations_of(
        PersonId person) const override;
    bool wait_beyond(Position position, std::chrono::milliseconds at_most) const override;
    const boost::uuids::uuid& id() const override { return id_; }
    std::uint64_t key_seq() const override { return key_seq_.load(); }
    std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const override;

 private:
    void put(rocksdb::WriteBatch& batch, const Commit& commit) const;
    void publish(const Head& head);
    std::expected<void, Failure> check_density() const;
    std::expected<void, Failure> check_head_commit() const;
    std::expected<bool, Failure> counts_match() const;
    std::expected<Commit, Failure> commit_at(Position position) const;
    template <class Take>
    std::expected<void, Failure> scan(Position from, std::size_t count, const Take& take) const;
    std::unique_ptr<rocksdb::Iterator> iterate(Family family) const {
        return std::unique_ptr<rocksdb::Iterator>{
            (*database_)->NewIterator({}, database_->family(family))};
    }

    StoreFolder folder_;
    std::unique_ptr<Database> database_;
    LogOptions options_;
    boost::uuids::uuid id_{};
    std::atomic<std::uint64_t> head_{0};
    std::atomic<std::int64_t> recorded_at_{0};
    std::atomic<std::uint64_t> key_seq_{0};
    bool failed_ = false;  ///< the writer's alone
    mutable std::mutex waiting_;
    mutable std::condition_variable grown_;
};

std::expected<Commit, Failure> decode_at(Position position, std::string_view bytes) {
    auto commit = decode(bytes);
    if (!commit) {
        return std::unexpected(
            Failure{commit.error().kind,
                    "commit " + std::to_string(number(position)) + ": " + commit.error().detail});
    }
    if (commit->position != position) {
        return corrupted("commit " + std::to_string(number(position)) + " says that it is commit " +
                         std::to_string(number(commit->position)));
    }
    return commit;
}

std::expected<void, Failure> RocksdbLog::load() {
    std::string identity;
    std::string newest;
    for (const auto& [key, value] : {std::pair{log_key, &identity}, std::pair{head_key, &newest}}) {
        const auto status = (*database_)->Get({}, database_->family(meta), key, value);
        if (status.IsNotFound())
            return corrupted("the log lacks its row \"" + std::string{key} + '"');
        if (!status.ok()) return std::unexpected(failure_of(status, "reading the log's head"));
    }
    if (identity.size() != number_size + id_size || newest.size() != 3 * number_size) {
        return corrupted("the rows about the log itself have the wrong size");
    }
    if (number_at(identity, 0) > log_format.number) {
        return std::unexpected(
            Failure{FailureKind::newer_format, "the log was written by a later release"});
    }
    id_ = id_at(identity, number_size);
    head_ = number_at(newest, 0);
    recorded_at_ = static_cast<std::int64_t>(number_at(newest, number_size));
    key_seq_ = number_at(newest, 2 * number_size);
    if (auto dense = check_density(); !dense) return dense;
    return check_head_commit();
}

std::expected<void, Failure> RocksdbLog::check_density() const {
    const auto head = head_.load();
    const auto keys = iterate(commits);
    keys->SeekToLast();
    const std::uint64_t last =
        keys->Valid() && keys->key().size() == number_size ? number_at(view_of(keys->key()), 0) : 0;
    if (!keys->status().ok()) {
        return std::unexpected(failure_of(keys->status(), "looking for the newest commit"));
    }
    if (last != head) {
        return corrupted("the log's head is commit " + std::to_string(head) +
                         " but the newest commit found is " + std::to_string(last));
    }
    const auto match = counts_match();
    if (!match) return std::unexpected(match.error());
    if (*match) return {};
    // The counts only say that something is odd; the keys say what.
    std::uint64_t expected = 1;
    for (keys->SeekToFirst(); keys->Valid(); keys->Next(), ++expected) {
        if (view_of(keys->key()) != key_of(Position{expected})) return missing(expected);
    }
    if (!keys->status().ok()) {
        return std::unexpected(failure_of(keys->status(), "looking for holes"));
    }
    return {};
}

/// Opening has flushed the WAL into files, and each file knows how many entries it has: as many
/// entries as the head's number means no hole, without reading them. Keys are never deleted.
std::expected<bool, Failure> RocksdbLog::counts_match() const {
    rocksdb::TablePropertiesCollection files;
    const auto status = (*database_)->GetPropertiesOfAllTables(database_->family(commits), &files);
    if (!status.ok()) return std::unexpected(failure_of(status, "counting commits"));
    std::uint64_t entries = 0;
    bool deletions = false;
    for (const auto& [name, properties] : files) {
        entries += properties->num_entries;
        deletions = deletions || properties->num_deletions > 0;
    }
    return !deletions && entries == head_.load();
}

std::expected<void, Failure> RocksdbLog::check_head_commit() const {
    if (head_ == 0) return {};
    const auto newest = commit_at(head());
    if (!newest) return std::unexpected(newest.error());
    if (newest->recorded_at != head_recorded_at()) {
        return corrupted("commit " + std::to_string(head_.load()) +
                         " was not recorded when the log's head says");
    }
    return {};
}

void RocksdbLog::put(rocksdb::WriteBatch& batch, const Commit& commit) const {
    const auto position = key_of(commit.position);
    const auto put_row = [&](Family family, std::string_view key, std::string_view value) {
        // Only a full batch or an unknown family can be refused, and there is no limit.
        ENSURE(batch.Put(database_->family(family), key, value).ok());
    };
    put_row(commits, position, encode(commit));
    for (const auto& touched : commit.streams) {
        put_row(streams, key_of(touched.stream, touched.version), position);
    }
    if (commit.request) {
        put_row(requests, bytes_of(commit.request->key),
                position + std::string{bytes_of(commit.request->fingerprint)});
    }
    for (const auto& [stream, event] : commit.events) {
        if (stream.kind != StreamKind::organization) continue;
        const auto change = std::visit(BelongingOf{}, event);
        if (!change) continue;
        const auto key = key_of(change->person, OrganizationId{stream.id});
        if (change->belongs) {
            put_row(memberships, key, "");
        } else {
            ENSURE(batch.Delete(database_->family(memberships), key).ok());
        }
    }
}

std::expected<Position, Failure> RocksdbLog::append(Position expected_head,
                                                    std::span<const Commit> added) {
    if (failed_) {
        return std::unexpected(Failure{FailureKind::log_unavailable,
                                       "an earlier write to the log failed; it must be reopened"});
    }
    if (expected_head != head()) {
        return std::unexpected(Failure{FailureKind::version_conflict,
                                       "the log's head is " + std::to_string(head_.load()) +
                                           ", not " + std::to_string(number(expected_head))});
    }
    if (added.empty()) return head();

    rocksdb::WriteBatch batch{0, 0, checked_write(options_.sync).protection_bytes_per_key, 0};
    Head newest{head(), head_recorded_at(), key_seq()};
    for (const auto& commit : added) {
        ENSURE(commit.position == next(newest.position));
        put(batch, commit);
        newest = {commit.position, commit.recorded_at, std::max(newest.key_seq, commit.key_seq)};
    }
    ENSURE(batch.Put(database_->family(meta), head_key, bytes_of(newest)).ok());

    const auto status = (*database_)->Write(checked_write(options_.sync), &batch);
    if (!status.ok()) {
        failed_ = true;
        return std::unexpected(Failure{FailureKind::outcome_unknown,
                                       failure_of(status, "appending to the log").detail});
    }
    publish(newest);
    return newest.position;
}

void RocksdbLog::publish(const Head& head) {
    {
        const std::lock_guard lock{waiting_};
        recorded_at_ = head.recorded_at.micros;
        key_seq_ = head.key_seq;
        head_ = number(head.position);
    }
    grown_.notify_all();
}

/// Hands `take` the stored bytes of up to `count` commits in order; every position up to the head
/// must be there.
template <class Take>
std::expected<void, Failure> RocksdbLog::scan(Position from, std::size_t count,
                                              const Take& take) const {
    const auto head = head_.load();
    const auto first = std::max<std::uint64_t>(number(from), 1);
    if (first > head || count == 0) return {};
    const auto last = count > head - first ? head : first + count - 1;
    const auto rows = iterate(commits);
    rows->Seek(key_of(Position{first}));
    for (auto expected = first; expected <= last; ++expected, rows->Next()) {
        if (!rows->Valid() && !rows->status().ok()) {
            return std::unexpected(
                failure_of(rows->status(), "reading commit " + std::to_string(expected)));
        }
        if (!rows->Valid() || view_of(rows->key()) != key_of(Position{expected})) {
            return missing(expected);
        }
        if (auto taken = take(Position{expected}, view_of(rows->value())); !taken) return taken;
    }
    return {};
}

std::expected<std::vector<Commit>, Failure> RocksdbLog::read(Position from,
                                                             std::size_t count) const {
    std::vector<Commit> result;
    const auto scanned = scan(from, count, [&](Position position, std::string_view bytes) {
        auto commit = decode_at(position, bytes);
        if (!commit) return std::expected<void, Failure>{std::unexpected(commit.error())};
        result.push_back(std::move(*commit));
        return std::expected<void, Failure>{};
    });
    if (!scanned) return std::unexpected(scanned.error());
    return result;
}

std::expected<std::vector<StoredCommit>, Failure> RocksdbLog::read_stored(Position from,
                                                                          std::size_t count) const {
    std::vector<StoredCommit> result;
    const auto scanned = scan(from, count, [&](Position position, std::string_view bytes) {
        result.push_back({position, std::string{bytes}});
        return std::expected<void, Failure>{};
    });
    if (!scanned) return std::unexpected(scanned.error());
    return result;
}

std::expected<Commit, Failure> RocksdbLog::commit_at(Position position) const {
    rocksdb::PinnableSlice bytes;
    const auto status = (*database_)->Get({}, database_->family(commits), key_of(position), &bytes);
    if (status.IsNotFound()) return missing(number(position));
    if (!status.ok()) {
        return std::unexpected(
            failure_of(status, "reading commit " + std::to_string(number(position))));
    }
    return decode_at(position, view_of(bytes));
}

std::expected<std::vector<Commit>, Failure> RocksdbLog::read_stream(StreamId stream, Version from,
                                                                    std::size_t count) const {
    std::vector<Commit> result;
    const auto prefix = prefix_of(stream);
    auto version = std::max(from, Version{1});
    const auto rows = iterate(streams);
    for (rows->Seek(key_of(stream, version)); result.size() < count && rows->Valid();
         rows->Next(), version = next(version)) {
        const auto key = view_of(rows->key());
        if (!key.starts_with(prefix)) break;
        if (key != key_of(stream, version) || rows->value().size() != number_size) {
            return corrupted("version " + std::to_string(number(version)) + " of stream " +
                             to_string(stream.id) + " is missing");
        }
        auto commit = commit_at(Position{number_at(view_of(rows->value()), 0)});
        if (!commit) return std::unexpected(commit.error());
        if (std::ranges::count(commit->streams, TouchedStream{stream, version}) != 1) {
            return corrupted("commit " + std::to_string(number(commit->position)) +
                             " is not version " + std::to_string(number(version)) + " of stream " +
                             to_string(stream.id));
        }
        result.push_back(std::move(*commit));
    }
    if (!rows->status().ok()) {
        return std::unexpected(failure_of(rows->status(), "reading a stream"));
    }
    return result;
}

std::expected<std::optional<RequestHit>, Failure> RocksdbLog::find_request(
    const Digest& key) const {
    std::string row;
    const auto status = (*database_)->Get({}, database_->family(requests), bytes_of(key), &row);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return std::unexpected(failure_of(status, "looking for a request"));
    RequestHit hit;
    if (row.size() != number_size + hit.fingerprint.size()) {
        return corrupted("the row of a request has the wrong size");
    }
    hit.position = Position{number_at(row, 0)};
    std::copy(row.begin() + number_size, row.end(), hit.fingerprint.begin());
    return hit;
}

std::expected<std::vector<OrganizationId>, Failure> RocksdbLog::organizations_of(
    PersonId person) const {
    std::vector<OrganizationId> result;
    std::string prefix;
    append_id(prefix, person.value);
    const auto rows = iterate(memberships);
    for (rows->Seek(prefix); rows->Valid(); rows->Next()) {
        const auto key = view_of(rows->key());
        if (!key.starts_with(prefix)) break;
        if (key.size() != 2 * id_size) return corrupted("a membership row has the wrong size");
        result.push_back(OrganizationId{id_at(key, id_size)});
    }
    if (!rows->status().ok()) {
        return std::unexpected(failure_of(rows->status(), "reading memberships"));
    }
    return result;
}

bool RocksdbLog::wait_beyond(Position position, std::chrono::milliseconds at_most) const {
    std::unique_lock lock{waiting_};
    return grown_.wait_for(lock, at_most, [&] { return head() > position; });
}

std::vector<std::pair<std::string, std::uint64_t>> RocksdbLog::size_by_part() const {
    std::vector<std::pair<std::string, std::uint64_t>> result;
    for (const auto family : {commits, streams, requests, memberships, meta}) {
        std::uint64_t bytes = 0;
        auto* handle = database_->family(family);
        (*database_)->GetIntProperty(handle, rocksdb::DB::Properties::kLiveSstFilesSize, &bytes);
        result.emplace_back(family == meta ? "meta" : handle->GetName(), bytes);
    }
    rocksdb::VectorLogPtr files;
    std::uint64_t waiting = 0;
    if ((*database_)->GetSortedWalFiles(files).ok()) {
        for (const auto& file : files) waiting += file->SizeFileBytes();
    }
    result.emplace_back("write-ahead", waiting);
    return result;
}

std::expected<void, Failure> make_log(StoreFolder& folder) {
    if (auto begun = folder.begin_store(); !begun) return begun;
    auto options = durable_database_options();
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    auto database = Database::open(folder.new_store(), options, families());
    if (!database) return std::unexpected(database.error());
    std::string identity;
    append_big_endian(identity, log_format.number);
    append_id(identity, random_uuid());
    rocksdb::WriteBatch batch;
    ENSURE(batch.Put(log_key, identity).ok());
    ENSURE(batch.Put(head_key, bytes_of(Head{})).ok());
    const auto status = (**database)->Write(checked_write(true), &batch);
    if (!status.ok()) return std::unexpected(failure_of(status, "making a log"));
    database->reset();
    return folder.finish_store();
}

}  // namespace

std::expected<std::unique_ptr<EventLog>, Failure> open_rocksdb_log(
    const std::filesystem::path& folder, const LogOptions& options) {
    auto opened = StoreFolder::open(folder, log_format);
    if (!opened) return std::unexpected(opened.error());
    if (!opened->has_store()) {
        if (auto made = make_log(*opened); !made) return std::unexpected(made.error());
    }
    auto database = Database::open(opened->store(), durable_database_options(), families());
    if (!database) return std::unexpected(database.error());
    auto log = std::make_unique<RocksdbLog>(std::move(*opened), std::move(*database), options);
    if (auto loaded = log->load(); !loaded) return std::unexpected(loaded.error());
    return log;
}

}  // namespace muster
