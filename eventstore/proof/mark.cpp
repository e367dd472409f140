// Two slots that are written in turns.
#include "eventstore/proof/mark.h"

#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/machine/rocksdb_support.h"

#include <rocksdb/file_system.h>
#include <optional>

namespace muster {
namespace {

constexpr std::string_view mark_magic = "MUSTMARK";
constexpr std::size_t slot_size = 4096;
constexpr std::size_t noted_size = 72;

struct MarkNote {
    std::uint64_t turn = 0;
    Mark mark;
};

std::string slot_of(const MarkNote& note) {
    std::string bytes{mark_magic};
    append_big_endian(bytes, note.turn);
    append_id(bytes, note.mark.log_id);
    append_big_endian(bytes, note.mark.head.size);
    bytes += view_of(note.mark.head.root);
    bytes += view_of(sha256(bytes));
    bytes.resize(slot_size, '\0');
    return bytes;
}

/// Nothing unless the slot is as it would be written.
std::optional<MarkNote> note_in(std::string_view slot) {
    if (slot.size() != slot_size || !slot.starts_with(mark_magic)) return std::nullopt;
    MarkNote note{
        .turn = number_at(slot, 8),
        .mark = {.log_id = id_at(slot, 16), .head = {.size = number_at(slot, 32), .root = {}}}};
    std::ranges::copy(slot.substr(40, 32), note.mark.head.root.begin());
    if (slot_of(note) != slot) return std::nullopt;
    return note;
}

static_assert(mark_magic.size() + 8 + 16 + 8 + 32 == noted_size);

std::unexpected<Failure> mark_failed(const rocksdb::Status& status, std::string_view doing,
                                     const Disk::Path& file) {
    return std::unexpected(failure_of(status, std::string{doing} + " " + file.string()));
}

std::expected<MarkNote, Failure> newest_note(const Disk& disk, const Disk::Path& file) {
    const auto bytes = disk.read_whole_file(file);
    if (!bytes) return std::unexpected(bytes.error());
    std::optional<MarkNote> newest;
    for (const std::size_t start : {std::size_t{0}, slot_size}) {
        if (bytes->size() < start + slot_size) continue;
        const auto note = note_in(std::string_view{*bytes}.substr(start, slot_size));
        if (note && (!newest || note->turn > newest->turn)) newest = note;
    }
    if (newest) return *newest;
    return std::unexpected(Failure{FailureKind::corrupted, file.string() + " holds no whole mark"});
}

}  // namespace

std::expected<void, Failure> MarkFile::make(Disk& disk, const Disk::Path& file, const Mark& mark) {
    const auto slot = slot_of({.turn = 0, .mark = mark});
    return disk.write_whole_file(file, slot + slot);
}

std::expected<Mark, Failure> MarkFile::read(const Disk& disk, const Disk::Path& file) {
    const auto newest = newest_note(disk, file);
    if (!newest) return std::unexpected(newest.error());
    return newest->mark;
}

std::expected<MarkFile, Failure> MarkFile::open(Disk& disk, const Disk::Path& file) {
    const auto newest = newest_note(disk, file);
    if (!newest) return std::unexpected(newest.error());
    std::unique_ptr<rocksdb::FSRandomRWFile> handle;
    const auto opened = disk.files()->NewRandomRWFile(file.string(), {}, &handle, no_debugging);
    if (!opened.ok()) return mark_failed(opened, "opening", file);
    MarkFile result{file, std::move(handle)};
    result.turn_ = newest->turn;
    result.newest_ = newest->mark;
    return result;
}

MarkFile::MarkFile(Disk::Path file, std::unique_ptr<rocksdb::FSRandomRWFile> handle)
    : file_{std::move(file)}, handle_{std::move(handle)} {}
MarkFile::MarkFile(MarkFile&&) noexcept = default;
MarkFile& MarkFile::operator=(MarkFile&&) noexcept = default;
MarkFile::~MarkFile() = default;

std::expected<void, Failure> MarkFile::write(const Mark& mark) {
    const MarkNote note{.turn = turn_ + 1, .mark = mark};
    const auto written = handle_->Write(note.turn % 2 * slot_size, slot_of(note), {}, no_debugging);
    if (!written.ok()) return mark_failed(written, "writing", file_);
    const auto synced = handle_->Sync({}, no_debugging);
    if (!synced.ok()) return mark_failed(synced, "syncing", file_);
    turn_ = note.turn;
    newest_ = mark;
    return {};
}

}  // namespace muster
