// The properties, each read off the events and the rules in words.
#include "tests/domain/watchers.h"

#include "tests/domain/given.h"

#include <algorithm>

namespace muster::domain_tests {
namespace {

template <class E>
std::vector<E> all_of(const Step& step) {
    std::vector<E> found;
    for (const StreamEvent& happened : step.events()) {
        if (const auto* event = std::get_if<E>(&happened.event)) found.push_back(*event);
    }
    return found;
}

/// The invitation an event ends, if it ends one.
std::optional<InvitationId> ended_by(const Event& event) {
    if (const auto* e = std::get_if<InvitationAccepted>(&event)) return e->invitation;
    if (const auto* e = std::get_if<InvitationDeclined>(&event)) return e->invitation;
    if (const auto* e = std::get_if<InvitationCancelled>(&event)) return e->invitation;
    if (const auto* e = std::get_if<InvitationExpired>(&event)) return e->invitation;
    return std::nullopt;
}

Violation wrong(std::string what, const Step& step) {
    return what + " (by " + std::string{name_of(step.command)} + ")";
}

NaiveMember as_naive(PersonId person, const std::vector<RoleId>& roles, const Places& places,
                     const std::optional<LicenceClassId>& licence) {
    NaiveMember naive{person, roles.front().value, {}, licence ? licence->value : ""};
    for (const auto& [workspace, role] : places) naive.places[workspace] = role.value;
    return naive;
}

}  // namespace

Violation InvariantsHold::decided(const Simulation&, const Step& step) {
    for (const StreamEvent& happened : step.events()) {
        const bool own = happened.stream == StreamId::of(organization(1));
        if (!own && happened.stream.kind == StreamKind::organization) {
            return wrong("another organisation is touched", step);
        }
    }
    return std::nullopt;
}

Violation InvariantsHold::folded(const Simulation& simulation, const Step& step) {
    const auto whole = broken_invariant(simulation.organization());
    const auto quick = broken_invariant_after(simulation.organization(), step.events());
    if (whole) return wrong(std::string{*whole}, step);
    if (quick) return wrong("only the quick check says: " + std::string{*quick}, step);
    return std::nullopt;
}

Violation SomebodyHoldsTheProtectedRole::folded(const Simulation& simulation, const Step& step) {
    std::map<PersonId, std::vector<RoleId>> held;
    for (const Happened& happened : simulation.history()) {
        const Event& event = happened.event.event;
        if (std::holds_alternative<OrganizationEnded>(event)) return std::nullopt;
        if (const auto* e = std::get_if<MemberJoined>(&event)) held[e->person] = e->roles;
        if (const auto* e = std::get_if<MemberRemoved>(&event)) held.erase(e->person);
        if (const auto* e = std::get_if<MemberRolesChanged>(&event)) {
            if (held.contains(e->person)) held[e->person] = e->roles;
        }
    }
    const RoleId kept = simulation.blueprint().founder_role;
    const bool any = std::ranges::any_of(
        held, [&](const auto& entry) { return std::ranges::count(entry.second, kept) > 0; });
    return any ? std::nullopt : wrong("nobody holds the protected role", step);
}

OneMembershipAPerson::OneMembershipAPerson() : in{person(1)} {}

Violation OneMembershipAPerson::decided(const Simulation&, const Step& step) {
    for (const StreamEvent& happened : step.events()) {
        if (std::holds_alternative<OrganizationEnded>(happened.event)) in.clear();
        if (const auto* e = std::get_if<MemberJoined>(&happened.event)) {
            if (!in.insert(e->person).second) return wrong("a member joins again", step);
        }
        if (const auto* e = std::get_if<MemberRemoved>(&happened.event)) {
            if (in.erase(e->person) == 0) return wrong("somebody is removed twice", step);
        }
    }
    return std::nullopt;
}

OneOpenInvitationAPerson::OneOpenInvitationAPerson() : in{person(1)} {}

Violation OneOpenInvitationAPerson::decided(const Simulation&, const Step& step) {
    for (const StreamEvent& happened : step.events()) {
        const Event& event = happened.event;
        if (const auto* e = std::get_if<InvitationIssued>(&event)) {
            if (in.contains(e->person)) return wrong("a member is invited", step);
            if (!open.emplace(e->person, e->invitation).second) {
                return wrong("two open invitations for one person", step);
            }
        }
        if (ended_by(event)) open.erase(*subject_of(event));
        if (const auto* e = std::get_if<MemberJoined>(&event)) {
            if (open.contains(e->person)) return wrong("a member has an open invitation", step);
            in.insert(e->person);
        }
        if (const auto* e = std::get_if<MemberRemoved>(&event)) in.erase(e->person);
        if (std::holds_alternative<OrganizationEnded>(event)) {
            open.clear();
            in.clear();
        }
    }
    return std::nullopt;
}

Violation AnInvitationEndsOnce::decided(const Simulation&, const Step& step) {
    std::set<InvitationId> accepted_now;
    std::set<InvitationId> joined_now;
    for (const StreamEvent& happened : step.events()) {
        const Event& event = happened.event;
        if (const auto* e = std::get_if<InvitationIssued>(&event)) {
            if (!issued.insert(e->invitation).second) return wrong("an id is used again", step);
        }
        if (const auto end = ended_by(event)) {
            if (!issued.contains(*end)) return wrong("an unknown invitation ends", step);
            if (!ended.insert(*end).second) return wrong("an invitation ends twice", step);
        }
        if (std::holds_alternative<OrganizationEnded>(event)) ended = issued;
        if (const auto* e = std::get_if<InvitationAccepted>(&event)) {
            accepted_now.insert(e->invitation);
        }
        if (const auto* e = std::get_if<MemberJoined>(&event)) {
            if (e->invitation) joined_now.insert(*e->invitation);
        }
    }
    if (accepted_now != joined_now) return wrong("accepting and joining come apart", step);
    return std::nullopt;
}

Violation OnlyTheNewestLinkAnswers::decided(const Simulation&, const Step& step) {
    const auto is_newest = [&](InvitationId id, std::uint32_t send_number) {
        const auto known = newest.find(id);
        return known != newest.end() && known->second.first == send_number &&
               step.now < known->second.second;
    };
    if (step.accepted()) {
        const auto* accepted = std::get_if<AcceptInvitation>(&step.command);
        if (accepted != nullptr && !is_newest(accepted->invitation, accepted->send_number)) {
            return wrong("a dead link was accepted", step);
        }
        const auto* declined = std::get_if<DeclineInvitation>(&step.command);
        if (declined != nullptr && !is_newest(declined->invitation, declined->send_number)) {
            return wrong("a dead link was declined", step);
        }
    }
    for (const auto& event : all_of<InvitationIssued>(step)) {
        newest[event.invitation] = {1, event.expires_at};
    }
    for (const auto& event : all_of<InvitationResent>(step)) {
        if (event.send_number <= newest[event.invitation].first) {
            return wrong("a new link has an old number", step);
        }
        newest[event.invitation] = {event.send_number, event.expires_at};
    }
    return std::nullopt;
}

std::map<LicenceClassId, std::uint64_t> LicencesFitThePlan::taken() const {
    std::map<LicenceClassId, std::uint64_t> counts;
    for (const auto& [person, licence] : used) ++counts[licence];
    for (const auto& [person, licence] : reserved) ++counts[licence];
    return counts;
}

void LicencesFitThePlan::note(const Event& event) {
    if (const auto* e = std::get_if<PlanChanged>(&event)) limits = e->limits;
    if (const auto* e = std::get_if<OrganizationFounded>(&event)) {
        limits = e->blueprint->plan(e->plan)->limits;
    }
    if (const auto* e = std::get_if<InvitationIssued>(&event)) {
        if (e->licence) reserved[e->person] = *e->licence;
    }
    if (ended_by(event)) reserved.erase(*subject_of(event));
    if (const auto* e = std::get_if<MemberJoined>(&event)) {
        if (e->licence) used[e->person] = *e->licence;
    }
    if (const auto* e = std::get_if<MemberRemoved>(&event)) used.erase(e->person);
    if (const auto* e = std::get_if<LicenceChanged>(&event)) {
        auto& ledger = reserved.contains(e->person) ? reserved : used;
        ledger.erase(e->person);
        if (e->licence) ledger[e->person] = *e->licence;
    }
    if (std::holds_alternative<OrganizationEnded>(event)) {
        used.clear();
        reserved.clear();
    }
}

Violation LicencesFitThePlan::decided(const Simulation& simulation, const Step& step) {
    if (!started) {
        for (const Happened& happened : simulation.history()) note(happened.event.event);
        started = true;
    }
    const auto before = taken();
    for (const StreamEvent& happened : step.events()) note(happened.event);
    for (const auto& [licence, count] : taken()) {
        const auto limit = limits.find(licence);
        const auto earlier = before.find(licence);
        const std::uint64_t was = earlier == before.end() ? 0 : earlier->second;
        if (limit != limits.end() && count > limit->second && count > was) {
            return wrong("more licences of one class than were granted", step);
        }
    }
    return std::nullopt;
}

Violation NobodyGrantsBeyondTheirRights::decided(const Simulation& simulation, const Step& step) {
    const Organization& before = simulation.organization();
    const Actor& actor = step.context.actor;
    const Member* granter = before.member(actor.person);
    if (actor.kind != ActorKind::person || granter == nullptr) return std::nullopt;
    if (std::holds_alternative<AcceptInvitation>(step.command)) return std::nullopt;
    const auto rights = [&](const std::vector<RoleId>& roles) {
        PermissionSet united;
        for (const RoleId& role : roles) united |= before.roles.at(role).effective;
        return united;
    };
    PermissionSet held = rights(granter->roles);
    PermissionSet to_others = held;
    for (const RoleId& role : granter->roles) {
        const OrganizationRole* rules = simulation.blueprint().role(role);
        if (rules != nullptr) to_others |= simulation.blueprint().closure(rules->grants);
    }
    for (const auto& event : all_of<MemberRolesChanged>(step)) {
        const Member* target = before.member(event.person);
        PermissionSet allowed = event.person == actor.person ? held : to_others;
        if (target != nullptr) allowed |= rights(target->roles);
        if (!contains(allowed, rights(event.roles))) {
            return wrong("a role change gives what the granter does not hold", step);
        }
    }
    const std::string newcomer = simulation.blueprint().joining.newcomer_role
                                     ? simulation.blueprint().joining.newcomer_role->value
                                     : "";
    for (const auto& event : all_of<InvitationIssued>(step)) {
        const bool default_role = event.roles.front().value == newcomer;
        if (!default_role && !contains(to_others, rights(event.roles))) {
            return wrong("an invitation offers what the inviter does not hold", step);
        }
    }
    for (const auto& event : all_of<RoleCreated>(step)) {
        if (!contains(to_others, simulation.blueprint().closure(event.permissions))) {
            return wrong("a new role gives what its maker does not hold", step);
        }
    }
    return std::nullopt;
}

namespace {

/// What somebody could ask about a person or an id, to find out what they are here.
std::vector<std::vector<Command>> probes(const Simulation& simulation, OrganizationId in) {
    const Organization& state = simulation.organization();
    const RoleId role = simulation.blueprint().roles.back().id;
    const WorkspaceId where =
        state.workspaces.empty() ? workspace(99) : state.workspaces.begin()->first;
    std::vector<std::vector<Command>> kinds(6);
    for (const PersonId target : Simulation::everybody()) {
        kinds[0].push_back(RemoveMember{in, target});
        kinds[1].push_back(ChangeRole{in, target, {role}});
        kinds[2].push_back(AssignWorkspaceRole{in, target, {where, role}});
        kinds[3].push_back(WithdrawWorkspaceRole{in, target, where});
    }
    std::vector<InvitationId> ids{invitation(98)};
    for (const auto& [id, open] : state.invitations) ids.push_back(id);
    for (const auto& [id, ended] : state.ended_invitations) ids.push_back(id);
    for (const InvitationId id : ids) {
        kinds[4].push_back(ResendInvitation{in, id});
        kinds[5].push_back(CancelInvitation{in, id});
    }
    return kinds;
}

constexpr Operation probed[] = {Operation::remove_member,    Operation::change_role,
                                Operation::assign_workspace, Operation::assign_workspace,
                                Operation::invite_member,    Operation::invite_member};

std::optional<Rejection> answer(const Decider& decider, const Simulation& simulation, PersonId who,
                                const Command& command) {
    Context context;
    context.actor = Actor::of(who);
    const auto verdict = decider(simulation.world(), command, context, simulation.now());
    return verdict ? std::nullopt : std::optional{verdict.error().rejection};
}

/// The role's own rights, read from the blueprint and the roles that were made.
bool holds(const Simulation& simulation, PersonId who, Operation operation) {
    const Organization& state = simulation.organization();
    return may(state, Actor::of(who), operation) ||
           std::ranges::any_of(state.workspaces, [&](const auto& entry) {
               return may(state, Actor::of(who), operation, entry.first);
           });
}

}  // namespace

Violation NobodyLearnsWhatTheyMayNotKnow::folded(const Simulation& simulation, const Step&) {
    if (auto violation = ask_strangers(simulation)) return violation;
    return ask_members(simulation);
}

Violation NobodyLearnsWhatTheyMayNotKnow::ask_strangers(const Simulation& simulation) {
    const auto in = organization(1);
    std::vector<Command> commands{EndOrganization{in},
                                  FinishImport{in},
                                  ChangePlan{in, simulation.blueprint().first_plan, {}},
                                  CreateWorkspace{in, workspace(97), "W"},
                                  CreateRole{in, RoleId{"new"}, "New", {}},
                                  InviteMember{in, {}, RowMode::atomic, {}}};
    for (const auto& kind : probes(simulation, in)) {
        commands.insert(commands.end(), kind.begin(), kind.end());
    }
    for (const PersonId who : Simulation::everybody()) {
        if (simulation.organization().member(who) != nullptr) continue;
        for (const Command& command : commands) {
            if (answer(decider, simulation, who, command) != Rejection::organization_not_found) {
                return "a stranger learns something from " + std::string{name_of(command)};
            }
        }
    }
    return std::nullopt;
}

Violation NobodyLearnsWhatTheyMayNotKnow::ask_members(const Simulation& simulation) {
    const auto kinds = probes(simulation, organization(1));
    for (const auto& [who, member] : simulation.organization().members) {
        for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
            if (holds(simulation, who, probed[kind])) continue;
            for (const Command& command : kinds[kind]) {
                const auto* removal = std::get_if<RemoveMember>(&command);
                if (removal != nullptr && removal->person == who) continue;
                if (answer(decider, simulation, who, command) != Rejection::not_allowed) {
                    return "a member without the right learns something from " +
                           std::string{name_of(command)};
                }
            }
        }
    }
    return std::nullopt;
}

