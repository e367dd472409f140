// Looking for nil ids in commands. Every field of every command is looked at, and every part of it,
// without a list of them that somebody could forget to make longer.
#include "domain/decide_parts.h"

#include <concepts>
#include <tuple>
#include <type_traits>

namespace muster {
namespace {

template <class T>
constexpr bool is_optional_field = false;
template <class T>
constexpr bool is_optional_field<std::optional<T>> = true;

/// Stands for a value of any type when fields are counted. An optional is made from what it holds.
struct AnyField {
    template <class T>
    requires(!is_optional_field<T>)
    operator T() const;
};

/// With how many values the struct can be made, at most.
template <class Struct, class... Fields>
constexpr std::size_t count_fields() {
    if constexpr (requires { Struct{Fields{}..., AnyField{}}; }) {
        return count_fields<Struct, Fields..., AnyField>();
    } else {
        return sizeof...(Fields);
    }
}

template <class Struct>
auto fields_of(const Struct& value) {
    constexpr std::size_t count = count_fields<Struct>();
    static_assert(count >= 1 && count <= 9, "add a line below");
    if constexpr (count == 1) {
        const auto& [a] = value;
        return std::tie(a);
    } else if constexpr (count == 2) {
        const auto& [a, b] = value;
        return std::tie(a, b);
    } else if constexpr (count == 3) {
        const auto& [a, b, c] = value;
        return std::tie(a, b, c);
    } else if constexpr (count == 4) {
        const auto& [a, b, c, d] = value;
        return std::tie(a, b, c, d);
    } else if constexpr (count == 5) {
        const auto& [a, b, c, d, e] = value;
        return std::tie(a, b, c, d, e);
    } else if constexpr (count == 6) {
        const auto& [a, b, c, d, e, f] = value;
        return std::tie(a, b, c, d, e, f);
    } else if constexpr (count == 7) {
        const auto& [a, b, c, d, e, f, g] = value;
        return std::tie(a, b, c, d, e, f, g);
    } else if constexpr (count == 8) {
        const auto& [a, b, c, d, e, f, g, h] = value;
        return std::tie(a, b, c, d, e, f, g, h);
    } else {
        const auto& [a, b, c, d, e, f, g, h, i] = value;
        return std::tie(a, b, c, d, e, f, g, h, i);
    }
}

struct IsNil {
    template <class Tag>
    bool operator()(Id<Tag> id) const {
        return id.is_nil();
    }
    template <class T>
    bool operator()(const std::optional<T>& value) const {
        return value && (*this)(*value);
    }
    template <class T>
    bool operator()(const std::vector<T>& values) const {
        return std::ranges::any_of(values, *this);
    }
    template <class Name, class T>
    bool operator()(const std::map<Name, T>& values) const {
        return std::ranges::any_of(values, [this](const auto& entry) {
            return (*this)(entry.first) || (*this)(entry.second);
        });
    }
    bool operator()(const Actor& actor) const { return (*this)(actor.person()); }
    bool operator()(const InvitationRow& row) const {
        return (*this)(row.invitation) || (*this)(row.workspaces);
    }
    template <class Struct>
    requires std::is_aggregate_v<Struct>
    bool operator()(const Struct& value) const {
        return std::apply([this](const auto&... field) { return ((*this)(field) || ...); },
                          fields_of(value));
    }
    template <class Plain>
    requires std::is_arithmetic_v<Plain> || std::is_enum_v<Plain> ||
             std::same_as<Plain, std::string> || std::same_as<Plain, SharedBlueprint>
    bool operator()(const Plain&) const {
        return false;
    }
};

}  // namespace

bool names_nil(const Command& command, const Actor& actor) {
    return std::visit(IsNil{}, command) || IsNil{}(actor.person());
}

}  // namespace muster
