// Reading addresses and texts with ICU.
#include "api/text/address.h"

#include "api/text/ascii.h"
#include "api/text/visible_text.h"
#include "domain/ensure.h"

#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>
#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace muster {
namespace {

constexpr std::size_t local_part_limit = 64;
constexpr std::size_t address_limit = 254;
/// Of the input, before anything costs time. Far above what can still shrink to the limit.
constexpr std::size_t raw_address_limit = 2'048;
/// The longest encoding of one character we take, marks included.
constexpr std::size_t raw_bytes_per_character = 16;

constexpr std::string_view not_utf8 = "The text is not valid UTF-8.";

std::unexpected<std::string> refuse(std::string_view sentence) {
    return std::unexpected(std::string{sentence});
}

/// Nothing when the text is not UTF-8.
std::optional<icu::UnicodeString> unicode(std::string_view text) {
    const auto size = static_cast<std::int32_t>(text.size());
    icu::UnicodeString result;
    std::int32_t length = 0;
    UErrorCode status = U_ZERO_ERROR;
    // No text has more units in UTF-16 than bytes in UTF-8.
    u_strFromUTF8(result.getBuffer(size + 1), size + 1, &length, text.data(), size, &status);
    result.releaseBuffer(U_SUCCESS(status) ? length : 0);
    if (U_FAILURE(status)) return std::nullopt;
    return result;
}

std::vector<UChar32> code_points(const icu::UnicodeString& text) {
    std::vector<UChar32> result;
    for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
        result.push_back(text.char32At(at));
    }
    return result;
}

icu::UnicodeString nfc(const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = icu::Normalizer2::getNFCInstance(status);
    ENSURE(U_SUCCESS(status));
    icu::UnicodeString result = form->normalize(text, status);
    ENSURE(U_SUCCESS(status));
    return result;
}

std::string utf8(const icu::UnicodeString& text) {
    std::string result;
    return text.toUTF8String(result);
}

bool may_stand_in_address(UChar32 c) {
    constexpr std::uint32_t barred =
        U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CN_MASK | U_GC_CO_MASK | U_GC_CS_MASK;
    // Code points that show nothing would make two addresses that look the same.
    return (U_GET_GC_MASK(c) & barred) == 0 && u_isUWhiteSpace(c) == 0 &&
           u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) == 0;
}

/// Sigma has two small forms of which a capital does not know; one of them stands for both.
std::string lower_cased(std::string_view local_part) {
    icu::UnicodeString text = unicode(local_part).value_or(icu::UnicodeString{});
    text.toLower(icu::Locale::getRoot());
    constexpr UChar final_sigma = 0x03C2;
    constexpr UChar sigma = 0x03C3;
    text.findAndReplace(icu::UnicodeString{final_sigma}, icu::UnicodeString{sigma});
    return utf8(nfc(text));
}

std::optional<std::string_view> error_of_local_part(std::string_view local_part) {
    if (local_part.empty()) return "Nothing stands before the @.";
    if (local_part.size() > local_part_limit) {
        return "The part before the @ is longer than 64 bytes.";
    }
    if (local_part.find_first_of("()<>[]:;\\,\"") != std::string_view::npos) {
        return "The part before the @ has a character that does not belong there.";
    }
    if (local_part.starts_with('.') || local_part.ends_with('.') ||
        local_part.find("..") != std::string_view::npos) {
        return "A dot before the @ stands between two other characters.";
    }
    return std::nullopt;
}

const icu::IDNA& idna() {
    static const std::unique_ptr<const icu::IDNA> instance = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<const icu::IDNA> made{icu::IDNA::createUTS46Instance(
            UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                UIDNA_NONTRANSITIONAL_TO_ASCII,
            status)};
        ENSURE(U_SUCCESS(status));
        return made;
    }();
    return *instance;
}

