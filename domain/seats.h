// Licences. A person uses at most one of an organisation: the first free class that all their roles
// accept, recomputed on every change. An open invitation reserves the one its acceptance will use.
#pragma once

#include "domain/organization.h"
#include "domain/rejection.h"

#include <expected>
#include <optional>
#include <vector>

namespace muster {

/// The licence for somebody with these roles who has `current` now (and keeps it while it is the
/// best that fits, also in an organisation over its limit). `wanted` is tried before the others.
/// Nothing when no role needs one; `seat_limit_reached` when none that fits is free.
std::expected<std::optional<LicenceClassId>, Rejection> licence_for(
    const Organization& organization, const std::vector<RoleId>& roles, const Places& workspaces,
    const std::optional<LicenceClassId>& current,
    const std::optional<LicenceClassId>& wanted = std::nullopt);

/// What becomes of the licence of a member or invited person who is to have these roles and places:
/// the event, when it is another one than now. Who is suspended where that frees it, was invited
/// where nothing is reserved, or is to take a member's place (R13) has none. Who comes back keeps
/// `kept` if they can; the event says when they cannot.
std::expected<std::optional<LicenceChanged>, Rejection> licence_change(
    const Organization& organization, PersonId person, const std::vector<RoleId>& roles,
    const Places& workspaces, const std::optional<LicenceClassId>& kept = std::nullopt);

}  // namespace muster
