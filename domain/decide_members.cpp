// Changing a member's roles and ending a membership.
#include "domain/decide_parts.h"
#include "domain/seats.h"

#include <functional>

namespace muster {
namespace {

/// Why the roles of a member or invited person stay as they are for now, if they do.
std::optional<Rejection> why_roles_stay(const Organization& organization, PersonId person) {
    const MemberRules& rules = organization.blueprint->members;
    if (const Member* member = organization.member(person)) {
        const bool active = member->status == MemberStatus::active;
        const bool fixed = !active && !rules.role_change_while_suspended;
        return fixed ? std::optional{Rejection::member_suspended} : std::nullopt;
    }
    const OpenInvitation* invitation = organization.invitation_of(person);
    // Who takes a member's place gets what that member has then.
    const bool fixed =
        invitation != nullptr && (!rules.role_change_while_pending || invitation->replaces);
    return fixed ? std::optional{Rejection::member_pending} : std::nullopt;
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

/// Whether a protected role loses its last active holder when the member holds these instead.
bool leaves_role_empty(const Organization& organization, const Member& member,
                       const std::vector<RoleId>& after) {
    return member.status == MemberStatus::active &&
           std::ranges::any_of(member.roles, [&](const RoleId& role) {
               return organization.is_protected(role) && organization.use_of(role).active == 1 &&
                      std::ranges::count(after, role) == 0;
           });
}

/// `after_of` says what the target is to hold, given what they hold.
using AfterOf = std::function<std::vector<RoleId>(std::vector<RoleId> before)>;
Verdict change_roles(const Call& call, OrganizationId id, PersonId person,
                     const AfterOf& after_of) {
    const auto known = known_organization(call, id);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    if (!may(organization, call.actor(), Operation::change_role)) {
        return refuse(Rejection::not_allowed);
    }
    const Held* held = organization.held_by(person);
    if (held == nullptr) return refuse(Rejection::member_not_found);
    auto events = changed_roles(organization, call.actor(), person, after_of(held->roles));
    if (!events) return refuse(events.error());
    return happened(id, std::move(*events));
}

/// History that is imported has been confirmed by happening.
bool lacks_confirmation(const Call& call, const RemoveMember& command,
                        const Organization& organization) {
    const bool confirmed = command.confirmed || call.context.imported;
    return organization.blueprint->members.confirm_removal && !confirmed;
}

/// Somebody invited goes by taking the invitation back.
Verdict remove_pending(const Call& call, const RemoveMember& command,
                       const Organization& organization) {
    if (!organization.blueprint->members.removal_while_pending) {
        return refuse(Rejection::member_pending);
    }
    if (lacks_confirmation(call, command, organization)) {
        return refuse(Rejection::confirmation_missing);
    }
    const InvitationId invitation = organization.invited.find(command.person)->second;
    return happened(command.organization, {InvitationCancelled{invitation, command.person}});
}

}  // namespace

std::expected<std::vector<Event>, Rejection> changed_roles(const Organization& organization,
                                                           const Actor& actor, PersonId person,
                                                           std::vector<RoleId> after) {
    const Held* held = organization.held_by(person);
    ENSURE(held != nullptr);
    std::ranges::sort(after);
    for (const RoleId& role : after) {
        if (organization.role(role) == nullptr) return std::unexpected(Rejection::role_not_found);
    }
    if (const auto no = may_change(organization, actor, person, held->roles, after)) {
        return std::unexpected(*no);
    }
    if (actor.is(person) && !organization.blueprint->members.own_role_change) {
        return std::unexpected(Rejection::own_role_change_not_allowed);
    }
    if (after == held->roles) return {};
    if (const auto why = why_roles_stay(organization, person)) return std::unexpected(*why);
    if (const auto wrong = wrong_roles(organization, held->roles, after)) {
        return std::unexpected(*wrong);
    }
    const Member* member = organization.member(person);
    if (member != nullptr && leaves_role_empty(organization, *member, after)) {
        return std::unexpected(Rejection::last_protected_holder);
    }
    if (loses_its_places(organization, person, after)) {
        return std::unexpected(Rejection::workspace_joining_not_allowed);
    }

    std::vector<Event> events{MemberRolesChanged{person, after}};
    const auto licence = licence_change(organization, person, after, held->workspaces);
    if (!licence) return std::unexpected(licence.error());
    if (*licence) events.emplace_back(**licence);
    return events;
}

bool can_change_roles_of(const Organization& organization, PersonId person) {
    return organization.held_by(person) != nullptr && !why_roles_stay(organization, person);
}

bool moves_by_transfer_alone(const Organization& organization, const RoleId& role) {
    const OrganizationRole* rules = organization.blueprint->role(role);
    return rules != nullptr && (rules->single_holder || !rules->offerable);
}

std::optional<Rejection> wrong_roles(const Organization& organization,
                                     const std::vector<RoleId>& before,
                                     const std::vector<RoleId>& after) {
    if (after.empty()) return Rejection::role_missing;
    if (has_repeats(after)) return Rejection::role_repeated;
    if (after.size() > 1 && !organization.blueprint->members.several_roles) {
        return Rejection::single_role_only;
    }
    for (const RoleId& id : after) {
        if (organization.role(id) == nullptr) return Rejection::role_not_found;
        const bool added = std::ranges::count(before, id) == 0;
        if (added && moves_by_transfer_alone(organization, id)) {
            return Rejection::role_not_offerable;
        }
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

bool holds_single_holder_role(const Organization& organization, const std::vector<RoleId>& roles) {
    return std::ranges::any_of(roles, [&](const RoleId& id) {
        const OrganizationRole* rules = organization.blueprint->role(id);
        return rules != nullptr && rules->single_holder;
    });
}

bool cannot_go(const Organization& organization, const Member& member) {
    return leaves_role_empty(organization, member, {}) ||
           holds_single_holder_role(organization, member.roles);
}

MemberRemoved removal_of(const Organization& organization, PersonId person) {
    const Member* member = organization.member(person);
    ENSURE(member != nullptr);
    MemberRemoved removed{.person = person, .workspaces = {}, .licence = member->licence};
    for (const auto& [workspace, role] : member->workspaces) {
        removed.workspaces.push_back(workspace);
    }
    return removed;
}

std::vector<Event> end_of_membership(const Organization& organization, PersonId person) {
    std::vector<Event> events;
    const auto awaited = organization.replaced.find(person);
    if (awaited != organization.replaced.end()) {
        const PersonId successor = organization.invitation(awaited->second)->person;
        events.emplace_back(InvitationCancelled{awaited->second, successor});
    }
    events.emplace_back(removal_of(organization, person));
    return events;
}

Verdict decide_one(const Call& call, const ChangeRole& command) {
    return change_roles(call, command.organization, command.person,
                        [&](const std::vector<RoleId>&) { return command.roles; });
}

Verdict decide_one(const Call& call, const AssignRole& command) {
    return change_roles(call, command.organization, command.person, [&](std::vector<RoleId> roles) {
        if (std::ranges::count(roles, command.role) == 0) roles.push_back(command.role);
        return roles;
    });
}

Verdict decide_one(const Call& call, const WithdrawRole& command) {
    return change_roles(call, command.organization, command.person, [&](std::vector<RoleId> roles) {
        const bool held = std::erase(roles, command.role) > 0;
        const bool replaced = held && command.replacement;
        if (replaced && std::ranges::count(roles, *command.replacement) == 0) {
            roles.push_back(*command.replacement);
        }
        return roles;
    });
}

Verdict decide_one(const Call& call, const RemoveMember& command) {
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
    const Held* held = organization.held_by(command.person);
    if (held == nullptr) return refuse(Rejection::member_not_found);
    if (!leaves && !reaches(organization, actor, Reach::remove, held->roles)) {
        return refuse(Rejection::target_out_of_reach);
    }
    const Member* member = organization.member(command.person);
    if (member == nullptr) return remove_pending(call, command, organization);
    if (cannot_go(organization, *member)) return refuse(Rejection::last_protected_holder);
    auto events = end_of_sent(organization, actor, command.person, command.sent);
    if (!events) return refuse(events.error());
    if (lacks_confirmation(call, command, organization)) {
        return refuse(Rejection::confirmation_missing);
    }
    for (Event& event : end_of_membership(organization, command.person)) {
        events->push_back(std::move(event));
    }
    return happened(command.organization, std::move(*events));
}

}  // namespace muster
