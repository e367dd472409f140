// A file system in memory: files and folders by their path, as POSIX has them. A file that is open
// stays when its name goes. Folders must be there before what is in them. Any thread.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <memory>

namespace muster::simulation {

std::shared_ptr<rocksdb::FileSystem> make_memory_files();

}  // namespace muster::simulation
