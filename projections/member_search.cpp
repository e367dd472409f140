// Pages of the member list. There are two ways to one, which give the same order and the same
// cursors. A walk follows the order that was asked for and tests each row on its way; in the order
// of names, filters narrow it without a row being read. Or the rows of the smallest set are
// gathered and sorted in memory. A set of m rows of n is gathered while m is at most the square
// root of n times the page's rows; of a larger one a walk meets enough within as many.
#include "projections/member_search.h"

#include "projections/bytes.h"
#include "projections/member_index.h"
#include "projections/member_rows.h"
#include "projections/suffix_walk.h"
#include "projections/text.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace muster {
namespace {

constexpr std::size_t jumps_per_page = 10'000;
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

/// Sorts that are by name within each of their values.
bool is_by_name(MemberSort sort) {
    return sort == MemberSort::name || sort == MemberSort::role || sort == MemberSort::status;
}

std::string bytes_of_instant(Instant instant) {
    std::string bytes;
    append_instant(bytes, instant);
    return bytes;
}

/// A part of the order in which one walk gives the rows.
struct Stretch {
    std::string beginning;  ///< of its suffixes; the walk is over what follows
    std::vector<SuffixSet> sets;
    std::string end = {};  ///< what follows is less than this; empty: whatever it is
};

class MemberFinder {
 public:
    MemberFinder(const ViewReader& reader, const MemberQuery& query, const SearchEffort& effort)
        : reader_{reader},
          query_{query},
          roster_{query.organization, query.status == RowStatus::former},
          tested_at_most_{effort.tested_per_page},
          words_{words_of(query.q)},
          everybody_{prefix_of_everybody(roster_, MemberSort::name)} {
        query_.limit = std::max<std::size_t>(query_.limit, 1);
        everybody_count_ = count_under(reader_, everybody_);
        const double fair =
            std::sqrt(static_cast<double>(query_.limit) * static_cast<double>(everybody_count_));
        gathered_at_most_ = std::max(effort.gathered_at_least, static_cast<std::size_t>(fair));
        narrow();
    }

    Page<MemberRow> page() const {
        Page<MemberRow> page;
        page.total = total();
        if (is_of_nobody_) return page;
        const std::string_view after =
            query_.cursor.empty() ? std::string_view{} : std::string_view{query_.cursor}.substr(1);
        const auto people = people_to_gather();
        if (people) {
            gather(*people, after, page);
        } else {
            walk(after, page);
        }
        return page;
    }

 private:
    void narrow();
    std::vector<SuffixSet> filters() const;
    std::size_t count_of(const SuffixSet& set) const;
    std::size_t smallest_filter() const;
    std::vector<Stretch> stretches() const;
    std::vector<SuffixSet> by_name(const std::vector<std::string>& value,
                                   std::vector<SuffixSet> filters) const;

    // Nothing when there are `too_many` or more.
    using People = std::optional<std::set<PersonId>>;
    People people_to_gather() const;
    People people_behind(const SoughtWord& word, std::size_t too_many) const;
    People people_long_gone(std::size_t too_many) const;
    People people_in_filters(std::size_t too_many) const;
    void gather(const std::set<PersonId>& people, std::string_view after,
                Page<MemberRow>& page) const;

    void walk(std::string_view after, Page<MemberRow>& page) const;
    bool walk_stretch(const Stretch& stretch, std::string_view from, Page<MemberRow>& page,
                      std::string& passed, std::size_t& tested) const;
    bool is_sought(std::string_view tokens) const {
        return !words_ || all_begin_one_of(*words_, tokens);
    }
    std::optional<MemberRow> row_of(PersonId person) const;
    bool leads(const MemberRow& row, const Stretch& stretch) const;

    std::optional<std::uint64_t> total() const;
    std::uint64_t counted() const;

