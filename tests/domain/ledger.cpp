// Noting events, one kind after the other.
#include "tests/domain/ledger.h"

#include <algorithm>

namespace muster::domain_tests {
namespace {

Places places_of(const std::vector<WorkspacePlace>& list) {
    Places places;
    for (const WorkspacePlace& place : list) places[place.workspace] = place.role;
    return places;
}

std::vector<RoleId> sorted(std::vector<RoleId> roles) {
    std::ranges::sort(roles);
    return roles;
}

RoleId through(const std::map<RoleId, RoleId>& map, const RoleId& role) {
    const auto found = map.find(role);
    return found == map.end() ? role : found->second;
}

struct Note {
    Ledger& ledger;

    void operator()(const OrganizationFounded& event) const {
        ledger.blueprint = event.blueprint;
        ledger.limits = event.blueprint->plan(event.plan)->limits;
        take_roles_of_blueprint();
    }
    void operator()(const OrganizationEnded&) const {
        ledger.ended = true;
        ledger.members.clear();
        ledger.offers.clear();
        ledger.workspaces.clear();
    }
    void operator()(const PlanChanged& event) const { ledger.limits = event.limits; }

    void operator()(const InvitationIssued& event) const {
        const auto offered = sorted(event.roles);
        ledger.offers[event.invitation] = {.person = event.person,
                                           .inviter = event.inviter,
                                           .roles = offered,
                                           .places = places_of(event.workspaces),
                                           .licence = event.licence,
                                           .replaces = event.replaces,
                                           .offered_places = places_of(event.workspaces),
                                           .permissions = ledger.permissions_of(offered)};
    }
    void operator()(const InvitationResent& event) const {
        if (event.inviter) answer_for(event.invitation, *event.inviter);
    }
    void operator()(const InvitationTakenOver& event) const {
        answer_for(event.invitation, event.inviter);
    }
    void operator()(const MemberJoined& event) const {
        ledger.members[event.person] = {.roles = sorted(event.roles),
                                        .places = places_of(event.workspaces),
                                        .licence = event.licence,
                                        .suspended = false};
    }
    void operator()(const MemberRemoved& event) const { ledger.members.erase(event.person); }
    void operator()(const MemberRolesChanged& event) const {
        const auto change = [&](auto& somebody) { somebody.roles = sorted(event.roles); };
        at(event.person, change);
    }
    void operator()(const LicenceChanged& event) const {
        at(event.person, [&](auto& somebody) { somebody.licence = event.licence; });
    }
    void operator()(const WorkspaceRoleAssigned& event) const {
        at(event.person,
           [&](auto& somebody) { somebody.places[event.place.workspace] = event.place.role; });
    }
    void operator()(const WorkspaceRoleWithdrawn& event) const {
        at(event.person, [&](auto& somebody) { somebody.places.erase(event.workspace); });
    }
    void operator()(const MemberSuspended& event) const { stand(event.person, true); }
    void operator()(const MemberReinstated& event) const { stand(event.person, false); }

    void operator()(const WorkspaceCreated& event) const {
        ledger.workspaces.insert(event.workspace);
    }
    void operator()(const WorkspaceDeleted& event) const {
        ledger.workspaces.erase(event.workspace);
        for (auto& [person, member] : ledger.members) member.places.erase(event.workspace);
        for (auto& [id, offer] : ledger.offers) offer.places.erase(event.workspace);
    }

    void operator()(const RoleCreated& event) const {
        ledger.roles[event.role] = {.everything = false, .permissions = event.permissions};
    }
    void operator()(const RolePermissionsChanged& event) const {
        ledger.roles[event.role] = {.everything = false, .permissions = event.permissions};
    }
    void operator()(const RoleDeleted& event) const { ledger.roles.erase(event.role); }

    void operator()(const BlueprintChanged& event) const {
        const SharedBlueprint rules_before = ledger.blueprint;
        const auto roles_before = ledger.roles;
        for (const OrganizationRole& role : rules_before->roles) ledger.roles.erase(role.id);
        for (const auto& [from, to] : event.roles) ledger.roles.erase(from);
        ledger.blueprint = event.blueprint;
        ledger.limits = event.limits;
        take_roles_of_blueprint();
        for (const OrganizationRole& was : rules_before->roles) {
            keep_own_change(was, *rules_before, roles_before);
        }
        for (auto& [person, member] : ledger.members) move(member, event);
        for (auto& [id, offer] : ledger.offers) move(offer, event);
    }

    /// The end of an invitation, or nothing that this ledger holds.
    template <class Other>
    void operator()(const Other& event) const {
        if (const auto id = ended_by(event)) ledger.offers.erase(*id);
    }

