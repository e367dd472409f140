// Files, locks and syncs around a store.
#include "eventstore/store_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace muster {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
    explicit Descriptor(int number) : number_{number} {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    bool is_open() const { return number_ >= 0; }
    int number() const { return number_; }

 private:
    int number_;
};

std::unexpected<Failure> failed(std::string_view doing, const fs::path& path, int error) {
    return std::unexpected(Failure{FailureKind::io_error, std::string{doing} + " " + path.string() +
                                                              ": " + std::strerror(error)});
}

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// The number in FORMAT; nothing when there is no such file.
std::expected<std::optional<std::uint64_t>, Failure> stored_format(const fs::path& folder,
                                                                   std::string_view name) {
    const auto file = folder / "FORMAT";
    if (!is_there(file)) return std::nullopt;
    const auto text = read_whole_file(file);
    if (!text) return std::unexpected(text.error());
    std::string_view rest{*text};
    std::uint64_t number = 0;
    const auto prefix = std::string{name} + " ";
    if (rest.starts_with(prefix) && rest.ends_with('\n')) {
        rest.remove_prefix(prefix.size());
        rest.remove_suffix(1);
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (error == std::errc{} && end == rest.data() + rest.size()) return number;
    }
    return std::unexpected(
        Failure{FailureKind::corrupted, file.string() + " does not name a format of " + prefix});
}

std::expected<void, Failure> check_format(const fs::path& folder, const StoreFormat& format) {
    const auto stored = stored_format(folder, format.name);
    if (!stored) return std::unexpected(stored.error());
    const bool has_store = is_there(folder / "store");
    if (!*stored) {
        if (!has_store) return {};
        return std::unexpected(Failure{FailureKind::corrupted,
                                       folder.string() + " has a store but its FORMAT is missing"});
    }
    if (**stored > format.number) {
        return std::unexpected(Failure{FailureKind::newer_format,
                                       folder.string() + " has format " + std::to_string(**stored) +
                                           "; this release knows formats up to " +
                                           std::to_string(format.number)});
    }
    // An interrupted making leaves FORMAT and `store.new`; FORMAT alone means that the store went.
    if (!has_store && !is_there(folder / "store.new")) {
        return std::unexpected(
            Failure{FailureKind::corrupted,
                    folder.string() + " has a FORMAT but the store beside it is missing"});
    }
    return {};
}

}  // namespace

std::expected<void, Failure> sync_folder(const fs::path& folder) {
    const Descriptor descriptor{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!descriptor.is_open()) return failed("opening", folder, errno);
    if (::fsync(descriptor.number()) != 0) return failed("syncing", folder, errno);
    return {};
}

std::expected<void, Failure> make_private_folder(const fs::path& folder) {
    if (is_there(folder)) return {};
    const auto parent = fs::absolute(folder).lexically_normal().parent_path();
    if (auto made = make_private_folder(parent); !made) return made;
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return failed("making", folder, errno);
    }
    return sync_folder(parent);
}

std::expected<void, Failure> write_whole_file(const fs::path& file, std::string_view bytes) {
    auto unfinished = file;
    unfinished += ".new";
    if (::unlink(unfinished.c_str()) != 0 && errno != ENOENT) {
        return failed("removing", unfinished, errno);
    }
    {
        const Descriptor descriptor{
            ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
        if (!descriptor.is_open()) return failed("making", unfinished, errno);
        while (!bytes.empty()) {
            const auto written = ::write(descriptor.number(), bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return failed("writing", unfinished, errno);
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(descriptor.number()) != 0) return failed("syncing", unfinished, errno);
    }
    if (::rename(unfinished.c_str(), file.c_str()) != 0) return failed("renaming", file, errno);
    return sync_folder(file.parent_path());
}

std::expected<std::string, Failure> read_whole_file(const fs::path& file) {
    std::ifstream stream{file, std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream) return failed("reading", file, errno);
    return bytes;
}

std::expected<StoreFolder, Failure> StoreFolder::open(const fs::path& folder,
                                                      const StoreFormat& format) {
    if (auto known = check_format(folder, format); !known) return std::unexpected(known.error());
    if (auto made = make_private_folder(folder); !made) return std::unexpected(made.error());
    StoreFolder result{folder, format};
    if (auto locked = result.lock(); !locked) return std::unexpected(locked.error());
    return result;
}

StoreFolder::StoreFolder(StoreFolder&& other) noexcept
    : folder_{std::move(other.folder_)}, format_{other.format_}, lock_{other.lock_} {
    other.lock_ = -1;
}

StoreFolder::~StoreFolder() {
    if (lock_ < 0) return;
    // Unlocked by name: a forked child may still hold a copy of the descriptor.
    ::flock(lock_, LOCK_UN);
    ::close(lock_);
}

std::expected<void, Failure> StoreFolder::lock() {
    const auto file = folder_ / "LOCK";
    lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (lock_ < 0) return failed("opening", file, errno);
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return {};
    const int error = errno;
    ::close(lock_);
    lock_ = -1;
    if (error != EWOULDBLOCK) return failed("locking", file, error);
    return std::unexpected(
        Failure{FailureKind::in_use, folder_.string() + " is open in another process"});
}

bool StoreFolder::has_store() const {
    return is_there(store());
}

std::expected<void, Failure> StoreFolder::begin_store() {
    std::error_code error;
    fs::remove_all(new_store(), error);
    if (error) return failed("removing", new_store(), error.value());
    return make_private_folder(new_store());
}

std::expected<void, Failure> StoreFolder::finish_store() {
    const auto line = std::string{format_.name} + " " + std::to_string(format_.number) + "\n";
    if (auto written = write_whole_file(folder_ / "FORMAT", line); !written) return written;
    if (::rename(new_store().c_str(), store().c_str()) != 0) {
        return failed("renaming", new_store(), errno);
    }
    return sync_folder(folder_);
}

}  // namespace muster
