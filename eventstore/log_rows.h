// The rows of the log's RocksDB: keys, values, and which events make somebody belong. STORED: a
// change here is a new format.
//
//     commits      position 8                      -> encoded commit
//     streams      kind 1 | id 16 | version 8      -> position 8
//     requests     key 32                          -> position 8 | fingerprint 32
//     memberships  person 16 | organisation 16     -> empty
//     default      "log"                           -> format 8 | id 16
//                  "head"                          -> position 8 | recorded_at 8 | key_seq 8
//
// Numbers are big-endian.
#pragma once

#include "eventstore/commit.h"
#include "eventstore/rocksdb_support.h"

#include <optional>
#include <string>
#include <string_view>

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

inline std::string key_of(PersonId person, OrganizationId organization) {
    std::string key;
    append_id(key, person.value);
    append_id(key, organization.value);
    return key;
}

inline std::string_view bytes_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

struct Head {
    Position position{};
    Instant recorded_at;
    std::uint64_t key_seq = 0;
};

inline std::string bytes_of(const Head& head) {
    std::string bytes;
    append_big_endian(bytes, number(head.position));
    append_big_endian(bytes, static_cast<std::uint64_t>(head.recorded_at.micros));
    append_big_endian(bytes, head.key_seq);
    return bytes;
}

/// Whether an event makes its person belong to the organisation, ends that, or neither. Nobody is
/// a member with an open invitation, so the end of an invitation is the end of belonging.
struct Belonging {
    PersonId person;
    bool belongs = false;
};

struct BelongingOf {
    std::optional<Belonging> operator()(const InvitationIssued& event) const {
        return Belonging{event.person, true};
    }
    std::optional<Belonging> operator()(const MemberJoined& event) const {
        return Belonging{event.person, true};
    }
    std::optional<Belonging> operator()(const MemberRemoved& event) const {
        return Belonging{event.person, false};
    }
    std::optional<Belonging> operator()(const InvitationCancelled& event) const {
        return Belonging{event.person, false};
    }
    std::optional<Belonging> operator()(const InvitationDeclined& event) const {
        return Belonging{event.person, false};
    }
    std::optional<Belonging> operator()(const InvitationExpired& event) const {
        return Belonging{event.person, false};
    }
    template <class Other>
    std::optional<Belonging> operator()(const Other&) const {
        return std::nullopt;
    }
};

}  // namespace muster::log_rows
