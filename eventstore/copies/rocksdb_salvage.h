// What can still be read of the RocksDB of a damaged log. It is opened on a copy, because each way
// of opening it may change what it finds. Private to salvage; one thread.
#pragma once

#include "eventstore/log/event_log.h"
#include "eventstore/machine/disk.h"

#include <functional>
#include <optional>

namespace muster {

/// How a damaged store is brought to open, the gentlest first.
enum class Remedy : std::uint8_t {
    none,            ///< as the log itself opens it
    stop_at_damage,  ///< with what the write-ahead log holds before its first damage
    repair,          ///< from the files that are whole, whatever RocksDB knew of them
};

/// What the log's rows say of it; nothing where they cannot be read.
struct SalvagedNotes {
    std::optional<boost::uuids::uuid> log_id;
    std::optional<Position> head;
};

/// The first position that is not whole, and why.
struct DamageFound {
    Position position{};
    std::string why;
};

class DamagedStore {
 public:
    static std::expected<std::unique_ptr<DamagedStore>, Failure> open(Disk& disk,
                                                                      const Disk::Path& copy,
                                                                      Remedy remedy);
    virtual ~DamagedStore() = default;

    virtual SalvagedNotes notes() const = 0;
    /// Hands over the commits from position 1 on as long as each follows the one before, is whole
    /// and has the leaf that the hash tree kept of it, if that can be read. What `take` refuses
    /// ends it, too. Nothing when every commit was whole up to the newest that is there.
    virtual std::optional<DamageFound> read_prefix(
        const std::function<std::expected<void, Failure>(const StoredCommit&)>& take) const = 0;
    struct Beyond {
        std::uint64_t count = 0;
        Position newest{};
    };
    /// Commits beyond a position that can be found, although not joined to the prefix.
    virtual Beyond found_beyond(Position position) const = 0;
};

}  // namespace muster
