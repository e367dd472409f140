// Moving an organisation to other rules: what they would break is listed, mapped roles move along.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

using Map = std::map<RoleId, RoleId>;

ChangeBlueprint move_to(const Blueprint& blueprint, Map roles = {}, Map workspace_roles = {},
                        std::optional<PlanId> plan = std::nullopt) {
    return {organization(1), SharedBlueprint{blueprint}, std::move(roles),
            std::move(workspace_roles), std::move(plan)};
}

BlueprintChanged changed(const Blueprint& blueprint,
                         std::map<LicenceClassId, std::uint64_t> limits = {}, Map roles = {},
                         Map workspace_roles = {}) {
    return {SharedBlueprint{blueprint}, PlanId{"free"}, std::move(limits), std::move(roles),
            std::move(workspace_roles)};
}

/// 1 administrator, 2 user, 3 invited as user, 4 with a role of the organisation's own.
Scenario moving() {
    return given(founded(conance_like()),
                 PlanChanged{PlanId{"free"}, {{LicenceClassId{"member"}, 5}}},
                 RoleCreated{RoleId{"clerk"}, "Clerk", permissions("read_commissions")},
                 joined(2, roles("user"), {}, seat), invited(1, 3, roles("user"), {}, seat),
                 joined(4, roles("clerk"), {}, seat))
        .by(Actor::the_operator());
}

TEST(ChangeBlueprint, IsTheOperatorsAndTakesOnlySoundRules) {
    const Blueprint next = with(conance_like(), [](Blueprint& b) { b.members.suspension = true; });
    moving().by(person(1)).when(move_to(next)).then_rejected(Rejection::operator_only);
    moving().when(move_to(conance_like())).then_nothing();
    // A limit made to measure stays.
    moving().when(move_to(next)).then(changed(next, {{LicenceClassId{"member"}, 5}}));
    const Blueprint broken = with(conance_like(), [](Blueprint& b) { b.roles.clear(); });
    moving().when(move_to(broken)).then_rejected(Rejection::blueprint_invalid);
}

TEST(ChangeBlueprint, ListsEverythingThatItWouldBreak) {
    const Blueprint next = with(conance_like(), [](Blueprint& b) {
        b.id = "other";
        b.permissions.erase(b.permissions.end() - 2);
        for (OrganizationRole& role : b.roles) role.gives.permissions.clear();
        b.roles[1].id = RoleId{"guest"};
        b.plans = {{PlanId{"basic"}, "Basic", {{LicenceClassId{"member"}, 3}}}};
        b.first_plan = PlanId{"basic"};
    });
    moving()
        .when(move_to(next))
        .then_rejected(Rejection::blueprint_breaks)
        .because_of({{ObstacleKind::members_hold_role, "user", 1},
                     {ObstacleKind::invitations_name_role, "user", 1},
                     {ObstacleKind::permission_unknown, "read_commissions", 1},
                     {ObstacleKind::plan_unknown, "free", 1}});
    const Blueprint small = with(conance_like(), [](Blueprint& b) {
        b.plans[0].limits[LicenceClassId{"member"}] = 2;
        b.plans[1].id = PlanId{"tiny"};
        b.plans[1].limits[LicenceClassId{"member"}] = 2;
    });
    given(founded(conance_like()), joined(2, roles("user"), {}, seat),
          joined(4, roles("user"), {}, seat))
        .by(Actor::the_operator())
        .when(move_to(small))
        .then_rejected(Rejection::blueprint_breaks)
        .because_of({{ObstacleKind::seats_over_limit, "member", 3}});
}

