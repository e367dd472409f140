// The rules, held against the checkout. A failure prints file, line and what to do instead.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/checkout.h"
#include "tests/tidy/dead_code.h"
#include "tests/tidy/rules.h"
#include "tests/tidy/source_text.h"

namespace muster::tidy {

namespace {

namespace files = std::filesystem;

constexpr const char* walked_folders[] = {"domain", "eventstore", "projections",
                                          "api",    "tools",      "tests"};

files::path root() {
    return test::checkout();
}

std::string read(const files::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

bool is_text_of_ours(const files::path& path) {
    static const std::vector<std::string> endings{".h", ".cpp", ".fbs", ".sh"};
    const auto name = path.filename().string();
    return std::find(endings.begin(), endings.end(), path.extension()) != endings.end() ||
           (path.parent_path().filename() == "tools" && (name == "run" || name == "test"));
}

const std::vector<SourceFile>& sources() {
    static const std::vector<SourceFile> all = [] {
        std::vector<SourceFile> found;
        for (const auto* const folder : walked_folders) {
            for (const auto& entry : files::recursive_directory_iterator{root() / folder}) {
                if (entry.is_regular_file() && is_text_of_ours(entry.path())) {
                    found.push_back({files::relative(entry.path(), root()).generic_string(),
                                     read(entry.path())});
                }
            }
        }
        std::sort(found.begin(), found.end(), [](const SourceFile& left, const SourceFile& right) {
            return left.path < right.path;
        });
        return found;
    }();
    return all;
}

std::vector<std::string> top_level() {
    std::vector<std::string> names;
    for (const auto& entry : files::directory_iterator{root()}) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

// What a map has to name: the files at the top, and every folder by its path.
std::vector<std::string> entries_to_name() {
    std::vector<std::string> paths;
    for (const auto& name : top_level()) {
        if (files::is_regular_file(root() / name) && name[0] != '.') {
            paths.push_back(name);
        }
    }
    for (const auto* const folder : walked_folders) {
        paths.emplace_back(folder);
        for (const auto& entry : files::recursive_directory_iterator{root() / folder}) {
            if (entry.is_directory() && !files::is_empty(entry.path())) {
                paths.push_back(files::relative(entry.path(), root()).generic_string());
            }
        }
    }
    std::erase(paths, "ARCHITECTURE.md");
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::string listed(const Findings& findings) {
    std::string text;
    for (const auto& finding : findings) {
        text += "\n" + finding.path + ":" + std::to_string(finding.line) + ": " + finding.message;
    }
    return text;
}

void expect_none(Rule rule) {
    Findings findings;
    for (const auto& file : sources()) {
        std::ranges::copy(rule(file.path, file.text), std::back_inserter(findings));
    }
    EXPECT_TRUE(findings.empty()) << listed(findings);
}

}  // namespace

// A walk over the wrong folder would keep every rule.
TEST(Tree, IsTheCheckoutAndIsReadWhole) {
    const auto has = [](std::string_view path) {
        return std::ranges::any_of(sources(), [&](const SourceFile& file) {
            return file.path == path && !file.text.empty();
        });
    };
    EXPECT_TRUE(has("domain/events.h"));
    EXPECT_TRUE(has("eventstore/form/schema.fbs"));
    EXPECT_TRUE(has("tools/test"));
    EXPECT_TRUE(has("tests/tidy/tree_test.cpp"));
}

TEST(Tree, IncludesPointToTheLeft) {
    expect_none(layers_point_left);
}
TEST(Tree, IncludesPointDownInsideALayer) {
    expect_none(floors_point_down);
}
TEST(Tree, KeepsTheDomainPure) {
    expect_none(domain_is_pure);
}
TEST(Tree, WrapsEachLibrary) {
    expect_none(libraries_stay_wrapped);
}
TEST(Tree, HasNoBannedWords) {
    expect_none(no_banned_words);
}
TEST(Tree, HasNoLongLines) {
    expect_none(lines_are_short);
}
TEST(Tree, HasNoLongFunctions) {
    expect_none(functions_are_short);
}
TEST(Tree, HasNoLongFiles) {
    expect_none(files_are_short);
}
TEST(Tree, GuardsEveryHeader) {
    expect_none(headers_are_guarded);
}
// What one preset alone compiles would miss a file that was moved until that preset is built.
TEST(Tree, IncludesWhatIsThere) {
    Findings findings;
    for (const auto& file : sources()) {
        if (!file.path.ends_with(".h") && !file.path.ends_with(".cpp")) continue;
        for (const auto& include : includes_of(file.text)) {
            const bool is_generated = include.header.ends_with("_generated.h");
            if (!include.quoted || is_generated || files::exists(root() / include.header)) continue;
            findings.push_back({file.path, include.line, include.header + " is not in the tree"});
        }
    }
    EXPECT_TRUE(findings.empty()) << listed(findings);
}

TEST(Tree, IncludesOwnHeadersFirst) {
    expect_none(own_header_comes_first);
}
TEST(Tree, LeavesNothingForLater) {
    expect_none(nothing_is_left_for_later);
}

TEST(Tree, HasNothingThatTestsAloneUse) {
    const auto findings = nothing_is_dead(sources());
    EXPECT_TRUE(findings.empty()) << listed(findings);
}

TEST(Tree, HasNoStrangersAtTheTop) {
    const auto findings = top_level_is_known(top_level());
    EXPECT_TRUE(findings.empty()) << listed(findings);
}

TEST(Tree, IsOnTheMap) {
    const auto map = read(root() / "ARCHITECTURE.md");
    ASSERT_FALSE(map.empty()) << "ARCHITECTURE.md is missing: it is the map of the tree";
    const auto findings = map_names_everything(map, entries_to_name());
    EXPECT_TRUE(findings.empty()) << listed(findings);
}

TEST(Tree, HasWhatItsDocumentsName) {
    std::vector<std::string> paths;
    for (const auto* const folder : walked_folders) {
        for (const auto& entry : files::recursive_directory_iterator{root() / folder}) {
            paths.push_back(files::relative(entry.path(), root()).generic_string());
        }
    }
    for (const auto& name : top_level()) paths.push_back(name);
    for (const auto* const document :
         {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "eventstore/FORMAT.md"}) {
        const auto findings =
            documents_name_what_is_there(document, read(root() / document), paths);
        EXPECT_TRUE(findings.empty()) << listed(findings);
    }
}

// What one suite may cost more, another must cost less.
TEST(Budget, SharesComeToTheTotal) {
    std::istringstream lines{read(root() / "tests" / "budget")};
    int shares = 0;
    int total = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string suite;
        int seconds = 0;
        if (line.starts_with('#') || !(words >> suite >> seconds)) continue;
        (suite == "total" ? total : shares) += seconds;
    }
    EXPECT_GT(total, 0);
    EXPECT_EQ(shares, total);
}

}  // namespace muster::tidy
