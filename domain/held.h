// What a member has, or an invited person is offered: roles, places and a licence, and what events
// make of them. The fold of an organisation and the member list follow the same. Pure; any thread.
#pragma once

#include "domain/events.h"
#include "domain/ids.h"

#include <map>
#include <optional>
#include <vector>

namespace muster {

/// Where a member or invited person stands in workspaces: the role there, empty where roles have
/// none.
using Places = std::map<WorkspaceId, RoleId>;

struct Held {
    std::vector<RoleId> roles;  ///< sorted, never empty
    Places workspaces;
    std::optional<LicenceClassId> licence;  ///< in use, or reserved

    bool operator==(const Held&) const = default;
};

/// At first.
Held held_by(const InvitationIssued& event);
Held held_by(const MemberJoined& event);

/// Folds one event that is about whoever holds this, or about everybody.
void evolve(Held& held, const MemberRolesChanged& event);
void evolve(Held& held, const WorkspaceRoleAssigned& event);
void evolve(Held& held, const WorkspaceRoleWithdrawn& event);
void evolve(Held& held, const LicenceChanged& event);
void evolve(Held& held, const WorkspaceDeleted& event);
/// Two roles may become one.
void evolve(Held& held, const BlueprintChanged& event);

}  // namespace muster
