// Pages of the member list. There are two ways to one, which give the same order and the same
// cursors. A walk follows the order that was asked for, in that of names through the smallest set
// only unless that has a third of all, and tests what the keys hold. Or the rows of a small set are
// gathered and sorted in memory. With n rows and a page of p, at most the square root of p times n
// are gathered, by what reading a row costs beside a step; of a larger set a walk meets enough
// within as much. Whatever is done for a page is taken from one budget, of which at most half goes
// for finding whom to gather.
#include "projections/member_search.h"

#include "projections/bytes.h"
#include "projections/member_index.h"
#include "projections/member_rows.h"
#include "projections/suffix_walk.h"
#include "projections/text.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace muster {
namespace {

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
    SuffixSet set;
    std::string end = {};  ///< what follows is less than this; empty: whatever it is
};

/// Rows with one value, or all of them.
struct CountedSet {
    SuffixSet prefixes;
    std::uint64_t count = 0;
};

/// The keys that may still be looked at for a page.
class Budget {
 public:
    explicit Budget(std::size_t steps) : half_{steps / 2}, left_{steps} {}

    void spend(std::size_t steps) { left_ -= std::min(steps, left_); }
    bool is_spent() const { return left_ == 0; }
    bool is_half_spent() const { return left_ <= half_; }

 private:
    std::size_t half_;
    std::size_t left_;
};

class MemberFinder {
 public:
    MemberFinder(const ViewReader& reader, const MemberQuery& query, const SearchEffort& effort);

    Page<MemberRow> page();

 private:
    CountedSet counted(SuffixSet prefixes);
    void narrow_by_words();
    std::vector<Stretch> stretches();
    SuffixSet smaller(std::vector<std::string> value);
    /// Everybody's rows are at hand by name: passing two over costs less than looking one up.
    bool has_most(const CountedSet& set) const { return everybody_.count <= 3 * set.count; }
    std::vector<Stretch> stretches_of_accesses() const;

    // In order, each once; nothing when there are more than may be gathered.
    using People = std::optional<std::vector<PersonId>>;
    People people_to_gather();
    People people_with_words();
    People people_behind(const SoughtWord& word);
    People people_in(const std::vector<Stretch>& stretches);
    void gather(const std::vector<PersonId>& people, std::string_view after,
                Page<MemberRow>& page) const;

    void walk(std::string_view after, Page<MemberRow>& page);
    bool walk_stretch(const Stretch& stretch, std::string_view from, Page<MemberRow>& page,
                      std::string& passed);
    bool may_stop(std::string_view passed) const;
    /// Before a row is made of the value, which may be long.
    bool may_be_by_words(std::string_view value) const {
        const auto words = words_beside_row(value);
        return !words || is_sought(*words);
    }
    bool may_be(const RowFacts& facts, const Stretch& stretch) const;
    bool is_sought(std::string_view tokens) const {
        return !words_ || all_begin_one_of(*words_, tokens);
    }
    bool is_sought(const MemberRow& row) const {
        return !words_ || is_sought(joined(tokens_of(row.name, row.address)));
    }
    std::optional<MemberRow> row_of(PersonId person) const;
    std::optional<MemberRow> row_of(RowFacts&& facts, std::string_view suffix) const;

    std::optional<std::uint64_t> total() const;
    std::uint64_t counted_one_by_one() const;

    const ViewReader& reader_;
    MemberQuery query_;
    MemberQuery query_of_facts_;  ///< but for what the keys do not hold
    SearchEffort effort_;
    Budget budget_;
    Roster roster_;
    std::optional<std::vector<SoughtWord>> words_;  ///< the rarest first
    CountedSet everybody_;
    std::vector<CountedSet> filters_;
    CountedSet smallest_;  ///< of the filters and the words; everybody when there are none
    std::size_t gathered_at_most_ = 0;
    bool is_of_nobody_ = false;
};

