// Changing roles and removing members, and the order in which both say no.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

/// 1 administrator, 2 user, 3 pending, 4 former, 5 and up unknown.
Scenario everybody() {
    return given(founded(conance_like()), joined(2, roles("user"), {}, seat),
                 invited(1, 3, roles("user"), {}, seat), joined(4, roles("user"), {}, seat),
                 removed(4, {}, seat));
}

/// 1 organisation admin, 2 user admin, 3 member, 4 billing admin, 5 pending member, 6 pending
/// billing admin.
Scenario administrators() {
    return given(founded(respond_like()), joined(2, roles("user_admin")),
                 joined(3, roles("member")), joined(4, roles("billing_admin")),
                 invited(1, 5, roles("member")), invited(2, 6, roles("billing_admin")));
}

TEST(ChangeRole, SetsTheRolesAndIsSoAlreadyTheSecondTime) {
    everybody()
        .when(change_role(2, roles("administrator")))
        .then(MemberRolesChanged{person(2), roles("administrator")});
    everybody().when(change_role(2, roles("user"))).then_nothing();
}

TEST(ChangeRole, SaysTheSameToACallerWithoutTheRightWhateverTheTargetIs) {
    for (const std::uint64_t target : {1u, 2u, 3u, 4u, 9u}) {
        for (const std::string role : {"user", "administrator", "pilot"}) {
            everybody()
                .by(person(2))
                .when(change_role(target, roles(role)))
                .then_rejected(Rejection::not_allowed);
            everybody()
                .by(person(9))
                .when(change_role(target, roles(role)))
                .then_rejected(Rejection::organization_not_found);
        }
    }
}

TEST(ChangeRole, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario = everybody();
    scenario.when(change_role(9, roles("user"))).then_rejected(Rejection::member_not_found);
    scenario.when(change_role(4, roles("user"))).then_rejected(Rejection::member_not_found);
    scenario.when(change_role(2, roles("pilot"))).then_rejected(Rejection::role_not_found);
    scenario.when(change_role(3, roles("administrator"))).then_rejected(Rejection::member_pending);
    scenario.when(change_role(3, roles("user"))).then_nothing();
    scenario.when(change_role(2, {})).then_rejected(Rejection::role_missing);
    scenario.when(change_role(2, roles("user", "user"))).then_rejected(Rejection::role_repeated);
    scenario.when(change_role(2, roles("user", "administrator")))
        .then_rejected(Rejection::single_role_only);
    scenario.when(change_role(1, roles("user"))).then_rejected(Rejection::last_protected_holder);
}

TEST(ChangeRole, LetsAProtectedHolderStepDownWhenAnotherIsThere) {
    const Outcome outcome = everybody()
                                .and_then(MemberRolesChanged{person(2), roles("administrator")})
                                .when(change_role(1, roles("user")))
                                .then(MemberRolesChanged{person(1), roles("user")});
    EXPECT_EQ(outcome.afterwards().use_of(RoleId{"administrator"}).active, 1u);
}

TEST(ChangeRole, DoesNotCountASuspendedHolder) {
    const Scenario scenario = everybody()
                                  .and_then(MemberRolesChanged{person(2), roles("administrator")})
                                  .with([](Organization& state) {
                                      state.members[person(2)].status = MemberStatus::suspended;
                                      --state.role_use[RoleId{"administrator"}].active;
                                  });
    scenario.when(change_role(1, roles("user"))).then_rejected(Rejection::last_protected_holder);
    scenario.when(remove_member(1)).then_rejected(Rejection::last_protected_holder);
    scenario.when(change_role(2, roles("user"))).then_rejected(Rejection::member_suspended);
    scenario.when(remove_member(2)).then(removed(2, {}, seat));
}

TEST(ChangeRole, ChangesASuspendedMembersRolesWhereTheBlueprintSaysSo) {
    const Blueprint blueprint =
        with(conance_like(), [](Blueprint& b) { b.members.role_change_while_suspended = true; });
    const Outcome outcome = given(founded(blueprint), joined(2, roles("user"), {}, seat))
                                .with([](Organization& state) {
                                    state.members[person(2)].status = MemberStatus::suspended;
                                })
                                .when(change_role(2, roles("administrator")))
                                .then(MemberRolesChanged{person(2), roles("administrator")});
    EXPECT_EQ(outcome.afterwards().use_of(RoleId{"administrator"}).active, 1u);
}

TEST(ChangeRole, ChangesAPendingPersonsRolesWhereTheBlueprintSaysSo) {
    const Blueprint blueprint =
        with(conance_like(), [](Blueprint& b) { b.members.role_change_while_pending = true; });
    const Outcome outcome = given(founded(blueprint), invited(1, 3, roles("user"), {}, seat))
                                .when(change_role(3, roles("administrator")))
                                .then(MemberRolesChanged{person(3), roles("administrator")});
    EXPECT_EQ(outcome.afterwards().invitation_of(person(3))->roles, roles("administrator"));
    EXPECT_EQ(outcome.afterwards().use_of(RoleId{"administrator"}).active, 1u);
}