TEST(ChangeBlueprint, MovesMappedRolesWhereverTheyAreHeldOrOffered) {
    const Blueprint next = with(conance_like(), [](Blueprint& b) {
        b.roles[1].id = RoleId{"guest"};
        b.roles[1].name = "guest";
        b.custom_roles = {};
    });
    moving()
        .when(move_to(next, {{RoleId{"user"}, RoleId{"guest"}}}))
        .because_of({{ObstacleKind::members_hold_role, "clerk", 1},
                     {ObstacleKind::custom_roles_exist, "", 1}});
    const Map map{{RoleId{"user"}, RoleId{"guest"}}, {RoleId{"clerk"}, RoleId{"guest"}}};
    const Outcome outcome =
        moving().when(move_to(next, map)).then(changed(next, {{LicenceClassId{"member"}, 5}}, map));
    EXPECT_EQ(outcome.afterwards().member(person(2))->roles, roles("guest"));
    EXPECT_EQ(outcome.afterwards().member(person(4))->roles, roles("guest"));
    EXPECT_EQ(outcome.afterwards().invitation_of(person(3))->roles, roles("guest"));
    EXPECT_EQ(outcome.afterwards().role(RoleId{"clerk"}), nullptr);
    moving()
        .when(
            move_to(next, {{RoleId{"user"}, RoleId{"pilot"}}, {RoleId{"clerk"}, RoleId{"guest"}}}))
        .because_of({{ObstacleKind::mapped_role_unknown, "user", 1}});
}

TEST(ChangeBlueprint, KeepsAProtectedHolderAndExactlyOneOwner) {
    const Blueprint next = with(owner_like(), [](Blueprint& b) { b.id = "next"; });
    const Scenario before =
        given(founded(conance_like()), joined(2, roles("administrator"), {}, seat))
            .by(Actor::the_operator());
    const Map to_reader{{RoleId{"administrator"}, RoleId{"reader"}}};
    before.when(move_to(next, to_reader))
        .then_rejected(Rejection::blueprint_breaks)
        .because_of({{ObstacleKind::no_protected_holder, "", 1},
                     {ObstacleKind::single_holder_count, "owner", 0}});
    before.when(move_to(next, {{RoleId{"administrator"}, RoleId{"owner"}}}))
        .because_of({{ObstacleKind::single_holder_count, "owner", 2}});
    const Map to_owner{{RoleId{"administrator"}, RoleId{"owner"}}};
    const Outcome outcome =
        given(founded(conance_like()))
            .by(Actor::the_operator())
            .when(move_to(next, to_owner))
            .then(changed(next, {}, to_owner), LicenceChanged{person(1), std::nullopt});
    EXPECT_EQ(outcome.afterwards().use_of(RoleId{"owner"}).active, 1u);
}

TEST(ChangeBlueprint, MovesWorkspaceRolesAndLicencesAlong) {
    const std::optional<LicenceClassId> unlimited = LicenceClassId{"unlimited"};
    const Scenario before = given(founded(mark_like()), WorkspaceCreated{workspace(1), "Nord"},
                                  joined(2, roles("member"), {place(1, "editor")}, unlimited))
                                .by(Actor::the_operator());
    const Blueprint bare = with(mark_like(), [](Blueprint& b) { b.workspaces = {}; });
    before.when(move_to(bare)).because_of({{ObstacleKind::workspaces_exist, "", 1}});
    const Blueprint fewer = with(
        mark_like(), [](Blueprint& b) { b.workspaces.roles.erase(b.workspaces.roles.begin()); });
    before.when(move_to(fewer)).because_of({{ObstacleKind::workspace_role_held, "editor", 1}});
    const Map map{{RoleId{"editor"}, RoleId{"collaborator"}}};
    const auto limits = mark_like().plans[0].limits;
    before.when(move_to(fewer, {}, map))
        .then(changed(fewer, limits, {}, map), LicenceChanged{person(2), std::nullopt},
              LicenceChanged{person(2), licence("discovery")});
}

