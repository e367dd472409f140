// Recorded histories of organisations as `muster import` takes them.
#pragma once

#include <filesystem>
#include <string>

namespace muster::testing {

/// Converts a history of membership changes (one JSON object a line: member_added, team_created, …)
/// to import lines: admins and members as organisation roles, teams as workspaces with maintainer
/// and member. The first administrator founds the organisation `label`.
std::string import_lines_of(const std::filesystem::path& history, const std::string& label);

/// The address that a login stands for.
std::string address_of(const std::string& login);

}  // namespace muster::testing
