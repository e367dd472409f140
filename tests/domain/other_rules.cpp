// The changes, one after the other.
#include "tests/domain/other_rules.h"

#include <algorithm>
#include <array>

namespace muster::domain_tests {
namespace {

/// The rules in the making, and what becomes of roles.
struct Change {
    const Picks& picks;
    Blueprint rules;
    std::map<RoleId, RoleId> roles;
    std::map<RoleId, RoleId> workspace_roles;
    std::optional<PlanId> plan;

    std::size_t choice() const { return picks.move().place; }
    bool maps() const { return picks.move().role % 4 != 3; }
};

template <class Item>
const Item& nth(const std::vector<Item>& items, std::size_t choice) {
    return items[choice % items.size()];
}

void forget_in(ReachRules& reach, const RoleId& role) {
    for (auto& [action, selector] : reach) std::erase(selector.roles, role);
}

void a_role_goes(Change& change) {
    Blueprint& rules = change.rules;
    const RoleId gone = nth(rules.roles, change.choice()).id;
    if (gone == rules.founder_role) return;
    std::erase_if(rules.roles, [&](const OrganizationRole& role) { return role.id == gone; });
    forget_in(rules.custom_roles.reach, gone);
    for (OrganizationRole& role : rules.roles) {
        forget_in(role.reach, gone);
        if (role.former_holder_becomes == gone) role.former_holder_becomes = rules.roles.back().id;
    }
    if (change.maps()) change.roles[gone] = nth(rules.roles, change.picks.move().target).id;
}

void a_workspace_role_goes(Change& change) {
    auto& roles = change.rules.workspaces.roles;
    if (roles.empty()) return;
    const RoleId gone = nth(roles, change.choice()).id;
    std::erase_if(roles, [&](const WorkspaceRole& role) { return role.id == gone; });
    auto& creator = change.rules.workspaces.creator_role;
    if (creator == gone) creator.reset();
    if (change.maps()) change.workspace_roles[gone] = roles.empty() ? RoleId{} : roles.front().id;
}

void limits_change(Change& change) {
    for (Plan& plan : change.rules.plans) {
        for (auto& [licence, limit] : plan.limits) limit = 1 + change.choice() % 5;
    }
    change.plan = nth(change.rules.plans, change.picks.move().role).id;
}

void needs_of_licences_change(Change& change) {
    for (OrganizationRole& role : change.rules.roles) std::ranges::reverse(role.licences);
    auto& of_one = change.rules.roles[change.choice() % change.rules.roles.size()].licences;
    const auto& classes = change.rules.licence_classes;
    if (!of_one.empty()) {
        of_one.clear();
    } else if (!classes.empty()) {
        of_one.push_back(nth(classes, change.choice()).id);
    }
}

void several_roles_change(Change& change) {
    change.rules.members.several_roles = !change.rules.members.several_roles;
}

void joining_changes(Change& change) {
    JoiningRules& joining = change.rules.joining;
    joining.invitation_reserves_licence = !joining.invitation_reserves_licence;
    joining.recheck_inviter = change.choice() % 2 == 0;
    joining.at_once_for_known_accounts = change.choice() % 3 == 0;
}

void standing_changes(Change& change) {
    MemberRules& members = change.rules.members;
    members.suspension = change.choice() % 4 != 0;
    members.suspension_frees_licence = !members.suspension_frees_licence;
    members.address_replacement = change.choice() % 2 == 0;
    members.role_change_while_suspended = change.choice() % 3 == 0;
    members.confirm_removal = change.choice() % 2 == 1;
    members.removal_while_pending = change.choice() % 4 < 2;
}

void own_roles_change(Change& change) {
    CustomRoleRules& own = change.rules.custom_roles;
    if (!own.offered) {
        own = {.offered = true, .reach = {}, .licences = {}, .most = 1 + change.choice() % 4};
        return;
    }
    own = {};
    for (OrganizationRole& role : change.rules.roles) {
        for (auto& [action, selector] : role.reach) selector.custom = false;
    }
    if (!change.maps()) return;
    for (const auto& [id, role] : *change.picks.here().roles) {
        if (role.custom) change.roles[id] = nth(change.rules.roles, change.choice()).id;
    }
}

void a_role_takes_the_name_of_another(Change& change) {
    const auto& known = *change.picks.here().roles;
    const auto other =
        std::next(known.begin(), static_cast<std::ptrdiff_t>(change.choice() % known.size()));
    change.rules.roles.back().name = other->second.name;
}

void ownership_changes(Change& change) {
    OrganizationRole* founders = nullptr;
    for (OrganizationRole& role : change.rules.roles) {
        if (role.id == change.rules.founder_role) founders = &role;
    }
    founders->single_holder = !founders->single_holder;
    founders->offerable = !founders->single_holder;
    founders->former_holder_becomes.reset();
    const RoleId& other = nth(change.rules.roles, change.choice()).id;
    if (founders->single_holder) founders->former_holder_becomes = other;
    if (change.maps()) change.roles[other] = founders->id;
}

void the_rules_become_those_of_the_other(Change& change) {
    const Organization* other = change.picks.world().organization(change.picks.elsewhere());
    change.rules = *other->blueprint;
    change.plan = change.rules.first_plan;
    if (!change.maps()) return;
    for (const auto& [id, role] : *change.picks.here().roles) {
        const bool stays =
            change.rules.role(id) != nullptr || (role.custom && change.rules.custom_roles.offered);
        if (stays) continue;
        const bool founders = id == change.picks.rules().founder_role;
        change.roles[id] = founders ? change.rules.founder_role : change.rules.roles.back().id;
    }
    const auto& places = change.rules.workspaces.roles;
    change.workspace_roles[RoleId{}] = places.empty() ? RoleId{} : places.front().id;
    for (const WorkspaceRole& role : change.picks.rules().workspaces.roles) {
        change.workspace_roles[role.id] = places.empty() ? RoleId{} : places.back().id;
    }
}

void a_role_that_stays_is_mapped(Change& change) {
    const auto& known = *change.picks.here().roles;
    const auto from =
        std::next(known.begin(), static_cast<std::ptrdiff_t>(change.choice() % known.size()));
    change.roles[from->first] = nth(change.rules.roles, change.picks.move().target).id;
}

void the_maps_name_what_is_not_there(Change& change) {
    change.roles[RoleId{"pilot"}] = change.rules.founder_role;
    if (change.choice() % 2 == 0) change.workspace_roles[RoleId{}] = RoleId{"pilot"};
}

void the_rules_are_unsound(Change& change) {
    change.rules.roles.clear();
}

void nothing_changes(Change&) {}

constexpr std::array changes{a_role_goes,
                             a_role_goes,
                             a_role_goes,
                             a_workspace_role_goes,
                             limits_change,
                             needs_of_licences_change,
                             several_roles_change,
                             joining_changes,
                             standing_changes,
                             own_roles_change,
                             a_role_takes_the_name_of_another,
                             ownership_changes,
                             the_rules_become_those_of_the_other,
                             a_role_that_stays_is_mapped,
                             the_maps_name_what_is_not_there,
                             the_rules_are_unsound,
                             nothing_changes};

}  // namespace

Command moving_to_other_rules(const Picks& picks) {
    const Move& move = picks.move();
    Change change{picks, picks.rules(), {}, {}, std::nullopt};
    changes.at((move.variant + move.actor) % changes.size())(change);
    return ChangeBlueprint{picks.in(), SharedBlueprint{std::move(change.rules)},
                           std::move(change.roles), std::move(change.workspace_roles), change.plan};
}

}  // namespace muster::domain_tests
