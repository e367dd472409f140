// Files copied block by block.
#include "eventstore/copies/rocksdb_copy.h"

#include "eventstore/machine/rocksdb_support.h"

#include <rocksdb/file_system.h>

namespace muster {
namespace {

constexpr std::size_t block_bytes = 1U << 20U;

rocksdb::IOStatus copy_bytes(rocksdb::FSSequentialFile& from, rocksdb::FSWritableFile& to) {
    std::string block(block_bytes, '\0');
    while (true) {
        rocksdb::Slice read;
        auto status = from.Read(block.size(), {}, &read, block.data(), no_debugging);
        if (!status.ok() || read.empty()) return status;
        status = to.Append(read, {}, no_debugging);
        if (!status.ok()) return status;
    }
}

std::expected<void, Failure> copy_file(Disk& disk, const Disk::Path& from, const Disk::Path& to,
                                       bool durable) {
    const auto& files = disk.files();
    std::unique_ptr<rocksdb::FSSequentialFile> source;
    std::unique_ptr<rocksdb::FSWritableFile> target;
    auto status = files->NewSequentialFile(from.string(), {}, &source, no_debugging);
    if (status.ok()) status = files->NewWritableFile(to.string(), {}, &target, no_debugging);
    if (status.ok()) status = copy_bytes(*source, *target);
    if (status.ok() && durable) status = target->Sync({}, no_debugging);
    if (target) {
        const auto closed = target->Close({}, no_debugging);
        if (status.ok()) status = closed;
    }
    if (status.ok()) return {};
    return std::unexpected(failure_of(status, "copying " + from.string() + " to " + to.string()));
}

}  // namespace

std::expected<void, Failure> copy_folder(Disk& disk, const FolderCopy& copy) {
    if (auto made = disk.make_private_folder(copy.to); !made) return made;
    const auto names = disk.names_in(copy.from);
    if (!names) return std::unexpected(names.error());
    for (const auto& name : *names) {
        if (copy.except.contains(name)) continue;
        const auto from = copy.from / name;
        bool is_folder = false;
        const auto known = disk.files()->IsDirectory(from.string(), {}, &is_folder, no_debugging);
        if (!known.ok()) {
            return std::unexpected(failure_of(known, "looking at " + from.string()));
        }
        auto copied = is_folder ? copy_folder(disk, {from, copy.to / name, {}, copy.durable})
                                : copy_file(disk, from, copy.to / name, copy.durable);
        if (!copied) return copied;
    }
    return copy.durable ? disk.sync_folder(copy.to) : std::expected<void, Failure>{};
}

}  // namespace muster
