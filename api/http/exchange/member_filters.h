// The query of a member list: its filters and its order, and whether what they name is there.
#pragma once

#include "api/http/exchange/exchange.h"
#include "projections/rows.h"

#include <vector>

namespace muster::http {

/// Notes what cannot be read. The cursor is not read here.
MemberQuery read_member_query(const Exchange& exchange, OrganizationId organization,
                              std::vector<FieldError>& errors);

/// Notes filters that nobody can match, as the organisation is or was when the list is of. Roles
/// are not checked here: of one that is gone, or was not there yet, the list is right.
void check_member_query(const MemberQuery& query, const Organization& organization,
                        std::vector<FieldError>& errors);

/// A workspace that the query names; notes what is wrong with it.
std::optional<WorkspaceId> read_workspace_filter(const Exchange& exchange,
                                                 std::vector<FieldError>& errors);

}  // namespace muster::http
