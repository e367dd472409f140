// Who may give and take what, and who learns what.
#include "tests/domain/given.h"
#include "tests/domain/watcher_parts.h"
#include "tests/domain/watchers.h"

#include <algorithm>

namespace muster::domain_tests {
namespace {

/// What one person may give in one organisation, by the book.
class Granter {
 public:
    Granter(const Ledger& ledger, PersonId person)
        : ledger_{ledger}, person_{person}, member_{ledger.member(person)} {
        if (member_ == nullptr || member_->suspended) return;
        held_ = ledger.permissions_of(member_->roles);
        for (const RoleId& role : member_->roles) {
            const OrganizationRole* rules = ledger.blueprint->role(role);
            if (rules != nullptr) to_others_ |= ledger.blueprint->closure(rules->grants);
        }
    }

    /// To a person, or to nobody in particular.
    PermissionSet may_give(std::optional<PersonId> to) const {
        return to == person_ ? held_ : held_ | to_others_;
    }
    bool may_give_place(PersonId to, WorkspaceId workspace, const RoleId& role) const {
        const bool as_to_others = ledger_.blueprint->workspaces.self_placement;
        PermissionSet allowed = may_give(as_to_others ? std::nullopt : std::optional{to});
        if (member_ != nullptr && member_->places.contains(workspace)) {
            allowed |= ledger_.permissions_in_workspace(member_->places.at(workspace));
        }
        return contains(allowed, ledger_.permissions_in_workspace(role));
    }
    bool may_give_places(PersonId to, const std::vector<WorkspacePlace>& places) const {
        return std::ranges::all_of(places, [&](const WorkspacePlace& place) {
            return may_give_place(to, place.workspace, place.role);
        });
    }
    bool holds(const RoleId& role) const {
        return member_ != nullptr && std::ranges::count(member_->roles, role) > 0;
    }

 private:
    const Ledger& ledger_;
    PersonId person_;
    const LedgerMember* member_;
    PermissionSet held_;
    PermissionSet to_others_;
};

/// One event that gives something, looked at before it is folded.
struct Gift {
    const Simulation& simulation;
    const Step& step;
    OrganizationId in;
    const Ledger& ledger;
    Granter granter;

    Violation operator()(const MemberRolesChanged& event) const {
        PermissionSet allowed = granter.may_give(event.person);
        const LedgerMember* member = ledger.member(event.person);
        const LedgerOffer* offer = ledger.offer_to(event.person);
        if (member != nullptr) allowed |= ledger.permissions_of(member->roles);
        if (offer != nullptr) allowed |= ledger.permissions_of(offer->roles);
        // What a former owner becomes is the blueprint's gift.
        if (std::holds_alternative<TransferOwnership>(step.command)) {
            const auto& becomes =
                ledger.blueprint->role(*ledger.single_holder_role())->former_holder_becomes;
            allowed |= ledger.permissions_of({*becomes});
        }
        return within(allowed, event.roles, "a role change gives");
    }
    Violation operator()(const InvitationIssued& event) const {
        return offered(event.person, event.roles, event.workspaces);
    }
    Violation operator()(const InvitationTakenOver& event) const {
        return answered_for(event.person);
    }
    Violation operator()(const InvitationResent& event) const {
        return event.inviter ? answered_for(event.person) : std::nullopt;
    }
    Violation operator()(const MemberJoined& event) const {
        const LedgerOffer* offer = accepted_offer(simulation, step, in);
        if (offer == nullptr) return offered(event.person, event.roles, event.workspaces);
        if (!offer->replaces) return std::nullopt;
        // What was offered was the inviter's to give then, what came to it is if it is now.
        const PermissionSet allowed = offer->permissions | granter.may_give(event.person);
        for (const WorkspacePlace& place : event.workspaces) {
            const auto then = offer->offered_places.find(place.workspace);
            const bool was_offered =
                then != offer->offered_places.end() && then->second == place.role;
            if (!was_offered && !granter.may_give_places(event.person, {place})) {
                return wrong("taking a place gives a workspace beyond the inviter's rights", step);
            }
        }
        return within(allowed, event.roles, "taking a place gives");
    }
    Violation operator()(const RoleCreated& event) const {
        const PermissionSet made = ledger.blueprint->closure(event.permissions);
        if (contains(granter.may_give(std::nullopt), made)) return std::nullopt;
        return wrong("a new role gives what its maker may not give", step);
    }
    Violation operator()(const RolePermissionsChanged& event) const {
        const PermissionSet added =
            ledger.blueprint->closure(event.permissions) & ~ledger.permissions_of({event.role});
        const auto to = granter.holds(event.role) ? step.context.actor.person() : std::nullopt;
        if (contains(granter.may_give(to), added)) return std::nullopt;
        return wrong("an edit adds to a role what the editor may not give", step);
    }
    Violation operator()(const WorkspaceRoleAssigned& event) const {
        // A creator's place is the blueprint's gift.
        if (std::holds_alternative<CreateWorkspace>(step.command)) return std::nullopt;
        const WorkspacePlace& place = event.place;
        if (granter.may_give_place(event.person, place.workspace, place.role)) return std::nullopt;
        return wrong("a place gives what the granter may not give", step);
    }
    template <class Other>
    Violation operator()(const Other&) const {
        return std::nullopt;
    }

