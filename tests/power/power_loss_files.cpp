// Names and handles below the folder, under power.
#include "tests/power/power_loss_files.h"

#include "tests/power/machine.h"
#include "tests/power/powered_files.h"

namespace muster::test {

using IOStatus = rocksdb::IOStatus;

PowerLossFiles::PowerLossFiles(std::shared_ptr<rocksdb::FileSystem> target,
                               const std::string& folder)
    : FileSystemWrapper{target}, machine_{std::make_shared<Machine>(target, folder)} {}

PowerLossFiles::~PowerLossFiles() = default;

void PowerLossFiles::cut_at(std::uint64_t event, std::function<void()> on_cut) {
    machine_->cut_at(event, std::move(on_cut));
}

void PowerLossFiles::cut_now() {
    machine_->cut_now();
}

bool PowerLossFiles::has_power() const {
    return machine_->has_power();
}

std::uint64_t PowerLossFiles::events() const {
    return machine_->events();
}

PowerLoss PowerLossFiles::lose_power(std::uint64_t seed, const LossOptions& options) {
    return machine_->lose_power(seed, options);
}

/// Looking is no event, but needs power.
template <class Look>
IOStatus PowerLossFiles::looked_at(const std::string& path, const Look& look) const {
    const std::string name = DiskMemory::normal(path);
    if (!machine_->memory().is_below_root(name) && name != machine_->memory().root()) {
        return look(path);
    }
    return machine_->look(machine_->run(), [&] { return look(name); });
}

IOStatus PowerLossFiles::NewSequentialFile(const std::string& path, const FileOptions& options,
                                           std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                           IODebugContext* debug) {
    return looked_at(path, [&](const std::string& name) {
        const IOStatus opened = target()->NewSequentialFile(name, options, result, debug);
        if (opened.ok()) *result = powered(std::move(*result), machine_);
        return opened;
    });
}

IOStatus PowerLossFiles::NewRandomAccessFile(const std::string& path, const FileOptions& options,
                                             std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                             IODebugContext* debug) {
    return looked_at(path, [&](const std::string& name) {
        const IOStatus opened = target()->NewRandomAccessFile(name, options, result, debug);
        if (opened.ok()) *result = powered(std::move(*result), machine_);
        return opened;
    });
}

/// Making the file is an event, and so is emptying one that is there.
template <class Open>
IOStatus PowerLossFiles::opened_for_writing(const std::string& path, bool emptied, const Open& open,
                                            std::unique_ptr<rocksdb::FSWritableFile>* result) {
    const std::string name = DiskMemory::normal(path);
    DiskMemory& memory = machine_->memory();
    if (!memory.is_below_root(name)) return open(path);
    return machine_->change(machine_->run(), [&](bool) {
        if (!memory.has_folder_of(name)) return IOStatus::PathNotFound(name);
        DiskNodePtr node = memory.node_at(name);
        if (node && emptied) memory.will_truncate(*node, 0);
        const IOStatus opened = open(name);
        if (!opened.ok()) return opened;
        if (!node) node = memory.made(name, false);
        *result = powered(std::move(*result), machine_, node);
        return opened;
    });
}

IOStatus PowerLossFiles::NewWritableFile(const std::string& path, const FileOptions& options,
                                         std::unique_ptr<rocksdb::FSWritableFile>* result,
                                         IODebugContext* debug) {
    const auto open = [&](const std::string& name) {
        return target()->NewWritableFile(name, options, result, debug);
    };
    return opened_for_writing(path, true, open, result);
}

IOStatus PowerLossFiles::ReopenWritableFile(const std::string& path, const FileOptions& options,
                                            std::unique_ptr<rocksdb::FSWritableFile>* result,
                                            IODebugContext* debug) {
    const auto open = [&](const std::string& name) {
        return target()->ReopenWritableFile(name, options, result, debug);
    };
    return opened_for_writing(path, false, open, result);
}

IOStatus PowerLossFiles::ReuseWritableFile(const std::string& name, const std::string& old_name,
                                           const FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                                           IODebugContext* debug) {
    return FileSystem::ReuseWritableFile(name, old_name, options, result, debug);
}

IOStatus PowerLossFiles::NewRandomRWFile(const std::string& path, const FileOptions& options,
                                         std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                         IODebugContext* debug) {
    const std::string name = DiskMemory::normal(path);
    DiskMemory& memory = machine_->memory();
    if (!memory.is_below_root(name)) {
        return target()->NewRandomRWFile(path, options, result, debug);
    }
    const auto open = [&](DiskNodePtr node) {
        const IOStatus opened = target()->NewRandomRWFile(name, options, result, debug);
        if (!opened.ok()) return opened;
        if (!node) node = memory.made(name, false);
        *result = powered(std::move(*result), machine_, node);
        return opened;
    };
    if (!memory.has(name)) {
        return machine_->change(machine_->run(), [&](bool) { return open(nullptr); });
    }
    return machine_->look(machine_->run(), [&] { return open(memory.node_at(name)); });
}

IOStatus PowerLossFiles::NewMemoryMappedFileBuffer(
    const std::string&, std::unique_ptr<rocksdb::MemoryMappedFileBuffer>*) {
    return IOStatus::NotSupported("writes through memory cannot be watched");
}

IOStatus PowerLossFiles::NewDirectory(const std::string& path, const IOOptions& options,
                                      std::unique_ptr<rocksdb::FSDirectory>* result,
                                      IODebugContext* debug) {
    return looked_at(path, [&](const std::string& name) {
        DiskMemory& memory = machine_->memory();
        if (!memory.is_below_root(name) && name != memory.root()) {
            return target()->NewDirectory(name, options, result, debug);
        }
        if (!memory.is_folder(name)) return IOStatus::PathNotFound(name);
        *result = powered_folder(machine_, memory.node_at(name));
        return IOStatus::OK();
    });
}

IOStatus PowerLossFiles::NewLogger(const std::string& name, const IOOptions& options,
                                   std::shared_ptr<rocksdb::Logger>* result,
                                   IODebugContext* debug) {
    return FileSystem::NewLogger(name, options, result, debug);
}

IOStatus PowerLossFiles::FileExists(const std::string& path, const IOOptions& options,
                                    IODebugContext* debug) {
    return looked_at(
        path, [&](const std::string& name) { return target()->FileExists(name, options, debug); });
}

IOStatus PowerLossFiles::GetChildren(const std::string& path, const IOOptions& options,
                                     std::vector<std::string>* result, IODebugContext* debug) {
    return looked_at(path, [&](const std::string& name) {
        const IOStatus listed = target()->GetChildren(name, options, result, debug);
        if (name == machine_->memory().root()) std::erase(*result, DiskMemory::hidden_name);
        return listed;
    });
}

IOStatus PowerLossFiles::GetChildrenFileAttributes(const std::string& folder,
                                                   const IOOptions& options,
                                                   std::vector<rocksdb::FileAttributes>* result,
                                                   IODebugContext* debug) {
    return FileSystem::GetChildrenFileAttributes(folder, options, result, debug);
}

IOStatus PowerLossFiles::GetFileSize(const std::string& path, const IOOptions& options,
                                     std::uint64_t* size, IODebugContext* debug) {
    return looked_at(path, [&](const std::string& name) {
        return target()->GetFileSize(name, options, size, debug);
    });
}

IOStatus PowerLossFiles::GetFileModificationTime(const std::string& path, const IOOptions& options,
                                                 std::uint64_t* time, IODebugContext* debug) {
    return looked_at(path, [&](const std::string& name) {
        return target()->GetFileModificationTime(name, options, time, debug);
    });
}

IOStatus PowerLossFiles::GetFreeSpace(const std::string& path, const IOOptions& options,
                                      std::uint64_t* bytes, IODebugContext* debug) {
    return looked_at(path, [&](const std::string& name) {
        return target()->GetFreeSpace(name, options, bytes, debug);
    });
}

IOStatus PowerLossFiles::IsDirectory(const std::string& path, const IOOptions& options,
                                     bool* is_folder, IODebugContext* debug) {
    return looked_at(path, [&](const std::string& name) {
        DiskMemory& memory = machine_->memory();
        if (!memory.is_below_root(name)) {
            return target()->IsDirectory(name, options, is_folder, debug);
        }
        *is_folder = memory.is_folder(name);
        return memory.has(name) ? IOStatus::OK() : IOStatus::PathNotFound(name);
    });
}

IOStatus PowerLossFiles::DeleteFile(const std::string& path, const IOOptions& options,
                                    IODebugContext* debug) {
    const std::string name = DiskMemory::normal(path);
    if (!machine_->memory().is_below_root(name)) return target()->DeleteFile(path, options, debug);
    return machine_->change(machine_->run(), [&](bool) { return machine_->memory().remove(name); });
}

IOStatus PowerLossFiles::Truncate(const std::string& path, size_t size, const IOOptions& options,
                                  IODebugContext* debug) {
    const std::string name = DiskMemory::normal(path);
    DiskMemory& memory = machine_->memory();
    if (!memory.is_below_root(name)) return target()->Truncate(path, size, options, debug);
    return machine_->change(machine_->run(), [&](bool) {
        if (const DiskNodePtr node = memory.node_at(name)) memory.will_truncate(*node, size);
        return target()->Truncate(name, size, options, debug);
    });
}

IOStatus PowerLossFiles::CreateDir(const std::string& path, const IOOptions& options,
                                   IODebugContext* debug) {
    const std::string name = DiskMemory::normal(path);
    if (!machine_->memory().is_below_root(name)) return target()->CreateDir(path, options, debug);
    return machine_->change(machine_->run(), [&](bool) {
        DiskMemory& memory = machine_->memory();
        if (!memory.has_folder_of(name)) return IOStatus::PathNotFound(name);
        const IOStatus made = target()->CreateDir(name, options, debug);
        if (made.ok()) memory.made(name, true);
        return made;
    });
}

IOStatus PowerLossFiles::CreateDirIfMissing(const std::string& path, const IOOptions& options,
                                            IODebugContext* debug) {
    const std::string name = DiskMemory::normal(path);
    if (!machine_->memory().is_below_root(name)) {
        return target()->CreateDirIfMissing(path, options, debug);
    }
    if (FileExists(name, options, debug).ok()) return IOStatus::OK();
    return CreateDir(name, options, debug);
}

IOStatus PowerLossFiles::DeleteDir(const std::string& path, const IOOptions& options,
                                   IODebugContext* debug) {
    const std::string name = DiskMemory::normal(path);
    if (!machine_->memory().is_below_root(name)) return target()->DeleteDir(path, options, debug);
    return machine_->change(machine_->run(),
                            [&](bool) { return machine_->memory().remove_folder(name); });
}

IOStatus PowerLossFiles::RenameFile(const std::string& from, const std::string& to,
                                    const IOOptions& options, IODebugContext* debug) {
    const std::string old_name = DiskMemory::normal(from);
    const std::string new_name = DiskMemory::normal(to);
    DiskMemory& memory = machine_->memory();
    if (!memory.is_below_root(old_name) || !memory.is_below_root(new_name)) {
        return target()->RenameFile(from, to, options, debug);
    }
    return machine_->change(machine_->run(),
                            [&](bool) { return memory.rename(old_name, new_name); });
}

IOStatus PowerLossFiles::LinkFile(const std::string& from, const std::string& to,
                                  const IOOptions& options, IODebugContext* debug) {
    const std::string old_name = DiskMemory::normal(from);
    const std::string new_name = DiskMemory::normal(to);
    DiskMemory& memory = machine_->memory();
    if (!memory.is_below_root(old_name) || !memory.is_below_root(new_name)) {
        return target()->LinkFile(from, to, options, debug);
    }
    return machine_->change(machine_->run(), [&](bool) {
        const IOStatus made = target()->LinkFile(old_name, new_name, options, debug);
        if (made.ok()) memory.linked(old_name, new_name);
        return made;
    });
}

IOStatus PowerLossFiles::LockFile(const std::string& path, const IOOptions& options,
                                  rocksdb::FileLock** lock, IODebugContext* debug) {
    const std::string name = DiskMemory::normal(path);
    DiskMemory& memory = machine_->memory();
    return machine_->change(machine_->run(), [&](bool) {
        const bool is_new = memory.has_folder_of(name) && memory.node_at(name) == nullptr;
        auto held = std::make_unique<MachineLock>();
        const IOStatus locked = target()->LockFile(name, options, &held->target, debug);
        if (is_new && memory.has(name)) memory.made(name, false);
        if (locked.ok()) *lock = machine_->hold(std::move(held));
        return locked;
    });
}

IOStatus PowerLossFiles::UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) {
    machine_->unlock(lock);
    return IOStatus::OK();
}

}  // namespace muster::test
