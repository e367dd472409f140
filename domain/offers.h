// What a caller could do next: the roles they can offer now, the operations on one person's row.
// For menus; `decide` has the last word. Pure; any thread.
#pragma once

#include "domain/context.h"
#include "domain/organization.h"
#include "domain/rejection.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// A role in an invitation, or why it cannot be in one (M5, E7, R4).
struct RoleOffer {
    RoleId role;
    std::string name;
    bool of_workspace = false;
    std::optional<Rejection> refused;

    bool operator==(const RoleOffer&) const = default;
};

/// Every role of the organisation, then every workspace role of its blueprint, each as `actor`
/// could offer it to somebody new; workspace roles for one workspace, or for any.
std::vector<RoleOffer> role_offers(const Organization& organization, const Actor& actor,
                                   std::optional<WorkspaceId> workspace = std::nullopt);

/// Whether whoever is invited could join now: whoever answers for the offer may still make it, and
/// what it offers is there.
bool offer_stands(const Organization& organization, InvitationId id);
/// The open invitations that a person answers for.
std::vector<InvitationId> invitations_sent_by(const Organization& organization, PersonId person);

/// What `actor` may do to a member or invited person (E4), out of: change_role, edit_workspaces,
/// suspend, reinstate, remove, leave, replace_address, transfer_ownership, resend, cancel.
std::vector<std::string_view> operations_on(const Organization& organization, const Actor& actor,
                                            PersonId person);

}  // namespace muster
