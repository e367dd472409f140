// Reading, writing and syncing while there is power.
#include "tests/power/powered_files.h"

#include <utility>

namespace muster::test {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// What all of them have.
struct Power {
    std::shared_ptr<Machine> machine;
    std::uint64_t run = machine->run();

    /// While others wait: at the cut nobody is told until the loss is complete.
    template <class Look>
    IOStatus look(const Look& does) const {
        return machine->look(run, does);
    }
    template <class Change>
    IOStatus change(const Change& does) const {
        return machine->change(run, does);
    }
};

class PoweredSequentialFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
    PoweredSequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file, Power power)
        : FSSequentialFileOwnerWrapper{std::move(file)}, power_{std::move(power)} {}

    IOStatus Read(size_t count, const IOOptions& options, Slice* result, char* scratch,
                  IODebugContext* debug) override {
        return power_.look(
            [&] { return FSSequentialFileWrapper::Read(count, options, result, scratch, debug); });
    }
    IOStatus PositionedRead(std::uint64_t offset, size_t count, const IOOptions& options,
                            Slice* result, char* scratch, IODebugContext* debug) override {
        return power_.look([&] {
            return FSSequentialFileWrapper::PositionedRead(offset, count, options, result, scratch,
                                                           debug);
        });
    }

 private:
    const Power power_;
};

class PoweredRandomAccessFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
    PoweredRandomAccessFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, Power power)
        : FSRandomAccessFileOwnerWrapper{std::move(file)}, power_{std::move(power)} {}

    IOStatus Read(std::uint64_t offset, size_t count, const IOOptions& options, Slice* result,
                  char* scratch, IODebugContext* debug) const override {
        return power_.look([&] {
            return FSRandomAccessFileWrapper::Read(offset, count, options, result, scratch, debug);
        });
    }
    IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t count, const IOOptions& options,
                       IODebugContext* debug) override {
        return power_.look(
            [&] { return FSRandomAccessFileWrapper::MultiRead(requests, count, options, debug); });
    }

 private:
    const Power power_;
};

class PoweredWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
    PoweredWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, Power power,
                        DiskNodePtr node)
        : FSWritableFileOwnerWrapper{std::move(file)},
          power_{std::move(power)},
          node_{std::move(node)} {}

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
        return power_.change([&](bool) {
            power_.machine->memory().will_write(*node_, node_->size, data.size());
            return FSWritableFileWrapper::Append(data, options, debug);
        });
    }
    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
        return Append(data, options, debug);
    }
    IOStatus PositionedAppend(const Slice&, std::uint64_t, const IOOptions&,
                              IODebugContext*) override {
        return IOStatus::NotSupported("direct I/O");
    }
    IOStatus PositionedAppend(const Slice&, std::uint64_t, const IOOptions&,
                              const rocksdb::DataVerificationInfo&, IODebugContext*) override {
        return IOStatus::NotSupported("direct I/O");
    }
    IOStatus Truncate(std::uint64_t size, const IOOptions& options,
                      IODebugContext* debug) override {
        return power_.change([&](bool) {
            power_.machine->memory().will_truncate(*node_, size);
            return FSWritableFileWrapper::Truncate(size, options, debug);
        });
    }
    IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
        return power_.look([&] { return FSWritableFileWrapper::Flush(options, debug); });
    }
    IOStatus Sync(const IOOptions&, IODebugContext*) override {
        return power_.change([&](bool last) {
            if (!last) DiskMemory::synced(*node_);
            return IOStatus::OK();
        });
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return Sync(options, debug);
    }
    bool IsSyncThreadSafe() const override { return true; }
    /// A hint to the system, which makes nothing durable.
    IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();
    }
    void PrepareWrite(size_t, size_t, const IOOptions&, IODebugContext*) override {}
    IOStatus Allocate(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();
    }
    IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
        const IOStatus closed = FSWritableFileWrapper::Close(options, debug);
        return power_.look([&] { return closed; });
    }

 private:
    const Power power_;
    const DiskNodePtr node_;
};

class PoweredRandomRWFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
    PoweredRandomRWFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, Power power,
                        DiskNodePtr node)
        : FSRandomRWFileOwnerWrapper{std::move(file)},
          power_{std::move(power)},
          node_{std::move(node)} {}

    IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options,
                   IODebugContext* debug) override {
        return power_.change([&](bool) {
            power_.machine->memory().will_write(*node_, offset, data.size());
            return FSRandomRWFileWrapper::Write(offset, data, options, debug);
        });
    }
    IOStatus Read(std::uint64_t offset, size_t count, const IOOptions& options, Slice* result,
                  char* scratch, IODebugContext* debug) const override {
        return power_.look([&] {
            return FSRandomRWFileWrapper::Read(offset, count, options, result, scratch, debug);
        });
    }
    IOStatus Sync(const IOOptions&, IODebugContext*) override {
        return power_.change([&](bool last) {
            if (!last) DiskMemory::synced(*node_);
            return IOStatus::OK();
        });
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return Sync(options, debug);
    }
    IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
        const IOStatus closed = FSRandomRWFileWrapper::Close(options, debug);
        return power_.look([&] { return closed; });
    }

 private:
    const Power power_;
    const DiskNodePtr node_;
};

class PoweredFolder final : public rocksdb::FSDirectory {
 public:
    PoweredFolder(Power power, DiskNodePtr node)
        : power_{std::move(power)}, node_{std::move(node)} {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override {
        return power_.change([&](bool last) {
            if (!last) power_.machine->memory().folder_synced(*node_);
            return IOStatus::OK();
        });
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override {
        return power_.look([] { return IOStatus::OK(); });
    }

 private:
    const Power power_;
    const DiskNodePtr node_;
};

}  // namespace

std::unique_ptr<rocksdb::FSSequentialFile> powered(std::unique_ptr<rocksdb::FSSequentialFile> file,
                                                   std::shared_ptr<Machine> machine) {
    return std::make_unique<PoweredSequentialFile>(std::move(file), Power{std::move(machine)});
}

std::unique_ptr<rocksdb::FSRandomAccessFile> powered(
    std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::shared_ptr<Machine> machine) {
    return std::make_unique<PoweredRandomAccessFile>(std::move(file), Power{std::move(machine)});
}

std::unique_ptr<rocksdb::FSWritableFile> powered(std::unique_ptr<rocksdb::FSWritableFile> file,
                                                 std::shared_ptr<Machine> machine,
                                                 DiskNodePtr node) {
    return std::make_unique<PoweredWritableFile>(std::move(file), Power{std::move(machine)},
                                                 std::move(node));
}

std::unique_ptr<rocksdb::FSRandomRWFile> powered(std::unique_ptr<rocksdb::FSRandomRWFile> file,
                                                 std::shared_ptr<Machine> machine,
                                                 DiskNodePtr node) {
    return std::make_unique<PoweredRandomRWFile>(std::move(file), Power{std::move(machine)},
                                                 std::move(node));
}

std::unique_ptr<rocksdb::FSDirectory> powered_folder(std::shared_ptr<Machine> machine,
                                                     DiskNodePtr node) {
    return std::make_unique<PoweredFolder>(Power{std::move(machine)}, std::move(node));
}

}  // namespace muster::test
