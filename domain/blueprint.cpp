// Names of operations and reaches, look-ups in a blueprint, and what a grant amounts to. Pure
// functions of immutable data; any thread.
#include "domain/blueprint.h"

#include <array>

namespace muster {

namespace {

constexpr std::array<std::string_view, operation_count> operation_names{
    "read_organization",   "read_members",     "export_members",   "read_audit",
    "invite_member",       "change_role",      "remove_member",    "suspend_member",
    "transfer_ownership",  "create_workspace", "delete_workspace", "assign_workspace",
    "manage_roles",        "copy_role",        "read_plan",        "end_organization",
    "manage_organization",
};

constexpr std::array<std::string_view, reach_count> reach_names{
    "invite", "assign_role", "remove", "suspend", "edit_workspaces",
};

template <class Enum, std::size_t count>
std::optional<Enum> named(const std::array<std::string_view, count>& names, std::string_view name) {
    for (std::size_t index = 0; index < count; ++index) {
        if (names[index] == name) return static_cast<Enum>(index);
    }
    return std::nullopt;
}

template <class Item, class AnyKey>
const Item* with_id(const std::vector<Item>& items, const AnyKey& id) {
    for (const Item& item : items) {
        if (item.id == id) return &item;
    }
    return nullptr;
}

/// Adds a permission and all that it implies. A permission that is there already is not followed
/// again, so that a cycle ends.
void add_permission(const Blueprint& blueprint, const PermissionId& id, PermissionSet& set) {
    std::vector<const PermissionId*> waiting{&id};
    while (!waiting.empty()) {
        const Permission* permission = blueprint.permission(*waiting.back());
        waiting.pop_back();
        if (permission == nullptr) continue;
        const auto place = static_cast<std::size_t>(permission - blueprint.permissions.data());
        if (place >= permission_limit || set.test(place)) continue;
        set.set(place);
        for (const PermissionId& implied : permission->implies) waiting.push_back(&implied);
    }
}

}  // namespace

std::string_view name_of(Operation operation) {
    return operation_names.at(static_cast<std::size_t>(operation));
}

std::string_view name_of(Reach reach) {
    return reach_names.at(static_cast<std::size_t>(reach));
}

std::optional<Operation> operation_named(std::string_view name) {
    return named<Operation>(operation_names, name);
}

std::optional<Reach> reach_named(std::string_view name) {
    return named<Reach>(reach_names, name);
}

const OrganizationRole* Blueprint::role(const RoleId& sought) const {
    return with_id(roles, sought);
}

const WorkspaceRole* Blueprint::workspace_role(const RoleId& sought) const {
    return with_id(workspaces.roles, sought);
}

const Plan* Blueprint::plan(const PlanId& sought) const {
    return with_id(plans, sought);
}

const Permission* Blueprint::permission(const PermissionId& sought) const {
    return with_id(permissions, sought);
}

bool Blueprint::has_licence_class(const LicenceClassId& sought) const {
    return with_id(licence_classes, sought) != nullptr;
}

PermissionSet Blueprint::closure(const PermissionGrant& grant) const {
    if (grant.everything) return PermissionSet{}.set();
    return closure(grant.permissions);
}

PermissionSet Blueprint::closure(const std::vector<PermissionId>& granted) const {
    PermissionSet set;
    for (const PermissionId& permission_id : granted) add_permission(*this, permission_id, set);
    return set;
}

}  // namespace muster
