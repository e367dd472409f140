// How names and addresses are compared: NFKC and case-folded by ICU, so that the same letters typed
// in another way are the same. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// Bytes that are not UTF-8 stay as they are.
std::string folded(std::string_view text);

/// The words of a search: folded, split at white space, without punctuation at either end.
std::vector<std::string> words_of(std::string_view text);

/// Everything a search may find a row by: the words of the name and the whole address, and both
/// again split at everything that is no letter or digit. Sorted, each once.
std::vector<std::string> tokens_of(std::string_view name, std::string_view address);

/// Whether each word begins one of the tokens.
bool all_begin_one_of(const std::vector<std::string>& words,
                      const std::vector<std::string>& tokens);

}  // namespace muster
