// Workspaces, who stands where in them, and the licences that hang on it.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

/// 1 admin, 2 member and maintainer of workspace 1, 3 member, 4 pending, 5 former.
Scenario maintained() {
    return given(founded(open_source_like()), WorkspaceCreated{workspace(1), "Core"},
                 WorkspaceCreated{workspace(2), "Docs"},
                 joined(2, roles("member"), {place(1, "maintainer")}), joined(3, roles("member")),
                 invited(1, 4, roles("member")), joined(5, roles("member")), removed(5));
}

/// 1 super admin; two unlimited licences and one discovery.
template <class... Happened>
Scenario two_workspaces(const Happened&... happened) {
    return given(founded(mark_like()), WorkspaceCreated{workspace(1), "Paris"},
                 WorkspaceCreated{workspace(2), "Lyon"}, happened...);
}

/// 1 organisation admin, 2 user admin, 3 member, 4 pending member.
Scenario one_workspace() {
    return given(founded(respond_like()), WorkspaceCreated{workspace(1), "A"},
                 joined(2, roles("user_admin")), joined(3, roles("member")),
                 invited(1, 4, roles("member")));
}

CreateWorkspace create(std::uint64_t number, std::string name) {
    return {organization(1), workspace(number), std::move(name)};
}
DeleteWorkspace delete_workspace(std::uint64_t number) {
    return {organization(1), workspace(number)};
}

TEST(CreateWorkspace, MakesAWorkspaceWithNobodyInIt) {
    const Outcome outcome =
        maintained().when(create(3, "Site")).then(WorkspaceCreated{workspace(3), "Site"});
    EXPECT_EQ(outcome.afterwards().workspaces.at(workspace(3)).created_at, first_day);
}

TEST(CreateWorkspace, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario = maintained();
    scenario.by(person(9)).when(create(1, "")).then_rejected(Rejection::organization_not_found);
    scenario.by(person(3)).when(create(1, "")).then_rejected(Rejection::not_allowed);
    scenario.when(create(1, "Site")).then_rejected(Rejection::id_taken);
    scenario.when(create(3, "Core")).then_rejected(Rejection::workspace_name_taken);
    scenario.when(create(3, "")).then_rejected(Rejection::name_missing);
    given(founded(conance_like()))
        .when(create(1, "Core"))
        .then_rejected(Rejection::workspaces_not_offered);
}

TEST(DeleteWorkspace, TakesEverybodyOutOfIt) {
    const Outcome outcome = one_workspace()
                                .and_then(WorkspaceRoleAssigned{person(3), place(1)},
                                          WorkspaceRoleAssigned{person(4), place(1)})
                                .when(delete_workspace(1))
                                .then(WorkspaceDeleted{workspace(1)});
    EXPECT_TRUE(outcome.afterwards().member(person(3))->workspaces.empty());
    EXPECT_TRUE(outcome.afterwards().invitation_of(person(4))->workspaces.empty());
}

TEST(DeleteWorkspace, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario = maintained();
    for (const std::uint64_t number : {1u, 2u, 9u}) {
        scenario.by(person(9))
            .when(delete_workspace(number))
            .then_rejected(Rejection::organization_not_found);
        scenario.by(person(3)).when(delete_workspace(number)).then_rejected(Rejection::not_allowed);
    }
    scenario.when(delete_workspace(9)).then_rejected(Rejection::workspace_not_found);
}

TEST(DeleteWorkspace, FreesTheLicencesHeldForItAlone) {
    const Outcome outcome =
        two_workspaces(joined(2, roles("member"), {place(1, "editor")}, licence("unlimited")),
                       joined(3, roles("member"), {place(1, "editor"), place(2, "collaborator")},
                              licence("unlimited")))
            .when(delete_workspace(1))
            .then(WorkspaceDeleted{workspace(1)}, LicenceChanged{person(2), std::nullopt},
                  LicenceChanged{person(3), licence("discovery")});
    EXPECT_EQ(outcome.afterwards().seats.at(LicenceClassId{"unlimited"}).taken(), 0u);
}

