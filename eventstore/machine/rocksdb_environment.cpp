// Private files, and RocksDB's warnings in our own log.
#include "eventstore/machine/rocksdb_environment.h"

#include <rocksdb/file_system.h>
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace muster {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOStatus;

/// The folders are 0700 from the start, so nobody gets at a file before it is 0600; and a new file
/// is one from the start, and never what a link that was laid in its place points to.
class PrivateFiles final : public rocksdb::FileSystemWrapper {
 public:
    using FileSystemWrapper::FileSystemWrapper;
    const char* Name() const override { return "PrivateFiles"; }

    IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* debug) override {
        if (auto made = make_anew(name); !made.ok()) return made;
        return target()->NewWritableFile(name, options, result, debug);
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
    IOStatus CreateDir(const std::string& name, const rocksdb::IOOptions&,
                       IODebugContext*) override {
        if (::mkdir(name.c_str(), S_IRWXU) == 0) return IOStatus::OK();
        const int error = errno;
        return error == ENOSPC ? IOStatus::NoSpace(name, std::strerror(error))
                               : IOStatus::IOError("making " + name, std::strerror(error));
    }
    IOStatus CreateDirIfMissing(const std::string& name, const rocksdb::IOOptions& options,
                                IODebugContext* debug) override {
        // Looked at by name: a machine that is out of descriptors can still tell.
        struct stat found {};
        if (::stat(name.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) return IOStatus::OK();
        return CreateDir(name, options, debug);
    }

 private:
    static IOStatus make_anew(const std::string& name) {
        constexpr int how = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        int file = ::open(name.c_str(), how, S_IRUSR | S_IWUSR);
        if (file < 0 && errno == EEXIST && ::unlink(name.c_str()) == 0) {
            file = ::open(name.c_str(), how, S_IRUSR | S_IWUSR);
        }
        if (file >= 0 && ::close(file) == 0) return IOStatus::OK();
        const int error = errno;
        return error == ENOSPC ? IOStatus::NoSpace(name, std::strerror(error))
                               : IOStatus::IOError("making " + name, std::strerror(error));
    }
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

std::shared_ptr<rocksdb::FileSystem> private_files() {
    return std::make_shared<PrivateFiles>(rocksdb::FileSystem::Default());
}

std::shared_ptr<rocksdb::Logger> warnings_only() {
    return std::make_shared<Warnings>();
}

}  // namespace muster
