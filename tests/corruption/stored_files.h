// The files of a data folder by what they are, and the damage that is done to them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace muster::corruption {

/// What a file is ("log commits.sst", "keys kek") -> the files of that kind, relative to the data
/// folder. Looks into the RocksDBs, so `data` must be a copy that nobody needs.
using FilesByKind = std::map<std::string, std::vector<std::filesystem::path>>;
FilesByKind files_by_kind(const std::filesystem::path& data);

enum class Damage : std::uint8_t { flip, zero, truncate, remove, older, swap };
constexpr Damage every_damage[] = {Damage::flip,   Damage::zero,  Damage::truncate,
                                   Damage::remove, Damage::older, Damage::swap};
std::string_view name_of(Damage damage);

/// A data folder and what is in it.
struct Stored {
    std::filesystem::path data;
    FilesByKind files;
};

/// Where the bytes come from that are put in the place of others.
struct Sources {
    const Stored& earlier;  ///< the same store as it was before
    const Stored& other;    ///< another store
};

/// Damages one file of the kind, drawn at random. False when that changed nothing, as where the
/// other store's file has the same bytes.
bool do_damage(const std::filesystem::path& data, const Stored& pristine, const std::string& kind,
               Damage damage, const Sources& sources, std::mt19937& random);

}  // namespace muster::corruption
