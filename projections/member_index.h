// The indexes of the member list, in the part `member_index`. All keys of a row come from one
// function, so that no index can drift from the rows.
//
//     organisation  former  sort           sort value  person    every row, once per sort
//     organisation  former  value          name        person    once for each value of the row
//     organisation  former  token  text                person    for the search of few
//     organisation  former  beginning      name        person    and of many
//     organisation  former  count  value                         how many rows have the value
//
// A value is a status with a second factor or none, a role, a workspace or a licence class; the
// beginnings of tokens are values too. Keys of values go on as those of the sort by name do. Before
// the sort value of the last access stands the status, too. The key of everybody by name holds the
// row itself. Every other key but those of tokens holds what the row is tested by, so that the keys
// of one value are walked for several and for words, and no row is read in vain; what would be long
// is left out of them, since a row has the more keys the more it holds. An ordinary row has eight
// keys beside those for the search; a sign-in moves one.
#pragma once

#include "projections/rows.h"
#include "projections/view_store.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What is costly to work out of a row and seldom changes.
struct RowTexts {
    std::string name_key;  ///< what it is sorted by
    std::string address_key;
    std::vector<std::string> tokens;
};
RowTexts texts_of(const MemberRow& row);

/// Of what a row has more than this its keys hold nothing; other figures are for tests.
struct FactLimits {
    std::size_t roles = 8;  ///< of more, the first, by which the row is sorted
    std::size_t workspaces = 8;
    std::size_t token_bytes = 1'024;
};

struct IndexEntry {
    std::string key;
    std::string value;
};
/// All that a row stands under.
struct RowIndexes {
    std::string by_name;                ///< its place in that order: the suffix of such keys
    std::vector<std::string> prefixes;  ///< of everybody by name and of values: what is counted
    std::vector<IndexEntry> entries;    ///< sorted by key, without the counts
};
RowIndexes indexes_of(OrganizationId organization, const MemberRow& row, const RowTexts& texts,
                      const FactLimits& limits = {});

/// As a value holds them. Bytes that are no row are a failure of the reader (`corrupted`).
RowFacts read_facts(const ViewReader& from, std::string_view value);
/// Of a value of everybody by name, and its words unless they were left out.
std::string_view row_bytes_in(std::string_view value);
std::optional<std::string_view> words_beside_row(std::string_view value);

/// Makes what is stored of a row that of the row as it is now: itself, its place, the indexes and
/// the counts. One of both may be empty.
void replace_stored(Draft& draft, OrganizationId organization,
                    const std::optional<MemberRow>& before, const std::optional<MemberRow>& after);

/// Of everybody by name, address or since.
std::string prefix_of_everybody(const Roster& roster, MemberSort sort);
/// Those with this status; of all when there is none. Nobody may have what is asked for: then
/// there is no prefix.
std::vector<std::string> prefixes_of_status(const Roster& roster, std::optional<RowStatus> status,
                                            std::optional<bool> two_factor);
/// The same in the sort by last access.
std::vector<std::string> prefixes_of_accesses(const Roster& roster, std::optional<RowStatus> status,
                                              std::optional<bool> two_factor);
std::string prefix_of_role(const Roster& roster, const RoleId& role);
std::string prefix_of_workspace(const Roster& roster, WorkspaceId workspace);
std::string prefix_of_licence(const Roster& roster, const LicenceClassId& licence);
/// Of all tokens that begin so.
std::string prefix_of_tokens(const Roster& roster, std::string_view beginning);
/// Of beginnings, such that whoever has a token that begins so stands under one of them; nothing
/// when there are too many to walk together.
std::optional<std::vector<std::string>> prefixes_of_beginnings(const ViewReader& reader,
                                                               const Roster& roster,
                                                               std::string_view word);

/// Rows under the prefix of everybody by name or of a value.
std::uint64_t count_under(const ViewReader& reader, const std::string& prefix);

/// The rows with one value in a sort by role or by status.
struct ValueOfSort {
    std::string
        beginning;  ///< of their suffixes in that sort; the rest is that of the sort by name
    std::vector<std::string> prefixes;
};
/// Every role that somebody has, in order.
std::vector<ValueOfSort> roles_in_order(const ViewReader& reader, const Roster& roster);
/// Every status, in order, of those with these.
std::vector<ValueOfSort> statuses_in_order(const Roster& roster, std::optional<RowStatus> status,
                                           std::optional<bool> two_factor);

/// What a row is sorted by, its person included; the same for the list of a past moment.
std::string sort_suffix(const MemberRow& row, MemberSort sort);
/// The same without a look at its texts, where that in the sort by name is known; not by address.
std::string sort_suffix(const MemberRow& row, MemberSort sort, std::string_view by_name);
/// Calls `each` with the suffix and the row of everybody by name.
void each_by_name(const ViewReader& reader, const Roster& roster,
                  const std::function<void(std::string_view, const RowFacts&)>& each);
/// What the suffixes of the sort by last access begin with: of those who never came, who stand
/// before all others, and of those who did. The time when they joined or came follows.
std::string beginning_of_accesses(bool came);
/// The person at the end of an index key or of a suffix.
PersonId person_of_key(std::string_view key);

}  // namespace muster
