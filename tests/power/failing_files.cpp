// Asking before each call whether it fails.
#include "tests/power/failing_files.h"

#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

namespace muster::test {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// Shared with the open files, which outlive their file system.
class FailingFiles::Faults {
 public:
    void set(std::optional<Fault> fault) {
        const std::lock_guard lock{mutex_};
        fault_ = std::move(fault);
        if (fault_) calls_ = 0;
    }
    std::uint64_t calls() const {
        const std::lock_guard lock{mutex_};
        return calls_;
    }
    std::uint64_t failures() const {
        const std::lock_guard lock{mutex_};
        return failures_;
    }
    std::optional<Fault::Error> meet(CallKind kind, const std::string& path) {
        const std::lock_guard lock{mutex_};
        if (!fault_ || !fault_->kinds.contains(kind) || !path.starts_with(fault_->below)) {
            return std::nullopt;
        }
        ++calls_;
        const bool fails = fault_->stays ? calls_ >= fault_->first : calls_ == fault_->first;
        if (!fails) return std::nullopt;
        ++failures_;
        return fault_->error;
    }

 private:
    mutable std::mutex mutex_;
    std::optional<Fault> fault_;
    std::uint64_t calls_ = 0;
    std::uint64_t failures_ = 0;
};

namespace {

using Faults = FailingFiles::Faults;

IOStatus status_of(Fault::Error error, const std::string& path) {
    const auto of_system = [&](int number) {
        return IOStatus::IOError("injected: " + path, std::strerror(number));
    };
    switch (error) {
        case Fault::Error::io_error:
            return of_system(EIO);
        case Fault::Error::too_many_open_files:
            return of_system(EMFILE);
        case Fault::Error::read_only:
            return of_system(EROFS);
        case Fault::Error::no_space:
        case Fault::Error::short_write:
            return IOStatus::NoSpace("injected: " + path, std::strerror(ENOSPC));
        case Fault::Error::swallowed:
            return IOStatus::OK();
    }
    return of_system(EIO);
}

/// What all open files have.
struct Watched {
    std::shared_ptr<Faults> faults;
    std::string path;

    template <class Call>
    IOStatus calling(CallKind kind, const Call& call) const {
        const auto error = faults->meet(kind, path);
        return error ? status_of(*error, path) : call();
    }
    /// `half` does the first half of the write.
    template <class Call, class Half>
    IOStatus writing(CallKind kind, const Call& call, const Half& half) const {
        const auto error = faults->meet(kind, path);
        if (!error) return call();
        if (*error == Fault::Error::short_write) half().PermitUncheckedError();
        return status_of(*error, path);
    }
};

Slice first_half(const Slice& data) {
    return {data.data(), data.size() / 2};
}

class FailingSequentialFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
    FailingSequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file, Watched watched)
        : FSSequentialFileOwnerWrapper{std::move(file)}, watched_{std::move(watched)} {}

    IOStatus Read(size_t count, const IOOptions& options, Slice* result, char* scratch,
                  IODebugContext* debug) override {
        return watched_.calling(CallKind::read, [&] {
            return FSSequentialFileWrapper::Read(count, options, result, scratch, debug);
        });
    }

 private:
    const Watched watched_;
};

class FailingRandomAccessFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
    FailingRandomAccessFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, Watched watched)
        : FSRandomAccessFileOwnerWrapper{std::move(file)}, watched_{std::move(watched)} {}

    IOStatus Read(std::uint64_t offset, size_t count, const IOOptions& options, Slice* result,
                  char* scratch, IODebugContext* debug) const override {
        return watched_.calling(CallKind::read, [&] {
            return FSRandomAccessFileWrapper::Read(offset, count, options, result, scratch, debug);
        });
    }
    IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t count, const IOOptions& options,
                       IODebugContext* debug) override {
        return watched_.calling(CallKind::read, [&] {
            return FSRandomAccessFileWrapper::MultiRead(requests, count, options, debug);
        });
    }

 private:
    const Watched watched_;
};

class FailingWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
    FailingWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, Watched watched)
        : FSWritableFileOwnerWrapper{std::move(file)}, watched_{std::move(watched)} {}

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
        const auto append = [&](const Slice& bytes) {
            return FSWritableFileWrapper::Append(bytes, options, debug);
        };
        return watched_.writing(
            CallKind::append, [&] { return append(data); },
            [&] { return append(first_half(data)); });
    }
    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
        return Append(data, options, debug);
    }
    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
        return watched_.calling(CallKind::sync,
                                [&] { return FSWritableFileWrapper::Sync(options, debug); });
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return watched_.calling(CallKind::sync,
                                [&] { return FSWritableFileWrapper::Fsync(options, debug); });
    }

 private:
    const Watched watched_;
};

class FailingRandomRWFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
    FailingRandomRWFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, Watched watched)
        : FSRandomRWFileOwnerWrapper{std::move(file)}, watched_{std::move(watched)} {}

    IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options,
                   IODebugContext* debug) override {
        const auto write = [&](const Slice& bytes) {
            return FSRandomRWFileWrapper::Write(offset, bytes, options, debug);
        };
        return watched_.writing(
            CallKind::write, [&] { return write(data); }, [&] { return write(first_half(data)); });
    }
    IOStatus Read(std::uint64_t offset, size_t count, const IOOptions& options, Slice* result,
                  char* scratch, IODebugContext* debug) const override {
        return watched_.calling(CallKind::read, [&] {
            return FSRandomRWFileWrapper::Read(offset, count, options, result, scratch, debug);
        });
    }
    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
        return watched_.calling(CallKind::sync,
                                [&] { return FSRandomRWFileWrapper::Sync(options, debug); });
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return watched_.calling(CallKind::sync,
                                [&] { return FSRandomRWFileWrapper::Fsync(options, debug); });
    }

 private:
    const Watched watched_;
};

class FailingFolder final : public rocksdb::FSDirectoryWrapper {
 public:
    FailingFolder(std::unique_ptr<rocksdb::FSDirectory> folder, Watched watched)
        : FSDirectoryWrapper{std::move(folder)}, watched_{std::move(watched)} {}

    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return watched_.calling(CallKind::folder_sync,
                                [&] { return FSDirectoryWrapper::Fsync(options, debug); });
    }
    IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                                 const rocksdb::DirFsyncOptions& how) override {
        return watched_.calling(CallKind::folder_sync, [&] {
            return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, how);
        });
    }

 private:
    const Watched watched_;
};

/// Opens, and watches what was opened.
template <class Watching, class File, class Open>
IOStatus opened(const std::shared_ptr<Faults>& faults, const std::string& path,
                std::unique_ptr<File>* result, const Open& open, CallKind kind = CallKind::open) {
    const Watched watched{faults, path};
    IOStatus done = watched.calling(kind, open);
    if (done.ok()) *result = std::make_unique<Watching>(std::move(*result), watched);
    return done;
}

}  // namespace

const std::set<CallKind>& changing_calls() {
    static const std::set<CallKind> kinds{CallKind::open_to_write, CallKind::append,
                                          CallKind::write,         CallKind::rename,
                                          CallKind::remove,        CallKind::make_folder};
    return kinds;
}

FailingFiles::FailingFiles(std::shared_ptr<rocksdb::FileSystem> target)
    : FileSystemWrapper{std::move(target)}, faults_{std::make_shared<Faults>()} {}

FailingFiles::~FailingFiles() = default;

void FailingFiles::fail(const Fault& fault) {
    faults_->set(fault);
}

void FailingFiles::heal() {
    faults_->set(std::nullopt);
}

std::uint64_t FailingFiles::calls() const {
    return faults_->calls();
}

std::uint64_t FailingFiles::failures() const {
    return faults_->failures();
}

IOStatus FailingFiles::NewSequentialFile(const std::string& name, const FileOptions& options,
                                         std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                         IODebugContext* debug) {
    return opened<FailingSequentialFile>(faults_, name, result, [&] {
        return target()->NewSequentialFile(name, options, result, debug);
    });
}

IOStatus FailingFiles::NewRandomAccessFile(const std::string& name, const FileOptions& options,
                                           std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                           IODebugContext* debug) {
    return opened<FailingRandomAccessFile>(faults_, name, result, [&] {
        return target()->NewRandomAccessFile(name, options, result, debug);
    });
}

