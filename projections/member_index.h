// The indexes of the member list, in the part `member_index`. All keys of a row come from one
// function, so that no index can drift from the rows.
//
//     organisation  former  filter         sort   sort value  person    every row, once per sort
//     organisation  former  token   text                      person    for the search
//
// `filter` is everybody, one status, one role, one workspace or those without a second factor.
// Below a filter and a sort, keys go on with the same suffix, so several filters are walked
// together (suffix_walk.h) and a cursor, which is a suffix, holds whatever rows come and go.
#pragma once

#include "projections/rows.h"

#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// One of the two lists of an organisation: those who are there or invited, and those who left.
struct Roster {
    OrganizationId organization;
    bool former = false;
};

/// Sorted.
std::vector<std::string> index_keys_of(OrganizationId organization, const MemberRow& row);

std::string prefix_of_everybody(const Roster& roster, MemberSort sort);
std::string prefix_of_status(const Roster& roster, RowStatus status, MemberSort sort);
std::string prefix_of_role(const Roster& roster, const RoleId& role, MemberSort sort);
std::string prefix_of_workspace(const Roster& roster, WorkspaceId workspace, MemberSort sort);
std::string prefix_of_those_without_two_factor(const Roster& roster, MemberSort sort);
/// Of all tokens that begin so.
std::string prefix_of_tokens(const Roster& roster, std::string_view beginning);

/// What a row is sorted by, its person included.
std::string sort_suffix(const MemberRow& row, MemberSort sort);
/// The person at the end of an index key or of a suffix.
PersonId person_of_key(std::string_view key);

}  // namespace muster
