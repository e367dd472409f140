// The questions of menus, asked of the same authority that decide asks.
#include "domain/offers.h"

#include "domain/authority.h"
#include "domain/decide_parts.h"
#include "domain/seats.h"

namespace muster {
namespace {

std::optional<Rejection> no_licence(const Organization& organization,
                                    const std::vector<RoleId>& roles, const Places& places) {
    const JoiningRules& joining = organization.blueprint->joining;
    if (!joining.invitation_reserves_licence && !joining.at_once_for_known_accounts) {
        return std::nullopt;
    }
    const auto licence = licence_for(organization, roles, places, std::nullopt);
    return licence ? std::nullopt : std::optional{licence.error()};
}

std::optional<Rejection> why_not(const Organization& organization, const Actor& actor,
                                 const RoleId& role) {
    if (!may(organization, actor, Operation::invite_member)) return Rejection::not_allowed;
    if (!organization.blueprint->joining.invitation_names_role) {
        return Rejection::role_not_asked_for;
    }
    if (moves_by_transfer_alone(organization, role)) return Rejection::role_not_offerable;
    if (const auto no = may_offer(organization, actor, PersonId{}, {role}, {})) return no;
    return no_licence(organization, {role}, {});
}

std::optional<Rejection> why_not_in(const Organization& organization, const Actor& actor,
                                    WorkspaceId workspace, const RoleId& role) {
    if (const auto no = may_offer(organization, actor, PersonId{}, {}, {{workspace, role}})) {
        return no;
    }
    const JoiningRules& joining = organization.blueprint->joining;
    std::vector<RoleId> newcomer;
    if (!joining.invitation_names_role) newcomer.push_back(*joining.newcomer_role);
    return no_licence(organization, newcomer, {{workspace, role}});
}

/// One person's row, looked at by one actor.
class RowOffers {
 public:
    RowOffers(const Organization& organization, const Actor& actor, PersonId person)
        : organization_{organization}, actor_{actor}, person_{person} {}

    std::vector<std::string_view> operations() && {
        if (const Member* viewer = organization_.member(actor_)) {
            if (viewer->status != MemberStatus::active) return {};
        }
        if (const Member* member = organization_.member(person_)) {
            of_member(*member);
        } else if (const OpenInvitation* invitation = organization_.invitation_of(person_)) {
            of_invitation(*invitation);
        }
        return std::move(operations_);
    }

 private:
    bool can(Operation operation, Reach reach, const std::vector<RoleId>& roles) const {
        return may(organization_, actor_, operation) &&
               reaches(organization_, actor_, reach, roles);
    }

    bool can_edit_places(const std::vector<RoleId>& roles) const {
        if (!organization_.blueprint->workspaces.offered) return false;
        if (!reaches(organization_, actor_, Reach::edit_workspaces, roles)) return false;
        if (may(organization_, actor_, Operation::assign_workspace)) return true;
        return std::ranges::any_of(organization_.workspaces, [&](const auto& entry) {
            return may(organization_, actor_, Operation::assign_workspace, entry.first);
        });
    }

    void add_if(bool possible, std::string_view operation) {
        if (possible) operations_.push_back(operation);
    }

    void of_member(const Member& member) {
        const MemberRules& rules = organization_.blueprint->members;
        const bool self = actor_.is(person_);
        const bool active = member.status == MemberStatus::active;
        const bool needed = cannot_go(organization_, member);
        const bool removes = can(Operation::remove_member, Reach::remove, member.roles);
        const bool suspends = can(Operation::suspend_member, Reach::suspend, member.roles);
        add_if(can(Operation::change_role, Reach::assign_role, member.roles) &&
                   (!self || rules.own_role_change) &&
                   (active || rules.role_change_while_suspended) &&
                   !holds_single_holder_role(organization_, member.roles),
               "change_role");
        add_if(can_edit_places(member.roles), "edit_workspaces");
        add_if(rules.suspension && active && !self && suspends && removes && !needed, "suspend");
        add_if(!active && suspends, "reinstate");
        add_if(!self && removes && !needed, "remove");
        add_if(self && rules.self_removal && !needed, "leave");
        add_if(rules.address_replacement && active && (!self || rules.self_removal) &&
                   !may_replace(organization_, actor_, person_, PersonId{}),
               "replace_address");
        add_if(active && may_transfer(organization_, actor_) &&
                   !holds_single_holder_role(organization_, member.roles),
               "transfer_ownership");
    }

    void of_invitation(const OpenInvitation& invitation) {
        const Blueprint& blueprint = *organization_.blueprint;
        const bool replaces = invitation.replaces.has_value();
        add_if(!replaces && blueprint.members.role_change_while_pending &&
                   can(Operation::change_role, Reach::assign_role, invitation.roles),
               "change_role");
        add_if(!replaces && blueprint.workspaces.for_pending && can_edit_places(invitation.roles),
               "edit_workspaces");
        add_if(blueprint.members.removal_while_pending &&
                   can(Operation::remove_member, Reach::remove, invitation.roles),
               "remove");
        const bool manages = can(Operation::invite_member, Reach::invite, invitation.roles);
        add_if(manages && !may_answer_for(organization_, actor_, invitation), "resend");
        add_if(manages, "cancel");
    }

    const Organization& organization_;
    const Actor& actor_;
    PersonId person_;
    std::vector<std::string_view> operations_;
};

}  // namespace

std::vector<RoleOffer> role_offers(const Organization& organization, const Actor& actor,
                                   std::optional<WorkspaceId> workspace) {
    std::vector<RoleOffer> offers;
    for (const auto& [id, role] : *organization.roles) {
        offers.push_back({id, role.name, false, why_not(organization, actor, id)});
    }
    for (const WorkspaceRole& role : organization.blueprint->workspaces.roles) {
        const WorkspaceId where = workspace.value_or(WorkspaceId{});
        offers.push_back(
            {role.id, role.name, true, why_not_in(organization, actor, where, role.id)});
    }
    return offers;
}

std::vector<InvitationId> invitations_sent_by(const Organization& organization, PersonId person) {
    std::vector<InvitationId> sent;
    for (const auto& [id, open] : organization.invitations) {
        if (open.inviter.is(person)) sent.push_back(id);
    }
    return sent;
}

std::vector<std::string_view> operations_on(const Organization& organization, const Actor& actor,
                                            PersonId person) {
    return RowOffers{organization, actor, person}.operations();
}

}  // namespace muster
