// Where one person is a member or invited, across organisations. The index is the person's own, in
// the part `people`, so it costs the same in however many organisations they are: "o" person
// organisation for a membership, "i" person organisation for an open invitation, "c" person "o" or
// "i" -> how many of these, and "s" person seconds organisation for each row that shows sign-ins to
// the host: how near to the newest another one says nothing new there, 0 while the row shows none.
#pragma once

#include "projections/rows.h"
#include "projections/view_store.h"

#include <chrono>
#include <optional>
#include <vector>

namespace muster {

/// In the order of the organisations' ids, with the total.
Page<Membership> memberships_page(const ViewReader& reader, const MembershipQuery& query);

/// Organisations in which the person is a member, in order.
std::vector<OrganizationId> organizations_of(const ViewReader& reader, PersonId person);

/// How near to the newest sign-in to the host another one says nothing new in any organisation of
/// the person; 0 when it does say something.
std::chrono::seconds sign_ins_taken_for_one(const ViewReader& reader, PersonId person);

/// Makes the index that of the row as it is now; either may be empty.
void replace_membership(Draft& draft, OrganizationId organization,
                        const std::optional<MemberRow>& before,
                        const std::optional<MemberRow>& after);

/// The rules of the row's organisation take sign-ins of another distance for one.
void change_taken_for_one(Draft& draft, OrganizationId organization, const MemberRow& row,
                          std::chrono::seconds before, std::chrono::seconds after);

}  // namespace muster
