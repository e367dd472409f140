// ICU's macro as a function.
#include "eventstore/machine/code_points.h"

#include <unicode/utf8.h>

namespace muster {

std::int32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    UChar32 character = 0;
    U8_NEXT(bytes, at, text.size(), character);
    return character;
}

}  // namespace muster
