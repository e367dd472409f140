// A file system that loses its power. Everything that happens below one folder arrives in the
// target at once, as in a page cache; what was not synced can be lost (disk_memory.h says what
// counts as synced). The target itself is never synced: only the power of the model is ever lost.
//
// Every write, sync, creation, renaming, removal and truncation below the folder is one event. At
// the event that was chosen, the power goes: that event may be partly done, and from then on every
// call fails. `lose_power` then brings the target to a state in which a machine could be started
// again. The same calls and the same seed give the same state.
//
// The target is anything that RocksDB calls a file system. In RocksDB's memory an empty folder is
// one only when it was made through this. Any thread.
#pragma once

#include "tests/power/power_loss.h"

#include <rocksdb/file_system.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace muster::test {

class Machine;

class PowerLossFiles final : public rocksdb::FileSystemWrapper {
 public:
    using IOStatus = rocksdb::IOStatus;
    using IOOptions = rocksdb::IOOptions;
    using FileOptions = rocksdb::FileOptions;
    using IODebugContext = rocksdb::IODebugContext;

    /// Calls about anything that is not below `folder` go to the target as they are.
    PowerLossFiles(std::shared_ptr<rocksdb::FileSystem> target, const std::string& folder);
    ~PowerLossFiles() override;
    const char* Name() const override { return "PowerLossFiles"; }

    /// The power goes at the n-th event from now on, 1 being the next. `on_cut` is called at that
    /// moment, while no other call is under way.
    void cut_at(std::uint64_t event, std::function<void()> on_cut = {});
    void cut_now();
    bool has_power() const;
    /// Since it was made.
    std::uint64_t events() const;
    /// Loses what chance takes of what was not synced, lets go of every lock, and has power again.
    /// Files that were open stay dead. May be called within `on_cut`.
    PowerLoss lose_power(std::uint64_t seed, const LossOptions& options = {});

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
    IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                               const FileOptions& options,
                               std::unique_ptr<rocksdb::FSWritableFile>* result,
                               IODebugContext* debug) override;
    IOStatus NewRandomRWFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                             IODebugContext* debug) override;
    IOStatus NewMemoryMappedFileBuffer(
        const std::string& name, std::unique_ptr<rocksdb::MemoryMappedFileBuffer>* result) override;
    IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                          std::unique_ptr<rocksdb::FSDirectory>* result,
                          IODebugContext* debug) override;
    IOStatus NewLogger(const std::string& name, const IOOptions& options,
                       std::shared_ptr<rocksdb::Logger>* result, IODebugContext* debug) override;

    IOStatus FileExists(const std::string& name, const IOOptions& options,
                        IODebugContext* debug) override;
    IOStatus GetChildren(const std::string& folder, const IOOptions& options,
                         std::vector<std::string>* result, IODebugContext* debug) override;
    IOStatus GetChildrenFileAttributes(const std::string& folder, const IOOptions& options,
                                       std::vector<rocksdb::FileAttributes>* result,
                                       IODebugContext* debug) override;
    IOStatus GetFileSize(const std::string& name, const IOOptions& options, std::uint64_t* size,
                         IODebugContext* debug) override;
    IOStatus GetFileModificationTime(const std::string& name, const IOOptions& options,
                                     std::uint64_t* time, IODebugContext* debug) override;
    IOStatus GetFreeSpace(const std::string& path, const IOOptions& options, std::uint64_t* bytes,
                          IODebugContext* debug) override;
    IOStatus IsDirectory(const std::string& path, const IOOptions& options, bool* is_folder,
                         IODebugContext* debug) override;

    IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                        IODebugContext* debug) override;
    IOStatus Truncate(const std::string& name, size_t size, const IOOptions& options,
                      IODebugContext* debug) override;
    IOStatus CreateDir(const std::string& folder, const IOOptions& options,
                       IODebugContext* debug) override;
    IOStatus CreateDirIfMissing(const std::string& folder, const IOOptions& options,
                                IODebugContext* debug) override;
    IOStatus DeleteDir(const std::string& folder, const IOOptions& options,
                       IODebugContext* debug) override;
    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                        IODebugContext* debug) override;
    IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override;
    IOStatus LockFile(const std::string& name, const IOOptions& options, rocksdb::FileLock** lock,
                      IODebugContext* debug) override;
    IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions& options,
                        IODebugContext* debug) override;

 private:
    template <class Open>
    IOStatus opened_for_writing(const std::string& name, bool emptied, const Open& open,
                                std::unique_ptr<rocksdb::FSWritableFile>* result);
    template <class Look>
    IOStatus looked_at(const std::string& path, const Look& look) const;

    const std::shared_ptr<Machine> machine_;
};

}  // namespace muster::test
