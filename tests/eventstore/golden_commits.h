// The fixed commits behind golden/commit_format_1.hex: every command, every event, with every field
// set to something in at least one of them. Only ever added to at the end, for a command or event
// that is new; the stored bytes of the others are what released logs hold. Both lists are of one
// length: the shorter one is filled up with further examples.
#pragma once

#include "eventstore/form/commit.h"
#include "tests/eventstore/sample_blueprint.h"

#include <vector>

namespace muster::golden {

inline boost::uuids::uuid uuid_of(std::uint8_t first) {
    boost::uuids::uuid value{};
    for (std::size_t at = 0; at < value.size(); ++at) {
        value.data[at] = static_cast<std::uint8_t>(first + at);
    }
    return value;
}

inline const OrganizationId organization{uuid_of(0x10)};
inline const PersonId person{uuid_of(0x20)};
inline const InvitationId invitation{uuid_of(0x30)};
inline const WorkspaceId workspace{uuid_of(0x40)};
inline const RoleId role{"admin"};
inline const WorkspacePlace place{workspace, RoleId{"editor"}};
inline const LicenceClassId licence{"full"};
inline const Sealed name{"sealed name"};
inline const Sealed address{std::string{"sealed\0address", 14}};
inline const Sealed message{"sealed message"};
inline const Sealed details{"sealed details"};
inline const PersonId successor{uuid_of(0x28)};
inline const std::map<LicenceClassId, std::uint64_t> limits{{LicenceClassId{"basic"}, 3},
                                                            {licence, 70'000}};
inline const std::map<RoleId, RoleId> role_changes{{RoleId{"auditor"}, RoleId{"member"}},
                                                   {RoleId{"owner"}, RoleId{"admin"}}};
inline const std::map<RoleId, RoleId> workspace_role_changes{{RoleId{}, RoleId{"editor"}},
                                                             {RoleId{"viewer"}, RoleId{}}};
inline const Instant due{1'700'000'000'000'000};

/// The sample, with a workspace role and a permission that is held within workspaces.
inline SharedBlueprint rules() {
    Blueprint blueprint = sample_blueprint("Sample");
    blueprint.permissions.push_back({.id = PermissionId{"documents.write"},
                                     .module = "documents",
                                     .label = "Write documents",
                                     .within_workspaces = true,
                                     .without_workspace_too = true});
    blueprint.workspaces.offered = true;
    blueprint.workspaces.roles = {{.id = RoleId{"editor"}, .name = "Editor"}};
    blueprint.workspaces.creator_role = RoleId{"editor"};
    blueprint.members.address_replacement = true;
    blueprint.presentation.advise_expiring_days = 3;
    blueprint.presentation.advise_wide_role_percent = 80;
    return SharedBlueprint{blueprint};
}

inline std::vector<Command> commands(const SharedBlueprint& blueprint) {
    return {
        FoundOrganization{organization, "Verein der Freunde", blueprint, person, name, address},
        EndOrganization{organization},
        ChangePlan{organization, PlanId{"free"}, limits},
        InviteMember{organization,
                     {InvitationRow{invitation, person, {role}, {place}, name, address, details},
                      InvitationRow{InvitationId{uuid_of(0x50)}, PersonId{}, {}, {}, {}, {}, {}}},
                     RowMode::each,
                     message},
        ResendInvitation{organization, invitation},
        CancelInvitation{organization, invitation},
        AcceptInvitation{organization, invitation, 2, true, name, address},
        DeclineInvitation{organization, invitation, 3, true},
        ChangeRole{organization, person, {role, RoleId{"member"}}},
        RemoveMember{organization, person},
        CreateWorkspace{organization, workspace, "Werkstatt"},
        DeleteWorkspace{organization, workspace},
        AssignWorkspaceRole{organization, person, place},
        WithdrawWorkspaceRole{organization, person, workspace},
        CreateRole{organization, RoleId{"auditor"}, "Auditor", {PermissionId{"members.read"}}},
        RegisterPerson{person, name, address, true},
        RecordSignIn{person, organization},
        SettleDue{organization},
        FinishImport{organization},
        RecordMailHandedOver{organization, invitation, 4},
        SuspendMember{organization, person},
        ReinstateMember{organization, person},
        TransferOwnership{organization, person},
        ReplaceProtectedHolder{organization, person, successor, {RoleId{"member"}}},
        ReplaceAddress{organization, person, invitation, successor, name, address, details},
        AssignRole{organization, person, role},
        WithdrawRole{organization, person, role},
        RenameRole{organization, RoleId{"auditor"}, "Reviewer"},
        SetRolePermissions{organization, RoleId{"auditor"}, {PermissionId{"members.manage"}}},
        DeleteRole{organization, RoleId{"auditor"}},
        CopyRole{organization,
                 RoleId{"auditor"},
                 {RoleCopy{OrganizationId{uuid_of(0x18)}, RoleId{"auditor.copy"}}}},
        AssignWorkspaces{organization, person, {place, {WorkspaceId{uuid_of(0x48)}, RoleId{}}}},
        RenameOrganization{organization, "Verein der alten Freunde"},
        RenameWorkspace{organization, workspace, "Atelier"},
        ChangeBlueprint{organization, blueprint, role_changes, workspace_role_changes,
                        PlanId{"free"}},
        ChangeTwoFactor{person, true},
        ChangeProfile{person, name, details},
        RemoveMember{organization, person, true, SentInvitations::take_over},
        SuspendMember{organization, person, SentInvitations::cancel},
        AssignWorkspaceRole{organization, person, place, true},
        WithdrawRole{organization, person, role, RoleId{"member"}},
        DeleteRole{organization, RoleId{"auditor"}, RoleId{"member"}},
        RecordSuppressedAttempts{organization, AttemptLimit::link, Actor::of(person), 70, due,
                                 due + std::chrono::minutes{1}},
    };
}

inline std::vector<Event> events(const SharedBlueprint& blueprint) {
    return {
        OrganizationFounded{organization, "Verein der Freunde", blueprint, PlanId{"free"}, true},
        OrganizationEnded{},
        PlanChanged{PlanId{"free"}, limits},
        InvitationIssued{invitation,
                         person,
                         Actor::of(PersonId{uuid_of(0x60)}),
                         {role},
                         {place},
                         licence,
                         name,
                         address,
                         message,
                         due,
                         details,
                         successor},
        InvitationResent{invitation, person, 2, due},
        InvitationCancelled{invitation, person},
        InvitationDeclined{invitation, person},
        InvitationExpired{invitation, person},
        InvitationAccepted{invitation, person},
        MemberJoined{person, invitation, {role}, {place}, licence, name, address, details},
        MemberRolesChanged{person, {role, RoleId{"member"}}},
        MemberRemoved{person, {workspace, WorkspaceId{uuid_of(0x70)}}, licence},
        WorkspaceCreated{workspace, "Werkstatt"},
        WorkspaceDeleted{workspace},
        WorkspaceRoleAssigned{person, place},
        WorkspaceRoleWithdrawn{person, workspace},
        LicenceChanged{person, licence},
        RoleCreated{RoleId{"auditor"}, "Auditor", {PermissionId{"members.read"}}},
        ImportFinished{},
        MailHandedOver{invitation, person, 4},
        PersonRegistered{person, name, address, true},
        PersonSignedIn{person, organization},
        MemberSuspended{person},
        MemberReinstated{person},
        RoleRenamed{RoleId{"auditor"}, "Reviewer"},
        RolePermissionsChanged{RoleId{"auditor"}, {PermissionId{"members.manage"}}},
        RoleDeleted{RoleId{"auditor"}},
        OrganizationRenamed{"Verein der alten Freunde"},
        WorkspaceRenamed{workspace, "Atelier"},
        BlueprintChanged{blueprint, PlanId{"free"}, limits, role_changes, workspace_role_changes},
        TwoFactorChanged{person, true},
        ProfileChanged{person, name, details},
        InvitationIssued{.invitation = invitation, .person = person, .roles = {role}},
        MemberJoined{.person = person, .roles = {role}},
        MemberRemoved{.person = person},
        LicenceChanged{person, std::nullopt},
        PersonSignedIn{person, std::nullopt},
        InvitationTakenOver{invitation, person, Actor::of(PersonId{uuid_of(0x60)})},
        InvitationResent{invitation, person, 3, due, Actor::the_operator()},
        LicenceChanged{person, licence, LicenceClassId{"basic"}},
        InvitationTakenOver{invitation, person, Actor::the_operator()},
        LicenceChanged{person, std::nullopt, licence},
        AttemptsSuppressed{AttemptLimit::actor, Actor::of(person), 70, due,
                           due + std::chrono::minutes{1}},
    };
}

inline Context context_of(std::uint64_t number) {
    Context context;
    if (number % 3 == 0) context.actor = Actor::of(PersonId{uuid_of(0x60)});
    if (number % 3 == 1) context.actor = Actor::the_operator();
    context.command_id = CommandId{uuid_of(static_cast<std::uint8_t>(0x80 + number))};
    if (number % 2 == 0) context.origin = Sealed{"sealed origin"};
    if (number % 4 == 0) context.reason = Sealed{"sealed reason"};
    context.imported = number == 5;
    return context;
}

/// One commit for each command, with the event of the same number.
inline std::vector<Commit> commits() {
    const SharedBlueprint blueprint = rules();
    const auto all_commands = commands(blueprint);
    const auto all_events = events(blueprint);
    std::vector<Commit> result;
    for (std::uint64_t at = 0; at < all_commands.size(); ++at) {
        const StreamId stream = at % 7 == 6 ? StreamId::of(person) : StreamId::of(organization);
        Commit commit;
        commit.position = Position{at + 1};
        commit.recorded_at = due + std::chrono::seconds{at + 1};
        commit.effective_at = due - std::chrono::seconds{at};
        commit.streams = {{stream, Version{at + 1}}};
        commit.context = context_of(at);
        if (at % 2 == 0) {
            commit.request = RequestRecord{};
            commit.request->key.fill(static_cast<std::uint8_t>(at + 1));
            commit.request->fingerprint.fill(0xf0);
        }
        commit.command = all_commands[at];
        commit.events = {{stream, all_events.at(at)}};
        commit.key_seq = at * 1'000;
        result.push_back(std::move(commit));
    }
    result[3].outcome.rows = {{invitation, person, false, std::nullopt},
                              {InvitationId{}, PersonId{}, true, Rejection::already_member}};
    result[9].outcome.rejection = Rejection::last_protected_holder;
    result[9].streams.clear();
    result[30].outcome.rows = {{.rejection = Rejection::role_name_taken,
                                .organization = OrganizationId{uuid_of(0x18)},
                                .role = RoleId{"auditor.copy"}}};
    result[34].outcome.rejection = Rejection::blueprint_breaks;
    result[34].outcome.obstacles = {{ObstacleKind::members_hold_role, "owner", 70'000},
                                    {ObstacleKind::no_protected_holder, {}, 0}};
    return result;
}

}  // namespace muster::golden
