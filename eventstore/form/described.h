// What a command or an event holds, field by field, under the names of its stored form: whoever
// shows one by this shows whatever it holds. Values refer to what was described, which must outlive
// them. Any thread.
#pragma once

#include "domain/events.h"

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace muster::described {

struct Value;
struct Member;

using List = std::vector<Value>;

/// A struct under the name of its table, or a map, which has no name.
struct Object {
    std::string_view name;
    std::vector<Member> members;
};

struct Value {
    /// monostate: there is none. An id that has to be there may be nil, a text may be empty, and so
    /// may a blueprint be null.
    std::variant<std::monostate, bool, std::uint64_t, Instant, boost::uuids::uuid, std::string_view,
                 Actor, const Sealed*, const Blueprint*, List, Object>
        held;
};

struct Member {
    std::string_view name;
    Value value;
    bool is_optional = false;  ///< need not be there
};

/// "MemberJoined" and its fields, in the order of the schema.
Object describe(const Event& event);
Object describe(const Command& command);

}  // namespace muster::described
