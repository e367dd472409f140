// Blueprints made by hand, one for each shape the rules come in. The shipped blueprints are
// JSON and read in a later layer; these stand for their rules, not for their words. A permission
// that an operation needs bears the operation's name.
#pragma once

#include "domain/blueprint.h"

#include <functional>
#include <string>
#include <vector>

namespace muster::domain_tests {

template <class... Names>
std::vector<PermissionId> permissions(const Names&... names) {
    return {PermissionId{names}...};
}

/// Plan "free" without limits, no licences, no custom roles, no workspaces, nothing to confirm.
inline Blueprint bare_blueprint(std::string id) {
    Blueprint blueprint;
    blueprint.id = id;
    blueprint.product = id;
    for (std::size_t index = 0; index < operation_count; ++index) {
        const auto operation = static_cast<Operation>(index);
        const PermissionId needed{std::string{name_of(operation)}};
        blueprint.permissions.push_back({.id = needed,
                                         .module = "organization",
                                         .label = needed.value,
                                         .implies = {},
                                         .within_workspaces = false});
        blueprint.needs[operation] = needed;
    }
    blueprint.plans = {{PlanId{"free"}, "Free", {}}};
    blueprint.first_plan = PlanId{"free"};
    blueprint.members.confirm_removal = false;
    return blueprint;
}

inline void add_permissions(Blueprint& blueprint, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        blueprint.permissions.push_back({.id = PermissionId{name},
                                         .module = "product",
                                         .label = name,
                                         .implies = {},
                                         .within_workspaces = false});
    }
}

inline ReachRules reach_everywhere(const TargetSelector& selector) {
    ReachRules rules;
    for (std::size_t index = 0; index < reach_count; ++index) {
        rules[static_cast<Reach>(index)] = selector;
    }
    return rules;
}
inline TargetSelector reach_all() {
    return {.all = true, .custom = false, .held = false, .roles = {}};
}
inline TargetSelector reach_held() {
    return {.all = false, .custom = false, .held = true, .roles = {}};
}
inline TargetSelector reach_roles(std::vector<RoleId> roles) {
    return {.all = false, .custom = false, .held = false, .roles = std::move(roles)};
}

/// The protected role that gives everything and reaches everybody.
inline OrganizationRole top_role(std::string id) {
    OrganizationRole role;
    role.id = RoleId{id};
    role.name = id;
    role.gives.everything = true;
    role.reach = reach_everywhere(reach_all());
    role.is_protected = true;
    return role;
}
inline OrganizationRole ordinary_role(std::string id, std::vector<PermissionId> gives) {
    OrganizationRole role;
    role.id = RoleId{id};
    role.name = id;
    role.gives.permissions = std::move(gives);
    return role;
}

/// Three seats on the free plan, one licence class, custom roles that reach what they hold.
inline Blueprint conance_like() {
    Blueprint blueprint = bare_blueprint("conance-like");
    add_permissions(blueprint, {"read_commissions", "write_commissions"});
    blueprint.licence_classes = {{LicenceClassId{"member"}, "Member"}};
    OrganizationRole administrator = top_role("administrator");
    administrator.licences = {LicenceClassId{"member"}};
    OrganizationRole user = ordinary_role("user", permissions("read_members", "read_commissions"));
    user.licences = {LicenceClassId{"member"}};
    blueprint.roles = {administrator, user};
    blueprint.founder_role = RoleId{"administrator"};
    blueprint.custom_roles = {.offered = true,
                              .reach = reach_everywhere(reach_held()),
                              .licences = {LicenceClassId{"member"}},
                              .most = 4};
    blueprint.plans = {{PlanId{"free"}, "Free", {{LicenceClassId{"member"}, 3}}},
                       {PlanId{"premium"}, "Premium", {{LicenceClassId{"member"}, 10}}}};
    return blueprint;
}

/// No licences; workspaces with roles of their own; people with an account join at once.
inline Blueprint open_source_like() {
    Blueprint blueprint = bare_blueprint("open-source-like");
    add_permissions(blueprint, {"push"});
    OrganizationRole member = ordinary_role("member", permissions("read_members"));
    member.reach[Reach::edit_workspaces] = reach_roles({RoleId{"member"}});
    blueprint.roles = {top_role("admin"), member};
    blueprint.founder_role = RoleId{"admin"};
    blueprint.workspaces.offered = true;
    blueprint.workspaces.word = "team";
    blueprint.workspaces.roles = {
        {RoleId{"maintainer"}, "Maintainer", {false, permissions("assign_workspace", "push")}, {}},
        {RoleId{"member"}, "Member", {false, permissions("push")}, {}}};
    blueprint.joining.at_once_for_known_accounts = true;
    return blueprint;
}

