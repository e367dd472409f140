// The rules, each with what it names instead.
#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <set>

#include "eventstore/machine/crypto.h"
#include "tests/tidy/source_text.h"

namespace muster::tidy {

namespace {

constexpr std::array<std::string_view, 5> layers{"domain", "eventstore", "projections", "api",
                                                 "tools"};

// The folders inside a layer, from the ground up; a layer that has none here is flat. A folder's
// name is its path below the layer, empty for the files of the layer itself.
struct House {
    std::string_view layer;
    std::vector<std::string_view> floors;
};

const std::vector<House>& houses() {
    static const std::vector<House> all{
        {"domain", {"", "blueprints"}},
        {"eventstore", {"machine", "form", "proof", "keys", "log", "copies"}},
        {"projections", {""}},
        {"api",
         {"text", "writing", "", "mail", "http/server", "http/read", "http/show", "http/exchange",
          "http/routes", "http"}},
    };
    return all;
}

// Who may include headers that start with `header`, and what everybody else does instead.
// A place is a folder (ends with a slash) or the beginning of a file's path.
struct Library {
    std::string_view header;
    std::vector<std::string_view> places;
    std::string_view instead;
};

const std::vector<Library>& libraries() {
    static const std::vector<Library> all{
        {"boost/beast/",
         {"api/http/server/", "tools/bench/"},
         "talk to HTTP through server/server.h"},
        {"boost/asio/", {"api/http/server/", "tools/bench/"}, "use the server and the work pool"},
        {"boost/json",
         {"eventstore/form/blueprint_json", "eventstore/machine/strict_json", "api/http/",
          "tools/"},
         "keep structs here; JSON is read and written at the edge, in api/http/"},
        {"rocksdb/",
         {"eventstore/machine/rocksdb_", "eventstore/machine/disk",
          "eventstore/machine/torn_manifest", "eventstore/proof/mark", "eventstore/keys/",
          "eventstore/log/log_store", "eventstore/log/rocksdb_", "eventstore/copies/rocksdb_",
          "projections/view_store", "tools/bench/"},
         "use disk.h, event_log.h or keys.h of eventstore/, or projections/view_store.h"},
        {"flatbuffers/", {"eventstore/form/codec"}, "use encode and decode of form/codec.h"},
        {"eventstore/form/schema_generated.h",
         {"eventstore/form/codec"},
         "use encode and decode of form/codec.h"},
        {"sodium",
         {"eventstore/machine/crypto", "eventstore/machine/bytes", "eventstore/proof/checkpoint"},
         "use eventstore/machine/crypto.h or bytes.h"},
        {"openssl/", {"eventstore/machine/crypto"}, "use sha256 of eventstore/machine/crypto.h"},
        {"curl/", {"tools/"}, "only the muster command is a client of a server"},
        {"CLI/", {"tools/"}, "take a struct of settings; tools/ reads the command line"},
    };
    return all;
}

struct BannedWord {
    std::string_view word;
    std::vector<std::string_view> banned_in;  // empty: everywhere
    std::vector<std::string_view> allowed_in;
    std::string_view instead;
};

const std::vector<BannedWord>& banned_words() {
    static const std::vector<BannedWord> all{
        {"system_clock",
         {},
         {"api/engine.cpp", "eventstore/keys/keys.cpp"},
         "take an Instant as a parameter; wall_clock of api/engine.cpp is where time enters"},
        {"steady_clock", {"domain/"}, {}, "take an Instant as a parameter (domain/time.h)"},
        {"high_resolution_clock", {}, {}, "use std::chrono::steady_clock, outside domain/"},
        {"sleep_for",
         {"tests/"},
         {"tests/waiting.h", "tests/crash/kill_test.cpp"},  // which kills at any moment
         "wait with in_time of tests/waiting.h"},
        {"sleep_until", {"tests/"}, {}, "wait with in_time of tests/waiting.h"},
        {"usleep", {"tests/"}, {}, "wait with in_time of tests/waiting.h"},
        {"nanosleep", {"tests/"}, {}, "wait with in_time of tests/waiting.h"},
        {"std::rand", {}, {}, "use rapidcheck generators in tests, machine/crypto.h elsewhere"},
        {"srand", {}, {}, "use rapidcheck generators in tests, machine/crypto.h elsewhere"},
        {"using namespace std;", {}, {}, "write std:: before the name"},
        {"assert", {}, {}, "use ENSURE of domain/ensure.h, which holds in release builds too"},
    };
    return all;
}

struct HeaderOfEffects {
    std::string_view header;
    std::string_view instead;
    std::string_view but_in = {};  ///< the one file that may
};

// Standard headers through which a decision could see or change something outside its arguments.
const std::vector<HeaderOfEffects>& headers_of_effects() {
    static const std::string_view io =
        "return a value; the layers to the right do input and output";
    static const std::string_view threads = "stay a function of the arguments; api/ owns threads";
    static const std::string_view chance = "take fresh ids from the Context (domain/context.h)";
    static const std::vector<HeaderOfEffects> all{
        {"iostream", io},
        {"fstream", io},
        {"ostream", io},
        {"istream", io},
        {"sstream", "append to a std::string"},
        {"iomanip", "append to a std::string"},
        {"filesystem", io},
        {"cstdio", "use ENSURE of domain/ensure.h, the one place that prints", "domain/ensure.h"},
        {"thread", threads},
        {"mutex", threads},
        {"shared_mutex", threads},
        {"condition_variable", threads},
        {"atomic", threads, "domain/persistent_map.h"},  // counts who shares a node
        {"future", threads},
        {"stop_token", threads},
        {"semaphore", threads},
        {"latch", threads},
        {"barrier", threads},
        {"random", chance},
        {"ctime", "take an Instant as a parameter (domain/time.h)"},
        {"locale", "compare bytes; languages are the business of projections/text.h"},
    };
    return all;
}

std::string_view folder_of(std::string_view path) {
    return path.substr(0, path.find('/'));
}

bool is_source(std::string_view path) {
    return path.ends_with(".cpp") || path.ends_with(".h");
}

bool is_in(std::string_view path, const std::vector<std::string_view>& places) {
    return std::any_of(places.begin(), places.end(),
                       [&](std::string_view place) { return path.starts_with(place); });
}

std::optional<std::size_t> rank_of(std::string_view folder) {
    const auto found = std::find(layers.begin(), layers.end(), folder);
    if (found == layers.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - layers.begin());
}

// The floor that a path of this house lies on: its place in the order, or nothing.
std::optional<std::size_t> floor_of(const House& house, std::string_view path) {
    const auto below = path.substr(std::min(path.size(), house.layer.size() + 1));
    const auto slash = below.rfind('/');
    const auto folder =
        slash == std::string_view::npos ? std::string_view{} : below.substr(0, slash);
    const auto found = std::find(house.floors.begin(), house.floors.end(), folder);
    if (found == house.floors.end()) return std::nullopt;
    return static_cast<std::size_t>(found - house.floors.begin());
}

std::size_t columns_of(std::string_view line) {
    const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) >> 6) == 2; };
    const auto bytes = std::count_if(line.begin(), line.end(), continues);
    return line.size() - static_cast<std::size_t>(bytes);
}

