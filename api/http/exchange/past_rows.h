// Member rows as the list showed them at a moment. Who joined as they stand now, and shows nothing
// newer than the moment, is shown with the texts of the row of now; for others the log is read. Any
// thread.
#pragma once

#include "api/engine.h"
#include "projections/rows.h"
#include "projections/then.h"

#include <expected>
#include <memory>
#include <span>
#include <vector>

namespace muster::http {

/// An organisation at a moment, which the views must have applied.
struct PastOrganization {
    Moment moment;
    std::shared_ptr<const OrganizationThen> then;  ///< there was one

    const Organization& organization() const { return *then->organization; }
};

/// Whether somebody was on this list: that of members and open invitations, or of who had left.
bool was_listed(const OrganizationThen& then, PersonId person, bool former);
/// Whether a row of now, of which the key by name may tell, shows what was shown then but for what
/// the organisation itself says.
bool shows_then(const PastOrganization& past, const MemberRow& now);
/// What the organisation itself says of somebody who was on that list, without texts and account.
MemberRow row_without_texts(const OrganizationThen& then, PersonId person, bool former);

/// The rows of people who were on that list, in their order, without their last accesses. What was
/// erased is empty, as in the list of now.
std::expected<std::vector<MemberRow>, Failure> rows_of(Engine& engine, const PastOrganization& past,
                                                       std::span<const PersonId> people,
                                                       bool former);

/// Puts their last accesses, as they were then, into rows of that organisation: each is looked for.
std::expected<void, Failure> add_accesses(const Views& views, const PastOrganization& past,
                                          std::span<MemberRow> rows);

}  // namespace muster::http
