// Looking at names with ICU's normaliser and its tables of confusable letters.
#include "api/text/name_looks.h"

#include "api/text/visible_text.h"
#include "domain/ensure.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <algorithm>
#include <array>
#include <memory>
#include <span>

namespace muster {
namespace {

/// Beyond it all are forgotten and asked for again.
constexpr std::size_t most_known_bytes = 16U << 20U;

constexpr UChar32 dot_above = 0x307;

const USpoofChecker* confusables() {
    struct Close {
        void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
    };
    static const std::unique_ptr<USpoofChecker, Close> checker = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<USpoofChecker, Close> opened{uspoof_open(&status)};
        ENSURE(U_SUCCESS(status));
        return opened;
    }();
    return checker.get();
}

bool has_own_dot(UChar32 letter) {
    constexpr UChar32 dotless_i = 0x131;
    constexpr UChar32 dotless_j = 0x237;
    return u_hasBinaryProperty(letter, UCHAR_SOFT_DOTTED) != 0 || letter == dotless_i ||
           letter == dotless_j;
}

/// Whether a dot above the letter before `at` cannot be told from the letter's own. An accent takes
/// the letter's own dot away, and one that is written out stays.
bool hides_dots(UChar32 letter, const icu::UnicodeString& text, std::int32_t at) {
    if (!has_own_dot(letter)) return false;
    constexpr std::uint8_t above = 230;
    for (; at < text.length(); at = text.moveIndex32(at, 1)) {
        const UChar32 mark = text.char32At(at);
        const std::uint8_t place = u_getCombiningClass(mark);
        if (place == 0) return true;
        if (place == above && mark != dot_above) return false;
    }
    return true;
}

icu::UnicodeString without_hidden_dots(const icu::UnicodeString& text) {
    icu::UnicodeString seen;
    bool hidden = false;
    for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
        const UChar32 c = text.char32At(at);
        if (u_getCombiningClass(c) == 0) hidden = hides_dots(c, text, text.moveIndex32(at, 1));
        if (c != dot_above || !hidden) seen.append(c);
    }
    return seen;
}

std::string skeleton_of(const icu::UnicodeString& name) {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString skeleton;
    uspoof_getSkeletonUnicodeString(confusables(), 0, name, skeleton, &status);
    ENSURE(U_SUCCESS(status));
    std::string text;
    // Letters that are taken for an i have dots of their own only now.
    return without_hidden_dots(skeleton).toUTF8String(text);
}

icu::UnicodeString normalised(const icu::Normalizer2* form, const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString result = form->normalize(text, status);
    ENSURE(U_SUCCESS(status));
    return result;
}

icu::UnicodeString compatible(const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = icu::Normalizer2::getNFKCInstance(status);
    ENSURE(U_SUCCESS(status));
    return normalised(form, text);
}

icu::UnicodeString case_folded(const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
    ENSURE(U_SUCCESS(status));
    return normalised(form, text);
}

bool is_mark(UChar32 c) {
    return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

/// Whether fonts can draw the mark on what stands before it (U_SENTINEL: nothing does). One of
/// another script is drawn as nothing, or as a circle beside the name.
bool fits_on(UChar32 base, UChar32 mark) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(mark, &status);
    if (script == USCRIPT_INHERITED || script == USCRIPT_COMMON) return true;
    if (base == U_SENTINEL) return false;
    constexpr std::int32_t most_scripts = 64;
    std::array<UScriptCode, most_scripts> scripts{};
    const std::int32_t count =
        uscript_getScriptExtensions(base, scripts.data(), most_scripts, &status);
    ENSURE(U_SUCCESS(status));
    return std::ranges::any_of(
        std::span{scripts}.first(static_cast<std::size_t>(count)),
        [mark](UScriptCode of_base) { return uscript_hasScript(mark, of_base) != 0; });
}

/// What the eye gets: no invisible code points, no marks that fit nothing, one space for each gap,
/// none at either end.
icu::UnicodeString seen_of(const icu::UnicodeString& name) {
    icu::UnicodeString seen;
    bool gap = false;
    UChar32 base = U_SENTINEL;
    for (std::int32_t at = 0; at < name.length(); at = name.moveIndex32(at, 1)) {
        const UChar32 c = name.char32At(at);
        if (is_blank(c)) {
            gap = !seen.isEmpty();
            base = U_SENTINEL;
        } else if (!is_invisible(c) && (!is_mark(c) || fits_on(base, c))) {
            if (gap) seen.append(u' ');
            gap = false;
            seen.append(c);
            if (!is_mark(c)) base = c;
        }
    }
    return seen;
}

bool has_something_to_see(const icu::UnicodeString& text) {
    for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
        if (shows_something(text.char32At(at))) return true;
    }
    return false;
}

std::size_t bytes_of(const NameLook& look) {
    std::size_t bytes = sizeof(look) + look.key.size() + look.digits.size();
    for (const std::string& skeleton : look.skeletons) bytes += skeleton.size();
    return bytes;
}

}  // namespace

NameLook look_of_name(std::string_view name) {
    const auto given = icu::UnicodeString::fromUTF8(
        icu::StringPiece{name.data(), static_cast<std::int32_t>(name.size())});
    if (!has_something_to_see(given)) return {};
    // Again afterwards: a compatible form can end in a gap of its own.
    const icu::UnicodeString seen = without_hidden_dots(seen_of(compatible(seen_of(given))));
    const icu::UnicodeString folded = without_hidden_dots(case_folded(seen));
    icu::UnicodeString capitals = folded;
    capitals.toUpper(icu::Locale::getRoot());
    NameLook look;
    folded.toUTF8String(look.key);
    std::ranges::copy_if(look.key, std::back_inserter(look.digits),
                         [](char c) { return c >= '0' && c <= '9'; });
    look.skeletons = {skeleton_of(seen), skeleton_of(folded), skeleton_of(capitals)};
    return look;
}

NameLook KnownLooks::look_of(std::string_view name) {
    std::string key{name};
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    NameLook look = look_of_name(name);
    if (bytes_ > most_known_bytes) {
        known_.clear();
        bytes_ = 0;
    }
    bytes_ += key.size() + bytes_of(look);
    known_.emplace(std::move(key), look);
    return look;
}

}  // namespace muster