TEST(DeleteWorkspace, FreesAnInvitationsReservationToo) {
    two_workspaces(invited(1, 4, roles("member"), {place(1, "editor")}, licence("unlimited")))
        .when(delete_workspace(1))
        .then(WorkspaceDeleted{workspace(1)}, LicenceChanged{person(4), std::nullopt});
}

TEST(DeleteWorkspace, ChoosesLicencesOneAfterTheOther) {
    two_workspaces(joined(2, roles("member"), {place(1, "editor"), place(2, "collaborator")},
                          licence("unlimited")),
                   joined(3, roles("member"), {place(1, "editor"), place(2, "collaborator")},
                          licence("unlimited")))
        .when(delete_workspace(1))
        .then(WorkspaceDeleted{workspace(1)}, LicenceChanged{person(2), licence("discovery")});
}

TEST(AssignWorkspaceRole, PutsAMemberInAndIsSoAlreadyTheSecondTime) {
    const Outcome outcome = maintained()
                                .when(assign(3, place(1, "member")))
                                .then(WorkspaceRoleAssigned{person(3), place(1, "member")});
    EXPECT_EQ(outcome.afterwards().member(person(3))->workspaces.at(workspace(1)),
              RoleId{"member"});
    maintained().when(assign(2, place(1, "maintainer"))).then_nothing();
    maintained()
        .when(assign(2, place(1, "member")))
        .then(WorkspaceRoleAssigned{person(2), place(1, "member")});
}

TEST(AssignWorkspaceRole, IsGivenByARoleWithinThatWorkspaceAlone) {
    const Scenario maintainer = maintained().by(person(2));
    maintainer.when(assign(3, place(1, "maintainer")))
        .then(WorkspaceRoleAssigned{person(3), place(1, "maintainer")});
    maintainer.when(assign(3, place(2, "member"))).then_rejected(Rejection::not_allowed);
    maintainer.when(assign(1, place(1, "member"))).then_rejected(Rejection::target_out_of_reach);
    maintainer.when(withdraw(2, 1)).then(WorkspaceRoleWithdrawn{person(2), workspace(1)});
}

TEST(AssignWorkspaceRole, SaysTheSameToACallerWithoutTheRightWhateverTheTargetIs) {
    for (const std::uint64_t target : {1u, 2u, 3u, 4u, 5u, 9u}) {
        const auto into = assign(target, place(1, "member"));
        maintained().by(person(3)).when(into).then_rejected(Rejection::not_allowed);
        maintained().by(person(3)).when(withdraw(target, 1)).then_rejected(Rejection::not_allowed);
        maintained().by(person(5)).when(into).then_rejected(Rejection::organization_not_found);
        maintained()
            .by(person(5))
            .when(withdraw(target, 1))
            .then_rejected(Rejection::organization_not_found);
    }
}

TEST(AssignWorkspaceRole, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario = maintained();
    scenario.when(assign(9, place(1, "member"))).then_rejected(Rejection::member_not_found);
    scenario.when(assign(5, place(1, "member"))).then_rejected(Rejection::member_not_found);
    scenario.when(assign(3, place(9, "member"))).then_rejected(Rejection::workspace_not_found);
    scenario.when(assign(3, place(1))).then_rejected(Rejection::workspace_role_missing);
    scenario.when(assign(3, place(1, "pilot"))).then_rejected(Rejection::workspace_role_not_found);
    scenario.when(assign(4, place(1, "member"))).then_rejected(Rejection::member_pending);
}

TEST(AssignWorkspaceRole, TellsNothingOfThePendingWhomTheCallerDoesNotReach) {
    maintained()
        .and_then(invited(2, 6, roles("admin")))
        .by(person(2))
        .when(assign(6, place(1, "member")))
        .then_rejected(Rejection::target_out_of_reach);
}

