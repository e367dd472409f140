// Remembering what is not durable, and taking it back.
#include "tests/power/disk_memory.h"

#include "domain/ensure.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

namespace muster::test {
namespace {

const rocksdb::IOOptions io;

/// The target is a real disk or memory; a fault that is injected belongs above this.
void ensure_ok(const rocksdb::IOStatus& status) {
    if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
    ENSURE(status.ok());
}

}  // namespace

DiskMemory::DiskMemory(std::shared_ptr<FileSystem> target, std::string root)
    : target_{std::move(target)},
      root_path_{normal(root)},
      root_{std::make_shared<DiskNode>(DiskNode{.is_folder = true})} {}

std::string DiskMemory::normal(const std::string& path) {
    std::string result = std::filesystem::path{path}.lexically_normal().string();
    while (result.size() > 1 && result.ends_with('/')) result.pop_back();
    return result;
}

bool DiskMemory::is_below_root(const std::string& normal_path) const {
    return normal_path.size() > root_path_.size() && normal_path.starts_with(root_path_) &&
           normal_path[root_path_.size()] == '/';
}

bool DiskMemory::has(const std::string& path) const {
    return target_->FileExists(path, io, nullptr).ok();
}

bool DiskMemory::is_folder(const std::string& path) {
    const DiskNodePtr node = node_at(path);
    return node && node->is_folder;
}

bool DiskMemory::has_folder_of(const std::string& path) {
    return is_folder(std::filesystem::path{path}.parent_path().string());
}

/// RocksDB's memory cannot tell a folder from an empty file.
bool DiskMemory::is_folder_of_target(const std::string& path) const {
    bool is_folder = false;
    if (target_->IsDirectory(path, io, &is_folder, nullptr).ok()) return is_folder;
    std::vector<std::string> names;
    return target_->GetChildren(path, io, &names, nullptr).ok() && !names.empty();
}

DiskMemory::Place DiskMemory::place_of(const std::string& path) {
    const std::filesystem::path whole{path};
    return {node_at(whole.parent_path().string()), whole.filename().string()};
}

DiskNodePtr DiskMemory::node_at(const std::string& path) {
    if (path == root_path_) return root_;
    if (!is_below_root(path)) return nullptr;
    const Place place = place_of(path);
    if (!place.folder) return nullptr;
    if (const auto found = place.folder->entries.find(place.name);
        found != place.folder->entries.end()) {
        return found->second;
    }
    if (!has(path)) return nullptr;
    auto node = std::make_shared<DiskNode>();
    node->is_folder = is_folder_of_target(path);
    if (!node->is_folder) {
        ensure_ok(target_->GetFileSize(path, io, &node->size, nullptr));
        node->durable_size = node->size;
    }
    attach(place, node);
    return node;
}

std::optional<std::string> DiskMemory::path_of(const DiskNode& node) const {
    if (&node == root_.get()) return root_path_;
    if (node.parent == nullptr) return std::nullopt;
    const auto folder = path_of(*node.parent);
    if (!folder) return std::nullopt;
    return *folder + "/" + node.name;
}

void DiskMemory::attach(const Place& place, const DiskNodePtr& node) {
    place.folder->entries[place.name] = node;
    node->parent = place.folder.get();
    node->name = place.name;
}

void DiskMemory::detach(const DiskNodePtr& folder, const std::string& name) {
    const auto found = folder->entries.find(name);
    if (found == folder->entries.end()) return;
    const DiskNodePtr node = found->second;
    folder->entries.erase(found);
    if (node->parent == folder.get() && node->name == name) node->parent = nullptr;
}

DiskNodePtr DiskMemory::made(const std::string& path, bool is_folder) {
    const Place place = place_of(path);
    auto node = std::make_shared<DiskNode>();
    node->is_folder = is_folder;
    attach(place, node);
    changes_.push_back({.node = node, .folder = place.folder, .name = place.name});
    return node;
}

void DiskMemory::linked(const std::string& from, const std::string& to) {
    const Place place = place_of(to);
    const DiskNodePtr node = node_at(from);
    place.folder->entries[place.name] = node;
    changes_.push_back({.node = node, .folder = place.folder, .name = place.name});
}

std::string DiskMemory::put_aside(const std::string& path) {
    const std::string folder = root_path_ + "/" + hidden_name;
    ensure_ok(target_->CreateDirIfMissing(folder, io, nullptr));
    const std::string aside = folder + "/" + std::to_string(++put_aside_count_);
    ensure_ok(target_->RenameFile(path, aside, io, nullptr));
    return aside;
}

rocksdb::IOStatus DiskMemory::remove(const std::string& path) {
    const DiskNodePtr node = node_at(path);
    if (!node || node->is_folder) return target_->DeleteFile(path, io, nullptr);
    const Place place = place_of(path);
    detach(place.folder, place.name);
    changes_.push_back({.kind = EntryChange::Kind::removed,
                        .node = node,
                        .folder = place.folder,
                        .name = place.name,
                        .aside = put_aside(path)});
    return IOStatus::OK();
}

rocksdb::IOStatus DiskMemory::remove_folder(const std::string& path) {
    const DiskNodePtr node = node_at(path);
    std::vector<std::string> names;
    target_->GetChildren(path, io, &names, nullptr).PermitUncheckedError();
    if (std::ranges::any_of(names, [](const auto& name) { return name != "." && name != ".."; })) {
        return IOStatus::IOError(path + " is not empty");
    }
    IOStatus removed = target_->DeleteDir(path, io, nullptr);
    if (!removed.ok()) return removed;
    const Place place = place_of(path);
    detach(place.folder, place.name);
    changes_.push_back({.kind = EntryChange::Kind::removed,
                        .node = node,
                        .folder = place.folder,
                        .name = place.name});
    return removed;
}

rocksdb::IOStatus DiskMemory::rename(const std::string& from, const std::string& to) {
    const DiskNodePtr node = node_at(from);
    if (!node || !has_folder_of(to)) return IOStatus::PathNotFound(from + " to " + to);
    if (from == to) return IOStatus::OK();
    EntryChange change{.kind = EntryChange::Kind::renamed, .node = node};
    if (const DiskNodePtr old = node_at(to)) {
        if (old->is_folder) {
            if (IOStatus removed = remove_folder(to); !removed.ok()) return removed;
        } else {
            change.replaced = old;
            change.aside = put_aside(to);
        }
    }
    ensure_ok(target_->RenameFile(from, to, io, nullptr));
    const Place old_place = place_of(from);
    const Place new_place = place_of(to);
    detach(old_place.folder, old_place.name);
    detach(new_place.folder, new_place.name);
    attach(new_place, node);
    change.folder = old_place.folder;
    change.name = old_place.name;
    change.new_folder = new_place.folder;
    change.new_name = new_place.name;
    changes_.push_back(std::move(change));
    return IOStatus::OK();
}

void DiskMemory::forget(const EntryChange& change) {
    if (!change.aside.empty()) ensure_ok(target_->DeleteFile(change.aside, io, nullptr));
}

void DiskMemory::folder_synced(const DiskNode& folder) {
    // With a renaming from elsewhere goes what happened to its old name before.
    std::set<std::pair<const DiskNode*, std::string>> durable;
    std::vector<EntryChange> left;
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
        const bool moved = change->kind == EntryChange::Kind::renamed;
        const bool synced =
            change->folder.get() == &folder || (moved && change->new_folder.get() == &folder) ||
            durable.contains({change->folder.get(), change->name}) ||
            (moved && durable.contains({change->new_folder.get(), change->new_name}));
        if (!synced) {
            left.push_back(std::move(*change));
            continue;
        }
        durable.emplace(change->folder.get(), change->name);
        if (moved) durable.emplace(change->new_folder.get(), change->new_name);
        forget(*change);
    }
    changes_.assign(std::make_move_iterator(left.rbegin()), std::make_move_iterator(left.rend()));
}

