// Whether two generations hold the same, byte for byte: the ordered keys and values of every part.
#pragma once

#include "projections/view.h"
#include "projections/view_store.h"

#include <string>
#include <vector>

namespace muster {

/// One line for each difference, at most a thousand and then how many more there are. A view that
/// stands is one line, and is not looked into. Failures stay with the readers.
std::vector<std::string> differences(const ViewReader& live, const ViewReader& replayed,
                                     const std::vector<View>& views);

}  // namespace muster
