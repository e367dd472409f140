// Random choices inside rapidcheck properties. rapidcheck's own ranges begin small and grow with
// the run, which suits sizes; choices among commands or people have to be even from the start.
#pragma once

#include <rapidcheck.h>

namespace muster::projections_tests {

template <class Number>
Number pick(Number from, Number below) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(from, below));
}

}  // namespace muster::projections_tests
