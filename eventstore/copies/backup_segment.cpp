// Writing and reading the bytes of a segment.
#include "eventstore/copies/backup_segment.h"

#include "domain/ensure.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/machine/rocksdb_support.h"

#include <charconv>

namespace muster {
namespace {

constexpr std::string_view segment_magic = "MUSTSEGM";
constexpr std::uint64_t segment_format = 1;
constexpr std::size_t header_bytes = 8 + 8 + 16 + 8;
constexpr std::size_t length_bytes = 4;
constexpr std::size_t checksum_bytes = 32;
constexpr std::size_t position_digits = 20;

std::string padded(Position position) {
    const auto text = std::to_string(number(position));
    return std::string(position_digits - text.size(), '0') + text;
}

std::optional<Position> parse_position(std::string_view text) {
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || value == 0) return std::nullopt;
    return Position{value};
}

std::uint32_t length_at(std::string_view bytes) {
    std::uint32_t length = 0;
    for (const char byte : bytes.substr(0, length_bytes)) {
        length = (length << 8U) | static_cast<std::uint8_t>(byte);
    }
    return length;
}

std::unexpected<Failure> damaged(const SegmentName& name, std::string_view how) {
    return std::unexpected(
        Failure{FailureKind::corrupted,
                "the segment " + text_of(name) + " of the backup " + std::string{how} +
                    ": the commits " + std::to_string(number(name.first)) + " to " +
                    std::to_string(number(name.last)) + " are not to be relied on"});
}

std::expected<void, Failure> check_header(std::string_view bytes, const SegmentIdentity& identity) {
    const auto& name = identity.name;
    if (bytes.size() < header_bytes + checksum_bytes) return damaged(name, "is cut off");
    if (!bytes.starts_with(segment_magic)) return damaged(name, "is no segment");
    const auto format = number_at(bytes, segment_magic.size());
    if (format == 0) return damaged(name, "names no format");
    if (format > segment_format) {
        return std::unexpected(Failure{
            FailureKind::newer_format,
            "the segment " + text_of(name) + " of the backup was written by a later release"});
    }
    const auto body = bytes.substr(0, bytes.size() - checksum_bytes);
    if (view_of(sha256(body)) != bytes.substr(body.size())) {
        return damaged(name, "does not have the checksum it was written with");
    }
    if (id_at(bytes, 16) != identity.log_id) return damaged(name, "is of another log");
    if (Position{number_at(bytes, 32)} != name.first) return damaged(name, "has another's name");
    return {};
}

}  // namespace

std::string text_of(const SegmentName& name) {
    return padded(name.first) + "-" + padded(name.last);
}

std::optional<SegmentName> parse_segment_name(std::string_view text) {
    if (text.size() != 2 * position_digits + 1 || text[position_digits] != '-') return std::nullopt;
    const auto first = parse_position(text.substr(0, position_digits));
    const auto last = parse_position(text.substr(position_digits + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    return SegmentName{*first, *last};
}

SegmentWriter::SegmentWriter(const boost::uuids::uuid& log_id, Position first)
    : first_{first}, next_{first}, bytes_{segment_magic} {
    append_big_endian(bytes_, segment_format);
    append_id(bytes_, log_id);
    append_big_endian(bytes_, number(first));
}

void SegmentWriter::add(const StoredCommit& commit) {
    ENSURE(commit.position == next_);
    ENSURE(commit.bytes.size() <= UINT32_MAX);
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes_.push_back(
            static_cast<char>(static_cast<std::uint8_t>(commit.bytes.size() >> shift)));
    }
    bytes_ += commit.bytes;
    next_ = next(next_);
}

SegmentName SegmentWriter::name() const {
    ENSURE(!is_empty());
    return {first_, Position{number(next_) - 1}};
}

std::string SegmentWriter::finish() const {
    return bytes_ + std::string{view_of(sha256(bytes_))};
}

std::expected<std::vector<StoredCommit>, Failure> read_segment(std::string_view bytes,
                                                               const SegmentIdentity& identity) {
    if (auto whole = check_header(bytes, identity); !whole) return std::unexpected(whole.error());
    bytes.remove_prefix(header_bytes);
    bytes.remove_suffix(checksum_bytes);
    std::vector<StoredCommit> commits;
    auto position = identity.name.first;
    for (; !bytes.empty(); position = next(position)) {
        if (bytes.size() < length_bytes) return damaged(identity.name, "is not well formed");
        const auto length = length_at(bytes);
        bytes.remove_prefix(length_bytes);
        if (bytes.size() < length) return damaged(identity.name, "is not well formed");
        commits.push_back({position, std::string{bytes.substr(0, length)}});
        bytes.remove_prefix(length);
    }
    if (position != next(identity.name.last)) {
        return damaged(identity.name, "does not hold the commits that its name says");
    }
    return commits;
}

}  // namespace muster
