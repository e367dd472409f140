// The RocksDB of a key store and what must be true of it as a whole: that it holds every row that
// it counted and every one that was marked. Private to the key store. Any thread.
//
// The mark (mark.h) is written with each change of the API keys, which no commit names: a key that
// was revoked must not come back with an older copy.
#pragma once

#include "eventstore/keys/keys_layout.h"
#include "eventstore/proof/mark.h"

#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>

namespace muster {

class KeyDatabase {
 public:
    explicit KeyDatabase(StoreFolder folder) : folder_{std::move(folder)} {}

    const StoreFolder& folder() const { return folder_; }

    /// Opens it, or opens it again after a failed write; reads and writes fail meanwhile, and after
    /// it when this fails.
    std::expected<void, Failure> open();

    std::expected<std::optional<std::string>, Failure> get(std::string_view key) const;
    std::expected<std::uint64_t, Failure> number(std::string_view key) const;
    /// Every row whose key begins with this and is none of the countable ones, in order.
    std::expected<void, Failure> take(std::string_view prefix, const TakeKeyRow& take) const;
    std::expected<void, Failure> take_all(const TakeKeyRow& take) const;

    struct Row {
        std::string key;
        std::string value;
    };
    /// Writes all of these or none, durably.
    std::expected<void, Failure> write(const std::vector<Row>& rows,
                                       const std::vector<std::string>& deleted);
    /// Rows up to `key_seq`, durable now, must be there for ever.
    std::expected<void, Failure> mark(std::uint64_t key_seq);
    bool failed() const { return failed_; }
    /// What every write says while it has failed.
    Failure failure() const;
    /// What was opened cannot be used after all.
    void give_up() { failed_ = true; }

 private:
    bool sync_failed() const;

    StoreFolder folder_;
    mutable std::shared_mutex opening_;   ///< held alone while the database is exchanged
    std::unique_ptr<Database> database_;  ///< null after a failed opening
    std::optional<MarkFile> mark_;        ///< of one thread at a time
    std::atomic<bool> failed_{true};  ///< after a write error only a new handle knows the disk
};

}  // namespace muster
