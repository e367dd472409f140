// Pages of the member list. Without words to search for, a page is a walk over the indexes of its
// filters. With words, the rows behind the longest one are gathered and sorted when they are few;
// when they are many, the walk finds matches soon and tests each row on its way. Both give the same
// order and the same cursors.
#include "projections/member_search.h"

#include "projections/bytes.h"
#include "projections/member_index.h"
#include "projections/member_rows.h"
#include "projections/suffix_walk.h"
#include "projections/text.h"

#include <algorithm>
#include <set>

namespace muster {
namespace {

constexpr std::size_t search_jumps_per_page = 10'000;
constexpr std::size_t rows_tested_per_page = 10'000;
constexpr std::size_t rows_gathered = 4'096;
constexpr std::size_t person_bytes = 16;

/// A cursor is the sort and the last row's suffix.
std::string cursor_of(MemberSort sort, std::string_view suffix) {
    std::string cursor;
    append_byte(cursor, static_cast<std::uint8_t>(sort));
    cursor.append(suffix);
    return cursor;
}

bool is_cursor_of(std::string_view cursor, MemberSort sort) {
    return cursor.size() > person_bytes && ByteReader{cursor}.byte() == static_cast<int>(sort);
}

Roster roster_of(const MemberQuery& query) {
    return {query.organization, query.status == RowStatus::former};
}

std::vector<std::string> prefixes_of(const MemberQuery& query) {
    const Roster roster = roster_of(query);
    std::vector<std::string> prefixes;
    if (query.workspace) {
        prefixes.push_back(prefix_of_workspace(roster, *query.workspace, query.sort));
    }
    if (query.role) prefixes.push_back(prefix_of_role(roster, *query.role, query.sort));
    if (query.without_two_factor) {
        prefixes.push_back(prefix_of_those_without_two_factor(roster, query.sort));
    }
    if (query.status) prefixes.push_back(prefix_of_status(roster, *query.status, query.sort));
    if (prefixes.empty()) prefixes.push_back(prefix_of_everybody(roster, query.sort));
    return prefixes;
}

bool has_words(const MemberRow& row, const std::vector<std::string>& words) {
    return words.empty() || all_begin_one_of(words, tokens_of(row.name, row.address));
}

std::optional<MemberRow> row_of(const ViewReader& reader, const MemberQuery& query,
                                PersonId person) {
    auto row = roster_of(query).former ? find_former(reader, query.organization, person)
                                       : find_member(reader, query.organization, person);
    if (!row) reader.fail(FailureKind::corrupted, "views: an index names a row that is not there");
    return row;
}

Page<MemberRow> walked_page(const ViewReader& reader, const MemberQuery& query,
                            const std::vector<std::string>& words, std::string_view after) {
    Page<MemberRow> page;
    SuffixWalk walk{reader, Part::member_index, prefixes_of(query), query.descending,
                    search_jumps_per_page};
    std::size_t tested = 0;
    for (walk.start(after); walk.valid(); walk.next()) {
        if (page.rows.size() == query.limit || tested == rows_tested_per_page) break;
        auto row = row_of(reader, query, person_of_key(walk.suffix()));
        if (!row) return page;
        ++tested;
        if (has_words(*row, words)) page.rows.push_back(std::move(*row));
    }
    if (walk.valid() || walk.gave_up()) page.next_cursor = cursor_of(query.sort, walk.passed());
    return page;
}

/// The people whom a word may mean; nothing when they are too many to gather.
std::optional<std::set<PersonId>> people_behind(const ViewReader& reader, const Roster& roster,
                                                std::string_view word) {
    const auto keys =
        reader.keys_under(Part::member_index, prefix_of_tokens(roster, word), rows_gathered + 1);
    if (keys.size() > rows_gathered) return std::nullopt;
    std::set<PersonId> people;
    for (const std::string& key : keys) people.insert(person_of_key(key));
    return people;
}

Page<MemberRow> gathered_page(const ViewReader& reader, const MemberQuery& query,
                              const std::vector<std::string>& words,
                              const std::set<PersonId>& people, std::string_view after) {
    std::vector<std::pair<std::string, MemberRow>> matches;
    for (const PersonId person : people) {
        auto row = row_of(reader, query, person);
        if (!row) return {};
        if (!passes_filters(*row, query) || !has_words(*row, words)) continue;
        std::string suffix = sort_suffix(*row, query.sort);
        const bool is_after = query.descending ? suffix < after : suffix > after;
        if (!after.empty() && !is_after) continue;
        matches.emplace_back(std::move(suffix), std::move(*row));
    }
    std::ranges::sort(matches, [&](const auto& one, const auto& other) {
        return query.descending ? one.first > other.first : one.first < other.first;
    });
    Page<MemberRow> page;
    for (auto& [suffix, row] : matches) {
        if (page.rows.size() == query.limit) break;
        page.rows.push_back(std::move(row));
    }
    if (page.rows.size() < matches.size()) {
        page.next_cursor = cursor_of(query.sort, matches[page.rows.size() - 1].first);
    }
    return page;
}

Page<MemberRow> page_of(const ViewReader& reader, const MemberQuery& query) {
    const std::string_view after =
        query.cursor.empty() ? std::string_view{} : std::string_view{query.cursor}.substr(1);
    const std::vector<std::string> words = words_of(query.q);
    if (words.empty()) return walked_page(reader, query, words, after);
    const auto longest = std::ranges::max_element(words, {}, &std::string::size);
    const auto people = people_behind(reader, roster_of(query), *longest);
    if (!people) return walked_page(reader, query, words, after);
    return gathered_page(reader, query, words, *people, after);
}

}  // namespace

std::expected<Page<MemberRow>, Failure> member_page(const ViewReader& reader,
                                                    const MemberQuery& query) {
    if (!query.cursor.empty() && !is_cursor_of(query.cursor, query.sort)) {
        return std::unexpected(
            Failure{FailureKind::not_found, "the cursor belongs to another query"});
    }
    MemberQuery bounded = query;
    bounded.limit = std::max<std::size_t>(query.limit, 1);
    Page<MemberRow> page = page_of(reader, bounded);
    page.position = reader.applied();
    if (reader.failure()) return std::unexpected(*reader.failure());
    return page;
}

}  // namespace muster