TEST(ChangeRole, TakesSeveralRolesWhereTheBlueprintSaysSo) {
    const Blueprint blueprint =
        with(conance_like(), [](Blueprint& b) { b.members.several_roles = true; });
    const Scenario scenario = given(founded(blueprint), joined(2, roles("user"), {}, seat));
    scenario.when(change_role(2, roles("user", "administrator")))
        .then(MemberRolesChanged{person(2), roles("administrator", "user")});
    scenario.and_then(MemberRolesChanged{person(2), roles("administrator", "user")})
        .when(change_role(2, roles("user", "administrator")))
        .then_nothing();
}

TEST(ChangeRole, OfOneselfIsRefusedWhereTheBlueprintSaysSo) {
    const Blueprint blueprint =
        with(conance_like(), [](Blueprint& b) { b.members.own_role_change = false; });
    given(founded(blueprint), joined(2, roles("administrator"), {}, seat))
        .when(change_role(1, roles("user")))
        .then_rejected(Rejection::own_role_change_not_allowed);
}

TEST(ChangeRole, ReachesNobodyWhomTheCallersRoleDoesNotReach) {
    const Blueprint blueprint = with(respond_like(), [](Blueprint& b) {
        b.roles[2].gives.permissions.push_back(PermissionId{"change_role"});
        b.roles[2].reach[Reach::assign_role] = reach_roles({RoleId{"member"}});
    });
    const Scenario scenario = given(founded(blueprint), joined(2, roles("user_admin")),
                                    joined(3, roles("member")), joined(4, roles("billing_admin")))
                                  .by(person(2));
    scenario.when(change_role(4, roles("member"))).then_rejected(Rejection::target_out_of_reach);
    scenario.when(change_role(3, roles("billing_admin")))
        .then_rejected(Rejection::target_out_of_reach);
    scenario.when(change_role(3, roles("member"))).then_nothing();
}

TEST(ChangeRole, GivesNothingBeyondTheCallersOwnRights) {
    const Scenario scenario = given(founded(mark_like()), joined(2, roles("team_admin")),
                                    joined(3, roles("member")), joined(4, roles("billing_admin")));
    scenario.by(person(2))
        .when(change_role(3, roles("billing_admin")))
        .then_rejected(Rejection::beyond_own_permissions);
    scenario.by(person(2))
        .when(change_role(2, roles("super_admin")))
        .then_rejected(Rejection::beyond_own_permissions);
    scenario.by(person(2)).when(change_role(4, roles("billing_admin"))).then_nothing();
    scenario.by(person(2))
        .when(change_role(3, roles("team_admin")))
        .then(MemberRolesChanged{person(3), roles("team_admin")});
}

TEST(ChangeRole, DemotesOnlyWhomTheCallerMayRemove) {
    const auto story = [](bool may_remove, bool reaches) {
        return given(founded(with(mark_like(),
                                  [&](Blueprint& b) {
                                      OrganizationRole& role = b.roles[1];
                                      if (!may_remove) {
                                          std::erase(role.gives.permissions,
                                                     PermissionId{"remove_member"});
                                      }
                                      if (!reaches) role.reach.erase(Reach::remove);
                                  })),
                     joined(2, roles("team_admin")), joined(3, roles("billing_admin")))
            .by(person(2));
    };
    const auto demote = change_role(3, roles("member"));
    story(false, true).when(demote).then_rejected(Rejection::not_allowed);
    story(true, false).when(demote).then_rejected(Rejection::target_out_of_reach);
    story(true, true).when(demote).then(MemberRolesChanged{person(3), roles("member")});
    story(false, false)
        .when(change_role(2, roles("member")))
        .then(MemberRolesChanged{person(2), roles("member")});
}

TEST(ChangeRole, NeverMovesTheRoleOfExactlyOneHolder) {
    const Scenario scenario =
        given(founded(owner_like()), joined(2, roles("administrator")), joined(3, roles("reader")));
    scenario.when(change_role(1, roles("administrator")))
        .then_rejected(Rejection::last_protected_holder);
    scenario.when(change_role(3, roles("owner"))).then_rejected(Rejection::role_not_offerable);
}

