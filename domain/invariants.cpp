// The invariants that one organisation can break. They hold after every
// commit; the writer asks before it writes.
#include "domain/organization.h"

#include <algorithm>
#include <set>

namespace muster {
namespace {

using Broken = std::optional<std::string_view>;

Broken broken_roles(const Organization& state, const std::vector<RoleId>& roles) {
    if (roles.empty()) return "a member or open invitation holds no role";
    const bool all_exist =
        std::ranges::all_of(roles, [&](const RoleId& role) { return state.role(role) != nullptr; });
    if (!all_exist) return "a role named by a member or open invitation does not exist";
    return std::nullopt;
}

Broken broken_places(const Organization& state, const Places& places) {
    for (const auto& [workspace, role] : places) {
        if (!state.workspaces.contains(workspace)) return "a place in a workspace that is gone";
    }
    return std::nullopt;
}

Broken broken_person(const Organization& state, PersonId person) {
    if (state.member(person) != nullptr && state.invitation_of(person) != nullptr) {
        return "a member holds an open invitation";
    }
    const Held* held = state.held_by(person);
    if (held == nullptr) return std::nullopt;
    if (const Broken broken = broken_roles(state, held->roles)) return broken;
    return broken_places(state, held->workspaces);
}

bool has_protected_role(const Organization& state) {
    return std::ranges::any_of(state.blueprint->roles, &OrganizationRole::is_protected);
}

Broken broken_holders(const Organization& state) {
    if (state.ended || !has_protected_role(state)) return std::nullopt;
    if (!state.has_protected_holder()) return "no active holder of a protected role";
    return std::nullopt;
}

Broken broken_single_holders(const Organization& state) {
    for (const OrganizationRole& role : state.blueprint->roles) {
        if (!role.single_holder || state.ended) continue;
        const RoleUse use = state.use_of(role.id);
        if (use.members != 1 || state.member(use.latest) == nullptr)
            return "a role of exactly one holder has another number of them";
    }
    return std::nullopt;
}

/// Recounts what evolve keeps.
Broken broken_counts(const Organization& state) {
    std::map<LicenceClassId, SeatUse> seats;
    for (const auto& [person, member] : state.members) {
        if (member.licence) ++seats[*member.licence].used;
    }
    for (const auto& [id, invitation] : state.invitations) {
        if (invitation.licence) ++seats[*invitation.licence].reserved;
    }
    for (const auto& [licence_class, use] : state.seats) {
        if (seats[licence_class] != use) return "the seat ledger differs from the members";
    }
    for (const auto& [licence_class, use] : seats) {
        if (use.taken() > 0 && !state.seats.contains(licence_class)) {
            return "the seat ledger misses a licence class";
        }
    }
    return std::nullopt;
}

Broken broken_role_use(const Organization& state) {
    std::map<RoleId, RoleUse> counted;
    for (const auto& [person, member] : state.members) {
        for (const RoleId& role : member.roles) {
            RoleUse& use = counted[role];
            ++use.members;
            if (member.status == MemberStatus::active) ++use.active;
            if (state.use_of(role).latest == person) use.latest = person;
        }
    }
    for (const auto& [id, invitation] : state.invitations) {
        for (const RoleId& role : invitation.roles) ++counted[role].invited;
    }
    return counted == state.role_use ? std::nullopt : Broken{"the use of a role is off"};
}

Broken broken_invitations(const Organization& state) {
    if (state.invited.size() != state.invitations.size())
        return "two open invitations for one person";
    if (state.due.size() != state.invitations.size()) return "the expiry index is off";
    for (const auto& [id, invitation] : state.invitations) {
        const auto found = state.invited.find(invitation.person);
        if (found == state.invited.end() || found->second != id) {
            return "the index of open invitations is off";
        }
        if (!state.due.contains({invitation.expires_at, id})) return "the expiry index is off";
        if (state.ended_invitations.contains(id)) return "an invitation is both open and ended";
        if (!invitation.replaces) continue;
        const auto place = state.replaced.find(*invitation.replaces);
        if (place == state.replaced.end() || place->second != id) {
            return "the index of places to be taken is off";
        }
        if (state.member(*invitation.replaces) == nullptr) return "a place to be taken is empty";
    }
    return std::nullopt;
}

}  // namespace

Broken broken_invariant(const Organization& state) {
    if (const Broken broken = broken_holders(state)) return broken;
    if (const Broken broken = broken_single_holders(state)) return broken;
    if (const Broken broken = broken_counts(state)) return broken;
    if (const Broken broken = broken_invitations(state)) return broken;
    for (const auto& [person, member] : state.members) {
        if (const Broken broken = broken_person(state, person)) return broken;
    }
    for (const auto& [person, invitation] : state.invited) {
        if (const Broken broken = broken_person(state, person)) return broken;
    }
    return broken_role_use(state);
}

namespace {

/// Events after which anybody may be wrong, not only the person they name. They are rare.
bool concerns_everybody(const Event& event) {
    return std::holds_alternative<BlueprintChanged>(event) ||
           std::holds_alternative<RoleDeleted>(event);
}

bool changes_who_holds_what(const Event& event) {
    return std::holds_alternative<MemberRolesChanged>(event) ||
           std::holds_alternative<MemberJoined>(event) ||
           std::holds_alternative<MemberRemoved>(event);
}

}  // namespace

Broken broken_invariant_after(const Organization& state, const std::vector<StreamEvent>& events) {
    if (const Broken broken = broken_holders(state)) return broken;
    if (state.invited.size() != state.invitations.size())
        return "two open invitations for one person";
    bool roles_moved = false;
    for (const StreamEvent& event : events) {
        if (event.stream != StreamId::of(state.id)) continue;
        if (concerns_everybody(event.event)) return broken_invariant(state);
        roles_moved = roles_moved || changes_who_holds_what(event.event);
        const std::optional<PersonId> subject = subject_of(event.event);
        if (!subject) continue;
        if (const Broken broken = broken_person(state, *subject)) return broken;
    }
    return roles_moved ? broken_single_holders(state) : std::nullopt;
}

}  // namespace muster
