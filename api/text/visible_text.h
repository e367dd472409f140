// What of a text can be seen. Code points as ICU has them. Pure functions; any thread.
#pragma once

#include <cstdint>

namespace muster {

/// White space, and what leaves the same gap without being called so.
bool is_blank(std::int32_t code_point);

/// It leaves no trace: joiners, selectors, controls, code points that are never characters.
bool is_invisible(std::int32_t code_point);

/// A letter, digit, sign or picture. A mark alone is none: it needs something to stand on.
bool shows_something(std::int32_t code_point);

}  // namespace muster
