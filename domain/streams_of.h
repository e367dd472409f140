// Which streams a decision looks at or changes, so that whoever decides has them at hand before.
// Pure; any thread.
#pragma once

#include "domain/commands.h"
#include "domain/context.h"
#include "domain/events.h"

#include <optional>
#include <vector>

namespace muster {

/// The organisations that the command names and the accounts that its decision looks at; beside
/// them, those of the organisations that wait for the person whom it registers.
std::vector<StreamId> streams_of(const Command& command, const Context& context);

/// The person whose account this command makes or verifies, if it does that.
std::optional<PersonId> registered_by(const Command& command, const Context& context);

}  // namespace muster
