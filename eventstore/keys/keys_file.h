// The bytes of a backup of keys/ (keys_backup.h has the grammar), written and read piece by piece.
// Private to backups; one thread.
#pragma once

#include "eventstore/keys/keys.h"
#include "eventstore/machine/disk.h"

#include <expected>
#include <memory>
#include <string_view>

namespace muster {

/// A file that appears, durably, in the place of the former one when it is finished.
class KeysFileWriter {
 public:
    static std::expected<KeysFileWriter, Failure> make(Disk& disk, const Disk::Path& file);
    KeysFileWriter(KeysFileWriter&&) noexcept;
    KeysFileWriter& operator=(KeysFileWriter&&) = delete;
    ~KeysFileWriter();

    std::expected<void, Failure> add(std::string_view name, std::string_view value);
    std::expected<void, Failure> finish();

 private:
    struct File;
    explicit KeysFileWriter(std::unique_ptr<File> file);

    std::unique_ptr<File> file_;
};

/// Hands over the entries of a file. `corrupted` when it is not all that was written, which is
/// known only at the end; `not_found`; `newer_format`.
std::expected<void, Failure> read_keys_file(const Disk& disk, const Disk::Path& file,
                                            const TakeKeyRow& take);

}  // namespace muster
