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

bool lacks_two_factor(const MemberRow& row) {
    return row.status == RowStatus::active && !row.two_factor;
}

bool passes_filters(const MemberRow& row, const MemberQuery& query) {
    const bool status_fits =
        query.status ? row.status == *query.status : row.status != RowStatus::former;
    return status_fits &&
           (!query.role || std::ranges::find(row.roles, *query.role) != row.roles.end()) &&
           (!query.workspace || row.workspaces.contains(*query.workspace)) &&
           (!query.without_two_factor || lacks_two_factor(row));
}

}  // namespace muster
