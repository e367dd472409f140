// The folder around a RocksDB of ours: one process has it, a later format is refused before
// anything is touched, and a store is there whole or not at all.
//
//     FOLDER/FORMAT      "muster-log 1"
//     FOLDER/LOCK        held while open
//     FOLDER/store/      the RocksDB
//     FOLDER/store.new/  one that is being made; renamed when it is whole
//
// RocksDB's own create-if-missing is never used on `store`: over a store that lost its CURRENT file
// it would make an empty one and delete the rest.
#pragma once

#include "eventstore/machine/disk.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string_view>

namespace muster {

struct StoreFormat {
    std::string_view name;  ///< the first word of FORMAT
    std::uint64_t number = 1;
};

class StoreFolder {
 public:
    /// Makes the folder when it is missing and takes its lock. `newer_format` with nothing touched,
    /// `in_use` when another handle has it, `corrupted` when a store was there and is not.
    static std::expected<StoreFolder, Failure> open(Disk& disk, const std::filesystem::path& folder,
                                                    const StoreFormat& format);

    /// What `open` would say of the format; touches nothing.
    static std::expected<void, Failure> check_format(const Disk& disk,
                                                     const std::filesystem::path& folder,
                                                     const StoreFormat& format);

    Disk& disk() const { return *disk_; }
    const std::filesystem::path& path() const { return folder_; }
    std::filesystem::path store() const { return folder_ / "store"; }
    std::filesystem::path new_store() const { return folder_ / "store.new"; }
    std::expected<bool, Failure> has_store() const { return disk_->has(store()); }

    /// Clears what an interrupted making left; `new_store()` can be filled afterwards.
    std::expected<void, Failure> begin_store();
    /// Makes the closed new store the store, durably.
    std::expected<void, Failure> finish_store();

 private:
    StoreFolder(Disk& disk, std::filesystem::path folder, const StoreFormat& format)
        : disk_{&disk}, folder_{std::move(folder)}, format_{format} {}

    Disk* disk_;
    std::filesystem::path folder_;
    StoreFormat format_;
    std::unique_ptr<Disk::Lock> lock_;
};

}  // namespace muster
