// Trying each remedy on a copy, and making the new log of what the best one gives.
#include "eventstore/copies/salvage.h"

#include "eventstore/copies/copy_commits.h"
#include "eventstore/copies/rocksdb_copy.h"
#include "eventstore/copies/rocksdb_salvage.h"
#include "eventstore/log/log_store.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/proof/checkpoint.h"
#include "eventstore/proof/mark.h"

#include <algorithm>
#include <charconv>

namespace muster {
namespace {

/// A note beside the store of what tree the log had.
struct Witness {
    std::string name;
    std::string origin;  ///< of the log that it speaks of (checkpoint.h)
    TreeHead head;

    bool speaks_of(const SalvagedNotes& notes) const {
        return !notes.log_id || origin == origin_of(*notes.log_id);
    }
};

/// The longest beginning of the log that one remedy gives.
struct Prefix {
    Disk::Path copy;
    std::unique_ptr<DamagedStore> store;
    SalvagedNotes notes;
    TreeEdge tree;
    Instant first_recorded_at;
    Instant last_recorded_at;
    std::uint64_t key_seq = 0;
    std::optional<DamageFound> damage;
    std::string contradiction;  ///< of a witness; empty when all agree as far as they reach

    Position until() const { return Position{tree.size()}; }
    void take(const StoredCommit& stored, const Commit& commit);
    void hear(const std::vector<Witness>& witnesses);
};

void Prefix::take(const StoredCommit& stored, const Commit& commit) {
    const Digest leaf = leaf_hash(tree_entry(stored.position, stored.bytes));
    tree.append({&leaf, 1});
    if (tree.size() == 1) first_recorded_at = commit.recorded_at;
    last_recorded_at = commit.recorded_at;
    key_seq = std::max(key_seq, commit.key_seq);
}

/// After each commit, since a root can be compared at its own size only.
void Prefix::hear(const std::vector<Witness>& witnesses) {
    for (const auto& witness : witnesses) {
        if (witness.head.size != tree.size() || witness.head == tree.head()) continue;
        if (!witness.speaks_of(notes)) continue;
        contradiction = "the commits up to " + std::to_string(tree.size()) +
                        " are not those that the " + witness.name + " was made of";
    }
}

class Salvage {
 public:
    Salvage(Disk& disk, const Disk::Path& from, const Disk::Path& to)
        : disk_{disk}, from_{from}, to_{to}, scratch_{to} {
        scratch_ += ".unfinished";
        report_.from = from;
    }
    ~Salvage();
    Salvage(const Salvage&) = delete;
    Salvage& operator=(const Salvage&) = delete;

    std::expected<SalvageReport, Failure> run();

 private:
    std::expected<void, Failure> begin();
    std::expected<void, Failure> check_format() const;
    std::expected<std::unique_ptr<Disk::Lock>, Failure> lock() const;
    void read_mark();
    void read_checkpoint();
    std::expected<Prefix, Failure> try_remedy(Remedy remedy) const;
    std::expected<Prefix, Failure> best_prefix();
    void keep_better(Prefix& best, Prefix found);
    bool is_all(const Prefix& prefix) const;
    std::expected<void, Failure> make_log(const Prefix& prefix);
    void describe(const Prefix& prefix);