MemberFinder::MemberFinder(const ViewReader& reader, const MemberQuery& query,
                           const SearchEffort& effort)
    : reader_{reader},
      query_{query},
      query_of_facts_{query},
      effort_{effort},
      budget_{effort.steps_of_a_page},
      roster_{query.organization, query.status == RowStatus::former},
      words_{words_of(query.q)} {
    query_.limit = std::max<std::size_t>(query.limit, 1);
    query_of_facts_.last_access_before.reset();
    everybody_ = counted({prefix_of_everybody(roster_, MemberSort::name)});
    if (query.two_factor || (query.status && !roster_.former)) {
        filters_.push_back(counted(prefixes_of_status(roster_, query.status, query.two_factor)));
    }
    if (query.role) filters_.push_back(counted({prefix_of_role(roster_, *query.role)}));
    if (query.workspace) {
        filters_.push_back(counted({prefix_of_workspace(roster_, *query.workspace)}));
    }
    if (query.licence) filters_.push_back(counted({prefix_of_licence(roster_, *query.licence)}));
    smallest_ =
        filters_.empty() ? everybody_ : *std::ranges::min_element(filters_, {}, &CountedSet::count);
    if (words_) narrow_by_words();
    is_of_nobody_ = smallest_.count == 0 || (words_ && words_->empty());
    const double rows = static_cast<double>(everybody_.count) * static_cast<double>(query_.limit);
    const auto worth = std::sqrt(rows / static_cast<double>(effort.steps_of_a_row));
    gathered_at_most_ = std::min(static_cast<std::size_t>(worth),
                                 effort.steps_of_a_page / 2 / effort.steps_of_a_row);
}

/// A word that few have comes first, so that it is tried before others have cost the budget.
void MemberFinder::narrow_by_words() {
    std::vector<std::pair<std::uint64_t, SoughtWord>> by_count;
    for (SoughtWord& word : *words_) {
        auto beginnings = prefixes_of_beginnings(reader_, roster_, word.word);
        std::uint64_t count = everybody_.count;
        if (beginnings) {
            budget_.spend(beginnings->size());
            CountedSet set = counted(std::move(*beginnings));
            count = set.count;
            if (count < smallest_.count) smallest_ = std::move(set);
        }
        by_count.emplace_back(count, std::move(word));
    }
    std::ranges::sort(by_count);
    words_->clear();
    for (auto& [count, word] : by_count) words_->push_back(std::move(word));
}

Page<MemberRow> MemberFinder::page() {
    Page<MemberRow> page;
    page.total = total();
    if (is_of_nobody_) return page;
    const std::string_view after =
        query_.cursor.empty() ? std::string_view{} : std::string_view{query_.cursor}.substr(1);
    if (const auto people = people_to_gather()) {
        gather(*people, after, page);
    } else {
        walk(after, page);
    }
    return page;
}

CountedSet MemberFinder::counted(SuffixSet prefixes) {
    CountedSet set{std::move(prefixes)};
    budget_.spend(set.prefixes.size());
    for (const std::string& prefix : set.prefixes) set.count += count_under(reader_, prefix);
    return set;
}

/// Those with the value stand in it, and so do those who are asked for in the smallest filter.
SuffixSet MemberFinder::smaller(std::vector<std::string> value) {
    CountedSet set = counted(std::move(value));
    return set.count < smallest_.count ? std::move(set.prefixes) : smallest_.prefixes;
}

std::vector<Stretch> MemberFinder::stretches() {
    std::vector<Stretch> list;
    switch (query_.sort) {
        case MemberSort::name:
            list.push_back({{}, has_most(smallest_) ? everybody_.prefixes : smallest_.prefixes});
            break;
        case MemberSort::role:
            for (ValueOfSort& value : roles_in_order(reader_, roster_)) {
                budget_.spend(1);
                list.push_back({std::move(value.beginning), smaller(std::move(value.prefixes))});
            }
            break;
        case MemberSort::status:
            for (ValueOfSort& value :
                 statuses_in_order(roster_, query_.status, query_.two_factor)) {
                list.push_back({std::move(value.beginning), smaller(std::move(value.prefixes))});
            }
            break;
        case MemberSort::address:
        case MemberSort::since:
            list.push_back({{}, {prefix_of_everybody(roster_, query_.sort)}});
            break;
        case MemberSort::last_access:
            list = stretches_of_accesses();
            break;
    }
    if (query_.descending) std::ranges::reverse(list);
    return list;
}

std::vector<Stretch> MemberFinder::stretches_of_accesses() const {
    std::vector<Stretch> list;
    for (const bool came : {false, true}) {
        const std::string beginning = beginning_of_accesses(came);
        Stretch stretch{beginning, prefixes_of_accesses(roster_, query_.status, query_.two_factor)};
        for (std::string& prefix : stretch.set) prefix += beginning;
        if (query_.last_access_before) stretch.end = bytes_of_instant(*query_.last_access_before);
        list.push_back(std::move(stretch));
    }
    return list;
}

