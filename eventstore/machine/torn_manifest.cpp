// Finding the torn end of a MANIFEST, and trying the store without it. A MANIFEST has the form of
// RocksDB's write-ahead logs: blocks of 32 KiB of parts, numbers little-endian,
//
//     masked CRC-32C of type and bytes 4 | length 2 | type 1 | bytes
//
// where the type says whether the part is a record, or its first, middle or last part. Less than a
// header at the end of a block is zeros.
#include "eventstore/machine/torn_manifest.h"

#include <rocksdb/file_system.h>
#include <spdlog/spdlog.h>
#include <boost/crc.hpp>
#include <algorithm>

namespace muster {
namespace {

constexpr std::size_t manifest_block_bytes = 32'768;
constexpr std::size_t manifest_header_bytes = 7;

enum class PartType : std::uint8_t { whole = 1, first = 2, middle = 3, last = 4 };

std::uint32_t little_endian_at(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) {
        value = value << 8U | static_cast<std::uint8_t>(bytes[at + i]);
    }
    return value;
}

std::uint32_t masked_sum(std::string_view type_and_bytes) {
    constexpr std::uint32_t castagnoli = 0x1EDC6F41;
    constexpr std::uint32_t ones = 0xFFFFFFFF;
    constexpr std::uint32_t mask = 0xA282EAD8;
    boost::crc_optimal<32, castagnoli, ones, ones, true, true> sum;
    sum.process_bytes(type_and_bytes.data(), type_and_bytes.size());
    const std::uint32_t value = sum.checksum();
    return ((value >> 15U) | (value << 17U)) + mask;
}

struct ManifestPart {
    PartType type = PartType::whole;
    std::size_t end = 0;
};

/// The part that begins there, if it is whole.
std::optional<ManifestPart> part_at(std::string_view bytes, std::size_t at) {
    const std::size_t next_block = (at / manifest_block_bytes + 1) * manifest_block_bytes;
    const std::size_t block_end = std::min(bytes.size(), next_block);
    if (block_end - at < manifest_header_bytes) return std::nullopt;
    const std::size_t length = little_endian_at(bytes, at + 4, 2);
    const std::size_t end = at + manifest_header_bytes + length;
    if (end > block_end) return std::nullopt;
    const auto summed = bytes.substr(at + 6, 1 + length);
    if (masked_sum(summed) != little_endian_at(bytes, at, 4)) return std::nullopt;
    return ManifestPart{static_cast<PartType>(bytes[at + 6]), end};
}

std::size_t without_padding(std::size_t at) {
    const std::size_t left = manifest_block_bytes - at % manifest_block_bytes;
    return left < manifest_header_bytes ? at + left : at;
}

/// What is tried must not take away what a refusal leaves to others.
class KeptFiles final : public rocksdb::FileSystemWrapper {
 public:
    using FileSystemWrapper::FileSystemWrapper;
    const char* Name() const override { return "KeptFiles"; }
    rocksdb::IOStatus DeleteFile(const std::string&, const rocksdb::IOOptions&,
                                 rocksdb::IODebugContext*) override {
        return rocksdb::IOStatus::OK();
    }
};

/// One store whose MANIFEST is torn.
class Mending {
 public:
    Mending(Disk& disk, Disk::Path store) : disk_{disk}, store_{std::move(store)} {}

    /// False when there is no torn end.
    std::expected<bool, Failure> read();
    std::expected<void, Failure> cut_off() const {
        return disk_.write_whole_file(manifest_, std::string_view{bytes_}.substr(0, whole_));
    }
    /// As it was read, without what was made since.
    std::expected<void, Failure> put_back() const;
    std::size_t torn_bytes() const { return bytes_.size() - whole_; }
    const Disk::Path& manifest() const { return manifest_; }

 private:
    Disk& disk_;
    const Disk::Path store_;
    std::vector<std::string> names_;
    std::string current_;
    Disk::Path manifest_;
    std::string bytes_;
    std::size_t whole_ = 0;
};

std::expected<bool, Failure> Mending::read() {
    auto names = disk_.names_in(store_);
    if (!names) return std::unexpected(names.error());
    auto current = disk_.read_whole_file(store_ / "CURRENT");
    if (!current && current.error().kind == FailureKind::not_found) return false;
    if (!current) return std::unexpected(current.error());
    const auto name = current->substr(0, current->find('\n'));
    if (!name.starts_with("MANIFEST-") || std::ranges::count(*names, name) == 0) return false;
    auto bytes = disk_.read_whole_file(store_ / name);
    if (!bytes) return std::unexpected(bytes.error());
    const auto whole_until = torn_end_of(*bytes);
    if (!whole_until) return false;
    names_ = std::move(*names);
    current_ = std::move(*current);
    manifest_ = store_ / name;
    bytes_ = std::move(*bytes);
    whole_ = *whole_until;
    return true;
}

std::expected<void, Failure> Mending::put_back() const {
    if (auto done = disk_.write_whole_file(manifest_, bytes_); !done) return done;
    if (auto done = disk_.write_whole_file(store_ / "CURRENT", current_); !done) return done;
    const auto names = disk_.names_in(store_);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (std::ranges::count(names_, name) > 0) continue;
        if (auto removed = disk_.remove_all(store_ / name); !removed) return removed;
    }
    return {};
}

}  // namespace

std::optional<std::size_t> torn_end_of(std::string_view manifest) {
    std::size_t whole_until = 0;
    bool within = false;
    for (std::size_t at = 0; at < manifest.size();) {
        const auto part = part_at(manifest, at);
        if (!part) break;
        const bool begins = part->type == PartType::whole || part->type == PartType::first;
        const bool goes_on = part->type == PartType::middle || part->type == PartType::last;
        if (begins == within || goes_on != within) break;
        within = part->type == PartType::first || part->type == PartType::middle;
        at = part->end;
        if (!within) whole_until = at;
        at = without_padding(at);
    }
    if (whole_until == 0 || without_padding(whole_until) >= manifest.size()) return std::nullopt;
    return whole_until;
}

std::expected<bool, Failure> mend_torn_manifest(Disk& disk, const Disk::Path& store,
                                                const ProveStore& prove) {
    Mending mending{disk, store};
    const auto torn = mending.read();
    if (!torn || !*torn) return torn;
    auto tried = mending.cut_off();
    if (tried) {
        Disk kept{std::make_shared<KeptFiles>(disk.files())};
        tried = prove(kept);
    }
    if (!tried) {
        if (auto back = mending.put_back(); !back) return std::unexpected(back.error());
        return false;
    }
    spdlog::warn("{}: {} bytes of a record that was never whole were cut off its end, as a loss of "
                 "power leaves them; everything that was marked is there",
                 mending.manifest().string(), mending.torn_bytes());
    return true;
}

}  // namespace muster
