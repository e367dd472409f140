// Sign-ins to the last access of members.
#include "projections/last_access.h"

#include "projections/member_list.h"
#include "projections/member_rows.h"
#include "projections/memberships.h"
#include "projections/people.h"

namespace muster {
namespace {

void touch(Draft& draft, OrganizationId organization, PersonId person, Instant at) {
    const auto before = find_member(draft, organization, person);
    if (!before || before->status == RowStatus::pending || before->as_given) return;
    // What was before they were a member says nothing of the membership.
    if (at < before->since) return;
    if (before->last_access && *before->last_access >= at) return;
    MemberRow after = *before;
    after.last_access = at;
    replace_row(draft, organization, before, after);
}

}  // namespace

void apply_sign_in(Draft& draft, const PersonSignedIn& event, const Commit& commit) {
    const Instant at = commit.effective_at;
    if (event.organization) {
        show_who_acts(draft, *event.organization, event.person, commit);
        touch(draft, *event.organization, event.person, at);
        return;
    }
    note_sign_in(draft, event.person, at);
    for (const OrganizationId organization : organizations_of(draft, event.person)) {
        touch(draft, organization, event.person, at);
    }
}

}  // namespace muster
