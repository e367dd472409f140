// Generations on disk.
#include "projections/generations.h"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <charconv>
#include <string_view>

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

}  // namespace

std::expected<Generations, Failure> Generations::open(const std::filesystem::path& folder,
                                                      Disk& disk) {
    if (auto made = disk.make_private_folder(folder); !made) return std::unexpected(made.error());
    auto lock = disk.lock(folder / "LOCK");
    if (!lock) return std::unexpected(lock.error());
    const auto names = disk.names_in(folder);
    if (!names) return std::unexpected(names.error());
    Generations generations{folder, disk, std::move(*lock)};
    for (const std::string& name : *names) {
        generations.newest_->store(
            std::max(generations.newest_->load(), number_of(name).value_or(0)));
    }
    return generations;
}

std::optional<std::string> Generations::name_in(const char* file) const {
    const auto bytes = disk().read_whole_file(folder_ / file);
    if (!bytes) return std::nullopt;
    const std::string name = bytes->substr(0, bytes->find('\n'));
    if (!number_of(name)) return std::nullopt;
    return name;
}

std::string Generations::fresh_name() {
    return std::string{name_prefix} + std::to_string(++*newest_);
}

std::expected<void, Failure> Generations::make_current(const std::string& name) const {
    return disk().write_whole_file(folder_ / "CURRENT", name + "\n");
}

std::expected<void, Failure> Generations::remember_rebuilding(const std::string& name) const {
    return disk().write_whole_file(folder_ / "REBUILDING", name + "\n");
}

void Generations::remove(const std::string& name) const {
    const auto removed = disk().remove_all(folder_ / name);
    if (!removed) spdlog::warn("views: {} stays: {}", name, removed.error().detail);
}

void Generations::remove_all_but(const std::set<std::string>& names) const {
    const auto there = disk().names_in(folder_);
    if (!there) return spdlog::warn("views: {}", there.error().detail);
    for (const std::string& found : *there) {
        if (number_of(found) && !names.contains(found)) remove(found);
    }
}

}  // namespace muster
