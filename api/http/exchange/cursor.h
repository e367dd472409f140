// Cursors: where a list goes on. A cursor holds a place in one list and is marked for exactly that
// list, by a keyed hash over the path, the filters and the order it was asked with. Any other list
// refuses it; only the page's length may change between pages.
#pragma once

#include "api/http/exchange/exchange.h"

#include <expected>
#include <string>
#include <string_view>

namespace muster::http {

/// The cursor after the last row of a page; empty when `place` is: then there is no next page.
std::string cursor_to(Exchange& exchange, std::string_view list, std::string_view place);

/// The header that names the next page, if there is one.
void link_to_next(const Exchange& exchange, const std::string& cursor, Response& response);

/// The place in the query's cursor, which is one of this list; empty without a cursor.
std::expected<std::string, FieldError> cursor_place(Exchange& exchange, std::string_view list);

}  // namespace muster::http
