// Reading a blueprint, setting by setting.
#include "tests/domain/naive_product.h"

#include <algorithm>

namespace muster::domain_tests {
namespace {

template <class Key>
Names names_of(const std::vector<Key>& keys) {
    Names names;
    for (const Key& key : keys) names.push_back(key.value);
    return names;
}

template <class Key>
Rights set_of(const std::vector<Key>& keys) {
    const Names names = names_of(keys);
    return {names.begin(), names.end()};
}

Names given_by(const PermissionGrant& grant) {
    return grant.everything ? Names{"*"} : names_of(grant.permissions);
}

NaiveRole role_of(const OrganizationRole& role) {
    return {.name = role.name,
            .gives = given_by(role.gives),
            .licences = names_of(role.licences),
            .to_grant = set_of(role.grants),
            .kept = role.is_protected,
            .single = role.single_holder,
            .offered = role.offerable,
            .renameable = role.renameable,
            .editable = role.editable,
            .deletable = role.deletable,
            .copyable = role.copyable,
            .own = false};
}

void read_rights(const Blueprint& blueprint, NaiveProduct& product) {
    for (const Permission& permission : blueprint.permissions) {
        const std::string& right = permission.id.value;
        product.catalogue.insert(right);
        Rights& brought = product.brings[right];
        brought.insert(right);
        for (const PermissionId& narrower : permission.implies) brought.insert(narrower.value);
        if (permission.within_workspaces) product.within_workspaces.insert(right);
        if (permission.without_workspace_too) product.without_workspace_too.insert(right);
    }
    // What comes with what comes along, until nothing is added.
    for (bool grown = true; grown;) {
        grown = false;
        for (auto& [right, brought] : product.brings) {
            const Rights before = brought;
            for (const std::string& narrower : before) {
                brought.insert(product.brings[narrower].begin(), product.brings[narrower].end());
            }
            grown = grown || brought != before;
        }
    }
    for (const auto& [operation, right] : blueprint.needs) {
        product.needs[std::string{name_of(operation)}] = right.value;
    }
}

Reached reached_by(const ReachRules& rules, const std::string& action, const std::string& target,
                   bool own) {
    const auto found = rules.find(*reach_named(action));
    if (found == rules.end()) return Reached::no;
    const TargetSelector& selector = found->second;
    const bool listed = std::ranges::count(selector.roles, RoleId{target}) > 0;
    if (selector.all || listed || (selector.custom && own)) return Reached::yes;
    return selector.held ? Reached::when_held : Reached::no;
}

void read_roles(const Blueprint& blueprint, NaiveProduct& product) {
    std::map<std::string, ReachRules> reach;
    for (const OrganizationRole& role : blueprint.roles) {
        product.roles[role.id.value] = role_of(role);
        reach[role.id.value] = role.reach;
        if (role.former_holder_becomes) {
            product.former_owner_becomes = role.former_holder_becomes->value;
        }
    }
    product.founder_role = blueprint.founder_role.value;
    const ReachRules of_own = blueprint.custom_roles.reach;
    product.reach = [reach, of_own](const std::string& action, const std::string& actor,
                                    const std::string& target, bool own) {
        const auto found = reach.find(actor);
        return reached_by(found == reach.end() ? of_own : found->second, action, target, own);
    };
    const CustomRoleRules& own = blueprint.custom_roles;
    product.most_own_roles = own.offered ? own.most : 0;
    product.own_roles_take = names_of(own.licences);
}

void read_plans(const Blueprint& blueprint, NaiveProduct& product) {
    for (const Plan& plan : blueprint.plans) {
        auto& limits = product.plans[plan.id.value];
        for (const auto& [licence, limit] : plan.limits) limits[licence.value] = limit;
    }
    product.first_plan = blueprint.first_plan.value;
    for (const LicenceClass& licence : blueprint.licence_classes) {
        product.licence_classes.insert(licence.id.value);
    }
}

void read_workspaces(const WorkspaceRules& rules, NaiveProduct& product) {
    for (const WorkspaceRole& role : rules.roles) {
        product.workspace_roles[role.id.value] = {given_by(role.gives), names_of(role.licences)};
    }
    product.workspaces = rules.offered;
    product.places_in_invitation = rules.offered && rules.in_invitation;
    product.places_while_pending = rules.for_pending;
    product.most_workspaces = rules.most_per_invitation;
    if (rules.creator_role) product.creator_role = rules.creator_role->value;
    if (rules.joining_needs) product.needed_to_be_placed = rules.joining_needs->value;
    product.places_oneself = rules.self_placement;
}

void read_people(const JoiningRules& joining, const MemberRules& members, NaiveProduct& product) {
    if (!joining.invitation_names_role) product.newcomer_role = joining.newcomer_role->value;
    product.at_once = joining.at_once_for_known_accounts;
    product.reserves_licence = joining.invitation_reserves_licence;
    product.inviter_checked_again = joining.recheck_inviter;
    product.invitation_life = joining.invitation_life;
    product.most_rows = joining.most_rows;
    product.resend_interval = joining.resend_interval;
    product.most_resends = joining.most_resends_a_day;
    product.most_mails = joining.most_mails_an_hour;
    product.several_roles = members.several_roles;
    product.removes_oneself = members.self_removal;
    product.changes_own_role = members.own_role_change;
    product.changes_roles_while_pending = members.role_change_while_pending;
    product.changes_roles_while_suspended = members.role_change_while_suspended;
    product.suspends = members.suspension;
    product.suspension_frees_licence = members.suspension_frees_licence;
    product.replaces_addresses = members.address_replacement;
    product.operator_replaces = members.last_holder == LastHolderGuard::operator_replaces;
    product.removes_the_invited = members.removal_while_pending;
    product.asks_before_removing = members.confirm_removal;
}

}  // namespace

Rights NaiveProduct::rights_of(const Names& given) const {
    Rights rights;
    for (const std::string& right : given) {
        if (right == "*") return {"*"};
        const auto brought = brings.find(right);
        if (brought != brings.end()) rights.insert(brought->second.begin(), brought->second.end());
    }
    return rights;
}

NaiveProduct read_product(const Blueprint& blueprint) {
    NaiveProduct product;
    read_rights(blueprint, product);
    read_roles(blueprint, product);
    read_plans(blueprint, product);
    read_workspaces(blueprint.workspaces, product);
    read_people(blueprint.joining, blueprint.members, product);
    return product;
}

}  // namespace muster::domain_tests