TEST(ChangeBlueprint, RefusesWhatOnlyOneRoleOrFewerOwnRolesCanHold) {
    const Blueprint several =
        with(conance_like(), [](Blueprint& b) { b.members.several_roles = true; });
    given(founded(several), joined(2, roles("administrator", "user"), {}, seat))
        .by(Actor::the_operator())
        .when(move_to(conance_like()))
        .because_of({{ObstacleKind::members_hold_several_roles, "", 1}});
    const Blueprint fewer = with(conance_like(), [](Blueprint& b) {
        b.custom_roles.most = 1;
        b.roles[1].name = "A";
    });
    given(founded(conance_like()), RoleCreated{RoleId{"a"}, "A", {}},
          RoleCreated{RoleId{"b"}, "B", {}})
        .by(Actor::the_operator())
        .when(move_to(fewer))
        .because_of({{ObstacleKind::role_name_taken, "a", 1},
                     {ObstacleKind::too_many_custom_roles, "", 2}});
}

TEST(ChangeBlueprint, LeadsNoOpenInvitationToTheRoleOfOneHolder) {
    const Scenario scenario =
        given(founded(conance_like()), invited(1, 3, roles("administrator"), {}, seat))
            .by(Actor::the_operator());
    scenario.when(move_to(owner_like(), {{RoleId{"administrator"}, RoleId{"owner"}}}))
        .because_of({{ObstacleKind::invitations_name_role, "owner", 1}});
}

TEST(ChangeBlueprint, GivesBackEveryLicenceBeforeAnotherIsTaken) {
    const LicenceClassId a{"a"};
    const LicenceClassId b{"b"};
    const auto rules = [&](const LicenceClassId& first, const LicenceClassId& second) {
        return with(respond_like(), [&](Blueprint& made) {
            made.licence_classes = {{a, "A"}, {b, "B"}};
            made.plans = {{PlanId{"free"}, "Free", {{a, 1}, {b, 1}}}};
            made.roles[1].licences = {first};
            made.roles[3].licences = {second};
        });
    };
    const Blueprint swapped = rules(b, a);
    given(founded(rules(a, b)), joined(2, roles("billing_admin"), {}, a),
          joined(3, roles("member"), {}, b))
        .by(Actor::the_operator())
        .when(move_to(swapped))
        .then(changed(swapped, {{a, 1}, {b, 1}}), LicenceChanged{person(2), std::nullopt},
              LicenceChanged{person(3), std::nullopt}, LicenceChanged{person(2), b},
              LicenceChanged{person(3), a});
}

TEST(ChangeBlueprint, KeepsWhatWasMadeOfItsRolesOrSaysThatItCannot) {
    const auto rules = [](bool open, std::string product) {
        return with(conance_like(), [&](Blueprint& b) {
            b.product = product;
            b.roles[1].renameable = b.roles[1].editable = open;
        });
    };
    const Scenario made = given(founded(rules(true, "one")), RoleRenamed{RoleId{"user"}, "Clerk"},
                                RolePermissionsChanged{RoleId{"user"}, permissions("read_members")})
                              .by(Actor::the_operator());
    const Outcome kept = made.when(move_to(rules(true, "two")));
    EXPECT_EQ(kept.afterwards().role(RoleId{"user"})->name, "Clerk");
    EXPECT_EQ(kept.afterwards().role(RoleId{"user"})->permissions, permissions("read_members"));
    made.when(move_to(rules(false, "two"))).because_of({{ObstacleKind::role_changed, "user", 1}});
}

TEST(ChangeBlueprint, FreesWhatTheOtherRulesDoNotHold) {
    const Blueprint frees = with(conance_like(), [](Blueprint& b) {
        b.members.suspension = true;
        b.members.suspension_frees_licence = true;
    });
    given(founded(conance_like()), joined(2, roles("user"), {}, seat), MemberSuspended{person(2)})
        .by(Actor::the_operator())
        .when(move_to(frees))
        .then(changed(frees, {{LicenceClassId{"member"}, 3}}),
              LicenceChanged{person(2), std::nullopt});
}

}  // namespace
}  // namespace muster::domain_tests