void DiskMemory::keep_durable_sectors(DiskNode& file, std::uint64_t from, std::uint64_t to) {
    to = std::min(to, file.durable_size);
    if (from >= to) return;
    const auto path = path_of(file);
    if (!path) return;
    std::unique_ptr<rocksdb::FSRandomAccessFile> reader;
    for (std::uint64_t sector = from / sector_bytes; sector * sector_bytes < to; ++sector) {
        if (file.before.contains(sector)) continue;
        if (!reader) ensure_ok(target_->NewRandomAccessFile(*path, {}, &reader, nullptr));
        const std::uint64_t start = sector * sector_bytes;
        std::string scratch(std::min(sector_bytes, file.durable_size - start), '\0');
        rocksdb::Slice bytes;
        ensure_ok(reader->Read(start, scratch.size(), io, &bytes, scratch.data(), nullptr));
        file.before[sector] = bytes.ToString();
    }
}

void DiskMemory::will_write(DiskNode& file, std::uint64_t offset, std::uint64_t bytes) {
    keep_durable_sectors(file, offset, offset + bytes);
    file.size = std::max(file.size, offset + bytes);
}

void DiskMemory::will_truncate(DiskNode& file, std::uint64_t size) {
    if (size < file.size) keep_durable_sectors(file, size, file.durable_size);
    file.size = size;
}

