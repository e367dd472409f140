// Column widths, as a terminal shows characters.
#include "tools/muster/table.h"

#include "domain/ensure.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <utility>

namespace muster::tool {
namespace {

constexpr std::size_t gap = 2;

/// Columns that one character takes: none for marks that stand over another, two for wide ones.
std::size_t columns_of(UChar32 character) {
    const auto type = u_charType(character);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) return 0;
    const auto width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

std::size_t columns_of(const std::string& text) {
    const auto characters = icu::UnicodeString::fromUTF8(text);
    std::size_t columns = 0;
    for (std::int32_t at = 0; at < characters.length(); at = characters.moveIndex32(at, 1)) {
        columns += columns_of(characters.char32At(at));
    }
    return columns;
}

}  // namespace

Table::Table(std::ostream& out, std::vector<std::string> headings)
    : out_{out}, widths_(headings.size()) {
    add(std::move(headings));
}

void Table::add(std::vector<std::string> row) {
    ENSURE(row.size() == widths_.size());
    for (std::size_t at = 0; at < row.size(); ++at) {
        widths_[at] = std::max(widths_[at], columns_of(row[at]));
    }
    rows_.push_back(std::move(row));
}

void Table::print() {
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t at = 0; at < row.size(); ++at) {
            line += row[at] + std::string(widths_[at] + gap - columns_of(row[at]), ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out_ << line << '\n';
    }
    rows_.clear();
}

}  // namespace muster::tool
