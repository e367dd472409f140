// Reading what is left of a log's RocksDB.
#include "eventstore/copies/rocksdb_salvage.h"

#include "eventstore/form/codec.h"
#include "eventstore/log/log_rows.h"
#include "eventstore/machine/rocksdb_support.h"

namespace muster {
namespace {

using namespace log_rows;

/// In the order in which the store is opened here; what the log's own rows are needed for first.
enum Family : std::size_t { meta, commits, tree };

/// Only how a family is written depends on its options, and nothing here is written.
std::vector<FamilyOptions> salvaged_families() {
    std::vector<FamilyOptions> result;
    for (const auto* name : {rocksdb::kDefaultColumnFamilyName.c_str(), "commits", "tree",
                             "streams", "requests", "memberships"}) {
        result.push_back({name, durable_family_options()});
    }
    return result;
}

rocksdb::DBOptions options_for(const Disk& disk, Remedy remedy) {
    auto options = durable_database_options(disk);
    if (remedy == Remedy::none) return options;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    options.track_and_verify_wals_in_manifest = false;
    options.verify_sst_unique_id_in_manifest = false;
    options.paranoid_checks = false;
    return options;
}

std::expected<void, Failure> repair(const Disk::Path& store, const rocksdb::DBOptions& options) {
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const auto& family : salvaged_families())
        descriptors.emplace_back(family.name, family.options);
    const auto status = rocksdb::RepairDB(store.string(), options, descriptors);
    if (!status.ok()) return std::unexpected(failure_of(status, "repairing " + store.string()));
    return {};
}

class OpenedStore final : public DamagedStore {
 public:
    explicit OpenedStore(std::unique_ptr<Database> database) : database_{std::move(database)} {}

    SalvagedNotes notes() const override {
        SalvagedNotes result;
        if (const auto row = get(meta, log_key); row && row->size() == number_size + id_size) {
            result.log_id = id_at(*row, number_size);
        }
        if (const auto row = get(meta, head_key); row && row->size() >= number_size) {
            result.head = Position{number_at(*row, 0)};
        }
        return result;
    }

    std::optional<DamageFound> read_prefix(
        const std::function<std::expected<void, Failure>(const StoredCommit&)>& take)
        const override {
        const auto rows = iterate();
        auto wanted = Position{1};
        for (rows->SeekToFirst(); rows->Valid(); rows->Next(), wanted = next(wanted)) {
            if (view_of(rows->key()) != key_of(wanted)) {
                return DamageFound{wanted, "it is missing, though a later one is there"};
            }
            const StoredCommit commit{wanted, std::string{view_of(rows->value())}};
            if (!has_its_leaf(commit)) {
                return DamageFound{wanted, "its leaf in the hash tree is of other bytes"};
            }
            if (auto taken = take(commit); !taken) return DamageFound{wanted, taken.error().detail};
        }
        if (rows->status().ok()) return std::nullopt;
        return DamageFound{wanted, rows->status().ToString()};
    }

    Beyond found_beyond(Position position) const override {
        const auto rows = iterate();
        Beyond beyond;
        for (rows->Seek(key_of(next(position))); rows->Valid(); rows->Next(), ++beyond.count) {
            if (rows->key().size() != number_size) continue;
            beyond.newest = Position{number_at(view_of(rows->key()), 0)};
        }
        return beyond;
    }

 private:
    std::unique_ptr<rocksdb::Iterator> iterate() const {
        return std::unique_ptr<rocksdb::Iterator>{
            (*database_)->NewIterator({}, database_->family(commits))};
    }

    std::optional<std::string> get(Family family, std::string_view key) const {
        std::string row;
        const auto status = (*database_)->Get({}, database_->family(family), key, &row);
        if (!status.ok()) return std::nullopt;
        return row;
    }

    bool has_its_leaf(const StoredCommit& commit) const {
        const auto leaf = get(tree, key_of(TreeNode{.index = number(commit.position) - 1}));
        if (!leaf) return true;
        return *leaf == view_of(leaf_hash(tree_entry(commit.position, commit.bytes)));
    }

    std::unique_ptr<Database> database_;
};

}  // namespace

std::expected<std::unique_ptr<DamagedStore>, Failure> DamagedStore::open(Disk& disk,
                                                                         const Disk::Path& copy,
                                                                         Remedy remedy) {
    const auto options = options_for(disk, remedy);
    if (remedy == Remedy::repair) {
        if (auto repaired = repair(copy, options); !repaired) {
            return std::unexpected(repaired.error());
        }
    }
    auto database = Database::open(copy, options, salvaged_families());
    if (!database) return std::unexpected(database.error());
    return std::make_unique<OpenedStore>(std::move(*database));
}

}  // namespace muster
