// The decisions by subject, for decide.cpp alone. Each is one ladder in the order that decide.h
// states.
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

using Verdict = std::expected<Decision, Refusal>;

inline Verdict refuse(Rejection rejection) {
    return std::unexpected(Refusal{rejection, {}});
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

template <class T>
bool has_repeats(const std::vector<T>& values) {
    return std::set<T>(values.begin(), values.end()).size() != values.size();
}

// decide_organization.cpp
Verdict found_organization(const Call& call, const FoundOrganization& command);
Verdict end_organization(const Call& call, const EndOrganization& command);
Verdict change_plan(const Call& call, const ChangePlan& command);
Verdict create_role(const Call& call, const CreateRole& command);
Verdict settle_due(const Call& call, const SettleDue& command);
Verdict finish_import(const Call& call, const FinishImport& command);

// decide_invitations.cpp
Verdict invite_member(const Call& call, const InviteMember& command);
Verdict resend_invitation(const Call& call, const ResendInvitation& command);
Verdict cancel_invitation(const Call& call, const CancelInvitation& command);
Verdict record_mail_handed_over(const Call& call, const RecordMailHandedOver& command);

/// Whether `actor` may offer these roles and places to `person`: the inviter's right, asked when an
/// invitation is sent and, where the blueprint wants it, again when it is accepted.
std::optional<Rejection> may_offer(const Organization& organization, const Actor& actor,
                                   PersonId person, const std::vector<RoleId>& roles,
                                   const Places& places);
/// Why an invitation that is no longer open cannot be used.
Rejection rejection_of(InvitationEnd end);

// decide_joining.cpp
Verdict accept_invitation(const Call& call, const AcceptInvitation& command);
Verdict decline_invitation(const Call& call, const DeclineInvitation& command);

// decide_members.cpp
Verdict change_role(const Call& call, const ChangeRole& command);
Verdict remove_member(const Call& call, const RemoveMember& command);

// decide_workspaces.cpp
Verdict create_workspace(const Call& call, const CreateWorkspace& command);
Verdict delete_workspace(const Call& call, const DeleteWorkspace& command);
Verdict assign_workspace_role(const Call& call, const AssignWorkspaceRole& command);
Verdict withdraw_workspace_role(const Call& call, const WithdrawWorkspaceRole& command);

/// Whether a role can be had in a workspace of this organisation, and whether the actor may give
/// it.
std::optional<Rejection> wrong_place(const Organization& organization, const WorkspacePlace& place);
bool may_grant_place(const Organization& organization, const Actor& actor, PersonId to,
                     WorkspaceId workspace, const RoleId& role);

// decide_people.cpp
Verdict register_person(const Call& call, const RegisterPerson& command);
Verdict record_sign_in(const Call& call, const RecordSignIn& command);

}  // namespace muster
