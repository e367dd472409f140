// Who may do what to whom: the questions every decision asks before it looks at a target's state.
// The operator passes all of them and is bound by every invariant; the system passes none (its own
// commands do not ask).
#pragma once

#include "domain/context.h"
#include "domain/decide.h"
#include "domain/organization.h"
#include "domain/rejection.h"

#include <expected>
#include <optional>
#include <vector>

namespace muster {

/// What every decision is made with.
struct Call {
    const World& world;
    const Context& context;
    Instant now;

    const Actor& actor() const { return context.actor; }
};

/// The organisation, for a caller who is known there: its members, the operator, the system. Says
/// `organization_not_found` to everybody else, `caller_suspended` to a suspended one (E9), and
/// refuses what an import's state does not allow.
std::expected<const Organization*, Rejection> known_organization(const Call& call,
                                                                 OrganizationId id);

/// Whether the organisation takes commands of this kind (imported or not) at this time.
std::optional<Rejection> closed_to(const Call& call, const Organization& organization);

/// Whether the actor's roles reach everybody who holds `target_roles`.
bool reaches(const Organization& organization, const Actor& actor, Reach reach,
             const std::vector<RoleId>& target_roles);

/// Nobody grants what they neither hold nor were given to grant; to themselves only what they hold.
/// `within`: the workspace whose role is granted.
bool may_grant(const Organization& organization, const Actor& actor, PersonId to,
               const PermissionSet& permissions, std::optional<WorkspaceId> within = std::nullopt);

/// The union of what roles give.
PermissionSet permissions_of_roles(const Organization& organization,
                                   const std::vector<RoleId>& roles);

}  // namespace muster
