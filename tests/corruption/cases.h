// The cases: one file of one kind damaged in one way, at one moment. Each is decided by its number
// and runs in a process that may die of it.
#pragma once

#include "tests/corruption/judge.h"

#include <filesystem>
#include <string>
#include <vector>

namespace muster::corruption {

struct Case {
    bool killed = false;  ///< the moment: killed, else clean
    std::string kind;
    Damage damage = Damage::flip;
    unsigned seed = 0;
};

/// What came of a case, as its process reported it.
struct Result {
    Case what;
    Judgement verdict;
};

/// `rounds` times every kind and damage at both moments; with none, each once at one of them.
std::vector<Case> every_case(const Moments& moments, unsigned rounds);
/// Runs them in several processes; one that dies counts as `crashed` and the rest goes on.
std::vector<Result> run_cases(const std::filesystem::path& folder, const std::vector<Case>& cases);
/// Runs one here, in a scratch folder.
Judgement run_case(const Moments& moments, const Case& what, const std::filesystem::path& scratch);

/// How many came out how, a line for each kind of file.
std::string table_of(const std::vector<Result>& results);

}  // namespace muster::corruption
