// A file system that a test can fill up and free again: while it is full, nothing can be added to
// any file, nor made. Reading goes on.
#pragma once

#include "eventstore/machine/rocksdb_environment.h"

#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <string>

namespace muster::test {

/// Shared with the files that are open. `below`: only files whose path has this in it are refused.
struct Fullness {
    std::atomic<bool> full = false;
    std::string below;

    rocksdb::IOStatus check(const std::string& path) const {
        if (!full || path.find(below) == std::string::npos) return rocksdb::IOStatus::OK();
        return rocksdb::IOStatus::NoSpace("the test's disk is full", path);
    }
};

class FileOnFullDisk final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
    FileOnFullDisk(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path,
                   std::shared_ptr<Fullness> fullness)
        : FSWritableFileOwnerWrapper{std::move(file)},
          path_{std::move(path)},
          fullness_{std::move(fullness)} {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
        if (auto refused = fullness_->check(path_); !refused.ok()) return refused;
        return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& verification,
                             rocksdb::IODebugContext* debug) override {
        if (auto refused = fullness_->check(path_); !refused.ok()) return refused;
        return FSWritableFileOwnerWrapper::Append(data, options, verification, debug);
    }

 private:
    const std::string path_;
    const std::shared_ptr<Fullness> fullness_;
};

class FullDisk final : public rocksdb::FileSystemWrapper {
 public:
    explicit FullDisk(std::shared_ptr<Fullness> fullness)
        : FileSystemWrapper{private_files()}, fullness_{std::move(fullness)} {}

    const char* Name() const override { return "FullDisk"; }
    rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override {
        if (auto refused = fullness_->check(path); !refused.ok()) return refused;
        auto made = target()->NewWritableFile(path, options, file, debug);
        if (made.ok()) *file = std::make_unique<FileOnFullDisk>(std::move(*file), path, fullness_);
        return made;
    }

 private:
    const std::shared_ptr<Fullness> fullness_;
};

}  // namespace muster::test
