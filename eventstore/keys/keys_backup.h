// Backups of keys/, apart from those of log/: whoever has one can read the personal data that the
// log holds sealed, and it brings back whom and what was forgotten since, revoked API keys too. So
// there is only ever one, the newest, in KEYDIR/keys, 0600, and it should be destroyed before it is
// older than people may wait for being forgotten. STORED:
//
//     file  = "MUSTKEYS" 8 | format 8 | entry* | 0 4 | SHA-256 of everything before 32
//     entry = length 4 | name | length 4 | value
//     name  = "log" | "kek" | "signing-key" | "row:" and a key of the store
//
// Numbers are big-endian; "log" is the identity of the log that the keys belong to, and no name is
// empty.
#pragma once

#include "eventstore/keys/keys.h"
#include "eventstore/machine/disk.h"

#include <boost/uuid/uuid.hpp>
#include <expected>
#include <filesystem>

namespace muster {

struct KeysBackupReport {
    boost::uuids::uuid log_id{};
    std::uint64_t key_seq = 0;  ///< every row up to it is there
    std::uint64_t bytes = 0;
};

/// Writes all that the store holds at one moment into the folder, in the place of what was there
/// before, and reads it back. Take the log's backup first: commits need rows that are older than
/// they are. `in_use` when the folder holds something else, or the keys of another log.
std::expected<KeysBackupReport, Failure> back_up_keys(const KeyStore& keys,
                                                      const boost::uuids::uuid& log_id,
                                                      const std::filesystem::path& folder,
                                                      Disk& disk = Disk::of_this_machine());

/// Reads the whole backup; `not_found` when there is none.
std::expected<KeysBackupReport, Failure> verify_keys_backup(
    const std::filesystem::path& folder, const Disk& disk = Disk::of_this_machine());

struct KeysRestore {
    std::filesystem::path backup;  ///< KEYDIR
    std::filesystem::path folder;  ///< of the new store, which must not exist
    /// The key that signs checkpoints belongs to one log identity, and stays away from another.
    bool with_signing_key = true;
};

/// Makes a key store of a backup.
std::expected<KeysBackupReport, Failure> restore_keys(const KeysRestore& order,
                                                      Disk& disk = Disk::of_this_machine());

}  // namespace muster
