// Opening a log's RocksDB and counting what is in it.
#include "eventstore/log/log_store.h"

#include "domain/ensure.h"
#include "eventstore/form/codec.h"
#include "eventstore/machine/bytes.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <bit>

namespace muster {

using namespace log_rows;

namespace {

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
    // Each level grows at its own end.
    auto tree = small;
    tree.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
    return {{rocksdb::kDefaultColumnFamilyName, small},
            {"commits", large},
            {"streams", small},
            {"requests", small},
            {"memberships", small},
            {"tree", tree}};
}

}  // namespace

std::string_view advice_on_loss() {
    return "restore the newest backup, or copy what is whole to a new log: muster log salvage";
}

std::unexpected<Failure> log_corrupted(std::string detail) {
    return std::unexpected(Failure{FailureKind::corrupted, std::move(detail)});
}

std::unexpected<Failure> commit_missing(std::uint64_t position) {
    return log_corrupted("the log has a hole: commit " + std::to_string(position) +
                         " is missing; " + std::string{advice_on_loss()});
}

std::expected<Commit, Failure> decode_at(Position position, std::string_view bytes) {
    auto commit = decode(bytes);
    if (!commit) {
        return std::unexpected(
            Failure{commit.error().kind,
                    "commit " + std::to_string(number(position)) + ": " + commit.error().detail});
    }
    if (commit->position != position) {
        return log_corrupted("commit " + std::to_string(number(position)) +
                             " says that it is commit " + std::to_string(number(commit->position)));
    }
    return commit;
}

std::expected<void, Failure> LogStore::make(StoreFolder& folder, const boost::uuids::uuid& id) {
    auto options = durable_database_options(folder.disk());
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    auto database = Database::open(folder.new_store(), options, families());
    if (!database) return std::unexpected(database.error());
    std::string identity;
    append_big_endian(identity, log_format.number);
    append_id(identity, id);
    rocksdb::WriteBatch batch;
    ENSURE(batch.Put(log_key, identity).ok());
    ENSURE(batch.Put(head_key, bytes_of(Head{})).ok());
    const auto status = (**database)->Write(checked_write(true), &batch);
    if (!status.ok()) return std::unexpected(failure_of(status, "making a log"));
    return {};
}

std::expected<std::unique_ptr<LogStore>, Failure> LogStore::open(
    const Disk& disk, const std::filesystem::path& store, bool up_to_damage) {
    auto options = durable_database_options(disk);
    if (up_to_damage) {
        options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    }
    auto database = Database::open(store, options, families());
    if (!database) return std::unexpected(database.error());
    std::unique_ptr<LogStore> result{new LogStore{std::move(*database)}};
    if (auto loaded = result->load(); !loaded) return std::unexpected(loaded.error());
    return result;
}

std::expected<void, Failure> LogStore::load() {
    std::string identity;
    std::string newest;
    for (const auto& [key, value] : {std::pair{log_key, &identity}, std::pair{head_key, &newest}}) {
        const auto status = (*this)->Get({}, family(LogFamily::meta), key, value);
        if (status.IsNotFound()) {
            return log_corrupted("the log lacks its row \"" + std::string{key} +
                                 "\", so any position may be missing; " +
                                 std::string{advice_on_loss()});
        }
        if (!status.ok()) return std::unexpected(failure_of(status, "reading the log's head"));
    }
    const auto head = head_in(newest);
    if (identity.size() != number_size + id_size || !head) {
        return log_corrupted("the rows about the log itself have the wrong size; " +
                             std::string{advice_on_loss()});
    }
    if (number_at(identity, 0) > log_format.number) {
        return std::unexpected(
            Failure{FailureKind::newer_format, "the log was written by a later release"});
    }
    id_ = id_at(identity, number_size);
    head_ = *head;
    return {};
}

std::unique_ptr<rocksdb::Iterator> LogStore::iterate(LogFamily which) const {
    return std::unique_ptr<rocksdb::Iterator>{(*this)->NewIterator({}, family(which))};
}

std::expected<void, Failure> LogStore::check_density() const {
    if (auto commits = check_commits(); !commits) return commits;
    const auto leaves = number(head_.position);
    const auto nodes = leaves * 2 - static_cast<std::uint64_t>(std::popcount(leaves));
    for (const auto& [which, expected] : {std::pair{LogFamily::streams, head_.streams},
                                          std::pair{LogFamily::requests, head_.requests},
                                          std::pair{LogFamily::memberships, head_.memberships},
                                          std::pair{LogFamily::tree, nodes}}) {
        if (auto counted = check_count(which, expected); !counted) return counted;
    }
    return {};
}

