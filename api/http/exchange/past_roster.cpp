// Sorting and paging what was.
#include "api/http/exchange/past_roster.h"

#include "projections/member_index.h"
#include "projections/text.h"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <string>

namespace muster::http {
namespace {

constexpr std::size_t bytes_of_a_row = 512;  ///< about, with its texts

bool is_sought(const MemberRow& row, const std::optional<std::vector<SoughtWord>>& words) {
    return !words ||
           (!words->empty() && all_begin_one_of(*words, joined(tokens_of(row.name, row.address))));
}

}  // namespace

Accesses accesses_needed_for(const MemberQuery& query) {
    const bool all = query.sort == MemberSort::last_access || query.last_access_before;
    return all ? Accesses::of_all : Accesses::later;
}

std::size_t PastRoster::bytes() const {
    return (rows_.present.size() + rows_.former.size()) * bytes_of_a_row;
}

auto PastRoster::order_for(const MemberQuery& query) const -> const Order& {
    const std::vector<MemberRow>& rows = rows_for(query);
    const std::lock_guard lock{mutex_};
    Order& order = orders_[{&rows, query.sort}];
    if (order.size() == rows.size()) return order;
    std::vector<std::string> keys;
    keys.reserve(rows.size());
    for (const MemberRow& row : rows) keys.push_back(sort_suffix(row, query.sort));
    order.resize(rows.size());
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::ranges::sort(order, {}, [&](std::uint32_t at) -> const std::string& { return keys[at]; });
    return order;
}

Page<MemberRow> PastRoster::page(const MemberQuery& query) const {
    const std::vector<MemberRow>& rows = rows_for(query);
    const auto words = words_of(query.q);
    const auto passes = [&](std::uint32_t at) {
        return passes_filters(rows[at], query) && is_sought(rows[at], words);
    };
    const auto key = [&](std::uint32_t at) { return sort_suffix(rows[at], query.sort); };
    const Order& order = order_for(query);
    Page<MemberRow> page;
    // As little as the list of now would tell.
    if (has_ready_total(query) || query.exact_total) {
        page.total = static_cast<std::uint64_t>(std::ranges::count_if(order, passes));
    }
    const auto show = [&](auto rest) {
        for (const std::uint32_t at : rest | std::views::filter(passes)) {
            if (page.rows.size() == query.limit) {
                page.next_cursor = sort_suffix(page.rows.back(), query.sort);
                return;
            }
            page.rows.push_back(rows[at]);
        }
    };
    if (query.descending) {
        const auto end = query.cursor.empty()
                             ? order.end()
                             : std::ranges::lower_bound(order, query.cursor, {}, key);
        show(std::ranges::subrange{order.begin(), end} | std::views::reverse);
    } else {
        const auto begin = query.cursor.empty()
                               ? order.begin()
                               : std::ranges::upper_bound(order, query.cursor, {}, key);
        show(std::ranges::subrange{begin, order.end()});
    }
    return page;
}

}  // namespace muster::http
