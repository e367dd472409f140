// Choosing random commands.
#include "tests/projections/random_commands.h"

namespace muster::projections_tests {
namespace {

const RoleId usual_role{"member"};
const RoleId reader{"reader"};
const RoleId editor{"editor"};

template <class Map>
const typename Map::value_type& any_entry(const Map& map) {
    const auto index = static_cast<std::ptrdiff_t>(pick<std::size_t>(0, map.size()));
    return *std::next(map.begin(), index);
}

std::string any_name(std::string_view beginning) {
    return std::string{beginning} + std::to_string(Cast::one_of(3));
}

Command invite_somebody(ViewsFixture& views, const Cast& cast) {
    const auto in = cast.any_organization();
    const auto who = cast.anybody();
    InvitationRow row{.invitation = cast.fresh_invitation(),
                      .person = who,
                      .roles = {cast.any_role(in)},
                      .workspaces = {},
                      .name = views.sealed(in, who, PersonalField::name, "Invited"),
                      .address = views.sealed(in, who, PersonalField::address, "i@example.org"),
                      .details = views.sealed(in, who, PersonalField::details, any_name("D"))};
    if (Cast::one_of(3) == 0) row.workspaces.push_back(cast.any_place(in));
    return InviteMember{in, {row}, RowMode::atomic, {}};
}

Command about_an_invitation(const Cast& cast) {
    const auto in = cast.any_organization();
    const auto what = cast.any_invitation(in);
    switch (pick(0, 4)) {
        case 0:
            return ResendInvitation{in, what};
        case 1:
            return CancelInvitation{in, what};
        case 2:
            return DeclineInvitation{in, what, 1, true};
        default:
            return RecordMailHandedOver{in, what, pick<std::uint32_t>(1, 3)};
    }
}

Command replace_an_address(ViewsFixture& views, const Cast& cast, OrganizationId in) {
    const auto successor = cast.anybody();
    return ReplaceAddress{
        .organization = in,
        .person = cast.any_person(in),
        .invitation = cast.fresh_invitation(),
        .successor = successor,
        .name = views.sealed(in, successor, PersonalField::name, "Successor"),
        .address = views.sealed(in, successor, PersonalField::address, "s@example.org")};
}

std::optional<PersonId> somebody_suspended(const Cast& cast, OrganizationId in) {
    const Organization* folded = cast.world.organization(in);
    if (folded == nullptr) return std::nullopt;
    for (const auto& [who, one] : folded->members) {
        if (one.status == MemberStatus::suspended) return who;
    }
    return std::nullopt;
}

Command about_a_member(ViewsFixture& views, const Cast& cast) {
    const auto in = cast.any_organization();
    const auto who = cast.any_person(in);
    switch (pick(0, 11)) {
        case 0:
            return ChangeRole{in, who, {cast.any_role(in)}};
        case 1:
        case 2:
            return RemoveMember{in, who, true, SentInvitations{pick<std::uint8_t>(0, 3)}};
        case 3:
            return AssignRole{in, who, cast.any_role(in)};
        case 4:
            return WithdrawRole{in, who, cast.any_role(in)};
        case 5:
            return ReinstateMember{in, somebody_suspended(cast, in).value_or(who)};
        case 6:
            return ReplaceProtectedHolder{in, who, cast.any_person(in), {}};
        case 7:
            return replace_an_address(views, cast, in);
        default:
            return SuspendMember{in, who, SentInvitations{pick<std::uint8_t>(0, 3)}};
    }
}

Command about_a_workspace(const Cast& cast) {
    const auto in = cast.any_organization();
    const auto who = cast.any_person(in);
    switch (pick(0, 9)) {
        case 0:
            return DeleteWorkspace{in, cast.any_workspace(in)};
        case 1:
            return WithdrawWorkspaceRole{in, who, cast.any_workspace(in)};
        case 2:
            return RenameWorkspace{in, cast.any_workspace(in), any_name("W")};
        case 3:
            return AssignWorkspaces{in, who, {cast.any_place(in)}};
        case 4:
        case 5:
            return AssignWorkspaceRole{in, who, cast.any_place(in)};
        default:
            return CreateWorkspace{in, cast.any_workspace(in), any_name("W")};
    }
}

Command about_a_role(const Cast& cast) {
    const auto in = cast.any_organization();
    const auto what = cast.any_role(in);
    const RoleId fresh{any_name("role-")};
    switch (pick(0, 6)) {
        case 0:
            return RenameRole{in, what, any_name("R")};
        case 1:
            return SetRolePermissions{in, what, {PermissionId{"members.read"}}};
        case 2:
            return DeleteRole{in, what};
        case 3:
            return CopyRole{in, what, {{cast.other_than(in), fresh}}};
        default:
            return CreateRole{in, fresh, any_name("R"), {}};
    }
}

Command about_an_account(ViewsFixture& views, const Cast& cast) {
    const auto in = cast.any_organization();
    const auto who = cast.any_person(in);
    const auto sealed = [&](PersonalField field, std::string_view text) {
        return views.sealed({}, who, field, text);
    };
    switch (pick(0, 5)) {
        case 0:
            return RegisterPerson{who, sealed(PersonalField::name, "Registered"),
                                  sealed(PersonalField::address, "r@example.org"),
                                  *rc::gen::arbitrary<bool>()};
        case 1:
            return RecordSignIn{who, {}};
        case 2:
            return RecordSignIn{who, in};
        case 3:
            return ChangeTwoFactor{who, *rc::gen::arbitrary<bool>()};
        default:
            return ChangeProfile{who, sealed(PersonalField::name, any_name("Profile ")),
                                 sealed(PersonalField::avatar, any_name("avatar-"))};
    }
}

/// To the rules that are not in force.
Command change_rules(const Cast& cast, OrganizationId in) {
    const Organization* folded = cast.world.organization(in);
    if (folded == nullptr || folded->blueprint == rules()) {
        return ChangeBlueprint{in, other_rules(), {{usual_role, reader}}, {{RoleId{}, editor}}, {}};
    }
    return ChangeBlueprint{in, rules(), {{reader, usual_role}}, {{editor, RoleId{}}}, {}};
}

Command about_an_organization(const Cast& cast) {
    const auto in = cast.any_organization();
    switch (pick(0, 12)) {
        case 0:
            return pick(0, 4) == 0 ? Command{EndOrganization{in}} : Command{SettleDue{in}};
        case 1:
            return RenameOrganization{in, any_name("Atelier ")};
        case 2:
        case 3:
            return change_rules(cast, in);
        default:
            return SettleDue{in};
    }
}

}  // namespace

OrganizationId Cast::other_than(OrganizationId in) const {
    return in == organization(first) ? organization(first + 1) : organization(first);
}

PersonId Cast::any_person(OrganizationId in) const {
    const Organization* folded = world.organization(in);
    if (folded != nullptr && !folded->members.empty() && one_of(4) > 0) {
        return any_entry(folded->members).first;
    }
    return anybody();
}

InvitationId Cast::any_invitation(OrganizationId in) const {
    const Organization* folded = world.organization(in);
    if (folded != nullptr && !folded->invitations.empty() && one_of(4) > 0) {
        return any_entry(folded->invitations).first;
    }
    return fresh_invitation();
}

WorkspaceId Cast::any_workspace(OrganizationId in) const {
    const Organization* folded = world.organization(in);
    if (folded != nullptr && !folded->workspaces.empty() && one_of(4) > 0) {
        return any_entry(folded->workspaces).first;
    }
    return workspace(first + one_of(3));
}

WorkspacePlace Cast::any_place(OrganizationId in) const {
    const Organization* folded = world.organization(in);
    const bool with_role = folded != nullptr && !folded->blueprint->workspaces.roles.empty();
    return {any_workspace(in), with_role ? editor : RoleId{}};
}

RoleId Cast::any_role(OrganizationId in) const {
    const Organization* folded = world.organization(in);
    if (folded != nullptr && one_of(8) > 0) return any_entry(*folded->roles).first;
    return usual_role;
}

Command any_command(ViewsFixture& views, const Cast& cast) {
    switch (pick(0, 13)) {
        case 0:
            return about_an_invitation(cast);
        case 1:
        case 2:
            return about_a_workspace(cast);
        case 3:
            return about_a_role(cast);
        case 4:
        case 5:
            return about_an_account(views, cast);
        case 6:
        case 7:
            return about_an_organization(cast);
        case 8:
        case 9:
            return about_a_member(views, cast);
        default:
            return invite_somebody(views, cast);
    }
}

std::pair<Command, PersonId> answer_something(ViewsFixture& views, const Cast& cast) {
    const auto in = cast.any_organization();
    auto who = cast.any_person(in);
    const auto what = cast.any_invitation(in);
    std::uint32_t send_number = 1;
    const Organization* folded = views.history.world.organization(in);
    if (const OpenInvitation* open = folded ? folded->invitation(what) : nullptr) {
        who = open->person;
        send_number = open->send_number;
    }
    if (Cast::one_of(5) == 0) return {DeclineInvitation{in, what, send_number, true}, who};
    AcceptInvitation command{
        .organization = in,
        .invitation = what,
        .send_number = send_number,
        .signed_in = *rc::gen::arbitrary<bool>(),
        .account_name = views.sealed({}, who, PersonalField::name, "Account"),
        .account_address = views.sealed({}, who, PersonalField::address, "a@example.org")};
    return {std::move(command), who};
}

void found_both(ViewsFixture& views, const Cast& cast, bool imported) {
    for (const auto in : {organization(cast.first), organization(cast.first + 1)}) {
        const bool importing = imported && in == organization(cast.first);
        views.history.decided(views.founding(in, person(cast.first)), Actor::the_operator(),
                              importing ? std::optional{views.history.now} : std::nullopt);
    }
}

void run_random_command(ViewsFixture& views, const Cast& cast) {
    if (pick(0, 4) == 0) {
        const auto [command, who] = answer_something(views, cast);
        views.history.decided(command, Actor::of(who));
        return;
    }
    if (pick(0, 20) == 0) {
        views.history.decided(FinishImport{organization(cast.first)});
        return;
    }
    if (pick(0, 10) == 0) views.history.now = views.history.now + 24h * 4;
    const Command command = any_command(views, cast);
    const Organization* first = views.history.world.organization(organization(cast.first));
    const bool importing = first != nullptr && first->importing &&
                           organization_of(command) == organization(cast.first);
    const bool by_system = std::holds_alternative<SettleDue>(command) ||
                           std::holds_alternative<RecordMailHandedOver>(command);
    views.history.decided(command, by_system ? Actor::the_system() : Actor::the_operator(),
                          importing ? std::optional{views.history.now} : std::nullopt);
}

}  // namespace muster::projections_tests
