// The log on RocksDB. One commit is one key, and everything one append writes is one synced batch
// (log_rows.h has the rows). The head is cached in memory; readers take it before they look, so
// that what they are promised is what they must find.
#include "eventstore/log/rocksdb_log.h"

#include "domain/ensure.h"
#include "eventstore/form/codec.h"
#include "eventstore/log/log_mark.h"
#include "eventstore/log/log_opening.h"
#include "eventstore/log/log_store.h"
#include "eventstore/machine/crypto.h"

#include <rocksdb/write_batch.h>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace muster {
namespace {

using namespace log_rows;

class RocksdbLog final : public EventLog {
 public:
    RocksdbLog(StoreFolder folder, const LogOptions& options)
        : folder_{std::move(folder)}, options_{options}, nodes_{*this} {}

    /// Opens the store and proves that it holds all that was ever marked.
    std::expected<void, Failure> load();

    std::expected<Position, Failure> append(Position expected_head,
                                            std::span<const Commit> added) override;
    std::expected<void, Failure> reopen() override;
    Position head() const override { return Position{head_position_.load()}; }
    Instant head_recorded_at() const override;
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
    TreeHead tree_head() const override;
    const TreeNodes& tree() const override { return nodes_; }
    std::expected<std::vector<std::string>, Failure> check_rows(
        std::span<const Commit> commits) const override;
    bool wait_beyond(Position position, std::chrono::milliseconds at_most) const override;
    const boost::uuids::uuid& id() const override { return id_; }
    std::uint64_t key_seq() const override;
    std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const override;

 private:
    /// The store, which nobody closes while one of these lives; null after a failed reopening.
    struct Access {
        std::shared_lock<std::shared_mutex> lock;
        const LogStore* store;

        explicit operator bool() const { return store != nullptr; }
        const LogStore& operator*() const { return *store; }
        const LogStore* operator->() const { return store; }
    };
    Access access() const { return {std::shared_lock{opening_}, store_.get()}; }

    /// The tree's nodes to whoever proves something while the log goes on.
    class Nodes final : public TreeNodes {
     public:
        explicit Nodes(const RocksdbLog& log) : log_{log} {}
        std::expected<std::vector<Digest>, Failure> hashes_of(
            std::span<const TreeNode> nodes) const override;

     private:
        const RocksdbLog& log_;
    };

    /// What one append writes, and what the log is with it.
    struct Group {
        Head newest;
        TreeEdge edge;
        rocksdb::WriteBatch rows{0, 0, checked_write(true).protection_bytes_per_key, 0};
    };

    std::expected<void, Failure> open_store();
    void fill(Group& group, std::span<const Commit> added) const;
    std::expected<void, Failure> write(Group& group);
    void publish(const Head& head, const TreeHead& tree);
    template <class Take>
    std::expected<void, Failure> scan(Position from, std::size_t count, const Take& take) const;

    StoreFolder folder_;
    const LogOptions options_;
    mutable std::shared_mutex opening_;  ///< held alone while the store is exchanged
    std::unique_ptr<LogStore> store_;
    std::unique_ptr<LogMark> mark_;
    boost::uuids::uuid id_{};
    Nodes nodes_;
    Head head_;            ///< the writer's
    TreeEdge edge_;        ///< the writer's
    bool failed_ = false;  ///< the writer's
    std::atomic<std::uint64_t> head_position_{0};
    mutable std::mutex published_;  ///< guards the two below
    Head published_head_;
    TreeHead published_tree_;
    mutable std::condition_variable grown_;
};

/// Reads commits in rising order; where several stand close together they are walked to, which
/// costs a fraction of looking each up.
class RisingReads {
 public:
    explicit RisingReads(const LogStore& store) : store_{store} {}

    std::expected<Commit, Failure> commit_at(Position position) {
        const bool is_near = number(position) - number(last_) <= near;
        const bool goes_on = std::exchange(was_near_, is_near) && is_near;
        const Position before = std::exchange(last_, position);
        if (!goes_on || !walk_to(position, before)) return store_.commit_at(position);
        return decode_at(position, view_of(rows_->value()));
    }

 private:
    static constexpr std::uint64_t near = 8;

    bool walk_to(Position position, Position before) {
        if (!rows_) rows_ = store_.iterate(LogFamily::commits);
        if (rows_->Valid() && view_of(rows_->key()) == key_of(before)) {
            for (auto at = number(before); at < number(position) && rows_->Valid(); ++at) {
                rows_->Next();
            }
        } else {
            rows_->Seek(key_of(position));
        }
        return rows_->Valid() && view_of(rows_->key()) == key_of(position);
    }

