// The view of people: what each event does to the rows of members, of open invitations and of
// accounts, which show each other's and so are one view, and to the names that stand beside them.
#pragma once

#include "eventstore/form/commit.h"
#include "eventstore/keys/keys.h"
#include "projections/view_store.h"

namespace muster {

void apply_to_members(Draft& draft, const KeyStore& keys, const Commit& commit);

}  // namespace muster
