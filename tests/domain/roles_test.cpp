// Roles of an organisation's own: naming, filling, deleting, copying, giving one and taking one
// off.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

/// Several roles a member; whoever holds a custom role reaches what they hold.
Blueprint lab() {
    Blueprint blueprint = bare_blueprint("lab");
    add_permissions(blueprint, {"push", "mail"});
    OrganizationRole desk = ordinary_role("desk", permissions("mail"));
    desk.renameable = desk.editable = desk.deletable = desk.copyable = true;
    blueprint.roles = {top_role("admin"), desk};
    blueprint.founder_role = RoleId{"admin"};
    blueprint.custom_roles = {
        .offered = true, .reach = reach_everywhere(reach_held()), .licences = {}, .most = 3};
    blueprint.members.several_roles = true;
    return blueprint;
}

const RoleCreated helper{RoleId{"helper"}, "Helper",
                         permissions("manage_roles", "change_role", "copy_role", "push")};
const RoleCreated sender{RoleId{"sender"}, "Sender", permissions("push")};

/// 1 admin, 2 helper, 3 sender, 4 invited as sender.
Scenario with_roles() {
    return given(founded(lab()), helper, sender, joined(2, roles("helper")),
                 joined(3, roles("sender")), invited(1, 4, roles("sender")));
}

RenameRole rename(std::string role, std::string name) {
    return {organization(1), RoleId{std::move(role)}, std::move(name)};
}
SetRolePermissions fill(std::string role, std::vector<PermissionId> with) {
    return {organization(1), RoleId{std::move(role)}, std::move(with)};
}
DeleteRole drop(std::string role) {
    return {organization(1), RoleId{std::move(role)}};
}
AssignRole give(std::uint64_t who, std::string role) {
    return {organization(1), person(who), RoleId{std::move(role)}};
}
WithdrawRole take(std::uint64_t who, std::string role) {
    return {organization(1), person(who), RoleId{std::move(role)}};
}

TEST(Role, IsRenamed) {
    with_roles().when(rename("sender", "Post")).then(RoleRenamed{RoleId{"sender"}, "Post"});
    with_roles().when(rename("desk", "Counter")).then(RoleRenamed{RoleId{"desk"}, "Counter"});
    with_roles().when(rename("sender", "Sender")).then_nothing();
    with_roles().when(rename("sender", "Helper")).then_rejected(Rejection::role_name_taken);
    with_roles().when(rename("sender", "")).then_rejected(Rejection::name_missing);
    with_roles().when(rename("admin", "Boss")).then_rejected(Rejection::role_not_renameable);
    with_roles().when(rename("pilot", "Pilot")).then_rejected(Rejection::role_not_found);
    with_roles().by(person(3)).when(rename("sender", "X")).then_rejected(Rejection::not_allowed);
    with_roles()
        .by(person(2))
        .when(rename("desk", "X"))
        .then_rejected(Rejection::target_out_of_reach);
}

TEST(Role, IsFilledWithWhatTheEditorHolds) {
    with_roles()
        .when(fill("sender", permissions("mail", "push")))
        .then(RolePermissionsChanged{RoleId{"sender"}, permissions("mail", "push")});
    with_roles().when(fill("sender", permissions("push"))).then_nothing();
    with_roles()
        .by(person(2))
        .when(fill("sender", permissions("push", "mail")))
        .then_rejected(Rejection::beyond_own_permissions);
    with_roles()
        .by(person(2))
        .when(fill("sender", permissions("push", "change_role")))
        .then(RolePermissionsChanged{RoleId{"sender"}, permissions("push", "change_role")});
    with_roles()
        .when(fill("sender", permissions("fly")))
        .then_rejected(Rejection::permission_unknown);
    with_roles()
        .when(fill("admin", permissions("push")))
        .then_rejected(Rejection::role_not_editable);
}

TEST(Role, IsNotEmptiedByWhoMayNotRemoveItsHolders) {
    with_roles().by(person(2)).when(fill("sender", {})).then_rejected(Rejection::not_allowed);
    const Blueprint blueprint = with(lab(), [](Blueprint& b) {
        b.custom_roles.reach = {{Reach::assign_role, reach_held()}};
    });
    const RoleCreated remover{RoleId{"remover"}, "Remover",
                              permissions("manage_roles", "change_role", "remove_member", "push")};
    given(founded(blueprint), remover, sender, joined(2, roles("remover")),
          joined(3, roles("sender")))
        .by(person(2))
        .when(fill("sender", {}))
        .then_rejected(Rejection::target_out_of_reach);
    with_roles().when(fill("sender", {})).then(RolePermissionsChanged{RoleId{"sender"}, {}});
}

TEST(Role, ThatOneHoldsOneselfGainsOnlyWhatOneHolds) {
    const Blueprint blueprint = with(lab(), [](Blueprint& b) {
        OrganizationRole giver = ordinary_role("giver", permissions("manage_roles", "change_role"));
        giver.reach = reach_everywhere(reach_all());
        giver.grants = permissions("push");
        giver.editable = true;
        b.roles.push_back(giver);
    });
    const Scenario at = given(founded(blueprint), sender, joined(2, roles("giver")));
    at.by(person(2)).when(fill("sender", permissions("push"))).then_nothing();
    at.and_then(RolePermissionsChanged{RoleId{"sender"}, {}})
        .by(person(2))
        .when(fill("sender", permissions("push")))
        .then(RolePermissionsChanged{RoleId{"sender"}, permissions("push")});
    at.by(person(2))
        .when(fill("giver", permissions("manage_roles", "change_role", "push")))
        .then_rejected(Rejection::beyond_own_permissions);
}

