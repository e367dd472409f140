// What was written down about one organisation, told again from its events alone and by the book,
// for watchers that trust nothing the engine keeps. It believes every event, also nonsense.
#pragma once

#include "domain/events.h"
#include "domain/organization.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace muster::domain_tests {

struct LedgerMember {
    std::vector<RoleId> roles;  ///< sorted
    Places places;
    std::optional<LicenceClassId> licence;
    bool suspended = false;

    bool operator==(const LedgerMember&) const = default;
};

struct LedgerOffer {
    PersonId person;
    Actor inviter;
    std::vector<RoleId> roles;  ///< sorted
    Places places;
    std::optional<LicenceClassId> licence;
    std::optional<PersonId> replaces;  ///< roles and places are that member's by now
    Places offered_places;             ///< when it was sent
    PermissionSet permissions;         ///< what the roles gave when it was sent

    bool operator==(const LedgerOffer&) const = default;
};

class Ledger {
 public:
    void note(const Event& event);

    const LedgerMember* member(PersonId person) const;
    const LedgerOffer* offer_to(PersonId person) const;
    PermissionSet permissions_of(const std::vector<RoleId>& roles) const;
    PermissionSet permissions_in_workspace(const RoleId& workspace_role) const;
    bool is_protected(const std::vector<RoleId>& roles) const;
    /// The role of exactly one holder, and everybody who holds it.
    std::optional<RoleId> single_holder_role() const;
    std::vector<PersonId> holders_of(const RoleId& role) const;
    /// Used and reserved, by class.
    std::map<LicenceClassId, std::uint64_t> licences_taken() const;

    SharedBlueprint blueprint;
    std::map<LicenceClassId, std::uint64_t> limits;
    std::map<RoleId, PermissionGrant> roles;
    std::set<WorkspaceId> workspaces;
    std::map<PersonId, LedgerMember> members;
    std::map<InvitationId, LedgerOffer> offers;
    bool ended = false;
};

/// The invitation an event ends, if it ends one.
std::optional<InvitationId> ended_by(const Event& event);

}  // namespace muster::domain_tests
