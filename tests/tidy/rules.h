// The rules that Muster's sources keep, as pure functions of one file's path and text. Paths are
// relative to the checkout. A rule finds nothing in a file that it does not speak about.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster::tidy {

struct Finding {
    std::string path;
    std::size_t line;
    std::string message;
};

using Findings = std::vector<Finding>;
using Rule = Findings (*)(std::string_view path, std::string_view text);

inline constexpr std::size_t longest_line_columns = 100;
inline constexpr std::size_t longest_function_lines = 70;
inline constexpr std::size_t longest_file_lines = 600;

// domain <- eventstore <- projections <- api <- tools: a folder includes only folders to its left.
Findings layers_point_left(std::string_view path, std::string_view text);

// Inside a layer the folders are floors, the lowest first: a file includes only its own and those
// below, and every folder has its place in that order.
Findings floors_point_down(std::string_view path, std::string_view text);

// domain/ stands on the standard library, Boost.UUID and Boost.Unordered, and does nothing that
// two machines could answer differently.
Findings domain_is_pure(std::string_view path, std::string_view text);

// Each library is included in the few files that wrap it.
Findings libraries_stay_wrapped(std::string_view path, std::string_view text);

// Words with a better replacement.
Findings no_banned_words(std::string_view path, std::string_view text);

Findings lines_are_short(std::string_view path, std::string_view text);
Findings functions_are_short(std::string_view path, std::string_view text);
Findings files_are_short(std::string_view path, std::string_view text);
Findings headers_are_guarded(std::string_view path, std::string_view text);
// The first thing that a source includes is its own header, if it has one, so that a header that
// lacks an include does not compile.
Findings own_header_comes_first(std::string_view path, std::string_view text);
Findings nothing_is_left_for_later(std::string_view path, std::string_view text);

// The names at the top of the checkout that do not belong there. Names that git ignores and names
// that begin with a dot are passed over.
Findings top_level_is_known(const std::vector<std::string>& names);

// The folders and top-level files that the map does not name. A folder is named by its path from
// the root; the folders of tests/ that mirror a layer need no words of their own, nor do those
// within a folder of kept data.
Findings map_names_everything(std::string_view map, const std::vector<std::string>& paths);

// The files that a document names in backticks and that are nowhere in the tree. A name is the end
// of a path, `file.h` or `folder/file.h`; a star in it stands for any part of a file's name.
Findings documents_name_what_is_there(std::string_view document, std::string_view text,
                                      const std::vector<std::string>& paths);

}  // namespace muster::tidy
