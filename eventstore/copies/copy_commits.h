// Copying commits into another log, byte for byte: the step that a salvage and a restore to an
// earlier position share. One thread, which is also the only writer of the other log.
#pragma once

#include "eventstore/log/event_log.h"

#include <vector>

namespace muster {

/// The commit that these bytes are. `corrupted` when it is not the one of its position in the form
/// that this release writes: another form would have another hash.
std::expected<Commit, Failure> whole_commit(const StoredCommit& stored);

/// Takes stored commits one by one, in order, and appends them in batches.
class CommitCopier {
 public:
    /// Continues at the head of `to`, which must outlive it.
    explicit CommitCopier(EventLog& to) : to_{to}, reached_{to.head()} {}

    /// `corrupted`, and nothing taken, when it is not the one that follows or not whole.
    std::expected<void, Failure> add(const StoredCommit& stored);
    /// Appends what waits. Must be called at the end.
    std::expected<void, Failure> finish();

    Position reached() const { return reached_; }

 private:
    EventLog& to_;
    Position reached_;  ///< the newest that was taken
    std::vector<Commit> waiting_;
    std::size_t waiting_bytes_ = 0;
};

}  // namespace muster
