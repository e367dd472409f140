// Passing on the role of exactly one holder (U4), and the operator's replacement of somebody who
// holds the protected role (M10). Both are one commit: at no position is the role without a holder.
#include "domain/decide_parts.h"

namespace muster {
namespace {

const OrganizationRole* single_holder_role(const Blueprint& blueprint) {
    const auto found = std::ranges::find_if(blueprint.roles, &OrganizationRole::single_holder);
    return found == blueprint.roles.end() ? nullptr : &*found;
}

bool holds(const Member& member, const RoleId& role) {
    return std::ranges::count(member.roles, role) > 0;
}

std::vector<RoleId> without(std::vector<RoleId> roles, const RoleId& role) {
    std::erase(roles, role);
    return roles;
}

/// The roles of somebody who is given one more; it takes the place of the others where one is all
/// they can hold.
std::vector<RoleId> with(const Organization& organization, std::vector<RoleId> roles,
                         const RoleId& role) {
    if (!organization.blueprint->members.several_roles) return {role};
    if (std::ranges::count(roles, role) == 0) roles.push_back(role);
    std::ranges::sort(roles);
    return roles;
}

/// The successor's roles: the protected ones of the holder beside their own, or in place of it. Who
/// holds a protected role already needs only what would have no holder otherwise.
std::vector<RoleId> succeeding(const Organization& organization, const Member& holder,
                               const std::vector<RoleId>& holder_after, const Member& successor) {
    const bool protects_already = organization.is_protected(successor.roles);
    std::vector<RoleId> roles = successor.roles;
    for (const RoleId& role : holder.roles) {
        const bool stays = std::ranges::count(holder_after, role) > 0;
        const bool last = holder.status == MemberStatus::active && !stays &&
                          organization.use_of(role).active == 1;
        const bool needed =
            organization.is_protected(role) &&
            (!protects_already || last || holds_single_holder_role(organization, {role}));
        if (needed) roles = with(organization, roles, role);
    }
    return roles;
}

/// Whether a protected role that somebody held has nobody left.
bool leaves_some_role_empty(const Organization& before, const Organization& after) {
    return std::ranges::any_of(before.role_use, [&](const auto& entry) {
        const auto& [role, use] = entry;
        return before.is_protected(role) && use.active > 0 && after.use_of(role).active == 0;
    });
}

/// Whether somebody stands in workspaces who could not be placed there any more.
bool strands_a_place(const Organization& before, const Organization& after, PersonId person) {
    const Member* member = after.member(person);
    return member != nullptr && loses_its_places(before, person, member->roles);
}

/// What two people pass on between them, if it breaks nothing.
Verdict settled(const Organization& before, Rehearsal rehearsal,
                const std::vector<PersonId>& people) {
    if (leaves_some_role_empty(before, rehearsal.state())) {
        return refuse(Rejection::last_protected_holder);
    }
    for (const PersonId person : people) {
        if (strands_a_place(before, rehearsal.state(), person)) {
            return refuse(Rejection::workspace_joining_not_allowed);
        }
        if (const auto no = rehearsal.settle_licence(person)) return refuse(*no);
    }
    return std::move(rehearsal).verdict();
}

}  // namespace

bool may_transfer(const Organization& organization, const Actor& actor) {
    const OrganizationRole* role = single_holder_role(*organization.blueprint);
    if (role == nullptr) return false;
    if (actor.is_operator()) return true;
    const Member* member = organization.member(actor);
    return member != nullptr && holds(*member, role->id) &&
           may(organization, actor, Operation::transfer_ownership);
}

Verdict decide_one(const Call& call, const TransferOwnership& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    if (!may(organization, call.actor(), Operation::transfer_ownership)) {
        return refuse(Rejection::not_allowed);
    }
    const OrganizationRole* role = single_holder_role(*organization.blueprint);
    if (role == nullptr) return refuse(Rejection::ownership_not_offered);
    if (!may_transfer(organization, call.actor())) return refuse(Rejection::not_allowed);
    const Member* next = organization.member(command.person);
    if (next == nullptr) {
        const bool invited = organization.invitation_of(command.person) != nullptr;
        return refuse(invited ? Rejection::member_pending : Rejection::member_not_found);
    }
    if (holds(*next, role->id)) return already_so();
    if (next->status != MemberStatus::active) return refuse(Rejection::member_suspended);

    // The one who got it last is the one who has it.
    const PersonId former = organization.use_of(role->id).latest;
    const Member* owner = organization.member(former);
    ENSURE(owner != nullptr);
    const auto left = without(owner->roles, role->id);
    Rehearsal rehearsal{organization, call.now};
    rehearsal.add(
        MemberRolesChanged{former, with(organization, left, *role->former_holder_becomes)});
    rehearsal.add(MemberRolesChanged{command.person, with(organization, next->roles, role->id)});
    return settled(organization, std::move(rehearsal), {former, command.person});
}

Verdict decide_one(const Call& call, const ReplaceProtectedHolder& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    const Blueprint& blueprint = *organization.blueprint;
    if (!call.actor().is_operator()) return refuse(Rejection::operator_only);
    const Member* holder = organization.member(command.person);
    const Member* successor = organization.member(command.successor);
    if (holder == nullptr || successor == nullptr) return refuse(Rejection::member_not_found);
    if (blueprint.members.last_holder != LastHolderGuard::operator_replaces) {
        return refuse(Rejection::replacement_not_offered);
    }
    if (!organization.is_protected(holder->roles)) {
        return refuse(Rejection::not_protected_holder);
    }
    if (successor->status != MemberStatus::active) return refuse(Rejection::member_suspended);
    if (command.person == command.successor) return refuse(Rejection::same_person);
    if (call.context.reason.empty()) return refuse(Rejection::reason_missing);
    std::vector<RoleId> after = command.roles;
    std::ranges::sort(after);
    if (!after.empty()) {
        if (const auto wrong = wrong_roles(organization, {}, after)) return refuse(*wrong);
    }

    Rehearsal rehearsal{organization, call.now};
    const auto gained = succeeding(organization, *holder, after, *successor);
    if (gained != successor->roles) rehearsal.add(MemberRolesChanged{command.successor, gained});
    if (after.empty()) {
        for (Event& event : end_of_membership(organization, command.person)) {
            rehearsal.add(std::move(event));
        }
    } else if (after != holder->roles) {
        rehearsal.add(MemberRolesChanged{command.person, after});
    }
    return settled(organization, std::move(rehearsal), {command.person, command.successor});
}

}  // namespace muster
