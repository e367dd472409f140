// Workspaces, and who stands where in them.
#include "domain/decide_parts.h"
#include "domain/seats.h"
#include "domain/somewhere.h"

namespace muster {
namespace {

/// Whether somebody's places wait until their invitation is accepted; who takes a member's place
/// gets what that member has then.
bool must_wait(const Organization& organization, PersonId person) {
    const OpenInvitation* invitation = organization.invitation_of(person);
    return invitation != nullptr &&
           (!organization.blueprint->workspaces.for_pending || invitation->replaces);
}

/// The ladder of one assignment, for a caller who is known.
std::expected<std::vector<Event>, Rejection> assigned(const Organization& organization,
                                                      const Actor& actor, PersonId person,
                                                      const WorkspacePlace& where) {
    if (!may(organization, actor, Operation::assign_workspace, where.workspace)) {
        return std::unexpected(Rejection::not_allowed);
    }
    const Held* held = organization.held_by(person);
    if (held == nullptr) return std::unexpected(Rejection::member_not_found);
    if (const auto wrong = wrong_place(organization, where)) return std::unexpected(*wrong);
    if (!reaches(organization, actor, Reach::edit_workspaces, held->roles)) {
        return std::unexpected(Rejection::target_out_of_reach);
    }
    if (!may_grant_place(organization, actor, person, where.workspace, where.role)) {
        return std::unexpected(Rejection::beyond_own_permissions);
    }
    Places places = held->workspaces;
    const auto place = places.find(where.workspace);
    if (place != places.end() && place->second == where.role) return {};
    if (must_wait(organization, person)) return std::unexpected(Rejection::member_pending);
    if (!may_be_placed(organization, held->roles)) {
        return std::unexpected(Rejection::workspace_joining_not_allowed);
    }

    places[where.workspace] = where.role;
    const auto licence = licence_change(organization, person, held->roles, places);
    if (!licence) return std::unexpected(licence.error());
    std::vector<Event> events{WorkspaceRoleAssigned{person, where}};
    if (*licence) events.emplace_back(**licence);
    return events;
}

/// Whether these are more than a step from the person's side takes, or take the person beyond it in
/// all. Who is beyond it already can have another role where they are.
bool is_beyond_limit(const Organization& organization, PersonId person,
                     const std::vector<WorkspacePlace>& places) {
    const std::size_t most = organization.blueprint->workspaces.most_per_invitation;
    const Held* held = organization.held_by(person);
    if (most == 0 || held == nullptr) return false;
    const std::size_t places_held = held->workspaces.size();
    const auto added = static_cast<std::size_t>(std::ranges::count_if(
        places, [&](const auto& place) { return !held->workspaces.contains(place.workspace); }));
    return places.size() > most || (added > 0 && places_held + added > most);
}

/// Whether a workspace other than `own` has the name, or one that looks the same.
bool is_workspace_name_taken(const World& world, const Organization& organization, WorkspaceId own,
                             const std::string& name) {
    const NameLook look = world.look_of(name);
    return std::ranges::any_of(organization.workspaces, [&](const auto& entry) {
        const auto& [id, workspace] = entry;
        return id != own && look_the_same(look, world.look_of(workspace.name));
    });
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
    // Who is placed by themselves as by anybody else may grant what they may grant to others.
    const PersonId receiver = organization.blueprint->workspaces.self_placement ? PersonId{} : to;
    return may_grant(organization, actor, receiver, organization.blueprint->closure(rules->gives),
                     workspace);
}

bool may_be_placed(const Organization& organization, const std::vector<RoleId>& roles) {
    const auto& needed = organization.blueprint->workspaces.joining_needs;
    if (!needed) return true;
    return contains(permissions_of_roles(organization, roles),
                    organization.blueprint->closure(std::vector{*needed}));
}

bool loses_its_places(const Organization& organization, PersonId person,
                      const std::vector<RoleId>& after) {
    const Held* held = organization.held_by(person);
    return held != nullptr && !held->workspaces.empty() &&
           may_be_placed(organization, held->roles) && !may_be_placed(organization, after);
}

Verdict decide_one(const Call& call, const CreateWorkspace& command) {
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
    if (is_workspace_name_taken(call.world, organization, command.workspace, command.name)) {
        return refuse(Rejection::workspace_name_taken);
    }
    if (call.world.look_of(command.name).key.empty()) return refuse(Rejection::name_missing);
    const WorkspaceCreated created{command.workspace, command.name};
    const auto& creator_role = organization.blueprint->workspaces.creator_role;
    const auto creator = call.actor().person();
    const Member* placed = creator ? organization.member(*creator) : nullptr;
    if (!creator_role || placed == nullptr || !may_be_placed(organization, placed->roles)) {
        return happened(command.organization, {created});
    }
    Rehearsal rehearsal{organization, call.now};
    rehearsal.add(created);
    rehearsal.add(WorkspaceRoleAssigned{*creator, {command.workspace, *creator_role}});
    if (const auto no = rehearsal.settle_licence(*creator)) return refuse(*no);
    return std::move(rehearsal).verdict();
}

Verdict decide_one(const Call& call, const RenameWorkspace& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    if (!may(organization, call.actor(), Operation::create_workspace)) {
        return refuse(Rejection::not_allowed);
    }
    const auto workspace = organization.workspaces.find(command.workspace);
    if (workspace == organization.workspaces.end()) return refuse(Rejection::workspace_not_found);
    if (workspace->second.name == command.name) return already_so();
    if (is_workspace_name_taken(call.world, organization, command.workspace, command.name)) {
        return refuse(Rejection::workspace_name_taken);
    }
    if (call.world.look_of(command.name).key.empty()) return refuse(Rejection::name_missing);
    return happened(command.organization, {WorkspaceRenamed{command.workspace, command.name}});
}

Verdict decide_one(const Call& call, const DeleteWorkspace& command) {
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
    Rehearsal rehearsal{organization, call.now};
    rehearsal.add(WorkspaceDeleted{command.workspace});
    for (const auto& [person, member] : organization.members) {
        if (!member.workspaces.contains(command.workspace)) continue;
        if (const auto no = rehearsal.settle_licence(person)) return refuse(*no);
    }
    for (const auto& [id, invitation] : organization.invitations) {
        if (!invitation.workspaces.contains(command.workspace)) continue;
        if (const auto no = rehearsal.settle_licence(invitation.person)) return refuse(*no);
    }
    return std::move(rehearsal).verdict();
}

Verdict decide_one(const Call& call, const AssignWorkspaceRole& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    auto events = assigned(**known, call.actor(), command.person, command.place);
    if (!events) return refuse(events.error());
    if (command.from_person && !events->empty() &&
        is_beyond_limit(**known, command.person, {command.place})) {
        const std::size_t most = (*known)->blueprint->workspaces.most_per_invitation;
        return std::unexpected(over_limit(Rejection::too_many_workspaces, "workspaces", most));
    }
    return happened(command.organization, std::move(*events));
}

Verdict decide_one(const Call& call, const AssignWorkspaces& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    // Before anything is copied: the right to each of the workspaces, and where none is named to
    // any, so that who has no right hears that and nothing else.
    const auto may_assign = [&](std::optional<WorkspaceId> workspace) {
        return may(**known, call.actor(), Operation::assign_workspace, workspace);
    };
    const bool none = command.workspaces.empty();
    if (none ? !may_anywhere(**known, call.actor(), Operation::assign_workspace)
             : !std::ranges::all_of(command.workspaces, may_assign, &WorkspacePlace::workspace)) {
        return refuse(Rejection::not_allowed);
    }
    if (none) return refuse(Rejection::rows_missing);
    Rehearsal rehearsal{**known, call.now};
    std::set<WorkspaceId> named;
    for (const WorkspacePlace& place : command.workspaces) {
        auto events = assigned(rehearsal.state(), call.actor(), command.person, place);
        if (!events) return refuse(events.error());
        if (!named.insert(place.workspace).second) return refuse(Rejection::workspace_repeated);
        for (Event& event : *events) rehearsal.add(std::move(event));
    }
    if (named.empty()) return refuse(Rejection::rows_missing);
    const std::size_t most = (*known)->blueprint->workspaces.most_per_invitation;
    if (is_beyond_limit(**known, command.person, command.workspaces)) {
        return std::unexpected(over_limit(Rejection::too_many_workspaces, "workspaces", most));
    }
    return std::move(rehearsal).verdict();
}

Verdict decide_one(const Call& call, const WithdrawWorkspaceRole& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    const Actor& actor = call.actor();
    if (!may(organization, actor, Operation::assign_workspace, command.workspace)) {
        return refuse(Rejection::not_allowed);
    }
    const Held* held = organization.held_by(command.person);
    if (held == nullptr) return refuse(Rejection::member_not_found);
    if (!organization.workspaces.contains(command.workspace)) {
        return refuse(Rejection::workspace_not_found);
    }
    if (!reaches(organization, actor, Reach::edit_workspaces, held->roles)) {
        return refuse(Rejection::target_out_of_reach);
    }
    Places places = held->workspaces;
    if (places.erase(command.workspace) == 0) return already_so();
    if (must_wait(organization, command.person)) return refuse(Rejection::member_pending);

    const auto licence = licence_change(organization, command.person, held->roles, places);
    if (!licence) return refuse(licence.error());
    std::vector<Event> events{WorkspaceRoleWithdrawn{command.person, command.workspace}};
    if (*licence) events.emplace_back(**licence);
    return happened(command.organization, std::move(events));
}

}  // namespace muster
