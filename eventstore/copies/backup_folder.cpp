// The files of a backup.
#include "eventstore/copies/backup_folder.h"

#include <algorithm>
#include <ranges>

namespace muster {
namespace {

constexpr std::string_view format_line = "muster-backup 1\n";
constexpr std::string_view format_word = "muster-backup ";
constexpr std::string_view unfinished = ".new";

/// Whether nothing is there but what a backup makes before its FORMAT.
std::expected<bool, Failure> is_blank(const Disk& disk, const Disk::Path& folder) {
    const auto there = disk.has(folder);
    if (!there || !*there) return there ? std::expected<bool, Failure>{true} : there;
    const auto names = disk.names_in(folder);
    if (!names) return std::unexpected(names.error());
    if (names->empty()) return true;
    if (*names != std::vector<std::string>{"log"}) return false;
    const auto inner = disk.names_in(folder / "log");
    if (!inner) return std::unexpected(inner.error());
    return std::ranges::all_of(
        *inner, [](const std::string& name) { return name == "LOCK" || name == "FORMAT.new"; });
}

std::expected<void, Failure> check_format(const Disk& disk, const Disk::Path& folder) {
    const auto file = folder / "log" / "FORMAT";
    auto text = disk.read_whole_file(file);
    if (!text && text.error().kind == FailureKind::not_found) text = std::string{};
    if (!text) return std::unexpected(text.error());
    if (*text == format_line) return {};
    if (text->starts_with(format_word) && text->ends_with('\n')) {
        return std::unexpected(
            Failure{FailureKind::newer_format,
                    folder.string() + " holds a backup that a later release made"});
    }
    return std::unexpected(
        Failure{FailureKind::in_use, folder.string() +
                                         " is not empty and holds no backup; name a folder that "
                                         "is empty or does not exist yet"});
}

}  // namespace

std::expected<std::optional<BackupFolder>, Failure> BackupFolder::find(Disk& disk,
                                                                       const Disk::Path& folder) {
    const auto blank = is_blank(disk, folder);
    if (!blank) return std::unexpected(blank.error());
    if (*blank) return std::nullopt;
    if (auto known = check_format(disk, folder); !known) return std::unexpected(known.error());
    BackupFolder found{disk, folder / "log"};
    auto lock = disk.lock(found.folder_ / "LOCK");
    if (lock) found.lock_ = std::move(*lock);
    // A backup on a medium that cannot be written to has no lock and needs none.
    if (!lock && lock.error().kind == FailureKind::in_use) {
        return std::unexpected(
            Failure{FailureKind::in_use, folder.string() + " is being worked on already"});
    }
    bool is_begun = false;
    for (const auto& part :
         {found.folder_ / "verifier-key", found.segments(), found.folder_ / "checkpoint"}) {
        const auto there = disk.has(part);
        if (!there) return std::unexpected(there.error());
        is_begun = is_begun || *there;
    }
    if (!is_begun) return std::nullopt;
    if (auto loaded = found.load(); !loaded) return std::unexpected(loaded.error());
    return found;
}

std::expected<BackupFolder, Failure> BackupFolder::make(Disk& disk, const Disk::Path& folder,
                                                        const VerifierKey& verifier) {
    BackupFolder made{disk, folder / "log"};
    if (auto done = disk.make_private_folder(made.folder_); !done) {
        return std::unexpected(done.error());
    }
    auto lock = disk.lock(made.folder_ / "LOCK");
    if (!lock) return std::unexpected(lock.error());
    made.lock_ = std::move(*lock);
    if (auto done = disk.write_whole_file(made.folder_ / "FORMAT", format_line); !done) {
        return std::unexpected(done.error());
    }
    const auto key = text_of(verifier) + "\n";
    if (auto done = disk.write_whole_file(made.folder_ / "verifier-key", key); !done) {
        return std::unexpected(done.error());
    }
    if (auto loaded = made.load(); !loaded) return std::unexpected(loaded.error());
    return made;
}

std::expected<void, Failure> BackupFolder::load() {
    auto key = disk_->read_whole_file(folder_ / "verifier-key");
    if (!key) return std::unexpected(key.error());
    if (!key->ends_with('\n')) return corrupted("the backup's verifier key is cut off");
    key->pop_back();
    const auto verifier = parse_verifier_key(*key);
    if (!verifier) return std::unexpected(verifier.error());
    verifier_ = *verifier;
    const auto id = parse_uuid(std::string_view{verifier_.name}.substr(
        verifier_.name.rfind('/') + 1));  // npos + 1: the whole name
    if (!id || origin_of(*id) != verifier_.name) {
        return corrupted("the backup's verifier key is of " + verifier_.name + ", which is no log");
    }
    log_id_ = *id;
    auto note = disk_->read_whole_file(folder_ / "checkpoint");
    if (!note && note.error().kind != FailureKind::not_found) {
        return std::unexpected(note.error());
    }
    if (note) {
        const auto checkpoint = open_checkpoint(*note, verifier_);
        if (!checkpoint) {
            return corrupted("the backup's checkpoint is not as it was written: " +
                             checkpoint.error().detail);
        }
        checkpoint_ = std::move(*note);
        end_ = checkpoint->head;
    }
    return load_segments();
}

std::expected<void, Failure> BackupFolder::load_segments() {
    const auto names = disk_->names_in(segments());
    if (!names && names.error().kind == FailureKind::not_found) return {};
    if (!names) return std::unexpected(names.error());
    for (const auto& text : *names) {
        if (const auto name = parse_segment_name(text)) segments_.insert(*name);
    }
    return {};
}

/// Of several that have it the one that reaches farthest: it took the others' place.
std::optional<SegmentName> BackupFolder::segment_with(Position position) const {
    std::optional<SegmentName> found;
    for (const auto& name : segments_) {
        if (name.first > position) break;
        if (name.last >= position && (!found || name.last > found->last)) found = name;
    }
    return found;
}

Position BackupFolder::stored() const {
    Position reached{};
    while (const auto name = segment_with(next(reached))) reached = name->last;
    return reached;
}

std::expected<std::string, Failure> BackupFolder::bytes_of(const SegmentName& name) const {
    return disk_->read_whole_file(segments() / text_of(name));
}

std::expected<void, Failure> BackupFolder::read(const SegmentName& range, const Take& take) const {
    auto position = range.first;
    while (position <= range.last) {
        const auto name = segment_with(position);
        if (!name) {
            return corrupted("the backup lacks the commits from " +
                             std::to_string(number(position)) + " on; it should reach to " +
                             std::to_string(number(range.last)));
        }
        const auto bytes = bytes_of(*name);
        if (!bytes) return std::unexpected(bytes.error());
        const auto commits = read_segment(*bytes, {log_id_, *name});
        if (!commits) return std::unexpected(commits.error());
        for (const auto& commit : *commits) {
            if (commit.position < position) continue;
            if (commit.position > range.last) return {};
            if (auto taken = take(commit); !taken) return taken;
        }
        position = next(name->last);
    }
    return {};
}

std::expected<std::optional<SegmentWriter>, Failure> BackupFolder::unfilled(
    std::size_t full_at) const {
    const auto name = segment_with(stored());
    if (!name) return std::nullopt;
    const auto bytes = bytes_of(*name);
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->size() >= full_at) return std::nullopt;
    const auto commits = read_segment(*bytes, {log_id_, *name});
    if (!commits) return std::unexpected(commits.error());
    SegmentWriter writer{log_id_, name->first};
    for (const auto& commit : *commits) writer.add(commit);
    return writer;
}

