// What our databases stand on: a file system whose files belong to their owner alone, and warnings
// that go to our own log instead of a LOG file. A LOG file is a danger besides: when a full disk
// refuses one of its lines, Debian's RocksDB (built with its assertions) aborts at the next.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <memory>

namespace muster {

/// Files are made 0600, folders 0700. Any thread.
std::shared_ptr<rocksdb::FileSystem> private_files();
std::shared_ptr<rocksdb::Logger> warnings_only();

}  // namespace muster
