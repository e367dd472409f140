// What a disk would remember of a folder if the power went now: of each file what was synced, of
// each folder the changes of its entries that were not. Everybody reads the target, where writes
// arrive at once as in a page cache; this remembers beside it what is needed to take them back.
//
// The model is strict POSIX: syncing a file makes its bytes durable but not its name, syncing a
// folder makes the names in it durable but not their bytes. Bytes that were synced never change
// unless they are written over; a sector that is written over may lose what was in it.
//
// One thread at a time.
#pragma once

#include "tests/power/power_loss.h"

#include <rocksdb/file_system.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace muster::test {

constexpr std::uint64_t sector_bytes = 512;

/// A file or a folder, whatever its name is by now.
struct DiskNode {
    bool is_folder = false;
    DiskNode* parent = nullptr;  ///< null when it has no name any more, and for the root
    std::string name = {};
    std::map<std::string, std::shared_ptr<DiskNode>> entries = {};  ///< those that were asked for

    std::uint64_t size = 0;          ///< of a file, as everybody reads it
    std::uint64_t durable_size = 0;  ///< of a file
    /// What is durable in the sectors that were written over or cut off since the last sync.
    std::map<std::uint64_t, std::string> before = {};

    bool is_clean() const { return size == durable_size && before.empty(); }
};
using DiskNodePtr = std::shared_ptr<DiskNode>;

/// One change of the entries of a folder that no sync has made durable yet.
struct EntryChange {
    enum class Kind : std::uint8_t { made, removed, renamed };

    Kind kind = Kind::made;
    DiskNodePtr node = {};
    DiskNodePtr folder = {};
    std::string name = {};
    DiskNodePtr new_folder = {};  ///< of a renaming
    std::string new_name = {};    ///< of a renaming
    DiskNodePtr replaced = {};    ///< by a renaming, if anything
    std::string aside = {};       ///< where a removed or replaced file lies, to come back
};

class DiskMemory {
 public:
    using FileSystem = rocksdb::FileSystem;
    using IOStatus = rocksdb::IOStatus;

    /// Everything below the root is durable as it is.
    DiskMemory(std::shared_ptr<FileSystem> target, std::string root);

    /// Paths are compared in this form.
    static std::string normal(const std::string& path);
    bool is_below_root(const std::string& normal_path) const;
    /// The name in the root folder under which removed files are kept.
    static constexpr const char* hidden_name = ".gone";
    const std::string& root() const { return root_path_; }

    /// What the target has there.
    DiskNodePtr node_at(const std::string& path);
    bool has(const std::string& path) const;
    bool is_folder(const std::string& path);
    /// Whether the folder that it would be made in is there.
    bool has_folder_of(const std::string& path);

    // Names. Each is done on the target and remembered.
    DiskNodePtr made(const std::string& path, bool is_folder);
    void linked(const std::string& from, const std::string& to);
    IOStatus remove(const std::string& path);
    IOStatus remove_folder(const std::string& path);
    IOStatus rename(const std::string& from, const std::string& to);
    void folder_synced(const DiskNode& folder);

    // Bytes: called before the target is changed, but for `synced`.
    void will_write(DiskNode& file, std::uint64_t offset, std::uint64_t bytes);
    void will_truncate(DiskNode& file, std::uint64_t size);
    static void synced(DiskNode& file);

    /// Takes back what the chance of this loss takes. The target has only durable bytes afterwards.
    PowerLoss lose(std::uint64_t seed, const LossOptions& options);

 private:
    struct Place {
        DiskNodePtr folder;
        std::string name;
    };
    bool is_folder_of_target(const std::string& path) const;
    Place place_of(const std::string& path);
    std::optional<std::string> path_of(const DiskNode& node) const;
    void attach(const Place& place, const DiskNodePtr& node);
    static void detach(const DiskNodePtr& folder, const std::string& name);
    void keep_durable_sectors(DiskNode& file, std::uint64_t from, std::uint64_t to);
    std::string put_aside(const std::string& path);
    void forget(const EntryChange& change);
    void undo(const EntryChange& change);
    void undo_made(const EntryChange& change, const std::string& folder);
    void undo_removed(const EntryChange& change, const std::string& folder);
    void undo_renamed(const EntryChange& change, const std::string& folder);
    void remove_tree(const std::string& path);
    void lose_bytes(DiskNode& node, Chance& chance, PowerLoss& loss);

    const std::shared_ptr<FileSystem> target_;
    const std::string root_path_;
    const DiskNodePtr root_;
    std::vector<EntryChange> changes_;  ///< oldest first
    std::uint64_t put_aside_count_ = 0;
};

}  // namespace muster::test
