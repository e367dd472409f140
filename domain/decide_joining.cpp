// Answering an invitation. The link proves that its holder reads the invited address; what was
// offered is checked again at this moment.
#include "domain/decide_parts.h"
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

std::optional<Rejection> offer_is_gone(const Found& found) {
    const Organization& organization = *found.organization;
    const OpenInvitation& invitation = *found.invitation;
    for (const RoleId& role : invitation.roles) {
        if (organization.role(role) == nullptr) return Rejection::role_not_found;
    }
    const JoiningRules& joining = organization.blueprint->joining;
    if (!joining.recheck_inviter) return std::nullopt;
    const auto asked_for = joining.invitation_names_role ? invitation.roles : std::vector<RoleId>{};
    const auto lost = may_offer(organization, invitation.inviter, invitation.person, asked_for,
                                invitation.workspaces);
    return lost ? std::optional{Rejection::inviter_lost_right} : std::nullopt;
}

}  // namespace

Verdict accept_invitation(const Call& call, const AcceptInvitation& command) {
    const auto found = answerable(
        call, {command.organization, command.invitation, command.send_number, command.signed_in});
    if (!found) return refuse(found.error());
    const Organization& organization = *found->organization;
    const OpenInvitation& invitation = *found->invitation;
    if (const auto gone = offer_is_gone(*found)) return refuse(*gone);

    const Person* person = call.world.person(invitation.person);
    const bool has_account = person != nullptr && person->registered;
    if (!has_account && command.account_name.empty()) return refuse(Rejection::name_missing);

    std::optional<LicenceClassId> licence = invitation.licence;
    if (!organization.blueprint->joining.invitation_reserves_licence) {
        const auto chosen =
            licence_for(organization, invitation.roles, invitation.workspaces, std::nullopt);
        if (!chosen) return refuse(chosen.error());
        licence = *chosen;
    }

    Decision decision;
    if (!has_account) {
        decision.events.push_back(
            {StreamId::of(invitation.person), PersonRegistered{.person = invitation.person,
                                                               .name = command.account_name,
                                                               .address = command.account_address,
                                                               .verified = true}});
    }
    const StreamId stream = StreamId::of(command.organization);
    decision.events.push_back({stream, InvitationAccepted{command.invitation, invitation.person}});
    std::vector<WorkspacePlace> places;
    for (const auto& [workspace, role] : invitation.workspaces) places.push_back({workspace, role});
    decision.events.push_back({stream, MemberJoined{.person = invitation.person,
                                                    .invitation = command.invitation,
                                                    .roles = invitation.roles,
                                                    .workspaces = std::move(places),
                                                    .licence = licence,
                                                    .name = invitation.name,
                                                    .address = invitation.address}});
    return decision;
}

Verdict decline_invitation(const Call& call, const DeclineInvitation& command) {
    const auto found = answerable(
        call, {command.organization, command.invitation, command.send_number, command.signed_in});
    if (!found) return refuse(found.error());
    return happened(command.organization,
                    {InvitationDeclined{command.invitation, found->invitation->person}});
}

}  // namespace muster
