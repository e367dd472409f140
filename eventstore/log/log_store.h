// The RocksDB of a log and what must be true of it as a whole: that it holds every row that its
// head counts. Private to the log and to what repairs or copies one. Any thread, but for writing.
#pragma once

#include "eventstore/log/log_rows.h"
#include "eventstore/machine/rocksdb_support.h"
#include "eventstore/machine/store_folder.h"

#include <boost/uuid/uuid.hpp>
#include <memory>
#include <span>

namespace muster {

constexpr StoreFormat log_format{.name = "muster-log", .number = 1};

/// The column families, in the order in which they are opened.
enum class LogFamily : std::size_t { meta, commits, streams, requests, memberships, tree };

class LogStore final : public TreeNodes {
 public:
    /// Makes an empty log in `folder.new_store()`, closed.
    static std::expected<void, Failure> make(StoreFolder& folder, const boost::uuids::uuid& id);
    /// Opens a store and reads what it says of itself; nothing else is checked. With
    /// `up_to_damage`, what follows the first damage in the write-ahead log is given up.
    static std::expected<std::unique_ptr<LogStore>, Failure> open(
        const Disk& disk, const std::filesystem::path& store, bool up_to_damage = false);

    const boost::uuids::uuid& id() const { return id_; }
    const log_rows::Head& head() const { return head_; }  ///< as it was when it was opened

    const Database& database() const { return *database_; }
    rocksdb::DB* operator->() const { return database_->operator->(); }
    rocksdb::ColumnFamilyHandle* family(LogFamily which) const {
        return database_->family(static_cast<std::size_t>(which));
    }
    std::unique_ptr<rocksdb::Iterator> iterate(LogFamily which) const;
    /// What stands under each of these keys.
    struct Looked {
        rocksdb::Status status;
        std::string value;
    };
    std::vector<Looked> look_up(LogFamily which, std::span<const std::string> keys) const;

    /// `corrupted` unless every row that the head counts is there, with the first position that is
    /// missing. Reads counts, not rows, unless the counts differ.
    std::expected<void, Failure> check_density() const;

    std::expected<std::string, Failure> stored_commit(Position position) const;
    std::expected<Commit, Failure> commit_at(Position position) const;
    std::expected<std::vector<Digest>, Failure> hashes_of(
        std::span<const TreeNode> nodes) const override;

 private:
    explicit LogStore(std::unique_ptr<Database> database) : database_{std::move(database)} {}
    std::expected<void, Failure> load();
    std::expected<void, Failure> check_commits() const;
    std::expected<void, Failure> check_count(LogFamily which, std::uint64_t expected) const;
    std::expected<bool, Failure> files_hold(LogFamily which, std::uint64_t entries) const;

    std::unique_ptr<Database> database_;
    boost::uuids::uuid id_{};
    log_rows::Head head_;
};

/// A commit from its stored bytes, which must be of this position.
std::expected<Commit, Failure> decode_at(Position position, std::string_view bytes);

/// What an operator does about a log that lacks commits.
std::string_view advice_on_loss();

std::unexpected<Failure> log_corrupted(std::string detail);
std::unexpected<Failure> commit_missing(std::uint64_t position);

}  // namespace muster