/// Nothing when a walk is the shorter way.
MemberFinder::People MemberFinder::people_to_gather() {
    People people = people_with_words();
    if (!people && query_.last_access_before && query_.sort != MemberSort::last_access) {
        people = people_in(stretches_of_accesses());
    }
    // A walk in the order of names takes no more steps than the smallest set has.
    if (is_by_name(query_.sort)) {
        const bool is_shorter = people && people->size() * effort_.steps_of_a_row < smallest_.count;
        return is_shorter ? people : std::nullopt;
    }
    if (people || filters_.empty()) return people;
    return people_in({Stretch{{}, smallest_.prefixes}});
}

/// Whoever has the words, as far as those that do not mean too many tell.
MemberFinder::People MemberFinder::people_with_words() {
    People fewest;
    if (!words_) return fewest;
    for (const SoughtWord& word : *words_) {
        People people = people_behind(word);
        if (!people) continue;
        if (fewest) {
            std::vector<PersonId> both;
            std::ranges::set_intersection(*fewest, *people, std::back_inserter(both));
            people = std::move(both);
        }
        fewest = std::move(people);
    }
    if (fewest && fewest->size() > gathered_at_most_) return std::nullopt;
    return fewest;
}

MemberFinder::People MemberFinder::people_behind(const SoughtWord& word) {
    // Of two names, each of which many have, few have both; one or two letters mean nearly all.
    constexpr std::size_t bytes_of_a_name = 3;
    const bool may_narrow = words_->size() > 1 && word.word.size() >= bytes_of_a_name;
    const std::size_t at_most = gathered_at_most_ * (may_narrow ? effort_.steps_of_a_row : 1);
    const std::string prefix = prefix_of_tokens(roster_, word.word);
    std::vector<PersonId> people;
    ViewIterator at = reader_.walk(Part::member_index);
    for (at.seek(prefix); at.valid() && at.key().starts_with(prefix); at.next()) {
        if (people.size() > at_most || budget_.is_half_spent()) return std::nullopt;
        budget_.spend(1);
        people.push_back(person_of_key(at.key()));
    }
    std::ranges::sort(people);
    people.erase(std::ranges::unique(people).begin(), people.end());
    return people;
}

/// Whoever is asked for, where no more than a page's steps find them all.
MemberFinder::People MemberFinder::people_in(const std::vector<Stretch>& stretches) {
    std::vector<PersonId> people;
    std::size_t steps = 0;
    for (const Stretch& stretch : stretches) {
        SuffixWalk walk{reader_, Part::member_index, {stretch.set}, false, 0};
        for (walk.start({}); walk.valid(); walk.next()) {
            if (!stretch.end.empty() && walk.suffix() >= stretch.end) break;
            if (++steps > gathered_at_most_ * effort_.steps_of_a_row) return std::nullopt;
            budget_.spend(walk.take_moves());
            if (budget_.is_half_spent()) return std::nullopt;
            const bool may =
                may_be_by_words(walk.value()) && may_be(read_facts(reader_, walk.value()), {});
            if (may) people.push_back(person_of_key(walk.suffix()));
            if (people.size() > gathered_at_most_) return std::nullopt;
        }
    }
    return people;
}

std::optional<MemberRow> MemberFinder::row_of(PersonId person) const {
    auto row = roster_.former ? find_former(reader_, query_.organization, person)
                              : find_member(reader_, query_.organization, person);
    if (!row) reader_.fail(FailureKind::corrupted, "views: an index names a row that is not there");
    return row;
}

/// Of a walk's key.
std::optional<MemberRow> MemberFinder::row_of(RowFacts&& facts, std::string_view suffix) const {
    if (facts.is_row) return std::move(facts.row);
    if (is_by_name(query_.sort)) return row_at(reader_, roster_, suffix);
    return row_of(person_of_key(suffix));
}

