// Where a key store keeps what: what the store, its backup and its restoring share. Private to
// them.
//
//     FOLDER/kek/1                         the key-encryption key of generation 1, 32 bytes
//     FOLDER/mark                          mark.h: id of the store, key_seq, a root of zeros
//     FOLDER/signing-key                   notary.h
//     FOLDER/store/                        the RocksDB, whose families are
//     rows     'a' | address hash 32             -> row 16 | person 16
//              'd' | organisation 16 | person 16 -> row 16 | wrapped data key 72
//     default  'k' | id 16                       -> row 16 | API key (api_key_rows.h)
//              's' | name of a secret            -> wrapped secret 72
//              'm' | "store"                     -> id 16
//              'm' | "generation", "key_seq", "rows", "api_keys" -> number 8
//              'm' | "operator_key"               -> number 8: 1 since one was put, 0 before
//
// `row 16` is key_seq 8 | time it was made 8, in microseconds. Rows are written all together with
// the key_seq and count that they come to, before anything durable names them.
// STORED: a change here is a new format.
#pragma once

#include "eventstore/keys/keys.h"
#include "eventstore/machine/rocksdb_support.h"
#include "eventstore/machine/store_folder.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

constexpr StoreFormat keys_format{.name = "muster-keys", .number = 1};

constexpr std::string_view generation_key = "mgeneration";
constexpr std::string_view key_seq_key = "mkey_seq";
constexpr std::string_view rows_key = "mrows";
constexpr std::string_view api_keys_key = "mapi_keys";
constexpr std::string_view store_id_key = "mstore";
constexpr std::string_view operator_key_key = "moperator_key";

/// The column families, in the order in which they are opened.
inline std::vector<FamilyOptions> keys_families() {
    return {{rocksdb::kDefaultColumnFamilyName, durable_family_options()},
            {"rows", durable_family_options()}};
}
constexpr std::size_t keys_rows_family = 1;

/// Data keys and addresses are never written twice or deleted, so they have a family that can be
/// counted.
inline std::size_t keys_family_of(std::string_view key) {
    return key.starts_with('a') || key.starts_with('d') ? keys_rows_family : 0;
}

inline std::filesystem::path kek_file(const std::filesystem::path& folder,
                                      std::uint64_t generation) {
    return folder / "kek" / std::to_string(generation);
}

inline std::string number_bytes(std::uint64_t value) {
    std::string bytes;
    append_big_endian(bytes, value);
    return bytes;
}

/// Hands over all rows, as of one moment.
std::expected<void, Failure> take_key_rows(const Database& database, const TakeKeyRow& take);

}  // namespace muster
