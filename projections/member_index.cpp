// Index keys of member rows, and their counts.
#include "projections/member_index.h"

#include "domain/ensure.h"
#include "projections/bytes.h"
#include "projections/member_rows.h"
#include "projections/text.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace muster {
namespace {

/// The byte after the roster.
enum class IndexKind : std::uint8_t {
    name = 1,
    address = 2,
    since = 3,
    last_access = 4,
    standing = 5,
    role = 6,
    workspace = 7,
    licence = 8,
    search = 9,
    count = 10
};

/// The byte after that of the search.
enum class SearchKind : std::uint8_t { token = 1, beginning = 2 };

constexpr std::size_t person_size = 16;
constexpr std::size_t roster_size = 17;

std::string prefix_of(const Roster& roster, IndexKind kind) {
    std::string prefix;
    append_id(prefix, roster.organization);
    append_byte(prefix, roster.former ? 1 : 0);
    append_byte(prefix, static_cast<std::uint8_t>(kind));
    return prefix;
}

std::string prefix_of_kind(const Roster& roster, SearchKind kind) {
    std::string prefix = prefix_of(roster, IndexKind::search);
    append_byte(prefix, static_cast<std::uint8_t>(kind));
    return prefix;
}

/// A status and whether there is a second factor, which only members can have.
struct Standing {
    RowStatus status;
    bool two_factor;
};

bool is_here(RowStatus status) {
    return status == RowStatus::active || status == RowStatus::suspended;
}

Standing standing_of(const MemberRow& row) {
    return {row.status, is_here(row.status) && row.two_factor};
}

/// Every one of those with these.
std::vector<Standing> standings_in_order(const Roster& roster, std::optional<RowStatus> status,
                                         std::optional<bool> two_factor) {
    std::vector<Standing> standings;
    for (const RowStatus each :
         {RowStatus::active, RowStatus::suspended, RowStatus::pending, RowStatus::former}) {
        if (status && each != *status) continue;
        if (roster.former != (each == RowStatus::former)) continue;
        if (two_factor && !is_here(each)) continue;
        for (const bool guarded : {false, true}) {
            if (guarded && !is_here(each)) continue;
            if (two_factor && guarded != *two_factor) continue;
            standings.push_back({each, guarded});
        }
    }
    return standings;
}

/// `kind`: of the standings as values or in the sort by last access.
std::string prefix_of_standing(const Roster& roster, IndexKind kind, const Standing& standing) {
    std::string prefix = prefix_of(roster, kind);
    append_byte(prefix, static_cast<std::uint8_t>(standing.status));
    append_byte(prefix, standing.two_factor ? 1 : 0);
    return prefix;
}

std::vector<std::string> prefixes_of_standings(const Roster& roster, IndexKind kind,
                                               const std::vector<Standing>& standings) {
    std::vector<std::string> prefixes;
    for (const Standing& standing : standings) {
        prefixes.push_back(prefix_of_standing(roster, kind, standing));
    }
    return prefixes;
}

std::string name_key_of(const MemberRow& row) {
    return collation_key(row.name.empty() ? row.address : row.name);
}

bool have_same_texts(const MemberRow& one, const MemberRow& other) {
    return one.name == other.name && one.address == other.address;
}

/// The first of the row's, which are sorted.
std::string_view leading_role_of(const MemberRow& row) {
    return row.roles.empty() ? std::string_view{} : row.roles.front().value;
}

/// Everybody and each value of the row: what is counted.
std::vector<std::string> prefixes_of_row(OrganizationId organization, const MemberRow& row,
                                         const RowTexts& texts) {
    const Roster roster{organization, row.status == RowStatus::former};
    std::vector<std::string> prefixes{
        prefix_of_everybody(roster, MemberSort::name),
        prefix_of_standing(roster, IndexKind::standing, standing_of(row))};
    for (const RoleId& role : row.roles) prefixes.push_back(prefix_of_role(roster, role));
    if (row.roles.empty()) prefixes.push_back(prefix_of_role(roster, {}));
    for (const auto& [workspace, role] : row.workspaces) {
        prefixes.push_back(prefix_of_workspace(roster, workspace));
    }
    if (row.licence) prefixes.push_back(prefix_of_licence(roster, *row.licence));
    for (const std::string& token : texts.tokens) {
        std::string prefix = prefix_of_kind(roster, SearchKind::beginning);
        append_ordered_text(prefix, beginning_of(token));
        prefixes.push_back(std::move(prefix));
    }
    std::ranges::sort(prefixes);
    prefixes.erase(std::ranges::unique(prefixes).begin(), prefixes.end());
    return prefixes;
}

std::string suffix_by_text(const MemberRow& row, std::string_view key) {
    std::string suffix;
    append_ordered_text(suffix, key);
    append_id(suffix, row.person);
    return suffix;
}

/// What a value begins with.
enum class Holds : std::uint8_t { facts = 0, row = 1 };

/// The words, where they are not too long.
std::string words_in(const std::vector<std::string>& tokens, const FactLimits& limits) {
    const std::string words = joined(tokens);
    std::string told;
    const bool has_tokens = words.size() <= limits.token_bytes;
    append_byte(told, has_tokens ? 1 : 0);
    return has_tokens ? told + words : told;
}

std::string row_value_of(const MemberRow& row, const std::string& words) {
    std::string value;
    append_byte(value, static_cast<std::uint8_t>(Holds::row));
    append_text(value, encode(row));
    return value.append(words);
}

std::string facts_of(const MemberRow& row, const std::string& words, const FactLimits& limits) {
    const bool has_roles = row.roles.size() <= limits.roles;
    const bool has_workspaces = row.workspaces.size() <= limits.workspaces;
    const std::span roles = std::span{row.roles}.first(has_roles ? row.roles.size() : 1);
    std::string facts;
    append_byte(facts, static_cast<std::uint8_t>(Holds::facts));
    append_byte(facts, static_cast<std::uint8_t>(row.status));
    append_byte(facts, row.two_factor ? 1 : 0);
    for (const bool has : {has_roles, has_workspaces}) append_byte(facts, has ? 1 : 0);
    append_number(facts, static_cast<std::uint32_t>(roles.size()));
    for (const RoleId& role : roles) append_text(facts, role.value);
    append_number(facts, static_cast<std::uint32_t>(has_workspaces ? row.workspaces.size() : 0));
    if (has_workspaces) {
        for (const auto& [workspace, role] : row.workspaces) append_id(facts, workspace);
    }
    append_text(facts, row.licence ? row.licence->value : std::string{});
    return facts.append(words);
}

/// The kind and the value move behind the kind of counts.
std::string count_key(const std::string& prefix) {
    std::string key = prefix.substr(0, roster_size);
    append_byte(key, static_cast<std::uint8_t>(IndexKind::count));
    return key.append(prefix.substr(roster_size));
}

enum class Counting : std::uint8_t { more, fewer };

void count_one(Draft& draft, const std::string& prefix, Counting counting) {
    const std::uint64_t before = count_under(draft, prefix);
    const std::string key = count_key(prefix);
    if (counting == Counting::fewer && before <= 1) return draft.erase(Part::member_index, key);
    std::string value;
    append_number(value, counting == Counting::more ? before + 1 : before - 1);
    draft.put(Part::member_index, key, value);
}

void replace_counts(Draft& draft, const std::vector<std::string>& before,
                    const std::vector<std::string>& after) {
    std::vector<std::string> gone;
    std::vector<std::string> come;
    std::ranges::set_difference(before, after, std::back_inserter(gone));
    std::ranges::set_difference(after, before, std::back_inserter(come));
    for (const std::string& prefix : gone) count_one(draft, prefix, Counting::fewer);
    for (const std::string& prefix : come) count_one(draft, prefix, Counting::more);
}

void replace_entries(Draft& draft, const std::vector<IndexEntry>& before,
                     const std::vector<IndexEntry>& after) {
    auto old = before.begin();
    for (const IndexEntry& entry : after) {
        for (; old != before.end() && old->key < entry.key; ++old) {
            draft.erase(Part::member_index, old->key);
        }
        const bool stays = old != before.end() && old->key == entry.key;
        if (!stays || old->value != entry.value) {
            draft.put(Part::member_index, entry.key, entry.value);
        }
        if (stays) ++old;
    }
    for (; old != before.end(); ++old) draft.erase(Part::member_index, old->key);
}

/// The row's bytes and the words after them, of a value that holds both.
std::pair<std::string_view, std::string_view> halves_of(std::string_view value) {
    ByteReader reader{value};
    if (reader.byte() != static_cast<std::uint8_t>(Holds::row)) return {};
    const std::uint64_t size = reader.number64();
    const std::string_view rest = reader.rest();
    if (reader.broken() || size > rest.size()) return {};
    return {rest.substr(0, size), rest.substr(size)};
}

/// An empty place is that of a row which is not there.
void replace_place(Draft& draft, OrganizationId organization, const MemberRow& row,
                   const std::string& before, const std::string& after) {
    if (before == after) return;
    const std::string key = row.status == RowStatus::former ? former_key(organization, row.person)
                                                            : member_key(organization, row.person);
    if (after.empty()) {
        draft.erase(Part::members, key);
    } else {
        draft.put(Part::members, key, after);
    }
}

}  // namespace

