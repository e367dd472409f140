// Bytes from elsewhere that are to be text: whether they are valid UTF-8, and what stands for them
// where they are not. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

bool is_valid_utf8(std::string_view bytes);

/// The same with U+FFFD for whatever is not UTF-8. Leaves ASCII as it is, so that JSON stays JSON.
std::string valid_utf8(std::string bytes);

/// At most so many bytes; a character that this cuts in two shows as U+FFFD.
std::string valid_utf8(std::string_view bytes, std::size_t most_bytes);

}  // namespace muster
