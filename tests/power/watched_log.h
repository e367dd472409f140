// A file system that tells each time before bytes are added to the write-ahead log below one
// folder, so that a cut of the power can be aimed at the write of a commit. One thread writes.
#pragma once

#include <rocksdb/file_system.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace muster::test {

class WatchedLog final : public rocksdb::FileSystemWrapper {
 public:
    WatchedLog(std::shared_ptr<rocksdb::FileSystem> target, std::string folder,
               std::function<void()> before_append)
        : FileSystemWrapper{std::move(target)},
          folder_{std::move(folder)},
          before_append_{std::move(before_append)} {}
    const char* Name() const override { return "WatchedLog"; }

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* debug) override {
        auto opened = target()->NewWritableFile(name, options, result, debug);
        if (opened.ok() && name.starts_with(folder_) && name.ends_with(".log")) {
            *result = std::make_unique<File>(std::move(*result), before_append_);
        }
        return opened;
    }

 private:
    class File final : public rocksdb::FSWritableFileOwnerWrapper {
     public:
        File(std::unique_ptr<rocksdb::FSWritableFile> target, std::function<void()> before_append)
            : FSWritableFileOwnerWrapper{std::move(target)},
              before_append_{std::move(before_append)} {}

        using FSWritableFileOwnerWrapper::Append;
        rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
            before_append_();
            return FSWritableFileOwnerWrapper::Append(data, options, debug);
        }

     private:
        const std::function<void()> before_append_;
    };

    const std::string folder_;
    const std::function<void()> before_append_;
};

}  // namespace muster::test
