// The log on an embedded RocksDB (design.md section 6), in one folder that one process has open.
#pragma once

#include "eventstore/event_log.h"

#include <filesystem>
#include <memory>

namespace muster {

struct LogOptions {
    bool sync = true;  ///< off only in the control of a test, to show that the test can fail
};

/// Opens or makes the log. `in_use` when another process has it, `corrupted` with the positions
/// when what is there is not a whole log, `newer_format` untouched.
std::expected<std::unique_ptr<EventLog>, Failure> open_rocksdb_log(
    const std::filesystem::path& folder, const LogOptions& options = {});

}  // namespace muster
