// What there is, in words, for whoever named something that is not: bounded lists of ids, with
// names where ids alone say little. Pure functions; any thread.
#pragma once

#include "domain/organization.h"
#include "domain/rejection.h"

#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// "a, b, c and 4 more".
std::string listed(const std::vector<std::string>& names, std::size_t most);

/// "names no role of the organisation; there are admin (Admin), ...", and the same of workspaces
/// and licence classes.
std::string no_such_role(const Organization& organization);
std::string no_such_workspace(const Organization& organization);
std::string no_such_licence(const Organization& organization);

/// Where to look for what a command named in vain, as a sentence that begins with a space: it is
/// part of an answer that is repeated word for word, so it names no names that may change. Empty
/// with every other rejection.
std::string where_to_look(Rejection rejection, OrganizationId organization);

}  // namespace muster::http
