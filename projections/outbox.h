// Mail that is owed, oldest first, in the part `outbox`: "q" position organisation invitation ->
// person and send number, and "i" organisation invitation -> where it stands in that queue.
#pragma once

#include "projections/rows.h"
#include "projections/view_store.h"

#include <vector>

namespace muster {

/// Puts the newest link of an invitation, in place of an earlier one.
void owe_mail(Draft& draft, Position position, const OwedMail& mail);
/// Nothing is owed for this invitation any more.
void drop_mail(Draft& draft, OrganizationId organization, InvitationId invitation);
/// The link with this number was handed over; a newer one stays owed.
void settle_mail(Draft& draft, OrganizationId organization, InvitationId invitation,
                 std::uint32_t send_number);

std::vector<OwedMail> owed_mail(const ViewReader& reader, std::size_t at_most);

}  // namespace muster
