// Asking ICU's properties, and naming what they leave out.
#include "api/text/visible_text.h"

#include <unicode/uchar.h>
#include <unicode/utf.h>
#include <algorithm>
#include <array>

namespace muster {
namespace {

/// Called letters and symbols, and drawn as nothing: Hangul fillers, the Braille cell without
/// dots, the object that is not there, a note without a head, hieroglyphic spaces.
constexpr std::array<UChar32, 7> drawn_as_nothing{0x2800,  0x3164,  0xFFA0, 0xFFFC,
                                                  0x1D159, 0x13441, 0x13442};

}  // namespace

bool is_blank(std::int32_t code_point) {
    return u_isUWhiteSpace(code_point) != 0 ||
           std::ranges::find(drawn_as_nothing, code_point) != drawn_as_nothing.end();
}

bool is_invisible(std::int32_t code_point) {
    return u_hasBinaryProperty(code_point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
           (U_GET_GC_MASK(code_point) & (U_GC_CC_MASK | U_GC_CF_MASK)) != 0 ||
           U_IS_UNICODE_NONCHAR(code_point);
}

bool shows_something(std::int32_t code_point) {
    constexpr std::uint32_t drawn = U_GC_L_MASK | U_GC_N_MASK | U_GC_P_MASK | U_GC_S_MASK;
    return (U_GET_GC_MASK(code_point) & drawn) != 0 && !is_blank(code_point) &&
           !is_invisible(code_point);
}

}  // namespace muster
