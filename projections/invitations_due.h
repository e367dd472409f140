// When open invitations end, in the part `due`: "d" expires_at organisation invitation for those
// that fall due, "i" organisation invitation -> expires_at for all, and "m" organisation for those
// under import: their history is being written, and nothing falls due in it.
#pragma once

#include "domain/time.h"
#include "eventstore/form/commit.h"
#include "eventstore/keys/keys.h"
#include "projections/view_store.h"

#include <vector>

namespace muster {

void apply_to_due(Draft& draft, const KeyStore& keys, const Commit& commit);

/// Organisations with an invitation whose time is over at `now`, each once, oldest first.
std::vector<OrganizationId> organizations_due(const ViewReader& reader, Instant now,
                                              std::size_t at_most);

}  // namespace muster
