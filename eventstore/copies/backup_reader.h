// Reading a backup from its first commit to its last and proving it on the way. Private to what
// verifies and restores backups; one thread.
#pragma once

#include "eventstore/copies/backup.h"
#include "eventstore/copies/backup_folder.h"

namespace muster {

/// Grows a hash tree by commits.
class GrowingTree {
 public:
    explicit GrowingTree(TreeEdge edge = {}) : edge_{std::move(edge)} {}
    void add(const StoredCommit& commit);
    TreeHead head();

 private:
    void flush();

    TreeEdge edge_;
    std::vector<Digest> leaves_;
};

std::unexpected<Failure> stopped();

/// The finished backup in a folder; `not_found` when there is none.
std::expected<BackupFolder, Failure> open_finished_backup(const std::filesystem::path& folder,
                                                          Disk& disk);

/// Hands over every commit of the backup, in order, and compares the root of all with the signed
/// one at the end.
std::expected<void, Failure> read_proved(const BackupFolder& backup, const BackupFolder::Take& take,
                                         const GoOn& go_on);

}  // namespace muster
