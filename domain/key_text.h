// The form of the short ids that blueprints choose and organisations give: of roles, permissions,
// licence classes and plans.
#pragma once

#include <cstddef>
#include <string_view>

namespace muster {

constexpr std::size_t key_text_most = 64;

/// 1 to 64 characters of a-z, 0-9, '_', '.' and '-'.
bool is_key_text(std::string_view text);

}  // namespace muster
