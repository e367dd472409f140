// The table that the build makes from domain/blueprints/*.json, sorted by name.
#pragma once

#include <string_view>
#include <vector>

namespace muster {

struct ShippedBlueprint {
    std::string_view name;
    std::string_view json;
};

const std::vector<ShippedBlueprint>& shipped_blueprint_table();

}  // namespace muster