RowTexts texts_of(const MemberRow& row) {
    return {name_key_of(row), collation_key(row.address), tokens_of(row.name, row.address)};
}

RowIndexes indexes_of(OrganizationId organization, const MemberRow& row, const RowTexts& texts,
                      const FactLimits& limits) {
    const Roster roster{organization, row.status == RowStatus::former};
    const std::string words = words_in(texts.tokens, limits);
    const std::string facts = facts_of(row, words, limits);
    const std::string by_name = suffix_by_text(row, texts.name_key);
    RowIndexes indexes{by_name, prefixes_of_row(organization, row, texts), {}};
    std::vector<IndexEntry>& entries = indexes.entries;
    const std::string everybody = prefix_of_everybody(roster, MemberSort::name);
    for (const std::string& prefix : indexes.prefixes) {
        entries.push_back(
            {prefix + by_name, prefix == everybody ? row_value_of(row, words) : facts});
    }
    entries.push_back(
        {prefix_of_everybody(roster, MemberSort::address) + suffix_by_text(row, texts.address_key),
         facts});
    entries.push_back({prefix_of_everybody(roster, MemberSort::since) +
                           sort_suffix(row, MemberSort::since, by_name),
                       facts});
    entries.push_back({prefix_of_standing(roster, IndexKind::last_access, standing_of(row)) +
                           sort_suffix(row, MemberSort::last_access, by_name),
                       facts});
    for (const std::string& token : texts.tokens) {
        std::string key = prefix_of_kind(roster, SearchKind::token);
        append_ordered_text(key, token);
        append_id(key, row.person);
        entries.push_back({std::move(key), {}});
    }
    std::ranges::sort(entries, {}, &IndexEntry::key);
    return indexes;
}