TEST(Role, IsDeletedWhenNobodyHoldsItAndNoInvitationNamesIt) {
    with_roles()
        .when(drop("sender"))
        .then_rejected(Rejection::role_in_use)
        .because_of({{ObstacleKind::members_hold_role, "sender", 1},
                     {ObstacleKind::invitations_name_role, "sender", 1}});
    with_roles().when(drop("desk")).then(RoleDeleted{RoleId{"desk"}});
    with_roles().when(drop("admin")).then_rejected(Rejection::role_not_deletable);
    with_roles().when(drop("pilot")).then_rejected(Rejection::role_not_found);
    const Outcome gone = with_roles()
                             .and_then(removed(3), InvitationCancelled{invitation(1), person(4)})
                             .when(drop("sender"))
                             .then(RoleDeleted{RoleId{"sender"}});
    EXPECT_EQ(gone.afterwards().role(RoleId{"sender"}), nullptr);
}

TEST(Role, IsGivenAndTakenOffOneByOne) {
    with_roles()
        .when(give(3, "helper"))
        .then(MemberRolesChanged{person(3), roles("helper", "sender")});
    with_roles().when(give(3, "sender")).then_nothing();
    with_roles().when(take(3, "helper")).then_nothing();
    with_roles().when(take(3, "sender")).then_rejected(Rejection::role_missing);
    with_roles()
        .and_then(MemberRolesChanged{person(3), roles("helper", "sender")})
        .when(take(3, "sender"))
        .then(MemberRolesChanged{person(3), roles("helper")});
    with_roles().when(give(3, "pilot")).then_rejected(Rejection::role_not_found);
    with_roles().by(person(2)).when(give(3, "admin")).then_rejected(Rejection::target_out_of_reach);
    with_roles().when(take(1, "admin")).then_rejected(Rejection::role_missing);
    with_roles()
        .and_then(MemberRolesChanged{person(1), roles("admin", "sender")})
        .when(take(1, "admin"))
        .then_rejected(Rejection::last_protected_holder);
    given(founded(conance_like()), joined(2, roles("user")))
        .when(give(2, "administrator"))
        .then_rejected(Rejection::single_role_only);
}

/// A second organisation under the same rules, whose admin is `who`.
std::vector<StreamEvent> another(std::uint64_t number, std::uint64_t who) {
    const OrganizationId id = organization(number);
    OrganizationFounded founding{id, "Annexe", SharedBlueprint{lab()}, PlanId{"free"}, false};
    return {elsewhere(id, founding), elsewhere(id, joined(who, roles("admin")))};
}

Scenario three_organizations() {
    const auto second = another(2, 1);
    const auto third = another(3, 7);
    return with_roles().and_then(second[0], second[1], third[0], third[1]);
}

CopyRole copy(std::string role, std::vector<RoleCopy> to) {
    return {organization(1), RoleId{std::move(role)}, std::move(to)};
}

TEST(Role, IsCopiedAsItIsNowWithAVerdictEach) {
    const RoleCopy second{organization(2), RoleId{"c2"}};
    const RoleCopy third{organization(3), RoleId{"c3"}};
    const RoleCopy fourth{organization(4), RoleId{"c4"}};
    RowVerdict made{.organization = organization(2), .role = RoleId{"c2"}};
    RowVerdict hidden{.rejection = Rejection::organization_not_found,
                      .organization = organization(3),
                      .role = RoleId{"c3"}};
    RowVerdict unknown{.rejection = Rejection::organization_not_found,
                       .organization = organization(4),
                       .role = RoleId{"c4"}};
    three_organizations()
        .when(copy("sender", {second, third, fourth}))
        .then(elsewhere(organization(2), RoleCreated{RoleId{"c2"}, "Sender", permissions("push")}))
        .with_rows({made, hidden, unknown});
    RowVerdict again = made;
    again.rejection = Rejection::organization_repeated;
    three_organizations().when(copy("sender", {second, second})).with_rows({made, again});
    RowVerdict itself{.rejection = Rejection::organization_repeated,
                      .organization = organization(1),
                      .role = RoleId{"c1"}};
    three_organizations()
        .when(copy("sender", {{organization(1), RoleId{"c1"}}}))
        .then_rejected(Rejection::organization_repeated)
        .with_rows({itself});
}

TEST(Role, IsCopiedOnlyWhereTheActorCouldHaveMadeIt) {
    const auto in_second = [](Event event) { return elsewhere(organization(2), std::move(event)); };
    const RoleCopy second{organization(2), RoleId{"c2"}};
    const Scenario at = three_organizations().and_then(in_second(sender), in_second(helper));
    at.when(copy("sender", {second})).then_rejected(Rejection::role_name_taken);
    at.and_then(in_second(joined(3, roles("helper"))), joined(8, roles("admin")))
        .by(person(3))
        .when(copy("sender", {second}))
        .then_rejected(Rejection::not_allowed);
    three_organizations()
        .and_then(in_second(helper), in_second(joined(2, roles("helper"))),
                  RoleCreated{RoleId{"post"}, "Post", permissions("push")})
        .by(person(2))
        .when(copy("post", {second}))
        .then(in_second(RoleCreated{RoleId{"c2"}, "Post", permissions("push")}));
}

TEST(Role, ThatIsProtectedOrNotCopyableStays) {
    const RoleCopy second{organization(2), RoleId{"c2"}};
    three_organizations().when(copy("admin", {second})).then_rejected(Rejection::role_not_copyable);
    three_organizations().when(copy("desk", {second})).then_rejected(Rejection::role_name_taken);
    three_organizations().when(copy("sender", {})).then_rejected(Rejection::rows_missing);
    three_organizations().when(copy("pilot", {second})).then_rejected(Rejection::role_not_found);
}

}  // namespace
}  // namespace muster::domain_tests
