// When open invitations end, in the part `due`: expires_at organisation invitation. Organisations
// under import are not in it: their history is being written, and nothing falls due in it. Which
// ones those are is kept in the part `meta`.
#pragma once

#include "projections/rows.h"
#include "projections/view_store.h"

#include <optional>
#include <vector>

namespace muster {

bool is_importing(const ViewReader& reader, OrganizationId organization);
void set_importing(Draft& draft, OrganizationId organization, bool importing);

/// Where the row stands in the order of what falls due, if it is an open invitation.
std::optional<std::string> due_key_of(OrganizationId organization, const MemberRow& row);
void put_due(Draft& draft, const std::string& key);
void erase_due(Draft& draft, const std::string& key);

/// Organisations with an invitation whose time is over at `now`, each once, oldest first.
std::vector<OrganizationId> organizations_due(const ViewReader& reader, Instant now,
                                              std::size_t at_most);

}  // namespace muster
