// The edge of the engine as the HTTP layer is it: personal data is sealed before a command goes in.
// Commands come here with clear texts where their sealed ones are to be.
#pragma once

#include "domain/commands.h"
#include "domain/context.h"
#include "eventstore/keys/keys.h"

#include <functional>

namespace muster::simulation {

/// Calls `visit` with every personal datum of a command that is not empty, in one order.
void for_each_personal(Command& command, Context& context,
                       const std::function<void(const SealScope&, Sealed&)>& visit);

/// Gives whom a command invites or founds with a name and an address, so that mails can be written.
void name_people(Command& command);
/// Seals every datum. The first failure ends it.
std::expected<void, Failure> seal_all(KeyStore& keys, Command& command, Context& context);

}  // namespace muster::simulation
