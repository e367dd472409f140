// Events to member rows.
#include "projections/member_list.h"

#include "domain/ensure.h"
#include "projections/bytes.h"
#include "projections/member_index.h"
#include "projections/member_rows.h"
#include "projections/memberships.h"
#include "projections/organization_names.h"
#include "projections/people.h"

#include <algorithm>

namespace muster {
namespace {

/// Who is to take a member's place is shown with what the member has by now.
void show_to_successor(Draft& draft, OrganizationId organization, const MemberRow& member) {
    const auto successor = find_successor(draft, organization, member.person);
    if (!successor) return;
    const std::optional<MemberRow> before = find_member(draft, organization, *successor);
    if (!before) return;
    MemberRow after = *before;
    after.roles = member.roles;
    after.workspaces = member.workspaces;
    replace_row(draft, organization, before, after);
}

template <class ChangeRow>
void change_row(Draft& draft, OrganizationId organization, PersonId person,
                const ChangeRow& change) {
    const std::optional<MemberRow> before = find_member(draft, organization, person);
    if (!before) return;
    MemberRow after = *before;
    change(after);
    replace_row(draft, organization, before, after);
    if (before->roles == after.roles && before->workspaces == after.workspaces) return;
    show_to_successor(draft, organization, after);
}

/// No access from before the membership is shown.
void show_account_and_access(MemberRow& row, const PersonRow& account) {
    show_account(row, account);
    const bool since = account.last_sign_in && *account.last_sign_in >= row.since;
    if (since) row.last_access = account.last_sign_in;
}

void replace_invitation(Draft& draft, OrganizationId organization,
                        const std::optional<MemberRow>& before,
                        const std::optional<MemberRow>& after) {
    const auto invitation_of = [](const std::optional<MemberRow>& row) {
        return row ? row->invitation : std::optional<InvitationId>{};
    };
    const auto old_invitation = invitation_of(before);
    const auto new_invitation = invitation_of(after);
    if (old_invitation && old_invitation != new_invitation) {
        draft.erase(Part::members, invitation_key(organization, *old_invitation));
    }
    if (new_invitation && old_invitation != new_invitation) {
        std::string person;
        append_id(person, after->person);
        draft.put(Part::members, invitation_key(organization, *new_invitation), person);
    }
    const auto replaced_by = [](const std::optional<MemberRow>& row) {
        return row ? row->replaces : std::optional<PersonId>{};
    };
    const auto old_place = replaced_by(before);
    const auto new_place = replaced_by(after);
    if (old_place && old_place != new_place) {
        draft.erase(Part::members, successor_key(organization, *old_place));
    }
    if (new_place && old_place != new_place) {
        std::string person;
        append_id(person, after->person);
        draft.put(Part::members, successor_key(organization, *new_place), person);
    }
}

/// The same as replace_row for the row of a former member, from which nothing else follows.
void replace_former(Draft& draft, OrganizationId organization, PersonId person,
                    const std::optional<MemberRow>& after) {
    const auto before = find_former(draft, organization, person);
    if (before == after) return;
    replace_stored(draft, organization, before, after);
}

}  // namespace

void replace_row(Draft& draft, OrganizationId organization, const std::optional<MemberRow>& before,
                 const std::optional<MemberRow>& after) {
    if (before == after) return;
    replace_membership(draft, organization, before, after);
    replace_stored(draft, organization, before, after);
    replace_invitation(draft, organization, before, after);
}

void MemberList::apply(const OrganizationEnded&) {
    for (const PersonId person : everybody_in(draft_, organization_)) {
        replace_row(draft_, organization_, find_member(draft_, organization_, person),
                    std::nullopt);
    }
    for (const PersonId person : everybody_who_left(draft_, organization_)) {
        replace_former(draft_, organization_, person, std::nullopt);
    }
}

void MemberList::apply(const InvitationIssued& event) {
    // Not with the account's name: who is invited has not agreed to be known here.
    const MemberRow row = row_of(event.invitation, begun_by(event, commit_.effective_at), opener());
    replace_row(draft_, organization_, find_member(draft_, organization_, event.person), row);
}

void MemberList::apply(const InvitationResent& event) {
    change_row(draft_, organization_, event.person, [&](MemberRow& row) {
        if (row.invitation != event.invitation) return;
        row.send_number = event.send_number;
        row.expires_at = event.expires_at;
    });
}

void MemberList::apply(const InvitationCancelled& event) {
    end_invitation(event.person, event.invitation);
}
void MemberList::apply(const InvitationDeclined& event) {
    end_invitation(event.person, event.invitation);
}
void MemberList::apply(const InvitationExpired& event) {
    end_invitation(event.person, event.invitation);
}

void MemberList::apply(const MemberJoined& event, bool by_others) {
    const auto before = find_member(draft_, organization_, event.person);
    MemberRow row = row_of(event.person, begun_by(event, commit_.effective_at, version()));
    show_as_told(row, event, opener());
    if (row.name.empty() && before) row.name = before->name;
    if (row.address.empty() && before) row.address = before->address;
    // Who was let in without being asked is known here as the inviter knows them.
    row.as_given = by_others;
    if (!by_others) show_account_and_access(row, known_of(draft_, event.person));
    replace_row(draft_, organization_, before, row);
    replace_former(draft_, organization_, event.person, std::nullopt);
}

void MemberList::apply(const MemberRolesChanged& event) {
    change_row(draft_, organization_, event.person, [&](MemberRow& row) { evolve(row, event); });
}

void MemberList::apply(const MemberRemoved& event) {
    const auto before = find_member(draft_, organization_, event.person);
    if (!before) return;
    replace_row(draft_, organization_, before, std::nullopt);
    replace_former(draft_, organization_, event.person, as_former(*before, commit_.effective_at));
}

void MemberList::apply(const WorkspaceDeleted& event) {
    const std::string in_workspace = prefix_of_workspace({organization_}, event.workspace);
    for (const std::string& key : draft_.keys_under(Part::member_index, in_workspace)) {
        change_row(draft_, organization_, person_of_key(key),
                   [&](MemberRow& row) { evolve(row, event); });
    }
}

void MemberList::apply(const WorkspaceRoleAssigned& event) {
    change_row(draft_, organization_, event.person, [&](MemberRow& row) { evolve(row, event); });
}

void MemberList::apply(const WorkspaceRoleWithdrawn& event) {
    change_row(draft_, organization_, event.person, [&](MemberRow& row) { evolve(row, event); });
}

void MemberList::apply(const LicenceChanged& event) {
    change_row(draft_, organization_, event.person, [&](MemberRow& row) { evolve(row, event); });
}

void MemberList::apply(const MemberSuspended& event) {
    set_status(event.person, RowStatus::suspended);
}
void MemberList::apply(const MemberReinstated& event) {
    set_status(event.person, RowStatus::active);
}

/// Former members keep the roles that they had.
void MemberList::apply(const BlueprintChanged& event) {
    const std::chrono::seconds now_taken_for_one{
        event.blueprint->presentation.sign_in_coalescing_seconds};
    const auto taken_for_one = sign_ins_taken_for_one(draft_, organization_);
    const bool changes_roles = !event.roles.empty() || !event.workspace_roles.empty();
    if (!changes_roles && taken_for_one == now_taken_for_one) return;
    for (const PersonId person : everybody_in(draft_, organization_)) {
        change_row(draft_, organization_, person, [&](MemberRow& row) {
            evolve(row, event);
            change_taken_for_one(draft_, organization_, row, taken_for_one, now_taken_for_one);
        });
    }
}

void MemberList::set_status(PersonId person, RowStatus status) {
    change_row(draft_, organization_, person, [&](MemberRow& row) { row.status = status; });
}

void MemberList::end_invitation(PersonId person, InvitationId invitation) {
    const auto before = find_member(draft_, organization_, person);
    if (!before || before->invitation != invitation) return;
    replace_row(draft_, organization_, before, std::nullopt);
}

Version MemberList::version() const {
    const StreamId stream = StreamId::of(organization_);
    const auto touched = std::ranges::find(commit_.streams, stream, &TouchedStream::stream);
    ENSURE(touched != commit_.streams.end());
    return touched->version;
}

Opener MemberList::opener() const {
    return [this](PersonId person, PersonalField field, const Sealed& sealed) {
        return unsealed(draft_, keys_, {organization_, person, field}, sealed);
    };
}

void take_account(Draft& draft, PersonId person) {
    const PersonRow account = known_of(draft, person);
    for (const OrganizationId organization : organizations_of(draft, person)) {
        change_row(draft, organization, person, [&](MemberRow& row) {
            if (row.status != RowStatus::pending && !row.as_given) show_account(row, account);
        });
    }
}

void show_who_acts(Draft& draft, OrganizationId organization, PersonId person,
                   const Commit& commit) {
    const auto row = find_member(draft, organization, person);
    if (!row || !row->as_given) return;
    change_row(draft, organization, person, [&](MemberRow& shown) {
        shown.as_given = false;
        shown.shown.take(commit);
        show_account_and_access(shown, known_of(draft, person));
    });
}

}  // namespace muster
