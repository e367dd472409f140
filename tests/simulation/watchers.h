// Every property of tests/domain as one watcher.
#pragma once

#include "tests/domain/simulation.h"

#include <memory>

namespace muster::simulation {

std::unique_ptr<domain_tests::Watcher> every_watcher();
/// The invariants alone.
std::unique_ptr<domain_tests::Watcher> invariants_watcher();

}  // namespace muster::simulation
