// Syncs that do nothing.
#include "tests/simulation/lying_files.h"

#include <utility>

namespace muster::simulation {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class LyingFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
    using FSWritableFileOwnerWrapper::FSWritableFileOwnerWrapper;
    IOStatus Sync(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Fsync(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
};

class LyingFiles final : public rocksdb::FileSystemWrapper {
 public:
    LyingFiles(std::shared_ptr<rocksdb::FileSystem> files, LiesAbout lies_about)
        : FileSystemWrapper{std::move(files)}, lies_about_{std::move(lies_about)} {}
    const char* Name() const override { return "LyingFiles"; }

    IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* debug) override {
        IOStatus made = target()->NewWritableFile(path, options, result, debug);
        if (made.ok() && lies_about_(path)) {
            *result = std::make_unique<LyingFile>(std::move(*result));
        }
        return made;
    }

 private:
    const LiesAbout lies_about_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_lying_files(std::shared_ptr<rocksdb::FileSystem> target,
                                                      LiesAbout lies_about) {
    return std::make_shared<LyingFiles>(std::move(target), std::move(lies_about));
}

}  // namespace muster::simulation
