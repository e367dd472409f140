// Keeping a data folder to its owner: what a copy, an unpacking or a hand left open to others is
// closed to them before anything in it is read.
#pragma once

#include "eventstore/machine/failure.h"

#include <expected>
#include <filesystem>

namespace muster {

/// Takes from group and others what they may do to DATA, to all in its keys/ and to the operator's
/// key, and logs what was open; a folder that is not there is left for who makes it. Fails, in a
/// sentence that says what to do, where the folder is not this process's to close, or is more than
/// a data folder. A signing key that is open is refused by its reader and left as it is.
std::expected<void, Failure> close_to_others(const std::filesystem::path& data);

}  // namespace muster
