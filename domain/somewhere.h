// What somebody may do somewhere in an organisation, for whoever must know before it is said where.
#pragma once

#include "domain/decide.h"

namespace muster {

/// May `actor` do this to the whole organisation, or within any of the workspaces they are in?
bool may_anywhere(const Organization& organization, const Actor& actor, Operation operation);

}  // namespace muster
