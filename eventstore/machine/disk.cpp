// Files and folders through RocksDB's file system interface.
#include "eventstore/machine/disk.h"

#include "eventstore/machine/rocksdb_environment.h"
#include "eventstore/machine/rocksdb_support.h"

#include <mutex>

namespace muster {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

std::expected<void, Failure> checked(const IOStatus& status, std::string_view doing,
                                     const Disk::Path& path) {
    if (status.ok()) return {};
    return std::unexpected(failure_of(status, std::string{doing} + " " + path.string()));
}

}  // namespace

/// Notes which syncs failed, of whatever handle.
class Disk::SyncWatch final : public rocksdb::FileSystemWrapper,
                              public std::enable_shared_from_this<SyncWatch> {
 public:
    using FileSystemWrapper::FileSystemWrapper;
    const char* Name() const override { return "SyncWatch"; }

    IOStatus noted(const std::string& path, IOStatus synced) {
        if (synced.ok()) return synced;
        const std::lock_guard lock{mutex_};
        failed_.push_back(path);
        return synced;
    }

    std::string failed_below(const std::string& folder) const {
        const std::lock_guard lock{mutex_};
        for (const auto& path : failed_) {
            if (path.starts_with(folder)) return path;
        }
        return {};
    }

    IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* debug) override {
        return watched(name, target()->NewWritableFile(name, options, result, debug), result);
    }
    IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                IODebugContext* debug) override {
        return watched(name, target()->ReopenWritableFile(name, options, result, debug), result);
    }
    IOStatus NewRandomRWFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                             IODebugContext* debug) override;
    IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                          std::unique_ptr<rocksdb::FSDirectory>* result,
                          IODebugContext* debug) override;

 private:
    IOStatus watched(const std::string& name, IOStatus made,
                     std::unique_ptr<rocksdb::FSWritableFile>* result);

    mutable std::mutex mutex_;
    std::vector<std::string> failed_;
};

namespace {

/// A file whose syncs are noted.
template <class Base, class Watch>
class WatchedFile final : public Base {
 public:
    template <class Target>
    WatchedFile(Target&& target, std::shared_ptr<Watch> watch, std::string path)
        : Base{std::forward<Target>(target)}, watch_{std::move(watch)}, path_{std::move(path)} {}

    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
        return watch_->noted(path_, Base::Sync(options, debug));
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return watch_->noted(path_, Base::Fsync(options, debug));
    }

 private:
    std::shared_ptr<Watch> watch_;
    std::string path_;
};

template <class Watch>
class WatchedFolder final : public rocksdb::FSDirectoryWrapper {
 public:
    WatchedFolder(std::unique_ptr<rocksdb::FSDirectory> target, std::shared_ptr<Watch> watch,
                  std::string path)
        : FSDirectoryWrapper{std::move(target)}, watch_{std::move(watch)}, path_{std::move(path)} {}

    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return watch_->noted(path_, FSDirectoryWrapper::Fsync(options, debug));
    }
    IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                                 const rocksdb::DirFsyncOptions& how) override {
        return watch_->noted(path_, FSDirectoryWrapper::FsyncWithDirOptions(options, debug, how));
    }

 private:
    std::shared_ptr<Watch> watch_;
    std::string path_;
};

class RocksdbLock final : public Disk::Lock {
 public:
    RocksdbLock(std::shared_ptr<rocksdb::FileSystem> files, rocksdb::FileLock* lock)
        : files_{std::move(files)}, lock_{lock} {}
    ~RocksdbLock() override {
        // What cannot be unlocked is unlocked when the process ends.
        files_->UnlockFile(lock_, {}, no_debugging).PermitUncheckedError();
    }

 private:
    std::shared_ptr<rocksdb::FileSystem> files_;
    rocksdb::FileLock* lock_;
};

/// RocksDB has no status of its own for a lock that another has, only these words.
bool says_that_it_is_locked(const std::string& message) {
    return message.contains("lock hold by current process") ||
           message.contains("While lock file") || message.contains("already held");
}

}  // namespace

IOStatus Disk::SyncWatch::watched(const std::string& name, IOStatus made,
                                  std::unique_ptr<rocksdb::FSWritableFile>* result) {
    if (made.ok()) {
        *result = std::make_unique<WatchedFile<rocksdb::FSWritableFileOwnerWrapper, SyncWatch>>(
            std::move(*result), shared_from_this(), name);
    }
    return made;
}

IOStatus Disk::SyncWatch::NewRandomRWFile(const std::string& name, const FileOptions& options,
                                          std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                          IODebugContext* debug) {
    auto made = target()->NewRandomRWFile(name, options, result, debug);
    if (made.ok()) {
        *result = std::make_unique<WatchedFile<rocksdb::FSRandomRWFileOwnerWrapper, SyncWatch>>(
            std::move(*result), shared_from_this(), name);
    }
    return made;
}

IOStatus Disk::SyncWatch::NewDirectory(const std::string& name, const IOOptions& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* result,
                                       IODebugContext* debug) {
    auto made = target()->NewDirectory(name, options, result, debug);
    if (made.ok()) {
        *result = std::make_unique<WatchedFolder<SyncWatch>>(std::move(*result), shared_from_this(),
                                                             name);
    }
    return made;
}

