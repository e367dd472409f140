// Public names of the row statuses.
#include "projections/rows.h"

#include "domain/ensure.h"

namespace muster {

std::string_view name_of(RowStatus status) {
    switch (status) {
        case RowStatus::active:
            return "active";
        case RowStatus::suspended:
            return "suspended";
        case RowStatus::pending:
            return "pending";
    }
    ENSURE(false);
}

std::optional<RowStatus> row_status_named(std::string_view name) {
    for (const RowStatus status : {RowStatus::active, RowStatus::suspended, RowStatus::pending}) {
        if (name_of(status) == name) return status;
    }
    return std::nullopt;
}

}  // namespace muster
