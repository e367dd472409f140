// Chance in a loss of power: which unsynced changes of names are undone, and what is left of the
// bytes of a file. Pure, and decided by a seed alone.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace muster::test {

struct EntryChange;

struct LossOptions {
    /// Of a hundred losses, so many leave garbage in sectors that were being written.
    unsigned scrambled_percent = 5;
    /// Of a hundred losses, so many keep no order between the sectors of a file: later ones may be
    /// there where earlier ones are not. In the others a file's unsynced end is only cut short.
    unsigned reordered_percent = 50;
    /// Of a hundred losses, so many keep no order between the changes of names either, beyond what
    /// one name needs. In the others the newest changes are undone, of all folders or of each. No
    /// journalling file system does this, and RocksDB does not survive it: it renames CURRENT
    /// before the folder is synced that holds the new MANIFEST.
    unsigned reordered_names_percent = 0;
};

/// What a loss of power did.
struct PowerLoss {
    std::uint64_t names_undone = 0;
    std::uint64_t files_shortened = 0;
    std::uint64_t sectors_lost = 0;       ///< hold zeros or what was there before
    std::uint64_t sectors_torn = 0;       ///< begin as the new and end as the old
    std::uint64_t sectors_scrambled = 0;  ///< hold what nobody ever wrote
    std::uint64_t everything_kept = 0;    ///< files with unsynced bytes that kept them all

    PowerLoss& operator+=(const PowerLoss& other);
};

class Chance {
 public:
    Chance(std::uint64_t seed, const LossOptions& options);

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    bool one_in(std::uint64_t count) { return below(count) == 0; }
    char byte() { return static_cast<char>(random_() & 0xFFU); }

    /// What kind of loss this is for everything; most are mixed.
    enum class Mood : std::uint8_t { keep_all, lose_all, mixed };
    Mood mood() const { return mood_; }
    bool scrambles() const { return scrambles_; }
    bool reorders() const { return reorders_; }
    bool reorders_names() const { return reorders_names_; }

 private:
    std::mt19937_64 random_;
    Mood mood_;
    bool scrambles_;
    bool reorders_;
    bool reorders_names_;
};

/// For each change, oldest first, whether it is undone. A change that is kept keeps all earlier
/// ones of the same names.
std::vector<bool> changes_undone(const std::vector<EntryChange>& changes, Chance& chance);

/// The unsynced state of a file's bytes.
struct UnsyncedBytes {
    std::uint64_t durable_size = 0;
    const std::map<std::uint64_t, std::string>& before;  ///< by sector
    const std::string& now;
};

std::string bytes_left(const UnsyncedBytes& file, Chance& chance, PowerLoss& loss);

}  // namespace muster::test
