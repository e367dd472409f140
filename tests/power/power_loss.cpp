// Drawing what a loss of power takes.
#include "tests/power/power_loss.h"

#include "tests/power/disk_memory.h"

#include <algorithm>
#include <set>
#include <utility>

namespace muster::test {
namespace {

using Name = std::pair<const DiskNode*, std::string>;

std::vector<Name> names_of(const EntryChange& change) {
    std::vector<Name> names{{change.folder.get(), change.name}};
    if (change.kind == EntryChange::Kind::renamed) {
        names.emplace_back(change.new_folder.get(), change.new_name);
    }
    return names;
}

/// Draws, for one file, the bytes of one sector after another.
class Sectors {
 public:
    Sectors(const UnsyncedBytes& file, std::uint64_t size, Chance& chance, PowerLoss& loss)
        : file_{file}, chance_{chance}, loss_{loss}, result_(size, '\0') {
        file_.now.copy(result_.data(), std::min<std::size_t>(size, file_.now.size()));
    }

    std::string draw() {
        for (std::uint64_t sector = 0; sector * sector_bytes < result_.size(); ++sector) {
            if (is_unsynced(sector)) draw(sector);
        }
        return std::move(result_);
    }

 private:
    bool is_unsynced(std::uint64_t sector) const {
        const std::uint64_t end =
            std::min<std::uint64_t>((sector + 1) * sector_bytes, result_.size());
        return end > file_.durable_size || file_.before.contains(sector);
    }

    /// The durable bytes of a sector, zeros where there were none.
    std::string before(std::uint64_t sector) const {
        std::string bytes;
        const auto kept = file_.before.find(sector);
        const std::uint64_t start = sector * sector_bytes;
        if (kept != file_.before.end()) {
            bytes = kept->second;
        } else if (start < file_.durable_size) {
            bytes = file_.now.substr(start, file_.durable_size - start);
        }
        bytes.resize(sector_bytes, '\0');
        return bytes;
    }

    void draw(std::uint64_t sector) {
        const std::uint64_t start = sector * sector_bytes;
        const std::uint64_t length = std::min(sector_bytes, result_.size() - start);
        const bool written_over = file_.before.contains(sector);
        if (written_over && start >= file_.now.size()) {
            // Cut off since, but the length is still the old one.
            result_.replace(start, length, before(sector), 0, length);
            return;
        }
        if (chance_.scrambles() && chance_.one_in(2)) {
            ++loss_.sectors_scrambled;
            const std::uint64_t synced = file_.durable_size > start && !written_over
                                             ? std::min(length, file_.durable_size - start)
                                             : 0;
            for (std::uint64_t i = synced; i < length; ++i) result_[start + i] = chance_.byte();
            return;
        }
        if (!written_over && !chance_.reorders()) return;
        const std::uint64_t what = chance_.below(4);
        if (what < 2) return;
        const std::uint64_t kept = what == 2 ? 0 : chance_.below(length);
        ++(what == 2 ? loss_.sectors_lost : loss_.sectors_torn);
        result_.replace(start + kept, length - kept, before(sector), kept, length - kept);
    }

    const UnsyncedBytes& file_;
    Chance& chance_;
    PowerLoss& loss_;
    std::string result_;
};

}  // namespace

PowerLoss& PowerLoss::operator+=(const PowerLoss& other) {
    names_undone += other.names_undone;
    files_shortened += other.files_shortened;
    sectors_lost += other.sectors_lost;
    sectors_torn += other.sectors_torn;
    sectors_scrambled += other.sectors_scrambled;
    everything_kept += other.everything_kept;
    return *this;
}

Chance::Chance(std::uint64_t seed, const LossOptions& options) : random_{seed} {
    switch (below(5)) {
        case 0:
            mood_ = Mood::keep_all;
            break;
        case 1:
            mood_ = Mood::lose_all;
            break;
        default:
            mood_ = Mood::mixed;
    }
    scrambles_ = below(100) < options.scrambled_percent;
    reorders_ = scrambles_ || below(100) < options.reordered_percent;
    reorders_names_ = below(100) < options.reordered_names_percent;
    if (scrambles_) mood_ = Mood::mixed;
}

std::vector<bool> changes_undone(const std::vector<EntryChange>& changes, Chance& chance) {
    std::vector<bool> undone(changes.size(), chance.mood() == Chance::Mood::lose_all);
    if (chance.mood() != Chance::Mood::mixed) return undone;
    const bool one_journal = chance.one_in(2);
    std::map<const DiskNode*, std::size_t> kept_changes;  // of each folder; null: of all
    std::set<Name> kept;
    for (std::size_t i = changes.size(); i-- > 0;) {
        const DiskNode* journal = one_journal ? nullptr : changes[i].folder.get();
        if (!kept_changes.contains(journal)) kept_changes[journal] = chance.below(i + 2);
        const bool lost =
            chance.reorders_names() ? chance.one_in(2) : i >= kept_changes.at(journal);
        const std::vector<Name> names = names_of(changes[i]);
        const bool needed =
            std::ranges::any_of(names, [&](const Name& name) { return kept.contains(name); });
        undone[i] = lost && !needed;
        if (!undone[i]) kept.insert(names.begin(), names.end());
    }
    return undone;
}

std::string bytes_left(const UnsyncedBytes& file, Chance& chance, PowerLoss& loss) {
    const bool mixed = chance.mood() == Chance::Mood::mixed;
    const std::uint64_t size = file.now.size();
    const std::uint64_t fate = mixed ? chance.below(4) : 0;
    if (chance.mood() == Chance::Mood::keep_all || (mixed && fate == 0 && !chance.scrambles())) {
        ++loss.everything_kept;
        return file.now;
    }
    const auto [least, most] = std::minmax(file.durable_size, size);
    std::uint64_t left = most;
    if (chance.mood() == Chance::Mood::lose_all || fate == 1) {
        left = file.durable_size;
    } else if (fate == 2) {
        left = least + chance.below(most - least + 1);
    }
    if (left < size) ++loss.files_shortened;
    if (chance.mood() != Chance::Mood::lose_all) return Sectors{file, left, chance, loss}.draw();

    std::string bytes = file.now;
    bytes.resize(left, '\0');
    for (const auto& [sector, old] : file.before) {
        bytes.replace(sector * sector_bytes, old.size(), old);
        ++loss.sectors_lost;
    }
    return bytes;
}

}  // namespace muster::test
