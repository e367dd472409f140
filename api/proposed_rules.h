// Blueprints that come from outside, for an organisation to run by from now on. Pure; any thread.
#pragma once

#include "domain/blueprint.h"

#include <expected>
#include <string_view>
#include <vector>

namespace muster {

/// Reads a blueprint's JSON and holds it to what a new one must hold; or says all that is wrong.
std::expected<SharedBlueprint, std::vector<BlueprintError>> read_proposed_blueprint(
    std::string_view json);

}  // namespace muster
