// Files in memory.
#include "tests/simulation/memory_files.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace muster::simulation {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

struct Content {
    std::mutex mutex;
    std::string bytes;
};
using SharedContent = std::shared_ptr<Content>;

std::string normal(std::string path) {
    const auto twice = [](char one, char other) { return one == '/' && other == '/'; };
    path.erase(std::unique(path.begin(), path.end(), twice), path.end());
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

std::string parent_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

IOStatus absent(const std::string& path) {
    return IOStatus::PathNotFound(path, "no such file or folder");
}

void write_at(std::string& bytes, std::uint64_t offset, const Slice& data) {
    bytes.resize(std::max<std::size_t>(bytes.size(), offset + data.size()));
    data.ToString().copy(bytes.data() + offset, data.size());
}

Slice read_at(Content& content, std::uint64_t offset, std::size_t count, char* scratch) {
    const std::lock_guard lock{content.mutex};
    const std::size_t from = std::min<std::size_t>(offset, content.bytes.size());
    return {scratch, content.bytes.copy(scratch, count, from)};
}

class SequentialFile final : public rocksdb::FSSequentialFile {
 public:
    explicit SequentialFile(SharedContent content) : content_{std::move(content)} {}
    IOStatus Read(std::size_t count, const IOOptions&, Slice* result, char* scratch,
                  IODebugContext*) override {
        *result = read_at(*content_, at_, count, scratch);
        at_ += result->size();
        return IOStatus::OK();
    }
    IOStatus Skip(std::uint64_t count) override {
        at_ += count;
        return IOStatus::OK();
    }

 private:
    SharedContent content_;
    std::uint64_t at_ = 0;
};

class RandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
    explicit RandomAccessFile(SharedContent content) : content_{std::move(content)} {}
    IOStatus Read(std::uint64_t offset, std::size_t count, const IOOptions&, Slice* result,
                  char* scratch, IODebugContext*) const override {
        *result = read_at(*content_, offset, count, scratch);
        return IOStatus::OK();
    }

 private:
    SharedContent content_;
};

class WritableFile final : public rocksdb::FSWritableFile {
 public:
    explicit WritableFile(SharedContent content) : content_{std::move(content)} {}
    using FSWritableFile::Append;
    IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
        const std::lock_guard lock{content_->mutex};
        content_->bytes.append(data.data(), data.size());
        return IOStatus::OK();
    }
    using FSWritableFile::PositionedAppend;
    IOStatus PositionedAppend(const Slice& data, std::uint64_t offset, const IOOptions&,
                              IODebugContext*) override {
        const std::lock_guard lock{content_->mutex};
        write_at(content_->bytes, offset, data);
        return IOStatus::OK();
    }
    IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
        const std::lock_guard lock{content_->mutex};
        content_->bytes.resize(size);
        return IOStatus::OK();
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
        const std::lock_guard lock{content_->mutex};
        return content_->bytes.size();
    }

 private:
    SharedContent content_;
};

class RandomRWFile final : public rocksdb::FSRandomRWFile {
 public:
    explicit RandomRWFile(SharedContent content) : content_{std::move(content)} {}
    IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions&,
                   IODebugContext*) override {
        const std::lock_guard lock{content_->mutex};
        write_at(content_->bytes, offset, data);
        return IOStatus::OK();
    }
    IOStatus Read(std::uint64_t offset, std::size_t count, const IOOptions&, Slice* result,
                  char* scratch, IODebugContext*) const override {
        *result = read_at(*content_, offset, count, scratch);
        return IOStatus::OK();
    }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Fsync(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
    SharedContent content_;
};

class Folder final : public rocksdb::FSDirectory {
 public:
    IOStatus Fsync(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    std::size_t GetUniqueId(char*, std::size_t) const override { return 0; }
};

class NamedLock final : public rocksdb::FileLock {
 public:
    explicit NamedLock(std::string locked) : path{std::move(locked)} {}
    const std::string path;
};

class MemoryFiles final : public rocksdb::FileSystem {
 public:
    const char* Name() const override { return "MemoryFiles"; }

    IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSSequentialFile>* result,
                               IODebugContext*) override {
        return open<SequentialFile>(path, result);
    }
    IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                 IODebugContext*) override {
        return open<RandomAccessFile>(path, result);
    }
    IOStatus NewRandomRWFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                             IODebugContext*) override {
        return open<RandomRWFile>(path, result);
    }
    IOStatus NewWritableFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext*) override {
        // Written for people to read, and four times the work of everything else in opening.
        if (path.find("/OPTIONS-") != std::string::npos) return IOStatus::NotSupported(path);
        return make(path, std::make_shared<Content>(), result);
    }
    IOStatus ReopenWritableFile(const std::string& path, const FileOptions&,
                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                IODebugContext*) override {
        SharedContent there = content_of(path);
        return make(path, there ? there : std::make_shared<Content>(), result);
    }
    IOStatus NewDirectory(const std::string& path, const IOOptions&,
                          std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) override {
        const std::lock_guard lock{mutex_};
        if (!folders_.contains(normal(path))) return absent(path);
        *result = std::make_unique<Folder>();
        return IOStatus::OK();
    }
    IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
        const std::lock_guard lock{mutex_};
        const bool there = files_.contains(normal(path)) || folders_.contains(normal(path));
        return there ? IOStatus::OK() : IOStatus::NotFound(path);
    }
    IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* is_folder,
                         IODebugContext*) override {
        const std::lock_guard lock{mutex_};
        *is_folder = folders_.contains(normal(path));
        return *is_folder || files_.contains(normal(path)) ? IOStatus::OK() : absent(path);
    }
    IOStatus GetChildren(const std::string& path, const IOOptions&,
                         std::vector<std::string>* result, IODebugContext*) override {
        const std::lock_guard lock{mutex_};
        const std::string folder = normal(path);
        result->clear();
        if (!folders_.contains(folder)) return absent(path);
        const auto add = [&](const std::string& entry) {
            if (entry != "/" && parent_of(entry) == folder) {
                result->push_back(entry.substr(entry.rfind('/') + 1));
            }
        };
        for (const auto& [file, content] : files_) add(file);
        std::ranges::for_each(folders_, add);
        return IOStatus::OK();
    }
    IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                         IODebugContext*) override {
        const SharedContent content = content_of(path);
        if (!content) return absent(path);
        const std::lock_guard lock{content->mutex};
        *size = content->bytes.size();
        return IOStatus::OK();
    }
    IOStatus GetFileModificationTime(const std::string& path, const IOOptions&, std::uint64_t* time,
                                     IODebugContext*) override {
        *time = 0;
        return content_of(path) ? IOStatus::OK() : absent(path);
    }
    IOStatus Truncate(const std::string& path, std::size_t size, const IOOptions&,
                      IODebugContext*) override {
        const SharedContent content = content_of(path);
        if (!content) return absent(path);
        const std::lock_guard lock{content->mutex};
        content->bytes.resize(size);
        return IOStatus::OK();
    }
    IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
        const std::lock_guard lock{mutex_};
        return files_.erase(normal(path)) == 1 ? IOStatus::OK() : absent(path);
    }
    IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override {
        const std::lock_guard lock{mutex_};
        const std::string folder = normal(path);
        if (files_.contains(folder) || folders_.contains(folder)) {
            return IOStatus::IOError(path, "is there already");
        }
        if (!folders_.contains(parent_of(folder))) return absent(path);
        folders_.insert(folder);
        return IOStatus::OK();
    }
    IOStatus CreateDirIfMissing(const std::string& path, const IOOptions& options,
                                IODebugContext* debug) override {
        bool is_folder = false;
        const IOStatus known = IsDirectory(path, options, &is_folder, debug);
        return known.ok() && is_folder ? known : CreateDir(path, options, debug);
    }
    IOStatus DeleteDir(const std::string& path, const IOOptions& options,
                       IODebugContext* debug) override {
        std::vector<std::string> entries;
        if (const IOStatus read = GetChildren(path, options, &entries, debug); !read.ok()) {
            return read;
        }
        if (!entries.empty()) return IOStatus::IOError(path, "is not empty");
        const std::lock_guard lock{mutex_};
        folders_.erase(normal(path));
        return IOStatus::OK();
    }
    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                        IODebugContext*) override {
        const std::lock_guard lock{mutex_};
        const std::string old_name = normal(from);
        const std::string new_name = normal(to);
        if (!folders_.contains(parent_of(new_name))) return absent(to);
        if (folders_.contains(old_name)) return rename_folder(old_name, new_name);
        const auto found = files_.find(old_name);
        if (found == files_.end()) return absent(from);
        if (folders_.contains(new_name)) return IOStatus::IOError(to, "is a folder");
        const SharedContent content = found->second;
        files_.erase(found);
        files_[new_name] = content;
        return IOStatus::OK();
    }
    IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions&,
                      IODebugContext*) override {
        const std::lock_guard lock{mutex_};
        const auto found = files_.find(normal(from));
        if (found == files_.end()) return absent(from);
        if (!files_.emplace(normal(to), found->second).second) {
            return IOStatus::IOError(to, "is there already");
        }
        return IOStatus::OK();
    }
    IOStatus LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** lock,
                      IODebugContext*) override {
        const std::lock_guard guard{mutex_};
        const std::string name = normal(path);
        if (!folders_.contains(parent_of(name))) return absent(path);
        if (!locks_.insert(name).second) return IOStatus::IOError(path, "is locked already");
        files_.try_emplace(name, std::make_shared<Content>());
        *lock = new NamedLock{name};
        return IOStatus::OK();
    }
    IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
        const std::lock_guard guard{mutex_};
        const std::unique_ptr<NamedLock> held{static_cast<NamedLock*>(lock)};
        locks_.erase(held->path);
        return IOStatus::OK();
    }
    /// Knowing of free space, RocksDB would go on by itself after a full disk, on a thread and at a
    /// time of its own.
    IOStatus GetFreeSpace(const std::string& path, const IOOptions&, std::uint64_t*,
                          IODebugContext*) override {
        return IOStatus::NotSupported(path, "nobody counts");
    }
    IOStatus GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) override {
        *path = "/test";
        return IOStatus::OK();
    }
    IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>*,
                       IODebugContext*) override {
        return IOStatus::NotSupported("no logs");
    }
    IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* result,
                             IODebugContext*) override {
        *result = normal(path);
        return IOStatus::OK();
    }

 private:
    SharedContent content_of(const std::string& path) {
        const std::lock_guard lock{mutex_};
        const auto found = files_.find(normal(path));
        return found == files_.end() ? nullptr : found->second;
    }

    template <class File, class Result>
    IOStatus open(const std::string& path, Result* result) {
        SharedContent content = content_of(path);
        if (!content) return absent(path);
        *result = std::make_unique<File>(std::move(content));
        return IOStatus::OK();
    }

    IOStatus make(const std::string& path, SharedContent content,
                  std::unique_ptr<rocksdb::FSWritableFile>* result) {
        const std::lock_guard lock{mutex_};
        const std::string name = normal(path);
        if (!folders_.contains(parent_of(name))) return absent(path);
        if (folders_.contains(name)) return IOStatus::IOError(path, "is a folder");
        files_[name] = content;
        *result = std::make_unique<WritableFile>(std::move(content));
        return IOStatus::OK();
    }

    /// The caller holds the mutex.
    IOStatus rename_folder(const std::string& from, const std::string& to) {
        const auto below = [](const std::string& path, const std::string& folder) {
            return path.starts_with(folder + "/");
        };
        const auto in_the_way = [&](const std::string& path) { return below(path, to); };
        const bool taken =
            files_.contains(to) || std::ranges::any_of(folders_, in_the_way) ||
            std::ranges::any_of(files_, [&](const auto& file) { return in_the_way(file.first); });
        if (taken) return IOStatus::IOError(to, "is there and not empty");
        std::map<std::string, SharedContent> files;
        for (auto& [path, content] : files_) {
            files[below(path, from) ? to + path.substr(from.size()) : path] = content;
        }
        std::set<std::string> folders;
        for (const std::string& path : folders_) {
            folders.insert(path == from || below(path, from) ? to + path.substr(from.size())
                                                             : path);
        }
        files_ = std::move(files);
        folders_ = std::move(folders);
        return IOStatus::OK();
    }

    std::mutex mutex_;  ///< guards the names
    std::map<std::string, SharedContent> files_;
    std::set<std::string> folders_{"/"};
    std::set<std::string> locks_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_memory_files() {
    return std::make_shared<MemoryFiles>();
}

}  // namespace muster::simulation