 private:
    void answer_for(InvitationId id, const Actor& inviter) const {
        const auto found = ledger.offers.find(id);
        if (found == ledger.offers.end()) return;
        LedgerOffer& offer = found->second;
        offer.inviter = inviter;
        offer.offered_places = offer.places;
        offer.permissions = ledger.permissions_of(offer.roles);
    }

    void take_roles_of_blueprint() const {
        for (const OrganizationRole& role : ledger.blueprint->roles) {
            ledger.roles[role.id] = role.gives;
        }
    }

    /// Where both rules have a role and the new ones let the organisation change it, its changes
    /// stay.
    void keep_own_change(const OrganizationRole& was, const Blueprint& rules_before,
                         const std::map<RoleId, PermissionGrant>& roles_before) const {
        const OrganizationRole* rules = ledger.blueprint->role(was.id);
        if (rules == nullptr) return;
        const auto changed = roles_before.find(was.id);
        const bool deleted = changed == roles_before.end();
        if (deleted && rules->deletable) ledger.roles.erase(was.id);
        if (deleted || !rules->editable) return;
        const auto given_before = rules_before.closure(was.gives);
        if (rules_before.closure(changed->second) == given_before) return;
        ledger.roles[was.id] = changed->second;
    }

    void stand(PersonId person, bool suspended) const {
        const auto found = ledger.members.find(person);
        if (found != ledger.members.end()) found->second.suspended = suspended;
    }

    template <class Change>
    void at(PersonId person, const Change& change) const {
        const auto found = ledger.members.find(person);
        for (auto& [id, offer] : ledger.offers) {
            if (found == ledger.members.end() && offer.person == person) change(offer);
        }
        if (found == ledger.members.end()) return;
        change(found->second);
        for (auto& [id, offer] : ledger.offers) {
            if (offer.replaces != person) continue;
            offer.roles = found->second.roles;
            offer.places = found->second.places;
        }
    }

    template <class Somebody>
    static void move(Somebody& somebody, const BlueprintChanged& event) {
        std::set<RoleId> roles;
        for (const RoleId& role : somebody.roles) roles.insert(through(event.roles, role));
        somebody.roles.assign(roles.begin(), roles.end());
        for (auto& [workspace, role] : somebody.places) {
            role = through(event.workspace_roles, role);
        }
    }
};

}  // namespace

void Ledger::note(const Event& event) {
    std::visit(Note{*this}, event);
}

const LedgerMember* Ledger::member(PersonId person) const {
    const auto found = members.find(person);
    return found == members.end() ? nullptr : &found->second;
}

const LedgerOffer* Ledger::offer_to(PersonId person) const {
    const auto found = std::ranges::find_if(
        offers, [&](const auto& entry) { return entry.second.person == person; });
    return found == offers.end() ? nullptr : &found->second;
}

PermissionSet Ledger::permissions_of(const std::vector<RoleId>& held) const {
    PermissionSet united;
    for (const RoleId& role : held) {
        const auto found = roles.find(role);
        if (found != roles.end()) united |= blueprint->closure(found->second);
    }
    return united;
}

PermissionSet Ledger::permissions_in_workspace(const RoleId& workspace_role) const {
    const WorkspaceRole* rules = blueprint->workspace_role(workspace_role);
    return rules == nullptr ? PermissionSet{} : blueprint->closure(rules->gives);
}

bool Ledger::is_protected(const std::vector<RoleId>& held) const {
    return std::ranges::any_of(held, [&](const RoleId& role) {
        const OrganizationRole* rules = blueprint->role(role);
        return rules != nullptr && rules->is_protected;
    });
}

std::optional<RoleId> Ledger::single_holder_role() const {
    for (const OrganizationRole& role : blueprint->roles) {
        if (role.single_holder) return role.id;
    }
    return std::nullopt;
}

std::vector<PersonId> Ledger::holders_of(const RoleId& role) const {
    std::vector<PersonId> holders;
    for (const auto& [person, member] : members) {
        if (std::ranges::count(member.roles, role) > 0) holders.push_back(person);
    }
    return holders;
}

std::map<LicenceClassId, std::uint64_t> Ledger::licences_taken() const {
    std::map<LicenceClassId, std::uint64_t> taken;
    for (const auto& [person, member] : members) {
        if (member.licence) ++taken[*member.licence];
    }
    for (const auto& [id, offer] : offers) {
        if (offer.licence) ++taken[*offer.licence];
    }
    return taken;
}

std::optional<InvitationId> ended_by(const Event& event) {
    if (const auto* e = std::get_if<InvitationAccepted>(&event)) return e->invitation;
    if (const auto* e = std::get_if<InvitationDeclined>(&event)) return e->invitation;
    if (const auto* e = std::get_if<InvitationCancelled>(&event)) return e->invitation;
    if (const auto* e = std::get_if<InvitationExpired>(&event)) return e->invitation;
    return std::nullopt;
}

}  // namespace muster::domain_tests
