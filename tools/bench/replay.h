// What it takes to read a whole log again.
#pragma once

#include "api/engine.h"

namespace muster::bench {

/// Commits folded a second, to the state of every organisation.
double replayed_per_second(const EventLog& log);
/// Commits a second by which all views are made anew.
double rebuilt_per_second(Engine& engine);

}  // namespace muster::bench