// The paths that end with this name, from a slash on. A star stands for any part of a file's name.
std::regex paths_that_end_with(std::string_view name) {
    std::string pattern{"(^|.*/)"};
    for (const char character : name) {
        if (character == '*') {
            pattern += "[^/]*";
        } else {
            pattern += character == '.' ? std::string{"\\."} : std::string{character};
        }
    }
    return std::regex{pattern};
}

std::string in_quotes(std::string_view text) {
    return "'" + std::string{text} + "'";
}

}  // namespace

Findings layers_point_left(std::string_view path, std::string_view text) {
    const auto own = rank_of(folder_of(path));
    Findings findings;
    if (!is_source(path) || !own) {
        return findings;
    }
    for (const auto& include : includes_of(text)) {
        const auto target = folder_of(include.header);
        const auto rank = rank_of(target);
        if (include.quoted && !rank) {
            findings.push_back({std::string{path}, include.line,
                                in_quotes(include.header) + " is not a path from the root of the " +
                                    "checkout to a layer: write \"layer/file.h\""});
        } else if (rank && *rank > *own) {
            findings.push_back({std::string{path}, include.line,
                                std::string{layers[*own]} + "/ includes " + include.header +
                                    ", which lies to its right: move what you need to the left, " +
                                    "or declare an interface here that " + std::string{target} +
                                    "/ implements"});
        }
    }
    return findings;
}