std::expected<void, Failure> BackupFolder::add(const SegmentWriter& segment) {
    if (auto made = disk_->make_private_folder(segments()); !made) return made;
    const auto file = segments() / text_of(segment.name());
    if (auto written = disk_->write_whole_file(file, segment.finish()); !written) return written;
    segments_.insert(segment.name());
    return {};
}

std::expected<void, Failure> BackupFolder::finish(const std::string& note, const TreeHead& end) {
    if (auto done = disk_->write_whole_file(folder_ / "checkpoint", note); !done) return done;
    checkpoint_ = note;
    end_ = end;
    return remove_superseded();
}

std::expected<void, Failure> BackupFolder::remove_superseded() {
    const auto names = disk_->names_in(segments());
    if (!names && names.error().kind == FailureKind::not_found) return {};
    if (!names) return std::unexpected(names.error());
    for (const auto& text : *names) {
        const bool is_torn = text.ends_with(unfinished);
        const auto name = parse_segment_name(
            std::string_view{text}.substr(0, text.size() - (is_torn ? unfinished.size() : 0)));
        if (!name) continue;
        const auto better = [&](const SegmentName& other) {
            return other != *name && other.first <= name->first && other.last >= name->last;
        };
        if (!is_torn && std::ranges::none_of(segments_, better)) continue;
        if (auto removed = disk_->remove_all(segments() / text); !removed) return removed;
        if (!is_torn) segments_.erase(*name);
    }
    return {};
}

}  // namespace muster