TEST(AssignWorkspaceRole, IsForThePendingWhereTheBlueprintSaysSo) {
    const Outcome outcome = one_workspace()
                                .by(person(2))
                                .when(assign(4, place(1)))
                                .then(WorkspaceRoleAssigned{person(4), place(1)});
    EXPECT_EQ(outcome.afterwards().invitation_of(person(4))->workspaces.size(), 1u);
    one_workspace()
        .and_then(WorkspaceRoleAssigned{person(4), place(1)})
        .when(withdraw(4, 1))
        .then(WorkspaceRoleWithdrawn{person(4), workspace(1)});
}

TEST(AssignWorkspaceRole, TakesNoRoleWhereWorkspacesHaveNone) {
    one_workspace()
        .when(assign(3, place(1, "member")))
        .then_rejected(Rejection::workspace_role_not_offered);
    one_workspace().when(assign(3, place(1))).then(WorkspaceRoleAssigned{person(3), place(1)});
}

TEST(AssignWorkspaceRole, GivesNothingBeyondTheCallersOwnRightsAndGrants) {
    const Scenario scenario = two_workspaces(joined(2, roles("team_admin")),
                                             joined(3, roles("member")), joined(4, roles("member")))
                                  .by(person(2));
    scenario.when(assign(3, place(1, "editor")))
        .then(WorkspaceRoleAssigned{person(3), place(1, "editor")},
              LicenceChanged{person(3), licence("unlimited")});
    scenario.when(assign(2, place(1, "editor"))).then_rejected(Rejection::beyond_own_permissions);
}

TEST(AssignWorkspaceRole, TakesTheFirstFreeLicenceThatFits) {
    const Scenario one_discovery_left =
        two_workspaces(joined(2, roles("member")), joined(3, roles("member")));
    one_discovery_left.when(assign(2, place(1, "collaborator")))
        .then(WorkspaceRoleAssigned{person(2), place(1, "collaborator")},
              LicenceChanged{person(2), licence("discovery")});
    const Scenario none_left =
        one_discovery_left.and_then(WorkspaceRoleAssigned{person(2), place(1, "collaborator")},
                                    LicenceChanged{person(2), licence("discovery")});
    none_left.when(assign(3, place(1, "collaborator")))
        .then(WorkspaceRoleAssigned{person(3), place(1, "collaborator")},
              LicenceChanged{person(3), licence("unlimited")});
    none_left.when(assign(2, place(2, "editor")))
        .then(WorkspaceRoleAssigned{person(2), place(2, "editor")},
              LicenceChanged{person(2), licence("unlimited")});
}

TEST(AssignWorkspaceRole, RefusesWhenNoLicenceIsLeft) {
    const Scenario scenario =
        two_workspaces(joined(2, roles("member"), {place(1, "editor")}, licence("unlimited")),
                       joined(3, roles("member"), {place(1, "editor")}, licence("unlimited")),
                       joined(4, roles("member"), {place(1, "collaborator")}, licence("discovery")),
                       joined(5, roles("member")));
    scenario.when(assign(5, place(1, "editor"))).then_rejected(Rejection::seat_limit_reached);
    scenario.when(assign(5, place(1, "collaborator"))).then_rejected(Rejection::seat_limit_reached);
    scenario.when(assign(5, place(1, "guest")))
        .then(WorkspaceRoleAssigned{person(5), place(1, "guest")});
    scenario.when(assign(4, place(1, "editor"))).then_rejected(Rejection::seat_limit_reached);
}

TEST(WithdrawWorkspaceRole, TakesAMemberOutAndIsSoAlreadyTheSecondTime) {
    maintained().when(withdraw(2, 1)).then(WorkspaceRoleWithdrawn{person(2), workspace(1)});
    maintained().when(withdraw(3, 1)).then_nothing();
    maintained().when(withdraw(4, 1)).then_nothing();
}

