// Whether a disk that was full, or failed, takes writes again.
#pragma once

#include "eventstore/machine/disk.h"

namespace muster {

/// Writes a file of a megabyte into this folder, durably, and removes it. To be asked before a
/// store is opened again: opening writes too, and while it fails nothing can be read.
std::expected<void, Failure> probe_disk(Disk& disk, const Disk::Path& folder);

}  // namespace muster
