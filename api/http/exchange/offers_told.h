// What the rows of open invitations are told beside what the views know of them. Any thread.
#pragma once

#include "domain/organization.h"
#include "projections/views.h"

#include <expected>
#include <span>

namespace muster::http {

/// Who answers for the offer, and whether it stands in `organization`.
void tell_of_offers(const Organization& organization, std::span<MemberRow> rows);
/// The same, and what each inviter is called there by now.
std::expected<void, Failure> tell_of_offers_now(const Views& views,
                                                const Organization& organization,
                                                std::span<MemberRow> rows);

}  // namespace muster::http
