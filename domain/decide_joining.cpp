// Answering an invitation. The link proves that its holder reads the invited address; what was
// offered is checked again at this moment.
#include "domain/decide_parts.h"
#include "domain/offers.h"
#include "domain/seats.h"

namespace muster {
namespace {

struct Answer {
    OrganizationId organization;
    InvitationId invitation;
    std::uint32_t send_number = 0;
    bool signed_in = false;
};

struct Found {
    const Organization* organization = nullptr;
    const OpenInvitation* invitation = nullptr;
};

/// The open invitation that the actor may answer with this link.
std::expected<Found, Rejection> answerable(const Call& call, const Answer& answer) {
    const Organization* organization = call.world.organization(answer.organization);
    if (organization == nullptr) return std::unexpected(Rejection::invitation_not_found);
    const auto ended = organization->ended_invitations.find(answer.invitation);
    const bool has_ended = ended != organization->ended_invitations.end();
    const OpenInvitation* open = organization->invitation(answer.invitation);
    if (open == nullptr && !has_ended) return std::unexpected(Rejection::invitation_not_found);

    const PersonId invited = open != nullptr ? open->person : ended->second.person;
    if (!call.actor().is(invited)) {
        return std::unexpected(Rejection::invitation_for_another_address);
    }
    if (has_ended) return std::unexpected(rejection_of(ended->second.end));
    const Person* person = call.world.person(invited);
    const bool registered = person != nullptr && person->registered;
    if (registered && !answer.signed_in) return std::unexpected(Rejection::sign_in_required);
    if (registered && !person->verified) return std::unexpected(Rejection::address_not_verified);

    if (const auto closed = closed_to(call, *organization)) return std::unexpected(*closed);
    if (call.now >= open->expires_at) return std::unexpected(Rejection::invitation_expired);
    if (answer.send_number < open->send_number) {
        return std::unexpected(Rejection::invitation_superseded);
    }
    if (answer.send_number > open->send_number) {
        return std::unexpected(Rejection::invitation_not_found);
    }
    return Found{organization, open};
}

/// Roles and places that the inviter named and nobody changed since: of the others, whoever gave
/// them was asked.
std::vector<RoleId> still_offered(const OpenInvitation& invitation) {
    std::vector<RoleId> roles;
    std::ranges::set_intersection(invitation.roles, invitation.offered_roles,
                                  std::back_inserter(roles));
    return roles;
}
Places places_still_offered(const OpenInvitation& invitation) {
    Places places;
    std::ranges::set_intersection(invitation.workspaces, invitation.offered_workspaces,
                                  std::inserter(places, places.end()));
    return places;
}

/// Whether whoever sent the invitation may still offer what it offers. A product may leave it at
/// the right they had then, but not for a protected role, nor for taking a place, which may have
/// grown since.
std::optional<Rejection> inviter_lost_right(const Organization& organization,
                                            const OpenInvitation& invitation) {
    const JoiningRules& joining = organization.blueprint->joining;
    const Actor& inviter = invitation.inviter;
    std::optional<Rejection> lost;
    if (invitation.replaces) {
        lost = may_replace(organization, inviter, *invitation.replaces, invitation.person);
    } else {
        std::vector<RoleId> roles = still_offered(invitation);
        if (!joining.invitation_names_role) roles.clear();
        Places places = places_still_offered(invitation);
        if (!joining.recheck_inviter) {
            std::erase_if(roles, [&](const RoleId& id) { return !organization.is_protected(id); });
            places.clear();
            if (roles.empty()) return std::nullopt;
        }
        lost = may_offer(organization, inviter, invitation.person, roles, places);
    }
    return lost ? std::optional{Rejection::inviter_lost_right} : std::nullopt;
}

using Joining = std::expected<std::vector<Event>, Rejection>;

/// The invited person takes a member's place: what they have now, they have then (R13).
Joining take_the_place(const Organization& organization, InvitationId id,
                       const OpenInvitation& invitation) {
    const Member* replaced = organization.member(*invitation.replaces);
    ENSURE(replaced != nullptr);
    if (replaced->status != MemberStatus::active) {
        return std::unexpected(Rejection::member_suspended);
    }
    return std::vector<Event>{InvitationAccepted{id, invitation.person},
                              removal_of(organization, *invitation.replaces),
                              MemberJoined{.person = invitation.person,
                                           .invitation = id,
                                           .roles = replaced->roles,
                                           .workspaces = list_of(replaced->workspaces),
                                           .licence = replaced->licence,
                                           .name = invitation.name,
                                           .address = invitation.address,
                                           .details = invitation.details}};
}

/// What was offered is checked again and becomes a membership.
Joining join_by(const Organization& organization, InvitationId id,
                const OpenInvitation& invitation) {
    for (const RoleId& role : invitation.roles) {
        if (organization.role(role) == nullptr) return std::unexpected(Rejection::role_not_found);
    }
    if (const auto lost = inviter_lost_right(organization, invitation)) {
        return std::unexpected(*lost);
    }
    if (invitation.replaces) return take_the_place(organization, id, invitation);
    if (!invitation.workspaces.empty() && !may_be_placed(organization, invitation.roles)) {
        return std::unexpected(Rejection::workspace_joining_not_allowed);
    }
    std::optional<LicenceClassId> licence = invitation.licence;
    if (!organization.blueprint->joining.invitation_reserves_licence) {
        // Rules that changed since may have had one reserved.
        const auto chosen =
            licence_for(organization, invitation.roles, invitation.workspaces, invitation.licence);
        if (!chosen) return std::unexpected(chosen.error());
        licence = *chosen;
    }
    return std::vector<Event>{InvitationAccepted{id, invitation.person},
                              MemberJoined{.person = invitation.person,
                                           .invitation = id,
                                           .roles = invitation.roles,
                                           .workspaces = list_of(invitation.workspaces),
                                           .licence = licence,
                                           .name = invitation.name,
                                           .address = invitation.address,
                                           .details = invitation.details}};
}

}  // namespace

bool offer_stands(const Organization& organization, InvitationId id) {
    const OpenInvitation* invitation = organization.invitation(id);
    return invitation != nullptr && join_by(organization, id, *invitation).has_value();
}

std::vector<StreamEvent> join_where_awaited(const Call& call, PersonId person,
                                            OrganizationId elsewhere_than) {
    std::vector<StreamEvent> events;
    for (const OrganizationId id : call.world.organizations_of(person)) {
        const Organization* organization = call.world.organization(id);
        if (organization == nullptr || id == elsewhere_than || closed_to(call, *organization) ||
            !organization->blueprint->joining.at_once_for_known_accounts) {
            continue;
        }
        const auto invited = organization->invited.find(person);
        if (invited == organization->invited.end()) continue;
        const OpenInvitation& invitation = *organization->invitation(invited->second);
        if (call.now >= invitation.expires_at) continue;
        auto joining = join_by(*organization, invited->second, invitation);
        if (!joining) continue;
        for (Event& event : *joining) events.push_back({StreamId::of(id), std::move(event)});
    }
    return events;
}

Verdict decide_one(const Call& call, const AcceptInvitation& command) {
    const auto found = answerable(
        call, {command.organization, command.invitation, command.send_number, command.signed_in});
    if (!found) return refuse(found.error());
    const OpenInvitation& invitation = *found->invitation;
    auto joining = join_by(*found->organization, command.invitation, invitation);
    if (!joining) return refuse(joining.error());

    const Person* person = call.world.person(invitation.person);
    const bool has_account = person != nullptr && person->registered;
    if (!has_account && command.account_name.empty()) return refuse(Rejection::name_missing);
    Decision decision;
    if (!has_account) {
        decision.events.push_back(
            {StreamId::of(invitation.person), PersonRegistered{.person = invitation.person,
                                                               .name = command.account_name,
                                                               .address = command.account_address,
                                                               .verified = true}});
    }
    const StreamId stream = StreamId::of(command.organization);
    for (Event& event : *joining) decision.events.push_back({stream, std::move(event)});
    if (!has_account) {
        std::ranges::move(join_where_awaited(call, invitation.person, command.organization),
                          std::back_inserter(decision.events));
    }
    return decision;
}

Verdict decide_one(const Call& call, const DeclineInvitation& command) {
    const auto found = answerable(
        call, {command.organization, command.invitation, command.send_number, command.signed_in});
    if (!found) return refuse(found.error());
    return happened(command.organization,
                    {InvitationDeclined{command.invitation, found->invitation->person}});
}

}  // namespace muster
