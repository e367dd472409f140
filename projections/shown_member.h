// What the member list shows of who was folded: one way from a member, an open invitation or who
// left to a row, for the list of now and for that of then. Pure but for what opens sealed data.
#pragma once

#include "domain/organization.h"
#include "eventstore/keys/keys.h"
#include "projections/rows.h"

#include <functional>
#include <string>

namespace muster {

/// Opens what is sealed for a person in the organisation; empty where there is nothing any more.
using Opener = std::function<std::string(PersonId, PersonalField, const Sealed&)>;

/// Without what was told of them and what their account adds.
MemberRow row_of(PersonId person, const Member& member);
/// What was told of somebody when they joined.
void show_as_told(MemberRow& row, const MemberJoined& joined, const Opener& opened);
MemberRow row_of(InvitationId id, const OpenInvitation& invitation, const Opener& opened);

/// The account's name, if it has one, its avatar and second factor.
void show_account(MemberRow& row, const PersonRow& account);

/// The row that remains of a member who left.
MemberRow as_former(MemberRow row, Instant left_at);

}  // namespace muster
