// A file system whose calls fail: the n-th of a kind, all from the n-th on, or all until it is
// healed. What it fails it does not do, but for a short write, which is half done. Any thread.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

namespace muster::test {

enum class CallKind : std::uint8_t {
    open,           ///< of a file to read, or of a folder
    open_to_write,  ///< of a file, made or not; locks too
    append,         ///< at the end of a file
    write,          ///< anywhere in a file
    sync,           ///< of a file
    folder_sync,
    rename,
    remove,
    read,
    look,  ///< whether it is there, how large, what is in it
    make_folder,
};

struct Fault {
    enum class Error : std::uint8_t {
        io_error,
        no_space,
        too_many_open_files,
        read_only,
        short_write,  ///< half of what was to be appended or written, then no_space
        swallowed,    ///< reports success and does nothing: for syncs
    };

    std::set<CallKind> kinds;
    Error error = Error::io_error;
    std::uint64_t first = 1;  ///< the n-th call of these kinds from now on
    bool stays = false;       ///< every later one fails too
    std::string below = {};   ///< only paths that begin with this
};

/// What a read-only disk refuses.
const std::set<CallKind>& changing_calls();

class FailingFiles final : public rocksdb::FileSystemWrapper {
 public:
    using IOStatus = rocksdb::IOStatus;
    using IOOptions = rocksdb::IOOptions;
    using FileOptions = rocksdb::FileOptions;
    using IODebugContext = rocksdb::IODebugContext;

    class Faults;

    explicit FailingFiles(std::shared_ptr<rocksdb::FileSystem> target);
    ~FailingFiles() override;
    const char* Name() const override { return "FailingFiles"; }

    void fail(const Fault& fault);
    void heal();
    /// Calls of the kinds of the last fault since it was set.
    std::uint64_t calls() const;
    /// Calls that failed since it was made.
    std::uint64_t failures() const;

    IOStatus NewSequentialFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSSequentialFile>* result,
                               IODebugContext* debug) override;
    IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                 IODebugContext* debug) override;
    IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* debug) override;
    IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                IODebugContext* debug) override;
    IOStatus NewRandomRWFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                             IODebugContext* debug) override;
    IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                          std::unique_ptr<rocksdb::FSDirectory>* result,
                          IODebugContext* debug) override;
    IOStatus FileExists(const std::string& name, const IOOptions& options,
                        IODebugContext* debug) override;
    IOStatus GetChildren(const std::string& folder, const IOOptions& options,
                         std::vector<std::string>* result, IODebugContext* debug) override;
    IOStatus GetFileSize(const std::string& name, const IOOptions& options, std::uint64_t* size,
                         IODebugContext* debug) override;
    IOStatus GetFreeSpace(const std::string& path, const IOOptions& options, std::uint64_t* bytes,
                          IODebugContext* debug) override;
    IOStatus IsDirectory(const std::string& path, const IOOptions& options, bool* is_folder,
                         IODebugContext* debug) override;
    IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                        IODebugContext* debug) override;
    IOStatus DeleteDir(const std::string& folder, const IOOptions& options,
                       IODebugContext* debug) override;
    IOStatus CreateDir(const std::string& folder, const IOOptions& options,
                       IODebugContext* debug) override;
    IOStatus CreateDirIfMissing(const std::string& folder, const IOOptions& options,
                                IODebugContext* debug) override;
    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                        IODebugContext* debug) override;
    IOStatus LockFile(const std::string& name, const IOOptions& options, rocksdb::FileLock** lock,
                      IODebugContext* debug) override;

 private:
    const std::shared_ptr<Faults> faults_;
};

}  // namespace muster::test