Findings floors_point_down(std::string_view path, std::string_view text) {
    const auto house = std::find_if(houses().begin(), houses().end(),
                                    [&](const House& one) { return one.layer == folder_of(path); });
    if (!is_source(path) || house == houses().end()) {
        return {};
    }
    const auto own = floor_of(*house, path);
    if (!own) {
        return {{std::string{path}, 1,
                 "lies in a folder that is on no floor of " + std::string{house->layer} +
                     "/: say where it stands, in houses() of tests/tidy/rules.cpp"}};
    }
    Findings findings;
    for (const auto& include : includes_of(text)) {
        const auto floor =
            folder_of(include.header) == house->layer ? floor_of(*house, include.header) : own;
        if (!floor || *floor > *own) {
            findings.push_back({std::string{path}, include.line,
                                include.header + " lies above " + in_quotes(path) +
                                    ": move what you need down, or the caller up"});
        }
    }
    return findings;
}

Findings domain_is_pure(std::string_view path, std::string_view text) {
    Findings findings;
    if (!is_source(path) || folder_of(path) != "domain") {
        return findings;
    }
    for (const auto& include : includes_of(text)) {
        if (include.quoted) {
            continue;  // layers_point_left speaks about these
        }
        const std::string_view header = include.header;
        const auto& effects = headers_of_effects();
        const auto effect = std::find_if(effects.begin(), effects.end(),
                                         [&](const auto& row) { return row.header == header; });
        const bool is_standard = header.find_first_of("/.") == std::string_view::npos;
        const bool is_ours =
            header.starts_with("boost/uuid/") || header.starts_with("boost/unordered/");
        if (effect != effects.end() && path != effect->but_in) {
            findings.push_back({std::string{path}, include.line,
                                "<" + include.header +
                                    "> has no place in domain/: " + std::string{effect->instead}});
        } else if (!is_standard && !is_ours) {
            findings.push_back({std::string{path}, include.line,
                                "<" + include.header +
                                    "> has no place in domain/: use the standard library, " +
                                    "Boost.UUID or Boost.Unordered, or do it further right"});
        }
    }
    return findings;
}

Findings libraries_stay_wrapped(std::string_view path, std::string_view text) {
    Findings findings;
    if (!is_source(path) || !rank_of(folder_of(path))) {
        return findings;
    }
    for (const auto& include : includes_of(text)) {
        // <boost/json/fwd.hpp> only declares, so it costs and couples nothing.
        if (include.header == "boost/json/fwd.hpp") {
            continue;
        }
        for (const auto& library : libraries()) {
            if (include.header.starts_with(library.header) && !is_in(path, library.places)) {
                findings.push_back(
                    {std::string{path}, include.line,
                     include.header + " is not included here: " + std::string{library.instead}});
            }
        }
    }
    return findings;
}

Findings no_banned_words(std::string_view path, std::string_view text) {
    Findings findings;
    if (!is_source(path)) {
        return findings;
    }
    const auto code = lines_of(code_only(text));
    for (std::size_t index = 0; index < code.size(); ++index) {
        for (const auto& ban : banned_words()) {
            const bool speaks = ban.banned_in.empty() || is_in(path, ban.banned_in);
            if (speaks && !is_in(path, ban.allowed_in) && contains_word(code[index], ban.word)) {
                findings.push_back(
                    {std::string{path}, index + 1,
                     in_quotes(ban.word) + " is banned here: " + std::string{ban.instead}});
            }
        }
    }
    return findings;
}

Findings lines_are_short(std::string_view path, std::string_view text) {
    Findings findings;
    const auto lines = lines_of(text);
    for (std::size_t index = 0; index < lines.size(); ++index) {
        const auto columns = columns_of(lines[index]);
        if (columns > longest_line_columns) {
            findings.push_back({std::string{path}, index + 1,
                                std::to_string(columns) + " columns: break the line before " +
                                    std::to_string(longest_line_columns)});
        }
    }
    return findings;
}

Findings functions_are_short(std::string_view path, std::string_view text) {
    Findings findings;
    if (!is_source(path)) {
        return findings;
    }
    for (const auto& function : functions_of(text)) {
        if (function.lines > longest_function_lines) {
            findings.push_back({std::string{path}, function.first_line,
                                "a function of " + std::to_string(function.lines) +
                                    " lines: give the " + "parts names, until none passes " +
                                    std::to_string(longest_function_lines)});
        }
    }
    return findings;
}

