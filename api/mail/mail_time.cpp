// Times by ICU's knowledge of languages.
#include "api/mail/mail_time.h"

#include "domain/ensure.h"

#include <unicode/dtptngen.h>
#include <unicode/locid.h>
#include <unicode/measfmt.h>
#include <unicode/measunit.h>
#include <unicode/measure.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>
#include <unicode/uloc.h>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

namespace muster {
namespace {

/// ICU would answer for a language it does not know in that of this machine.
bool is_known_language(const icu::Locale& locale) {
    const std::string_view language = locale.getLanguage();
    for (std::int32_t i = 0; i < uloc_countAvailable(); ++i) {
        const std::string_view known = uloc_getAvailable(i);
        const bool same = known.starts_with(language) &&
                          (known.size() == language.size() || known[language.size()] == '_');
        if (same) return true;
    }
    return false;
}

std::optional<icu::Locale> locale_of(std::string_view language) {
    UErrorCode status = U_ZERO_ERROR;
    auto locale = icu::Locale::forLanguageTag(
        icu::StringPiece{language.data(), static_cast<std::int32_t>(language.size())}, status);
    const bool usable = U_SUCCESS(status) && !locale.isBogus() && *locale.getLanguage() != '\0' &&
                        is_known_language(locale);
    if (!usable) return std::nullopt;
    return locale;
}

std::string time_in_numbers(Instant instant) {
    const std::chrono::sys_time<Duration> time{Duration{instant.micros}};
    const auto day_start = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day day{day_start};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::minutes>(time - day_start)};
    std::array<char, 64> buffer{};
    const int size =
        std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u %02d:%02d",
                      static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                      static_cast<unsigned>(day.day()), static_cast<int>(clock.hours().count()),
                      static_cast<int>(clock.minutes().count()));
    return {buffer.data(), static_cast<std::size_t>(std::max(size, 0))};
}

/// Not every mail program has the narrow space that ICU puts before "PM".
std::string text_of_icu(icu::UnicodeString text) {
    constexpr UChar narrow_space = 0x202F;
    text.findAndReplace(icu::UnicodeString{narrow_space}, icu::UnicodeString{u' '});
    std::string result;
    return text.toUTF8String(result);
}

std::string time_in_words(Instant instant, const icu::Locale& locale) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::DateTimePatternGenerator> patterns{
        icu::DateTimePatternGenerator::createInstance(locale, status)};
    ENSURE(U_SUCCESS(status));
    const icu::UnicodeString pattern = patterns->getBestPattern(u"yMMMMdjmm", status);
    ENSURE(U_SUCCESS(status));
    icu::SimpleDateFormat format{pattern, locale, status};
    ENSURE(U_SUCCESS(status));
    format.setTimeZone(*icu::TimeZone::getGMT());
    icu::UnicodeString text;
    constexpr double micros_per_milli = 1'000;
    format.format(static_cast<UDate>(instant.micros) / micros_per_milli, text);
    return text_of_icu(std::move(text));
}

struct CountedUnits {
    std::int64_t count = 0;
    icu::MeasureUnit* (*unit)(UErrorCode&);
};

CountedUnits in_whole_units(Duration life) {
    const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(life).count();
    constexpr std::int64_t minute = 60;
    constexpr std::int64_t hour = 60 * minute;
    constexpr std::int64_t day = 24 * hour;
    if (seconds % day == 0) return {seconds / day, icu::MeasureUnit::createDay};
    if (seconds % hour == 0) return {seconds / hour, icu::MeasureUnit::createHour};
    if (seconds % minute == 0) return {seconds / minute, icu::MeasureUnit::createMinute};
    return {seconds, icu::MeasureUnit::createSecond};
}

}  // namespace

std::string shown_time(Instant instant, std::string_view language) {
    const auto locale = locale_of(language);
    return (locale ? time_in_words(instant, *locale) : time_in_numbers(instant)) + " UTC";
}

std::string shown_life(Duration life, std::string_view language) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale locale = locale_of(language).value_or(icu::Locale::getEnglish());
    const icu::MeasureFormat format{locale, UMEASFMT_WIDTH_WIDE, status};
    const CountedUnits units = in_whole_units(life);
    const icu::Measure measure{icu::Formattable{units.count}, units.unit(status), status};
    icu::UnicodeString text;
    icu::FieldPosition position;
    format.formatMeasures(&measure, 1, text, position, status);
    ENSURE(U_SUCCESS(status));
    return text_of_icu(std::move(text));
}

}  // namespace muster
