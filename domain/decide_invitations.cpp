// Inviting, one person or many, sending again and cancelling.
#include "domain/decide_parts.h"
#include "domain/seats.h"

namespace muster {
namespace {

using Row = std::expected<Event, Rejection>;

/// Roles that a row names, or the one that the blueprint gives to newcomers (M11).
std::expected<std::vector<RoleId>, Rejection> roles_of(const Organization& organization,
                                                       const InvitationRow& row) {
    const JoiningRules& joining = organization.blueprint->joining;
    if (!joining.invitation_names_role) {
        if (!row.roles.empty()) return std::unexpected(Rejection::role_not_asked_for);
        return std::vector{*joining.newcomer_role};
    }
    if (row.roles.empty()) return std::unexpected(Rejection::role_missing);
    if (has_repeats(row.roles)) return std::unexpected(Rejection::role_repeated);
    if (row.roles.size() > 1 && !organization.blueprint->members.several_roles) {
        return std::unexpected(Rejection::single_role_only);
    }
    for (const RoleId& role : row.roles) {
        if (organization.role(role) == nullptr) return std::unexpected(Rejection::role_not_found);
        if (moves_by_transfer_alone(organization, role)) {
            return std::unexpected(Rejection::role_not_offerable);
        }
    }
    return row.roles;
}

std::expected<Places, Rejection> places_of(const Organization& organization,
                                           const InvitationRow& row,
                                           const std::vector<RoleId>& roles) {
    const WorkspaceRules& rules = organization.blueprint->workspaces;
    if (!row.workspaces.empty() && !(rules.offered && rules.in_invitation)) {
        return std::unexpected(Rejection::workspaces_not_offered);
    }
    Places places;
    for (const WorkspacePlace& place : row.workspaces) {
        if (const auto wrong = wrong_place(organization, place)) return std::unexpected(*wrong);
        if (!places.emplace(place.workspace, place.role).second) {
            return std::unexpected(Rejection::workspace_repeated);
        }
    }
    if (rules.most_per_invitation != 0 && places.size() > rules.most_per_invitation) {
        return std::unexpected(Rejection::too_many_workspaces);
    }
    if (!places.empty() && !may_be_placed(organization, roles)) {
        return std::unexpected(Rejection::workspace_joining_not_allowed);
    }
    return places;
}

/// The ladder of one row. What the row asks for is looked at before the person's state, so that a
/// caller who may not offer it learns nothing about the person.
Row invite_one(const Call& call, const Organization& organization, const InvitationRow& row,
               const Sealed& message) {
    if (!row.names_somebody()) return std::unexpected(Rejection::address_unreadable);
    const auto roles = roles_of(organization, row);
    if (!roles) return std::unexpected(roles.error());
    const auto places = places_of(organization, row, *roles);
    if (!places) return std::unexpected(places.error());
    const JoiningRules& joining = organization.blueprint->joining;
    const auto asked_for = joining.invitation_names_role ? *roles : std::vector<RoleId>{};
    if (const auto wrong = may_offer(organization, call.actor(), row.person, asked_for, *places)) {
        return std::unexpected(*wrong);
    }
    if (organization.member(row.person) != nullptr) {
        return std::unexpected(Rejection::already_member);
    }
    if (organization.invitation_of(row.person) != nullptr) {
        return std::unexpected(Rejection::already_invited);
    }
    if (organization.invitations.contains(row.invitation) ||
        organization.ended_invitations.contains(row.invitation)) {
        return std::unexpected(Rejection::id_taken);
    }

    const bool at_once =
        joining.at_once_for_known_accounts && is_known_account(call.world, row.person);
    std::optional<LicenceClassId> licence;
    if (at_once || joining.invitation_reserves_licence) {
        const auto chosen = licence_for(organization, *roles, *places, std::nullopt);
        if (!chosen) return std::unexpected(chosen.error());
        licence = *chosen;
    }
    if (at_once) {
        return MemberJoined{.person = row.person,
                            .invitation = std::nullopt,
                            .roles = *roles,
                            .workspaces = list_of(*places),
                            .licence = licence,
                            .name = row.name,
                            .address = row.address,
                            .details = row.details};
    }
    if (const auto no_mail = no_mail_to(call, organization, row.person)) {
        return std::unexpected(*no_mail);
    }
    return InvitationIssued{.invitation = row.invitation,
                            .person = row.person,
                            .inviter = call.actor(),
                            .roles = *roles,
                            .workspaces = list_of(*places),
                            .licence = licence,
                            .name = row.name,
                            .address = row.address,
                            .message = message,
                            .expires_at = call.now + joining.invitation_life,
                            .details = row.details,
                            .replaces = std::nullopt};
}

RowVerdict verdict_on(const InvitationRow& row, const Row& decided) {
    RowVerdict verdict{.person = row.person};
    if (!decided) {
        verdict.rejection = decided.error();
        return verdict;
    }
    verdict.joined = std::holds_alternative<MemberJoined>(*decided);
    if (!verdict.joined) verdict.invitation = row.invitation;
    return verdict;
}

std::optional<Refusal> wrong_rows(const Organization& organization, const InviteMember& command) {
    if (command.rows.empty()) return Refusal{Rejection::rows_missing, {}};
    const std::size_t most = organization.blueprint->joining.most_rows;
    if (command.rows.size() > most) return over_limit(Rejection::too_many_rows, "people", most);
    return std::nullopt;
}

/// Rows in the way of a command; of a list that is too long, with how long it may be.
Refusal refusal_of_rows(const Organization& organization, Rejection rejection,
                        std::vector<RowVerdict> rows) {
    Refusal refusal{rejection, {}};
    if (rejection == Rejection::too_many_workspaces) {
        refusal = over_limit(rejection, "workspaces",
                             organization.blueprint->workspaces.most_per_invitation);
    }
    refusal.rows = std::move(rows);
    return refusal;
}

/// An open invitation that the actor may send again or cancel.
struct ManagedInvitation {
    const Organization* organization = nullptr;
    const OpenInvitation* open = nullptr;
};

std::expected<ManagedInvitation, Rejection> managed_invitation(const Call& call,
                                                               OrganizationId organization,
                                                               InvitationId id) {
    const auto known = known_organization(call, organization);
    if (!known) return std::unexpected(known.error());
    if (!may(**known, call.actor(), Operation::invite_member)) {
        return std::unexpected(Rejection::not_allowed);
    }
    const OpenInvitation* open = (*known)->invitation(id);
    if (open == nullptr) {
        const auto ended = (*known)->ended_invitations.find(id);
        const bool unknown = ended == (*known)->ended_invitations.end();
        return std::unexpected(unknown ? Rejection::invitation_not_found
                                       : rejection_of(ended->second.end));
    }
    if (!reaches(**known, call.actor(), Reach::invite, open->roles)) {
        return std::unexpected(Rejection::target_out_of_reach);
    }
    return ManagedInvitation{*known, open};
}

}  // namespace

std::optional<Rejection> may_offer(const Organization& organization, const Actor& actor,
                                   PersonId person, const std::vector<RoleId>& roles,
                                   const Places& places) {
    if (!may(organization, actor, Operation::invite_member)) return Rejection::not_allowed;
    if (!reaches(organization, actor, Reach::invite, roles)) return Rejection::target_out_of_reach;
    for (const RoleId& role : roles) {
        const PermissionSet given = permissions_of_roles(organization, {role});
        if (!may_grant(organization, actor, person, given)) {
            return Rejection::beyond_own_permissions;
        }
    }
    for (const auto& [workspace, role] : places) {
        if (!may(organization, actor, Operation::assign_workspace, workspace)) {
            return Rejection::not_allowed;
        }
        if (!may_grant_place(organization, actor, person, workspace, role)) {
            return Rejection::beyond_own_permissions;
        }
    }
    return std::nullopt;
}

std::optional<Rejection> may_answer_for(const Organization& organization, const Actor& actor,
                                        const OpenInvitation& invitation) {
    if (invitation.replaces) {
        return may_replace(organization, actor, *invitation.replaces, invitation.person);
    }
    if (!invitation.workspaces.empty() && !may_be_placed(organization, invitation.roles)) {
        return Rejection::workspace_joining_not_allowed;
    }
    const bool names_roles = organization.blueprint->joining.invitation_names_role;
    return may_offer(organization, actor, invitation.person,
                     names_roles ? invitation.roles : std::vector<RoleId>{}, invitation.workspaces);
}

std::expected<std::vector<Event>, Rejection> end_of_sent(const Organization& organization,
                                                         const Actor& actor, PersonId person,
                                                         SentInvitations sent) {
    std::vector<Event> events;
    if (sent == SentInvitations::stay) return events;
    const bool takes_over = sent == SentInvitations::take_over;
    if (takes_over && actor.is(person)) return std::unexpected(Rejection::same_person);
    for (const auto& [id, open] : organization.invitations) {
        // Whoever was to take the place of somebody who goes is not awaited any more.
        if (!open.inviter.is(person) || open.replaces == person) continue;
        if (!may(organization, actor, Operation::invite_member)) {
            return std::unexpected(Rejection::not_allowed);
        }
        if (!reaches(organization, actor, Reach::invite, open.roles)) {
            return std::unexpected(Rejection::target_out_of_reach);
        }
        if (!takes_over) {
            events.emplace_back(InvitationCancelled{id, open.person});
            continue;
        }
        if (const auto no = may_answer_for(organization, actor, open)) return std::unexpected(*no);
        events.emplace_back(InvitationTakenOver{id, open.person, actor});
    }
    return events;
}

bool is_known_account(const World& world, PersonId id) {
    const Person* person = world.person(id);
    return person != nullptr && person->registered && person->verified;
}

std::vector<WorkspacePlace> list_of(const Places& places) {
    std::vector<WorkspacePlace> list;
    for (const auto& [workspace, role] : places) list.push_back({workspace, role});
    return list;
}

Rejection rejection_of(InvitationEnd end) {
    switch (end) {
        case InvitationEnd::accepted:
            return Rejection::invitation_accepted;
        case InvitationEnd::declined:
            return Rejection::invitation_declined;
        case InvitationEnd::cancelled:
            return Rejection::invitation_cancelled;
        case InvitationEnd::expired:
            return Rejection::invitation_expired;
    }
    ENSURE(false);
}

Verdict decide_one(const Call& call, const InviteMember& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    if (!may(**known, call.actor(), Operation::invite_member)) {
        return refuse(Rejection::not_allowed);
    }
    if (auto wrong = wrong_rows(**known, command)) return std::unexpected(std::move(*wrong));

    // Each row is decided in the state that the rows before it left; one row needs no copy of it.
    const bool many = command.rows.size() > 1;
    Organization scratch;
    if (many) scratch = **known;
    const Organization& state = many ? scratch : **known;

    Decision decision;
    std::set<PersonId> seen;
    std::optional<Rejection> first_refusal;
    for (const InvitationRow& row : command.rows) {
        const bool repeated = row.names_somebody() && !seen.insert(row.person).second;
        Row decided = repeated ? std::unexpected(Rejection::person_repeated)
                               : invite_one(call, state, row, command.message);
        decision.rows.push_back(verdict_on(row, decided));
        if (!decided) {
            if (!first_refusal) first_refusal = decided.error();
            continue;
        }
        if (many) evolve(scratch, *decided, call.now);
        decision.events.push_back({StreamId::of(command.organization), std::move(*decided)});
    }
    const bool stands = !first_refusal || (command.mode == RowMode::each && many);
    if (stands && !decision.events.empty()) return decision;
    return std::unexpected(refusal_of_rows(**known, *first_refusal, std::move(decision.rows)));
}

Verdict decide_one(const Call& call, const ResendInvitation& command) {
    const auto managed = managed_invitation(call, command.organization, command.invitation);
    if (!managed) return refuse(managed.error());
    const auto& [organization, invitation] = *managed;
    // Whoever sends it again answers for it from here on, so that a link never goes out in the name
    // of somebody whose right is gone.
    if (const auto no = may_answer_for(*organization, call.actor(), *invitation)) {
        return refuse(*no);
    }
    if (call.now >= invitation->expires_at) return refuse(Rejection::invitation_expired);
    if (const auto no_mail = no_mail_to(call, *organization, invitation->person)) {
        return refuse(*no_mail);
    }
    const bool same_offer = invitation->inviter == call.actor() &&
                            invitation->offered_roles == invitation->roles &&
                            invitation->offered_workspaces == invitation->workspaces;
    return happened(
        command.organization,
        {InvitationResent{.invitation = command.invitation,
                          .person = invitation->person,
                          .send_number = invitation->send_number + 1,
                          .expires_at = call.now + organization->blueprint->joining.invitation_life,
                          .inviter = same_offer ? std::nullopt : std::optional{call.actor()}}});
}

Verdict decide_one(const Call& call, const CancelInvitation& command) {
    const auto managed = managed_invitation(call, command.organization, command.invitation);
    if (!managed && managed.error() == Rejection::invitation_cancelled) return already_so();
    if (!managed) return refuse(managed.error());
    return happened(command.organization,
                    {InvitationCancelled{command.invitation, managed->open->person}});
}

Verdict decide_one(const Call& call, const RecordMailHandedOver& command) {
    if (!call.actor().is_system()) return refuse(Rejection::not_allowed);
    const Organization* organization = call.world.organization(command.organization);
    if (organization == nullptr) return refuse(Rejection::organization_not_found);
    const OpenInvitation* invitation = organization->invitation(command.invitation);
    if (invitation == nullptr || invitation->send_number != command.send_number) {
        return already_so();
    }
    return happened(command.organization,
                    {MailHandedOver{command.invitation, invitation->person, command.send_number}});
}

}  // namespace muster
