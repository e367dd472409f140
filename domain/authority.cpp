// Permissions, reach and grants, read off the actor's roles.
#include "domain/authority.h"

#include <algorithm>

namespace muster {
namespace {

bool holds(const PermissionSet& permissions, const Blueprint& blueprint, Operation operation) {
    const auto needed = blueprint.needs.find(operation);
    if (needed == blueprint.needs.end()) return false;
    const auto& catalogue = blueprint.permissions;
    const auto found = std::ranges::find(catalogue, needed->second, &Permission::id);
    if (found == catalogue.end()) return false;
    return permissions.test(static_cast<std::size_t>(found - catalogue.begin()));
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
    if (actor.kind == ActorKind::person && organization->member(actor.person) == nullptr) {
        return std::unexpected(Rejection::organization_not_found);
    }
    if (const auto closed = closed_to(call, *organization)) return std::unexpected(*closed);
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
    switch (actor.kind) {
        case ActorKind::platform_operator:
            return true;
        case ActorKind::system:
            return false;
        case ActorKind::person:
            break;
    }
    const PermissionSet permissions = workspace
                                          ? organization.permissions_of(actor.person, *workspace)
                                          : organization.permissions_of(actor.person);
    return holds(permissions, *organization.blueprint, operation);
}

bool reaches(const Organization& organization, const Actor& actor, Reach reach,
             const std::vector<RoleId>& target_roles) {
    if (actor.is_operator()) return true;
    const Member* member = organization.member(actor.person);
    if (member == nullptr || member->status != MemberStatus::active) return false;
    const PermissionSet permissions = organization.permissions_of(actor.person);
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
    const Member* member = organization.member(actor.person);
    if (member == nullptr) return false;
    PermissionSet grantable = within ? organization.permissions_of(actor.person, *within)
                                     : organization.permissions_of(actor.person);
    if (!actor.is(to)) {
        for (const RoleId& own : member->roles) {
            const OrganizationRole* rules = organization.blueprint->role(own);
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
    const auto& catalogue = organization.blueprint->permissions;
    const auto found = std::ranges::find(catalogue, permission, &Permission::id);
    if (found == catalogue.end()) return std::unexpected(Rejection::permission_unknown);
    if (workspace && !organization.workspaces.contains(*workspace)) {
        return std::unexpected(Rejection::workspace_not_found);
    }
    const PermissionSet held = workspace ? organization.permissions_of(person, *workspace)
                                         : organization.permissions_of(person);
    const auto bit = static_cast<std::size_t>(found - catalogue.begin());
    if (!held.test(bit)) return false;
    if (!found->within_workspaces) return true;

    const Member* member = organization.member(person);
    if (workspace && member->workspaces.contains(*workspace)) return true;
    for (std::size_t wider = 0; wider < catalogue.size(); ++wider) {
        if (!held.test(wider) || catalogue[wider].within_workspaces) continue;
        const std::vector<PermissionId> alone{catalogue[wider].id};
        if (organization.blueprint->closure(alone).test(bit)) return true;
    }
    return false;
}

}  // namespace muster
