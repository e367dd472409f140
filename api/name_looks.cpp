// Looking at names with ICU's normaliser and its tables of confusable letters.
#include "api/name_looks.h"

#include "api/visible_text.h"
#include "domain/ensure.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>
#include <algorithm>
#include <memory>

namespace muster {
namespace {

/// Beyond it all are forgotten and asked for again.
constexpr std::size_t most_known_bytes = 16U << 20U;

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

std::string skeleton_of(const icu::UnicodeString& name) {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString skeleton;
    uspoof_getSkeletonUnicodeString(confusables(), 0, name, skeleton, &status);
    ENSURE(U_SUCCESS(status));
    std::string text;
    return skeleton.toUTF8String(text);
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

/// What the eye gets: no invisible code points, one space for each gap, none at either end.
icu::UnicodeString seen_of(const icu::UnicodeString& name) {
    icu::UnicodeString seen;
    bool gap = false;
    for (std::int32_t at = 0; at < name.length(); at = name.moveIndex32(at, 1)) {
        const UChar32 c = name.char32At(at);
        if (is_blank(c)) {
            gap = !seen.isEmpty();
        } else if (!is_invisible(c)) {
            if (gap) seen.append(u' ');
            gap = false;
            seen.append(c);
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
    const icu::UnicodeString seen = seen_of(compatible(seen_of(given)));
    const icu::UnicodeString folded = case_folded(seen);
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