/// Two licence classes on workspace roles, a newcomer's role, and the inviter checked again.
inline Blueprint mark_like() {
    Blueprint blueprint = bare_blueprint("mark-like");
    add_permissions(blueprint, {"manage_billing", "edit", "generate"});
    const LicenceClassId unlimited{"unlimited"};
    const LicenceClassId discovery{"discovery"};
    blueprint.licence_classes = {{unlimited, "Unlimited"}, {discovery, "Discovery"}};
    OrganizationRole team_admin =
        ordinary_role("team_admin", permissions("read_members", "invite_member", "change_role",
                                                "remove_member", "assign_workspace"));
    team_admin.reach = reach_everywhere(reach_all());
    team_admin.grants = permissions("edit", "generate");
    OrganizationRole billing_admin =
        ordinary_role("billing_admin", permissions("read_plan", "manage_billing"));
    blueprint.roles = {top_role("super_admin"), team_admin, billing_admin,
                       ordinary_role("member", {})};
    blueprint.founder_role = RoleId{"super_admin"};
    blueprint.workspaces.offered = true;
    blueprint.workspaces.roles = {
        {RoleId{"editor"}, "Editor", {false, permissions("edit", "generate")}, {unlimited}},
        {RoleId{"collaborator"},
         "Collaborator",
         {false, permissions("edit")},
         {discovery, unlimited}},
        {RoleId{"guest"}, "Guest", {}, {}}};
    blueprint.joining.at_once_for_known_accounts = true;
    blueprint.joining.invitation_names_role = false;
    blueprint.joining.newcomer_role = RoleId{"member"};
    blueprint.joining.recheck_inviter = true;
    blueprint.plans = {{PlanId{"free"}, "Free", {{unlimited, 2}, {discovery, 1}}},
                       {PlanId{"large"}, "Large", {{unlimited, 20}, {discovery, 20}}}};
    return blueprint;
}

/// Reach by list, nobody removes themselves, workspaces without roles, also for pending people.
inline Blueprint respond_like() {
    Blueprint blueprint = bare_blueprint("respond-like");
    OrganizationRole user_admin = ordinary_role(
        "user_admin", permissions("read_members", "invite_member", "remove_member",
                                  "assign_workspace", "create_workspace", "delete_workspace"));
    user_admin.reach = {{Reach::invite, reach_roles({RoleId{"member"}})},
                        {Reach::remove, reach_roles({RoleId{"member"}})},
                        {Reach::edit_workspaces, reach_all()}};
    blueprint.roles = {top_role("organisation_admin"),
                       ordinary_role("billing_admin", permissions("read_members", "read_plan")),
                       user_admin, ordinary_role("member", {})};
    blueprint.founder_role = RoleId{"organisation_admin"};
    blueprint.workspaces.offered = true;
    blueprint.workspaces.for_pending = true;
    blueprint.workspaces.most_per_invitation = 2;
    blueprint.members.self_removal = false;
    return blueprint;
}

/// One owner, whose role passes on by transfer alone, beside protected administrators.
inline Blueprint owner_like() {
    Blueprint blueprint = bare_blueprint("owner-like");
    OrganizationRole owner = top_role("owner");
    owner.single_holder = true;
    owner.offerable = false;
    owner.former_holder_becomes = RoleId{"administrator"};
    blueprint.roles = {owner, top_role("administrator"), ordinary_role("reader", {})};
    blueprint.founder_role = RoleId{"owner"};
    return blueprint;
}

/// Many roles of the organisation's own, several to a person, and members who can be suspended.
inline Blueprint engagelab_like() {
    Blueprint blueprint = bare_blueprint("engagelab-like");
    add_permissions(blueprint, {"send", "read_reports"});
    blueprint.roles = {top_role("admin")};
    blueprint.founder_role = RoleId{"admin"};
    blueprint.custom_roles = {
        .offered = true, .reach = reach_everywhere(reach_held()), .licences = {}, .most = 6};
    blueprint.members.several_roles = true;
    blueprint.members.suspension = true;
    blueprint.members.role_change_while_suspended = true;
    return blueprint;
}

/// One owner above administrators who reach everybody else, and folders that no invitation names.
inline Blueprint universign_like() {
    Blueprint blueprint = bare_blueprint("universign-like");
    add_permissions(blueprint, {"write_everywhere", "write_in_folders"});
    blueprint.permissions.back().within_workspaces = true;
    blueprint.permissions[blueprint.permissions.size() - 2].implies =
        permissions("write_in_folders");
    OrganizationRole owner = top_role("owner");
    owner.single_holder = true;
    owner.offerable = false;
    owner.former_holder_becomes = RoleId{"administrator"};
    OrganizationRole administrator = ordinary_role(
        "administrator",
        permissions("read_members", "invite_member", "change_role", "remove_member",
                    "suspend_member", "create_workspace", "assign_workspace", "write_everywhere"));
    const std::vector<RoleId> others{RoleId{"administrator"}, RoleId{"contributor"},
                                     RoleId{"reader"}};
    administrator.reach = reach_everywhere(reach_roles(others));
    blueprint.roles = {owner, administrator,
                       ordinary_role("contributor", permissions("write_in_folders")),
                       ordinary_role("reader", {})};
    blueprint.founder_role = RoleId{"owner"};
    blueprint.workspaces.offered = true;
    blueprint.workspaces.word = "folder";
    blueprint.workspaces.in_invitation = false;
    blueprint.members.own_role_change = false;
    return blueprint;
}

/// A blueprint with one rule changed.
inline Blueprint with(Blueprint blueprint, const std::function<void(Blueprint&)>& change) {
    change(blueprint);
    return blueprint;
}

}  // namespace muster::domain_tests
