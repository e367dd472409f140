// What is stored of a command that was refused. Nothing ever happens by it, so it must not fill the
// log: what is longer than it could ever be is cut, and of a caller who has no right to the command
// at all no more is kept than a few hundred bytes.
#pragma once

#include "domain/commands.h"
#include "domain/context.h"
#include "domain/decide.h"

#include <cstddef>

namespace muster {

/// Bytes of texts, lists and sealed data, the reason included.
constexpr std::size_t bytes_kept_of_strangers = 640;

/// Deterministic. An ordinary command stays as it is, and so does whatever the decision looked at
/// if it can be true: decided again, it is refused again. Of a longer one ids, numbers and flags
/// stay, lists end early, a text that is cut ends with an ellipsis (so that it is nobody's id or
/// name), and sealed data stay whole or go. Rules sent along by who may not set them go.
void shorten_refused(Command& command, Context& context, const Refusal& refusal);

}  // namespace muster
