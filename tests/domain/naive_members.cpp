// Members and the roles they hold, on paper.
#include "tests/domain/naive_organization.h"

#include <algorithm>

namespace muster::domain_tests {

bool NaiveOrganization::may_take_from(const Actor& actor, const NaiveMember& somebody) {
    return actor.is(somebody.person) ||
           (has_right(actor, "remove_member") && reaches(actor, "remove", somebody.roles));
}

std::string NaiveOrganization::owner_role() const {
    for (const auto& [id, role] : roles_) {
        if (role.single) return id;
    }
    return "";
}

bool NaiveOrganization::is_owner(const NaiveMember& somebody) const {
    return somebody.roles.contains(owner_role());
}

bool NaiveOrganization::is_last_holder(const NaiveMember& somebody) const {
    NaiveOrganization without = *this;
    std::erase_if(without.members_,
                  [&](const NaiveMember& m) { return m.person == somebody.person; });
    return without.holders() == 0;
}

bool NaiveOrganization::changes_roles(PersonId person, const std::vector<std::string>& listed,
                                      const Actor& actor) {
    NaiveMember* target = somebody(person);
    if (!has_right(actor, "change_role") || target == nullptr) return false;
    const std::set<std::string> before = target->roles;
    const std::set<std::string> after(listed.begin(), listed.end());
    const bool all_known =
        std::ranges::all_of(after, [&](const std::string& role) { return roles_.contains(role); });
    if (!all_known) return false;
    if (!reaches(actor, "assign_role", before) || !reaches(actor, "assign_role", after)) {
        return false;
    }
    const bool demotes = !is_within(rights_of_roles(before), rights_of_roles(after));
    if (demotes && !may_take_from(actor, *target)) return false;
    std::set<std::string> added;
    std::ranges::set_difference(after, before, std::inserter(added, added.end()));
    std::set<std::string> dropped;
    std::ranges::set_difference(before, after, std::inserter(dropped, dropped.end()));
    if (!may_give(actor, person, rights_of_roles(added))) return false;
    if (actor.is(person) && !product_.changes_own_role) return false;
    if (listed.size() != after.size()) return false;
    if (after == before) return true;

    const bool is_member = member(person) != nullptr;
    if (is_member && target->suspended && !product_.changes_roles_while_suspended) return false;
    const bool takes_a_place = !is_member && !open_invitation_of(person)->takes_place_of.is_nil();
    if (!is_member && (!product_.changes_roles_while_pending || takes_a_place)) return false;
    if (after.empty() || (after.size() > 1 && !product_.several_roles)) return false;
    for (const std::string& role : added) {
        if (roles_.at(role).single || !roles_.at(role).offered) return false;
    }
    if (dropped.contains(owner_role())) return false;
    target->roles = after;
    if (is_member && holders() == 0) {
        target->roles = before;
        return false;
    }
    if (settles_licence(person)) return true;
    target->roles = before;
    return false;
}

bool NaiveOrganization::assigns_role(const AssignRole& command, const Actor& actor) {
    const NaiveMember* target = somebody(command.person);
    if (target == nullptr) return false;
    std::set<std::string> roles = target->roles;
    roles.insert(command.role.value);
    return changes_roles(command.person, {roles.begin(), roles.end()}, actor);
}

bool NaiveOrganization::withdraws_role(const WithdrawRole& command, const Actor& actor) {
    const NaiveMember* target = somebody(command.person);
    if (target == nullptr) return false;
    std::set<std::string> roles = target->roles;
    roles.erase(command.role.value);
    return changes_roles(command.person, {roles.begin(), roles.end()}, actor);
}

void NaiveOrganization::leaves(PersonId person) {
    std::erase_if(members_, [&](const NaiveMember& m) { return m.person == person; });
    for (NaiveInvitation& sent : invitations_) {
        if (!sent.open || sent.takes_place_of != person) continue;
        sent.open = false;
        sent.cancelled = true;
    }
}

bool NaiveOrganization::removes(const RemoveMember& command, const Actor& actor) {
    const NaiveMember* target = member(command.person);
    if (target == nullptr || !may_take_from(actor, *target)) return false;
    if (actor.is(command.person) && !product_.removes_oneself) return false;
    if (is_last_holder(*target) || is_owner(*target)) return false;
    leaves(command.person);
    return true;
}

bool NaiveOrganization::suspends(const SuspendMember& command, const Actor& actor) {
    NaiveMember* target = member(command.person);
    if (target == nullptr || actor.is(command.person) || !product_.suspends) return false;
    if (!has_right(actor, "suspend_member") || !may_take_from(actor, *target)) return false;
    if (!reaches(actor, "suspend", target->roles)) return false;
    if (target->suspended) return true;
    if (is_last_holder(*target) || is_owner(*target)) return false;
    target->suspended = true;
    if (product_.suspension_frees_licence) target->licence = "";
    return true;
}

bool NaiveOrganization::reinstates(const ReinstateMember& command, const Actor& actor) {
    NaiveMember* target = member(command.person);
    if (target == nullptr || !has_right(actor, "suspend_member")) return false;
    if (!reaches(actor, "suspend", target->roles)) return false;
    if (!target->suspended) return true;
    target->suspended = false;
    if (settles_licence(command.person)) return true;
    target->suspended = true;
    return false;
}

std::set<std::string> NaiveOrganization::with_role(std::set<std::string> roles,
                                                   const std::string& role) const {
    if (!product_.several_roles) return {role};
    roles.insert(role);
    return roles;
}

bool NaiveOrganization::transfers(const TransferOwnership& command, const Actor& actor) {
    const std::string owned = owner_role();
    NaiveMember* next = member(command.person);
    if (owned.empty() || next == nullptr || !has_right(actor, "transfer_ownership")) return false;
    NaiveMember* owner = nullptr;
    for (NaiveMember& m : members_) {
        if (is_owner(m)) owner = &m;
    }
    if (!actor.is_operator() && !actor.is(owner->person)) return false;
    if (next == owner) return true;
    if (next->suspended) return false;
    const NaiveOrganization before = *this;
    owner->roles.erase(owned);
    owner->roles = with_role(owner->roles, product_.former_owner_becomes);
    next->roles = with_role(next->roles, owned);
    if (settles_licence(owner->person) && settles_licence(next->person)) return true;
    *this = before;
    return false;
}

bool NaiveOrganization::replaces_holder(const ReplaceProtectedHolder& command,
                                        const Context& context) {
    NaiveMember* holder = member(command.person);
    NaiveMember* successor = member(command.successor);
    if (!context.actor.is_operator() || !product_.operator_replaces) return false;
    if (holder == nullptr || successor == nullptr || holder == successor) return false;
    if (successor->suspended || context.reason.empty()) return false;
    const auto is_kept = [&](const std::string& role) { return roles_.at(role).kept; };
    if (std::ranges::none_of(holder->roles, is_kept)) return false;
    if (!command.roles.empty() && !names_good_roles(command.roles)) return false;
    // Who is a holder already needs nothing more than to be the one where there is one.
    const bool is_holder = std::ranges::any_of(successor->roles, is_kept);
    std::set<std::string> gained = successor->roles;
    for (const std::string& role : holder->roles) {
        const bool needed = is_kept(role) && (!is_holder || roles_.at(role).single);
        if (needed) gained = with_role(gained, role);
    }

    const NaiveOrganization before = *this;
    successor->roles = gained;
    if (command.roles.empty()) {
        leaves(command.person);
    } else {
        holder->roles.clear();
        for (const RoleId& role : command.roles) holder->roles.insert(role.value);
    }
    if (settles_licence(command.person) && settles_licence(command.successor)) return true;
    *this = before;
    return false;
}

bool NaiveOrganization::signs_in(const RecordSignIn& command, const Actor& actor) {
    const NaiveMember* signing = member(command.person);
    return (actor.is_operator() || actor.is(command.person)) && signing != nullptr &&
           !signing->suspended;
}

}  // namespace muster::domain_tests
