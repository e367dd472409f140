// Generations on disk.
#include "projections/generations.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <string_view>
#include <utility>

namespace muster {
namespace {

constexpr std::string_view name_prefix = "generation-";

/// The number of a generation's name; nothing for anything else.
std::optional<std::uint64_t> number_of(std::string_view name) {
    if (!name.starts_with(name_prefix)) return std::nullopt;
    name.remove_prefix(name_prefix.size());
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
    if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
    return value;
}

std::unexpected<Failure> io_failure(const std::string& what, const std::string& why) {
    return std::unexpected(Failure{FailureKind::io_error, "views: " + what + ": " + why});
}

std::unexpected<Failure> io_failure(const std::string& what) {
    return io_failure(what, std::strerror(errno));
}

bool write_whole(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::expected<void, Failure> sync_folder(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return io_failure("the folder cannot be opened");
    const bool synced = ::fsync(descriptor) == 0;
    const int error = errno;
    ::close(descriptor);
    errno = error;
    if (!synced) return io_failure("the folder cannot be synced");
    return {};
}

}  // namespace

std::expected<Generations, Failure> Generations::open(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return io_failure("the folder cannot be made", error.message());
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error) return io_failure("the folder cannot be made private", error.message());
    const int lock = ::open((folder / "LOCK").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return io_failure("LOCK cannot be opened");
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        return std::unexpected(Failure{FailureKind::in_use, "another process has the views open"});
    }
    Generations generations{folder, lock};
    for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
        if (const auto number = number_of(entry.path().filename().string())) {
            generations.newest_ = std::max(generations.newest_, *number);
        }
    }
    if (error) return io_failure("the folder cannot be listed", error.message());
    return generations;
}

Generations::Generations(std::filesystem::path folder, int lock)
    : folder_{std::move(folder)}, lock_{lock} {}

Generations::Generations(Generations&& other) noexcept
    : folder_{std::move(other.folder_)},
      lock_{std::exchange(other.lock_, -1)},
      newest_{other.newest_} {}

Generations::~Generations() {
    if (lock_ >= 0) ::close(lock_);
}

std::optional<std::string> Generations::current() const {
    std::ifstream file{folder_ / "CURRENT"};
    std::string name;
    if (!std::getline(file, name) || !number_of(name)) return std::nullopt;
    return name;
}

std::string Generations::fresh_name() {
    return std::string{name_prefix} + std::to_string(++newest_);
}

std::expected<void, Failure> Generations::make_current(const std::string& name) const {
    const std::filesystem::path fresh = folder_ / "CURRENT.new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return io_failure("CURRENT cannot be written");
    const bool written = write_whole(file, name + "\n") && ::fsync(file) == 0;
    const int error = errno;
    ::close(file);
    errno = error;
    if (!written) return io_failure("CURRENT cannot be written");
    if (::rename(fresh.c_str(), (folder_ / "CURRENT").c_str()) != 0) {
        return io_failure("CURRENT cannot be replaced");
    }
    return sync_folder(folder_);
}

void Generations::remove_all_but(const std::optional<std::string>& name) const {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{folder_, error}) {
        const std::string found = entry.path().filename().string();
        if (!number_of(found) || found == name) continue;
        std::error_code removal;
        std::filesystem::remove_all(entry.path(), removal);
        if (removal) spdlog::warn("views: {} cannot be removed: {}", found, removal.message());
    }
}

}  // namespace muster
