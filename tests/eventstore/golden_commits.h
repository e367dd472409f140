// The fixed commits behind golden/commit_format_1.hex: every command, every event, with every field
// set to something in at least one of them. Only ever added to at the end, for a command or event
// that is new; the stored bytes of the others are what released logs hold.
#pragma once

#include "eventstore/commit.h"
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
inline const Instant due{1'700'000'000'000'000};

inline std::vector<Command> commands(const SharedBlueprint& blueprint) {
    return {
        FoundOrganization{organization, "Verein der Freunde", blueprint, person, name, address},
        EndOrganization{organization},
        ChangePlan{organization, PlanId{"free"}, {{LicenceClassId{"basic"}, 3}, {licence, 70'000}}},
        InviteMember{organization,
                     {InvitationRow{invitation, person, {role}, {place}, name, address},
                      InvitationRow{InvitationId{uuid_of(0x50)}, PersonId{}, {}, {}, {}, {}}},
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
    };
}

inline std::vector<Event> events(const SharedBlueprint& blueprint) {
    return {
        OrganizationFounded{organization, "Verein der Freunde", blueprint, PlanId{"free"}, true},
        OrganizationEnded{},
        PlanChanged{PlanId{"free"}, {{LicenceClassId{"basic"}, 3}, {licence, 70'000}}},
        InvitationIssued{invitation,
                         person,
                         Actor::of(PersonId{uuid_of(0x60)}),
                         {role},
                         {place},
                         licence,
                         name,
                         address,
                         message,
                         due},
        InvitationResent{invitation, person, 2, due},
        InvitationCancelled{invitation, person},
        InvitationDeclined{invitation, person},
        InvitationExpired{invitation, person},
        InvitationAccepted{invitation, person},
        MemberJoined{person, invitation, {role}, {place}, licence, name, address},
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

/// One commit for each command; the events follow one by one, the last commit has what remains.
inline std::vector<Commit> commits() {
    const SharedBlueprint blueprint{sample_blueprint("Sample")};
    const auto all_commands = commands(blueprint);
    const auto all_events = events(blueprint);
    std::vector<Commit> result;
    for (std::uint64_t at = 0; at < all_commands.size(); ++at) {
        Commit commit;
        commit.position = Position{at + 1};
        commit.recorded_at = due + std::chrono::seconds{at + 1};
        commit.effective_at = due - std::chrono::seconds{at};
        commit.streams = {{StreamId::of(organization), Version{at + 1}}};
        commit.context = context_of(at);
        if (at % 2 == 0) {
            commit.request = RequestRecord{};
            commit.request->key.fill(static_cast<std::uint8_t>(at + 1));
            commit.request->fingerprint.fill(0xf0);
        }
        commit.command = all_commands[at];
        commit.events = {{StreamId::of(organization), all_events[at]}};
        commit.key_seq = at * 1'000;
        result.push_back(std::move(commit));
    }
    for (std::size_t at = all_commands.size(); at < all_events.size(); ++at) {
        result.back().events.push_back({StreamId::of(person), all_events[at]});
    }
    result.back().streams.push_back({StreamId::of(person), Version{7}});
    result[3].outcome.rows = {{invitation, person, false, std::nullopt},
                              {InvitationId{}, PersonId{}, true, Rejection::already_member}};
    result[9].outcome.rejection = Rejection::last_protected_holder;
    result[9].streams.clear();
    result[9].events.clear();
    result[9].events.push_back({StreamId::of(organization), all_events[9]});
    return result;
}

}  // namespace muster::golden
