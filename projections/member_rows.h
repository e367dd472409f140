// The stored form of member rows, and finding them. In the part `members`: "m" organisation person
// -> row, and "i" organisation invitation -> person.
#pragma once

#include "projections/rows.h"
#include "projections/view_store.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

std::string encode(const MemberRow& row);
/// Nothing when the bytes are not a row.
std::optional<MemberRow> decode_member_row(std::string_view bytes);

std::string member_key(OrganizationId organization, PersonId person);
std::string invitation_key(OrganizationId organization, InvitationId invitation);

/// Bytes that are no row are a failure of the reader (`corrupted`).
std::optional<MemberRow> find_member(const ViewReader& reader, OrganizationId organization,
                                     PersonId person);
std::optional<MemberRow> find_pending(const ViewReader& reader, OrganizationId organization,
                                      InvitationId invitation);
/// Everybody who has a row in the organisation.
std::vector<PersonId> everybody_in(const ViewReader& reader, OrganizationId organization);

}  // namespace muster