    const LogStore& store_;
    std::unique_ptr<rocksdb::Iterator> rows_;
    Position last_{};
    bool was_near_ = false;
};

std::unexpected<Failure> not_open() {
    return std::unexpected(
        Failure{FailureKind::log_unavailable, "the log could not be opened again"});
}

std::expected<void, Failure> RocksdbLog::load() {
    if (auto opened = open_store(); !opened) return opened;
    publish(head_, edge_.head());
    return {};
}

std::expected<void, Failure> RocksdbLog::open_store() {
    auto store = open_log_store(folder_, !options_.refuse_damaged_end);
    if (!store) {
        return std::unexpected(with_marked_extent(folder_, std::move(store.error())));
    }
    auto edge = prove_log_store(**store);
    if (!edge) return std::unexpected(with_marked_extent(folder_, std::move(edge.error())));
    head_ = (*store)->head();
    id_ = (*store)->id();
    edge_ = std::move(*edge);
    if (options_.heed_mark) {
        auto mark = LogMark::open(folder_, id_, **store, edge_.head(), options_);
        if (!mark) return std::unexpected(mark.error());
        mark_ = std::move(*mark);
    }
    store_ = std::move(*store);
    return {};
}

std::expected<Position, Failure> RocksdbLog::append(Position expected_head,
                                                    std::span<const Commit> added) {
    if (failed_) {
        return std::unexpected(Failure{FailureKind::log_unavailable,
                                       "an earlier write to the log failed; it must be reopened"});
    }
    if (expected_head != head()) {
        return std::unexpected(Failure{FailureKind::version_conflict,
                                       "the log's head is " + std::to_string(number(head())) +
                                           ", not " + std::to_string(number(expected_head))});
    }
    if (added.empty()) return head();
    if (mark_) {
        if (auto sound = mark_->is_sound(); !sound) {
            failed_ = true;
            return std::unexpected(sound.error());
        }
    }
    Group group{.newest = head_, .edge = edge_};
    fill(group, added);
    if (auto written = write(group); !written) return std::unexpected(written.error());
    head_ = group.newest;
    edge_ = std::move(group.edge);
    publish(head_, edge_.head());
    if (auto marked = mark_ ? mark_->log_grew(edge_.head()) : std::expected<void, Failure>{};
        !marked) {
        failed_ = true;
        return std::unexpected(marked.error());
    }
    return head_.position;
}

void RocksdbLog::fill(Group& group, std::span<const Commit> added) const {
    const auto put = [&](LogFamily which, const Row& row) {
        // Only a full batch or an unknown family can be refused, and there is no limit.
        ENSURE(group.rows.Put(store_->family(which), row.key, row.value).ok());
    };
    // Sorted, which a memtable takes in a fraction of the time.
    const auto put_sorted = [&](LogFamily which, std::vector<Row>& rows) {
        std::ranges::sort(rows, {}, &Row::key);
        for (const auto& row : rows) put(which, row);
        return rows.size();
    };
    const auto add = [](std::vector<Row>& rows, std::vector<Row> more) {
        std::ranges::move(more, std::back_inserter(rows));
    };
    Head& newest = group.newest;
    std::vector<Digest> leaves;
    std::vector<Row> streams;
    std::vector<Row> requests;
    std::vector<Row> memberships;
    for (const auto& commit : added) {
        ENSURE(commit.position == next(newest.position));
        const auto bytes = encode(commit);
        leaves.push_back(leaf_hash(tree_entry(commit.position, bytes)));
        put(LogFamily::commits, {key_of(commit.position), bytes});
        add(streams, stream_rows(commit));
        add(requests, request_rows(commit));
        add(memberships, membership_rows(commit));
        newest.position = commit.position;
        newest.recorded_at = commit.recorded_at;
        newest.key_seq = std::max(newest.key_seq, commit.key_seq);
    }
    newest.streams += put_sorted(LogFamily::streams, streams);
    newest.requests += put_sorted(LogFamily::requests, requests);
    newest.memberships += put_sorted(LogFamily::memberships, memberships);
    for (const auto& [node, hash] : group.edge.append(leaves)) {
        put(LogFamily::tree, {key_of(node), std::string{view_of(hash)}});
    }
    put(LogFamily::meta, {std::string{head_key}, bytes_of(newest)});
}

std::expected<void, Failure> RocksdbLog::write(Group& group) {
    const auto status = options_.write ? options_.write(store_->database(), group.rows)
                                       : (*store_)->Write(checked_write(true), &group.rows);
    if (status.ok()) return {};
    failed_ = true;
    const auto lost = folder_.disk().failed_sync_below(folder_.path());
    return std::unexpected(
        Failure{lost.empty() ? FailureKind::outcome_unknown : FailureKind::sync_failed,
                failure_of(status, "appending to the log").detail});
}

std::expected<void, Failure> RocksdbLog::reopen() {
    const std::unique_lock alone{opening_};
    // In this order: a mark must never be ahead of what is being opened.
    mark_.reset();
    store_.reset();
    const auto before = published_head_.position;
    const auto id = id_;
    if (auto opened = open_store(); !opened) return opened;
    ENSURE(id == id_);
    if (head_.position < before) {
        store_.reset();
        return log_corrupted("the log ends at position " + std::to_string(number(head_.position)) +
                             " but had " + std::to_string(number(before)) + "; " +
                             std::string{advice_on_loss()});
    }
    failed_ = false;
    publish(head_, edge_.head());
    return {};
}

void RocksdbLog::publish(const Head& head, const TreeHead& tree) {
    {
        const std::lock_guard lock{published_};
        published_head_ = head;
        published_tree_ = tree;
        head_position_ = number(head.position);
    }
    grown_.notify_all();
}

Instant RocksdbLog::head_recorded_at() const {
    const std::lock_guard lock{published_};
    return published_head_.recorded_at;
}

std::uint64_t RocksdbLog::key_seq() const {
    const std::lock_guard lock{published_};
    return published_head_.key_seq;
}

TreeHead RocksdbLog::tree_head() const {
    const std::lock_guard lock{published_};
    return published_tree_;
}

/// Hands `take` the stored bytes of up to `count` commits in order; every position up to the head
/// must be there.
template <class Take>
std::expected<void, Failure> RocksdbLog::scan(Position from, std::size_t count,
                                              const Take& take) const {
    const auto store = access();
    if (!store) return not_open();
    const auto head = head_position_.load();
    const auto first = std::max<std::uint64_t>(number(from), 1);
    if (first > head || count == 0) return {};
    const auto last = count > head - first ? head : first + count - 1;
    const auto rows = store->iterate(LogFamily::commits);
    rows->Seek(key_of(Position{first}));
    for (auto expected = first; expected <= last; ++expected, rows->Next()) {
        if (!rows->Valid() && !rows->status().ok()) {
            return std::unexpected(
                failure_of(rows->status(), "reading commit " + std::to_string(expected)));
        }
        if (!rows->Valid() || view_of(rows->key()) != key_of(Position{expected})) {
            return commit_missing(expected);
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

std::expected<std::vector<Commit>, Failure> RocksdbLog::read_stream(StreamId stream, Version from,
                                                                    std::size_t count) const {
    const auto store = access();
    if (!store) return not_open();
    std::vector<Commit> result;
    const auto prefix = prefix_of(stream);
    auto version = std::max(from, Version{1});
    RisingReads commits{*store};
    const auto rows = store->iterate(LogFamily::streams);
    for (rows->Seek(key_of(stream, version)); result.size() < count && rows->Valid();
         rows->Next(), version = next(version)) {
        const auto key = view_of(rows->key());
        if (!key.starts_with(prefix)) break;
        if (key != key_of(stream, version) || rows->value().size() != number_size) {
            return log_corrupted("version " + std::to_string(number(version)) + " of stream " +
                                 to_string(stream.id) + " is missing");
        }
        auto commit = commits.commit_at(Position{number_at(view_of(rows->value()), 0)});
        if (!commit) return std::unexpected(commit.error());
        if (std::ranges::count(commit->streams, TouchedStream{stream, version}) != 1) {
            return log_corrupted("commit " + std::to_string(number(commit->position)) +
                                 " is not version " + std::to_string(number(version)) +
                                 " of stream " + to_string(stream.id));
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
    const auto store = access();
    if (!store) return not_open();
    std::string row;
    const auto status = (*store)->Get({}, store->family(LogFamily::requests), view_of(key), &row);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return std::unexpected(failure_of(status, "looking for a request"));
    RequestHit hit;
    if (row.size() != number_size + hit.fingerprint.size()) {
        return log_corrupted("the row of a request has the wrong size");
    }
    hit.position = Position{number_at(row, 0)};
    std::copy(row.begin() + number_size, row.end(), hit.fingerprint.begin());
    return hit;
}

std::expected<std::vector<OrganizationId>, Failure> RocksdbLog::organizations_of(
    PersonId person) const {
    const auto store = access();
    if (!store) return not_open();
    std::vector<OrganizationId> result;
    const auto prefix = prefix_of(person);
    const auto rows = store->iterate(LogFamily::memberships);
    for (rows->Seek(prefix); rows->Valid(); rows->Next()) {
        const auto key = view_of(rows->key());
        if (!key.starts_with(prefix)) break;
        if (key.size() != 2 * id_size + number_size || rows->value().size() != 1) {
            return log_corrupted("a membership row has the wrong size");
        }
        // The newest row of an organisation comes last, and says whether the person belongs.
        const OrganizationId organization{id_at(key, id_size)};
        if (!result.empty() && result.back() == organization) result.pop_back();
        if (rows->value()[0] != 0) result.push_back(organization);
    }
    if (!rows->status().ok()) {
        return std::unexpected(failure_of(rows->status(), "reading memberships"));
    }
    return result;
}

std::expected<std::vector<Digest>, Failure> RocksdbLog::Nodes::hashes_of(
    std::span<const TreeNode> nodes) const {
    const auto store = log_.access();
    if (!store) return not_open();
    return store->hashes_of(nodes);
}

std::expected<std::vector<std::string>, Failure> RocksdbLog::check_rows(
    std::span<const Commit> commits) const {
    const auto store = access();
    if (!store) return not_open();
    std::vector<std::string> findings;
    for (const auto& [which, rows_of] : {std::pair{LogFamily::streams, &stream_rows},
                                         std::pair{LogFamily::requests, &request_rows},
                                         std::pair{LogFamily::memberships, &membership_rows}}) {
        std::vector<std::string> keys;
        std::vector<std::pair<Position, std::string>> wanted;
        for (const Commit& commit : commits) {
            for (Row& row : rows_of(commit)) {
                keys.push_back(std::move(row.key));
                wanted.emplace_back(commit.position, std::move(row.value));
            }
        }
        const auto found = store->look_up(which, keys);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const auto& [status, value] = found[i];
            if (status.ok() && value == wanted[i].second) continue;
            findings.push_back("position " + std::to_string(number(wanted[i].first)) +
                               ": its row in " + store->family(which)->GetName() + " is " +
                               (status.ok() ? "another one" : "missing: " + status.ToString()));
        }
    }
    return findings;
}

bool RocksdbLog::wait_beyond(Position position, std::chrono::milliseconds at_most) const {
    std::unique_lock lock{published_};
    return grown_.wait_for(lock, at_most, [&] { return head() > position; });
}

std::vector<std::pair<std::string, std::uint64_t>> RocksdbLog::size_by_part() const {
    std::vector<std::pair<std::string, std::uint64_t>> result;
    const auto store = access();
    if (!store) return result;
    for (const auto which : {LogFamily::commits, LogFamily::streams, LogFamily::requests,
                             LogFamily::memberships, LogFamily::tree, LogFamily::meta}) {
        std::uint64_t bytes = 0;
        auto* handle = store->family(which);
        (*store)->GetIntProperty(handle, rocksdb::DB::Properties::kLiveSstFilesSize, &bytes);
        result.emplace_back(which == LogFamily::meta ? "meta" : handle->GetName(), bytes);
    }
    rocksdb::VectorLogPtr files;
    std::uint64_t waiting = 0;
    if ((*store)->GetSortedWalFiles(files).ok()) {
        for (const auto& file : files) waiting += file->SizeFileBytes();
    }
    result.emplace_back("write-ahead", waiting);
    return result;
}

}  // namespace

std::expected<void, Failure> check_log_format(const std::filesystem::path& folder,
                                              const Disk& disk) {
    return StoreFolder::check_format(disk, folder, log_format);
}

std::expected<std::unique_ptr<EventLog>, Failure> open_rocksdb_log(
    const std::filesystem::path& folder, const LogOptions& options) {
    auto opened = StoreFolder::open(*options.disk, folder, log_format);
    if (!opened) return std::unexpected(opened.error());
    const auto has_store = opened->has_store();
    if (!has_store) return std::unexpected(has_store.error());
    if (!*has_store) {
        if (auto made = make_log(*opened, options.make_with_id.value_or(random_uuid())); !made) {
            return std::unexpected(made.error());
        }
    }
    auto log = std::make_unique<RocksdbLog>(std::move(*opened), options);
    if (auto loaded = log->load(); !loaded) return std::unexpected(loaded.error());
    return log;
}

}  // namespace muster
