// Licences, roles that exist, what ends and what comes back, and the state as a whole.
#include "tests/domain/watcher_parts.h"
#include "tests/domain/watchers.h"

#include <algorithm>

namespace muster::domain_tests {

Violation LicencesFitThePlan::decided(const Simulation& simulation, const Step& step) {
    before_.clear();
    for (const OrganizationId id : step.touched()) {
        before_[id] = ledger_of(simulation, id).licences_taken();
    }
    return std::nullopt;
}

Violation LicencesFitThePlan::folded(const Simulation& simulation, const Step& step) {
    for (const auto& [id, before] : before_) {
        const Ledger& ledger = ledger_of(simulation, id);
        for (const auto& [licence, count] : ledger.licences_taken()) {
            const auto limit = ledger.limits.find(licence);
            const auto earlier = before.find(licence);
            const std::uint64_t was = earlier == before.end() ? 0 : earlier->second;
            if (limit != ledger.limits.end() && count > limit->second && count > was) {
                return wrong("more licences of one class than were granted", step);
            }
        }
    }
    return std::nullopt;
}

namespace {

/// One event that moves a licence, and the ledger before it.
struct Release {
    const Step& step;
    const Ledger& ledger;

    Violation operator()(const MemberRemoved& event) const {
        const LedgerMember* member = ledger.member(event.person);
        if (member == nullptr) return std::nullopt;
        if (event.licence != member->licence) {
            return wrong("a removal releases another licence than was held", step);
        }
        Places left = member->places;
        for (const WorkspaceId workspace : event.workspaces) left.erase(workspace);
        if (left.empty() && event.workspaces.size() == member->places.size()) return std::nullopt;
        return wrong("a removal leaves other workspaces than were held", step);
    }
    Violation operator()(const MemberJoined& event) const {
        const LedgerOffer* offer = ledger.offer_to(event.person);
        const bool reserved = offer != nullptr && offer->licence.has_value();
        // The acceptance was noted already, so an offer that is still there was not accepted.
        if (reserved) return wrong("a reserved licence is not released", step);
        return std::nullopt;
    }
    Violation operator()(const LicenceChanged& event) const {
        const LedgerMember* member = ledger.member(event.person);
        const LedgerOffer* offer = ledger.offer_to(event.person);
        if (member == nullptr && offer == nullptr) {
            return wrong("a stranger's licence changes", step);
        }
        const auto& held = member != nullptr ? member->licence : offer->licence;
        if (held == event.licence) return wrong("a licence is released twice", step);
        return std::nullopt;
    }
    template <class Other>
    Violation operator()(const Other&) const {
        return std::nullopt;
    }
};

}  // namespace

Violation LicencesAreReleasedOnce::decided(const Simulation& simulation, const Step& step) {
    for (const OrganizationId id : step.touched()) {
        Ledger ledger = ledger_of(simulation, id);
        for (const StreamEvent& happened : step.events()) {
            if (happened.stream != StreamId::of(id)) continue;
            const auto violation = std::visit(Release{step, ledger}, happened.event);
            if (violation) return violation;
            ledger.note(happened.event);
        }
        const LedgerOffer* offer = accepted_offer(simulation, step, id);
        const LedgerMember* joined = offer != nullptr ? ledger.member(offer->person) : nullptr;
        const bool kept = joined == nullptr || !offer->licence ||
                          !ledger.blueprint->joining.invitation_reserves_licence ||
                          joined->licence == offer->licence;
        if (!kept) return wrong("another licence is used than was reserved", step);
        for (const auto& [in, event] : all_of<MemberSuspended>(step)) {
            const bool frees = ledger.blueprint->members.suspension_frees_licence;
            if (in == id && frees && ledger.member(event.person)->licence) {
                return wrong("a suspension frees no licence", step);
            }
        }
    }
    return std::nullopt;
}

namespace {

/// Whether a licence is what roles and places need, or none where they need none.
bool fits(const Ledger& ledger, const std::vector<RoleId>& roles, const Places& places,
          const std::optional<LicenceClassId>& licence) {
    bool needed = false;
    bool accepted = true;
    const auto look_at = [&](const std::vector<LicenceClassId>& fitting) {
        if (fitting.empty()) return;
        needed = true;
        accepted = accepted && licence && std::ranges::count(fitting, *licence) > 0;
    };
    for (const RoleId& id : roles) {
        const OrganizationRole* role = ledger.blueprint->role(id);
        look_at(role != nullptr ? role->licences : ledger.blueprint->custom_roles.licences);
    }
    for (const auto& [workspace, id] : places) {
        const WorkspaceRole* role = ledger.blueprint->workspace_role(id);
        if (role != nullptr) look_at(role->licences);
    }
    return needed ? accepted : !licence;
}

}  // namespace

Violation LicencesFitTheRoles::folded(const Simulation& simulation, const Step& step) {
    for (const OrganizationId id : step.touched()) {
        const Ledger& ledger = ledger_of(simulation, id);
        const Blueprint& blueprint = *ledger.blueprint;
        for (const auto& [person, member] : ledger.members) {
            const bool paused = member.suspended && blueprint.members.suspension_frees_licence;
            if (!paused && !fits(ledger, member.roles, member.places, member.licence)) {
                return wrong("a member's licence does not fit their roles", step);
            }
        }
        for (const auto& [invitation, offer] : ledger.offers) {
            if (offer.replaces && offer.licence) return wrong("a taken place takes a seat", step);
            const bool waits = offer.replaces || !blueprint.joining.invitation_reserves_licence;
            if (!waits && !fits(ledger, offer.roles, offer.places, offer.licence)) {
                return wrong("a reserved licence does not fit the roles offered", step);
            }
        }
    }
    return std::nullopt;
}

Violation EveryRoleNamedExists::folded(const Simulation& simulation, const Step& step) {
    for (const OrganizationId id : step.touched()) {
        const Ledger& ledger = ledger_of(simulation, id);
        const auto& offered = ledger.blueprint->workspaces.roles;
        const auto names_nothing = [&](const auto& entry) {
            const auto& [roles, places] = std::tie(entry.second.roles, entry.second.places);
            const bool role = std::ranges::any_of(
                roles, [&](const RoleId& named) { return !ledger.roles.contains(named); });
            const bool place = std::ranges::any_of(places, [&](const auto& named) {
                const bool known = ledger.blueprint->workspace_role(named.second) != nullptr;
                return offered.empty() ? !named.second.value.empty() : !known;
            });
            return role || place || roles.empty();
        };
        if (std::ranges::any_of(ledger.members, names_nothing)) {
            return wrong("a member holds a role that does not exist", step);
        }
        if (std::ranges::any_of(ledger.offers, names_nothing)) {
            return wrong("an invitation names a role that does not exist", step);
        }
    }
    return std::nullopt;
}

Violation OnlyMembersStandInWorkspaces::decided(const Simulation& simulation, const Step& step) {
    for (const OrganizationId id : step.touched()) {
        Ledger ledger = ledger_of(simulation, id);
        for (const StreamEvent& happened : step.events()) {
            if (happened.stream != StreamId::of(id)) continue;
            ledger.note(happened.event);
            if (const auto* e = std::get_if<WorkspaceRoleAssigned>(&happened.event)) {
                const LedgerOffer* offer = ledger.offer_to(e->person);
                const bool invited = offer != nullptr && !offer->replaces;
                if (ledger.member(e->person) == nullptr && !invited) {
                    return wrong("a stranger is put into a workspace", step);
                }
            }
        }
        const auto stands_nowhere = [&](const auto& entry) {
            return std::ranges::any_of(entry.second.places, [&](const auto& place) {
                return !ledger.workspaces.contains(place.first);
            });
        };
        if (std::ranges::any_of(ledger.members, stands_nowhere) ||
            std::ranges::any_of(ledger.offers, stands_nowhere)) {
            return wrong("somebody stands in a workspace that is not there", step);
        }
    }
    return std::nullopt;
}

namespace {

/// Whether a step changes something for a person, other than whether they are suspended.
bool changes_something_for(const Step& step, PersonId person) {
    return std::ranges::any_of(step.events(), [&](const StreamEvent& happened) {
        const Event& event = happened.event;
        if (std::holds_alternative<WorkspaceDeleted>(event)) return true;
        if (std::holds_alternative<BlueprintChanged>(event)) return true;
        return subject_of(event) == person && !std::holds_alternative<MemberReinstated>(event);
    });
}

bool is_the_same_but_for_standing(const Member& one, const Member& other) {
    return one.roles == other.roles && one.workspaces == other.workspaces &&
           one.joined_at == other.joined_at && one.joined_by == other.joined_by;
}

}  // namespace

Violation ReinstatingRestoresWhatWas::decided(const Simulation& simulation, const Step& step) {
    for (const auto& [in, event] : all_of<MemberSuspended>(step)) {
        was_[{in, event.person}] = *simulation.organization(in)->member(event.person);
    }
    return std::nullopt;
}

Violation ReinstatingRestoresWhatWas::folded(const Simulation& simulation, const Step& step) {
    const auto touched = step.touched();
    const bool moves = std::holds_alternative<SuspendMember>(step.command) ||
                       std::holds_alternative<ReinstateMember>(step.command);
    for (auto& [key, was] : was_) {
        const auto& [in, person] = key;
        const Organization& state = *simulation.organization(in);
        const Member* is = state.member(person);
        if (is == nullptr || !touched.contains(in)) continue;
        if (!moves && changes_something_for(step, person)) was = *is;
        if (!is_the_same_but_for_standing(was, *is)) {
            return wrong("a suspended member is not what they were", step);
        }
        const bool keeps = !state.blueprint->members.suspension_frees_licence;
        // Whoever comes back gets the first class that is free by then, as at every change.
        const bool comes_back = is->status == MemberStatus::active && is->licence;
        if (keeps && !comes_back && was.licence != is->licence) {
            return wrong("a suspended member has another licence than before", step);
        }
    }
    std::erase_if(was_, [&](const auto& entry) {
        const Member* is = simulation.organization(entry.first.first)->member(entry.first.second);
        return is == nullptr || is->status == MemberStatus::active;
    });
    return std::nullopt;
}

Violation RemovalEndsEverything::folded(const Simulation& simulation, const Step& step) {
    const auto* asked = std::get_if<RemoveMember>(&step.command);
    if (asked != nullptr && step.accepted() && all_of<MemberRemoved>(step).empty()) {
        const auto taken_back = all_of<InvitationCancelled>(step);
        const bool was_invited = std::ranges::any_of(
            taken_back, [&](const auto& end) { return end.second.person == asked->person; });
        if (!was_invited) return wrong("a removal removes nobody", step);
    }
    for (const auto& [in, removal] : all_of<MemberRemoved>(step)) {
        const PersonId gone = removal.person;
        const Organization& state = *simulation.organization(in);
        if (state.member(gone) != nullptr) return wrong("the removed are members still", step);
        if (state.permissions_of(gone).any()) return wrong("the removed have permissions", step);
        for (const auto& [workspace, details] : state.workspaces) {
            if (state.permissions_of(gone, workspace).any()) {
                return wrong("the removed have permissions in a workspace", step);
            }
        }
        for (const auto& [id, open] : state.invitations) {
            if (open.replaces == gone) return wrong("a place is offered that is gone", step);
        }
        std::uint64_t in_use = 0;
        for (const auto& [licence, use] : state.seats) in_use += use.used;
        const auto licensed = std::ranges::count_if(
            state.members, [](const auto& entry) { return entry.second.licence.has_value(); });
        if (in_use != static_cast<std::uint64_t>(licensed)) {
            return wrong("the removed hold a licence", step);
        }
        const RecordSignIn access{gone, in};
        const auto no = answer(decide, simulation, Actor::of(gone), access);
        if (no != Rejection::organization_not_found) return wrong("the removed have access", step);
    }
    return std::nullopt;
}

Violation ReplayEqualsLive::finished(const Simulation& simulation) {
    std::map<OrganizationId, Organization> organizations;
    std::map<PersonId, Person> people;
    for (const Happened& happened : simulation.history()) {
        const auto& [stream, event] = happened.event;
        if (!changes_its_stream(event) || (keep && !keep(event))) continue;
        if (stream.kind == StreamKind::organization) {
            evolve(organizations[OrganizationId{stream.id}], event, happened.at);
        } else {
            evolve(people[PersonId{stream.id}], event);
        }
    }
    // Versions count commits, which single events do not know of.
    for (auto& [id, replayed] : organizations) {
        const Organization& live = *simulation.organization(id);
        replayed.version = live.version;
        for (const auto& [person, member] : live.members) {
            if (replayed.member(person) == nullptr) continue;
            replayed.members[person].joined_by = member.joined_by;
        }
        if (replayed != live) return "replay differs";
    }
    for (auto& [id, replayed] : people) {
        replayed.version = simulation.world().person(id)->version;
        if (replayed != *simulation.world().person(id)) return "replay of a person differs";
    }
    return std::nullopt;
}

namespace {

bool is_the_same(const Ledger& ledger, const Organization& state) {
    const bool same_members =
        std::ranges::equal(ledger.members, state.members, [](const auto& told, const auto& held) {
            const bool suspended = held.second.status == MemberStatus::suspended;
            const LedgerMember member{held.second.roles, held.second.workspaces,
                                      held.second.licence, suspended};
            return told.first == held.first && told.second == member;
        });
    const bool same_offers = std::ranges::equal(
        ledger.offers, state.invitations, [](const auto& told, const auto& held) {
            const LedgerOffer& offer = told.second;
            const OpenInvitation& open = held.second;
            return told.first == held.first && offer.person == open.person &&
                   offer.roles == open.roles && offer.places == open.workspaces &&
                   offer.licence == open.licence && offer.replaces == open.replaces;
        });
    const bool same_roles =
        std::ranges::equal(ledger.roles, *state.roles, [&](const auto& told, const auto& held) {
            return told.first == held.first &&
                   ledger.blueprint->closure(told.second) == held.second.effective;
        });
    const bool same_workspaces =
        std::ranges::equal(ledger.workspaces, state.workspaces,
                           [](const auto& told, const auto& held) { return told == held.first; });
    return same_members && same_offers && same_roles && same_workspaces &&
           ledger.limits == state.limits && ledger.ended == state.ended;
}

}  // namespace

Violation TheStateIsWhatWasWrittenDown::folded(const Simulation& simulation, const Step& step) {
    for (const StreamEvent& happened : step.events()) {
        if (happened.stream.kind != StreamKind::organization) continue;
        if (keep && !keep(happened.event)) continue;
        ledgers_[OrganizationId{happened.stream.id}].note(happened.event);
    }
    for (const OrganizationId id : step.touched()) {
        if (!is_the_same(ledgers_[id], *simulation.organization(id))) {
            return wrong("the state is not what the events say", step);
        }
    }
    return std::nullopt;
}

}  // namespace muster::domain_tests
