// rapidcheck generators for everything that a commit holds: ids, sealed bytes, every command, every
// event, whole commits. Structs are drawn field by field, found by reflection, so that a new field
// is arbitrary at once. The values have the right shape and need make no sense as history.
#pragma once

#include "eventstore/form/commit.h"
#include "tests/eventstore/sample_blueprint.h"

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <boost/pfr/core.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace muster::arbitrary {

inline const std::vector<Rejection>& all_rejections() {
    static const std::vector<Rejection> all = [] {
        std::vector<Rejection> found;
        for (std::uint16_t number = 1; number < 1'000; ++number) {
            if (const auto rejection = rejection_numbered(number)) found.push_back(*rejection);
        }
        return found;
    }();
    return all;
}
inline const std::vector<ObstacleKind>& all_obstacle_kinds() {
    static const std::vector<ObstacleKind> all = [] {
        std::vector<ObstacleKind> found;
        for (std::uint8_t number = 1; number < 255; ++number) {
            if (const auto kind = obstacle_numbered(number)) found.push_back(*kind);
        }
        return found;
    }();
    return all;
}

inline bool coin() {
    return *rc::gen::arbitrary<bool>();
}
inline std::size_t below(std::size_t end) {
    return *rc::gen::inRange<std::size_t>(0, end);
}
inline std::uint64_t any_number() {
    return *rc::gen::arbitrary<std::uint64_t>();
}
/// Any bytes, NUL and what is not UTF-8 among them; often one of a few, so that equal texts meet.
inline std::string any_text() {
    static const std::array<std::string, 4> common{"", "admin", "member", "full"};
    return coin() ? *rc::gen::arbitrary<std::string>() : common.at(below(common.size()));
}
inline void draw_bytes(std::span<std::uint8_t> bytes) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        bytes[at] = *rc::gen::arbitrary<std::uint8_t>();
    }
}

// How each kind of field is drawn. Only within a property, or within rc::gen::exec.

template <class Value>
Value drawn();

inline void draw(bool& value) {
    value = coin();
}
inline void draw(std::uint32_t& value) {
    value = static_cast<std::uint32_t>(any_number());
}
inline void draw(std::uint64_t& value) {
    value = any_number();
}
inline void draw(std::int64_t& value) {
    value = static_cast<std::int64_t>(any_number());
}
inline void draw(Position& value) {
    value = Position{any_number()};
}
inline void draw(Version& value) {
    value = Version{any_number()};
}
inline void draw(std::string& value) {
    value = any_text();
}
inline void draw(boost::uuids::uuid& value) {
    draw_bytes(value.data);
}
inline void draw(Digest& value) {
    draw_bytes(value);
}
inline void draw(RowMode& value) {
    value = coin() ? RowMode::atomic : RowMode::each;
}
inline void draw(SentInvitations& value) {
    value = SentInvitations{static_cast<std::uint8_t>(below(3))};
}
inline void draw(AttemptLimit& value) {
    const std::array<AttemptLimit, 4> limits{AttemptLimit::api_key, AttemptLimit::actor,
                                             AttemptLimit::link, AttemptLimit::address};
    value = limits.at(below(limits.size()));
}
inline void draw(Rejection& value) {
    value = all_rejections().at(below(all_rejections().size()));
}
inline void draw(ObstacleKind& value) {
    value = all_obstacle_kinds().at(below(all_obstacle_kinds().size()));
}
inline void draw(SharedBlueprint& value) {
    static const std::array<std::string, 3> names{"One", "Two", "Three"};
    value = coin() ? SharedBlueprint{sample_blueprint(names.at(below(names.size())))}
                   : SharedBlueprint{};
}
inline void draw(Actor& value) {
    const std::array<Actor, 3> actors{Actor::of(drawn<PersonId>()), Actor::the_operator(),
                                      Actor::the_system()};
    value = actors.at(below(actors.size()));
}
inline void draw(StreamId& value) {
    value = coin() ? StreamId::of(drawn<OrganizationId>()) : StreamId::of(drawn<PersonId>());
}

template <class Value>
void draw(std::optional<Value>& value) {
    if (coin()) value = drawn<Value>();
}
template <class Value>
void draw(std::vector<Value>& values) {
    values.resize(below(4));
    for (Value& value : values) value = drawn<Value>();
}
template <class Name, class Value>
void draw(std::map<Name, Value>& values) {
    for (std::size_t left = below(4); left > 0; --left) values[drawn<Name>()] = drawn<Value>();
}
/// The alternative of that number.
template <class... Alternatives>
void draw_alternative(std::variant<Alternatives...>& value, std::size_t number) {
    using Variant = std::variant<Alternatives...>;
    static constexpr std::array<Variant (*)(), sizeof...(Alternatives)> draws{
        [] { return Variant{drawn<Alternatives>()}; }...};
    value = draws.at(number)();
}
template <class... Alternatives>
void draw(std::variant<Alternatives...>& value) {
    draw_alternative(value, below(sizeof...(Alternatives)));
}
template <class Struct>
requires std::is_aggregate_v<Struct>
void draw(Struct& value) {
    boost::pfr::for_each_field(value, [](auto& field) { draw(field); });
}

template <class Value>
Value drawn() {
    Value value{};
    draw(value);
    return value;
}

inline Command drawn_command(std::size_t number) {
    Command command;
    draw_alternative(command, number);
    return command;
}
inline Event drawn_event(std::size_t number) {
    Event event;
    draw_alternative(event, number);
    return event;
}

template <class Value>
rc::Gen<Value> generator() {
    return rc::gen::exec([] { return drawn<Value>(); });
}

}  // namespace muster::arbitrary

namespace rc {

template <class Tag>
struct Arbitrary<muster::Id<Tag>> {
    static Gen<muster::Id<Tag>> arbitrary() {
        return muster::arbitrary::generator<muster::Id<Tag>>();
    }
};

template <class Tag>
struct Arbitrary<muster::Key<Tag>> {
    static Gen<muster::Key<Tag>> arbitrary() {
        return muster::arbitrary::generator<muster::Key<Tag>>();
    }
};

template <>
struct Arbitrary<muster::Sealed> {
    static Gen<muster::Sealed> arbitrary() {
        return muster::arbitrary::generator<muster::Sealed>();
    }
};

template <>
struct Arbitrary<muster::StreamId> {
    static Gen<muster::StreamId> arbitrary() {
        return muster::arbitrary::generator<muster::StreamId>();
    }
};

template <>
struct Arbitrary<muster::Command> {
    static Gen<muster::Command> arbitrary() {
        return muster::arbitrary::generator<muster::Command>();
    }
};

template <>
struct Arbitrary<muster::Event> {
    static Gen<muster::Event> arbitrary() { return muster::arbitrary::generator<muster::Event>(); }
};

template <>
struct Arbitrary<muster::Commit> {
    static Gen<muster::Commit> arbitrary() {
        return muster::arbitrary::generator<muster::Commit>();
    }
};

}  // namespace rc
