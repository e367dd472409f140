// The mark: a durable note, outside RocksDB, of how far the log got. RocksDB alone cannot see that
// its newest records were cut off between two of them, or that an older copy was put back; the mark
// can. It lies in a file of two slots that are written in turns, so that a torn write spoils the
// older note only. STORED: slot n begins at byte n * 4096 and is
//
//     "MUSTMARK" 8 | turn 8 | log id 16 | position 8 | root 32 | SHA-256 of these 72 bytes 32
//
// Numbers are big-endian; the rest of a slot is zero. One thread at a time.
#pragma once

#include "eventstore/machine/disk.h"
#include "eventstore/proof/merkle.h"

#include <boost/uuid/uuid.hpp>
#include <memory>

namespace rocksdb {
class FSRandomRWFile;
}

namespace muster {

/// The log that had this tree.
struct Mark {
    boost::uuids::uuid log_id{};
    TreeHead head;

    bool operator==(const Mark&) const = default;
};

class MarkFile {
 public:
    /// Makes the file with a first mark in both slots, durably; replaces one that is there.
    static std::expected<void, Failure> make(Disk& disk, const Disk::Path& file, const Mark& mark);
    /// `not_found` when there is none, `corrupted` when no slot holds a whole mark.
    static std::expected<MarkFile, Failure> open(Disk& disk, const Disk::Path& file);
    /// The newest whole one, of a file that is only read.
    static std::expected<Mark, Failure> read(const Disk& disk, const Disk::Path& file);
    MarkFile(MarkFile&&) noexcept;
    MarkFile& operator=(MarkFile&&) noexcept;
    ~MarkFile();

    /// The newest whole one.
    const Mark& newest() const { return newest_; }
    /// Writes over the older one, durably. After an error the file must be opened again.
    std::expected<void, Failure> write(const Mark& mark);

 private:
    MarkFile(Disk::Path file, std::unique_ptr<rocksdb::FSRandomRWFile> handle);

    Disk::Path file_;
    std::unique_ptr<rocksdb::FSRandomRWFile> handle_;
    std::uint64_t turn_ = 0;
    Mark newest_;
};

}  // namespace muster
