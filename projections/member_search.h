// Pages of the member list.
#pragma once

#include "projections/rows.h"
#include "projections/view_store.h"

#include <expected>

namespace muster {

/// What a page may cost; other figures are for tests, which have few rows.
struct SearchEffort {
    std::size_t steps_of_a_row = 10;  ///< as many keys are walked in the time of reading one
    /// Keys that are looked at for one page, whatever for, but for its own rows and an exact total;
    /// planning it and the first step in each set of its last walk may come on top. It may come
    /// short of its limit for them, but always gets on.
    std::size_t steps_of_a_page = 20'000;
};

/// `not_found` when the cursor is not one of a query with this sort.
std::expected<Page<MemberRow>, Failure> member_page(const ViewReader& reader,
                                                    const MemberQuery& query,
                                                    const SearchEffort& effort = {});

}  // namespace muster
