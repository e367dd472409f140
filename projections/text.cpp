// Folding, ordering and splitting by ICU. Nearly all names and addresses are ASCII, which is folded
// and split without it.
#include "projections/text.h"

#include "domain/ensure.h"
#include "eventstore/machine/code_points.h"

#include <unicode/brkiter.h>
#include <unicode/coll.h>
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/uvernum.h>
#include <algorithm>
#include <memory>

namespace muster {
namespace {

/// Beyond it, parts of one word are not found. It bounds what a hostile address costs.
constexpr std::size_t most_parts = 16;
constexpr std::size_t longest_key = 256;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Letters and digits, and the marks that belong to the letter before.
bool in_word(UChar32 c) {
    return c >= 0 && (u_isalnum(c) != 0 || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0);
}

bool is_space(UChar32 c) {
    return c >= 0 && u_isUWhiteSpace(c) != 0;
}

icu::UnicodeString utf16(std::string_view text) {
    return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

/// Reading it takes no turn with other threads but where ICU does so itself.
const icu::Transliterator& without_accents() {
    static const std::unique_ptr<const icu::Transliterator> rules = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<const icu::Transliterator> made{icu::Transliterator::createInstance(
            u"NFD; [\\u0300-\\u036F] Remove; NFC; Latin-ASCII", UTRANS_FORWARD, status)};
        ENSURE(U_SUCCESS(status));
        return made;
    }();
    return *rules;
}

const icu::Collator& root_collator() {
    static const std::unique_ptr<const icu::Collator> collator = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<const icu::Collator> made{
            icu::Collator::createInstance(icu::Locale::getRoot(), status)};
        ENSURE(U_SUCCESS(status));
        return made;
    }();
    return *collator;
}

/// One a thread, since it holds the text that it looks at.
icu::BreakIterator& word_breaks() {
    thread_local const std::unique_ptr<icu::BreakIterator> breaks = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::BreakIterator> made{
            icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status)};
        ENSURE(U_SUCCESS(status));
        return made;
    }();
    return *breaks;
}

/// The pieces between white space.
std::vector<std::string_view> split_at_spaces(std::string_view text) {
    std::vector<std::string_view> pieces;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        if (!is_space(next_code_point(text, at))) continue;
        if (start > begin) pieces.push_back(text.substr(begin, start - begin));
        begin = at;
    }
    if (begin < text.size()) pieces.push_back(text.substr(begin));
    return pieces;
}

/// Where the first letter or digit begins and the last one ends; both the size when there is none.
struct Extent {
    std::size_t begin;
    std::size_t end;
};
Extent extent_of(std::string_view word) {
    Extent extent{word.size(), word.size()};
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t start = at;
        if (!in_word(next_code_point(word, at))) continue;
        if (extent.begin == word.size()) extent.begin = start;
        extent.end = at;
    }
    return extent;
}

/// Where ICU sees a word begin.
void add_word_breaks(std::string_view word, std::vector<std::size_t>& starts) {
    const icu::UnicodeString text = utf16(word);
    icu::BreakIterator& breaks = word_breaks();
    breaks.setText(text);
    std::size_t bytes = 0;
    std::int32_t before = 0;
    for (std::int32_t at = breaks.first(); at != icu::BreakIterator::DONE; at = breaks.next()) {
        std::string passed;
        text.tempSubStringBetween(before, at).toUTF8String(passed);
        bytes += passed.size();
        before = at;
        if (at < text.length() && in_word(text.char32At(at))) starts.push_back(bytes);
    }
}

/// Where the parts of a word begin: after whatever is no letter or digit, and where ICU says so.
std::vector<std::size_t> parts_of(std::string_view word) {
    std::vector<std::size_t> starts;
    bool inside = false;
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t start = at;
        const bool was_inside = inside;
        inside = in_word(next_code_point(word, at));
        if (inside && !was_inside) starts.push_back(start);
    }
    if (!is_ascii(word)) add_word_breaks(word, starts);
    std::ranges::sort(starts);
    starts.erase(std::ranges::unique(starts).begin(), starts.end());
    if (starts.size() <= most_parts) return starts;
    starts.resize(most_parts);
    // What stands after the last @ is looked for by itself.
    starts.back() = std::max(starts.back(), word.rfind('@') + 1);
    return starts;
}

}  // namespace

