// Blanking comments and literals, and following brackets.
#include "tests/tidy/source_text.h"

#include <algorithm>
#include <cctype>

namespace muster::tidy {

namespace {

bool is_word_character(char character) {
    return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

// Walks the text once, keeping code and blanking the rest.
class Blanker {
 public:
    explicit Blanker(std::string_view text) : text_{text}, out_{text} {}

    std::string run() {
        while (at_ < text_.size()) {
            if (starts_with("//")) {
                blank_until("\n");
            } else if (starts_with("/*")) {
                blank_until("*/");
                blank(2);
            } else if (starts_with("R\"") && !follows_word()) {
                raw_literal();
            } else if (text_[at_] == '"' || (text_[at_] == '\'' && !follows_word())) {
                literal(text_[at_]);
            } else {
                ++at_;
            }
        }
        return out_;
    }

 private:
    bool starts_with(std::string_view start) const { return text_.substr(at_).starts_with(start); }

    // True for the quote in 1'000 and for the R of a longer name.
    bool follows_word() const { return at_ > 0 && is_word_character(text_[at_ - 1]); }

    void blank(std::size_t count) {
        for (; count > 0 && at_ < text_.size(); --count, ++at_) {
            if (text_[at_] != '\n') {
                out_[at_] = ' ';
            }
        }
    }

    void blank_until(std::string_view end) {
        const auto found = text_.find(end, at_);
        blank((found == std::string_view::npos ? text_.size() : found) - at_);
    }

    void literal(char quote) {
        ++at_;
        while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
            blank(text_[at_] == '\\' ? 2 : 1);
        }
        ++at_;
    }

    void raw_literal() {
        at_ += 2;
        const auto open = text_.find('(', at_);
        if (open == std::string_view::npos) {
            return;
        }
        const auto end = ")" + std::string{text_.substr(at_, open - at_)} + "\"";
        blank_until(end);
        blank(end.size() - 1);
        ++at_;
    }

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
};

// Blanks preprocessor lines, whose brackets need not balance.
std::string without_directives(std::string code) {
    bool inside = false;
    for (std::size_t start = 0; start < code.size();) {
        const auto end = std::min(code.find('\n', start), code.size());
        const auto first = code.find_first_not_of(" \t", start);
        inside = inside || (first < end && code[first] == '#');
        const bool goes_on = end > start && code[end - 1] == '\\';
        if (inside) {
            code.replace(start, end - start, end - start, ' ');
        }
        inside = inside && goes_on;
        start = end + 1;
    }
    return code;
}

// Whether the text before a bracket opens a namespace, a type or a language block.
bool opens_scope(std::string_view head) {
    static constexpr std::string_view keywords[]{"namespace", "class", "struct",
                                                 "union",     "enum",  "extern"};
    return head.find('(') == std::string_view::npos &&
           std::ranges::any_of(keywords,
                               [&](std::string_view word) { return contains_word(head, word); });
}

// What stands between the brackets or quotes of an include directive, with its opening character.
std::string_view included_by(std::string_view line) {
    const auto open = line.find_first_of("<\"");
    if (open == std::string_view::npos) {
        return {};
    }
    const auto close = line.find(line[open] == '<' ? '>' : '"', open + 1);
    return close == std::string_view::npos ? std::string_view{} : line.substr(open, close - open);
}

bool is_include_directive(std::string_view code_line) {
    const auto hash = code_line.find_first_not_of(" \t");
    return hash != std::string_view::npos && code_line[hash] == '#' &&
           contains_word(code_line, "include");
}

// Whether the text before a bracket gives a variable its value: `rows = to_array({`. A lambda that
// is given a name is a function.
bool opens_value(std::string_view head) {
    const auto parenthesis = head.find('(');
    const auto equals = head.substr(0, parenthesis).find(" = ");
    if (parenthesis == std::string_view::npos) {
        return true;
    }
    return equals != std::string_view::npos && !head.starts_with("template") &&
           !head.substr(equals + 3).starts_with("[");
}

bool opens_table(std::string_view head) {
    return head.starts_with("static const") && head.find('[') == std::string_view::npos;
}

// Walks over code character by character and finds functions by their brackets.
class FunctionFinder {
 public:
    std::vector<Function> run(std::string_view code) {
        for (const char character : code) {
            line_ += character == '\n' ? 1U : 0U;
            if (depth_ == 0) {
                outside(character);
            } else {
                inside(character);
            }
        }
        return functions_;
    }

 private:
    void outside(char character) {
        if (character == '{' && !opens_scope(head_)) {
            is_function_ = !opens_value(head_);
            first_line_ = head_line_;
            table_lines_ = 0;
            depth_ = 1;
            head_.clear();
        } else {
            follow(character);
        }
    }

    void inside(char character) {
        if (character == '{') {
            ++depth_;
            if (table_depth_ == 0 && opens_table(head_)) {
                table_depth_ = depth_;
                table_line_ = line_;
            }
        } else if (character == '}') {
            if (depth_ == table_depth_) {
                table_lines_ += line_ - table_line_;
                table_depth_ = 0;
            }
            --depth_;
            if (depth_ == 0 && is_function_) {
                functions_.push_back({first_line_, line_ - first_line_ + 1 - table_lines_});
            }
        }
        follow(character);
    }

    // Keeps the text since the last statement or bracket, and the line where it began.
    void follow(char character) {
        if (character == '{' || character == '}' || character == ';') {
            head_.clear();
        } else if (!head_.empty() || std::isspace(static_cast<unsigned char>(character)) == 0) {
            head_line_ = head_.empty() ? line_ : head_line_;
            head_ += character;
        }
    }

    std::vector<Function> functions_;
    std::string head_;
    std::size_t head_line_ = 1;
    std::size_t line_ = 1;
    std::size_t depth_ = 0;  // 0: at namespace or class level
    bool is_function_ = false;
    std::size_t first_line_ = 1;
    std::size_t table_depth_ = 0;  // 0: not within a table
    std::size_t table_line_ = 1;
    std::size_t table_lines_ = 0;
};

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string code_only(std::string_view text) {
    return Blanker{text}.run();
}

std::vector<Include> includes_of(std::string_view text) {
    const auto code = lines_of(code_only(text));
    const auto lines = lines_of(text);
    std::vector<Include> includes;
    for (std::size_t index = 0; index < lines.size(); ++index) {
        const auto header = included_by(lines[index]);
        if (is_include_directive(code[index]) && !header.empty()) {
            includes.push_back({index + 1, std::string{header.substr(1)}, header[0] == '"'});
        }
    }
    return includes;
}

std::vector<Function> functions_of(std::string_view text) {
    return FunctionFinder{}.run(without_directives(code_only(text)));
}

bool contains_word(std::string_view code, std::string_view word) {
    for (std::size_t start = 0; start < code.size(); ++start) {
        if (start > 0 && is_word_character(code[start - 1])) {
            continue;
        }
        std::size_t at = start;
        std::size_t matched = 0;
        while (matched < word.size() && at < code.size()) {
            if (word[matched] == ' ' && code[at] == ' ') {
                ++at;
                matched += at < code.size() && code[at] == ' ' ? 0U : 1U;
            } else if (word[matched] == code[at]) {
                ++at;
                ++matched;
            } else {
                break;
            }
        }
        if (matched == word.size() && (at == code.size() || !is_word_character(code[at]))) {
            return true;
        }
    }
    return false;
}

}  // namespace muster::tidy
