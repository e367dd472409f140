// Everything that an engine tells of what it holds, as texts that can be compared: what it told
// before its files were damaged must be what it tells afterwards, or a Failure.
#pragma once

#include "api/engine.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace muster::corruption {

/// What was asked -> what was told.
using Facts = std::map<std::string, std::string>;

/// Asks everything about the history up to a stage (history.h): commits, finding them, members and
/// people in clear, keys, proofs, a whole verification and a replay of the views.
Facts facts_of(Engine& engine, int last_stage);
constexpr std::size_t receipt_stride = 7;
/// Asks for the receipts again, of every `stride`-th step. Writes where a request was forgotten.
Facts receipts_of(Engine& engine, int last_stage, std::size_t stride);

/// As facts write a hash.
std::string text_of_digest(const Digest& digest);

struct Differences {
    std::vector<std::string> wrong;     ///< told otherwise than before
    std::vector<std::string> failures;  ///< not told, and said so
};
/// Of those facts that were asked again.
Differences compare(const Facts& before, const Facts& after);

void write_facts(const Facts& facts, const std::filesystem::path& file);
Facts read_facts(const std::filesystem::path& file);

}  // namespace muster::corruption