 private:
    /// Whoever answers for an offer could make it.
    Violation answered_for(PersonId person) const {
        const LedgerOffer* offer = ledger.offer_to(person);
        if (offer == nullptr) return wrong("nobody's offer is answered for", step);
        std::vector<WorkspacePlace> places;
        for (const auto& [workspace, role] : offer->places) places.push_back({workspace, role});
        if (!granter.may_give_places(person, places)) {
            return wrong("who answers for an offer may not give its workspaces", step);
        }
        const bool newcomer = !ledger.blueprint->joining.invitation_names_role && !offer->replaces;
        if (newcomer) return std::nullopt;
        return within(granter.may_give(person), offer->roles, "an offer answered for gives");
    }
    Violation within(const PermissionSet& allowed, const std::vector<RoleId>& roles,
                     const std::string& what) const {
        if (contains(allowed, ledger.permissions_of(roles))) return std::nullopt;
        return wrong(what + " what the granter may not give", step);
    }
    Violation offered(PersonId person, const std::vector<RoleId>& roles,
                      const std::vector<WorkspacePlace>& places) const {
        // A newcomer's role is the blueprint's gift.
        const bool newcomer = !ledger.blueprint->joining.invitation_names_role &&
                              std::holds_alternative<InviteMember>(step.command);
        if (!granter.may_give_places(person, places)) {
            return wrong("an invitation offers a workspace beyond the inviter's rights", step);
        }
        if (newcomer) return std::nullopt;
        return within(granter.may_give(person), roles, "an invitation offers");
    }
};

}  // namespace

Violation NobodyGrantsBeyondTheirRights::decided(const Simulation& simulation, const Step& step) {
    for (const StreamEvent& happened : step.events()) {
        if (happened.stream.kind != StreamKind::organization) continue;
        const OrganizationId in{happened.stream.id};
        const Actor giver = giver_in(simulation, step, in);
        if (!giver.person()) continue;
        const Ledger& ledger = ledger_of(simulation, in);
        const Gift gift{simulation, step, in, ledger, Granter{ledger, *giver.person()}};
        if (auto violation = std::visit(gift, happened.event)) return violation;
    }
    return std::nullopt;
}

namespace {

/// Everybody else who loses a right, or the use of all of them, by an event.
std::vector<PersonId> losers_by(const Ledger& ledger, const Event& event) {
    if (const auto* e = std::get_if<MemberSuspended>(&event)) return {e->person};
    if (const auto* e = std::get_if<MemberRolesChanged>(&event)) {
        const LedgerMember* member = ledger.member(e->person);
        const LedgerOffer* offer = ledger.offer_to(e->person);
        const auto& before = member != nullptr ? member->roles : offer->roles;
        const PermissionSet after = ledger.permissions_of(e->roles);
        if (!contains(after, ledger.permissions_of(before))) return {e->person};
    }
    if (const auto* e = std::get_if<RolePermissionsChanged>(&event)) {
        const PermissionSet after = ledger.blueprint->closure(e->permissions);
        if (!contains(after, ledger.permissions_of({e->role}))) return ledger.holders_of(e->role);
    }
    return {};
}

}  // namespace

Violation WhoMayNotRemoveMayNotDemote::decided(const Simulation& simulation, const Step& step) {
    const Actor& actor = step.context.actor;
    const auto in = organization_of(step.command);
    // Who gets the ownership may lose the role they had: the blueprint has it so.
    const bool transfer = std::holds_alternative<TransferOwnership>(step.command);
    if (!actor.person() || !in || transfer) return std::nullopt;
    for (const StreamEvent& happened : step.events()) {
        if (happened.stream != StreamId::of(*in)) continue;
        for (const PersonId loser : losers_by(ledger_of(simulation, *in), happened.event)) {
            if (actor.is(loser)) continue;
            const auto no = answer(decide, simulation, actor, RemoveMember{*in, loser});
            if (no == Rejection::not_allowed || no == Rejection::target_out_of_reach) {
                return wrong("somebody is demoted by who may not remove them", step);
            }
        }
    }
    return std::nullopt;
}

Violation TheSuspendedHaveNoAccess::decided(const Simulation& simulation, const Step& step) {
    const auto in = organization_of(step.command);
    if (!in || !step.accepted()) return std::nullopt;
    const auto is_suspended = [&](PersonId person) {
        const LedgerMember* member = ledger_of(simulation, *in).member(person);
        return member != nullptr && member->suspended;
    };
    const auto* access = std::get_if<RecordSignIn>(&step.command);
    const auto actor = step.context.actor.person();
    if (actor && is_suspended(*actor)) return wrong("a suspended member acts", step);
    if (access != nullptr && is_suspended(access->person)) {
        return wrong("a suspended member has access", step);
    }
    return std::nullopt;
}

Violation TheSuspendedHaveNoAccess::folded(const Simulation& simulation, const Step& step) {
    for (const OrganizationId id : step.touched()) {
        const Organization& state = *simulation.organization(id);
        for (const auto& [person, member] : ledger_of(simulation, id).members) {
            if (!member.suspended) continue;
            bool any = state.permissions_of(person).any();
            for (const auto& [workspace, role] : member.places) {
                any = any || state.permissions_of(person, workspace).any();
            }
            if (any) return wrong("a suspended member has permissions", step);
        }
    }
    return std::nullopt;
}

namespace {

/// Commands of one kind about every target, and the rights that all of them take.
struct Probe {
    std::vector<Operation> takes;
    std::vector<Command> commands;
};

std::vector<Probe> probes_about_people(const Organization& state) {
    const OrganizationId in = state.id;
    const RoleId role = state.blueprint->roles.back().id;
    const bool none = state.workspaces.empty();
    const WorkspacePlace where{none ? workspace(99) : state.workspaces.begin()->first, role};
    Probe removal{{Operation::remove_member}, {}};
    Probe change{{Operation::change_role}, {}};
    Probe suspension{{Operation::suspend_member, Operation::remove_member}, {}};
    Probe reinstatement{{Operation::suspend_member}, {}};
    Probe place{{Operation::assign_workspace}, {}};
    Probe address{{Operation::invite_member, Operation::remove_member}, {}};
    Probe ownership{{Operation::transfer_ownership}, {}};
    for (const PersonId target : everybody()) {
        removal.commands.push_back(RemoveMember{in, target});
        change.commands.push_back(ChangeRole{in, target, {role}});
        change.commands.push_back(AssignRole{in, target, role});
        change.commands.push_back(WithdrawRole{in, target, role});
        suspension.commands.push_back(SuspendMember{in, target});
        reinstatement.commands.push_back(ReinstateMember{in, target});
        place.commands.push_back(AssignWorkspaceRole{in, target, where});
        place.commands.push_back(AssignWorkspaces{in, target, {where}});
        place.commands.push_back(WithdrawWorkspaceRole{in, target, where.workspace});
        address.commands.push_back(
            ReplaceAddress{in, target, invitation(98), person(50), {}, sealed("address")});
        ownership.commands.push_back(TransferOwnership{in, target});
    }
    return {removal, change, suspension, reinstatement, place, address, ownership};
}

std::vector<Probe> probes_about_ids(const Organization& state) {
    const OrganizationId in = state.id;
    Probe sent{{Operation::invite_member}, {}};
    std::vector<InvitationId> ids{invitation(98)};
    for (const auto& [id, open] : state.invitations) ids.push_back(id);
    if (!state.ended_invitations.empty()) ids.push_back(state.ended_invitations.begin()->first);
    for (const InvitationId id : ids) {
        sent.commands.push_back(ResendInvitation{in, id});
        sent.commands.push_back(CancelInvitation{in, id});
    }
    Probe managed{{Operation::manage_roles}, {}};
    Probe copied{{Operation::copy_role}, {}};
    for (const RoleId& role : {state.blueprint->founder_role, RoleId{"pilot"}}) {
        managed.commands.push_back(RenameRole{in, role, "R"});
        managed.commands.push_back(SetRolePermissions{in, role, {}});
        managed.commands.push_back(DeleteRole{in, role});
        copied.commands.push_back(CopyRole{in, role, {}});
    }
    Probe named{{Operation::manage_organization}, {RenameOrganization{in, ""}}};
    return {sent, managed, copied, named};
}

std::vector<Probe> probes(const Organization& state) {
    auto all = probes_about_people(state);
    for (Probe& probe : probes_about_ids(state)) all.push_back(std::move(probe));
    return all;
}

bool holds(const Organization& state, PersonId who, Operation operation) {
    return may(state, Actor::of(who), operation) ||
           std::ranges::any_of(state.workspaces, [&](const auto& entry) {
               return may(state, Actor::of(who), operation, entry.first);
           });
}

Violation ask_strangers(const Decider& decider, const Simulation& simulation,
                        const Organization& state) {
    const OrganizationId in = state.id;
    std::vector<Command> commands{EndOrganization{in},
                                  FinishImport{in},
                                  ChangePlan{in, state.plan, {}},
                                  ChangeBlueprint{in, state.blueprint, {}, {}, std::nullopt},
                                  ReplaceProtectedHolder{in, person(1), person(2), {}},
                                  CreateWorkspace{in, workspace(97), "W"},
                                  RenameWorkspace{in, workspace(97), "W"},
                                  CreateRole{in, RoleId{"new"}, "New", {}},
                                  InviteMember{in, {}, RowMode::atomic, {}}};
    for (const Probe& probe : probes(state)) {
        commands.insert(commands.end(), probe.commands.begin(), probe.commands.end());
    }
    for (const PersonId who : everybody()) {
        if (state.member(who) != nullptr) continue;
        for (const Command& command : commands) {
            const auto no = answer(decider, simulation, Actor::of(who), command);
            if (no != Rejection::organization_not_found) {
                return "a stranger learns something from " + std::string{name_of(command)};
            }
        }
    }
    return std::nullopt;
}

Violation ask_members(const Decider& decider, const Simulation& simulation,
                      const Organization& state) {
    const std::vector<Probe> all = probes(state);
    for (const auto& [who, member] : state.members) {
        const bool suspended = member.status == MemberStatus::suspended;
        const auto expected = suspended ? Rejection::caller_suspended : Rejection::not_allowed;
        for (const Probe& probe : all) {
            const bool may_ask = std::ranges::all_of(
                probe.takes, [&](Operation operation) { return holds(state, who, operation); });
            if (may_ask && !suspended) continue;
            for (const Command& command : probe.commands) {
                // Leaving takes no right.
                const auto* removal = std::get_if<RemoveMember>(&command);
                if (removal != nullptr && removal->person == who) continue;
                if (answer(decider, simulation, Actor::of(who), command) != expected) {
                    return "a member without the right learns something from " +
                           std::string{name_of(command)};
                }
            }
        }
    }
    return std::nullopt;
}

}  // namespace

Violation NobodyLearnsWhatTheyMayNotKnow::folded(const Simulation& simulation, const Step& step) {
    // Everybody asks for everything, so that a few steps of a life have to do.
    const auto in = organization_of(step.command);
    const Organization* state = in ? simulation.organization(*in) : nullptr;
    if (state == nullptr || ++steps_ % 20 != 0) return std::nullopt;
    if (auto violation = ask_strangers(decider, simulation, *state)) return violation;
    return ask_members(decider, simulation, *state);
}

}  // namespace muster::domain_tests
