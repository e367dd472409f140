// Reading moves against the state they find.
#include "tests/domain/simulation.h"

#include "tests/domain/given.h"

#include <ostream>

namespace muster::domain_tests {
namespace {

constexpr std::uint64_t population = 8;

/// The kinds of move, each as often as it stands here.
enum class Kind : std::uint8_t {
    invite,
    invite_more,
    accept,
    accept_more,
    change_role,
    change_role_more,
    remove,
    resend,
    cancel,
    decline,
    create_workspace,
    assign,
    assign_more,
    withdraw,
    delete_workspace,
    wait,
    create_role,
    change_plan,
    register_person,
    sign_in,
    end,
};
constexpr std::uint8_t kinds = 21;

}  // namespace

std::ostream& operator<<(std::ostream& out, const Move& move) {
    return out << "{" << int{move.kind} << ", " << int{move.actor} << ", " << int{move.target}
               << ", " << int{move.role} << ", " << int{move.place} << ", " << int{move.variant}
               << "}";
}

rc::Gen<std::vector<Move>> any_moves() {
    const auto below = [](int limit) {
        return rc::gen::map(rc::gen::inRange(0, limit),
                            [](int value) { return static_cast<std::uint8_t>(value); });
    };
    return rc::gen::container<std::vector<Move>>(rc::gen::build<Move>(
        rc::gen::set(&Move::kind, below(kinds)), rc::gen::set(&Move::actor, below(16)),
        rc::gen::set(&Move::target, below(16)), rc::gen::set(&Move::role, below(16)),
        rc::gen::set(&Move::place, below(16)), rc::gen::set(&Move::variant, below(16))));
}

Simulation::Simulation(const Blueprint& blueprint, Decider decider)
    : blueprint_{blueprint}, decider_{std::move(decider)}, now_{first_day} {
    // Persons 2 and 3 have an account, 4 has one whose address is not verified.
    Happenings start{domain_tests::organization(1)};
    start.add(founded(blueprint));
    start.add(registered(2));
    start.add(registered(3));
    start.add(registered(4, false));
    world_.apply(start.events(), now_);
    for (const StreamEvent& event : start.events()) history_.push_back({event, now_});
}

const Organization& Simulation::organization() const {
    return *world_.organization(domain_tests::organization(1));
}

std::vector<PersonId> Simulation::everybody() {
    std::vector<PersonId> people;
    for (std::uint64_t number = 1; number <= population; ++number) people.push_back(person(number));
    return people;
}

Violation Simulation::play(const std::vector<Move>& moves, Watcher& watcher) {
    for (const Move& move : moves) {
        if (auto violation = take(move, watcher)) return violation;
    }
    return std::nullopt;
}

Violation Simulation::take(const Move& asked, Watcher& watcher) {
    const Move move = sensible(asked);
    if (Kind{move.kind} == Kind::wait) {
        now_ = now_ + std::chrono::hours{12 * (1 + move.variant)};
        return std::nullopt;
    }
    now_ = now_ + std::chrono::minutes{1};
    // Answers and new links compare with the clock themselves, so that they may come too early for
    // the writer to have settled.
    const Kind kind{move.kind};
    const bool compares = kind == Kind::accept || kind == Kind::decline || kind == Kind::resend;
    if (!compares || move.variant % 2 == 0) {
        if (auto violation = settle(watcher)) return violation;
    }
    const Command command = command_of(move);
    return perform(command, actor_of(move, command), now_, watcher);
}

Violation Simulation::settle(Watcher& watcher) {
    while (true) {
        const auto due = next_due(organization());
        if (!due || *due > now_) return std::nullopt;
        const SettleDue settling{domain_tests::organization(1)};
        if (auto violation = perform(settling, Actor::the_system(), *due, watcher)) {
            return violation;
        }
    }
}

Violation Simulation::perform(const Command& command, const Actor& actor, Instant at,
                              Watcher& watcher) {
    Context context;
    context.actor = actor;
    const Step step{command, context, at, decider_(world_, command, context, at)};
    if (auto violation = watcher.decided(*this, step)) return violation;
    const auto events = step.events();
    world_.apply(events, at);
    for (const StreamEvent& event : events) history_.push_back({event, at});
    return watcher.folded(*this, step);
}

PersonId Simulation::somebody(std::uint8_t choice) const {
    // Mostly a member, else anybody.
    const auto& members = organization().members;
    if (choice < 14 && !members.empty()) {
        auto found = members.begin();
        std::advance(found, choice % members.size());
        return found->first;
    }
    return person(1 + choice % population);
}

InvitationId Simulation::some_invitation(std::uint8_t choice) const {
    // Mostly an open one, else one that ever was, else one that never was.
    const auto& open = organization().invitations;
    if (choice < 13 && !open.empty()) {
        auto found = open.begin();
        std::advance(found, choice % open.size());
        return found->first;
    }
    if (choice < 15 && !sent_.empty()) return sent_[sent_.size() - 1 - choice % sent_.size()];
    return invitation(99);
}

std::optional<PersonId> Simulation::invited_by(InvitationId id) const {
    if (const OpenInvitation* open = organization().invitation(id)) return open->person;
    const auto ended = organization().ended_invitations.find(id);
    if (ended == organization().ended_invitations.end()) return std::nullopt;
    return ended->second.person;
}

std::vector<RoleId> Simulation::some_roles(const Move& move) const {
    if (move.variant == 15) return {};
    const auto& known = organization().roles;
    auto found = known.begin();
    std::advance(found, move.role % known.size());
    const RoleId role = move.role == 15 ? RoleId{"pilot"} : found->first;
    if (move.variant == 14) return {role, known.begin()->first};
    return {role};
}

WorkspacePlace Simulation::some_place(std::uint8_t place, std::uint8_t role) const {
    const auto& known = organization().workspaces;
    WorkspaceId where = workspace(99);
    if (place < 15 && !known.empty()) {
        auto found = known.begin();
        std::advance(found, place % known.size());
        where = found->first;
    }
    const auto& offered = blueprint_.workspaces.roles;
    if (offered.empty() || role == 15) return {where, RoleId{role == 15 ? "pilot" : ""}};
    return {where, offered[role % offered.size()].id};
}

Command Simulation::inviting(const Move& move) {
    InviteMember command{domain_tests::organization(1), {}, RowMode::atomic, {}};
    const std::uint8_t rows = move.variant >= 10 && move.variant < 13 ? 2 : 1;
    if (move.variant % 2 == 1) command.mode = RowMode::each;
    for (std::uint8_t index = 0; index < rows; ++index) {
        InvitationRow next;
        const bool used_id = move.place == 14 && !sent_.empty();
        next.invitation = used_id ? sent_.back() : invitation(next_id_++);
        next.person = person(1 + static_cast<std::uint64_t>(move.target + index * 3) % population);
        // Where the role is not asked for, most rows name none.
        if (blueprint_.joining.invitation_names_role || move.role == 15) {
            next.roles = some_roles(move);
        }
        const bool places = blueprint_.workspaces.offered && move.place < 8;
        if (places) next.workspaces.push_back(some_place(move.place, move.role));
        if (places && move.place == 7) next.workspaces.push_back(some_place(3, move.role));
        sent_.push_back(next.invitation);
        command.rows.push_back(std::move(next));
    }
    return command;
}

Command Simulation::answering(const Move& move) {
    const InvitationId id = some_invitation(move.target);
    const OpenInvitation* open = organization().invitation(id);
    std::uint32_t send_number = open != nullptr ? open->send_number : 1;
    if (move.role == 14) ++send_number;
    if (move.role < 4 && send_number > 1) --send_number;
    const auto invited = invited_by(id);
    const Person* known = invited ? world_.person(*invited) : nullptr;
    const bool has_account = known != nullptr && known->registered;
    const bool signed_in = move.place == 15 ? !has_account : has_account;
    if (Kind{move.kind} == Kind::decline) {
        return DeclineInvitation{domain_tests::organization(1), id, send_number, signed_in};
    }
    const Sealed name = sealed(move.place == 14 ? "" : "account name");
    return AcceptInvitation{
        domain_tests::organization(1), id, send_number, signed_in, name, sealed("address")};
}

Command Simulation::on_workspaces(const Move& move) {
    const auto in = domain_tests::organization(1);
    const WorkspacePlace where = some_place(move.place, move.role);
    const Kind kind{move.kind};
    if (kind == Kind::create_workspace) {
        return CreateWorkspace{in, workspace(next_id_++),
                               move.role == 0 ? "" : "W" + std::to_string(move.role % 5)};
    }
    if (kind == Kind::delete_workspace) return DeleteWorkspace{in, where.workspace};
    if (kind == Kind::withdraw) {
        return WithdrawWorkspaceRole{in, somebody(move.target), where.workspace};
    }
    return AssignWorkspaceRole{in, somebody(move.target), where};
}

Command Simulation::on_the_whole(const Move& move) {
    const auto in = domain_tests::organization(1);
    if (Kind{move.kind} == Kind::create_role) {
        std::vector<PermissionId> gives;
        for (std::size_t index = 0; index < std::size_t{move.variant} % 4; ++index) {
            const auto& catalogue = blueprint_.permissions;
            gives.push_back(catalogue[(move.place + index * 5) % catalogue.size()].id);
        }
        return CreateRole{in, RoleId{"custom" + std::to_string(next_id_++)},
                          "R" + std::to_string(move.role % 6), std::move(gives)};
    }
    if (Kind{move.kind} == Kind::change_plan) {
        const auto& plans = blueprint_.plans;
        ChangePlan command{in, plans[move.variant % plans.size()].id, {}};
        if (move.role < 8 && !blueprint_.licence_classes.empty()) {
            command.limits[blueprint_.licence_classes.front().id] = move.place % 5;
        }
        return command;
    }
    // Ending is rare: it leaves nothing to look at.
    if (move.variant < 4 && move.role < 4) return EndOrganization{in};
    return RecordSignIn{somebody(move.target), in};
}

/// Three times in four, a move that can come to nothing here becomes one that can.
Move Simulation::sensible(Move move) const {
    if (move.variant % 4 == 3) return move;
    const Kind kind{move.kind};
    const auto become = [&move](Kind other) { move.kind = static_cast<std::uint8_t>(other); };
    const bool on_invitations = kind == Kind::accept || kind == Kind::accept_more ||
                                kind == Kind::resend || kind == Kind::cancel ||
                                kind == Kind::decline;
    const bool on_workspaces = kind == Kind::assign || kind == Kind::assign_more ||
                               kind == Kind::withdraw || kind == Kind::delete_workspace;
    const bool no_workspaces = organization().workspaces.empty();
    if (on_invitations && organization().invitations.empty()) become(Kind::invite);
    if (kind == Kind::decline && move.role % 2 == 0) become(Kind::accept);
    if (on_workspaces && no_workspaces) become(Kind::create_workspace);
    if (kind == Kind::delete_workspace && !no_workspaces && move.role > 5) become(Kind::assign);
    if (!blueprint_.workspaces.offered && (on_workspaces || kind == Kind::create_workspace)) {
        become(Kind::change_role);
    }
    if (kind == Kind::create_role && !blueprint_.custom_roles.offered) become(Kind::change_role);
    if (kind == Kind::register_person && move.role > 5) become(Kind::change_role);
    if (kind == Kind::change_plan && move.role > 8) become(Kind::invite);
    return move;
}

Command Simulation::command_of(const Move& move) {
    const auto in = domain_tests::organization(1);
    switch (Kind{move.kind}) {
        case Kind::invite:
        case Kind::invite_more:
            return inviting(move);
        case Kind::accept:
        case Kind::accept_more:
        case Kind::decline:
            return answering(move);
        case Kind::change_role:
        case Kind::change_role_more:
            return ChangeRole{in, somebody(move.target), some_roles(move)};
        case Kind::remove:
            return RemoveMember{in, somebody(move.target)};
        case Kind::resend:
            return ResendInvitation{in, some_invitation(move.target)};
        case Kind::cancel:
            return CancelInvitation{in, some_invitation(move.target)};
        case Kind::create_workspace:
        case Kind::assign:
        case Kind::assign_more:
        case Kind::withdraw:
        case Kind::delete_workspace:
            return on_workspaces(move);
        case Kind::register_person:
            return RegisterPerson{person(1 + move.target % population), sealed("name"),
                                  sealed("address"), move.variant % 2 == 0};
        case Kind::sign_in:
            return RecordSignIn{somebody(move.target), in};
        case Kind::create_role:
        case Kind::change_plan:
        case Kind::end:
        case Kind::wait:
            return on_the_whole(move);
    }
    return RecordSignIn{somebody(move.target), in};
}

Actor Simulation::actor_of(const Move& move, const Command& command) const {
    // The one who would naturally do it, mostly.
    if (move.actor < 14) {
        std::optional<PersonId> invited;
        if (const auto* answer = std::get_if<AcceptInvitation>(&command)) {
            invited = invited_by(answer->invitation);
        }
        if (const auto* answer = std::get_if<DeclineInvitation>(&command)) {
            invited = invited_by(answer->invitation);
        }
        if (invited) return Actor::of(*invited);
        if (std::holds_alternative<ChangePlan>(command)) return Actor::the_operator();
        if (std::holds_alternative<RegisterPerson>(command)) return Actor::the_operator();
    }
    if (move.actor == 15) return Actor::the_operator();
    if (move.actor == 14) return Actor::of(person(1 + move.target % population));
    // Half of the others act as the first holder of everything, so that much is accepted.
    if (move.actor < 7) {
        for (const auto& [who, member] : organization().members) {
            if (organization().is_protected(member.roles)) return Actor::of(who);
        }
    }
    return Actor::of(somebody(move.actor));
}

}  // namespace muster::domain_tests
