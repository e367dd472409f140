// From folded states to rows.
#include "projections/shown_member.h"

namespace muster {
namespace {

/// `told` is what a member joined by, or an invitation.
template <class Told>
void show_texts(MemberRow& row, const Told& told, const Opener& opened) {
    row.name = opened(row.person, PersonalField::name, told.name);
    row.address = opened(row.person, PersonalField::address, told.address);
    row.details = opened(row.person, PersonalField::details, told.details);
}

}  // namespace

MemberRow row_of(PersonId person, const Member& member) {
    MemberRow row{member};
    row.person = person;
    row.status = member.status == MemberStatus::active ? RowStatus::active : RowStatus::suspended;
    row.since = member.joined_at;
    row.joined_by = member.joined_by;
    return row;
}

void show_as_told(MemberRow& row, const MemberJoined& joined, const Opener& opened) {
    show_texts(row, joined, opened);
}

MemberRow row_of(InvitationId id, const OpenInvitation& invitation, const Opener& opened) {
    MemberRow row{invitation};
    row.person = invitation.person;
    show_texts(row, invitation, opened);
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
    row.shown.take(account.changed);
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
