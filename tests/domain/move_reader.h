// Reads a move against the world it finds: which command it is, who gives it and why. Mostly what
// makes sense there, and often enough what does not.
#pragma once

#include "domain/commands.h"
#include "domain/world.h"

#include "tests/domain/picks.h"

namespace muster::domain_tests {

struct Asked {
    Command command;
    Actor actor;
    Sealed reason;
};

/// Seven times in eight, a move that can come to nothing here becomes one that can.
Move sensible(const World& world, const Move& asked);

Asked read(const World& world, const Move& move, Ids& ids);

}  // namespace muster::domain_tests
