// The grammar, letter by letter.
#include "domain/key_text.h"

#include <algorithm>

namespace muster {

bool is_key_text(std::string_view text) {
    const auto fits = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '_' || letter == '.' || letter == '-';
    };
    return !text.empty() && text.size() <= key_text_most && std::ranges::all_of(text, fits);
}

}  // namespace muster