std::string_view row_bytes_in(std::string_view value) {
    return halves_of(value).first;
}

std::optional<std::string_view> words_beside_row(std::string_view value) {
    const std::string_view words = halves_of(value).second;
    if (!words.starts_with('\1')) return std::nullopt;
    return words.substr(1);
}

RowFacts read_facts(const ViewReader& from, std::string_view value) {
    RowFacts facts;
    ByteReader reader{value};
    if (reader.byte() == static_cast<std::uint8_t>(Holds::row)) {
        facts.is_row = true;
        if (auto row = row_in(from, row_bytes_in(value))) facts.row = std::move(*row);
        const auto words = words_beside_row(value);
        facts.has_tokens = words.has_value();
        facts.tokens = words.value_or(std::string_view{});
        return facts;
    }
    facts.row.status = static_cast<RowStatus>(reader.byte());
    facts.row.two_factor = reader.byte() == 1;
    facts.has_roles = reader.byte() == 1;
    facts.has_workspaces = reader.byte() == 1;
    for (auto count = reader.number32(); count > 0 && !reader.broken(); --count) {
        facts.row.roles.push_back(RoleId{reader.text()});
    }
    for (auto count = reader.number32(); count > 0 && !reader.broken(); --count) {
        facts.row.workspaces.emplace(reader.id<WorkspaceId>(), RoleId{});
    }
    if (auto licence = reader.text(); !licence.empty()) {
        facts.row.licence = LicenceClassId{std::move(licence)};
    }
    facts.has_tokens = reader.byte() == 1;
    facts.tokens = reader.rest();
    return facts;
}

