// The latest sign-in of each member: the greatest effective time wins, whatever the order in which
// sign-ins are recorded.
#pragma once

#include "domain/events.h"
#include "eventstore/form/commit.h"
#include "projections/view_store.h"

namespace muster {

/// A sign-in to the host counts in every organisation of the person; an access to one organisation
/// counts there alone. Open invitations have no last access.
void apply_sign_in(Draft& draft, const PersonSignedIn& event, const Commit& commit);

}  // namespace muster
