// One generation of the views: a RocksDB in a folder of its own, a column family a part. Reading
// goes through a Snapshot (one moment, any thread) or a Draft (the writer's: one batch that sees
// its own changes). The WAL is on and not synced, so after a crash a generation is a prefix.
//
// Both readers keep the first failure they meet and answer "nothing" from there on, so that what is
// built on them stays free of error handling; whoever made the reader asks for `failure()` at the
// end.
#pragma once

#include "domain/ids.h"
#include "eventstore/machine/disk.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rocksdb {
class Iterator;
class Status;
}  // namespace rocksdb

namespace muster {

enum class Part : std::uint8_t { meta, members, member_index, people, audit_index, outbox, due };
constexpr std::size_t part_count = 7;
std::string_view name_of(Part part);
/// Every part, in the order of the enum.
const std::vector<Part>& all_parts();

/// Written by this release; views of any other format are built anew.
constexpr std::uint32_t views_format = 12;

class ViewReader;

/// Whose a failure is, which says what helps: another handle on the store or building it anew; only
/// that keys/ can be read again; or for a view nothing but another release.
enum class FailureOf : std::uint8_t { store, keys, view };

/// Walks the keys of one part. Not valid at either end and after a failure. Must not outlive its
/// reader.
class ViewIterator {
 public:
    ViewIterator(const ViewReader& reader, std::unique_ptr<rocksdb::Iterator> iterator);
    ~ViewIterator();
    ViewIterator(ViewIterator&&) noexcept;
    ViewIterator& operator=(ViewIterator&&) = delete;

    bool valid() const;
    std::string_view key() const;
    std::string_view value() const;
    void seek(std::string_view key);           ///< to the first key at or after this one
    void seek_backward(std::string_view key);  ///< to the last key at or before this one
    void next();
    void previous();

 private:
    void check() const;

    const ViewReader* reader_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
};

class ViewReader {
 public:
    virtual ~ViewReader() = default;
    ViewReader() = default;
    ViewReader(const ViewReader&) = delete;
    ViewReader& operator=(const ViewReader&) = delete;

    std::optional<std::string> get(Part part, std::string_view key) const;
    bool has(Part part, std::string_view key) const { return get(part, key).has_value(); }
    /// Of a Snapshot alone.
    ViewIterator walk(Part part) const;
    /// Up to `at_most` keys that begin with `prefix`, in order.
    virtual std::vector<std::string> keys_under(Part part, std::string_view prefix,
                                                std::size_t at_most = SIZE_MAX) const;
    /// The position up to which commits were applied.
    Position applied() const;

    const std::optional<Failure>& failure() const { return failure_; }
    /// Of the failure.
    FailureOf whose() const { return whose_; }
    /// For a view: what it reads or is to take is not what it can be. The first failure is kept;
    /// later ones follow from it.
    void fail(FailureKind kind, std::string detail) const;
    /// The same for a failure of keys/, which says nothing about the views.
    void fail_for_keys(Failure failure) const;
    /// The same for one of what the views are kept in.
    void fail_for_store(Failure failure) const;

 protected:
    virtual rocksdb::Status read(Part part, std::string_view key, std::string& value) const = 0;
    virtual std::unique_ptr<rocksdb::Iterator> make_iterator(Part part) const = 0;

 private:
    friend class Draft;  // which takes a failure back with what led to it
    void keep(Failure failure, FailureOf whose) const;

    mutable std::optional<Failure> failure_;
    mutable FailureOf whose_ = FailureOf::store;
};

class ViewStore {
 public:
    /// Opens what is there. Any failure means that it has to be built anew.
    static std::expected<std::shared_ptr<ViewStore>, Failure> open(
        const std::filesystem::path& folder, Disk& disk = Disk::of_this_machine());
    /// Makes an empty one.
    static std::expected<std::shared_ptr<ViewStore>, Failure> create(
        const std::filesystem::path& folder, Disk& disk = Disk::of_this_machine());
    ~ViewStore();

    /// The folder goes away when the last user lets go of this generation.
    void remove_when_closed();
    void keep_when_closed();
    std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const;

    struct Database;
    Database& database() const { return *database_; }

 private:
    explicit ViewStore(std::unique_ptr<Database> database);

    std::unique_ptr<Database> database_;
};

/// What the store held at one moment. Keeps its generation alive. Without a store it has failed
/// from the beginning (`log_unavailable`).
class Snapshot final : public ViewReader {
 public:
    explicit Snapshot(std::shared_ptr<const ViewStore> store);
    ~Snapshot() override;

 protected:
    rocksdb::Status read(Part part, std::string_view key, std::string& value) const override;
    std::unique_ptr<rocksdb::Iterator> make_iterator(Part part) const override;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

/// One batch of changes. Only one at a time may exist for a store, on one thread.
class Draft final : public ViewReader {
 public:
    explicit Draft(ViewStore& store);
    ~Draft() override;

    void put(Part part, std::string_view key, std::string_view value);
    void erase(Part part, std::string_view key);
    std::size_t bytes() const;
    /// What changes from here on can be taken back, together with the failure in it.
    void begin_part();
    void take_back_part();
    /// Writes all of it or nothing; nothing when reading failed before.
    std::expected<void, Failure> write();

    std::vector<std::string> keys_under(Part part, std::string_view prefix,
                                        std::size_t at_most = SIZE_MAX) const override;

 protected:
    rocksdb::Status read(Part part, std::string_view key, std::string& value) const override;
    std::unique_ptr<rocksdb::Iterator> make_iterator(Part part) const override;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Where the part meta keeps the applied position, and the one from which on a generation lacks
/// nothing that there was before it was made.
constexpr std::string_view applied_key = "applied";
constexpr std::string_view whole_from_key = "whole_from";

}  // namespace muster
