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
    return !without.keeps_holders_of(*this);
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
    const bool loses_its_places =
        !target->places.empty() && may_be_placed(before) && !may_be_placed(after);
    if (loses_its_places) return false;
    const NaiveOrganization as_it_was = *this;
    target->roles = after;
    if (is_member && !keeps_holders_of(as_it_was)) {
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
    const bool held = roles.erase(command.role.value) > 0;
    if (held && command.replacement) roles.insert(command.replacement->value);
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
    NaiveInvitation* sent = open_invitation_of(command.person);
    if (product_.asks_before_removing && !command.confirmed) return false;
    if (target == nullptr && sent != nullptr) {
        if (!product_.removes_the_invited || !may_take_from(actor, sent->offered)) return false;
        sent->open = false;
        sent->cancelled = true;
        return true;
    }
    if (target == nullptr || !may_take_from(actor, *target)) return false;
    if (actor.is(command.person) && !product_.removes_oneself) return false;
    if (is_last_holder(*target) || is_owner(*target)) return false;
    if (!sees_to_what_was_sent(command.person, command.sent, actor)) return false;
    leaves(command.person);
    return true;
}

bool NaiveOrganization::sees_to_what_was_sent(PersonId sender, SentInvitations sent,
                                              const Actor& actor) {
    if (sent == SentInvitations::stay) return true;
    if (sent == SentInvitations::take_over && actor.is(sender)) return false;
    const NaiveOrganization before = *this;
    bool all = true;
    for (NaiveInvitation& each : invitations_) {
        if (!each.open || !each.inviter.is(sender) || each.takes_place_of == sender) continue;
        all = all && has_right(actor, "invite_member") &&
              reaches(actor, "invite", each.offered.roles);
        if (sent == SentInvitations::cancel) {
            each.open = false;
            each.cancelled = true;
        } else {
            all = all && may_answer_for(actor, each);
            each.inviter = actor;
            each.as_sent = each.offered;
        }
    }
    if (!all) *this = before;
    return all;
}

bool NaiveOrganization::suspends(const SuspendMember& command, const Actor& actor) {
    NaiveMember* target = member(command.person);
    if (target == nullptr || actor.is(command.person) || !product_.suspends) return false;
    if (!has_right(actor, "suspend_member") || !may_take_from(actor, *target)) return false;
    if (!reaches(actor, "suspend", target->roles)) return false;
    if (target->suspended) return true;
    if (is_last_holder(*target) || is_owner(*target)) return false;
    if (!sees_to_what_was_sent(command.person, command.sent, actor)) return false;
    target = member(command.person);
    target->suspended = true;
    had_.erase(command.person);
    if (product_.suspension_frees_licence) {
        had_[command.person] = std::exchange(target->licence, "");
    }
    return true;
}

bool NaiveOrganization::reinstates(const ReinstateMember& command, const Actor& actor) {
    NaiveMember* target = member(command.person);
    if (target == nullptr || !has_right(actor, "suspend_member")) return false;
    if (!reaches(actor, "suspend", target->roles)) return false;
    if (!target->suspended) return true;
    target->suspended = false;
    const std::string had = target->licence.empty() ? had_[command.person] : target->licence;
    if (settles_licence(command.person, had)) return true;
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
    const bool sound = keeps_holders_of(before) && keeps_places_of(before);
    if (sound && settles_licence(owner->person) && settles_licence(next->person)) return true;
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
    const NaiveOrganization before = *this;
    std::set<std::string> left;
    for (const RoleId& role : command.roles) left.insert(role.value);
    NaiveOrganization without = *this;
    without.member(command.person)->roles = left;
    const auto still_held = without.kept_roles_held();
    std::set<std::string> gained = successor->roles;
    for (const std::string& role : holder->roles) {
        const bool nobody = before.kept_roles_held().contains(role) && !still_held.contains(role);
        const bool needed = is_kept(role) && (!is_holder || nobody || roles_.at(role).single);
        if (needed) gained = with_role(gained, role);
    }

    successor->roles = gained;
    if (command.roles.empty()) {
        leaves(command.person);
    } else {
        holder->roles.clear();
        for (const RoleId& role : command.roles) holder->roles.insert(role.value);
    }
    const bool sound = keeps_holders_of(before) && keeps_places_of(before);
    if (sound && settles_licence(command.person) && settles_licence(command.successor)) return true;
    *this = before;
    return false;
}

bool NaiveOrganization::keeps_places_of(const NaiveOrganization& before) const {
    return std::ranges::all_of(before.members_, [&](const NaiveMember& was) {
        const auto is = std::ranges::find(members_, was.person, &NaiveMember::person);
        return is == members_.end() || is->places.empty() || !may_be_placed(was.roles) ||
               may_be_placed(is->roles);
    });
}

bool NaiveOrganization::signs_in(const RecordSignIn& command, const Actor& actor) {
    const NaiveMember* signing = member(command.person);
    return (actor.is_operator() || actor.is(command.person)) && signing != nullptr &&
           !signing->suspended;
}

}  // namespace muster::domain_tests