    Disk& disk_;
    const Disk::Path from_;
    const Disk::Path to_;
    Disk::Path scratch_;
    bool begun_ = false;
    std::vector<Witness> witnesses_;
    SalvageReport report_;
};

/// What was tried is of no use to anybody; where it cannot be removed now, the next run does.
Salvage::~Salvage() {
    if (begun_) disk_.remove_all(scratch_);
}

std::expected<SalvageReport, Failure> Salvage::run() {
    const auto locked = lock();
    if (!locked) return std::unexpected(locked.error());
    if (auto begun = begin(); !begun) return std::unexpected(begun.error());
    read_mark();
    read_checkpoint();
    auto prefix = best_prefix();
    if (!prefix) return std::unexpected(prefix.error());
    describe(*prefix);
    if (auto made = make_log(*prefix); !made) return std::unexpected(made.error());
    prefix->store.reset();
    const auto log = scratch_ / "log";
    if (auto written = disk_.write_whole_file(log / "salvage-report", text_of(report_)); !written) {
        return std::unexpected(written.error());
    }
    if (auto renamed = disk_.rename(log, to_); !renamed) return std::unexpected(renamed.error());
    if (auto synced = disk_.sync_folder(to_.parent_path()); !synced) {
        return std::unexpected(synced.error());
    }
    return report_;
}

/// Nothing may be made in the damaged folder, so a lock that is not there is not taken.
std::expected<std::unique_ptr<Disk::Lock>, Failure> Salvage::lock() const {
    const auto there = disk_.has(from_ / "LOCK");
    if (!there) return std::unexpected(there.error());
    if (!*there) return std::unique_ptr<Disk::Lock>{};
    return disk_.lock(from_ / "LOCK");
}

std::expected<void, Failure> Salvage::begin() {
    const auto has_store = disk_.has(from_ / "store");
    if (!has_store) return std::unexpected(has_store.error());
    const auto is_taken = disk_.has(to_);
    if (!is_taken) return std::unexpected(is_taken.error());
    if (!*has_store) {
        return corrupted(from_.string() + " holds no store that commits could be read from");
    }
    if (*is_taken) {
        return std::unexpected(
            Failure{FailureKind::io_error, to_.string() + " is there already; name a new one"});
    }
    if (auto known = check_format(); !known) return known;
    if (auto removed = disk_.remove_all(scratch_); !removed) return removed;
    begun_ = true;
    return copy_folder(disk_, {from_, scratch_ / "notes", {"store", "store.new", "LOCK"}, false});
}

/// What a later release wrote is not damaged because this one cannot read it.
std::expected<void, Failure> Salvage::check_format() const {
    const auto text = disk_.read_whole_file(from_ / "FORMAT");
    const auto known = std::string{log_format.name} + ' ';
    if (!text || !text->starts_with(known)) return {};
    std::uint64_t format = 0;
    const auto* end = text->data() + text->size();
    if (std::from_chars(text->data() + known.size(), end, format).ec != std::errc{}) return {};
    if (format <= log_format.number) return {};
    return std::unexpected(Failure{FailureKind::newer_format,
                                   from_.string() + " was written by a later release; use that"});
}

void Salvage::read_mark() {
    const auto mark = MarkFile::open(disk_, scratch_ / "notes" / "mark");
    if (!mark) {
        report_.remarks.push_back("The mark could not be read: " + mark.error().detail + ".");
        return;
    }
    const auto& [log_id, head] = mark->newest();
    witnesses_.push_back({"mark", origin_of(log_id), head});
}

void Salvage::read_checkpoint() {
    const auto complain = [&](const std::string& why) {
        report_.remarks.push_back("The checkpoint could not be read: " + why + ".");
    };
    const auto text = disk_.read_whole_file(scratch_ / "notes" / "verifier-key");
    const auto note = disk_.read_whole_file(scratch_ / "notes" / "checkpoint");
    if (!text) return complain(text.error().detail);
    if (!note) return complain(note.error().detail);
    std::string_view line{*text};
    while (line.ends_with('\n')) line.remove_suffix(1);
    const auto key = parse_verifier_key(line);
    if (!key) return complain(key.error().detail);
    const auto checkpoint = open_checkpoint(*note, *key);
    if (!checkpoint) return complain(checkpoint.error().detail);
    witnesses_.push_back({"checkpoint", checkpoint->origin, checkpoint->head});
}

std::expected<Prefix, Failure> Salvage::try_remedy(Remedy remedy) const {
    const auto copy = scratch_ / ("store-" + std::to_string(static_cast<int>(remedy)));
    if (auto copied = copy_folder(disk_, {from_ / "store", copy, {}, false}); !copied) {
        return std::unexpected(copied.error());
    }
    auto store = DamagedStore::open(disk_, copy, remedy);
    if (!store) return std::unexpected(store.error());
    Prefix prefix;
    prefix.copy = copy;
    prefix.notes = (*store)->notes();
    prefix.damage = (*store)->read_prefix([&](const StoredCommit& stored) {
        const auto commit = whole_commit(stored);
        if (!commit) return std::expected<void, Failure>{std::unexpected(commit.error())};
        prefix.take(stored, *commit);
        prefix.hear(witnesses_);
        return std::expected<void, Failure>{};
    });
    prefix.store = std::move(*store);
    return prefix;
}

bool Salvage::is_all(const Prefix& prefix) const {
    if (prefix.damage) return false;
    return prefix.notes.head.value_or(Position{}) <= prefix.until() &&
           std::ranges::all_of(witnesses_, [&](const Witness& witness) {
               return witness.head.size <= prefix.tree.size() || !witness.speaks_of(prefix.notes);
           });
}

/// The copy that is not kept makes room on the disk.
void Salvage::keep_better(Prefix& best, Prefix found) {
    if (!best.store || found.until() > best.until()) std::swap(best, found);
    found.store.reset();
    if (!found.copy.empty()) disk_.remove_all(found.copy);
}

std::expected<Prefix, Failure> Salvage::best_prefix() {
    Prefix best;
    std::string trouble;
    for (const auto remedy : {Remedy::none, Remedy::stop_at_damage, Remedy::repair}) {
        auto found = try_remedy(remedy);
        if (!found && found.error().kind == FailureKind::disk_full) return found;
        const auto why = found ? found->contradiction : found.error().detail;
        if (!why.empty()) {
            trouble += (trouble.empty() ? "" : "; ") + why;
            if (remedy == Remedy::none) report_.damage = why;
            continue;
        }
        keep_better(best, std::move(*found));
        if (is_all(best)) break;
    }
    if (best.store && best.until() > Position{}) return best;
    if (trouble.empty()) trouble = best.damage ? best.damage->why : "it is empty";
    return corrupted("not one commit of " + from_.string() + " can be trusted: " + trouble);
}

std::expected<void, Failure> Salvage::make_log(const Prefix& prefix) {
    LogOptions options;
    options.disk = &disk_;
    auto log = open_rocksdb_log(scratch_ / "log", options);
    if (!log) return std::unexpected(log.error());
    CommitCopier copier{**log};
    std::expected<void, Failure> failed;
    // The end of the prefix is known by now, so that only a failure of the new log matters.
    prefix.store->read_prefix([&](const StoredCommit& stored) {
        if (stored.position > prefix.until()) return std::expected<void, Failure>{};
        return failed = copier.add(stored);
    });
    if (failed) failed = copier.finish();
    if (!failed) return failed;
    if ((*log)->tree_head() != prefix.tree.head()) {
        return corrupted("the copied commits read otherwise the second time");
    }
    report_.new_origin = origin_of((*log)->id());
    return {};
}

void Salvage::describe(const Prefix& prefix) {
    report_.copied = prefix.tree.head();
    report_.first_recorded_at = prefix.first_recorded_at;
    report_.last_recorded_at = prefix.last_recorded_at;
    report_.key_seq = prefix.key_seq;
    if (prefix.notes.head) report_.said.push_back({"the log's own head", *prefix.notes.head});
    const auto beyond = prefix.store->found_beyond(next(prefix.until()));
    report_.found_beyond = beyond.count;
    report_.newest_found = beyond.newest;
    if (prefix.damage) {
        report_.damaged_at = prefix.damage->position;
        report_.damage = prefix.damage->why;
    }
    report_.old_origin = prefix.notes.log_id ? origin_of(*prefix.notes.log_id) : std::string{};
    for (const auto& witness : witnesses_) {
        if (witness.speaks_of(prefix.notes)) {
            report_.old_origin = witness.origin;
            report_.said.push_back({"the " + witness.name, Position{witness.head.size}});
        } else {
            report_.remarks.push_back("The " + witness.name + " is of another log, " +
                                      witness.origin + ": one of the two is out of place.");
        }
    }
}

}  // namespace

Position SalvageReport::certainly_had() const {
    auto newest = Position{copied.size};
    for (const auto& note : said) newest = std::max(newest, note.reached);
    return std::max({newest, newest_found, damaged_at});
}

std::expected<SalvageReport, Failure> salvage_log(const Disk::Path& from, const Disk::Path& to,
                                                  Disk& disk) {
    return Salvage{disk, from, to}.run();
}

}  // namespace muster