void replace_stored(Draft& draft, OrganizationId organization,
                    const std::optional<MemberRow>& before, const std::optional<MemberRow>& after) {
    RowIndexes old;
    RowIndexes now;
    RowTexts texts;
    if (before) {
        texts = texts_of(*before);
        old = indexes_of(organization, *before, texts);
    }
    if (after) {
        if (!before || !have_same_texts(*before, *after)) texts = texts_of(*after);
        now = indexes_of(organization, *after, texts);
    }
    replace_entries(draft, old.entries, now.entries);
    replace_counts(draft, old.prefixes, now.prefixes);
    replace_place(draft, organization, before ? *before : *after, old.by_name, now.by_name);
}

std::string prefix_of_everybody(const Roster& roster, MemberSort sort) {
    switch (sort) {
        case MemberSort::name:
            return prefix_of(roster, IndexKind::name);
        case MemberSort::address:
            return prefix_of(roster, IndexKind::address);
        case MemberSort::since:
            return prefix_of(roster, IndexKind::since);
        case MemberSort::last_access:
        case MemberSort::role:
        case MemberSort::status:
            break;
    }
    ENSURE(false);
}

std::vector<std::string> prefixes_of_status(const Roster& roster, std::optional<RowStatus> status,
                                            std::optional<bool> two_factor) {
    return prefixes_of_standings(roster, IndexKind::standing,
                                 standings_in_order(roster, status, two_factor));
}

std::vector<std::string> prefixes_of_accesses(const Roster& roster, std::optional<RowStatus> status,
                                              std::optional<bool> two_factor) {
    return prefixes_of_standings(roster, IndexKind::last_access,
                                 standings_in_order(roster, status, two_factor));
}

std::string prefix_of_role(const Roster& roster, const RoleId& role) {
    std::string prefix = prefix_of(roster, IndexKind::role);
    append_ordered_text(prefix, role.value);
    return prefix;
}

std::string prefix_of_workspace(const Roster& roster, WorkspaceId workspace) {
    std::string prefix = prefix_of(roster, IndexKind::workspace);
    append_id(prefix, workspace);
    return prefix;
}

std::string prefix_of_licence(const Roster& roster, const LicenceClassId& licence) {
    std::string prefix = prefix_of(roster, IndexKind::licence);
    append_ordered_text(prefix, licence.value);
    return prefix;
}

std::string prefix_of_tokens(const Roster& roster, std::string_view beginning) {
    std::string prefix = prefix_of_kind(roster, SearchKind::token);
    append_ordered_beginning(prefix, beginning);
    return prefix;
}

