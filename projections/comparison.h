// Whether two generations hold the same, byte for byte: the ordered keys and values of every part.
#pragma once

#include "projections/view_store.h"

#include <string>
#include <vector>

namespace muster {

/// One line for each difference, at most a thousand and then how many more there are. Failures stay
/// with the readers.
std::vector<std::string> differences(const ViewReader& live, const ViewReader& replayed);

}  // namespace muster
