// Rows of a key store that were made and are not written yet: numbered, found like written ones,
// and written together before anything durable names them. What a failed write was to write waits
// again once the store is open. Any thread; one at a time writes.
#pragma once

#include "eventstore/keys/key_database.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster {

class WaitingRows {
 public:
    /// The store holds so many rows, all that have a number up to `newest`.
    void store_opened(std::uint64_t newest, std::uint64_t rows) {
        const std::lock_guard guard{mutex_};
        drop_up_to(newest);
        written_rows_ = rows;
        newest_ = std::max(newest_.load(), newest);
    }

    std::uint64_t newest() const { return newest_; }
    std::optional<std::string> find(const std::string& key) const {
        const std::lock_guard guard{mutex_};
        const auto found = rows_.find(key);
        return found == rows_.end() ? std::nullopt : std::optional{found->second};
    }
    /// `make` gives the row with this number, which it begins with. One thread at a time.
    template <class Make>
    void add(const std::string& key, const Make& make) {
        const std::lock_guard guard{mutex_};
        rows_.emplace(key, make(newest_ + 1));
        ++newest_;
    }
    /// Takes a number for what is not kept here.
    void take_number() { ++newest_; }

    struct Batch {
        std::vector<KeyDatabase::Row> rows;
        std::uint64_t newest = 0;
        std::uint64_t count = 0;  ///< rows in the store once these are written
    };
    Batch begin_writing() {
        const std::lock_guard guard{mutex_};
        Batch batch{{}, newest_, written_rows_ + rows_.size()};
        for (const auto& [key, value] : rows_) batch.rows.push_back({key, value});
        return batch;
    }
    void are_written(const Batch& batch) {
        const std::lock_guard guard{mutex_};
        drop_up_to(batch.newest);
        written_rows_ = batch.count;
    }

 private:
    /// Those with such a number are in the store.
    void drop_up_to(std::uint64_t newest) {
        std::erase_if(rows_, [&](const auto& row) { return number_at(row.second, 0) <= newest; });
    }

    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::string> rows_;
    std::uint64_t written_rows_ = 0;
    std::atomic<std::uint64_t> newest_{0};
};

}  // namespace muster
