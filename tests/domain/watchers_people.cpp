// Memberships, invitations, who holds what role.
#include "tests/domain/watcher_parts.h"
#include "tests/domain/watchers.h"

#include <algorithm>

namespace muster::domain_tests {

Violation InvariantsHold::folded(const Simulation& simulation, const Step& step) {
    for (const OrganizationId id : step.touched()) {
        const Organization& state = *simulation.organization(id);
        const auto whole = broken_invariant(state);
        const auto quick = broken_invariant_after(state, step.events());
        if (whole) return wrong(std::string{*whole}, step);
        if (quick) return wrong("only the quick check says: " + std::string{*quick}, step);
    }
    return std::nullopt;
}

namespace {

bool is_copied_there(const Command& command, const StreamEvent& happened) {
    const auto* copy = std::get_if<CopyRole>(&command);
    return copy != nullptr && std::holds_alternative<RoleCreated>(happened.event) &&
           std::ranges::any_of(copy->targets, [&](const RoleCopy& target) {
               return happened.stream == StreamId::of(target.organization);
           });
}

/// Whether an event is part of the joining elsewhere of somebody who gets an account in this step.
bool joins_there(const Simulation& simulation, const Step& step, const StreamEvent& happened) {
    for (const StreamEvent& other : step.events()) {
        const auto* account = std::get_if<PersonRegistered>(&other.event);
        if (account == nullptr) continue;
        const Ledger& ledger = ledger_of(simulation, OrganizationId{happened.stream.id});
        const LedgerOffer* offer = ledger.offer_to(account->person);
        if (offer == nullptr) return false;
        const auto subject = subject_of(happened.event);
        if (std::holds_alternative<MemberRemoved>(happened.event)) {
            return offer->replaces == subject;
        }
        const bool joins = std::holds_alternative<InvitationAccepted>(happened.event) ||
                           std::holds_alternative<MemberJoined>(happened.event);
        return joins && subject == account->person;
    }
    return false;
}

}  // namespace

Violation NobodyElseIsTouched::decided(const Simulation& simulation, const Step& step) {
    const auto own = organization_of(step.command);
    auto people = people_of(step.command);
    if (const auto actor = step.context.actor.person()) people.push_back(*actor);
    for (const StreamEvent& happened : step.events()) {
        if (happened.stream.kind == StreamKind::person) {
            const bool named = std::ranges::count(people, PersonId{happened.stream.id}) > 0;
            if (!named) return wrong("the account of somebody else is touched", step);
            continue;
        }
        if (own && happened.stream == StreamId::of(*own)) continue;
        if (is_copied_there(step.command, happened)) continue;
        if (!joins_there(simulation, step, happened)) {
            return wrong("another organisation is touched", step);
        }
    }
    return std::nullopt;
}

namespace {

std::set<RoleId> roles_held_by_the_active(const Ledger& ledger) {
    std::set<RoleId> held;
    for (const auto& [person, member] : ledger.members) {
        if (!member.suspended) held.insert(member.roles.begin(), member.roles.end());
    }
    return held;
}

}  // namespace

Violation SomebodyHoldsTheProtectedRole::decided(const Simulation& simulation, const Step& step) {
    held_.clear();
    for (const OrganizationId id : step.touched()) {
        held_[id] = roles_held_by_the_active(ledger_of(simulation, id));
    }
    return std::nullopt;
}

Violation SomebodyHoldsTheProtectedRole::folded(const Simulation& simulation, const Step& step) {
    for (const OrganizationId id : step.touched()) {
        const Ledger& ledger = ledger_of(simulation, id);
        if (ledger.ended) continue;
        const auto held = roles_held_by_the_active(ledger);
        const bool some = std::ranges::any_of(
            held, [&](const RoleId& role) { return ledger.is_protected({role}); });
        if (!some) return wrong("nobody holds the protected role", step);
        for (const RoleId& role : held_[id]) {
            // New rules may make another protected role of it.
            const auto* rules = std::get_if<ChangeBlueprint>(&step.command);
            const auto becomes =
                rules != nullptr && rules->roles.contains(role) ? rules->roles.at(role) : role;
            const bool merged = becomes != role && ledger.is_protected({becomes});
            const bool lost = ledger.is_protected({role}) && !held.contains(role) && !merged;
            if (lost) return wrong("nobody holds one of the protected roles", step);
        }
    }
    return std::nullopt;
}

Violation TheProtectedRoleStays::decided(const Simulation& simulation, const Step& step) {
    const auto is_protected = [&](OrganizationId in, const RoleId& role) {
        return ledger_of(simulation, in).is_protected({role});
    };
    for (const auto& [in, event] : all_of<RolePermissionsChanged>(step)) {
        if (is_protected(in, event.role)) return wrong("a protected role is edited", step);
    }
    for (const auto& [in, event] : all_of<RoleDeleted>(step)) {
        if (is_protected(in, event.role)) return wrong("a protected role is deleted", step);
    }
    return std::nullopt;
}

Violation ThereIsOneOwner::folded(const Simulation& simulation, const Step& step) {
    for (const OrganizationId id : step.touched()) {
        const Ledger& ledger = ledger_of(simulation, id);
        const auto role = ledger.single_holder_role();
        if (!role || ledger.ended) continue;
        const auto holders = ledger.holders_of(*role).size();
        if (holders != 1) return wrong(std::to_string(holders) + " hold the role of one", step);
    }
    return std::nullopt;
}

namespace {

std::vector<PersonId> owners_of(const Ledger& ledger) {
    const auto role = ledger.blueprint ? ledger.single_holder_role() : std::nullopt;
    return role && !ledger.ended ? ledger.holders_of(*role) : std::vector<PersonId>{};
}

}  // namespace

Violation OnlyTheOwnerPassesItOn::decided(const Simulation& simulation, const Step& step) {
    before_.clear();
    for (const OrganizationId id : step.touched()) {
        const auto owners = owners_of(ledger_of(simulation, id));
        const Actor giver = giver_in(simulation, step, id);
        const auto is_giver = [&](PersonId person) { return giver.is(person); };
        const bool owner = std::ranges::any_of(owners, is_giver);
        if (!owner && !giver.is_operator()) before_[id] = owners;
    }
    return std::nullopt;
}

Violation OnlyTheOwnerPassesItOn::folded(const Simulation& simulation, const Step& step) {
    for (const auto& [id, owners] : before_) {
        const Ledger& ledger = ledger_of(simulation, id);
        if (!owners.empty() && !ledger.ended && owners != owners_of(ledger)) {
            return wrong("somebody else passes the ownership on", step);
        }
    }
    return std::nullopt;
}

Violation OneMembershipAPerson::decided(const Simulation& simulation, const Step& step) {
    std::map<StreamId, std::set<PersonId>> in;
    for (const OrganizationId id : step.touched()) {
        for (const auto& [person, member] : ledger_of(simulation, id).members) {
            in[StreamId::of(id)].insert(person);
        }
    }
    for (const StreamEvent& happened : step.events()) {
        if (const auto* e = std::get_if<MemberJoined>(&happened.event)) {
            const bool is_new = in[happened.stream].insert(e->person).second;
            if (!is_new) return wrong("a member joins again", step);
        }
        if (const auto* e = std::get_if<MemberRemoved>(&happened.event)) {
            const bool was_in = in[happened.stream].erase(e->person) > 0;
            if (!was_in) return wrong("somebody is removed who is not in", step);
        }
    }
    return std::nullopt;
}

Violation OneOpenInvitationAPerson::decided(const Simulation& simulation, const Step& step) {
    std::map<StreamId, Ledger> ledgers;
    for (const OrganizationId id : step.touched()) {
        ledgers[StreamId::of(id)] = ledger_of(simulation, id);
    }
    for (const StreamEvent& happened : step.events()) {
        if (happened.stream.kind != StreamKind::organization) continue;
        Ledger& ledger = ledgers[happened.stream];
        if (const auto* e = std::get_if<InvitationIssued>(&happened.event)) {
            if (ledger.member(e->person) != nullptr) return wrong("a member is invited", step);
            if (ledger.offer_to(e->person) != nullptr) {
                return wrong("two open invitations for one person", step);
            }
        }
        ledger.note(happened.event);
        if (const auto* e = std::get_if<MemberJoined>(&happened.event)) {
            if (ledger.offer_to(e->person) != nullptr) {
                return wrong("a member has an open invitation", step);
            }
        }
    }
    return std::nullopt;
}

Violation AnInvitationEndsOnce::note(OrganizationId in, const Event& event, const Step& step) {
    if (const auto* e = std::get_if<InvitationIssued>(&event)) {
        if (!issued_.insert({in, e->invitation}).second) return wrong("an id is used again", step);
    }
    if (const auto end = ended_by(event)) {
        if (!issued_.contains({in, *end})) return wrong("an unknown invitation ends", step);
        if (!ended_.insert({in, *end}).second) return wrong("an invitation ends twice", step);
    }
    if (std::holds_alternative<OrganizationEnded>(event)) {
        for (const auto& [where, id] : issued_) {
            if (where == in) ended_.insert({where, id});
        }
    }
    return std::nullopt;
}

Violation AnInvitationEndsOnce::decided(const Simulation&, const Step& step) {
    std::set<std::pair<OrganizationId, InvitationId>> accepted_now;
    std::set<std::pair<OrganizationId, InvitationId>> joined_now;
    for (const StreamEvent& happened : step.events()) {
        const OrganizationId in{happened.stream.id};
        if (auto violation = note(in, happened.event, step)) return violation;
        if (const auto* e = std::get_if<InvitationAccepted>(&happened.event)) {
            accepted_now.insert({in, e->invitation});
        }
        const auto* joined = std::get_if<MemberJoined>(&happened.event);
        if (joined != nullptr && joined->invitation) joined_now.insert({in, *joined->invitation});
    }
    if (accepted_now != joined_now) return wrong("accepting and joining come apart", step);
    return std::nullopt;
}

Violation APlaceIsTakenWhole::decided(const Simulation& simulation, const Step& step) {
    for (const auto& [in, joined] : all_of<MemberJoined>(step)) {
        const Ledger& ledger = ledger_of(simulation, in);
        std::optional<PersonId> replaced;
        const LedgerOffer* offer = ledger.offer_to(joined.person);
        if (offer != nullptr) replaced = offer->replaces;
        const auto* at_once = std::get_if<ReplaceAddress>(&step.command);
        if (at_once != nullptr) replaced = at_once->person;
        if (!replaced) continue;
        const LedgerMember* was = ledger.member(*replaced);
        if (was == nullptr) return wrong("the place of a stranger is taken", step);
        const auto removals = all_of<MemberRemoved>(step);
        const auto goes = [&](const auto& removal) {
            return removal.first == in && removal.second.person == *replaced;
        };
        if (std::ranges::count_if(removals, goes) != 1) {
            return wrong("a place is taken and not left", step);
        }
        Places places;
        for (const WorkspacePlace& place : joined.workspaces) {
            places[place.workspace] = place.role;
        }
        const LedgerMember is{joined.roles, places, joined.licence, false};
        if (is != *was) return wrong("a place is taken and is another one", step);
    }
    return std::nullopt;
}

Violation OnlyTheNewestLinkAnswers::decided(const Simulation&, const Step& step) {
    const auto is_newest = [&](const auto& answered) {
        const auto known = newest_.find({answered.organization, answered.invitation});
        return known != newest_.end() && known->second.send_number == answered.send_number &&
               step.now < known->second.expires_at;
    };
    const auto* accepted = std::get_if<AcceptInvitation>(&step.command);
    const auto* declined = std::get_if<DeclineInvitation>(&step.command);
    if (step.accepted() && accepted != nullptr && !is_newest(*accepted)) {
        return wrong("a dead link was accepted", step);
    }
    if (step.accepted() && declined != nullptr && !is_newest(*declined)) {
        return wrong("a dead link was declined", step);
    }
    for (const auto& [in, event] : all_of<InvitationIssued>(step)) {
        newest_[{in, event.invitation}] = {1, event.expires_at};
    }
    for (const auto& [in, event] : all_of<InvitationResent>(step)) {
        Link& link = newest_[{in, event.invitation}];
        if (event.send_number <= link.send_number) {
            return wrong("a new link has an old number", step);
        }
        link = {event.send_number, event.expires_at};
    }
    return std::nullopt;
}

}  // namespace muster::domain_tests
