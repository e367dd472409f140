// Suspending and reinstating: nothing is lost, nobody is left without an administrator.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

SuspendMember suspend(std::uint64_t who) {
    return {organization(1), person(who)};
}
ReinstateMember reinstate(std::uint64_t who) {
    return {organization(1), person(who)};
}

Blueprint pausing(bool frees = false) {
    return with(conance_like(), [frees](Blueprint& b) {
        b.members.suspension = true;
        b.members.suspension_frees_licence = frees;
    });
}

/// 1 administrator, 2 user, 3 pending.
Scenario with_the_paused(const Blueprint& blueprint = pausing()) {
    return given(founded(blueprint), joined(2, roles("user"), {}, seat),
                 invited(1, 3, roles("user"), {}, seat));
}

TEST(Suspension, EndsAccessAndReinstatingRestoresExactlyWhatWas) {
    const Scenario before = with_the_paused();
    const Outcome paused = before.when(suspend(2)).then(MemberSuspended{person(2)});
    EXPECT_TRUE(paused.afterwards().permissions_of(person(2)).none());
    EXPECT_EQ(paused.afterwards().seats.at(*seat).used, 2u);
    const Scenario then = before.and_then(MemberSuspended{person(2)});
    then.when(suspend(2)).then_nothing();
    const Outcome back = then.when(reinstate(2)).then(MemberReinstated{person(2)});
    EXPECT_EQ(*back.afterwards().member(person(2)), *before.state().member(person(2)));
    before.when(reinstate(2)).then_nothing();
}

TEST(Suspension, FreesTheLicenceWhereTheBlueprintSaysSo) {
    const Scenario before = with_the_paused(pausing(true));
    before.when(suspend(2))
        .then(MemberSuspended{person(2)}, LicenceChanged{person(2), std::nullopt});
    const Scenario paused =
        before.and_then(MemberSuspended{person(2)}, LicenceChanged{person(2), std::nullopt});
    EXPECT_EQ(paused.state().seats.at(*seat).used, 1u);
    paused.when(reinstate(2)).then(MemberReinstated{person(2)}, LicenceChanged{person(2), seat});
    // Somebody else took it meanwhile.
    paused.and_then(joined(4, roles("user"), {}, seat))
        .when(reinstate(2))
        .then_rejected(Rejection::seat_limit_reached);
}

TEST(Suspension, TakesNoLicenceForRolesThatChangeMeanwhile) {
    const Blueprint blueprint =
        with(pausing(true), [](Blueprint& b) { b.members.role_change_while_suspended = true; });
    given(founded(blueprint), joined(2, roles("user"), {}, seat), MemberSuspended{person(2)},
          LicenceChanged{person(2), std::nullopt})
        .when(change_role(2, roles("administrator")))
        .then(MemberRolesChanged{person(2), roles("administrator")});
}

TEST(Suspension, NeverTakesTheLastAdministrator) {
    const Scenario two =
        with_the_paused().and_then(MemberRolesChanged{person(2), roles("administrator")});
    const Outcome outcome = two.when(suspend(2)).then(MemberSuspended{person(2)});
    EXPECT_EQ(outcome.afterwards().use_of(RoleId{"administrator"}).active, 1u);
    two.and_then(MemberSuspended{person(2)})
        .by(Actor::the_operator())
        .when(suspend(1))
        .then_rejected(Rejection::last_protected_holder);
    two.and_then(MemberSuspended{person(2)})
        .when(remove_member(1))
        .then_rejected(Rejection::last_protected_holder);
}

TEST(Suspension, SaysNoInTheOrderOfTheLadder) {
    for (const std::uint64_t target : {1u, 2u, 3u, 9u}) {
        with_the_paused().by(person(2)).when(suspend(target)).then_rejected(Rejection::not_allowed);
        with_the_paused()
            .by(person(2))
            .when(reinstate(target))
            .then_rejected(Rejection::not_allowed);
    }
    with_the_paused().when(suspend(9)).then_rejected(Rejection::member_not_found);
    with_the_paused().when(reinstate(9)).then_rejected(Rejection::member_not_found);
    with_the_paused().when(suspend(3)).then_rejected(Rejection::member_pending);
    with_the_paused().when(reinstate(3)).then_rejected(Rejection::member_pending);
    with_the_paused().when(suspend(1)).then_rejected(Rejection::own_suspension_not_allowed);
    with_the_paused(conance_like())
        .when(suspend(2))
        .then_rejected(Rejection::suspension_not_offered);
}

TEST(Suspension, TakesTheRightToRemove) {
    const Blueprint blueprint = with(pausing(), [](Blueprint& b) {
        OrganizationRole warden = ordinary_role("warden", permissions("suspend_member"));
        warden.licences = {*seat};
        warden.reach = reach_everywhere(reach_all());
        OrganizationRole guard =
            ordinary_role("guard", permissions("suspend_member", "remove_member"));
        guard.licences = {*seat};
        guard.reach[Reach::suspend] = reach_all();
        b.roles.push_back(warden);
        b.roles.push_back(guard);
    });
    const Scenario at = given(founded(blueprint), joined(2, roles("user"), {}, seat));
    at.and_then(joined(3, roles("warden"), {}, seat))
        .by(person(3))
        .when(suspend(2))
        .then_rejected(Rejection::not_allowed);
    at.and_then(joined(3, roles("guard"), {}, seat))
        .by(person(3))
        .when(suspend(2))
        .then_rejected(Rejection::target_out_of_reach);
}

}  // namespace
}  // namespace muster::domain_tests
