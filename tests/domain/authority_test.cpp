// Who may do what to whom: permissions, reach and grants, asked of states directly.
#include "domain/authority.h"

#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

Organization with_custom_role() {
    return given(founded(conance_like()),
                 RoleCreated{RoleId{"helper"}, "Helper",
                             permissions("read_members", "read_commissions", "remove_member")},
                 RoleCreated{RoleId{"clerk"}, "Clerk", permissions("write_commissions")},
                 joined(2, roles("user")), joined(3, roles("helper")), joined(4, roles("clerk")))
        .state();
}

TEST(May, FollowsThePermissionOfTheOperation) {
    const Organization state = with_custom_role();
    EXPECT_TRUE(may(state, Actor::of(person(1)), Operation::end_organization));
    EXPECT_TRUE(may(state, Actor::of(person(2)), Operation::read_members));
    EXPECT_FALSE(may(state, Actor::of(person(2)), Operation::remove_member));
    EXPECT_TRUE(may(state, Actor::of(person(3)), Operation::remove_member));
}

TEST(May, IsYesToTheOperatorAndNoToTheSystemAndStrangers) {
    const Organization state = with_custom_role();
    for (std::size_t index = 0; index < operation_count; ++index) {
        const auto operation = static_cast<Operation>(index);
        EXPECT_TRUE(may(state, Actor::the_operator(), operation));
        EXPECT_FALSE(may(state, Actor::the_system(), operation));
        EXPECT_FALSE(may(state, Actor::of(person(9)), operation));
    }
}

TEST(May, IsNoToASuspendedMember) {
    Organization state = with_custom_role();
    state.members[person(1)].status = MemberStatus::suspended;
    EXPECT_FALSE(may(state, Actor::of(person(1)), Operation::read_members));
    EXPECT_FALSE(reaches(state, Actor::of(person(1)), Reach::remove, roles("user")));
}

TEST(May, AddsTheWorkspaceRoleWithinThatWorkspace) {
    const Organization state =
        given(founded(open_source_like()), WorkspaceCreated{workspace(1), "Core"},
              WorkspaceCreated{workspace(2), "Docs"},
              joined(2, roles("member"), {place(1, "maintainer")}))
            .state();
    const Actor maintainer = Actor::of(person(2));
    EXPECT_FALSE(may(state, maintainer, Operation::assign_workspace));
    EXPECT_TRUE(may(state, maintainer, Operation::assign_workspace, workspace(1)));
    EXPECT_FALSE(may(state, maintainer, Operation::assign_workspace, workspace(2)));
    EXPECT_FALSE(may(state, maintainer, Operation::assign_workspace, workspace(9)));
    EXPECT_TRUE(may(state, maintainer, Operation::read_members, workspace(9)));
}

TEST(Reaches, HeldIsEveryPermissionOfTheTarget) {
    const Organization state = with_custom_role();
    const Actor helper = Actor::of(person(3));
    EXPECT_TRUE(reaches(state, helper, Reach::remove, roles("user")));
    EXPECT_TRUE(reaches(state, helper, Reach::remove, roles("helper")));
    EXPECT_FALSE(reaches(state, helper, Reach::remove, roles("clerk")));
    EXPECT_FALSE(reaches(state, helper, Reach::remove, roles("administrator")));
    EXPECT_FALSE(reaches(state, helper, Reach::remove, roles("user", "clerk")));
    EXPECT_TRUE(reaches(state, Actor::of(person(1)), Reach::remove, roles("user", "clerk")));
}

TEST(Reaches, NothingIsReachedWithoutARule) {
    const Organization state = with_custom_role();
    EXPECT_FALSE(reaches(state, Actor::of(person(2)), Reach::remove, roles("user")));
    EXPECT_FALSE(reaches(state, Actor::the_system(), Reach::remove, roles("user")));
    EXPECT_TRUE(reaches(state, Actor::the_operator(), Reach::remove, roles("administrator")));
}

TEST(Reaches, CustomIsTheRolesTheOrganizationMade) {
    const Blueprint blueprint =
        with(conance_like(), [](Blueprint& b) { b.roles[1].reach[Reach::remove].custom = true; });
    const Organization state = given(founded(blueprint), RoleCreated{RoleId{"clerk"}, "Clerk", {}},
                                     joined(2, roles("user")))
                                   .state();
    EXPECT_TRUE(reaches(state, Actor::of(person(2)), Reach::remove, roles("clerk")));
    EXPECT_FALSE(reaches(state, Actor::of(person(2)), Reach::remove, roles("user")));
}

TEST(Reaches, UnitesTheRolesOfTheActor) {
    const Blueprint blueprint = with(respond_like(), [](Blueprint& b) {
        b.members.several_roles = true;
        b.roles[1].reach[Reach::remove] = reach_roles({RoleId{"billing_admin"}});
    });
    const Organization state =
        given(founded(blueprint), joined(2, roles("billing_admin", "user_admin"))).state();
    const Actor actor = Actor::of(person(2));
    EXPECT_TRUE(reaches(state, actor, Reach::remove, roles("member", "billing_admin")));
    EXPECT_FALSE(reaches(state, actor, Reach::remove, roles("member", "user_admin")));
}

TEST(MayGrant, IsWhatIsHeldAndToOthersWhatWasGivenToGrant) {
    const Organization state = given(founded(mark_like()), joined(2, roles("team_admin"))).state();
    const Blueprint blueprint = mark_like();
    const Actor actor = Actor::of(person(2));
    const auto edit = blueprint.closure(permissions("edit"));
    const auto invite_right = blueprint.closure(permissions("invite_member"));
    const auto billing = blueprint.closure(permissions("manage_billing"));
    EXPECT_TRUE(may_grant(state, actor, person(3), edit | invite_right));
    EXPECT_FALSE(may_grant(state, actor, person(3), edit | billing));
    EXPECT_FALSE(may_grant(state, actor, person(2), edit));
    EXPECT_TRUE(may_grant(state, actor, person(2), invite_right));
    EXPECT_FALSE(may_grant(state, actor, person(3), PermissionSet{}.set()));
    EXPECT_TRUE(may_grant(state, Actor::of(person(1)), person(3), PermissionSet{}.set()));
    EXPECT_TRUE(may_grant(state, Actor::the_operator(), person(3), PermissionSet{}.set()));
    EXPECT_FALSE(may_grant(state, Actor::of(person(9)), person(3), PermissionSet{}));
}

TEST(KnownOrganization, IsNotThereForStrangers) {
    const Scenario scenario = given(founded(conance_like()), joined(2, roles("user")));
    const auto known_to = [&](const Actor& actor, std::uint64_t number) {
        Context context;
        context.actor = actor;
        return known_organization({scenario.world(), context, first_day}, organization(number));
    };
    EXPECT_TRUE(known_to(Actor::of(person(2)), 1).has_value());
    EXPECT_TRUE(known_to(Actor::the_operator(), 1).has_value());
    EXPECT_TRUE(known_to(Actor::the_system(), 1).has_value());
    EXPECT_EQ(known_to(Actor::of(person(9)), 1).error(), Rejection::organization_not_found);
    EXPECT_EQ(known_to(Actor::of(person(2)), 2).error(), Rejection::organization_not_found);
}

}  // namespace
}  // namespace muster::domain_tests