void MemberFinder::gather(const std::vector<PersonId>& people, std::string_view after,
                          Page<MemberRow>& page) const {
    std::vector<std::pair<std::string, MemberRow>> matches;
    for (const PersonId person : people) {
        auto row = row_of(person);
        if (!row) return;
        if (!passes_filters(*row, query_)) continue;
        if (!is_sought(*row)) continue;
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

void MemberFinder::walk(std::string_view after, Page<MemberRow>& page) {
    page.rows.reserve(std::min<std::size_t>(query_.limit, smallest_.count));
    std::string passed{after};
    for (const Stretch& stretch : stretches()) {
        std::string_view from;
        if (after.starts_with(stretch.beginning)) {
            from = after.substr(stretch.beginning.size());
        } else if (!after.empty() && (stretch.beginning > after) == query_.descending) {
            continue;
        }
        if (from.empty() && query_.descending) from = stretch.end;
        if (may_stop(passed) || !walk_stretch(stretch, from, page, passed)) {
            page.next_cursor = cursor_of(query_.sort, passed);
            return;
        }
        if (reader_.failure()) return;
    }
}

/// False when it is not through; `passed` is how far it got.
bool MemberFinder::walk_stretch(const Stretch& stretch, std::string_view from,
                                Page<MemberRow>& page, std::string& passed) {
    SuffixWalk walk{reader_, Part::member_index, {stretch.set}, query_.descending, 0};
    for (walk.start(from); walk.valid(); walk.next()) {
        const bool is_out = !stretch.end.empty() && walk.suffix() >= stretch.end;
        if (is_out) break;
        if (page.rows.size() == query_.limit || may_stop(passed)) return false;
        budget_.spend(walk.take_moves());
        passed = stretch.beginning + std::string{walk.suffix()};
        if (!may_be_by_words(walk.value())) continue;
        RowFacts facts = read_facts(reader_, walk.value());
        if (reader_.failure()) break;
        if (!may_be(facts, stretch)) continue;
        const bool has_tokens = facts.has_tokens;
        auto row = row_of(std::move(facts), walk.suffix());
        if (!row) break;
        if (passes_filters(*row, query_) && (has_tokens || is_sought(*row))) {
            page.rows.push_back(std::move(*row));
        } else {
            budget_.spend(effort_.steps_of_a_row);
        }
    }
    budget_.spend(walk.take_moves());
    return true;
}

/// Not before the page got beyond where it began, however dear that was.
bool MemberFinder::may_stop(std::string_view passed) const {
    return budget_.is_spent() &&
           (query_.cursor.empty() ? !passed.empty() : passed != query_.cursor.substr(1));
}

/// Whether the row stands in this stretch of the order and, for what its keys hold, is asked for:
/// they say nothing of its last access but that an open invitation has none, and what was left out
/// of them may be what is asked for.
bool MemberFinder::may_be(const RowFacts& facts, const Stretch& stretch) const {
    const MemberRow& row = facts.row;
    if (query_.last_access_before && row.status == RowStatus::pending) return false;
    if (facts.has_roles && facts.has_workspaces) {
        if (!passes_filters(row, query_of_facts_)) return false;
    } else {
        MemberQuery told = query_of_facts_;
        if (!facts.has_roles) told.role.reset();
        if (!facts.has_workspaces) told.workspace.reset();
        if (!passes_filters(row, told)) return false;
    }
    // Those of a row were looked at before it was made.
    if (!facts.is_row && facts.has_tokens && !is_sought(facts.tokens)) return false;
    const bool by_value = query_.sort == MemberSort::role || query_.sort == MemberSort::status;
    return !by_value || sort_suffix(row, query_.sort, {}).starts_with(stretch.beginning);
}

std::optional<std::uint64_t> MemberFinder::total() const {
    if (!has_ready_total(query_) && !query_.exact_total) return std::nullopt;
    if (is_of_nobody_) return 0;
    return has_ready_total(query_) ? smallest_.count : counted_one_by_one();
}

std::uint64_t MemberFinder::counted_one_by_one() const {
    const std::vector<Stretch> everybody{{{}, smallest_.prefixes}};
    std::uint64_t count = 0;
    for (const Stretch& stretch : query_.last_access_before ? stretches_of_accesses() : everybody) {
        SuffixWalk walk{reader_, Part::member_index, {stretch.set}, false, 0};
        for (walk.start({}); walk.valid(); walk.next()) {
            if (!stretch.end.empty() && walk.suffix() >= stretch.end) break;
            if (!may_be_by_words(walk.value())) continue;
            const RowFacts facts = read_facts(reader_, walk.value());
            if (!may_be(facts, {})) continue;
            const auto row = facts.are_all() ? std::nullopt : row_of(person_of_key(walk.suffix()));
            if (!row || (passes_filters(*row, query_) && is_sought(*row))) ++count;
        }
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
