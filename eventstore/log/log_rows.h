// The rows of the log's RocksDB, keys and values. STORED: a change here, or of what an event says
// of belonging (domain/events.h), is a new format.
//
//     commits      position 8                              -> encoded commit
//     streams      kind 1 | id 16 | version 8              -> position 8
//     requests     key 32                                  -> position 8 | fingerprint 32
//     memberships  person 16 | organisation 16 | position 8 -> 1: belongs since then; 0: no more
//     tree         level 1 | index 8                       -> hash 32 (merkle.h)
//     default      "log"                                   -> format 8 | id 16
//                  "head"                                  -> Head, 6 numbers of 8
//
// Numbers are big-endian. But for the head no row is ever written twice or deleted, so the number
// of entries in RocksDB's files tells whether any is missing.
#pragma once

#include "eventstore/form/commit.h"
#include "eventstore/machine/rocksdb_support.h"
#include "eventstore/proof/merkle.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::log_rows {

constexpr std::size_t number_size = 8;
constexpr std::size_t id_size = 16;
constexpr std::string_view log_key = "log";
constexpr std::string_view head_key = "head";

inline std::string key_of(Position position) {
    std::string key;
    append_big_endian(key, number(position));
    return key;
}

inline std::string prefix_of(StreamId stream) {
    std::string key(1, static_cast<char>(stream.kind));
    append_id(key, stream.id);
    return key;
}

inline std::string key_of(StreamId stream, Version version) {
    auto key = prefix_of(stream);
    append_big_endian(key, number(version));
    return key;
}

inline std::string prefix_of(PersonId person) {
    std::string key;
    append_id(key, person.value);
    return key;
}

inline std::string key_of(PersonId person, OrganizationId organization, Position position) {
    auto key = prefix_of(person);
    append_id(key, organization.value);
    append_big_endian(key, number(position));
    return key;
}

inline std::string key_of(const TreeNode& node) {
    std::string key(1, static_cast<char>(node.level));
    append_big_endian(key, node.index);
    return key;
}

/// Where the log is, and how many rows it has.
struct Head {
    Position position{};
    Instant recorded_at;
    std::uint64_t key_seq = 0;
    std::uint64_t streams = 0;
    std::uint64_t requests = 0;
    std::uint64_t memberships = 0;

    bool operator==(const Head&) const = default;
};

inline std::string bytes_of(const Head& head) {
    std::string bytes;
    append_big_endian(bytes, number(head.position));
    append_big_endian(bytes, static_cast<std::uint64_t>(head.recorded_at.micros));
    for (const auto number : {head.key_seq, head.streams, head.requests, head.memberships}) {
        append_big_endian(bytes, number);
    }
    return bytes;
}

inline std::optional<Head> head_in(std::string_view bytes) {
    if (bytes.size() != 6 * number_size) return std::nullopt;
    const auto at = [&](std::size_t index) { return number_at(bytes, index * number_size); };
    return Head{.position = Position{at(0)},
                .recorded_at = Instant{static_cast<std::int64_t>(at(1))},
                .key_seq = at(2),
                .streams = at(3),
                .requests = at(4),
                .memberships = at(5)};
}

/// A row that a commit has beside its own.
struct Row {
    std::string key;
    std::string value;
};

inline std::vector<Row> stream_rows(const Commit& commit) {
    std::vector<Row> rows;
    for (const auto& touched : commit.streams) {
        rows.push_back({key_of(touched.stream, touched.version), key_of(commit.position)});
    }
    return rows;
}

inline std::vector<Row> request_rows(const Commit& commit) {
    if (!commit.request) return {};
    return {{std::string{view_of(commit.request->key)},
             key_of(commit.position) + std::string{view_of(commit.request->fingerprint)}}};
}

/// One row a person and organisation, as the commit leaves them.
inline std::vector<Row> membership_rows(const Commit& commit) {
    std::map<std::string, bool> last;
    for (const auto& [stream, event] : commit.events) {
        if (stream.kind != StreamKind::organization) continue;
        const Belonging belonging = belonging_of(event);
        if (belonging == Belonging::unchanged) continue;
        last[key_of(*subject_of(event), OrganizationId{stream.id}, commit.position)] =
            belonging == Belonging::begins;
    }
    std::vector<Row> rows;
    for (const auto& [key, belongs] : last) rows.push_back({key, std::string(1, belongs ? 1 : 0)});
    return rows;
}

}  // namespace muster::log_rows
