// Public names of the row statuses, and which rows a query means.
#include "projections/rows.h"

#include "domain/ensure.h"

#include <algorithm>

namespace muster {

std::string_view name_of(RowStatus status) {
    switch (status) {
        case RowStatus::active:
            return "active";
        case RowStatus::suspended:
            return "suspended";
        case RowStatus::pending:
            return "pending";
        case RowStatus::former:
            return "former";
    }
    ENSURE(false);
}

std::optional<RowStatus> row_status_named(std::string_view name) {
    for (const RowStatus status :
         {RowStatus::active, RowStatus::suspended, RowStatus::pending, RowStatus::former}) {
        if (name_of(status) == name) return status;
    }
    return std::nullopt;
}

bool passes_filters(const MemberRow& row, const MemberQuery& query) {
    const bool is_here = row.status == RowStatus::active || row.status == RowStatus::suspended;
    const bool status_fits =
        query.status ? row.status == *query.status : row.status != RowStatus::former;
    const bool access_fits = !query.last_access_before ||
                             (row.status != RowStatus::pending &&
                              row.last_access.value_or(row.since) < *query.last_access_before);
    return status_fits && access_fits &&
           (!query.role || std::ranges::find(row.roles, *query.role) != row.roles.end()) &&
           (!query.workspace || row.workspaces.contains(*query.workspace)) &&
           (!query.licence || row.licence == query.licence) &&
           (!query.two_factor || (is_here && row.two_factor == *query.two_factor));
}

bool has_ready_total(const MemberQuery& query) {
    const bool is_of_former = query.status == RowStatus::former;
    const bool of_status = query.two_factor || (query.status && !is_of_former);
    const int filters = (of_status ? 1 : 0) + (query.role ? 1 : 0) + (query.workspace ? 1 : 0) +
                        (query.licence ? 1 : 0);
    return query.q.empty() && !query.last_access_before && filters < 2;
}

}  // namespace muster
