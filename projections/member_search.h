// Pages of the member list.
#pragma once

#include "projections/rows.h"
#include "projections/view_store.h"

#include <expected>

namespace muster {

/// How much a page may cost; for tests, which have few rows.
struct SearchEffort {
    std::size_t gathered_at_least = 256;   ///< so many rows are sorted in memory in any case
    std::size_t tested_per_page = 10'000;  ///< rows; a page may come short of its limit for it
};

/// `not_found` when the cursor is not one of a query with this sort.
std::expected<Page<MemberRow>, Failure> member_page(const ViewReader& reader,
                                                    const MemberQuery& query,
                                                    const SearchEffort& effort = {});

}  // namespace muster
