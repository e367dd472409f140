// Finds what the product carries without using it: headers that nobody includes, and functions that
// are mentioned nowhere but where they are declared and defined, so that tests alone can call them.
// It reads names, not types: a name that something else has too passes for used.
#pragma once

#include "tests/tidy/rules.h"

#include <string>
#include <vector>

namespace muster::tidy {

struct SourceFile {
    std::string path;
    std::string text;
};

/// Over all sources of the product at once; those of tests/ are passed over.
Findings nothing_is_dead(const std::vector<SourceFile>& sources);

}  // namespace muster::tidy
