// Asking what stands beside the log, and putting its signing key aside.
#include "api/accept_log.h"

#include "projections/views.h"

namespace muster {
namespace {

std::expected<void, Failure> put_signing_key_aside(Disk& disk, const std::filesystem::path& keys) {
    const auto there = disk.has(keys / "signing-key");
    if (!there) return std::unexpected(there.error());
    if (!*there) return {};
    if (auto moved = disk.rename(keys / "signing-key", keys / "signing-key-before"); !moved) {
        return moved;
    }
    return disk.sync_folder(keys);
}

}  // namespace

std::expected<AcceptedLog, Failure> accept_log(const std::filesystem::path& data,
                                               std::optional<Position> give_up_after, Disk& disk) {
    AcceptOrder order{.memories = {},
                      .give_up_after = give_up_after,
                      .before_new_identity =
                          [&] { return put_signing_key_aside(disk, data / "keys"); }};
    const auto of_keys = memory_of_keys(disk, data / "keys");
    if (!of_keys) return std::unexpected(of_keys.error());
    if (*of_keys) order.memories.push_back(**of_keys);
    const auto of_views = memory_of_views(data / "views", disk);
    if (!of_views) return std::unexpected(of_views.error());
    if (*of_views) order.memories.push_back(**of_views);
    return accept_rocksdb_log(data / "log", {.disk = &disk}, order);
}

}  // namespace muster
