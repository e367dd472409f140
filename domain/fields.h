// The fields of commands, without a list of them that somebody could forget to make longer: a field
// that is added is looked at by whoever looks at all of them. Pure; any thread.
#pragma once

#include "domain/blueprint.h"
#include "domain/context.h"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace muster {

template <class T>
constexpr bool is_optional_field = false;
template <class T>
constexpr bool is_optional_field<std::optional<T>> = true;

/// Stands for a value of any type when fields are counted. An optional is made from what it holds.
struct AnyField {
    template <class T>
    requires(!is_optional_field<T>) operator T() const;
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

/// References to all fields, in their order; const ones of a const struct.
template <class Struct>
auto fields_of(Struct& value) {
    constexpr std::size_t count = count_fields<std::remove_const_t<Struct>>();
    static_assert(count >= 1 && count <= 9, "add a line below");
    if constexpr (count == 1) {
        auto& [a] = value;
        return std::tie(a);
    } else if constexpr (count == 2) {
        auto& [a, b] = value;
        return std::tie(a, b);
    } else if constexpr (count == 3) {
        auto& [a, b, c] = value;
        return std::tie(a, b, c);
    } else if constexpr (count == 4) {
        auto& [a, b, c, d] = value;
        return std::tie(a, b, c, d);
    } else if constexpr (count == 5) {
        auto& [a, b, c, d, e] = value;
        return std::tie(a, b, c, d, e);
    } else if constexpr (count == 6) {
        auto& [a, b, c, d, e, f] = value;
        return std::tie(a, b, c, d, e, f);
    } else if constexpr (count == 7) {
        auto& [a, b, c, d, e, f, g] = value;
        return std::tie(a, b, c, d, e, f, g);
    } else if constexpr (count == 8) {
        auto& [a, b, c, d, e, f, g, h] = value;
        return std::tie(a, b, c, d, e, f, g, h);
    } else {
        auto& [a, b, c, d, e, f, g, h, i] = value;
        return std::tie(a, b, c, d, e, f, g, h, i);
    }
}

/// Whether `test` holds of any part of a value: of what it takes by itself, else of what that is
/// made of, in the order of the fields and no further than needed.
template <class Value, class Test>
bool any_part(const Value& value, const Test& test) {
    const auto of_part = [&](const auto& part) { return any_part(part, test); };
    if constexpr (std::predicate<const Test&, const Value&>) {
        return test(value);
    } else if constexpr (is_optional_field<Value>) {
        return value && of_part(*value);
    } else if constexpr (std::same_as<Value, Actor>) {
        return of_part(value.person());
    } else if constexpr (requires { value.is_nil(); }) {
        return false;
    } else if constexpr (std::is_aggregate_v<Value>) {
        return std::apply([&](const auto&... field) { return (of_part(field) || ...); },
                          fields_of(value));
    } else if constexpr (requires { value.first; }) {
        return of_part(value.first) || of_part(value.second);
    } else if constexpr (std::ranges::range<Value> && !std::same_as<Value, std::string>) {
        return std::ranges::any_of(value, of_part);
    } else {
        static_assert(std::is_arithmetic_v<Value> || std::is_enum_v<Value> ||
                      std::same_as<Value, std::string> || std::same_as<Value, SharedBlueprint>);
        return false;
    }
}

}  // namespace muster