Violation ReplayEqualsLive::folded(const Simulation& simulation, const Step& step) {
    Organization replayed;
    for (const Happened& happened : simulation.history()) {
        if (happened.event.stream.kind != StreamKind::organization) continue;
        if (keep && !keep(happened.event.event)) continue;
        evolve(replayed, happened.event.event, happened.at);
    }
    // The version counts commits, which single events do not know of.
    replayed.version = simulation.organization().version;
    return replayed == simulation.organization() ? std::nullopt : wrong("replay differs", step);
}

Violation RemovalEndsEverything::folded(const Simulation& simulation, const Step& step) {
    const auto* removal = std::get_if<RemoveMember>(&step.command);
    if (removal == nullptr || !step.accepted()) return std::nullopt;
    const PersonId gone = removal->person;
    const Organization& state = simulation.organization();
    if (state.member(gone) != nullptr) return wrong("the removed are members still", step);
    if (state.permissions_of(gone).any()) return wrong("the removed have permissions", step);
    for (const auto& [workspace, details] : state.workspaces) {
        if (state.permissions_of(gone, workspace).any()) {
            return wrong("the removed have permissions in a workspace", step);
        }
    }
    std::uint64_t in_use = 0;
    for (const auto& [licence, use] : state.seats) in_use += use.used;
    const auto licensed = std::ranges::count_if(
        state.members, [](const auto& entry) { return entry.second.licence.has_value(); });
    if (in_use != static_cast<std::uint64_t>(licensed)) {
        return wrong("the removed hold a licence", step);
    }
    const RecordSignIn access{gone, organization(1)};
    if (answer(decide, simulation, gone, access) != Rejection::organization_not_found) {
        return wrong("the removed have access", step);
    }
    return std::nullopt;
}