void DiskMemory::synced(DiskNode& file) {
    file.durable_size = file.size;
    file.before.clear();
}

PowerLoss DiskMemory::lose(std::uint64_t seed, const LossOptions& options) {
    Chance chance{seed, options};
    PowerLoss loss;
    const std::vector<bool> undone = changes_undone(changes_, chance);
    for (std::size_t i = changes_.size(); i-- > 0;) {
        if (undone[i]) {
            undo(changes_[i]);
            ++loss.names_undone;
        }
    }
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        if (!undone[i]) forget(changes_[i]);
    }
    changes_.clear();
    remove_tree(root_path_ + "/" + hidden_name);
    lose_bytes(*root_, chance, loss);
    return loss;
}

void DiskMemory::undo(const EntryChange& change) {
    // Where the folder itself is gone there is nothing to come back to.
    const auto folder = path_of(*change.folder);
    if (!folder) return forget(change);
    switch (change.kind) {
        case EntryChange::Kind::made:
            return undo_made(change, *folder);
        case EntryChange::Kind::removed:
            return undo_removed(change, *folder);
        case EntryChange::Kind::renamed:
            return undo_renamed(change, *folder);
    }
}

void DiskMemory::undo_made(const EntryChange& change, const std::string& folder) {
    remove_tree(folder + "/" + change.name);
    detach(change.folder, change.name);
}

void DiskMemory::undo_removed(const EntryChange& change, const std::string& folder) {
    const std::string path = folder + "/" + change.name;
    if (change.node->is_folder) {
        ensure_ok(target_->CreateDir(path, io, nullptr));
    } else {
        ensure_ok(target_->RenameFile(change.aside, path, io, nullptr));
    }
    attach({change.folder, change.name}, change.node);
}

void DiskMemory::undo_renamed(const EntryChange& change, const std::string& folder) {
    const auto new_folder = path_of(*change.new_folder);
    if (!new_folder) return forget(change);
    const std::string new_path = *new_folder + "/" + change.new_name;
    ensure_ok(target_->RenameFile(new_path, folder + "/" + change.name, io, nullptr));
    detach(change.new_folder, change.new_name);
    attach({change.folder, change.name}, change.node);
    if (!change.replaced) return;
    ensure_ok(target_->RenameFile(change.aside, new_path, io, nullptr));
    attach({change.new_folder, change.new_name}, change.replaced);
}

void DiskMemory::remove_tree(const std::string& path) {
    if (!has(path)) return;
    if (!is_folder(path)) return ensure_ok(target_->DeleteFile(path, io, nullptr));
    std::vector<std::string> names;
    ensure_ok(target_->GetChildren(path, io, &names, nullptr));
    for (const std::string& name : names) {
        if (name != "." && name != "..") remove_tree(path + "/" + name);
    }
    ensure_ok(target_->DeleteDir(path, io, nullptr));
}

void DiskMemory::lose_bytes(DiskNode& node, Chance& chance, PowerLoss& loss) {
    for (const auto& [name, entry] : node.entries) lose_bytes(*entry, chance, loss);
    if (node.is_folder || node.is_clean()) return;
    const auto path = path_of(node);
    if (!path) return;
    std::string now;
    ensure_ok(rocksdb::ReadFileToString(target_.get(), *path, &now));
    // A write that the target failed may have come short.
    node.size = now.size();
    const std::string left = bytes_left(
        {.durable_size = node.durable_size, .before = node.before, .now = now}, chance, loss);
    if (left != now) {
        ensure_ok(rocksdb::WriteStringToFile(target_.get(), left, *path, false));
    }
    node.size = node.durable_size = left.size();
    node.before.clear();
}

}  // namespace muster::test
