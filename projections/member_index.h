// The indexes of the member list, in the part `member_index`. All keys of a row come from one
// function, so that no index can drift from the rows.
//
//     organisation  filter           sort   sort value  person     every row, once per sort
//     organisation  token   text                        person     for the search
//
// `filter` is everybody, one status, one role or one workspace. Below a filter and a sort, keys go
// on with the same suffix, so several filters are walked together (suffix_walk.h) and a cursor,
// which is a suffix, holds whatever rows come and go.
#pragma once

#include "projections/rows.h"

#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// Sorted.
std::vector<std::string> index_keys_of(OrganizationId organization, const MemberRow& row);

std::string prefix_of_everybody(OrganizationId organization, MemberSort sort);
std::string prefix_of_status(OrganizationId organization, RowStatus status, MemberSort sort);
std::string prefix_of_role(OrganizationId organization, const RoleId& role, MemberSort sort);
std::string prefix_of_workspace(OrganizationId organization, WorkspaceId workspace,
                                MemberSort sort);
/// Of all tokens that begin so.
std::string prefix_of_tokens(OrganizationId organization, std::string_view beginning);

/// What a row is sorted by, its person included.
std::string sort_suffix(const MemberRow& row, MemberSort sort);
/// The person at the end of an index key or of a suffix.
PersonId person_of_key(std::string_view key);

}  // namespace muster
