// How names and addresses are found and ordered, by ICU. What is stored of a row and what somebody
// searches for go through the same folding. Pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// NFKC, without case and accents, Latin letters as ASCII has them (`Łódź` is `lodz`).
/// Bytes that are not UTF-8 are U+FFFD.
std::string folded(std::string_view text);

/// What is stored of names and addresses is made anew where this changes.
std::string versions_of_text();

/// Bytes that sort as a reader expects of names in any language (the root locale of Unicode's
/// collation); none is 00. Of long ones the beginning, at most 256 bytes.
std::string collation_key(std::string_view text);

/// What a search may find a row by: every word of the name and the address, folded, and what is
/// left of it from each of its parts on (`ann-marie`, `marie`; `ci@mail.example.org`,
/// `mail.example.org` and so on), where scripts without spaces have the parts that ICU sees.
/// Sorted; what begins another one is left out.
std::vector<std::string> tokens_of(std::string_view name, std::string_view address);

/// The first letters of a word, by which many are found that begin alike; the word where it is no
/// longer.
std::string_view beginning_of(std::string_view word);

/// The tokens in one text, each after `token_mark`, which none of them contains.
std::string joined(const std::vector<std::string>& tokens);
constexpr char token_mark = '\n';

/// One word of a search. It is found where `joined` tokens contain `mark` and then the word.
struct SoughtWord {
    char mark = token_mark;  ///< or `@`, when it was typed before the word
    std::string word;        ///< never empty

    auto operator<=>(const SoughtWord&) const = default;
};

/// The words of a search, folded, without punctuation at either end. Nothing for a text without
/// anything but white space, which is no search; none when it has nothing to search for. What
/// begins another one is left out.
std::optional<std::vector<SoughtWord>> words_of(std::string_view text);

/// Whether each word begins one of the tokens, which are `joined`.
bool all_begin_one_of(const std::vector<SoughtWord>& words, std::string_view tokens);

}  // namespace muster