Findings files_are_short(std::string_view path, std::string_view text) {
    const auto length = lines_of(text).size();
    if (!is_source(path) || length <= longest_file_lines) {
        return {};
    }
    return {{std::string{path}, length,
             std::to_string(length) +
                 " lines: the subject has parts; give each a file of at most " +
                 std::to_string(longest_file_lines)}};
}

Findings headers_are_guarded(std::string_view path, std::string_view text) {
    if (!path.ends_with(".h")) {
        return {};
    }
    const auto code = lines_of(code_only(text));
    if (std::find(code.begin(), code.end(), "#pragma once") != code.end()) {
        return {};
    }
    return {{std::string{path}, 1, "no guard: write #pragma once after the opening comment"}};
}

Findings own_header_comes_first(std::string_view path, std::string_view text) {
    const auto includes = includes_of(text);
    if (!path.ends_with(".cpp")) {
        return {};
    }
    const std::string own = std::string{path.substr(0, path.size() - 4)} + ".h";
    const auto found = std::find_if(includes.begin(), includes.end(),
                                    [&](const Include& include) { return include.header == own; });
    if (found == includes.end() || found == includes.begin()) {
        return {};
    }
    return {{std::string{path}, found->line,
             own + " is not the first that its source includes: what it lacks would not show"}};
}

Findings nothing_is_left_for_later(std::string_view path, std::string_view text) {
    // Written in two halves, so that this file keeps its own rule.
    static const std::array<std::string, 3> marks{
        std::string{"TO"} + "DO", std::string{"FIX"} + "ME", std::string{"XX"} + "X"};
    Findings findings;
    const auto lines = lines_of(text);
    for (std::size_t index = 0; index < lines.size(); ++index) {
        for (const auto& mark : marks) {
            if (contains_word(lines[index], mark)) {
                findings.push_back({std::string{path}, index + 1,
                                    mark + " is left: do it now, or open an issue and remove it"});
            }
        }
    }
    return findings;
}

Findings documents_name_what_is_there(std::string_view document, std::string_view text,
                                      const std::vector<std::string>& paths) {
    static const std::regex file_name{"`([A-Za-z0-9_./*-]+\\.(?:h|cpp|fbs|md|jsonl?|sh))`"};
    Findings findings;
    const auto lines = lines_of(text);
    for (std::size_t index = 0; index < lines.size(); ++index) {
        const auto& line = lines[index];
        for (std::sregex_iterator at{line.begin(), line.end(), file_name}, end; at != end; ++at) {
            const std::string name = at->str(1);
            const auto wanted = paths_that_end_with(name);
            const bool is_there = std::ranges::any_of(
                paths, [&](const std::string& path) { return std::regex_match(path, wanted); });
            if (!is_there) {
                findings.push_back({std::string{document}, index + 1,
                                    in_quotes(name) + " is not in the tree: name what is"});
            }
        }
    }
    return findings;
}

Findings top_level_is_known(const std::vector<std::string>& names) {
    static const std::set<std::string_view> known{"CMakeLists.txt",  "CMakePresets.json",
                                                  "LICENSE",         "README.md",
                                                  "ARCHITECTURE.md", "CONTRIBUTING.md",
                                                  "domain",          "eventstore",
                                                  "projections",     "api",
                                                  "tests",           "tools"};
    Findings findings;
    for (const std::string_view name : names) {
        const bool is_ignored =
            name == "build" || name == "data" || name.starts_with("build-") || name[0] == '.';
        if (!is_ignored && !known.contains(name)) {
            findings.push_back({std::string{name}, 1,
                                "does not belong at the top of the checkout: give it a home in a " +
                                    std::string{"layer, in tests/ or in tools/"}});
        }
    }
    return findings;
}

Findings map_names_everything(std::string_view map, const std::vector<std::string>& paths) {
    Findings findings;
    for (const auto& path : paths) {
        const bool mirrors_layer =
            path.starts_with("tests/") && rank_of(std::string_view{path}.substr(6)).has_value();
        const bool is_kept_data =
            path.starts_with("tests/eventstore/golden/") || path.starts_with("tests/fuzz/corpus/");
        if (!mirrors_layer && !is_kept_data && map.find(path) == std::string_view::npos) {
            findings.push_back({"ARCHITECTURE.md", 1,
                                "does not name " + path + ": add a sentence that says what it is " +
                                    "for, or remove it from the tree"});
        }
    }
    return findings;
}

}  // namespace muster::tidy
