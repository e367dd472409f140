// All rows of a member list in one answer, for exports.
#pragma once

#include "api/http/exchange/exchange.h"
#include "projections/rows.h"

#include <expected>
#include <vector>

namespace muster::http {

/// Everybody who passes the filters, in order and each once. What is longer than one page of the
/// views and changes while it is read is taken from the past, as of its first page.
std::expected<std::vector<MemberRow>, Failure> whole_list(Shared& shared, MemberQuery query);

}  // namespace muster::http
