// Trying the disk.
#include "eventstore/machine/disk_probe.h"

namespace muster {
namespace {

constexpr std::size_t probe_bytes = std::size_t{1} << 20;

}  // namespace

std::expected<void, Failure> probe_disk(Disk& disk, const Disk::Path& folder) {
    auto written = disk.write_whole_file(folder / "probe", std::string(probe_bytes, '#'));
    // An unfinished one goes too.
    for (const char* name : {"probe", "probe.new"}) {
        auto removed = disk.remove_all(folder / name);
        if (written && !removed) written = removed;
    }
    return written;
}

}  // namespace muster
