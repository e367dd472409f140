// Reads C++ just well enough for the rules: what is code, what is comment, where functions lie.
// Not a parser; it follows brackets, literals and comments of code that clang-format has laid out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster::tidy {

struct Include {
    std::size_t line;
    std::string header;
    bool quoted;
};

struct Function {
    std::size_t first_line;
    std::size_t lines;
};

std::vector<std::string> lines_of(std::string_view text);

// The same text with comments and the inside of literals blanked. Lines and columns stay.
std::string code_only(std::string_view text);

// The includes that the compiler sees, not those in comments or literals.
std::vector<Include> includes_of(std::string_view text);

// Every function at namespace or class level with its length, signature and brackets included. A
// lambda counts as part of the function around it. The rows of a `static const` table do not count:
// they are data, and a table that is cut in two is harder to read.
std::vector<Function> functions_of(std::string_view text);

// Whether the word occurs in the code as a whole word. Spaces in `word` match any white space.
bool contains_word(std::string_view code, std::string_view word);

}  // namespace muster::tidy
