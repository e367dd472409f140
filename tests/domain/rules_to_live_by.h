// The blueprints that random lives are lived by: the shapes of blueprints.h, those with rules set
// the other way, and drawn ones in which something happens (seats run out, invitations expire).
#pragma once

#include "domain/blueprint.h"

#include <string_view>
#include <vector>

namespace muster::domain_tests {

/// The shapes as they are, which naive_products.cpp has in words.
const std::vector<SharedBlueprint>& plain_shapes();
/// Those, and some with rules set the other way.
const std::vector<SharedBlueprint>& all_shapes();
/// The one of that id.
SharedBlueprint shape(std::string_view id);
/// The same number gives the same blueprint.
SharedBlueprint drawn_rules(std::uint64_t number);

/// Inside a property: a shape, or one time in three drawn ones.
SharedBlueprint some_rules();

}  // namespace muster::domain_tests
