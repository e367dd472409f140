// What the decisions share, for the decide_*.cpp alone. Each of them is one ladder in the order
// that decide.h states.
#pragma once

#include "domain/authority.h"
#include "domain/commands.h"
#include "domain/decide.h"

#include <algorithm>
#include <expected>
#include <set>
#include <string>
#include <vector>

namespace muster {

inline Verdict refuse(Rejection rejection) {
    return std::unexpected(Refusal{rejection, {}});
}
/// A list that is too long, with how long it may be.
inline Refusal over_limit(Rejection rejection, std::string list, std::size_t most) {
    return {rejection, {}, {{ObstacleKind::over_limit, std::move(list), most}}};
}
inline Verdict already_so() {
    return Decision{};
}

/// Events of one organisation's stream.
inline Verdict happened(OrganizationId organization, std::vector<Event> events) {
    Decision decision;
    for (Event& event : events) {
        decision.events.push_back({StreamId::of(organization), std::move(event)});
    }
    return decision;
}

/// Events of one organisation in the making, each tried on a copy so that the next sees it.
class Rehearsal {
 public:
    Rehearsal(const Organization& organization, Instant now) : state_{organization}, now_{now} {}

    void add(Event event);
    /// The licence that a person's roles and places come to by now, `kept` if it still fits and can
    /// be had; says why when there is none.
    [[nodiscard]] std::optional<Rejection> settle_licence(
        PersonId person, const std::optional<LicenceClassId>& kept = std::nullopt);

    const Organization& state() const { return state_; }
    Verdict verdict() && { return happened(state_.id, std::move(events_)); }
    std::vector<Event> events() && { return std::move(events_); }

 private:
    Organization state_;
    Instant now_;
    std::vector<Event> events_;
};

/// Whether an organisation may begin to run by these rules.
bool may_be_run_by(const Call& call, const SharedBlueprint& rules);

template <class T>
bool has_repeats(const std::vector<T>& values) {
    return std::set<T>(values.begin(), values.end()).size() != values.size();
}

// nil_ids.cpp
/// Whether the command or its actor names something by a nil id. Rows of invitations may name
/// nobody: that is a verdict on the row alone.
bool names_nil(const Command& command, const Actor& actor);

// decide_invitations.cpp
/// Whether `actor` may offer these roles and places to `person`: the inviter's right, asked when an
/// invitation is sent and, where the blueprint wants it, again when it is accepted.
std::optional<Rejection> may_offer(const Organization& organization, const Actor& actor,
                                   PersonId person, const std::vector<RoleId>& roles,
                                   const Places& places);
/// The same of all that an open invitation offers by now.
std::optional<Rejection> may_answer_for(const Organization& organization, const Actor& actor,
                                        const OpenInvitation& invitation);
/// What becomes of the open invitations that a person sent who is removed or suspended.
std::expected<std::vector<Event>, Rejection> end_of_sent(const Organization& organization,
                                                         const Actor& actor, PersonId person,
                                                         SentInvitations sent);
/// Why an invitation that is no longer open cannot be used.
Rejection rejection_of(InvitationEnd end);
/// Somebody with an account whose address is verified.
bool is_known_account(const World& world, PersonId person);
std::vector<WorkspacePlace> list_of(const Places& places);

// decide_growth.cpp
/// Why the organisation sends this person no mail for now: an invitation that is cancelled and made
/// anew is one that is sent again. History that is imported sends none.
std::optional<Rejection> no_mail_to(const Call& call, const Organization& organization,
                                    PersonId person);

// decide_joining.cpp
/// What follows when somebody gets an account: they join wherever known accounts join at once and
/// an invitation of theirs is open (M6), except in `elsewhere_than`. An offer that no longer stands
/// stays open.
std::vector<StreamEvent> join_where_awaited(const Call& call, PersonId person,
                                            OrganizationId elsewhere_than = {});

// decide_members.cpp
/// The ladder of every change of the roles of a member or invited person, for who may change roles
/// at all; no events when it is so already.
std::expected<std::vector<Event>, Rejection> changed_roles(const Organization& organization,
                                                           const Actor& actor, PersonId person,
                                                           std::vector<RoleId> after);
/// Whether the blueprint has the roles of somebody of that standing change.
bool can_change_roles_of(const Organization& organization, PersonId person);
/// A role that nobody is given by invitation or role change.
bool moves_by_transfer_alone(const Organization& organization, const RoleId& role);
/// What is wrong with holding these roles together, given the ones held before.
std::optional<Rejection> wrong_roles(const Organization& organization,
                                     const std::vector<RoleId>& before,
                                     const std::vector<RoleId>& after);
bool holds_single_holder_role(const Organization& organization, const std::vector<RoleId>& roles);
/// The last active holder of some protected role, or the holder of a role of exactly one.
bool cannot_go(const Organization& organization, const Member& member);
/// The end of a membership with what it releases.
MemberRemoved removal_of(const Organization& organization, PersonId person);
/// The end of a membership: what it releases, and the invitations to take its place (R12, R13).
std::vector<Event> end_of_membership(const Organization& organization, PersonId person);

// decide_ownership.cpp
/// Whether the actor may pass on the role of exactly one holder: its holder and the operator may.
bool may_transfer(const Organization& organization, const Actor& actor);

// decide_address.cpp
/// Why `actor` may not put `successor` in a member's place, if so.
std::optional<Rejection> may_replace(const Organization& organization, const Actor& actor,
                                     PersonId member, PersonId successor);

// decide_workspaces.cpp
/// Whether a role can be had in a workspace of this organisation, and whether the actor may give
/// it.
std::optional<Rejection> wrong_place(const Organization& organization, const WorkspacePlace& place);
bool may_grant_place(const Organization& organization, const Actor& actor, PersonId to,
                     WorkspaceId workspace, const RoleId& role);
/// Whether roles give what it takes to be placed in a workspace (M2).
bool may_be_placed(const Organization& organization, const std::vector<RoleId>& roles);
/// Whether a member or invited person stands in workspaces, and could not with these roles.
bool loses_its_places(const Organization& organization, PersonId person,
                      const std::vector<RoleId>& after);

}  // namespace muster
