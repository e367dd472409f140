// Listing, sorting and paging who was.
#include "api/http/exchange/past_roster.h"

#include "projections/member_index.h"
#include "projections/text.h"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <string_view>

namespace muster::http {
namespace {

bool is_sought(std::string_view words, const std::optional<std::vector<SoughtWord>>& sought) {
    return !sought || (!sought->empty() && all_begin_one_of(*sought, words));
}

bool has_filters(const MemberQuery& query) {
    return query.role || query.workspace || query.licence || query.two_factor || query.status ||
           query.last_access_before;
}

}  // namespace

RosterNeeds needs_of(const MemberQuery& query) {
    return {
        .addresses = query.sort == MemberSort::address,
        .accesses = query.sort == MemberSort::last_access || query.last_access_before.has_value()};
}

PersonId PastRoster::Listed::person() const {
    return person_of_key(by_name);
}

std::expected<std::shared_ptr<const PastRoster>, Failure> PastRoster::make(
    Engine& engine, const PastOrganization& past, const RosterNeeds& needs) {
    const std::shared_ptr<PastRoster> roster{new PastRoster{past.then, needs}};
    for (const bool former : {false, true}) {
        if (auto done = roster->fill(engine, past, former); !done) {
            return std::unexpected(done.error());
        }
    }
    return roster;
}

std::expected<void, Failure> PastRoster::fill(Engine& engine, const PastOrganization& past,
                                              bool former) {
    List& all = list(former);
    const auto take = [&](std::string_view suffix, const RowFacts& facts) {
        if (!facts.has_tokens || !shows_then(past, facts.row)) return;
        all.push_back({std::string{suffix}, std::string{facts.tokens}, facts.row.two_factor});
    };
    const Roster roster{past.organization().id, former};
    if (auto read = engine.views().each_by_name(roster, take); !read) return read;
    if (auto added = add_others(engine, past, former); !added) return added;
    return add_what_rows_tell(engine, past, former);
}

/// Of whom the index of now does not tell.
std::expected<void, Failure> PastRoster::add_others(Engine& engine, const PastOrganization& past,
                                                    bool former) {
    List& all = list(former);
    const Organization& organization = *then_->organization;
    const std::size_t were_there =
        former ? then_->former.size() : organization.members.size() + organization.invited.size();
    if (all.size() == were_there) return {};
    std::vector<PersonId> known;
    for (const Listed& one : all) known.push_back(one.person());
    std::ranges::sort(known);
    std::vector<PersonId> others;
    const auto add = [&](const auto& map) {
        for (const auto& [person, value] : map) {
            if (!std::ranges::binary_search(known, person)) others.push_back(person);
        }
    };
    if (former) {
        add(then_->former);
    } else {
        add(organization.members);
        add(organization.invited);
    }
    const auto rows = rows_of(engine, past, others, former);
    if (!rows) return std::unexpected(rows.error());
    const auto by_name = static_cast<std::ptrdiff_t>(all.size());
    for (const MemberRow& row : *rows) {
        all.push_back({sort_suffix(row, MemberSort::name), joined(tokens_of(row.name, row.address)),
                       row.two_factor});
    }
    std::ranges::sort(all.begin() + by_name, all.end(), {}, &Listed::by_name);
    std::ranges::inplace_merge(all, all.begin() + by_name, {}, &Listed::by_name);
    return {};
}

std::expected<void, Failure> PastRoster::add_what_rows_tell(Engine& engine,
                                                            const PastOrganization& past,
                                                            bool former) {
    if (!has_.addresses && !has_.accesses) return {};
    List& all = list(former);
    std::vector<PersonId> people;
    for (const Listed& one : all) people.push_back(one.person());
    auto rows = rows_of(engine, past, people, former);
    if (!rows) return std::unexpected(rows.error());
    if (has_.accesses) {
        if (auto added = add_accesses(engine.views(), past, *rows); !added) return added;
    }
    for (std::size_t at = 0; at < all.size(); ++at) {
        const MemberRow& row = (*rows)[at];
        if (has_.addresses) all[at].by_address = sort_suffix(row, MemberSort::address);
        all[at].last_access = row.last_access;
    }
    return {};
}

std::size_t PastRoster::bytes() const {
    std::size_t bytes = 0;
    for (const List* all : {&present_, &former_}) {
        for (const Listed& one : *all) {
            bytes += sizeof(Listed) + one.by_name.size() + one.words.size() + one.by_address.size();
        }
    }
    return bytes;
}

/// As much of it as it is filtered and sorted by.
MemberRow PastRoster::row_of(const Listed& one, bool former) const {
    MemberRow row = row_without_texts(*then_, one.person(), former);
    row.two_factor = one.two_factor;
    row.last_access = one.last_access;
    return row;
}

std::string PastRoster::suffix_of(const Listed& one, MemberSort sort, bool former) const {
    if (sort == MemberSort::name) return one.by_name;
    if (sort == MemberSort::address) return one.by_address;
    return sort_suffix(row_of(one, former), sort, one.by_name);
}

auto PastRoster::order_for(MemberSort sort, bool former) const -> const Order& {
    const List& all = list(former);
    const std::lock_guard lock{mutex_};
    Order& order = orders_[{former, sort}];
    if (order.size() == all.size()) return order;
    order.resize(all.size());
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    if (sort == MemberSort::name) return order;
    std::vector<std::string> keys;
    keys.reserve(all.size());
    for (const Listed& one : all) keys.push_back(suffix_of(one, sort, former));
    std::ranges::sort(order, {}, [&](std::uint32_t at) -> const std::string& { return keys[at]; });
    return order;
}

PastPage PastRoster::page(const MemberQuery& query) const {
    const bool former = query.status == RowStatus::former;
    const List& all = list(former);
    const auto sought = words_of(query.q);
    const bool filtered = has_filters(query);
    const auto passes = [&](std::uint32_t at) {
        return is_sought(all[at].words, sought) &&
               (!filtered || passes_filters(row_of(all[at], former), query));
    };
    const auto key = [&](std::uint32_t at) { return suffix_of(all[at], query.sort, former); };
    const Order& order = order_for(query.sort, former);
    PastPage page;
    // As little as the list of now would tell.
    if (has_ready_total(query) || query.exact_total) {
        page.total = static_cast<std::uint64_t>(std::ranges::count_if(order, passes));
    }
    const auto show = [&](auto rest) {
        std::optional<std::uint32_t> last;
        for (const std::uint32_t at : rest | std::views::filter(passes)) {
            if (page.people.size() == query.limit) {
                page.next_cursor = key(*last);
                return;
            }
            page.people.push_back(all[at].person());
            if (has_.accesses) page.accesses.push_back(all[at].last_access);
            last = at;
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
