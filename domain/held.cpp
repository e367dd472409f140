// Folding what somebody holds.
#include "domain/held.h"

#include <algorithm>
#include <set>

namespace muster {
namespace {

std::vector<RoleId> sorted(std::vector<RoleId> roles) {
    std::ranges::sort(roles);
    return roles;
}

template <class Begins>
Held held_at_first(const Begins& event) {
    Held held{.roles = sorted(event.roles), .workspaces = {}, .licence = event.licence};
    for (const WorkspacePlace& place : event.workspaces) {
        held.workspaces.emplace(place.workspace, place.role);
    }
    return held;
}

RoleId mapped(const RoleId& role, const std::map<RoleId, RoleId>& map) {
    const auto found = map.find(role);
    return found == map.end() ? role : found->second;
}

}  // namespace

Held held_by(const InvitationIssued& event) {
    return held_at_first(event);
}

Held held_by(const MemberJoined& event) {
    return held_at_first(event);
}

void evolve(Held& held, const MemberRolesChanged& event) {
    held.roles = sorted(event.roles);
}

void evolve(Held& held, const WorkspaceRoleAssigned& event) {
    held.workspaces[event.place.workspace] = event.place.role;
}

void evolve(Held& held, const WorkspaceRoleWithdrawn& event) {
    held.workspaces.erase(event.workspace);
}

void evolve(Held& held, const LicenceChanged& event) {
    held.licence = event.licence;
}

void evolve(Held& held, const WorkspaceDeleted& event) {
    held.workspaces.erase(event.workspace);
}

void evolve(Held& held, const BlueprintChanged& event) {
    std::set<RoleId> roles;
    for (const RoleId& role : held.roles) roles.insert(mapped(role, event.roles));
    held.roles = {roles.begin(), roles.end()};
    for (auto& [workspace, role] : held.workspaces) role = mapped(role, event.workspace_roles);
}

}  // namespace muster
