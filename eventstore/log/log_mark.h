// The mark of a log at work: compared when the log is opened, written again while it grows. The
// format of the file is mark.h's. Private to the log.
#pragma once

#include "eventstore/log/log_store.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/proof/mark.h"

#include <mutex>

namespace muster {

class LogMark {
 public:
    /// `corrupted` when the mark is missing or damaged, of another log, or beyond what the store
    /// holds: what it says was durable once.
    static std::expected<std::unique_ptr<LogMark>, Failure> open(StoreFolder& folder,
                                                                 const boost::uuids::uuid& log_id,
                                                                 const LogStore& store,
                                                                 const TreeHead& head,
                                                                 const LogOptions& options);
    /// The same of a mark that is only read.
    static std::expected<void, Failure> check(const StoreFolder& folder, const LogStore& store,
                                              const TreeHead& head);
    /// Marks the newest head.
    ~LogMark();
    LogMark(const LogMark&) = delete;
    LogMark& operator=(const LogMark&) = delete;

    /// An error when the mark could not follow the log, which must not go on without it.
    std::expected<void, Failure> is_sound();
    /// The log has grown, durably.
    std::expected<void, Failure> log_grew(const TreeHead& head);

 private:
    LogMark(StoreFolder& folder, MarkFile file, const TreeHead& head, const LogOptions& options);
    std::expected<void, Failure> write();

    StoreFolder& folder_;
    const std::chrono::milliseconds interval_;
    std::mutex mutex_;  ///< guards the three below
    MarkFile file_;
    TreeHead head_;
    std::optional<Failure> failure_;
    std::unique_ptr<Worker> worker_;  ///< last, so that it stops before the rest goes
};

/// Makes a log with an empty tree, its mark first.
std::expected<void, Failure> make_log(StoreFolder& folder, const boost::uuids::uuid& id);

/// Adds to the failure of a store that cannot be opened which positions are affected.
Failure with_marked_extent(const StoreFolder& folder, Failure failure);

}  // namespace muster