TEST(WithdrawWorkspaceRole, FreesTheLicenceOrTakesALesserOne) {
    const Scenario scenario = two_workspaces(joined(
        2, roles("member"), {place(1, "editor"), place(2, "collaborator")}, licence("unlimited")));
    scenario.when(withdraw(2, 1))
        .then(WorkspaceRoleWithdrawn{person(2), workspace(1)},
              LicenceChanged{person(2), licence("discovery")});
    scenario.and_then(WorkspaceRoleWithdrawn{person(2), workspace(2)})
        .when(withdraw(2, 1))
        .then(WorkspaceRoleWithdrawn{person(2), workspace(1)},
              LicenceChanged{person(2), std::nullopt});
}

TEST(WithdrawWorkspaceRole, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario = maintained();
    scenario.when(withdraw(9, 1)).then_rejected(Rejection::member_not_found);
    scenario.when(withdraw(2, 9)).then_rejected(Rejection::workspace_not_found);
    scenario.and_then(WorkspaceRoleAssigned{person(1), place(1, "member")})
        .by(person(2))
        .when(withdraw(1, 1))
        .then_rejected(Rejection::target_out_of_reach);
    two_workspaces(invited(1, 4, roles("member"), {place(1, "editor")}, licence("unlimited")))
        .when(withdraw(4, 1))
        .then_rejected(Rejection::member_pending);
}

AssignWorkspaces assign_all(std::uint64_t who, std::vector<WorkspacePlace> places) {
    return {organization(1), person(who), std::move(places)};
}

TEST(AssignWorkspaces, TakesAllOrNoneAndSoManyAtMost) {
    const Scenario scenario =
        given(founded(respond_like()), WorkspaceCreated{workspace(1), "A"},
              WorkspaceCreated{workspace(2), "B"}, WorkspaceCreated{workspace(3), "C"},
              joined(2, roles("member"), {place(1)}), invited(1, 3, roles("member")));
    scenario.when(assign_all(3, {place(1), place(2)}))
        .then(WorkspaceRoleAssigned{person(3), place(1)},
              WorkspaceRoleAssigned{person(3), place(2)});
    scenario.when(assign_all(2, {place(1), place(2)}))
        .then(WorkspaceRoleAssigned{person(2), place(2)});
    scenario.when(assign_all(2, {place(1)})).then_nothing();
    scenario.when(assign_all(3, {place(1), place(9)}))
        .then_rejected(Rejection::workspace_not_found);
    scenario.when(assign_all(3, {place(1), place(1)})).then_rejected(Rejection::workspace_repeated);
    scenario.when(assign_all(3, {place(1), place(2), place(3)}))
        .then_rejected(Rejection::too_many_workspaces)
        .because_of({{ObstacleKind::over_limit, "workspaces", 2}});
    scenario.when(assign_all(3, {})).then_rejected(Rejection::rows_missing);
}

TEST(AssignWorkspaces, AsksTheRightToAllOfThemBeforeAnythingElse) {
    const Scenario stranger = maintained().by(person(9));
    const Scenario member = maintained().by(person(3));
    const Scenario maintainer = maintained().by(person(2));
    for (const auto& places : std::vector<std::vector<WorkspacePlace>>{
             {}, {place(1, "member")}, {place(1), place(1)}, {place(9, "nonsense")}}) {
        stranger.when(assign_all(3, places)).then_rejected(Rejection::organization_not_found);
        member.when(assign_all(9, places)).then_rejected(Rejection::not_allowed);
    }
    // Who may in one workspace hears of the others that they may not, and of none that it is none.
    maintainer.when(assign_all(9, {place(1, "member"), place(2, "member")}))
        .then_rejected(Rejection::not_allowed);
    maintainer.when(assign_all(3, {})).then_rejected(Rejection::rows_missing);
    maintainer.when(assign_all(3, {place(1, "member")}))
        .then(WorkspaceRoleAssigned{person(3), place(1, "member")});
}

