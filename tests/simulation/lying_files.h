// A disk that lies: syncs of some files report success and do nothing. For the controls.
#pragma once

#include <rocksdb/file_system.h>

#include <functional>
#include <memory>
#include <string>

namespace muster::simulation {

using LiesAbout = std::function<bool(const std::string& path)>;

std::shared_ptr<rocksdb::FileSystem> make_lying_files(std::shared_ptr<rocksdb::FileSystem> target,
                                                      LiesAbout lies_about);

}  // namespace muster::simulation
