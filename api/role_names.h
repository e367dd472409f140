// What the roles and workspaces of an organisation are called, in lines that people read: its mails
// and its CSV. Pure functions; any thread.
#pragma once

#include "domain/organization.h"

#include <string>
#include <vector>

namespace muster {

/// "Administrator, Editor"; a role that is gone stands there with its id.
std::string names_of_roles(const Organization& organization, const std::vector<RoleId>& roles);

/// "Design, Sales", sorted.
std::string names_of_workspaces(const Organization& organization, const Places& places);

/// "Design (Editor), Sales", sorted: each workspace with the role in it, if there is one.
std::string names_of_places(const Organization& organization, const Places& places);

}  // namespace muster
