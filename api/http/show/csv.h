// The member list as a CSV file (RFC 4180, UTF-8): the columns of the organisation's blueprint, in
// its order and under its labels. Pure functions; any thread.
#pragma once

#include "api/http/show/present.h"

#include <string>
#include <vector>

namespace muster::http {

/// One line with its line end. What a spreadsheet would take for a formula gets an apostrophe in
/// front, so that no name that somebody chose is ever computed.
std::string csv_line(const std::vector<std::string>& cells);

std::string members_csv_header(const Blueprint& blueprint);
/// One member under that header. `operations` may be empty: then so is their column.
std::string members_csv_line(const Organization& organization, const MemberRow& row,
                             const RowOperations& operations);

}  // namespace muster::http
