// Events to those that keep the rows.
#include "projections/members_view.h"

#include "projections/last_access.h"
#include "projections/member_list.h"
#include "projections/organization_names.h"
#include "projections/people.h"
#include "projections/unasked.h"
#include "projections/view.h"

namespace muster {
namespace {

/// The MemberJoined that follows an InvitationAccepted turns the pending row into a member's.
using SaysNothingOfPeople =
    SaysNothing<PlanChanged, InvitationTakenOver, InvitationAccepted, ImportFinished,
                MailHandedOver, AttemptsSuppressed, RolePermissionsChanged, RoleDeleted>;

template <class Taker, class Event>
concept Takes = requires(Taker& taker, const Event& event) {
    taker.apply(event);
};

struct ApplyToMembers : SaysNothingOfPeople {
    Draft& draft;
    const KeyStore& keys;
    const Commit& commit;
    OrganizationId organization;  ///< of the event's stream; nil for a person's
    MemberList members{draft, keys, organization, commit};
    OrganizationNames names{draft, organization};

    using SaysNothingOfPeople::operator();
    template <class Event>
    requires(Takes<MemberList, Event> || Takes<OrganizationNames, Event>) void operator()(
        const Event& event) {
        if constexpr (Takes<MemberList, Event>) members.apply(event);
        if constexpr (Takes<OrganizationNames, Event>) names.apply(event);
    }
    void operator()(const MemberJoined& event) {
        members.apply(event, joined_unasked(commit, organization));
    }
    void operator()(const PersonRegistered& event) const {
        register_person(draft, keys, event, commit);
        take_account(draft, event.person);
    }
    void operator()(const PersonSignedIn& event) const { apply_sign_in(draft, event, commit); }
    void operator()(const TwoFactorChanged& event) const {
        change_two_factor(draft, event, commit);
        take_account(draft, event.person);
    }
    void operator()(const ProfileChanged& event) const {
        change_profile(draft, keys, event, commit);
        take_account(draft, event.person);
    }
};

}  // namespace

void apply_to_members(Draft& draft, const KeyStore& keys, const Commit& commit) {
    for (const StreamEvent& event : commit.events) {
        std::visit(ApplyToMembers{{}, draft, keys, commit, organization_of(event.stream)},
                   event.event);
    }
    if (const auto person = who_acts(commit)) {
        show_who_acts(draft, *organization_of(commit.command), *person, commit);
    }
}

}  // namespace muster
