// The stored form of member rows, and finding them. The rows stand in the order of names, in the
// part `member_index`, so that a page is read by walking. In the part `members`: "m" organisation
// person -> place in that order of a member or invited person, "f" organisation person -> that of a
// former member, who may be invited again meanwhile, and "s" organisation person -> who is to
// take their place, "i" organisation invitation -> person. Names are in organization_names.h.
#pragma once

#include "projections/rows.h"
#include "projections/view_store.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

std::string encode(const MemberRow& row);
/// Nothing when the bytes are not a row.
std::optional<MemberRow> decode_member_row(std::string_view bytes);

std::string member_key(OrganizationId organization, PersonId person);
std::string former_key(OrganizationId organization, PersonId person);
std::string invitation_key(OrganizationId organization, InvitationId invitation);
std::string successor_key(OrganizationId organization, PersonId replaced);

/// The row in bytes, or at a place in the order of names (the suffix of its key). Bytes that are no
/// row and places without one are a failure of the reader (`corrupted`).
std::optional<MemberRow> row_in(const ViewReader& reader, std::string_view bytes);
std::optional<MemberRow> row_at(const ViewReader& reader, const Roster& roster,
                                std::string_view place);
std::optional<MemberRow> find_member(const ViewReader& reader, OrganizationId organization,
                                     PersonId person);
std::optional<MemberRow> find_former(const ViewReader& reader, OrganizationId organization,
                                     PersonId person);
std::optional<MemberRow> find_pending(const ViewReader& reader, OrganizationId organization,
                                      InvitationId invitation);
/// Who is invited to take a member's place.
std::optional<PersonId> find_successor(const ViewReader& reader, OrganizationId organization,
                                       PersonId replaced);
/// Every member and invited person of the organisation.
std::vector<PersonId> everybody_in(const ViewReader& reader, OrganizationId organization);
/// Every former member of it.
std::vector<PersonId> everybody_who_left(const ViewReader& reader, OrganizationId organization);

/// As Views::names.
std::map<PersonId, std::string> names_in(const ViewReader& reader, OrganizationId organization,
                                         const std::set<PersonId>& people);

}  // namespace muster
