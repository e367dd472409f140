// Reading cells off a blueprint, and turning them over in a copy.
#include "tests/conformance/matrix_cells.h"

#include "eventstore/form/blueprint_json.h"

#include <algorithm>
#include <map>

namespace muster::matrices {
namespace {

bool amounts_to(const Blueprint& blueprint, const PermissionGrant& grant, const PermissionId& id) {
    const Permission* permission = blueprint.permission(id);
    ENSURE(permission != nullptr);
    const auto bit = static_cast<std::size_t>(permission - blueprint.permissions.data());
    return blueprint.closure(grant).test(bit);
}

std::string sign_of(bool yes) {
    return yes ? "1" : "0";
}

}  // namespace

const Blueprint& shipped(std::string_view product) {
    static std::map<std::string, SharedBlueprint, std::less<>> read;
    auto found = read.find(product);
    if (found == read.end()) {
        const auto blueprint = read_blueprint(shipped_blueprint(product));
        ENSURE(blueprint.has_value());
        found = read.emplace(product, *blueprint).first;
    }
    return *found->second;
}

std::vector<Cell> cells_of(const Table& table) {
    std::vector<Cell> cells;
    for (const Row& row : table.rows) {
        ENSURE(row.cells.size() == table.roles.size());
        for (std::size_t column = 0; column < table.roles.size(); ++column) {
            cells.push_back({.name = row.name + "_" + table.roles[column],
                             .product = table.product,
                             .role = RoleId{table.roles[column]},
                             .printed = row.cells[column],
                             .question = row.question});
        }
    }
    return cells;
}

OrganizationRole& role_in(Blueprint& blueprint, const RoleId& role) {
    const auto found = std::ranges::find(blueprint.roles, role, &OrganizationRole::id);
    ENSURE(found != blueprint.roles.end());
    return *found;
}

WorkspaceRole& place_in(Blueprint& blueprint, const RoleId& place) {
    auto& roles = blueprint.workspaces.roles;
    const auto found = std::ranges::find(roles, place, &WorkspaceRole::id);
    ENSURE(found != roles.end());
    return *found;
}

void give(Blueprint& blueprint, PermissionGrant& grant, const PermissionId& permission) {
    const PermissionId everywhere{"everywhere"};
    blueprint.permissions.push_back(
        {.id = everywhere, .module = "Control", .label = "Everywhere", .implies = {permission}});
    grant.permissions.push_back(permission);
    grant.permissions.push_back(everywhere);
}

void take(const Blueprint& blueprint, PermissionGrant& grant, const PermissionId& permission) {
    if (grant.everything) {
        grant.everything = false;
        for (const Permission& each : blueprint.permissions) grant.permissions.push_back(each.id);
    }
    std::erase_if(grant.permissions, [&](const PermissionId& each) {
        return amounts_to(blueprint, {.everything = false, .permissions = {each}}, permission);
    });
}

void turn_over_right(Blueprint& blueprint, const RoleId& role, const PermissionId& permission,
                     char printed) {
    PermissionGrant& grant = role_in(blueprint, role).gives;
    if (printed == '0') {
        give(blueprint, grant, permission);
    } else {
        take(blueprint, grant, permission);
    }
}

Question listed(const std::string& permission) {
    const PermissionId id{permission};
    return {.answer =
                [id](const Blueprint& blueprint, const RoleId& role) {
                    const auto& list = blueprint.role(role)->gives.permissions;
                    return sign_of(std::ranges::count(list, id) > 0);
                },
            .turn_over = [id](Blueprint& blueprint, const RoleId& role,
                              char printed) { turn_over_right(blueprint, role, id, printed); }};
}

Question held(const std::string& permission) {
    const PermissionId id{permission};
    return {.answer =
                [id](const Blueprint& blueprint, const RoleId& role) {
                    return sign_of(amounts_to(blueprint, blueprint.role(role)->gives, id));
                },
            .turn_over = [id](Blueprint& blueprint, const RoleId& role,
                              char printed) { turn_over_right(blueprint, role, id, printed); }};
}

Question level_of(const std::string& full, const std::string& limited) {
    const PermissionId all{full};
    const PermissionId some{limited};
    return {.answer = [=](const Blueprint& blueprint, const RoleId& role) -> std::string {
                const PermissionGrant& grant = blueprint.role(role)->gives;
                if (amounts_to(blueprint, grant, all)) return "2";
                return sign_of(amounts_to(blueprint, grant, some));
            },
            .turn_over =
                [=](Blueprint& blueprint, const RoleId& role, char printed) {
                    const PermissionId& turned = printed == '1' ? some : all;
                    turn_over_right(blueprint, role, turned, printed);
                }};
}

}  // namespace muster::matrices
