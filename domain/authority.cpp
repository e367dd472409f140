// Permissions, reach and grants, read off the actor's roles.
#include "domain/authority.h"

#include "domain/somewhere.h"

#include <algorithm>

namespace muster {
namespace {

/// Whether somebody who holds `held` holds one of the wider forms of a permission, which reach
/// everywhere.
bool holds_wider(const Blueprint& blueprint, const PermissionSet& held, std::size_t bit) {
    // Only `*` sets them all.
    if (held.all()) return true;
    for (std::size_t wider = 0; wider < blueprint.permissions.size(); ++wider) {
        const Permission& permission = blueprint.permissions[wider];
        if (!held.test(wider) || permission.within_workspaces) continue;
        if (blueprint.closure(std::vector{permission.id}).test(bit)) return true;
    }
    return false;
}

/// Whether a person has a permission in the whole organisation, or within one workspace.
bool holds(const Organization& organization, PersonId person, const PermissionId& id,
           std::optional<WorkspaceId> workspace) {
    const Blueprint& blueprint = *organization.blueprint;
    const Permission* permission = blueprint.permission(id);
    if (permission == nullptr) return false;
    const auto bit = static_cast<std::size_t>(permission - blueprint.permissions.data());
    const PermissionSet held = workspace ? organization.permissions_of(person, *workspace)
                                         : organization.permissions_of(person);
    if (!held.test(bit)) return false;
    if (!permission->within_workspaces) return true;
    if (!workspace && permission->without_workspace_too) return true;
    const Member* member = organization.member(person);
    if (workspace && member->workspaces.contains(*workspace)) return true;
    return holds_wider(blueprint, held, bit);
}

const ReachRules& reach_rules(const Organization& organization, const RoleId& role) {
    const OrganizationRole* rules = organization.blueprint->role(role);
    return rules != nullptr ? rules->reach : organization.blueprint->custom_roles.reach;
}

bool selects(const TargetSelector& selector, const Organization& organization,
             const PermissionSet& actor_permissions, const RoleId& target) {
    if (selector.all) return true;
    if (std::ranges::count(selector.roles, target) > 0) return true;
    const Role* role = organization.role(target);
    if (role == nullptr) return false;
    if (selector.custom && role->custom) return true;
    return selector.held && contains(actor_permissions, role->effective);
}

}  // namespace

std::expected<const Organization*, Rejection> known_organization(const Call& call,
                                                                 OrganizationId id) {
    const Organization* organization = call.world.organization(id);
    if (organization == nullptr) return std::unexpected(Rejection::organization_not_found);
    const Actor& actor = call.actor();
    const Member* caller = organization->member(actor);
    if (actor.person() && caller == nullptr) {
        return std::unexpected(Rejection::organization_not_found);
    }
    if (const auto closed = closed_to(call, *organization)) return std::unexpected(*closed);
    if (caller != nullptr && caller->status == MemberStatus::suspended) {
        return std::unexpected(Rejection::caller_suspended);
    }
    return organization;
}

std::optional<Rejection> closed_to(const Call& call, const Organization& organization) {
    if (organization.ended) return Rejection::organization_ended;
    if (call.context.imported) {
        if (!organization.importing) return Rejection::not_importing;
        if (call.now < organization.latest_at) return Rejection::import_out_of_order;
    } else if (organization.importing) {
        return Rejection::import_in_progress;
    }
    return std::nullopt;
}

bool may(const Organization& organization, const Actor& actor, Operation operation,
         std::optional<WorkspaceId> workspace) {
    if (actor.is_operator()) return true;
    const auto person = actor.person();
    const auto needed = organization.blueprint->needs.find(operation);
    return person && needed != organization.blueprint->needs.end() &&
           holds(organization, *person, needed->second, workspace);
}

bool may_anywhere(const Organization& organization, const Actor& actor, Operation operation) {
    if (may(organization, actor, operation)) return true;
    const Member* member = organization.member(actor);
    return member != nullptr && std::ranges::any_of(member->workspaces, [&](const auto& place) {
               return may(organization, actor, operation, place.first);
           });
}

bool reaches(const Organization& organization, const Actor& actor, Reach reach,
             const std::vector<RoleId>& target_roles) {
    if (actor.is_operator()) return true;
    const Member* member = organization.member(actor);
    if (member == nullptr || member->status != MemberStatus::active) return false;
    const PermissionSet permissions = organization.permissions_of(*actor.person());
    return std::ranges::all_of(target_roles, [&](const RoleId& target) {
        return std::ranges::any_of(member->roles, [&](const RoleId& own) {
            const ReachRules& rules = reach_rules(organization, own);
            const auto selector = rules.find(reach);
            return selector != rules.end() &&
                   selects(selector->second, organization, permissions, target);
        });
    });
}

bool may_grant(const Organization& organization, const Actor& actor, PersonId to,
               const PermissionSet& permissions, std::optional<WorkspaceId> within) {
    if (actor.is_operator()) return true;
    const Member* member = organization.member(actor);
    if (member == nullptr) return false;
    const PersonId own = *actor.person();
    PermissionSet grantable =
        within ? organization.permissions_of(own, *within) : organization.permissions_of(own);
    if (!actor.is(to)) {
        for (const RoleId& role : member->roles) {
            const OrganizationRole* rules = organization.blueprint->role(role);
            if (rules != nullptr) grantable |= organization.blueprint->closure(rules->grants);
        }
    }
    return contains(grantable, permissions);
}

PermissionSet permissions_of_roles(const Organization& organization,
                                   const std::vector<RoleId>& roles) {
    PermissionSet permissions;
    for (const RoleId& id : roles) {
        if (const Role* role = organization.role(id)) permissions |= role->effective;
    }
    return permissions;
}

std::expected<bool, Rejection> has_permission(const Organization& organization, PersonId person,
                                              const PermissionId& permission,
                                              std::optional<WorkspaceId> workspace) {
    if (organization.blueprint->permission(permission) == nullptr) {
        return std::unexpected(Rejection::permission_unknown);
    }
    if (workspace && !organization.workspaces.contains(*workspace)) {
        return std::unexpected(Rejection::workspace_not_found);
    }
    return holds(organization, person, permission, workspace);
}

}  // namespace muster
