// One step of folding an organisation; `fold_organization` and the cache of folded organisations
// take the same one.
#pragma once

#include "domain/organization.h"
#include "eventstore/form/commit.h"

namespace muster {

/// Folds what the commit did to this organisation and sets its version; false when the commit did
/// not change it.
bool fold_commit(Organization& organization, OrganizationId id, const Commit& commit);

}  // namespace muster