Violation TheNaiveModelAgrees::decided(const Simulation& simulation, const Step& step) {
    if (!model) model = std::make_unique<NaiveModel>(naive_product(simulation.blueprint().id));
    const bool accepted = model->accepts(step.command, step.context.actor, step.now);
    if (accepted == step.accepted()) return std::nullopt;
    if (accepted) {
        return wrong(
            "refused against the rules: " + std::string{name_of(step.result.error().rejection)},
            step);
    }
    return wrong("accepted against the rules", step);
}

Violation TheNaiveModelAgrees::folded(const Simulation& simulation, const Step& step) {
    const Organization& state = simulation.organization();
    std::vector<NaiveMember> members;
    for (const auto& [person, member] : state.members) {
        members.push_back(as_naive(person, member.roles, member.workspaces, member.licence));
    }
    if (members != model->members()) return wrong("the members differ", step);
    std::vector<NaiveMember> invited;
    for (const auto& [person, id] : state.invited) {
        const OpenInvitation& open = state.invitations.at(id);
        if (step.now >= open.expires_at) continue;
        invited.push_back(as_naive(person, open.roles, open.workspaces, open.licence));
    }
    if (invited != model->invited(step.now)) return wrong("the invited differ", step);
    return std::nullopt;
}

}  // namespace muster::domain_tests