Disk::Disk(std::shared_ptr<rocksdb::FileSystem> files)
    : watch_{std::make_shared<SyncWatch>(std::move(files))},
      files_{watch_},
      environment_{rocksdb::NewCompositeEnv(files_)} {}

Disk::~Disk() = default;

Disk& Disk::of_this_machine() {
    static auto& disk = *new Disk{private_files()};
    return disk;
}

std::expected<bool, Failure> Disk::has(const Path& path) const {
    const auto looked = files_->FileExists(path.string(), {}, no_debugging);
    if (looked.IsNotFound()) return false;
    if (auto done = checked(looked, "looking for", path); !done) {
        return std::unexpected(done.error());
    }
    return true;
}

std::expected<std::vector<std::string>, Failure> Disk::names_in(const Path& folder) const {
    std::vector<std::string> names;
    const auto listed = files_->GetChildren(folder.string(), {}, &names, no_debugging);
    if (auto done = checked(listed, "listing", folder); !done) return std::unexpected(done.error());
    std::erase_if(names, [](const std::string& name) { return name == "." || name == ".."; });
    return names;
}

std::expected<std::string, Failure> Disk::read_whole_file(const Path& file) const {
    const auto there = has(file);
    if (!there) return std::unexpected(there.error());
    if (!*there) {
        return std::unexpected(Failure{FailureKind::not_found, file.string() + " is missing"});
    }
    std::string bytes;
    const auto read = rocksdb::ReadFileToString(files_.get(), file.string(), &bytes);
    if (auto done = checked(read, "reading", file); !done) return std::unexpected(done.error());
    return bytes;
}

std::expected<void, Failure> Disk::write_whole_file(const Path& file, std::string_view bytes) {
    if (auto put = put_whole_file(file, bytes); !put) return put;
    return sync_folder(file.parent_path());
}

std::expected<void, Failure> Disk::put_whole_file(const Path& file, std::string_view bytes) {
    auto unfinished = file;
    unfinished += ".new";
    const auto written =
        rocksdb::WriteStringToFile(files_.get(), rocksdb::Slice{bytes}, unfinished.string(), true);
    if (auto done = checked(written, "writing", unfinished); !done) return done;
    return rename(unfinished, file);
}

std::expected<void, Failure> Disk::make_private_folder(const Path& folder) {
    const auto there = has(folder);
    if (!there) return std::unexpected(there.error());
    if (*there) return {};
    const auto parent = std::filesystem::absolute(folder).lexically_normal().parent_path();
    if (auto made = make_private_folder(parent); !made) return made;
    const auto made = files_->CreateDirIfMissing(folder.string(), {}, no_debugging);
    if (auto done = checked(made, "making", folder); !done) return done;
    return sync_folder(parent);
}

std::expected<void, Failure> Disk::sync_folder(const Path& folder) {
    std::unique_ptr<rocksdb::FSDirectory> directory;
    const auto opened = files_->NewDirectory(folder.string(), {}, &directory, no_debugging);
    if (auto done = checked(opened, "opening", folder); !done) return done;
    return checked(directory->FsyncWithDirOptions({}, no_debugging, rocksdb::DirFsyncOptions{}),
                   "syncing", folder);
}

std::expected<void, Failure> Disk::rename(const Path& from, const Path& to) {
    return checked(files_->RenameFile(from.string(), to.string(), {}, no_debugging), "renaming",
                   from);
}

std::expected<void, Failure> Disk::remove_all(const Path& path) {
    const auto there = has(path);
    if (!there) return std::unexpected(there.error());
    if (!*there) return {};
    bool is_folder = false;
    const auto known = files_->IsDirectory(path.string(), {}, &is_folder, no_debugging);
    if (auto done = checked(known, "looking at", path); !done) return done;
    if (!is_folder) {
        return checked(files_->DeleteFile(path.string(), {}, no_debugging), "removing", path);
    }
    const auto names = names_in(path);
    if (!names) return std::unexpected(names.error());
    for (const auto& name : *names) {
        if (auto removed = remove_all(path / name); !removed) return removed;
    }
    return checked(files_->DeleteDir(path.string(), {}, no_debugging), "removing", path);
}

std::expected<std::unique_ptr<Disk::Lock>, Failure> Disk::lock(const Path& file) {
    rocksdb::FileLock* lock = nullptr;
    const auto locked = files_->LockFile(file.string(), {}, &lock, no_debugging);
    if (locked.ok()) return std::make_unique<RocksdbLock>(files_, lock);
    if (says_that_it_is_locked(locked.ToString())) {
        return std::unexpected(Failure{
            FailureKind::in_use, file.parent_path().string() + " is open in another process"});
    }
    return std::unexpected(failure_of(locked, "locking " + file.string()));
}

std::string Disk::failed_sync_below(const Path& folder) const {
    return watch_->failed_below(folder.string());
}

}  // namespace muster
