// The open files of a machine: each asks for power before it reads, and tells the machine what it
// writes and syncs.
#pragma once

#include "tests/power/machine.h"

#include <rocksdb/file_system.h>

#include <memory>

namespace muster::test {

std::unique_ptr<rocksdb::FSSequentialFile> powered(std::unique_ptr<rocksdb::FSSequentialFile> file,
                                                   std::shared_ptr<Machine> machine);
std::unique_ptr<rocksdb::FSRandomAccessFile> powered(
    std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::shared_ptr<Machine> machine);
std::unique_ptr<rocksdb::FSWritableFile> powered(std::unique_ptr<rocksdb::FSWritableFile> file,
                                                 std::shared_ptr<Machine> machine,
                                                 DiskNodePtr node);
std::unique_ptr<rocksdb::FSRandomRWFile> powered(std::unique_ptr<rocksdb::FSRandomRWFile> file,
                                                 std::shared_ptr<Machine> machine,
                                                 DiskNodePtr node);
/// Of a folder; the target's handle is not needed.
std::unique_ptr<rocksdb::FSDirectory> powered_folder(std::shared_ptr<Machine> machine,
                                                     DiskNodePtr node);

}  // namespace muster::test
