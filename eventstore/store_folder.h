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

#include "eventstore/failure.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace muster {

struct StoreFormat {
    std::string_view name;  ///< the first word of FORMAT
    std::uint64_t number = 1;
};

class StoreFolder {
 public:
    /// Makes the folder (0700) when it is missing and takes its lock. `newer_format` with nothing
    /// touched, `in_use` when another handle has it, `corrupted` when a store was there and is not.
    static std::expected<StoreFolder, Failure> open(const std::filesystem::path& folder,
                                                    const StoreFormat& format);
    StoreFolder(StoreFolder&& other) noexcept;
    StoreFolder& operator=(StoreFolder&&) = delete;
    ~StoreFolder();

    const std::filesystem::path& path() const { return folder_; }
    std::filesystem::path store() const { return folder_ / "store"; }
    std::filesystem::path new_store() const { return folder_ / "store.new"; }
    bool has_store() const;

    /// Clears what an interrupted making left; `new_store()` can be filled afterwards.
    std::expected<void, Failure> begin_store();
    /// Makes the closed new store the store, durably.
    std::expected<void, Failure> finish_store();

 private:
    StoreFolder(std::filesystem::path folder, const StoreFormat& format)
        : folder_{std::move(folder)}, format_{format} {}
    std::expected<void, Failure> lock();

    std::filesystem::path folder_;
    StoreFormat format_;
    int lock_ = -1;
};

/// Makes a folder that only its owner may enter, parents included, durably. An existing one is left
/// as it is.
std::expected<void, Failure> make_private_folder(const std::filesystem::path& folder);
/// Writes a file that appears whole or not at all, 0600, durably.
std::expected<void, Failure> write_whole_file(const std::filesystem::path& file,
                                              std::string_view bytes);
std::expected<std::string, Failure> read_whole_file(const std::filesystem::path& file);
/// Makes the entries of a folder durable.
std::expected<void, Failure> sync_folder(const std::filesystem::path& folder);

}  // namespace muster
