// Member rows as the list showed them at a moment. Who joined as they stand now, and shows nothing
// newer than the moment, is shown with the texts of the row of now; for others the log is read. Any
// thread.
#pragma once

#include "api/engine.h"
#include "projections/rows.h"
#include "projections/then.h"

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace muster::http {

/// An organisation at a moment, which the views must have applied.
struct PastOrganization {
    Moment moment;
    std::shared_ptr<const OrganizationThen> then;  ///< there was one

    const Organization& organization() const { return *then->organization; }
};

struct RowsThen {
    std::vector<MemberRow> present;  ///< members and open invitations, in no order
    std::vector<MemberRow> former;
};

/// Without their last accesses. What was erased is empty, as in the list of now.
std::expected<RowsThen, Failure> rows_of(Engine& engine, const PastOrganization& past);
/// That of one person, a former member's if they are nothing else; nothing where they were neither.
std::expected<std::optional<MemberRow>, Failure> row_of(Engine& engine,
                                                        const PastOrganization& past,
                                                        PersonId person);

/// Puts their last accesses, as they were then, into rows of that organisation: each is looked for.
std::expected<void, Failure> add_accesses(const Views& views, const PastOrganization& past,
                                          std::span<MemberRow> rows);

}  // namespace muster::http