TEST(RenameWorkspace, ChangesTheNameAlone) {
    const auto rename = [](std::uint64_t number, std::string name) {
        return RenameWorkspace{organization(1), workspace(number), std::move(name)};
    };
    const Scenario scenario = maintained();
    scenario.when(rename(1, "Kernel")).then(WorkspaceRenamed{workspace(1), "Kernel"});
    const std::string now = scenario.state().workspaces.at(workspace(1)).name;
    scenario.when(rename(1, now)).then_nothing();
    scenario.when(rename(2, now)).then_rejected(Rejection::workspace_name_taken);
    scenario.when(rename(1, "")).then_rejected(Rejection::name_missing);
    scenario.when(rename(9, "Kernel")).then_rejected(Rejection::workspace_not_found);
    scenario.by(person(3)).when(rename(1, "Kernel")).then_rejected(Rejection::not_allowed);
}

TEST(CreateWorkspace, PutsItsMakerInWhereTheBlueprintSaysSo) {
    const Blueprint blueprint =
        with(mark_like(), [](Blueprint& b) { b.workspaces.creator_role = RoleId{"editor"}; });
    const CreateWorkspace north{organization(1), workspace(1), "Nord"};
    const Scenario scenario = given(founded(blueprint));
    scenario.when(north).then(WorkspaceCreated{workspace(1), "Nord"},
                              WorkspaceRoleAssigned{person(1), place(1, "editor")},
                              LicenceChanged{person(1), licence("unlimited")});
    scenario.by(Actor::the_operator()).when(north).then(WorkspaceCreated{workspace(1), "Nord"});
    scenario.and_then(PlanChanged{PlanId{"free"}, {{LicenceClassId{"unlimited"}, 0}}})
        .when(north)
        .then_rejected(Rejection::seat_limit_reached);
}

TEST(Permission, WithinWorkspacesReachesOnlyThoseItsHolderIsIn) {
    const Blueprint blueprint = with(respond_like(), [](Blueprint& b) {
        add_permissions(b, {"open", "open_all", "draft"});
        auto& open = b.permissions[b.permissions.size() - 3];
        open.within_workspaces = true;
        b.permissions[b.permissions.size() - 2].implies = {PermissionId{"open"}};
        b.permissions.back().within_workspaces = true;
        b.permissions.back().without_workspace_too = true;
        b.roles[2].gives.permissions.push_back(PermissionId{"open_all"});
        b.roles[3].gives.permissions = permissions("open", "draft");
        for (Permission& permission : b.permissions) {
            if (permission.id == PermissionId{"assign_workspace"})
                permission.within_workspaces = true;
        }
    });
    const Scenario scenario =
        given(founded(blueprint), WorkspaceCreated{workspace(1), "A"},
              WorkspaceCreated{workspace(2), "B"}, joined(2, roles("user_admin"), {place(2)}),
              joined(3, roles("member"), {place(1)}));
    const auto can = [&](std::uint64_t who, const char* what,
                         std::optional<WorkspaceId> where = std::nullopt) {
        return has_permission(scenario.state(), person(who), PermissionId{what}, where);
    };
    EXPECT_EQ(can(3, "open", workspace(1)), true);
    EXPECT_EQ(can(3, "open", workspace(2)), false);
    EXPECT_EQ(can(3, "open"), false);
    EXPECT_EQ(can(3, "draft"), true);
    EXPECT_EQ(can(3, "draft", workspace(2)), false);
    EXPECT_EQ(can(2, "open", workspace(1)), true) << "a wider form reaches everywhere";
    EXPECT_EQ(can(1, "open", workspace(1)), true) << "everything reaches everywhere";
    // Commands honour it as checks do.
    scenario.by(person(2)).when(assign(3, place(1))).then_rejected(Rejection::not_allowed);
    scenario.by(person(2))
        .when(assign(3, place(2)))
        .then(WorkspaceRoleAssigned{person(3), place(2)});
}

}  // namespace
}  // namespace muster::domain_tests
