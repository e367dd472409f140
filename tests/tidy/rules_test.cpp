// The control of every rule: a small text that breaks it must be reported, with the replacement
// named, and its lawful neighbour must not. Without these, a rule that sees nothing would pass.
#include "tests/tidy/rules.h"

#include "tests/tidy/dead_code.h"
#include "tests/tidy/source_text.h"

namespace muster::tidy {

namespace {

// A line of the first finding, or 0 for none.
std::size_t line_found(const Findings& findings) {
    return findings.empty() ? 0 : findings.front().line;
}

std::string message_found(const Findings& findings) {
    return findings.empty() ? "" : findings.front().message;
}

std::string function_of_lines(std::size_t lines) {
    std::string text = "int count(\n    int start) {\n";
    for (std::size_t line = 3; line < lines; ++line) {
        text += "    if (start) { ++start; }\n";
    }
    return text + "}\n";
}

}  // namespace

TEST(LayersRule, ReportsAnIncludeToTheRight) {
    const auto findings =
        layers_point_left("domain/person.cpp", "\n#include \"eventstore/form/codec.h\"\n");
    EXPECT_EQ(line_found(findings), 2U);
    EXPECT_THAT(message_found(findings), testing::HasSubstr("move what you need to the left"));
    EXPECT_EQ(line_found(layers_point_left("api/x.h", "#include \"tools/muster/x.h\"\n")), 1U);
    EXPECT_EQ(line_found(layers_point_left("api/x.h", "#include <tools/muster/x.h>\n")), 1U);
}

TEST(LayersRule, ReportsAnIncludeThatHidesItsLayer) {
    EXPECT_EQ(line_found(layers_point_left("api/engine.cpp", "#include \"engine.h\"\n")), 1U);
    EXPECT_EQ(line_found(layers_point_left("api/engine.cpp", "#include \"tests/x.h\"\n")), 1U);
}

TEST(LayersRule, AcceptsTheLeftAndTheFolderItself) {
    const auto* const text = "#include \"domain/ids.h\"\n#include \"api/engine.h\"\n";
    EXPECT_TRUE(layers_point_left("api/engine.cpp", text).empty());
    EXPECT_TRUE(layers_point_left("tests/api/engine_test.cpp", text).empty());
    EXPECT_TRUE(layers_point_left("domain/ids.h", "// #include \"api/engine.h\"\n").empty());
}

TEST(FloorsRule, ReportsAnIncludeOfAFloorAbove) {
    const auto findings =
        floors_point_down("eventstore/form/codec.cpp", "\n#include \"eventstore/keys/keys.h\"\n");
    EXPECT_EQ(line_found(findings), 2U);
    EXPECT_THAT(message_found(findings), testing::HasSubstr("lies above"));
    EXPECT_EQ(line_found(floors_point_down("api/http/read/body.h",
                                           "#include \"api/http/routes/routes.h\"\n")),
              1U);
    EXPECT_EQ(line_found(floors_point_down("api/writing/writer.h", "#include \"api/engine.h\"\n")),
              1U);
}

TEST(FloorsRule, ReportsAFolderThatHasNoPlaceInTheOrder) {
    EXPECT_EQ(line_found(floors_point_down("eventstore/misc/x.cpp", "")), 1U);
    EXPECT_EQ(line_found(floors_point_down("projections/deep/x.cpp", "")), 1U);
    EXPECT_EQ(line_found(floors_point_down("api/engine.cpp", "#include \"api/new/x.h\"\n")), 1U);
}

TEST(FloorsRule, AcceptsTheOwnFloorThoseBelowAndOtherLayers) {
    EXPECT_TRUE(floors_point_down("eventstore/log/log_store.cpp",
                                  "#include \"eventstore/log/log_rows.h\"\n"
                                  "#include \"eventstore/machine/disk.h\"\n"
                                  "#include \"domain/ids.h\"\n")
                    .empty());
    EXPECT_TRUE(floors_point_down("api/engine.cpp", "#include \"api/writing/writer.h\"\n").empty());
    EXPECT_TRUE(floors_point_down("tests/api/x.cpp", "#include \"api/new/x.h\"\n").empty());
}

TEST(DomainRule, ReportsHeadersWithEffects) {
    for (const auto* const header :
         {"iostream", "fstream", "thread", "mutex", "random", "cstdio", "ctime", "atomic"}) {
        const auto findings =
            domain_is_pure("domain/person.cpp", std::string{"#include <"} + header + ">\n");
        EXPECT_EQ(findings.size(), 1U) << header;
    }
    EXPECT_TRUE(domain_is_pure("domain/persistent_map.h", "#include <atomic>\n").empty());
    EXPECT_EQ(domain_is_pure("domain/persistent_map.h", "#include <mutex>\n").size(), 1U);
    EXPECT_THAT(message_found(domain_is_pure("domain/a.h", "#include <random>\n")),
                testing::HasSubstr("Context"));
}

TEST(DomainRule, ReportsForeignLibraries) {
    for (const auto* const header :
         {"boost/json.hpp", "spdlog/spdlog.h", "unistd.h", "rocksdb/db.h", "sys/time.h"}) {
        const auto findings =
            domain_is_pure("domain/person.cpp", std::string{"#include <"} + header + ">\n");
        EXPECT_EQ(findings.size(), 1U) << header;
    }
}

TEST(DomainRule, AcceptsWhatDomainStandsOn) {
    EXPECT_TRUE(domain_is_pure("domain/ensure.h", "#include <cstdio>\n").empty());
    EXPECT_TRUE(domain_is_pure("domain/a.h", "#include <chrono>\n#include <map>\n").empty());
    EXPECT_TRUE(domain_is_pure("domain/a.h", "#include <boost/uuid/uuid.hpp>\n").empty());
    EXPECT_TRUE(domain_is_pure("api/a.cpp", "#include <thread>\n").empty());
}

TEST(LibrariesRule, ReportsALibraryOutsideItsWrapper) {
    struct Row {
        std::string_view path;
        std::string_view text;
    };
    const Row rows[] = {
        {"api/engine.h", "#include <boost/asio/awaitable.hpp>\n"},
        {"tools/muster/main.cpp", "#include <boost/beast/http.hpp>\n"},
        {"api/writing/writer.cpp", "#include <rocksdb/db.h>\n"},
        {"projections/people.cpp", "#include <rocksdb/db.h>\n"},
        {"eventstore/form/commit.h", "#include <flatbuffers/flatbuffers.h>\n"},
        {"eventstore/log/rocksdb_log.cpp", "#include \"eventstore/form/schema_generated.h\"\n"},
        {"projections/outbox.cpp", "#include <boost/json.hpp>\n"},
        {"api/engine.cpp", "#include <sodium.h>\n"},
        {"projections/rows.cpp", "#include <openssl/sha.h>\n"},
        {"api/http/server/server.cpp", "#include <curl/curl.h>\n"},
        {"api/http/server/server.cpp", "#include <CLI/CLI.hpp>\n"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(line_found(libraries_stay_wrapped(row.path, row.text)), 1U) << row.text;
    }
    EXPECT_THAT(message_found(libraries_stay_wrapped(rows[2].path, rows[2].text)),
                testing::HasSubstr("event_log.h"));
}

TEST(LibrariesRule, AcceptsALibraryInItsWrapper) {
    EXPECT_TRUE(
        libraries_stay_wrapped("eventstore/log/rocksdb_log.cpp", "#include <rocksdb/db.h>\n")
            .empty());
    EXPECT_TRUE(
        libraries_stay_wrapped("api/http/server/server.cpp", "#include <boost/asio/post.hpp>\n")
            .empty());
    EXPECT_TRUE(
        libraries_stay_wrapped("tests/api/x_test.cpp", "#include <boost/json.hpp>\n").empty());
    EXPECT_TRUE(libraries_stay_wrapped("api/x.h", "#include <boost/json/fwd.hpp>\n").empty());
}

TEST(DeadCodeRule, ReportsAFunctionThatIsOnlyDeclaredAndDefined) {
    const std::vector<SourceFile> sources{
        {"domain/a.h", "void dead();\nvoid live();\n"},
        {"domain/a.cpp", "#include \"domain/a.h\"\nvoid dead() {}\nvoid live() {}\n"},
        {"domain/b.cpp", "void b() { live(); }  // dead()\n"},
        {"tests/domain/a_test.cpp", "void test() { dead(); }\n"}};
    const auto findings = nothing_is_dead(sources);
    EXPECT_EQ(line_found(findings), 1U);
    EXPECT_THAT(message_found(findings), testing::HasSubstr("'dead'"));
}

TEST(DeadCodeRule, ReportsAHeaderThatOnlyTestsInclude) {
    const std::vector<SourceFile> sources{
        {"domain/a.h", "int a();\n"},
        {"domain/b.h", "int b();\n"},
        {"domain/b.cpp", "#include \"domain/b.h\"\nint b() { return b(); }\n"},
        {"tests/domain/a_test.cpp", "#include \"domain/a.h\"\n"}};
    const auto findings = nothing_is_dead(sources);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().path, "domain/a.h");
}

TEST(DocumentsRule, ReportsAFileThatIsNowhere) {
    const std::vector<std::string> paths{"domain/decide_roles.cpp", "api/http/show/csv.h"};
    const auto findings =
        documents_name_what_is_there("A.md", "`csv.h`\n`http/csv.h`, `sv.h`, `decide_*.h`", paths);
    EXPECT_EQ(findings.size(), 3U);
    EXPECT_EQ(findings.front().line, 2U);
    EXPECT_TRUE(
        documents_name_what_is_there("A.md", "`decide_*.cpp`, `show/csv.h`, `csv`, csv2.h", paths)
            .empty());
}

TEST(WordsRule, ReportsEveryBannedWord) {
    struct Row {
        std::string_view path;
        std::string_view text;
    };
    const Row rows[] = {
        {"projections/people.cpp", "auto now = std::chrono::system_clock::now();"},
        {"domain/person.cpp", "auto now = std::chrono::steady_clock::now();"},
        {"api/writer.cpp", "std::chrono::high_resolution_clock::now();"},
        {"tests/api/x_test.cpp", "std::this_thread::sleep_for(1s);"},
        {"tests/api/x_test.cpp", "std::this_thread::sleep_until(then);"},
        {"tests/api/x_test.cpp", "usleep(5);"},
        {"tests/api/x_test.cpp", "nanosleep(&time, nullptr);"},
        {"api/writer.cpp", "return std::rand();"},
        {"api/writer.cpp", "srand(1);"},
        {"api/writer.cpp", "using  namespace   std;"},
        {"api/writer.cpp", "assert(x > 1);"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(line_found(no_banned_words(row.path, row.text)), 1U) << row.text;
    }
    EXPECT_THAT(message_found(no_banned_words(rows[3].path, rows[3].text)),
                testing::HasSubstr("tests/waiting.h"));
}

TEST(WordsRule, AcceptsCommentsLiteralsAndLongerWords) {
    EXPECT_TRUE(no_banned_words("domain/a.h", "// system_clock\n/* assert(\n srand */").empty());
    EXPECT_TRUE(no_banned_words("domain/a.h", "auto x = \"system_clock\";").empty());
    EXPECT_TRUE(no_banned_words("domain/a.h", "using namespace std::chrono_literals;").empty());
    EXPECT_TRUE(no_banned_words("domain/a.h", "static_assert(x); my_assert(x);").empty());
    EXPECT_TRUE(no_banned_words("api/a.h", "std::chrono::steady_clock::now();").empty());
    EXPECT_TRUE(no_banned_words("api/engine.cpp", "std::chrono::system_clock::now();").empty());
}

TEST(WordsRule, IsNotFooledByLiteralsBeforeTheWord) {
    EXPECT_EQ(line_found(no_banned_words("api/a.h", "char c = '\"'; srand(1); // \"")), 1U);
    EXPECT_EQ(line_found(no_banned_words("api/a.h", "auto n = 1'000; srand(1); // '")), 1U);
    EXPECT_EQ(line_found(no_banned_words("api/a.h", "R\"x(\" // )\" )x\"; srand(1);")), 1U);
    EXPECT_EQ(line_found(no_banned_words("api/a.h", "\"a\\\"//\"; srand(1);")), 1U);
    EXPECT_TRUE(no_banned_words("api/a.h", "R\"x(\" srand(1) )x\";").empty());
}

TEST(LineRule, ReportsLineOfMoreThanHundredColumns) {
    const std::string just_fits(longest_line_columns, 'a');
    EXPECT_TRUE(lines_are_short("a.h", just_fits + "\n").empty());
    EXPECT_EQ(line_found(lines_are_short("a.h", "\n" + just_fits + "b\n")), 2U);
}

TEST(LineRule, CountsCharactersRatherThanBytes) {
    std::string umlauts;
    for (std::size_t column = 0; column < longest_line_columns; ++column) {
        umlauts += "ü";
    }
    EXPECT_TRUE(lines_are_short("a.h", umlauts).empty());
    EXPECT_FALSE(lines_are_short("a.h", umlauts + "ü").empty());
}

TEST(FunctionRule, ReportsAFunctionOfMoreThanSeventyLines) {
    const auto fits = function_of_lines(longest_function_lines);
    const auto passes = function_of_lines(longest_function_lines + 1);
    EXPECT_TRUE(functions_are_short("api/a.cpp", fits).empty());
    EXPECT_EQ(line_found(functions_are_short("api/a.cpp", "\n\n" + passes)), 3U);
}

TEST(FunctionRule, LooksIntoNamespacesClassesAndTests) {
    const auto passes = function_of_lines(longest_function_lines + 1);
    for (const std::string before :
         {"namespace a {\n", "namespace a {\nnamespace {\n", "class A : public B {\n   public:\n",
          "template <class T>\nstruct A {\n", "enum class A { b, c };\nextern \"C\" {\n",
          "int table[] = {1, 2};\n", "#define OPEN {\n", "A::A() : a_{1}, b_{2} {}\n"}) {
        EXPECT_EQ(functions_are_short("api/a.cpp", before + passes).size(), 1U) << before;
    }
    auto test = function_of_lines(longest_function_lines + 2);
    test.replace(0, test.find('{'), "TEST(Subject, Sentence) ");
    EXPECT_EQ(functions_are_short("tests/api/a_test.cpp", test).size(), 1U);
    auto lambda = passes;
    lambda.replace(0, lambda.find('('), "const auto count = []");
    EXPECT_EQ(functions_are_short("api/a.cpp", lambda).size(), 1U);
}

TEST(FunctionRule, PassesOverTheRowsOfATable) {
    std::string rows;
    for (std::size_t row = 0; row < longest_function_lines; ++row) {
        rows += "    {1, 2},\n";
    }
    const auto at_the_top = "constexpr auto table = std::to_array({\n" + rows + "});\n";
    EXPECT_TRUE(functions_are_short("api/a.cpp", at_the_top).empty());
    const auto within = "int f() {\n    static const std::vector<Row> table{\n" + rows + "    };\n";
    EXPECT_TRUE(functions_are_short("api/a.cpp", within + "}\n").empty());
    std::string code;
    for (std::size_t line = 0; line < longest_function_lines; ++line) {
        code += "    if (start) { ++start; }\n";
    }
    EXPECT_EQ(functions_are_short("api/a.cpp", within + code + "}\n").size(), 1U);
    const auto lambda = "int f() {\n    static const auto x = [] {\n" + code + "    }();\n}\n";
    EXPECT_EQ(functions_are_short("api/a.cpp", lambda).size(), 1U);
}

TEST(FunctionRule, DoesNotTakeATypeForAFunction) {
    std::string type = "struct Wide {\n    int f(int x) { return x; }\n";
    for (std::size_t line = 0; line < longest_function_lines; ++line) {
        type += "    int field = 1;\n";
    }
    EXPECT_TRUE(functions_are_short("api/a.h", type + "};\n").empty());
}

TEST(FileRule, ReportsAFileOfMoreThanSixHundredLines) {
    const std::string fits(longest_file_lines, '\n');
    EXPECT_TRUE(files_are_short("api/a.cpp", fits).empty());
    EXPECT_EQ(line_found(files_are_short("api/a.cpp", fits + "\n")), longest_file_lines + 1);
}

TEST(HeaderRule, ReportsAHeaderWithoutGuard) {
    EXPECT_EQ(line_found(headers_are_guarded("api/a.h", "// #pragma once\nint a();\n")), 1U);
    EXPECT_TRUE(headers_are_guarded("api/a.h", "// An a.\n#pragma once\n").empty());
    EXPECT_TRUE(headers_are_guarded("api/a.cpp", "int a() { return 1; }\n").empty());
}

TEST(HeaderRule, ReportsAnOwnHeaderThatComesLater) {
    const auto* const late = "// A.\n#include <map>\n#include \"domain/a.h\"\n";
    EXPECT_EQ(line_found(own_header_comes_first("domain/a.cpp", late)), 3U);
    EXPECT_TRUE(own_header_comes_first("domain/b.cpp", late).empty());
    EXPECT_TRUE(own_header_comes_first("domain/a.cpp", "#include \"domain/a.h\"\n#include <map>\n")
                    .empty());
}

TEST(LeftoverRule, ReportsMarksInCommentsAndCode) {
    for (const std::string mark : {"TO|DO", "FIX|ME", "XX|X"}) {
        auto word = mark;
        word.erase(word.find('|'), 1);
        EXPECT_EQ(line_found(nothing_is_left_for_later("a.h", "\n// " + word + ": later")), 2U);
    }
    EXPECT_TRUE(nothing_is_left_for_later("a.h", "int AUTODOOR; // XXXL fixme").empty());
}

TEST(TopLevelRule, ReportsAStranger) {
    EXPECT_EQ(
        top_level_is_known({"domain", "notes.txt", ".git", "build", "build-mine", "data"}).size(),
        1U);
    EXPECT_EQ(top_level_is_known({"utils"}).size(), 1U);
}

TEST(MapRule, ReportsWhatTheMapDoesNotName) {
    const auto* const map = "`domain/` decides. `api/http/` is the edge.";
    EXPECT_TRUE(map_names_everything(map, {"domain", "api/http", "tests/domain"}).empty());
    EXPECT_TRUE(map_names_everything(map, {"tests/fuzz/corpus/decode"}).empty());
    const auto findings = map_names_everything(map, {"domain", "tools/bench", "tests/crash"});
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_THAT(findings[0].message, testing::HasSubstr("tools/bench"));
    EXPECT_THAT(findings[1].message, testing::HasSubstr("tests/crash"));
}

}  // namespace muster::tidy