std::expected<std::string, std::string> ascii_domain(std::string_view domain) {
    if (domain.empty()) return refuse("Nothing stands after the @.");
    std::string ascii;
    icu::StringByteSink<std::string> sink{&ascii};
    icu::IDNAInfo info;
    UErrorCode status = U_ZERO_ERROR;
    idna().nameToASCII_UTF8(
        icu::StringPiece{domain.data(), static_cast<std::int32_t>(domain.size())}, sink, info,
        status);
    if (U_FAILURE(status) || info.hasErrors()) {
        return refuse("The part after the @ is not the name of a domain.");
    }
    std::ranges::transform(ascii, ascii.begin(), ascii_lower);
    const auto last_dot = ascii.rfind('.');
    if (last_dot == std::string::npos) return refuse("The domain has no dot.");
    // ICU lets the empty label of the root pass.
    if (ascii.ends_with('.')) return refuse("The domain ends with a dot.");
    if (ascii.find_first_not_of("0123456789", last_dot + 1) == std::string::npos) {
        return refuse("The part after the @ is a number, not the name of a domain.");
    }
    return ascii;
}

std::string_view without_outer_spaces(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool is_white_space(UChar32 c) {
    return u_isUWhiteSpace(c) != 0;
}

icu::UnicodeString without_outer_white_space(const icu::UnicodeString& text) {
    std::int32_t first = 0;
    std::int32_t end = text.length();
    while (first < end && is_white_space(text.char32At(first))) ++first;
    while (end > first && is_white_space(text.char32At(end - 1))) --end;
    return {text, first, end - first};  // a copy: a substring would alias what may be a temporary
}

/// Embeddings, overrides and isolates: they reach beyond the text that holds them.
bool turns_direction(UChar32 c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_control(UChar32 c) {
    return (U_GET_GC_MASK(c) & (U_GC_CC_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK)) != 0 ||
           U_IS_UNICODE_NONCHAR(c);
}

}  // namespace

std::expected<Address, std::string> read_address(std::string_view text) {
    text = without_outer_spaces(text);
    if (text.empty()) return refuse("The address is empty.");
    if (text.size() > raw_address_limit) return refuse("The address is longer than 254 bytes.");
    const auto read = unicode(text);
    if (!read) return refuse(not_utf8);
    if (!std::ranges::all_of(code_points(*read), may_stand_in_address)) {
        return refuse(
            "The address has white space in it, or a character that is invisible or "
            "unassigned.");
    }
    Address address;
    address.given = utf8(nfc(*read));
    const std::string_view given = address.given;
    const auto at = given.find('@');
    if (at == std::string_view::npos) return refuse("The address has no @.");
    if (given.find('@', at + 1) != std::string_view::npos) {
        return refuse("The address has more than one @.");
    }
    if (const auto error = error_of_local_part(given.substr(0, at))) return refuse(*error);
    const std::string local_part = lower_cased(given.substr(0, at));
    if (const auto error = error_of_local_part(local_part)) return refuse(*error);
    const auto domain = ascii_domain(given.substr(at + 1));
    if (!domain) return std::unexpected(domain.error());
    address.normal = local_part + "@" + *domain;
    if (address.normal.size() > address_limit || delivery_address(address).size() > address_limit) {
        return refuse("The address is longer than 254 bytes.");
    }
    return address;
}

std::string delivery_address(const Address& address) {
    return address.given.substr(0, address.given.find('@')) +
           address.normal.substr(address.normal.find('@'));
}

std::expected<std::string, std::string> read_display_text(std::string_view text,
                                                          std::size_t most_characters,
                                                          Lines lines) {
    const std::string too_long =
        "The text is longer than " + std::to_string(most_characters) + " characters.";
    if (text.size() / raw_bytes_per_character > most_characters) return refuse(too_long);
    auto read = unicode(text);
    if (!read) return refuse(not_utf8);
    if (lines == Lines::several) read->findAndReplace(u"\r\n", u"\n");
    const icu::UnicodeString result = without_outer_white_space(nfc(*read));
    const auto characters = code_points(result);
    const bool clean = std::ranges::none_of(characters, [&](UChar32 c) {
        const bool line_break = c == '\n' && lines == Lines::several;
        return !line_break && (is_control(c) || turns_direction(c));
    });
    if (!clean) {
        return refuse(lines == Lines::one
                          ? "The text has a line break or a control character in it."
                          : "The text has a control character in it.");
    }
    if (characters.empty()) return refuse("The text is empty.");
    if (std::ranges::none_of(characters, shows_something)) {
        return refuse("The text has nothing to see in it.");
    }
    if (characters.size() > most_characters) return refuse(too_long);
    return utf8(result);
}

}  // namespace muster
