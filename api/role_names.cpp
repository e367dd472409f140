// Looking names up and joining them.
#include "api/role_names.h"

#include <algorithm>

namespace muster {
namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string line;
    for (const std::string& name : names) line += (line.empty() ? "" : ", ") + name;
    return line;
}

std::string name_of_workspace(const Organization& organization, WorkspaceId id) {
    const auto found = organization.workspaces.find(id);
    return found == organization.workspaces.end() ? to_string(id) : found->second.name;
}

std::string name_of_place(const Organization& organization, WorkspaceId id, const RoleId& role) {
    const std::string workspace = name_of_workspace(organization, id);
    if (role.value.empty()) return workspace;
    const WorkspaceRole* rules = organization.blueprint->workspace_role(role);
    return workspace + " (" + (rules == nullptr ? role.value : rules->name) + ")";
}

}  // namespace

std::string names_of_roles(const Organization& organization, const std::vector<RoleId>& roles) {
    std::vector<std::string> names;
    for (const RoleId& id : roles) {
        const Role* role = organization.role(id);
        names.push_back(role == nullptr ? id.value : role->name);
    }
    return joined(names);
}

std::string names_of_workspaces(const Organization& organization, const Places& places) {
    std::vector<std::string> names;
    for (const auto& [id, role] : places) names.push_back(name_of_workspace(organization, id));
    std::ranges::sort(names);
    return joined(names);
}

std::string names_of_places(const Organization& organization, const Places& places) {
    std::vector<std::string> names;
    for (const auto& [id, role] : places) names.push_back(name_of_place(organization, id, role));
    std::ranges::sort(names);
    return joined(names);
}

}  // namespace muster
