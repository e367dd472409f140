// Comparing and writing the mark.
#include "eventstore/log/log_mark.h"

#include <spdlog/spdlog.h>

namespace muster {
namespace {

std::filesystem::path file_of(const StoreFolder& folder) {
    return folder.path() / "mark";
}

std::expected<MarkFile, Failure> open_file(const StoreFolder& folder) {
    auto file = MarkFile::open(folder.disk(), file_of(folder));
    if (file) return file;
    const auto kind = file.error().kind;
    if (kind != FailureKind::not_found && kind != FailureKind::corrupted) return file;
    return log_corrupted(file.error().detail +
                         ", so nobody can tell whether the newest commits are there. To check the "
                         "whole log and mark it anew: muster log accept");
}

std::expected<void, Failure> compare(const Mark& mark, const boost::uuids::uuid& log_id,
                                     const LogStore& store, const TreeHead& head) {
    if (mark.log_id != log_id) {
        return log_corrupted("the mark is of the log " + to_string(mark.log_id) +
                             ", the store beside it of the log " + to_string(log_id) +
                             ": one of them was put there from elsewhere. Put the right one back");
    }
    if (mark.head.size > head.size) {
        return log_corrupted(
            "the log ends at position " + std::to_string(head.size) + " but had " +
            std::to_string(mark.head.size) + " commits when it was last marked: positions " +
            std::to_string(head.size + 1) + " to " + std::to_string(mark.head.size) +
            " are missing; " + std::string{advice_on_loss()});
    }
    const auto then = TreeEdge::load(store, mark.head.size);
    if (!then) return std::unexpected(then.error());
    if (then->head() == mark.head) return {};
    return log_corrupted("positions 1 to " + std::to_string(mark.head.size) +
                         " are not those that were marked: their hash tree has another root; " +
                         std::string{advice_on_loss()});
}

}  // namespace

std::expected<std::unique_ptr<LogMark>, Failure> LogMark::open(StoreFolder& folder,
                                                               const boost::uuids::uuid& log_id,
                                                               const LogStore& store,
                                                               const TreeHead& head,
                                                               const LogOptions& options) {
    auto file = open_file(folder);
    if (!file) return std::unexpected(file.error());
    if (auto same = compare(file->newest(), log_id, store, head); !same) {
        return std::unexpected(same.error());
    }
    return std::unique_ptr<LogMark>{new LogMark{folder, std::move(*file), head, options}};
}

std::expected<void, Failure> LogMark::check(const StoreFolder& folder, const LogStore& store,
                                            const TreeHead& head) {
    const auto mark = MarkFile::read(folder.disk(), file_of(folder));
    if (!mark) return std::unexpected(mark.error());
    return compare(*mark, store.id(), store, head);
}

LogMark::LogMark(StoreFolder& folder, MarkFile file, const TreeHead& head,
                 const LogOptions& options)
    : folder_{folder}, interval_{options.mark_interval}, file_{std::move(file)}, head_{head} {
    if (interval_.count() == 0) return;
    worker_ = options.workers->start("log mark", [this] {
        // The failure is kept for the next append.
        const auto written = write();
        return written ? interval_ : std::max(interval_, std::chrono::milliseconds{1'000});
    });
}

LogMark::~LogMark() {
    worker_.reset();
    if (const auto written = write(); !written) {
        spdlog::warn("the log's mark stays behind: {}", written.error().detail);
    }
}

std::expected<void, Failure> LogMark::write() {
    const std::lock_guard lock{mutex_};
    if (failure_) return std::unexpected(*failure_);
    if (file_.newest().head == head_) return {};
    auto mark = file_.newest();
    mark.head = head_;
    auto written = file_.write(mark);
    if (written) return {};
    const auto lost = folder_.disk().failed_sync_below(file_of(folder_));
    if (!lost.empty()) written.error().kind = FailureKind::sync_failed;
    failure_ = written.error();
    return written;
}

std::expected<void, Failure> LogMark::is_sound() {
    const std::lock_guard lock{mutex_};
    if (failure_) return std::unexpected(*failure_);
    return {};
}

std::expected<void, Failure> LogMark::log_grew(const TreeHead& head) {
    {
        const std::lock_guard lock{mutex_};
        head_ = head;
    }
    return interval_.count() == 0 ? write() : std::expected<void, Failure>{};
}

std::expected<void, Failure> make_log(StoreFolder& folder, const boost::uuids::uuid& id) {
    if (auto begun = folder.begin_store(); !begun) return begun;
    if (auto made = LogStore::make(folder, id); !made) return made;
    // Before the store counts: a store without a mark is a damaged one.
    const Mark first{.log_id = id, .head = TreeEdge{}.head()};
    if (auto made = MarkFile::make(folder.disk(), file_of(folder), first); !made) return made;
    return folder.finish_store();
}

Failure with_marked_extent(const StoreFolder& folder, Failure failure) {
    if (failure.kind != FailureKind::corrupted) return failure;
    if (failure.detail.contains(advice_on_loss())) return failure;
    const auto mark = MarkFile::open(folder.disk(), file_of(folder));
    failure.detail += mark ? "; positions 1 to " + std::to_string(mark->newest().head.size) +
                                 " were there when the log was last marked"
                           : "; any position may be missing";
    // RocksDB names the file of every damage but one to its write-ahead log.
    const bool is_in_write_ahead_log =
        !failure.detail.contains("MANIFEST") && !failure.detail.contains("CURRENT") &&
        !failure.detail.contains(".sst");
    failure.detail += is_in_write_ahead_log
                          ? "; if this came of a loss of power, muster log accept goes on without "
                            "what nobody was told of; else "
                          : "; ";
    failure.detail += advice_on_loss();
    return failure;
}

}  // namespace muster
