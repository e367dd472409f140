// From folded states to rows.
#include "projections/shown_member.h"

namespace muster {
namespace {

/// `State` is a Member or an OpenInvitation.
template <class State>
MemberRow row_of_either(PersonId person, const State& state, const Opener& opened) {
    MemberRow row{state};
    row.person = person;
    row.name = opened(person, PersonalField::name, state.name);
    row.address = opened(person, PersonalField::address, state.address);
    row.details = opened(person, PersonalField::details, state.details);
    return row;
}

}  // namespace

MemberRow row_of(PersonId person, const Member& member, const Opener& opened) {
    MemberRow row = row_of_either(person, member, opened);
    row.status = member.status == MemberStatus::active ? RowStatus::active : RowStatus::suspended;
    row.since = member.joined_at;
    return row;
}

MemberRow row_of(InvitationId id, const OpenInvitation& invitation, const Opener& opened) {
    MemberRow row = row_of_either(invitation.person, invitation, opened);
    row.status = RowStatus::pending;
    row.since = invitation.invited_at;
    row.invitation = id;
    row.expires_at = invitation.expires_at;
    row.send_number = invitation.send_number;
    row.replaces = invitation.replaces;
    return row;
}

void show_account(MemberRow& row, const PersonRow& account) {
    if (!account.name.empty()) row.name = account.name;
    row.avatar = account.avatar;
    row.two_factor = account.two_factor;
}

MemberRow as_former(MemberRow row, Instant left_at) {
    row.status = RowStatus::former;
    row.left_at = left_at;
    row.workspaces.clear();
    row.licence.reset();
    // The account goes on without them, so this would only grow wrong.
    row.two_factor = false;
    return row;
}

}  // namespace muster
