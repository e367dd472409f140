// Pages of the views put together, or one page of the past.
#include "api/http/exchange/whole_list.h"

#include "api/http/exchange/past.h"

#include <algorithm>
#include <iterator>

namespace muster::http {
namespace {

std::expected<std::vector<MemberRow>, Failure> whole_list_then(Shared& shared, MemberQuery query,
                                                               Position position) {
    const auto past =
        shared.past.at(query.organization, {position, std::nullopt}, accesses_needed_for(query));
    if (!past) return std::unexpected(past.error());
    if (!(*past)->organization) return std::vector<MemberRow>{};
    query.cursor.clear();
    query.limit = SIZE_MAX;
    Page<MemberRow> page = page_of_past(**past, query);
    const auto added = shared.past.add_accesses(**past, page.rows);
    if (!added) return std::unexpected(added.error());
    return std::move(page.rows);
}

}  // namespace

std::expected<std::vector<MemberRow>, Failure> whole_list(Shared& shared, MemberQuery query) {
    constexpr std::size_t page_rows = 10'000;
    query.limit = page_rows;
    std::vector<MemberRow> rows;
    std::optional<Position> position;
    do {
        auto page = shared.engine.views().members(query);
        if (!page) return std::unexpected(page.error());
        if (position && page->position != *position) {
            return whole_list_then(shared, std::move(query), *position);
        }
        position = page->position;
        std::ranges::move(page->rows, std::back_inserter(rows));
        query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    return rows;
}

}  // namespace muster::http
