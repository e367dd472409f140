// Counting the words of the product.
#include "tests/tidy/dead_code.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include "tests/tidy/source_text.h"

namespace muster::tidy {

namespace {

bool continues_word(char character) {
    return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

struct Word {
    std::string_view text;
    bool called = false;      // a bracket follows
    bool of_another = false;  // std:: or an object stands before it
};

std::vector<Word> words_of(std::string_view code) {
    std::vector<Word> words;
    for (std::size_t at = 0; at < code.size();) {
        if (!continues_word(code[at])) {
            ++at;
            continue;
        }
        const auto begin = at;
        while (at < code.size() && continues_word(code[at])) ++at;
        words.push_back(
            {.text = code.substr(begin, at - begin),
             .called = at < code.size() && code[at] == '(',
             .of_another = begin > 0 && (code[begin - 1] == ':' || code[begin - 1] == '.' ||
                                         code[begin - 1] == '>')});
    }
    return words;
}

using Counts = std::map<std::string_view, std::size_t>;

struct Read {
    std::string path;
    std::string code;
    std::vector<Word> words;
    Counts counts;
};

bool is_of_product(std::string_view path) {
    return !path.starts_with("tests/") && (path.ends_with(".h") || path.ends_with(".cpp"));
}

std::vector<Read> read(const std::vector<SourceFile>& sources) {
    std::vector<Read> all;
    for (const auto& source : sources) {
        if (is_of_product(source.path))
            all.push_back({source.path, code_only(source.text), {}, {}});
    }
    for (auto& file : all) {
        file.words = words_of(file.code);
        for (const auto& word : file.words) ++file.counts[word.text];
    }
    return all;
}

std::size_t count_in(const Counts& counts, std::string_view word) {
    const auto found = counts.find(word);
    return found == counts.end() ? 0 : found->second;
}

std::size_t line_of(const Read& file, std::string_view word) {
    const auto before = static_cast<std::ptrdiff_t>(word.data() - file.code.data());
    return 1 + static_cast<std::size_t>(
                   std::count(file.code.begin(), file.code.begin() + before, '\n'));
}

Findings dead_headers(const std::vector<SourceFile>& sources) {
    std::set<std::string> included;
    for (const auto& source : sources) {
        if (!is_of_product(source.path)) continue;
        for (const auto& include : includes_of(source.text)) included.insert(include.header);
    }
    Findings findings;
    for (const auto& source : sources) {
        if (!is_of_product(source.path) || !source.path.ends_with(".h")) continue;
        if (!included.contains(source.path)) {
            findings.push_back({source.path, 1, "nothing of the product includes it: remove it"});
        }
    }
    return findings;
}

}  // namespace

Findings nothing_is_dead(const std::vector<SourceFile>& sources) {
    Findings findings = dead_headers(sources);
    const auto files = read(sources);
    Counts all;
    std::map<std::string_view, const Read*> by_path;
    for (const auto& file : files) {
        by_path[file.path] = &file;
        for (const auto& [word, count] : file.counts) all[word] += count;
    }
    for (const auto& header : files) {
        if (!header.path.ends_with(".h")) continue;
        const auto source = by_path.find(header.path.substr(0, header.path.size() - 2) + ".cpp");
        if (source == by_path.end()) continue;
        for (const auto& word : header.words) {
            const bool is_dead = word.called && !word.of_another && all[word.text] == 2 &&
                                 count_in(header.counts, word.text) == 1 &&
                                 count_in(source->second->counts, word.text) == 1;
            if (!is_dead) continue;
            findings.push_back(
                {header.path, line_of(header, word.text),
                 "'" + std::string{word.text} + "' is used by nothing but tests: remove it"});
        }
    }
    return findings;
}

}  // namespace muster::tidy
