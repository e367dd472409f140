// A loss of power can tear the end of the MANIFEST of a RocksDB: the newest record was written and
// not synced, so that nothing followed from it yet, and a part of it is on the disk. RocksDB takes
// that for damage. Without that record the store is what it was before, if that was all; whether it
// was is for its owner to prove.
#pragma once

#include "eventstore/machine/disk.h"

#include <expected>
#include <functional>
#include <optional>
#include <string_view>

namespace muster {

/// Where the last whole record ends, when something follows it that is none; nothing otherwise.
std::optional<std::size_t> torn_end_of(std::string_view manifest);

/// Opens the store through the disk that it is given and fails unless all that must be there is.
using ProveStore = std::function<std::expected<void, Failure>(Disk& disk)>;

/// Cuts the torn end off the MANIFEST of a closed store that cannot be opened, and keeps that when
/// the store proves to be whole without it. True when it can be opened now; false with everything
/// as it was otherwise. While it is tried no file is deleted.
std::expected<bool, Failure> mend_torn_manifest(Disk& disk, const Disk::Path& store,
                                                const ProveStore& prove);

}  // namespace muster
