// Commits to bytes and back: the one place that knows both the domain's structs and the stored form
// (schema.fbs). Both directions follow the same list of fields, and a command or event without one
// does not compile. Bytes are verified before they are read. Pure functions, any thread.
#pragma once

#include "eventstore/form/commit.h"
#include "eventstore/machine/failure.h"

#include <expected>
#include <string>
#include <string_view>

namespace muster {

/// Format written by this release. Older ones are read, newer ones refused (`newer_format`).
constexpr std::uint32_t commit_format = 1;

/// A blueprint that contradicts itself is left out of the command that was refused for it;
/// everything else decodes to what it was.
std::string encode(const Commit& commit);

/// `corrupted` when the bytes are not a commit of a known format, `newer_format` when they are
/// later.
std::expected<Commit, Failure> decode(std::string_view bytes);

}  // namespace muster
