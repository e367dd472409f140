// A segment of a backup: commits that follow one another, as they are stored, in one file that is
// written whole and never changed. Pure; any thread. STORED:
//
//     segment = "MUSTSEGM" 8 | format 8 | log id 16 | first position 8 | entry* |
//               SHA-256 of everything before 32
//     entry   = length 4 | the commit's stored bytes
//
// Numbers are big-endian. The file is named by the positions of its first and its last commit,
// twenty digits each: 00000000000000000001-00000000000000004711.
#pragma once

#include "eventstore/log/event_log.h"

#include <boost/uuid/uuid.hpp>
#include <compare>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct SegmentName {
    Position first{};
    Position last{};

    auto operator<=>(const SegmentName&) const = default;
};

std::string text_of(const SegmentName& name);
std::optional<SegmentName> parse_segment_name(std::string_view text);

class SegmentWriter {
 public:
    SegmentWriter(const boost::uuids::uuid& log_id, Position first);

    /// The commit must be the one that follows.
    void add(const StoredCommit& commit);
    bool is_empty() const { return next_ == first_; }
    std::size_t size() const { return bytes_.size(); }
    /// Of what was added, which must be something.
    SegmentName name() const;
    /// The whole file.
    std::string finish() const;

 private:
    Position first_;
    Position next_;
    std::string bytes_;
};

struct SegmentIdentity {
    boost::uuids::uuid log_id{};
    SegmentName name;
};

/// The commits of a segment, which must be the one that its name and its folder say: `corrupted`
/// when it is not all that was written, `newer_format` when a later release wrote it.
std::expected<std::vector<StoredCommit>, Failure> read_segment(std::string_view bytes,
                                                               const SegmentIdentity& identity);

}  // namespace muster
