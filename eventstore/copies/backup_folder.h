// The folder that a log is backed up to. Private to what makes, verifies and restores backups; one
// thread at a time, one process for writing.
//
//     DIR/log/FORMAT         "muster-backup 1"
//     DIR/log/LOCK           held while a backup is being made, verified or restored
//     DIR/log/verifier-key   of the log, whose identity is in its name
//     DIR/log/segments/      the commits as they are stored (backup_segment.h)
//     DIR/log/checkpoint     signed by the log: where the backup ends and what its root is
//
// The checkpoint is written last and in one piece, and files that it covers are removed only when
// larger ones have taken their place. So whatever interrupts a backup leaves the former one whole,
// and the segments that were finished meanwhile are kept for the next.
#pragma once

#include "eventstore/copies/backup_segment.h"
#include "eventstore/machine/disk.h"
#include "eventstore/proof/checkpoint.h"

#include <functional>
#include <memory>
#include <optional>
#include <set>

namespace muster {

class BackupFolder {
 public:
    /// The backup in a folder. Nothing when there is no folder, or nothing in it but perhaps the
    /// beginnings of a backup; `in_use` when something else is in it, or when somebody is at work
    /// on the backup; `newer_format`; `corrupted`.
    static std::expected<std::optional<BackupFolder>, Failure> find(Disk& disk,
                                                                    const Disk::Path& folder);
    /// Begins one where `find` found nothing.
    static std::expected<BackupFolder, Failure> make(Disk& disk, const Disk::Path& folder,
                                                     const VerifierKey& verifier);

    const VerifierKey& verifier() const { return verifier_; }
    const boost::uuids::uuid& log_id() const { return log_id_; }
    /// The newest checkpoint; nothing while no backup was ever finished.
    const std::optional<std::string>& checkpoint() const { return checkpoint_; }
    /// Where the finished backup ends; the empty tree while there is none.
    const TreeHead& end() const { return end_; }
    /// How far the segments reach without a hole, which may be beyond the end.
    Position stored() const;

    using Take = std::function<std::expected<void, Failure>(const StoredCommit&)>;
    /// Hands over the commits from one position to another, in order, from whole segments only.
    std::expected<void, Failure> read(const SegmentName& range, const Take& take) const;
    /// The segment in which the stored commits end, to be continued; nothing when it is `full_at`
    /// bytes long or there is none.
    std::expected<std::optional<SegmentWriter>, Failure> unfilled(std::size_t full_at) const;
    std::expected<void, Failure> add(const SegmentWriter& segment);
    /// Makes the backup reach where this checkpoint says, which `read` must have proved.
    std::expected<void, Failure> finish(const std::string& note, const TreeHead& end);

 private:
    BackupFolder(Disk& disk, Disk::Path folder) : disk_{&disk}, folder_{std::move(folder)} {}
    std::expected<void, Failure> load();
    std::expected<void, Failure> load_segments();
    std::expected<void, Failure> remove_superseded();
    std::optional<SegmentName> segment_with(Position position) const;
    std::expected<std::string, Failure> bytes_of(const SegmentName& name) const;
    Disk::Path segments() const { return folder_ / "segments"; }

    Disk* disk_;
    Disk::Path folder_;  ///< DIR/log
    std::unique_ptr<Disk::Lock> lock_;
    VerifierKey verifier_;
    boost::uuids::uuid log_id_{};
    std::optional<std::string> checkpoint_;
    TreeHead end_{.size = 0, .root = empty_tree_root()};
    std::set<SegmentName> segments_;
};

}  // namespace muster