std::string versions_of_text() {
    return U_ICU_VERSION;
}

std::string folded(std::string_view text) {
    std::string result;
    if (is_ascii(text)) {
        result = text;
        for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return result;
    }
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
    ENSURE(U_SUCCESS(status));
    icu::UnicodeString plain = form->normalize(utf16(text), status);
    ENSURE(U_SUCCESS(status));
    without_accents().transliterate(plain);
    plain.toUTF8String(result);
    return result;
}

std::string collation_key(std::string_view text) {
    const icu::UnicodeString wide = utf16(text);
    std::string key(4 * text.size() + 16, '\0');
    const auto room = [&key] { return static_cast<std::int32_t>(key.size()); };
    const auto written = [&] {
        auto* bytes = reinterpret_cast<std::uint8_t*>(key.data());
        return root_collator().getSortKey(wide, bytes, room());
    };
    const std::int32_t size = written();
    const bool fitted = size <= room();
    key.resize(static_cast<std::size_t>(size));
    if (!fitted) ENSURE(written() == size);
    if (!key.empty()) key.pop_back();  // the 00 at the end
    key.resize(std::min(key.size(), longest_key));
    return key;
}

std::vector<std::string> tokens_of(std::string_view name, std::string_view address) {
    std::vector<std::string> tokens;
    for (const std::string& text : {folded(name), folded(address)}) {
        for (const std::string_view piece : split_at_spaces(text)) {
            const std::string_view word = piece.substr(0, extent_of(piece).end);
            for (const std::size_t start : parts_of(word)) tokens.emplace_back(word.substr(start));
        }
    }
    std::ranges::sort(tokens);
    // The longer ones follow at once.
    std::vector<std::string> kept;
    for (std::string& token : tokens) {
        if (!kept.empty() && token.starts_with(kept.back())) kept.pop_back();
        kept.push_back(std::move(token));
    }
    return kept;
}

std::string_view beginning_of(std::string_view word) {
    constexpr int letters = 3;
    std::size_t end = 0;
    for (int letter = 0; letter < letters && end < word.size(); ++letter) {
        next_code_point(word, end);
    }
    return word.substr(0, end);
}

std::string joined(const std::vector<std::string>& tokens) {
    std::string text;
    for (const std::string& token : tokens) text.append(1, token_mark).append(token);
    return text;
}

std::optional<std::vector<SoughtWord>> words_of(std::string_view text) {
    const std::string plain = folded(text);
    const auto pieces = split_at_spaces(plain);
    if (pieces.empty()) return std::nullopt;
    std::vector<SoughtWord> words;
    for (const std::string_view piece : pieces) {
        const auto [begin, end] = extent_of(piece);
        if (begin == end) continue;
        const bool of_domain = begin > 0 && piece[begin - 1] == '@';
        words.push_back(
            {of_domain ? '@' : token_mark, std::string{piece.substr(begin, end - begin)}});
    }
    // The longer ones follow at once.
    std::ranges::sort(words);
    std::vector<SoughtWord> kept;
    for (SoughtWord& word : words) {
        const bool says_more = !kept.empty() && kept.back().mark == word.mark &&
                               word.word.starts_with(kept.back().word);
        if (says_more) kept.pop_back();
        kept.push_back(std::move(word));
    }
    return kept;
}

bool all_begin_one_of(const std::vector<SoughtWord>& words, std::string_view tokens) {
    return std::ranges::all_of(words, [&](const SoughtWord& sought) {
        return tokens.find(sought.mark + sought.word) != std::string_view::npos;
    });
}

}  // namespace muster
