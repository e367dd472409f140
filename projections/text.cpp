// Folding and splitting by ICU.
#include "projections/text.h"

#include "domain/ensure.h"
#include "eventstore/machine/code_points.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <algorithm>

namespace muster {
namespace {

/// Letters and digits, and the marks that belong to the letter before.
bool in_word(UChar32 c) {
    return c >= 0 && (u_isalnum(c) != 0 || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0);
}

bool is_space(UChar32 c) {
    return c >= 0 && u_isUWhiteSpace(c) != 0;
}

/// Splits where `separates` says so; no piece is empty.
std::vector<std::string> split(std::string_view text, bool (*separates)(UChar32)) {
    std::vector<std::string> pieces;
    std::string piece;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        if (!separates(next_code_point(text, at))) {
            piece.append(text.substr(start, at - start));
        } else if (!piece.empty()) {
            pieces.push_back(std::move(piece));
            piece.clear();
        }
    }
    if (!piece.empty()) pieces.push_back(std::move(piece));
    return pieces;
}

std::vector<std::string> alphanumeric_pieces(std::string_view text) {
    return split(text, [](UChar32 c) { return !in_word(c); });
}

std::string without_outer_punctuation(std::string_view word) {
    std::size_t first = word.size();
    std::size_t last = 0;
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t start = at;
        if (!in_word(next_code_point(word, at))) continue;
        first = std::min(first, start);
        last = at;
    }
    if (first >= last) return {};
    return std::string{word.substr(first, last - first)};
}

std::vector<std::string> words_of_folded(std::string_view text) {
    std::vector<std::string> words;
    for (const std::string& piece : split(text, is_space)) {
        std::string word = without_outer_punctuation(piece);
        if (!word.empty()) words.push_back(std::move(word));
    }
    return words;
}

}  // namespace

std::string folded(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
    ENSURE(U_SUCCESS(status));
    std::string result;
    icu::StringByteSink<std::string> sink{&result};
    form->normalizeUTF8(0, icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())},
                        sink, nullptr, status);
    ENSURE(U_SUCCESS(status));
    return result;
}

std::vector<std::string> words_of(std::string_view text) {
    return words_of_folded(folded(text));
}

std::vector<std::string> tokens_of(std::string_view name, std::string_view address) {
    std::vector<std::string> tokens;
    for (const std::string& text : {folded(name), folded(address)}) {
        for (auto& word : words_of_folded(text)) tokens.push_back(std::move(word));
        for (auto& piece : alphanumeric_pieces(text)) tokens.push_back(std::move(piece));
    }
    std::sort(tokens.begin(), tokens.end());
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    return tokens;
}

bool all_begin_one_of(const std::vector<std::string>& words,
                      const std::vector<std::string>& tokens) {
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
        // The first token that is not before the word begins with it, if any does.
        const auto token = std::lower_bound(tokens.begin(), tokens.end(), word);
        return token != tokens.end() && token->starts_with(word);
    });
}

}  // namespace muster
