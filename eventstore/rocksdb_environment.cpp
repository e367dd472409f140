// The environment of our databases.
#include "eventstore/rocksdb_environment.h"

#include <rocksdb/file_system.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string>

namespace muster {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOStatus;

/// Makes every new file 0600. The folder is 0700 already, so nobody gets in between.
class PrivateFiles final : public rocksdb::FileSystemWrapper {
 public:
    using FileSystemWrapper::FileSystemWrapper;
    const char* Name() const override { return "PrivateFiles"; }

    IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* debug) override {
        return restricted(name, target()->NewWritableFile(name, options, result, debug));
    }
    IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                IODebugContext* debug) override {
        return restricted(name, target()->ReopenWritableFile(name, options, result, debug));
    }
    IOStatus NewRandomRWFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                             IODebugContext* debug) override {
        return restricted(name, target()->NewRandomRWFile(name, options, result, debug));
    }
    IOStatus LockFile(const std::string& name, const rocksdb::IOOptions& options,
                      rocksdb::FileLock** lock, IODebugContext* debug) override {
        return restricted(name, target()->LockFile(name, options, lock, debug));
    }

 private:
    static IOStatus restricted(const std::string& name, IOStatus made) {
        if (!made.ok() || ::chmod(name.c_str(), S_IRUSR | S_IWUSR) == 0) return made;
        return IOStatus::IOError("restricting " + name + " to its owner", std::strerror(errno));
    }
};

class Warnings final : public rocksdb::Logger {
 public:
    Warnings() : Logger{rocksdb::InfoLogLevel::WARN_LEVEL} {}

    void LogHeader(const char*, std::va_list) override {}
    void Logv(const char* format, std::va_list values) override {
        std::array<char, 512> line{};
        std::vsnprintf(line.data(), line.size(), format, values);
        spdlog::warn("rocksdb: {}", line.data());
    }
    using Logger::Logv;
};

}  // namespace

rocksdb::Env* private_environment() {
    static rocksdb::Env* const environment =
        rocksdb::NewCompositeEnv(std::make_shared<PrivateFiles>(rocksdb::FileSystem::Default()))
            .release();
    return environment;
}

std::shared_ptr<rocksdb::Logger> warnings_only() {
    return std::make_shared<Warnings>();
}

}  // namespace muster