IOStatus FailingFiles::NewWritableFile(const std::string& name, const FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* result,
                                       IODebugContext* debug) {
    return opened<FailingWritableFile>(
        faults_, name, result,
        [&] { return target()->NewWritableFile(name, options, result, debug); },
        CallKind::open_to_write);
}

IOStatus FailingFiles::ReopenWritableFile(const std::string& name, const FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* result,
                                          IODebugContext* debug) {
    return opened<FailingWritableFile>(
        faults_, name, result,
        [&] { return target()->ReopenWritableFile(name, options, result, debug); },
        CallKind::open_to_write);
}

IOStatus FailingFiles::NewRandomRWFile(const std::string& name, const FileOptions& options,
                                       std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                       IODebugContext* debug) {
    return opened<FailingRandomRWFile>(
        faults_, name, result,
        [&] { return target()->NewRandomRWFile(name, options, result, debug); },
        CallKind::open_to_write);
}

IOStatus FailingFiles::NewDirectory(const std::string& name, const IOOptions& options,
                                    std::unique_ptr<rocksdb::FSDirectory>* result,
                                    IODebugContext* debug) {
    return opened<FailingFolder>(faults_, name, result, [&] {
        return target()->NewDirectory(name, options, result, debug);
    });
}

IOStatus FailingFiles::FileExists(const std::string& name, const IOOptions& options,
                                  IODebugContext* debug) {
    return Watched{faults_, name}.calling(
        CallKind::look, [&] { return target()->FileExists(name, options, debug); });
}

IOStatus FailingFiles::GetChildren(const std::string& folder, const IOOptions& options,
                                   std::vector<std::string>* result, IODebugContext* debug) {
    return Watched{faults_, folder}.calling(
        CallKind::look, [&] { return target()->GetChildren(folder, options, result, debug); });
}

IOStatus FailingFiles::GetFileSize(const std::string& name, const IOOptions& options,
                                   std::uint64_t* size, IODebugContext* debug) {
    return Watched{faults_, name}.calling(
        CallKind::look, [&] { return target()->GetFileSize(name, options, size, debug); });
}

IOStatus FailingFiles::GetFreeSpace(const std::string& path, const IOOptions& options,
                                    std::uint64_t* bytes, IODebugContext* debug) {
    return Watched{faults_, path}.calling(
        CallKind::look, [&] { return target()->GetFreeSpace(path, options, bytes, debug); });
}

IOStatus FailingFiles::IsDirectory(const std::string& path, const IOOptions& options,
                                   bool* is_folder, IODebugContext* debug) {
    return Watched{faults_, path}.calling(
        CallKind::look, [&] { return target()->IsDirectory(path, options, is_folder, debug); });
}

IOStatus FailingFiles::DeleteFile(const std::string& name, const IOOptions& options,
                                  IODebugContext* debug) {
    return Watched{faults_, name}.calling(
        CallKind::remove, [&] { return target()->DeleteFile(name, options, debug); });
}

IOStatus FailingFiles::DeleteDir(const std::string& folder, const IOOptions& options,
                                 IODebugContext* debug) {
    return Watched{faults_, folder}.calling(
        CallKind::remove, [&] { return target()->DeleteDir(folder, options, debug); });
}

IOStatus FailingFiles::CreateDir(const std::string& folder, const IOOptions& options,
                                 IODebugContext* debug) {
    return Watched{faults_, folder}.calling(
        CallKind::make_folder, [&] { return target()->CreateDir(folder, options, debug); });
}

IOStatus FailingFiles::CreateDirIfMissing(const std::string& folder, const IOOptions& options,
                                          IODebugContext* debug) {
    return Watched{faults_, folder}.calling(CallKind::make_folder, [&] {
        return target()->CreateDirIfMissing(folder, options, debug);
    });
}

IOStatus FailingFiles::RenameFile(const std::string& from, const std::string& to,
                                  const IOOptions& options, IODebugContext* debug) {
    return Watched{faults_, from}.calling(
        CallKind::rename, [&] { return target()->RenameFile(from, to, options, debug); });
}

IOStatus FailingFiles::LockFile(const std::string& name, const IOOptions& options,
                                rocksdb::FileLock** lock, IODebugContext* debug) {
    return Watched{faults_, name}.calling(
        CallKind::open_to_write, [&] { return target()->LockFile(name, options, lock, debug); });
}

}  // namespace muster::test
