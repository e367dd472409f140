// What each event does to the rows of an organisation. A change of a row carries everything that
// follows from the row with it: its indexes, the invitation's look-up and the person's
// organisations.
#pragma once

#include "domain/events.h"
#include "eventstore/form/commit.h"
#include "eventstore/keys/keys.h"
#include "projections/rows.h"
#include "projections/shown_member.h"
#include "projections/view_store.h"

#include <optional>

namespace muster {

/// Writes the row as it is now; either may be empty (there was none, there is none any more).
void replace_row(Draft& draft, OrganizationId organization, const std::optional<MemberRow>& before,
                 const std::optional<MemberRow>& after);

class MemberList {
 public:
    /// For the events of one organisation's stream in a commit.
    MemberList(Draft& draft, const KeyStore& keys, OrganizationId organization,
               const Commit& commit)
        : draft_{draft}, keys_{keys}, organization_{organization}, commit_{commit} {}

    void apply(const OrganizationEnded& event);
    void apply(const InvitationIssued& event);
    void apply(const InvitationResent& event);
    void apply(const InvitationCancelled& event);
    void apply(const InvitationDeclined& event);
    void apply(const InvitationExpired& event);
    /// `by_others`: it took no act of the person in this organisation.
    void apply(const MemberJoined& event, bool by_others);
    void apply(const MemberRolesChanged& event);
    void apply(const MemberRemoved& event);
    void apply(const WorkspaceDeleted& event);
    void apply(const WorkspaceRoleAssigned& event);
    void apply(const WorkspaceRoleWithdrawn& event);
    void apply(const LicenceChanged& event);
    void apply(const MemberSuspended& event);
    void apply(const MemberReinstated& event);
    /// While the names still are those under the rules before.
    void apply(const BlueprintChanged& event);

 private:
    void set_status(PersonId person, RowStatus status);
    void end_invitation(PersonId person, InvitationId invitation);
    Opener opener() const;
    /// The organisation's, by the commit.
    Version version() const;

    Draft& draft_;
    const KeyStore& keys_;
    OrganizationId organization_;
    const Commit& commit_;
};

/// Somebody acted in an organisation themselves: from here on their row shows their account.
void show_who_acts(Draft& draft, OrganizationId organization, PersonId person,
                   const Commit& commit);

/// The person's rows as a member, in all organisations, take what they show of the account.
void take_account(Draft& draft, PersonId person);

}  // namespace muster
