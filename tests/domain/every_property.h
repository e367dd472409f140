// What holds for every life of two organisations, under any rules.
#pragma once

#include "tests/domain/properties.h"

namespace muster::domain_tests {

/// Those that watch the same lives together.
const std::vector<Property>& every_property();

// Slow enough to have lives of their own.
const Property& the_naive_model_agrees();
const Property& nobody_learns_too_much();

}  // namespace muster::domain_tests
