// Accepting the log of a data folder that is refused: an operator's act, on a folder that no server
// has open. What keys/ and views/ have seen is heard.
#pragma once

#include "eventstore/log/rocksdb_log.h"

#include <expected>
#include <filesystem>
#include <optional>

namespace muster {

/// accept_rocksdb_log (rocksdb_log.h) for DATA. Where something is given up the views are built
/// anew at the next start, and the key that signed for the log so far is put aside as
/// keys/signing-key-before.
std::expected<AcceptedLog, Failure> accept_log(const std::filesystem::path& data,
                                               std::optional<Position> give_up_after,
                                               Disk& disk = Disk::of_this_machine());

}  // namespace muster
