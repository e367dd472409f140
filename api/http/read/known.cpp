// Lists of what there is.
#include "api/http/read/known.h"

#include <algorithm>

namespace muster::http {
namespace {

constexpr std::size_t most_listed = 20;

std::string with_name(const std::string& id, const std::string& name) {
    return name.empty() || name == id ? id : id + " (" + name + ")";
}

std::string nothing_of(std::string_view kind, const std::vector<std::string>& there_are) {
    std::string text = "names no " + std::string{kind} + " of the organisation; there ";
    return text + (there_are.empty() ? "are none" : "are " + listed(there_are, most_listed));
}

}  // namespace

std::string listed(const std::vector<std::string>& names, std::size_t most) {
    std::string text;
    for (std::size_t at = 0; at < std::min(names.size(), most); ++at) {
        text += (at == 0 ? "" : ", ") + names[at];
    }
    if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
    return text;
}

std::string no_such_role(const Organization& organization) {
    std::vector<std::string> roles;
    for (const auto& [id, role] : *organization.roles) {
        roles.push_back(with_name(id.value, role.name));
    }
    return nothing_of("role", roles);
}

std::string no_such_workspace(const Organization& organization) {
    std::vector<std::string> workspaces;
    for (const auto& [id, workspace] : organization.workspaces) {
        workspaces.push_back(with_name(to_string(id), workspace.name));
    }
    return nothing_of("workspace", workspaces);
}

std::string no_such_licence(const Organization& organization) {
    std::vector<std::string> licences;
    for (const LicenceClass& licence : organization.blueprint->licence_classes) {
        licences.push_back(with_name(licence.id.value, licence.name));
    }
    return nothing_of("licence class", licences);
}

std::string where_to_look(Rejection rejection, OrganizationId organization) {
    const std::string path = "/v1/organizations/" + to_string(organization);
    const auto lists = [&](std::string_view what) {
        return " GET " + path + std::string{what} + " lists those that there are.";
    };
    if (rejection == Rejection::role_not_found) return lists("/roles");
    if (rejection == Rejection::workspace_not_found) return lists("/workspaces");
    if (rejection == Rejection::plan_not_found ||
        rejection == Rejection::workspace_role_not_found ||
        rejection == Rejection::permission_unknown ||
        rejection == Rejection::licence_class_unknown) {
        return lists("/blueprint");
    }
    return {};
}

}  // namespace muster::http