std::optional<std::vector<std::string>> prefixes_of_beginnings(const ViewReader& reader,
                                                               const Roster& roster,
                                                               std::string_view word) {
    constexpr std::size_t most_together = 256;
    const std::string all = prefix_of_kind(roster, SearchKind::beginning);
    const std::string_view beginning = beginning_of(word);
    std::string whole = all;
    append_ordered_text(whole, beginning);
    if (beginning.size() < word.size()) return std::vector{whole};
    std::string begun = count_key(all);
    const std::size_t before_text = begun.size();
    append_ordered_beginning(begun, beginning);
    std::vector<std::string> prefixes;
    for (const std::string& key : reader.keys_under(Part::member_index, begun, most_together + 1)) {
        prefixes.push_back(all + key.substr(before_text));
    }
    if (prefixes.size() > most_together) return std::nullopt;
    return prefixes;
}

std::uint64_t count_under(const ViewReader& reader, const std::string& prefix) {
    const auto value = reader.get(Part::member_index, count_key(prefix));
    return value ? ByteReader{*value}.number64() : 0;
}

std::vector<ValueOfSort> roles_in_order(const ViewReader& reader, const Roster& roster) {
    const std::string prefix = prefix_of(roster, IndexKind::role);
    const std::string counts = count_key(prefix);
    std::vector<ValueOfSort> values;
    for (const std::string& key : reader.keys_under(Part::member_index, counts)) {
        std::string role = key.substr(counts.size());
        values.push_back({role, {prefix + role}});
    }
    return values;
}

std::vector<ValueOfSort> statuses_in_order(const Roster& roster, std::optional<RowStatus> status,
                                           std::optional<bool> two_factor) {
    std::vector<ValueOfSort> values;
    for (const Standing& standing : standings_in_order(roster, status, two_factor)) {
        std::string beginning;
        append_byte(beginning, static_cast<std::uint8_t>(standing.status));
        if (values.empty() || values.back().beginning != beginning)
            values.push_back({beginning, {}});
        values.back().prefixes.push_back(prefix_of_standing(roster, IndexKind::standing, standing));
    }
    return values;
}

std::string sort_suffix(const MemberRow& row, MemberSort sort) {
    if (sort == MemberSort::address) return suffix_by_text(row, collation_key(row.address));
    const bool by_time = sort == MemberSort::since || sort == MemberSort::last_access;
    return sort_suffix(row, sort, by_time ? std::string{} : suffix_by_text(row, name_key_of(row)));
}

std::string sort_suffix(const MemberRow& row, MemberSort sort, std::string_view by_name) {
    std::string suffix;
    switch (sort) {
        case MemberSort::name:
            return std::string{by_name};
        case MemberSort::role:
            append_ordered_text(suffix, leading_role_of(row));
            return suffix.append(by_name);
        case MemberSort::status:
            append_byte(suffix, static_cast<std::uint8_t>(row.status));
            return suffix.append(by_name);
        case MemberSort::since:
            append_instant(suffix, row.since);
            break;
        case MemberSort::last_access:
            suffix = beginning_of_accesses(row.last_access.has_value());
            append_instant(suffix, row.last_access.value_or(row.since));
            break;
        case MemberSort::address:
            ENSURE(false);
    }
    append_id(suffix, row.person);
    return suffix;
}

void each_by_name(const ViewReader& reader, const Roster& roster,
                  const std::function<void(std::string_view, const RowFacts&)>& each) {
    const std::string prefix = prefix_of_everybody(roster, MemberSort::name);
    ViewIterator at = reader.walk(Part::member_index);
    for (at.seek(prefix); at.valid() && at.key().starts_with(prefix); at.next()) {
        const std::string_view suffix = at.key().substr(prefix.size());
        const RowFacts facts = read_facts(reader, at.value());
        if (!facts.is_row) reader.fail(FailureKind::corrupted, "views: a row is something else");
        if (reader.failure()) return;
        each(suffix, facts);
    }
}

std::string beginning_of_accesses(bool came) {
    std::string beginning;
    append_byte(beginning, came ? 1 : 0);
    return beginning;
}

PersonId person_of_key(std::string_view key) {
    ENSURE(key.size() >= person_size);
    return ByteReader{key.substr(key.size() - person_size)}.id<PersonId>();
}

}  // namespace muster
