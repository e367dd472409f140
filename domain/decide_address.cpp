// A member's new address (R13): another account takes their place, with exactly what they have, the
// moment it accepts. Until then the old one keeps its access, and at no time do both take a seat.
#include "domain/decide_parts.h"

namespace muster {
namespace {

/// What of the member's and the successor's state is in the way.
std::optional<Rejection> wrong_state(const Organization& organization,
                                     const ReplaceAddress& command, const Member& member) {
    if (member.status != MemberStatus::active) return Rejection::member_suspended;
    if (organization.member(command.successor) != nullptr) return Rejection::already_member;
    if (organization.invitation_of(command.successor) != nullptr ||
        organization.replaced.contains(command.person)) {
        return Rejection::already_invited;
    }
    if (organization.invitations.contains(command.invitation) ||
        organization.ended_invitations.contains(command.invitation)) {
        return Rejection::id_taken;
    }
    return std::nullopt;
}

std::vector<Event> replaced_at_once(const Organization& organization, const ReplaceAddress& command,
                                    const Member& member) {
    std::vector<Event> events = end_of_membership(organization, command.person);
    events.emplace_back(MemberJoined{.person = command.successor,
                                     .invitation = std::nullopt,
                                     .roles = member.roles,
                                     .workspaces = list_of(member.workspaces),
                                     .licence = member.licence,
                                     .name = command.name,
                                     .address = command.address,
                                     .details = command.details});
    return events;
}

}  // namespace

std::optional<Rejection> may_replace(const Organization& organization, const Actor& actor,
                                     PersonId member, PersonId successor) {
    const Member& replaced = *organization.member(member);
    if (!may(organization, actor, Operation::remove_member)) return Rejection::not_allowed;
    if (!reaches(organization, actor, Reach::remove, replaced.roles)) {
        return Rejection::target_out_of_reach;
    }
    // The role of exactly one holder passes on by its holder alone (U4), to another address too.
    const bool owns = holds_single_holder_role(organization, replaced.roles);
    if (owns && !actor.is(member) && !actor.is_operator()) return Rejection::target_out_of_reach;
    return may_offer(organization, actor, successor, replaced.roles, replaced.workspaces);
}

Verdict decide_one(const Call& call, const ReplaceAddress& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    const Actor& actor = call.actor();
    if (!may(organization, actor, Operation::invite_member) ||
        !may(organization, actor, Operation::remove_member)) {
        return refuse(Rejection::not_allowed);
    }
    const Member* member = organization.member(command.person);
    if (member == nullptr) return refuse(Rejection::member_not_found);
    if (const auto no = may_replace(organization, actor, command.person, command.successor)) {
        return refuse(*no);
    }
    const Blueprint& blueprint = *organization.blueprint;
    if (!blueprint.members.address_replacement) return refuse(Rejection::replacement_not_offered);
    if (actor.is(command.person) && !blueprint.members.self_removal) {
        return refuse(Rejection::self_removal_not_allowed);
    }
    if (command.person == command.successor) return refuse(Rejection::same_person);
    if (const auto wrong = wrong_state(organization, command, *member)) return refuse(*wrong);

    const JoiningRules& joining = blueprint.joining;
    if (joining.at_once_for_known_accounts && is_known_account(call.world, command.successor)) {
        return happened(command.organization, replaced_at_once(organization, command, *member));
    }
    if (const auto no_mail = no_mail_to(call, organization, command.successor)) {
        return refuse(*no_mail);
    }
    return happened(command.organization,
                    {InvitationIssued{.invitation = command.invitation,
                                      .person = command.successor,
                                      .inviter = actor,
                                      .roles = member->roles,
                                      .workspaces = list_of(member->workspaces),
                                      .licence = std::nullopt,
                                      .name = command.name,
                                      .address = command.address,
                                      .message = {},
                                      .expires_at = call.now + joining.invitation_life,
                                      .details = command.details,
                                      .replaces = command.person}});
}

}  // namespace muster
