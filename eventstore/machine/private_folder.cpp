// Permissions by <filesystem>; on the machine's own files only, for others have none.
#include "eventstore/machine/private_folder.h"

#include <spdlog/spdlog.h>

#include <string>
#include <system_error>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr fs::perms rights_of_others = fs::perms::group_all | fs::perms::others_all;

bool is_open_to_others(const fs::path& path) {
    std::error_code gone;
    const auto status = fs::status(path, gone);
    const auto others = status.permissions() & rights_of_others;
    return !gone && fs::exists(status) && others != fs::perms::none;
}

std::expected<void, Failure> close_path(const fs::path& path) {
    if (!is_open_to_others(path)) return {};
    std::error_code refused;
    fs::permissions(path, rights_of_others, fs::perm_options::remove, refused);
    if (refused) {
        return std::unexpected(Failure{
            FailureKind::io_error,
            "others than its owner may use " + path.string() +
                ", and it cannot be closed to them (" + refused.message() +
                "); chmod go= it, or name a folder below it for Muster to make"});
    }
    spdlog::warn("{} was open to others than its owner, and is closed to them now; who could use "
                 "it may have copied or changed what is in it",
                 path.string());
    return {};
}

/// Whether all that is in a folder is what Muster puts there, or nothing is.
bool is_of_muster_alone(const fs::path& data) {
    std::error_code unreadable;
    if (fs::exists(data / "log", unreadable) || fs::exists(data / "keys", unreadable)) return true;
    for (const auto& entry : fs::directory_iterator{data, unreadable}) {
        if (entry.path().filename() != "lost+found") return false;
    }
    return !unreadable;
}

}  // namespace

std::expected<void, Failure> close_to_others(const fs::path& data) {
    if (is_open_to_others(data) && !is_of_muster_alone(data)) {
        return std::unexpected(Failure{
            FailureKind::io_error, data.string() + " is open to others than its owner and holds "
                                                   "other things than Muster's; chmod 700 it, or "
                                                   "name a folder below it for Muster to make"});
    }
    if (auto closed = close_path(data); !closed) return closed;
    if (auto closed = close_path(data / "operator-key"); !closed) return closed;
    const fs::path keys = data / "keys";
    if (auto closed = close_path(keys); !closed) return closed;
    std::error_code unreadable;
    fs::recursive_directory_iterator entry{keys, fs::directory_options::skip_permission_denied,
                                           unreadable};
    for (; !unreadable && entry != fs::recursive_directory_iterator{};
         entry.increment(unreadable)) {
        if (entry->path().filename() == "signing-key") continue;
        if (auto closed = close_path(entry->path()); !closed) return closed;
    }
    if (!unreadable || !fs::exists(keys)) return {};
    return std::unexpected(
        Failure{FailureKind::io_error, keys.string() + " cannot be read: " + unreadable.message()});
}

}  // namespace muster
