// A closed log's RocksDB, opened behind the log's back: for tests that damage what is in it.
#pragma once

#include "domain/ensure.h"
#include "eventstore/machine/rocksdb_support.h"

#include <rocksdb/db.h>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster::test {

class RawLog {
 public:
    explicit RawLog(const std::filesystem::path& folder) {
        const auto store = (folder / "store").string();
        std::vector<std::string> names;
        check(rocksdb::DB::ListColumnFamilies({}, store, &names));
        std::vector<rocksdb::ColumnFamilyDescriptor> families;
        for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
        rocksdb::DB* database = nullptr;
        check(rocksdb::DB::Open({}, store, families, &handles_, &database));
        database_.reset(database);
    }
    ~RawLog() {
        check(database_->Flush({}, handles_));
        for (auto* handle : handles_) check(database_->DestroyColumnFamilyHandle(handle));
        check(database_->Close());
    }
    RawLog(const RawLog&) = delete;
    RawLog& operator=(const RawLog&) = delete;

    static std::string commit_key(std::uint64_t position) {
        std::string key;
        append_big_endian(key, position);
        return key;
    }
    void erase_commit(std::uint64_t position) { erase("commits", commit_key(position)); }
    void forget_that_it_was_erased() { forget_what_was_erased("commits"); }
    std::string commit(std::uint64_t position) { return get("commits", commit_key(position)); }
    void put_commit(std::uint64_t position, std::string_view bytes) {
        put("commits", commit_key(position), bytes);
    }

    std::string get(std::string_view which, const std::string& key) {
        std::string bytes;
        check(database_->Get({}, family(which), key, &bytes));
        return bytes;
    }
    void put(std::string_view which, const std::string& key, std::string_view value) {
        check(database_->Put({}, family(which), key, value));
    }
    void erase(std::string_view which, const std::string& key) {
        check(database_->Delete({}, family(which), key));
    }
    void forget_what_was_erased(std::string_view which) {
        check(database_->Flush({}, handles_));
        check(database_->CompactRange({}, family(which), nullptr, nullptr));
    }
    std::vector<std::string> keys(std::string_view which) {
        std::vector<std::string> found;
        const std::unique_ptr<rocksdb::Iterator> rows{database_->NewIterator({}, family(which))};
        for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
            found.push_back(rows->key().ToString());
        }
        check(rows->status());
        return found;
    }

 private:
    static void check(const rocksdb::Status& status) { ENSURE(status.ok()); }
    rocksdb::ColumnFamilyHandle* family(std::string_view name) {
        const auto found = std::ranges::find(handles_, name, [](auto* h) { return h->GetName(); });
        ENSURE(found != handles_.end());
        return *found;
    }

    std::unique_ptr<rocksdb::DB> database_;
    std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace muster::test
