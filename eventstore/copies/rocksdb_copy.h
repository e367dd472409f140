// Copies of files and folders, through a Disk. Any thread.
#pragma once

#include "eventstore/machine/disk.h"

#include <set>
#include <string>

namespace muster {

struct FolderCopy {
    Disk::Path from;
    Disk::Path to;                 ///< made when it is missing
    std::set<std::string> except;  ///< names directly below `from` that stay out
    bool durable = true;
};

/// Copies a folder with all that is below it. Files that are there already are replaced.
std::expected<void, Failure> copy_folder(Disk& disk, const FolderCopy& copy);

}  // namespace muster