    const ViewReader& reader_;
    MemberQuery query_;
    Roster roster_;
    std::size_t tested_at_most_;
    std::optional<std::vector<SoughtWord>> words_;
    std::string everybody_;
    std::uint64_t everybody_count_ = 0;
    std::size_t gathered_at_most_ = 0;
    SuffixSet statuses_;              ///< empty: any
    std::vector<SuffixSet> filters_;  ///< but for the status
    bool is_of_nobody_ = false;
};

void MemberFinder::narrow() {
    if (query_.two_factor || (query_.status && !roster_.former)) {
        statuses_ = prefixes_of_status(roster_, query_.status, query_.two_factor);
        is_of_nobody_ = statuses_.empty();
    }
    if (query_.role) filters_.push_back({prefix_of_role(roster_, *query_.role)});
    if (query_.workspace) filters_.push_back({prefix_of_workspace(roster_, *query_.workspace)});
    if (query_.licence) filters_.push_back({prefix_of_licence(roster_, *query_.licence)});
    if (words_ && words_->empty()) is_of_nobody_ = true;
}

/// That of the status among them.
std::vector<SuffixSet> MemberFinder::filters() const {
    std::vector<SuffixSet> all = filters_;
    if (!statuses_.empty()) all.push_back(statuses_);
    return all;
}

std::size_t MemberFinder::count_of(const SuffixSet& set) const {
    std::size_t count = 0;
    for (const std::string& prefix : set) count += count_under(reader_, prefix);
    return count;
}

std::size_t MemberFinder::smallest_filter() const {
    std::size_t smallest = everybody_count_;
    for (const SuffixSet& set : filters()) smallest = std::min(smallest, count_of(set));
    return smallest;
}

/// What to walk for those with one value, or with any when there are no prefixes of one. Words are
/// tested by what everybody's keys hold.
std::vector<SuffixSet> MemberFinder::by_name(const std::vector<std::string>& value,
                                             std::vector<SuffixSet> filters) const {
    if (!value.empty()) filters.insert(filters.begin(), value);
    if (words_ || filters.empty()) filters.insert(filters.begin(), {everybody_});
    return filters;
}

std::vector<Stretch> MemberFinder::stretches() const {
    std::vector<Stretch> list;
    switch (query_.sort) {
        case MemberSort::name:
            list.push_back({{}, by_name({}, filters())});
            break;
        case MemberSort::role:
            for (const ValueOfSort& value : roles_in_order(reader_, roster_)) {
                list.push_back({value.beginning, by_name(value.prefixes, filters())});
            }
            break;
        case MemberSort::status:
            for (const ValueOfSort& value :
                 statuses_in_order(roster_, query_.status, query_.two_factor)) {
                list.push_back({value.beginning, by_name(value.prefixes, filters_)});
            }
            break;
        case MemberSort::address:
        case MemberSort::since:
            list.push_back({{}, {{prefix_of_everybody(roster_, query_.sort)}}});
            break;
        case MemberSort::last_access:
            for (const bool came : {false, true}) {
                const std::string beginning = beginning_of_accesses(came);
                Stretch stretch{beginning,
                                {{prefix_of_everybody(roster_, query_.sort) + beginning}}};
                if (query_.last_access_before) {
                    stretch.end = bytes_of_instant(*query_.last_access_before);
                }
                list.push_back(std::move(stretch));
            }
            break;
    }
    if (query_.descending) std::ranges::reverse(list);
    return list;
}

/// The people of the smallest set that is known; nothing when a walk is the shorter way.
MemberFinder::People MemberFinder::people_to_gather() const {
    const std::size_t smallest = smallest_filter();
    std::size_t too_many = gathered_at_most_ + 1;
    // A walk in the order of names takes no more steps than the smallest filter has rows.
    if (is_by_name(query_.sort)) too_many = std::min(too_many, smallest);
    People fewest;
    const auto take = [&](People people) {
        if (!people) return;
        too_many = people->size();
        fewest = std::move(people);
    };
    if (words_) {
        for (const SoughtWord& word : *words_) take(people_behind(word, too_many));
    }
    const bool in_order = query_.sort == MemberSort::last_access;
    if (query_.last_access_before && !in_order) take(people_long_gone(too_many));
    const std::size_t sets = filters().size();
    const bool may_be_few = sets > 1 || (sets == 1 && smallest < too_many);
    if (may_be_few && !is_by_name(query_.sort)) take(people_in_filters(too_many));
    return fewest;
}

MemberFinder::People MemberFinder::people_behind(const SoughtWord& word,
                                                 std::size_t too_many) const {
    const std::string prefix = prefix_of_tokens(roster_, word.word);
    std::set<PersonId> people;
    ViewIterator at = reader_.walk(Part::member_index);
    for (at.seek(prefix); at.valid() && at.key().starts_with(prefix); at.next()) {
        people.insert(person_of_key(at.key()));
        if (people.size() >= too_many) return std::nullopt;
    }
    return people;
}

MemberFinder::People MemberFinder::people_long_gone(std::size_t too_many) const {
    std::set<PersonId> people;
    ViewIterator at = reader_.walk(Part::member_index);
    for (const bool came : {false, true}) {
        const std::string prefix =
            prefix_of_everybody(roster_, MemberSort::last_access) + beginning_of_accesses(came);
        const std::string end = prefix + bytes_of_instant(*query_.last_access_before);
        for (at.seek(prefix); at.valid() && at.key() < end; at.next()) {
            people.insert(person_of_key(at.key()));
            if (people.size() >= too_many) return std::nullopt;
        }
    }
    return people;
}

MemberFinder::People MemberFinder::people_in_filters(std::size_t too_many) const {
    std::set<PersonId> people;
    SuffixWalk walk{reader_, Part::member_index, filters(), false, jumps_per_page};
    for (walk.start({}); walk.valid(); walk.next()) {
        people.insert(person_of_key(walk.suffix()));
        if (people.size() >= too_many) return std::nullopt;
    }
    if (walk.gave_up()) return std::nullopt;
    return people;
}

std::optional<MemberRow> MemberFinder::row_of(PersonId person) const {
    auto row = roster_.former ? find_former(reader_, query_.organization, person)
                              : find_member(reader_, query_.organization, person);
    if (!row) reader_.fail(FailureKind::corrupted, "views: an index names a row that is not there");
    return row;
}

void MemberFinder::gather(const std::set<PersonId>& people, std::string_view after,
                          Page<MemberRow>& page) const {
    std::vector<std::pair<std::string, MemberRow>> matches;
    for (const PersonId person : people) {
        auto row = row_of(person);
        if (!row) return;
        if (!passes_filters(*row, query_)) continue;
        if (words_ && !is_sought(joined(tokens_of(row->name, row->address)))) continue;
        std::string suffix = sort_suffix(*row, query_.sort);
        const bool is_after = query_.descending ? suffix < after : suffix > after;
        if (!after.empty() && !is_after) continue;
        matches.emplace_back(std::move(suffix), std::move(*row));
    }
    std::ranges::sort(matches, [&](const auto& one, const auto& other) {
        return query_.descending ? one.first > other.first : one.first < other.first;
    });
    for (auto& [suffix, row] : matches) {
        if (page.rows.size() == query_.limit) break;
        page.rows.push_back(std::move(row));
    }
    if (page.rows.size() < matches.size()) {
        page.next_cursor = cursor_of(query_.sort, matches[page.rows.size() - 1].first);
    }
}

void MemberFinder::walk(std::string_view after, Page<MemberRow>& page) const {
    std::string passed{after};
    std::size_t tested = 0;
    for (const Stretch& stretch : stretches()) {
        std::string_view from;
        if (after.starts_with(stretch.beginning)) {
            from = after.substr(stretch.beginning.size());
        } else if (query_.descending ? stretch.beginning > after && !after.empty()
                                     : stretch.beginning < after) {
            continue;
        }
        if (from.empty() && query_.descending) from = stretch.end;
        if (!walk_stretch(stretch, from, page, passed, tested)) {
            page.next_cursor = cursor_of(query_.sort, passed);
            break;
        }
        if (reader_.failure()) break;
    }
}

/// False when it is not through; `passed` is how far it got.
bool MemberFinder::walk_stretch(const Stretch& stretch, std::string_view from,
                                Page<MemberRow>& page, std::string& passed,
                                std::size_t& tested) const {
    SuffixWalk walk{reader_, Part::member_index, stretch.sets, query_.descending, jumps_per_page};
    for (walk.start(from); walk.valid(); walk.next()) {
        const bool is_out = !stretch.end.empty() && walk.suffix() >= stretch.end;
        if (is_out) return true;
        if (page.rows.size() == query_.limit || tested == tested_at_most_) return false;
        passed = stretch.beginning + std::string{walk.suffix()};
        ++tested;
        if (!is_sought(walk.value())) continue;
        auto row = row_of(person_of_key(walk.suffix()));
        if (!row) return true;
        if (passes_filters(*row, query_) && leads(*row, stretch)) {
            page.rows.push_back(std::move(*row));
        }
    }
    if (!walk.gave_up()) return true;
    passed = stretch.beginning + walk.passed();
    return false;
}

/// Whether the row stands here in the order, and not with another of its roles.
bool MemberFinder::leads(const MemberRow& row, const Stretch& stretch) const {
    if (query_.sort != MemberSort::role || row.roles.size() < 2) return true;
    return sort_suffix(row, MemberSort::role).starts_with(stretch.beginning);
}

std::optional<std::uint64_t> MemberFinder::total() const {
    if (!has_ready_total(query_) && !query_.exact_total) return std::nullopt;
    if (is_of_nobody_) return 0;
    if (!has_ready_total(query_)) return counted();
    const auto sets = filters();
    return sets.empty() ? everybody_count_ : count_of(sets.front());
}

std::uint64_t MemberFinder::counted() const {
    std::uint64_t count = 0;
    SuffixWalk walk{reader_, Part::member_index, by_name({}, filters()), false, SIZE_MAX};
    for (walk.start({}); walk.valid(); walk.next()) {
        if (!is_sought(walk.value())) continue;
        if (query_.last_access_before) {
            const auto row = row_of(person_of_key(walk.suffix()));
            if (!row) return 0;
            if (!passes_filters(*row, query_)) continue;
        }
        ++count;
    }
    return count;
}

}  // namespace

std::expected<Page<MemberRow>, Failure> member_page(const ViewReader& reader,
                                                    const MemberQuery& query,
                                                    const SearchEffort& effort) {
    if (!query.cursor.empty() && !is_cursor_of(query.cursor, query.sort)) {
        return std::unexpected(
            Failure{FailureKind::not_found, "the cursor belongs to another query"});
    }
    Page<MemberRow> page = MemberFinder{reader, query, effort}.page();
    page.position = reader.applied();
    if (reader.failure()) return std::unexpected(*reader.failure());
    return page;
}

}  // namespace muster
