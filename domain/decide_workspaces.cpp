// Workspaces, and who stands where in them.
#include "domain/decide_parts.h"
#include "domain/seats.h"

namespace muster {
namespace {

/// Somebody who can be in a workspace: a member or an invited person.
struct Target {
    const std::vector<RoleId>* roles = nullptr;
    const Places* places = nullptr;
    const std::optional<LicenceClassId>* licence = nullptr;
    bool member = false;
};

std::optional<Target> target_of(const Organization& organization, PersonId person) {
    if (const Member* member = organization.member(person)) {
        return Target{&member->roles, &member->workspaces, &member->licence, true};
    }
    const OpenInvitation* invitation = organization.invitation_of(person);
    if (invitation == nullptr) return std::nullopt;
    return Target{&invitation->roles, &invitation->workspaces, &invitation->licence, false};
}

/// Whether the target's places wait until the invitation is accepted.
bool must_wait(const Organization& organization, const Target& target) {
    return !target.member && !organization.blueprint->workspaces.for_pending;
}

/// The licence after a change of places, as an event when it is another one.
std::expected<std::optional<Event>, Rejection> licence_change(const Organization& organization,
                                                              PersonId person, const Target& target,
                                                              const Places& places) {
    if (!target.member && !organization.blueprint->joining.invitation_reserves_licence) {
        return std::nullopt;
    }
    const auto licence = licence_for(organization, *target.roles, places, *target.licence);
    if (!licence) return std::unexpected(licence.error());
    if (*licence == *target.licence) return std::nullopt;
    return Event{LicenceChanged{person, *licence}};
}

}  // namespace

std::optional<Rejection> wrong_place(const Organization& organization,
                                     const WorkspacePlace& place) {
    const WorkspaceRules& rules = organization.blueprint->workspaces;
    if (!rules.offered) return Rejection::workspaces_not_offered;
    if (!organization.workspaces.contains(place.workspace)) return Rejection::workspace_not_found;
    if (rules.roles.empty()) {
        if (!place.role.value.empty()) return Rejection::workspace_role_not_offered;
        return std::nullopt;
    }
    if (place.role.value.empty()) return Rejection::workspace_role_missing;
    if (organization.blueprint->workspace_role(place.role) == nullptr) {
        return Rejection::workspace_role_not_found;
    }
    return std::nullopt;
}

bool may_grant_place(const Organization& organization, const Actor& actor, PersonId to,
                     WorkspaceId workspace, const RoleId& role) {
    const WorkspaceRole* rules = organization.blueprint->workspace_role(role);
    if (rules == nullptr) return true;
    return may_grant(organization, actor, to, organization.blueprint->closure(rules->gives),
                     workspace);
}

Verdict create_workspace(const Call& call, const CreateWorkspace& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    if (!may(organization, call.actor(), Operation::create_workspace)) {
        return refuse(Rejection::not_allowed);
    }
    if (!organization.blueprint->workspaces.offered) {
        return refuse(Rejection::workspaces_not_offered);
    }
    if (organization.workspaces.contains(command.workspace)) return refuse(Rejection::id_taken);
    const bool name_taken = std::ranges::any_of(organization.workspaces, [&](const auto& entry) {
        return entry.second.name == command.name;
    });
    if (name_taken) return refuse(Rejection::workspace_name_taken);
    if (command.name.empty()) return refuse(Rejection::name_missing);
    return happened(command.organization, {WorkspaceCreated{command.workspace, command.name}});
}

Verdict delete_workspace(const Call& call, const DeleteWorkspace& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    if (!may(organization, call.actor(), Operation::delete_workspace, command.workspace)) {
        return refuse(Rejection::not_allowed);
    }
    if (!organization.workspaces.contains(command.workspace)) {
        return refuse(Rejection::workspace_not_found);
    }
    // Licences that people held only for this workspace are freed in the same commit. Each is
    // chosen in the state that the ones before it left.
    Organization after = organization;
    std::vector<Event> events{WorkspaceDeleted{command.workspace}};
    evolve(after, events.front(), call.now);
    const auto settle = [&](PersonId person, const Places& before) -> std::optional<Rejection> {
        if (!before.contains(command.workspace)) return std::nullopt;
        const auto target = target_of(after, person);
        if (!target) return std::nullopt;
        const auto change = licence_change(after, person, *target, *target->places);
        if (!change) return change.error();
        if (*change) {
            evolve(after, **change, call.now);
            events.push_back(**change);
        }
        return std::nullopt;
    };
    for (const auto& [person, member] : organization.members) {
        if (const auto no = settle(person, member.workspaces)) return refuse(*no);
    }
    for (const auto& [id, invitation] : organization.invitations) {
        if (const auto no = settle(invitation.person, invitation.workspaces)) return refuse(*no);
    }
    return happened(command.organization, std::move(events));
}

Verdict assign_workspace_role(const Call& call, const AssignWorkspaceRole& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    const Actor& actor = call.actor();
    const WorkspaceId workspace = command.place.workspace;
    if (!may(organization, actor, Operation::assign_workspace, workspace)) {
        return refuse(Rejection::not_allowed);
    }
    const auto target = target_of(organization, command.person);
    if (!target) return refuse(Rejection::member_not_found);
    if (const auto wrong = wrong_place(organization, command.place)) return refuse(*wrong);
    if (!reaches(organization, actor, Reach::edit_workspaces, *target->roles)) {
        return refuse(Rejection::target_out_of_reach);
    }
    if (!may_grant_place(organization, actor, command.person, workspace, command.place.role)) {
        return refuse(Rejection::beyond_own_permissions);
    }
    Places places = *target->places;
    const auto place = places.find(workspace);
    if (place != places.end() && place->second == command.place.role) return already_so();
    if (must_wait(organization, *target)) return refuse(Rejection::member_pending);

    places[workspace] = command.place.role;
    const auto change = licence_change(organization, command.person, *target, places);
    if (!change) return refuse(change.error());
    std::vector<Event> events{WorkspaceRoleAssigned{command.person, command.place}};
    if (*change) events.push_back(**change);
    return happened(command.organization, std::move(events));
}

Verdict withdraw_workspace_role(const Call& call, const WithdrawWorkspaceRole& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    const Actor& actor = call.actor();
    if (!may(organization, actor, Operation::assign_workspace, command.workspace)) {
        return refuse(Rejection::not_allowed);
    }
    const auto target = target_of(organization, command.person);
    if (!target) return refuse(Rejection::member_not_found);
    if (!organization.workspaces.contains(command.workspace)) {
        return refuse(Rejection::workspace_not_found);
    }
    if (!reaches(organization, actor, Reach::edit_workspaces, *target->roles)) {
        return refuse(Rejection::target_out_of_reach);
    }
    Places places = *target->places;
    if (places.erase(command.workspace) == 0) return already_so();
    if (must_wait(organization, *target)) return refuse(Rejection::member_pending);

    const auto change = licence_change(organization, command.person, *target, places);
    if (!change) return refuse(change.error());
    std::vector<Event> events{WorkspaceRoleWithdrawn{command.person, command.workspace}};
    if (*change) events.push_back(**change);
    return happened(command.organization, std::move(events));
}

}  // namespace muster