std::expected<void, Failure> LogStore::check_commits() const {
    const auto head = number(head_.position);
    const auto keys = iterate(LogFamily::commits);
    keys->SeekToLast();
    const std::uint64_t last =
        keys->Valid() && keys->key().size() == number_size ? number_at(view_of(keys->key()), 0) : 0;
    if (!keys->status().ok()) {
        return std::unexpected(failure_of(keys->status(), "looking for the newest commit"));
    }
    if (last != head) {
        return log_corrupted("the log's head is commit " + std::to_string(head) +
                             " but the newest commit found is " + std::to_string(last) + "; " +
                             std::string{advice_on_loss()});
    }
    const auto match = files_hold(LogFamily::commits, head);
    if (!match) return std::unexpected(match.error());
    if (*match) return {};
    // The counts only say that something is odd; the keys say what.
    std::uint64_t expected = 1;
    for (keys->SeekToFirst(); keys->Valid(); keys->Next(), ++expected) {
        if (view_of(keys->key()) != key_of(Position{expected})) return commit_missing(expected);
    }
    if (!keys->status().ok()) {
        return std::unexpected(failure_of(keys->status(), "looking for holes"));
    }
    return {};
}

std::expected<void, Failure> LogStore::check_count(LogFamily which, std::uint64_t expected) const {
    const auto match = files_hold(which, expected);
    if (!match) return std::unexpected(match.error());
    if (*match) return {};
    std::uint64_t found = 0;
    const auto keys = iterate(which);
    for (keys->SeekToFirst(); keys->Valid(); keys->Next()) ++found;
    const auto& name = family(which)->GetName();
    if (!keys->status().ok()) {
        return std::unexpected(failure_of(keys->status(), "counting the rows of " + name));
    }
    if (found == expected) return {};
    return log_corrupted("the log should have " + std::to_string(expected) + " rows of " + name +
                         " for positions 1 to " + std::to_string(number(head_.position)) +
                         " and has " + std::to_string(found) + "; " +
                         std::string{advice_on_loss()});
}

/// Opening has flushed the WAL into files, and each file knows how many entries it has, without
/// reading them.
std::expected<bool, Failure> LogStore::files_hold(LogFamily which, std::uint64_t entries) const {
    rocksdb::TablePropertiesCollection files;
    const auto status = (*this)->GetPropertiesOfAllTables(family(which), &files);
    if (!status.ok()) return std::unexpected(failure_of(status, "counting rows"));
    std::uint64_t found = 0;
    bool deletions = false;
    for (const auto& [name, properties] : files) {
        found += properties->num_entries;
        deletions = deletions || properties->num_deletions > 0;
    }
    return !deletions && found == entries;
}

std::expected<std::string, Failure> LogStore::stored_commit(Position position) const {
    std::string bytes;
    const auto status = (*this)->Get({}, family(LogFamily::commits), key_of(position), &bytes);
    if (status.IsNotFound()) return commit_missing(number(position));
    if (!status.ok()) {
        return std::unexpected(
            failure_of(status, "reading commit " + std::to_string(number(position))));
    }
    return bytes;
}

std::expected<Commit, Failure> LogStore::commit_at(Position position) const {
    const auto bytes = stored_commit(position);
    if (!bytes) return std::unexpected(bytes.error());
    return decode_at(position, *bytes);
}

std::vector<LogStore::Looked> LogStore::look_up(LogFamily which,
                                                std::span<const std::string> keys) const {
    const std::vector<rocksdb::Slice> slices{keys.begin(), keys.end()};
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    (*this)->MultiGet({}, family(which), keys.size(), slices.data(), values.data(),
                      statuses.data());
    std::vector<Looked> looked(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        looked[i] = {std::move(statuses[i]), values[i].ToString()};
        if (looked[i].status.ok() || looked[i].status.IsNotFound()) continue;
        // What damaged one of them is said of others that were asked for with it.
        looked[i].status = (*this)->Get({}, family(which), keys[i], &looked[i].value);
    }
    return looked;
}

std::expected<std::vector<Digest>, Failure> LogStore::hashes_of(
    std::span<const TreeNode> nodes) const {
    std::vector<std::string> keys;
    for (const TreeNode& node : nodes) keys.push_back(key_of(node));
    const auto rows = look_up(LogFamily::tree, keys);
    std::vector<Digest> hashes(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto& [status, row] = rows[i];
        const auto name = [&] {
            return std::to_string(nodes[i].level) + "," + std::to_string(nodes[i].index);
        };
        if (status.IsNotFound() || (status.ok() && row.size() != sizeof(Digest))) {
            return log_corrupted("the hash tree lacks its node " + name() + "; " +
                                 std::string{advice_on_loss()});
        }
        if (!status.ok()) return std::unexpected(failure_of(status, "reading tree node " + name()));
        std::ranges::copy(row, hashes[i].begin());
    }
    return hashes;
}

}  // namespace muster
