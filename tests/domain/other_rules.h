// Other rules for an organisation to move to: its own with something changed, or those of the other
// organisation; with maps for the roles that go, and without.
#pragma once

#include "tests/domain/picks.h"

namespace muster::domain_tests {

Command moving_to_other_rules(const Picks& picks);

}  // namespace muster::domain_tests
