// Where RocksDB's files and messages go: files belong to their owner alone, and warnings go to our
// own log instead of a LOG file. A LOG file is a danger besides: when a full disk refuses one of
// its lines, Debian's RocksDB (built with its assertions) aborts at the next.
#pragma once

#include <rocksdb/env.h>
#include <memory>

namespace muster {

/// One for the whole process, never destroyed. Any thread.
rocksdb::Env* private_environment();
std::shared_ptr<rocksdb::Logger> warnings_only();

}  // namespace muster
