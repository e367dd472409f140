// Streaming the backup of a key store to and from a file, with a checksum over all of it.
#include "eventstore/keys/keys_file.h"

#include "domain/ensure.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/machine/rocksdb_support.h"

#include <rocksdb/file_system.h>

namespace muster {
namespace {

constexpr std::string_view keys_file_magic = "MUSTKEYS";
constexpr std::uint64_t file_format = 1;
constexpr std::size_t keys_file_block_bytes = 1U << 18U;
constexpr std::size_t longest_part = 1U << 20U;

std::string length_prefix(std::size_t length) {
    std::string bytes;
    append_big_endian(bytes, length, 4);
    return bytes;
}

/// Reads a file from its beginning.
class SummedFile {
 public:
    SummedFile(std::unique_ptr<rocksdb::FSSequentialFile> file, Disk::Path path)
        : file_{std::move(file)}, path_{std::move(path)} {}

    /// Exactly so many bytes.
    std::expected<std::string, Failure> take(std::size_t count) {
        std::string bytes(count, '\0');
        std::size_t got = 0;
        while (got < count) {
            rocksdb::Slice read;
            const auto status =
                file_->Read(count - got, {}, &read, bytes.data() + got, no_debugging);
            if (!status.ok()) {
                return std::unexpected(failure_of(status, "reading " + path_.string()));
            }
            if (read.empty()) return damaged("is cut off");
            // A file system may hand over bytes of its own.
            if (read.data() != bytes.data() + got) {
                bytes.replace(got, read.size(), read.data(), read.size());
            }
            got += read.size();
        }
        return bytes;
    }
    std::expected<std::string, Failure> take_summed(std::size_t count) {
        auto bytes = take(count);
        if (bytes) checksum_.add(*bytes);
        return bytes;
    }
    std::expected<std::size_t, Failure> take_length() {
        const auto bytes = take_summed(4);
        if (!bytes) return std::unexpected(bytes.error());
        const auto length = number_at(std::string(4, '\0') + *bytes, 0);
        if (length > longest_part) return damaged("is not well formed");
        return length;
    }
    std::expected<void, Failure> take_end() {
        const auto expected = std::string{view_of(checksum_.finish())};
        const auto found = take(expected.size());
        if (!found) return std::unexpected(found.error());
        if (*found != expected) return damaged("does not have the checksum it was written with");
        char more = 0;
        rocksdb::Slice read;
        const auto status = file_->Read(1, {}, &read, &more, no_debugging);
        if (!status.ok()) return std::unexpected(failure_of(status, "reading " + path_.string()));
        if (!read.empty()) return damaged("is longer than what was written");
        return {};
    }
    std::unexpected<Failure> damaged(std::string_view how) const {
        return std::unexpected(
            Failure{FailureKind::corrupted,
                    "the backup of keys/ " + path_.string() + " " + std::string{how}});
    }

 private:
    std::unique_ptr<rocksdb::FSSequentialFile> file_;
    Disk::Path path_;
    Sha256 checksum_;
};

std::expected<void, Failure> read_entries(SummedFile& reader, const TakeKeyRow& take) {
    while (true) {
        const auto name_length = reader.take_length();
        if (!name_length) return std::unexpected(name_length.error());
        if (*name_length == 0) return reader.take_end();
        const auto name = reader.take_summed(*name_length);
        if (!name) return std::unexpected(name.error());
        const auto value_length = reader.take_length();
        if (!value_length) return std::unexpected(value_length.error());
        const auto value = reader.take_summed(*value_length);
        if (!value) return std::unexpected(value.error());
        if (auto taken = take(*name, *value); !taken) return taken;
    }
}

}  // namespace

struct KeysFileWriter::File {
    Disk& disk;
    Disk::Path path;
    std::unique_ptr<rocksdb::FSWritableFile> handle = nullptr;
    Sha256 checksum = {};
    std::string waiting = {};

    Disk::Path unfinished() const { return path.string() + ".new"; }

    std::expected<void, Failure> checked(const rocksdb::IOStatus& status) const {
        if (status.ok()) return {};
        return std::unexpected(failure_of(status, "writing " + unfinished().string()));
    }

    std::expected<void, Failure> write(std::string_view bytes) {
        checksum.add(bytes);
        waiting += bytes;
        return waiting.size() < keys_file_block_bytes ? std::expected<void, Failure>{} : flush();
    }

    std::expected<void, Failure> flush() {
        auto written = checked(handle->Append(waiting, {}, no_debugging));
        waiting.clear();
        return written;
    }
};

KeysFileWriter::KeysFileWriter(std::unique_ptr<File> file) : file_{std::move(file)} {}
KeysFileWriter::KeysFileWriter(KeysFileWriter&&) noexcept = default;
KeysFileWriter::~KeysFileWriter() {
    // Secrets do not lie about in half a file.
    if (!file_ || !file_->handle) return;
    file_->handle->Close({}, no_debugging).PermitUncheckedError();
    static_cast<void>(file_->disk.remove_all(file_->unfinished()));
}

std::expected<KeysFileWriter, Failure> KeysFileWriter::make(Disk& disk, const Disk::Path& file) {
    auto made = std::make_unique<File>(disk, file);
    const auto opened =
        disk.files()->NewWritableFile(made->unfinished().string(), {}, &made->handle, no_debugging);
    if (auto done = made->checked(opened); !done) return std::unexpected(done.error());
    std::string header{keys_file_magic};
    append_big_endian(header, file_format);
    if (auto done = made->write(header); !done) return std::unexpected(done.error());
    return KeysFileWriter{std::move(made)};
}

std::expected<void, Failure> KeysFileWriter::add(std::string_view name, std::string_view value) {
    ENSURE(!name.empty() && name.size() <= longest_part && value.size() <= longest_part);
    const auto entry = length_prefix(name.size()) + std::string{name} +
                       length_prefix(value.size()) + std::string{value};
    return file_->write(entry);
}

std::expected<void, Failure> KeysFileWriter::finish() {
    if (auto done = file_->write(length_prefix(0)); !done) return done;
    file_->waiting += view_of(file_->checksum.finish());
    if (auto done = file_->flush(); !done) return done;
    if (auto done = file_->checked(file_->handle->Sync({}, no_debugging)); !done) return done;
    if (auto done = file_->checked(file_->handle->Close({}, no_debugging)); !done) return done;
    file_->handle.reset();
    if (auto done = file_->disk.rename(file_->unfinished(), file_->path); !done) return done;
    return file_->disk.sync_folder(file_->path.parent_path());
}

std::expected<void, Failure> read_keys_file(const Disk& disk, const Disk::Path& file,
                                            const TakeKeyRow& take) {
    const auto there = disk.has(file);
    if (!there) return std::unexpected(there.error());
    if (!*there) {
        return std::unexpected(
            Failure{FailureKind::not_found, "there is no backup of keys " + file.string()});
    }
    std::unique_ptr<rocksdb::FSSequentialFile> handle;
    const auto opened = disk.files()->NewSequentialFile(file.string(), {}, &handle, no_debugging);
    if (!opened.ok()) return std::unexpected(failure_of(opened, "opening " + file.string()));
    SummedFile reader{std::move(handle), file};
    const auto header = reader.take_summed(keys_file_magic.size() + sizeof(file_format));
    if (!header) return std::unexpected(header.error());
    if (!header->starts_with(keys_file_magic)) return reader.damaged("is no such backup");
    if (number_at(*header, keys_file_magic.size()) > file_format) {
        return std::unexpected(
            Failure{FailureKind::newer_format, file.string() + " was written by a later release"});
    }
    return read_entries(reader, take);
}

}  // namespace muster
