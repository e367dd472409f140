// From moves to commands, one entry a kind.
#include "tests/domain/move_reader.h"

#include "tests/domain/given.h"
#include "tests/domain/other_rules.h"

#include <algorithm>

namespace muster::domain_tests {
namespace {

bool is_about_invitations(Kind kind) {
    return kind == Kind::accept || kind == Kind::decline || kind == Kind::resend ||
           kind == Kind::cancel;
}

bool is_about_places(Kind kind) {
    return kind == Kind::assign || kind == Kind::assign_several || kind == Kind::withdraw ||
           kind == Kind::delete_workspace || kind == Kind::rename_workspace;
}

bool is_about_roles(Kind kind) {
    return kind == Kind::rename_role || kind == Kind::set_role_permissions ||
           kind == Kind::delete_role || kind == Kind::copy_role;
}

/// Mostly a member, and often one whose invitations are open.
PersonId somebody_or_sender(const Picks& p) {
    const auto& open = p.here().invitations;
    if (open.empty() || p.move().role % 3 == 0) return p.somebody();
    const auto chosen = std::next(open.begin(), p.move().target % std::ssize(open));
    return chosen->second.inviter.person().value_or(p.somebody());
}

bool has_own_role(const Organization& organization) {
    return std::ranges::any_of(*organization.roles,
                               [](const auto& entry) { return entry.second.custom; });
}

bool has_suspended(const Organization& organization) {
    return std::ranges::any_of(organization.members, [](const auto& entry) {
        return entry.second.status == MemberStatus::suspended;
    });
}

/// What the product does not offer becomes something that every product does.
Kind offered(const Blueprint& rules, Kind kind) {
    const bool single = std::ranges::any_of(rules.roles, &OrganizationRole::single_holder);
    const bool of_workspaces = is_about_places(kind) || kind == Kind::create_workspace;
    const bool of_standing = kind == Kind::suspend || kind == Kind::reinstate;
    const bool has_roles_to_change =
        rules.custom_roles.offered ||
        std::ranges::any_of(rules.roles, &OrganizationRole::renameable);
    const bool operator_replaces = rules.members.last_holder == LastHolderGuard::operator_replaces;
    if (of_standing && !rules.members.suspension) return Kind::change_role;
    if (of_workspaces && !rules.workspaces.offered) return Kind::accept;
    if (kind == Kind::replace_address && !rules.members.address_replacement) return Kind::invite;
    if (kind == Kind::replace_holder && !operator_replaces) return Kind::remove;
    if (kind == Kind::transfer_ownership && !single) return Kind::assign_role;
    if (is_about_roles(kind) && !has_roles_to_change) return Kind::assign_role;
    if (kind == Kind::create_role && !rules.custom_roles.offered) return Kind::change_role;
    return kind;
}

/// What needs something that is not there yet becomes what brings it about.
Kind possible(const Organization& here, Kind kind) {
    const bool makes_roles = here.blueprint->custom_roles.offered;
    if (kind == Kind::reinstate && !has_suspended(here)) return Kind::suspend;
    if (is_about_places(kind) && here.workspaces.empty()) return Kind::create_workspace;
    if (is_about_roles(kind) && makes_roles && !has_own_role(here)) return Kind::create_role;
    if (is_about_invitations(kind) && here.invitations.empty()) return Kind::invite;
    return kind;
}

Command inviting(const Picks& picks) {
    const Move& move = picks.move();
    InviteMember command{picks.in(), {}, RowMode::atomic, {}};
    const std::uint8_t rows = move.variant >= 10 && move.variant < 13 ? 2 : 1;
    if (move.variant % 2 == 1) command.mode = RowMode::each;
    for (std::uint8_t index = 0; index < rows; ++index) {
        InvitationRow row{.invitation = picks.fresh_invitation(),
                          .person = index == 0 ? picks.stranger() : picks.anybody(move.variant),
                          .details = sealed("details")};
        // Where the role is not asked for, most rows name none.
        if (picks.rules().joining.invitation_names_role || move.role == 15) {
            row.roles = picks.roles();
        }
        const bool places = picks.rules().workspaces.offered && move.place < 8;
        if (places) row.workspaces.push_back(picks.place(move.place));
        if (places && move.place == 7) row.workspaces.push_back(picks.place(3));
        command.rows.push_back(std::move(row));
    }
    return command;
}

Command answering(const Picks& picks) {
    const Move& move = picks.move();
    const InvitationId id = picks.invitation();
    const OpenInvitation* open = picks.here().invitation(id);
    std::uint32_t send_number = open != nullptr ? open->send_number : 1;
    if (move.role == 14) ++send_number;
    if (move.role < 4 && send_number > 1) --send_number;
    const auto invited = picks.invited_by(id);
    const Person* known = invited ? picks.world().person(*invited) : nullptr;
    const bool has_account = known != nullptr && known->registered;
    const bool signed_in = move.place == 15 ? !has_account : has_account;
    if (move.kind == Kind::decline) {
        return DeclineInvitation{picks.in(), id, send_number, signed_in};
    }
    const Sealed name = sealed(move.place == 14 ? "" : "account name");
    return AcceptInvitation{picks.in(), id, send_number, signed_in, name, sealed("address")};
}

Command changing_plan(const Picks& picks) {
    const Blueprint& rules = picks.rules();
    const Move& move = picks.move();
    ChangePlan command{picks.in(), rules.plans[move.variant % rules.plans.size()].id, {}};
    if (move.role < 8 && !rules.licence_classes.empty()) {
        command.limits[rules.licence_classes.front().id] = move.place % 5;
    }
    if (move.role == 15) command.plan = PlanId{"gift"};
    return command;
}

Command copying(const Picks& picks) {
    const Move& move = picks.move();
    CopyRole command{picks.in(), picks.own_role(), {{picks.elsewhere(), picks.fresh_role()}}};
    if (move.variant == 12) command.targets.push_back({picks.elsewhere(), picks.fresh_role()});
    if (move.variant == 13) command.targets.push_back({organization(9), picks.fresh_role()});
    if (move.variant == 14) command.targets.push_back({picks.in(), picks.fresh_role()});
    if (move.variant == 15) command.targets.clear();
    return command;
}

Command replacing_holder(const Picks& picks) {
    const bool leaves = picks.move().role > 9;
    return ReplaceProtectedHolder{picks.in(), picks.holder(), picks.successor(),
                                  leaves ? std::vector<RoleId>{} : picks.roles()};
}

/// Ending is rare: it leaves nothing to look at.
Command ending(const Picks& picks) {
    const Move& move = picks.move();
    if (move.variant < 6 && move.role < 4) return EndOrganization{picks.in()};
    return RecordSignIn{picks.somebody(), std::nullopt};
}

using P = const Picks&;
using ReadMove = Command (*)(P);

const std::map<Kind, ReadMove> readers{
    {Kind::invite, inviting},
    {Kind::accept, answering},
    {Kind::decline, answering},
    {Kind::resend,
     [](P p) -> Command {
         return ResendInvitation{p.in(), p.invitation()};
     }},
    {Kind::cancel,
     [](P p) -> Command {
         return CancelInvitation{p.in(), p.invitation()};
     }},
    {Kind::register_person,
     [](P p) -> Command {
         return RegisterPerson{p.anybody(p.move().target), sealed(p.name()), sealed("address"),
                               p.move().variant % 2 == 0};
     }},
    {Kind::change_role,
     [](P p) -> Command {
         return ChangeRole{p.in(), p.somebody(), p.roles()};
     }},
    {Kind::assign_role,
     [](P p) -> Command {
         return AssignRole{p.in(), p.somebody(), p.role()};
     }},
    {Kind::withdraw_role,
     [](P p) -> Command {
         return WithdrawRole{p.in(), p.somebody(), p.role_held_by(p.somebody()), p.replacement()};
     }},
    {Kind::remove,
     [](P p) -> Command {
         return RemoveMember{p.in(), p.somebody(), p.move().variant != 9, p.sent()};
     }},
    {Kind::suspend,
     [](P p) -> Command {
         return SuspendMember{p.in(), somebody_or_sender(p), p.sent()};
     }},
    {Kind::reinstate,
     [](P p) -> Command {
         return ReinstateMember{p.in(), p.somebody_suspended()};
     }},
    {Kind::replace_address,
     [](P p) -> Command {
         return ReplaceAddress{p.in(),       p.somebody(), p.fresh_invitation(),
                               p.stranger(), {},           sealed("address")};
     }},
    {Kind::transfer_ownership,
     [](P p) -> Command {
         return TransferOwnership{p.in(), p.somebody()};
     }},
    {Kind::replace_holder, replacing_holder},
    {Kind::create_role,
     [](P p) -> Command {
         return CreateRole{p.in(), p.fresh_role(), p.name(), p.permissions()};
     }},
    {Kind::rename_role,
     [](P p) -> Command {
         return RenameRole{p.in(), p.own_role(), p.name()};
     }},
    {Kind::set_role_permissions,
     [](P p) -> Command {
         return SetRolePermissions{p.in(), p.own_role(), p.permissions()};
     }},
    {Kind::delete_role,
     [](P p) -> Command {
         return DeleteRole{p.in(), p.own_role(), p.replacement()};
     }},
    {Kind::copy_role, copying},
    {Kind::create_workspace,
     [](P p) -> Command {
         return CreateWorkspace{p.in(), p.fresh_workspace(), p.name()};
     }},
    {Kind::rename_workspace,
     [](P p) -> Command {
         return RenameWorkspace{p.in(), p.place(p.move().target).workspace, p.name()};
     }},
    {Kind::delete_workspace,
     [](P p) -> Command {
         return DeleteWorkspace{p.in(), p.place(p.move().place).workspace};
     }},
    {Kind::assign,
     [](P p) -> Command {
         return AssignWorkspaceRole{p.in(), p.somebody(), p.place(p.move().place),
                                    p.move().variant % 2 == 0};
     }},
    {Kind::assign_several,
     [](P p) -> Command {
         return AssignWorkspaces{p.in(), p.somebody(), p.places()};
     }},
    {Kind::withdraw,
     [](P p) -> Command {
         return WithdrawWorkspaceRole{p.in(), p.somebody(), p.place(p.move().place).workspace};
     }},
    {Kind::change_plan, changing_plan},
    {Kind::change_blueprint, moving_to_other_rules},
    {Kind::rename_organization,
     [](P p) -> Command {
         return RenameOrganization{p.in(), p.name()};
     }},
    {Kind::two_factor,
     [](P p) -> Command {
         return ChangeTwoFactor{p.anybody(p.move().target), p.move().variant % 2 == 0};
     }},
    {Kind::profile,
     [](P p) -> Command {
         return ChangeProfile{p.anybody(p.move().target), sealed(p.name()), sealed("avatar")};
     }},
    {Kind::sign_in,
     [](P p) -> Command {
         return RecordSignIn{p.somebody(), p.in()};
     }},
    {Kind::end, ending},
};

/// Who does it if all is in order; nothing where several could.
std::optional<Actor> natural_actor(const Picks& picks, const Command& command) {
    if (const auto* c = std::get_if<AcceptInvitation>(&command)) {
        if (const auto invited = picks.invited_by(c->invitation)) return Actor::of(*invited);
    }
    if (const auto* c = std::get_if<DeclineInvitation>(&command)) {
        if (const auto invited = picks.invited_by(c->invitation)) return Actor::of(*invited);
    }
    if (const auto* c = std::get_if<ChangeProfile>(&command)) return Actor::of(c->person);
    const bool of_the_operator =
        std::holds_alternative<ChangePlan>(command) ||
        std::holds_alternative<ChangeBlueprint>(command) ||
        std::holds_alternative<ReplaceProtectedHolder>(command) ||
        std::holds_alternative<RegisterPerson>(command) ||
        std::holds_alternative<ChangeTwoFactor>(command) ||
        // Few are in both organisations and may copy from one to the other.
        (std::holds_alternative<CopyRole>(command) && picks.move().actor > 6);
    return of_the_operator ? std::optional{Actor::the_operator()} : std::nullopt;
}

Actor actor_of(const Picks& picks, const Command& command) {
    const Move& move = picks.move();
    if (move.actor == 15) return Actor::the_operator();
    if (move.actor == 14) return Actor::of(picks.anybody(move.target));
    if (const auto natural = natural_actor(picks, command)) return *natural;
    const auto& members = picks.here().members;
    if (members.empty()) return Actor::of(picks.anybody(move.actor));
    // Half of the others act as one who holds the protected role, so that much is accepted.
    if (move.actor < 7) {
        for (const auto& [who, member] : members) {
            const bool active = member.status == MemberStatus::active;
            if (active && picks.here().is_protected(member.roles)) return Actor::of(who);
        }
    }
    return Actor::of(std::next(members.begin(), move.actor % std::ssize(members))->first);
}

}  // namespace

Move sensible(const World& world, const Move& asked) {
    Move move = asked;
    if (move.variant % 8 == 3) return move;
    const Organization& here = *world.organization(organization_meant_by(move));
    move.kind = possible(here, offered(*here.blueprint, move.kind));
    // What replaces the impossible may be impossible itself.
    move.kind = possible(here, offered(*here.blueprint, move.kind));
    return move;
}

Asked read(const World& world, const Move& move, Ids& ids) {
    const Picks picks{world, move, ids};
    Command command = readers.at(move.kind)(picks);
    const Actor actor = actor_of(picks, command);
    return {std::move(command), actor, sealed(move.variant == 15 ? "" : "a reason")};
}

}  // namespace muster::domain_tests
