// Walking a text by its characters, with ICU. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace muster {

/// The code point at `at`, which moves behind it; negative where the bytes are not UTF-8.
std::int32_t next_code_point(std::string_view text, std::size_t& at);

}  // namespace muster
