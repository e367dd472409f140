// Pages of the member list.
#pragma once

#include "projections/rows.h"
#include "projections/view_store.h"

#include <expected>

namespace muster {

/// `not_found` when the cursor is not one of a query with this sort.
std::expected<Page<MemberRow>, Failure> member_page(const ViewReader& reader,
                                                    const MemberQuery& query);

}  // namespace muster
