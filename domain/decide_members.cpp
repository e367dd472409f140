// Changing a member's roles and ending a membership.
#include "domain/decide_parts.h"
#include "domain/seats.h"

namespace muster {
namespace {

/// A member, or where the blueprint has roles change while an invitation is open, an invited
/// person.
struct Target {
    const std::vector<RoleId>* roles = nullptr;
    const Places* places = nullptr;
    const std::optional<LicenceClassId>* licence = nullptr;
    bool active_member = false;
    std::optional<Rejection> unchangeable;
};

std::optional<Target> target_of(const Organization& organization, PersonId person) {
    const MemberRules& rules = organization.blueprint->members;
    if (const Member* member = organization.member(person)) {
        const bool active = member->status == MemberStatus::active;
        const bool fixed = !active && !rules.role_change_while_suspended;
        return Target{&member->roles, &member->workspaces, &member->licence, active,
                      fixed ? std::optional{Rejection::member_suspended} : std::nullopt};
    }
    if (const OpenInvitation* invitation = organization.invitation_of(person)) {
        const bool fixed = !rules.role_change_while_pending;
        return Target{&invitation->roles, &invitation->workspaces, &invitation->licence, false,
                      fixed ? std::optional{Rejection::member_pending} : std::nullopt};
    }
    return std::nullopt;
}

std::optional<Rejection> wrong_roles(const Organization& organization,
                                     const std::vector<RoleId>& before,
                                     const std::vector<RoleId>& after) {
    if (after.empty()) return Rejection::role_missing;
    if (has_repeats(after)) return Rejection::role_repeated;
    if (after.size() > 1 && !organization.blueprint->members.several_roles) {
        return Rejection::single_role_only;
    }
    const auto moves_by_transfer_alone = [&](const RoleId& id) {
        const OrganizationRole* rules = organization.blueprint->role(id);
        return rules != nullptr && (rules->single_holder || !rules->offerable);
    };
    for (const RoleId& id : after) {
        if (organization.role(id) == nullptr) return Rejection::role_not_found;
        const bool added = std::ranges::count(before, id) == 0;
        if (added && moves_by_transfer_alone(id)) return Rejection::role_not_offerable;
    }
    for (const RoleId& id : before) {
        const OrganizationRole* rules = organization.blueprint->role(id);
        const bool dropped = std::ranges::count(after, id) == 0;
        if (dropped && rules != nullptr && rules->single_holder) {
            return Rejection::last_protected_holder;
        }
    }
    return std::nullopt;
}

/// Reach over what the target holds and is to hold, the right to take away, the right to give.
std::optional<Rejection> may_change(const Organization& organization, const Actor& actor,
                                    PersonId person, const std::vector<RoleId>& before,
                                    const std::vector<RoleId>& after) {
    if (!reaches(organization, actor, Reach::assign_role, before) ||
        !reaches(organization, actor, Reach::assign_role, after)) {
        return Rejection::target_out_of_reach;
    }
    const bool demotes = !contains(permissions_of_roles(organization, after),
                                   permissions_of_roles(organization, before));
    if (demotes && !actor.is(person)) {
        if (!may(organization, actor, Operation::remove_member)) return Rejection::not_allowed;
        if (!reaches(organization, actor, Reach::remove, before)) {
            return Rejection::target_out_of_reach;
        }
    }
    for (const RoleId& id : after) {
        if (std::ranges::count(before, id) > 0) continue;
        const PermissionSet given = permissions_of_roles(organization, {id});
        if (!may_grant(organization, actor, person, given)) {
            return Rejection::beyond_own_permissions;
        }
    }
    return std::nullopt;
}

bool holds_single_holder_role(const Organization& organization, const Member& member) {
    return std::ranges::any_of(member.roles, [&](const RoleId& id) {
        const OrganizationRole* rules = organization.blueprint->role(id);
        return rules != nullptr && rules->single_holder;
    });
}

bool is_last_protected_holder(const Organization& organization, const Member& member) {
    return member.status == MemberStatus::active && organization.is_protected(member.roles) &&
           organization.protected_holders == 1;
}

}  // namespace

Verdict change_role(const Call& call, const ChangeRole& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    const Actor& actor = call.actor();
    if (!may(organization, actor, Operation::change_role)) return refuse(Rejection::not_allowed);
    const auto target = target_of(organization, command.person);
    if (!target) return refuse(Rejection::member_not_found);

    std::vector<RoleId> after = command.roles;
    std::ranges::sort(after);
    for (const RoleId& id : after) {
        if (organization.role(id) == nullptr) return refuse(Rejection::role_not_found);
    }
    if (const auto no = may_change(organization, actor, command.person, *target->roles, after)) {
        return refuse(*no);
    }
    if (actor.is(command.person) && !organization.blueprint->members.own_role_change) {
        return refuse(Rejection::own_role_change_not_allowed);
    }
    if (after == *target->roles) return already_so();
    if (target->unchangeable) return refuse(*target->unchangeable);
    if (const auto wrong = wrong_roles(organization, *target->roles, after)) return refuse(*wrong);
    const Member* member = organization.member(command.person);
    if (member != nullptr && is_last_protected_holder(organization, *member) &&
        !organization.is_protected(after)) {
        return refuse(Rejection::last_protected_holder);
    }

    std::vector<Event> events{MemberRolesChanged{command.person, after}};
    const bool holds_licence =
        member != nullptr || organization.blueprint->joining.invitation_reserves_licence;
    if (holds_licence) {
        const auto licence = licence_for(organization, after, *target->places, *target->licence);
        if (!licence) return refuse(licence.error());
        if (*licence != *target->licence) {
            events.emplace_back(LicenceChanged{command.person, *licence});
        }
    }
    return happened(command.organization, std::move(events));
}

Verdict remove_member(const Call& call, const RemoveMember& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    const Actor& actor = call.actor();
    const bool leaves = actor.is(command.person);
    if (leaves && !organization.blueprint->members.self_removal) {
        return refuse(Rejection::self_removal_not_allowed);
    }
    if (!leaves && !may(organization, actor, Operation::remove_member)) {
        return refuse(Rejection::not_allowed);
    }
    const auto target = target_of(organization, command.person);
    if (!target) return refuse(Rejection::member_not_found);
    if (!leaves && !reaches(organization, actor, Reach::remove, *target->roles)) {
        return refuse(Rejection::target_out_of_reach);
    }
    const Member* member = organization.member(command.person);
    if (member == nullptr) return refuse(Rejection::member_pending);
    if (is_last_protected_holder(organization, *member) ||
        holds_single_holder_role(organization, *member)) {
        return refuse(Rejection::last_protected_holder);
    }
    MemberRemoved removed{.person = command.person, .workspaces = {}, .licence = member->licence};
    for (const auto& [workspace, role] : member->workspaces) {
        removed.workspaces.push_back(workspace);
    }
    return happened(command.organization, {std::move(removed)});
}

}  // namespace muster
