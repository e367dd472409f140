// The one way to the disk. Every file of ours goes through it, RocksDB's and our own, so that a
// test can put another file system beneath the whole engine: one that loses its power, or fails.
//
// Files are 0600 and folders 0700. What a call that says "durably" has done survives a loss of
// power. Any thread.
#pragma once

#include "eventstore/machine/failure.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rocksdb {
class Env;
class FileSystem;
}  // namespace rocksdb

namespace muster {

class Disk {
 public:
    using Path = std::filesystem::path;

    explicit Disk(std::shared_ptr<rocksdb::FileSystem> files);
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    /// This machine's. One for the whole process, never destroyed.
    static Disk& of_this_machine();

    rocksdb::Env* environment() const { return environment_.get(); }
    const std::shared_ptr<rocksdb::FileSystem>& files() const { return files_; }

    /// Whether there is such a file or folder. A disk that cannot tell is a failure: what cannot be
    /// seen must not be taken for missing and made anew.
    std::expected<bool, Failure> has(const Path& path) const;
    /// `not_found` when there is no such folder.
    std::expected<std::vector<std::string>, Failure> names_in(const Path& folder) const;
    std::expected<std::string, Failure> read_whole_file(const Path& file) const;
    /// Writes a file that appears whole or not at all, durably.
    std::expected<void, Failure> write_whole_file(const Path& file, std::string_view bytes);
    /// The same, durable once the folder of it is synced: of many files that need be done once.
    std::expected<void, Failure> put_whole_file(const Path& file, std::string_view bytes);
    /// Makes a folder and its parents, durably. An existing one is left as it is.
    std::expected<void, Failure> make_private_folder(const Path& folder);
    /// Makes the entries of a folder durable.
    std::expected<void, Failure> sync_folder(const Path& folder);
    std::expected<void, Failure> rename(const Path& from, const Path& to);
    /// A file or a folder with all that is in it; nothing happens when it is not there.
    std::expected<void, Failure> remove_all(const Path& path);

    /// Held by one handle of all processes; let go when it is destroyed.
    class Lock {
     public:
        virtual ~Lock() = default;
    };
    /// `in_use` when another has it.
    std::expected<std::unique_ptr<Lock>, Failure> lock(const Path& file);

    /// The first file or folder below `folder` whose sync failed since this Disk was made; empty
    /// when none did. What such a sync was to make durable may be lost although it can be read, so
    /// nobody may go on.
    std::string failed_sync_below(const Path& folder) const;

 private:
    class SyncWatch;

    std::shared_ptr<SyncWatch> watch_;
    std::shared_ptr<rocksdb::FileSystem> files_;
    std::unique_ptr<rocksdb::Env> environment_;
};

}  // namespace muster
