// FORMAT, LOCK and the making of a store.
#include "eventstore/machine/store_folder.h"

#include <charconv>
#include <optional>
#include <string>

namespace muster {
namespace {

namespace fs = std::filesystem;

/// The number in FORMAT; nothing when there is no such file.
std::expected<std::optional<std::uint64_t>, Failure> stored_format(const Disk& disk,
                                                                   const fs::path& folder,
                                                                   std::string_view name) {
    const auto file = folder / "FORMAT";
    const auto text = disk.read_whole_file(file);
    if (!text && text.error().kind == FailureKind::not_found) return std::nullopt;
    if (!text) return std::unexpected(text.error());
    std::string_view rest{*text};
    std::uint64_t number = 0;
    const auto prefix = std::string{name} + " ";
    if (rest.starts_with(prefix) && rest.ends_with('\n')) {
        rest.remove_prefix(prefix.size());
        rest.remove_suffix(1);
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        // Nothing but what would have been written.
        const bool is_canonical = !rest.starts_with('0');
        if (error == std::errc{} && end == rest.data() + rest.size() && is_canonical) return number;
    }
    return corrupted(file.string() + " does not name a format of " + std::string{name} +
                     "; put the file back from a backup");
}

}  // namespace

std::expected<void, Failure> StoreFolder::check_format(const Disk& disk, const fs::path& folder,
                                                       const StoreFormat& format) {
    const auto stored = stored_format(disk, folder, format.name);
    if (!stored) return std::unexpected(stored.error());
    const auto has_store = disk.has(folder / "store");
    if (!has_store) return std::unexpected(has_store.error());
    if (!*stored) {
        if (!*has_store) return {};
        return corrupted(folder.string() +
                         " has a store but its FORMAT is missing; put the file back from a backup");
    }
    if (**stored > format.number) {
        return std::unexpected(Failure{FailureKind::newer_format,
                                       folder.string() + " has format " + std::to_string(**stored) +
                                           "; this release knows formats up to " +
                                           std::to_string(format.number)});
    }
    // An interrupted making leaves FORMAT and `store.new`; FORMAT alone means that the store went.
    const auto has_begun = disk.has(folder / "store.new");
    if (!has_begun) return std::unexpected(has_begun.error());
    if (!*has_store && !*has_begun) {
        return corrupted(folder.string() + " has a FORMAT but the store beside it is missing; " +
                         "put it back from a backup");
    }
    return {};
}

std::expected<StoreFolder, Failure> StoreFolder::open(Disk& disk, const fs::path& folder,
                                                      const StoreFormat& format) {
    if (auto known = check_format(disk, folder, format); !known) {
        return std::unexpected(known.error());
    }
    if (auto made = disk.make_private_folder(folder); !made) return std::unexpected(made.error());
    auto lock = disk.lock(folder / "LOCK");
    if (!lock) return std::unexpected(lock.error());
    StoreFolder result{disk, folder, format};
    result.lock_ = std::move(*lock);
    // Whoever made the folder may have ended before it was durable.
    if (auto synced = disk.sync_folder(folder.parent_path()); !synced) {
        return std::unexpected(synced.error());
    }
    return result;
}

std::expected<void, Failure> StoreFolder::begin_store() {
    if (auto removed = disk_->remove_all(new_store()); !removed) return removed;
    return disk_->make_private_folder(new_store());
}

std::expected<void, Failure> StoreFolder::finish_store() {
    const auto line = std::string{format_.name} + " " + std::to_string(format_.number) + "\n";
    if (auto written = disk_->write_whole_file(folder_ / "FORMAT", line); !written) return written;
    if (auto renamed = disk_->rename(new_store(), store()); !renamed) return renamed;
    return disk_->sync_folder(folder_);
}

}  // namespace muster
