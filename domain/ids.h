// Strong types for everything that is named by an id, so that a person is never passed for an
// organisation. Random ids are UUIDs; the ids a blueprint chooses (roles, permissions, licence
// classes, plans) are short texts. All are regular values, ordered, hashable through their value.
#pragma once

#include <array>
#include <bit>
#include <boost/uuid/uuid.hpp>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

template <class Tag>
struct Id {
    boost::uuids::uuid value{};

    bool is_nil() const { return value.is_nil(); }
    bool operator==(const Id&) const = default;
    std::strong_ordering operator<=>(const Id&) const = default;
};

using OrganizationId = Id<struct OrganizationTag>;
using PersonId = Id<struct PersonTag>;
using InvitationId = Id<struct InvitationTag>;
using WorkspaceId = Id<struct WorkspaceTag>;
using CommandId = Id<struct CommandTag>;

template <class Tag>
struct Key {
    std::string value;

    bool operator==(const Key&) const = default;
    std::strong_ordering operator<=>(const Key&) const = default;
};

using RoleId = Key<struct RoleTag>;  // organisation roles and workspace roles alike
using PermissionId = Key<struct PermissionTag>;
using LicenceClassId = Key<struct LicenceClassTag>;
using PlanId = Key<struct PlanTag>;

/// Dense number of a commit in the log, from 1. Position 0 is "before the first commit".
enum class Position : std::uint64_t {};
/// Number of commits that changed one stream. Version 0 is a stream nothing was written to.
enum class Version : std::uint64_t {};

constexpr std::uint64_t number(Position position) {
    return static_cast<std::uint64_t>(position);
}
constexpr std::uint64_t number(Version version) {
    return static_cast<std::uint64_t>(version);
}
constexpr Position next(Position position) {
    return Position{number(position) + 1};
}
constexpr Version next(Version version) {
    return Version{number(version) + 1};
}

/// The canonical 36-character form.
std::string to_string(const boost::uuids::uuid& value);
template <class Tag>
std::string to_string(Id<Tag> id) {
    return to_string(id.value);
}

/// Accepts the canonical 36-character form only, in either case; nothing else.
std::optional<boost::uuids::uuid> parse_uuid(std::string_view text);
/// The same for an id of something. Nil is none: it names nothing and nobody.
template <class AnyId>
std::optional<AnyId> parse_id(std::string_view text) {
    const auto value = parse_uuid(text);
    if (!value || value->is_nil()) return std::nullopt;
    return AnyId{*value};
}

}  // namespace muster

template <class Tag>
struct std::hash<muster::Id<Tag>> {
    std::size_t operator()(const muster::Id<Tag>& id) const noexcept {
        const auto [front, back] = std::bit_cast<std::array<std::uint64_t, 2>>(id.value);
        return front ^ back * 0x9E37'79B9'7F4A'7C15U;  // both halves have bits that are always set
    }
};
