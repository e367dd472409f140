// The subcommands for a log that cannot be opened: accept it without its mark, or salvage what is
// whole of it. No server may have the data folder.
#include "api/accept_log.h"
#include "eventstore/copies/rocksdb_copy.h"
#include "eventstore/copies/salvage.h"
#include "eventstore/proof/checkpoint.h"
#include "tools/muster/commands.h"

#include <iostream>

namespace muster::tool {
namespace {

int complain_of(const Failure& failure) {
    std::cerr << "muster: " << name_of(failure.kind) << ": " << failure.detail << "\n";
    if (failure.kind == FailureKind::in_use) std::cerr << "muster: stop the server first\n";
    return 1;
}

/// All of keys/ but what is about the old log alone, and the operator's key to the server.
std::expected<void, Failure> copy_keys(Disk& disk, const std::filesystem::path& data,
                                       const std::filesystem::path& new_data) {
    const FolderCopy keys{data / "keys",
                          new_data / "keys",
                          {"LOCK", "log-mark", "signing-key", "signing-key-before"}};
    if (auto copied = copy_folder(disk, keys); !copied) return copied;
    const auto key = disk.read_whole_file(data / "operator-key");
    if (!key && key.error().kind == FailureKind::not_found) return {};
    if (!key) return std::unexpected(key.error());
    return disk.write_whole_file(new_data / "operator-key", *key);
}

}  // namespace

int accept_log(const std::filesystem::path& data, std::optional<std::uint64_t> give_up_after) {
    std::optional<Position> last;
    if (give_up_after) last = Position{*give_up_after};
    const auto accepted = muster::accept_log(data, last);
    if (!accepted) return complain_of(accepted.error());
    std::cout << "The log in " << (data / "log").string() << " is whole up to position "
              << accepted->head.size << "; it has a new mark.\n";
    if (accepted->id == accepted->former_id) return 0;
    std::cout << "What followed is given up. So that it does not pass for the log that had that,\n"
              << "it is " << origin_of(accepted->id) << " from now on, and no longer\n"
              << origin_of(accepted->former_id) << ".\n";
    return 0;
}

int salvage_data(const std::filesystem::path& data, const std::filesystem::path& new_data) {
    Disk& disk = Disk::of_this_machine();
    const auto has_keys = disk.has(new_data / "keys");
    if (!has_keys) return complain_of(has_keys.error());
    if (*has_keys) {
        return complain_of({FailureKind::io_error,
                            (new_data / "keys").string() + " is there already; name a new folder"});
    }
    if (auto made = disk.make_private_folder(new_data); !made) return complain_of(made.error());
    const auto report = salvage_log(data / "log", new_data / "log", disk);
    if (!report) return complain_of(report.error());
    if (auto copied = copy_keys(disk, data, new_data); !copied) return complain_of(copied.error());
    std::cout << text_of(*report) << "\nThis report is in "
              << (new_data / "log" / "salvage-report").string() << "\n";
    return 0;
}

}  // namespace muster::tool
