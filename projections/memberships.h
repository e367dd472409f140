// Where one person is a member or invited, across organisations. The index is the person's own, in
// the part `people`, so it costs the same in however many organisations they are; what each is
// called is kept beside the rows, so that no organisation is folded for it.
#pragma once

#include "domain/events.h"
#include "projections/rows.h"
#include "projections/view_store.h"

namespace muster {

/// In the order of the organisations' ids.
Page<Membership> memberships_page(const ViewReader& reader, const MembershipQuery& query);

/// An organisation under its name; with an empty one it is forgotten.
void name_organization(Draft& draft, OrganizationId organization, const std::string& name);

}  // namespace muster
