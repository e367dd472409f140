// The rules an organisation runs by as JSON: its roles, which of them can be offered, and the
// blueprints that ship.
#include "api/http/show/present.h"

#include "eventstore/form/blueprint_json.h"

#include <boost/json.hpp>

#include <algorithm>

namespace muster::http {
namespace {

namespace json = boost::json;

bool gives_everything(const Organization& organization, const RoleId& id) {
    const OrganizationRole* rules = organization.blueprint->role(id);
    return rules != nullptr && rules->gives.everything;
}

json::object role_object(const Organization& organization, const RoleId& id, const Role& role) {
    json::array permissions;
    for (const PermissionId& permission : role.permissions) {
        permissions.push_back(json::string{permission.value});
    }
    return {{"role", id.value},
            {"name", role.name},
            {"custom", role.custom},
            {"protected", organization.is_protected({id})},
            {"everything", gives_everything(organization, id)},
            {"permissions", std::move(permissions)}};
}

/// What a role amounts to, module by module in the order of the catalogue: given by itself, or
/// implied by something given.
json::array modules_array(const Organization& organization, const RoleId& id, const Role& role) {
    const Blueprint& blueprint = *organization.blueprint;
    const bool everything = gives_everything(organization, id);
    std::vector<std::pair<std::string_view, json::array>> modules;
    for (std::size_t index = 0; index < blueprint.permissions.size(); ++index) {
        if (!role.effective.test(index)) continue;
        const Permission& permission = blueprint.permissions[index];
        const bool given = everything || std::ranges::count(role.permissions, permission.id) > 0;
        auto module = std::ranges::find(modules, permission.module,
                                        [](const auto& entry) { return entry.first; });
        if (module == modules.end()) {
            module = modules.emplace(modules.end(), permission.module, json::array{});
        }
        module->second.push_back(
            {{"permission", permission.id.value}, {"label", permission.label}, {"given", given}});
    }
    json::array list;
    for (auto& [name, permissions] : modules) {
        list.push_back({{"module", name}, {"permissions", std::move(permissions)}});
    }
    return list;
}

json::object offer_object(const RoleOffer& offer) {
    json::object object{{"role", offer.role.value},
                        {"name", offer.name},
                        {"offerable", !offer.refused.has_value()}};
    if (offer.refused) {
        object["code"] = name_of(*offer.refused);
        object["detail"] = sentence_of(*offer.refused);
    }
    return object;
}

}  // namespace

std::string roles_json(const Organization& organization) {
    json::array roles;
    for (const auto& [id, role] : *organization.roles) {
        json::object object = role_object(organization, id, role);
        object["members"] = organization.use_of(id).members;
        roles.push_back(std::move(object));
    }
    json::array workspace_roles;
    for (const WorkspaceRole& role : organization.blueprint->workspaces.roles) {
        workspace_roles.push_back({{"role", role.id.value}, {"name", role.name}});
    }
    json::array permissions;
    for (const Permission& permission : organization.blueprint->permissions) {
        permissions.push_back({{"permission", permission.id.value},
                               {"module", permission.module},
                               {"label", permission.label}});
    }
    return json::serialize(json::object{{"roles", std::move(roles)},
                                        {"workspace_roles", std::move(workspace_roles)},
                                        {"permissions", std::move(permissions)}});
}

std::string role_json(const Organization& organization, const RoleId& id) {
    const Role& role = organization.roles->at(id);
    json::object object = role_object(organization, id, role);
    object["modules"] = modules_array(organization, id, role);
    const RoleUse use = organization.use_of(id);
    object["members"] = use.members;
    object["invitations"] = use.invited;
    return json::serialize(object);
}

std::string offers_json(const std::vector<RoleOffer>& offers) {
    json::array roles;
    json::array workspace_roles;
    for (const RoleOffer& offer : offers) {
        (offer.of_workspace ? workspace_roles : roles).push_back(offer_object(offer));
    }
    return json::serialize(
        json::object{{"roles", std::move(roles)}, {"workspace_roles", std::move(workspace_roles)}});
}

std::string blueprints_json(const std::vector<std::string_view>& names) {
    json::array list;
    for (const std::string_view name : names) {
        const auto blueprint = read_blueprint(shipped_blueprint(name));
        if (blueprint) list.push_back({{"blueprint", name}, {"product", (*blueprint)->product}});
    }
    return json::serialize(json::object{{"blueprints", std::move(list)}});
}

}  // namespace muster::http
