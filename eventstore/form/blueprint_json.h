// Blueprints as JSON: the form they are shipped in, sent in and stored in. Reading is strict
// (unknown or repeated members, wrong types and values out of range are errors, all reported at
// once by field); writing is canonical: equal blueprints give equal texts, and read(write(b)) == b.
#pragma once

#include "domain/blueprint.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// Shape errors and contradictions (`errors_of`) together.
std::expected<SharedBlueprint, std::vector<BlueprintError>> read_blueprint(std::string_view json);
std::string write_blueprint(const Blueprint& blueprint);

/// The text of a blueprint that ships with Muster, or empty where there is none of that name.
std::string_view shipped_blueprint(std::string_view name);
/// The names of those that ship, sorted.
std::vector<std::string_view> shipped_blueprints();

}  // namespace muster