TEST(ChangeRole, RechoosesTheLicence) {
    const Blueprint blueprint = with(
        mark_like(), [](Blueprint& b) { b.roles[2].licences = {LicenceClassId{"unlimited"}}; });
    const Scenario scenario = given(founded(blueprint), joined(3, roles("member")),
                                    joined(4, roles("billing_admin"), {}, licence("unlimited")));
    scenario.when(change_role(3, roles("billing_admin")))
        .then(MemberRolesChanged{person(3), roles("billing_admin")},
              LicenceChanged{person(3), licence("unlimited")});
    scenario.when(change_role(4, roles("member")))
        .then(MemberRolesChanged{person(4), roles("member")},
              LicenceChanged{person(4), std::nullopt});
    scenario.and_then(joined(5, roles("billing_admin"), {}, licence("unlimited")))
        .when(change_role(3, roles("billing_admin")))
        .then_rejected(Rejection::seat_limit_reached);
}

TEST(RemoveMember, EndsEverythingUnderTheMembershipAtOnce) {
    const Scenario scenario = given(
        founded(mark_like()), WorkspaceCreated{workspace(1), "A"},
        WorkspaceCreated{workspace(2), "B"},
        joined(2, roles("member"), {place(1, "editor"), place(2, "guest")}, licence("unlimited")));
    const Outcome outcome =
        scenario.when(remove_member(2))
            .then(removed(2, {workspace(1), workspace(2)}, licence("unlimited")));
    EXPECT_EQ(outcome.afterwards().member(person(2)), nullptr);
    EXPECT_EQ(outcome.afterwards().seats.at(LicenceClassId{"unlimited"}).taken(), 0u);
    EXPECT_TRUE(outcome.afterwards().permissions_of(person(2), workspace(1)).none());
}

TEST(RemoveMember, SaysTheSameToACallerWithoutTheRightWhateverTheTargetIs) {
    for (const std::uint64_t target : {1u, 3u, 4u, 9u}) {
        everybody().by(person(2)).when(remove_member(target)).then_rejected(Rejection::not_allowed);
        everybody()
            .by(person(9))
            .when(remove_member(target))
            .then_rejected(Rejection::organization_not_found);
        everybody()
            .by(person(4))
            .when(remove_member(target))
            .then_rejected(Rejection::organization_not_found);
    }
}

TEST(RemoveMember, RefusesInTheOrderOfTheLadder) {
    everybody().when(remove_member(9)).then_rejected(Rejection::member_not_found);
    everybody().when(remove_member(4)).then_rejected(Rejection::member_not_found);
    everybody().when(remove_member(3)).then_rejected(Rejection::member_pending);
    everybody().when(remove_member(1)).then_rejected(Rejection::last_protected_holder);
    everybody()
        .by(Actor::the_operator())
        .when(remove_member(1))
        .then_rejected(Rejection::last_protected_holder);
}

TEST(RemoveMember, TellsNothingOfThePendingWhomTheCallerDoesNotReach) {
    const Scenario user_admin = administrators().by(person(2));
    user_admin.when(remove_member(4)).then_rejected(Rejection::target_out_of_reach);
    user_admin.when(remove_member(6)).then_rejected(Rejection::target_out_of_reach);
    user_admin.when(remove_member(5)).then_rejected(Rejection::member_pending);
    user_admin.when(remove_member(3)).then(removed(3));
}

TEST(RemoveMember, OfOneselfFollowsTheBlueprint) {
    everybody().by(person(2)).when(remove_member(2)).then(removed(2, {}, seat));
    administrators()
        .by(person(3))
        .when(remove_member(3))
        .then_rejected(Rejection::self_removal_not_allowed);
    administrators().when(remove_member(1)).then_rejected(Rejection::self_removal_not_allowed);
    administrators().by(person(1)).when(remove_member(3)).then(removed(3));
}

TEST(RemoveMember, NeverRemovesTheOneHolderOfARoleThatIsTransferred) {
    const Scenario scenario = given(founded(owner_like()), joined(2, roles("administrator")),
                                    joined(3, roles("administrator")));
    scenario.by(person(2)).when(remove_member(1)).then_rejected(Rejection::last_protected_holder);
    scenario.when(remove_member(1)).then_rejected(Rejection::last_protected_holder);
    scenario.when(remove_member(2)).then(removed(2));
}

TEST(RemoveMember, IsNotDoneByTheSystem) {
    everybody()
        .by(Actor::the_system())
        .when(remove_member(2))
        .then_rejected(Rejection::not_allowed);
}

TEST(SuspendedMember, IsKnownAndMayDoNothing) {
    const Scenario scenario = everybody()
                                  .and_then(MemberRolesChanged{person(2), roles("administrator")})
                                  .with([](Organization& state) {
                                      state.members[person(2)].status = MemberStatus::suspended;
                                      --state.role_use[RoleId{"administrator"}].active;
                                  })
                                  .by(person(2));
    scenario.when(remove_member(1)).then_rejected(Rejection::caller_suspended);
    scenario.when(change_role(1, roles("user"))).then_rejected(Rejection::caller_suspended);
    scenario.when(invite({row(2, 9, roles("user"))})).then_rejected(Rejection::caller_suspended);
}

}  // namespace
}  // namespace muster::domain_tests
