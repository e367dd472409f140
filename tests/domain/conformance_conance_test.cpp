// The rules of the first product that the domain alone can show, one test for each id. What needs
// a list, a mail, a confirmation or a restart is shown again in the layers that have them.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

/// 1 administrator, 2 user, 3 invited as user.
Scenario organisation() {
    return given(founded(conance_like()), joined(2, roles("user"), {}, seat),
                 invited(1, 3, roles("user"), {}, seat));
}

TEST(Conance, C2InvitesByAddressAndRole) {
    given(founded(conance_like()))
        .when(invite({row(1, 3, roles("user"))}))
        .then(invited(1, 3, roles("user"), {}, seat));
    given(founded(conance_like()))
        .when(invite({row(1, 3, {})}))
        .then_rejected(Rejection::role_missing);
}

TEST(Conance, C3JoinsWithTheRoleOfTheInvitationAndMakesTheAccountFirst) {
    const Outcome outcome = organisation().by(person(3)).when(accept(1));
    EXPECT_EQ(outcome.afterwards().member(person(3))->roles, roles("user"));
    EXPECT_TRUE(outcome.world().person(person(3))->registered);
    const Outcome with_account =
        organisation().and_then(registered(3)).by(person(3)).when(accept(1, true));
    EXPECT_EQ(with_account.afterwards().member(person(3))->roles, roles("user"));
}

TEST(Conance, C4KeepsAnInvitedPersonPendingUntilTheyAccept) {
    const Scenario scenario = organisation();
    EXPECT_NE(scenario.state().invitation_of(person(3)), nullptr);
    EXPECT_EQ(scenario.state().member(person(3)), nullptr);
    const Outcome outcome = scenario.by(person(3)).when(accept(1));
    EXPECT_EQ(outcome.afterwards().invitation_of(person(3)), nullptr);
    EXPECT_NE(outcome.afterwards().member(person(3)), nullptr);
}

TEST(Conance, C5SendsAPendingInvitationAgain) {
    organisation().at(day(2)).when(resend(1)).then(
        InvitationResent{invitation(1), person(3), 2, day(9)});
}

TEST(Conance, C6CancelsAPendingInvitation) {
    const Outcome outcome =
        organisation().when(cancel(1)).then(InvitationCancelled{invitation(1), person(3)});
    EXPECT_EQ(outcome.afterwards().invitation_of(person(3)), nullptr);
    EXPECT_EQ(outcome.afterwards().ended_invitations.at(invitation(1)).person, person(3));
    organisation()
        .and_then(InvitationCancelled{invitation(1), person(3)})
        .by(person(3))
        .when(accept(1))
        .then_rejected(Rejection::invitation_cancelled);
}

TEST(Conance, C7ExpiresAfterSevenDaysAndIsSentAnew) {
    const Scenario scenario = organisation();
    EXPECT_EQ(next_due(scenario.state()), day(7));
    scenario.at(day(7)).by(person(3)).when(accept(1)).then_rejected(Rejection::invitation_expired);
    const Scenario expired =
        scenario.at(day(7)).and_then(InvitationExpired{invitation(1), person(3)});
    InvitationIssued anew = invited(2, 3, roles("user"), {}, seat);
    anew.expires_at = day(14);
    expired.when(invite({row(2, 3, roles("user"))})).then(anew);
}

TEST(Conance, C8ChangesAMembersRole) {
    organisation()
        .when(change_role(2, roles("administrator")))
        .then(MemberRolesChanged{person(2), roles("administrator")});
}

TEST(Conance, C9KeepsAnAdministratorAtAnyTime) {
    organisation().when(remove_member(1)).then_rejected(Rejection::last_protected_holder);
    organisation()
        .when(change_role(1, roles("user")))
        .then_rejected(Rejection::last_protected_holder);
    const Scenario two =
        organisation().and_then(MemberRolesChanged{person(2), roles("administrator")});
    two.when(remove_member(1)).then(removed(1, {}, seat));
    two.when(change_role(1, roles("user"))).then(MemberRolesChanged{person(1), roles("user")});
}

TEST(Conance, C10RemovesAMemberWhoLosesAccessAtOnce) {
    const Outcome outcome = organisation().when(remove_member(2)).then(removed(2, {}, seat));
    EXPECT_TRUE(outcome.afterwards().permissions_of(person(2)).none());
    organisation()
        .and_then(removed(2, {}, seat))
        .by(person(2))
        .when(RecordSignIn{person(2), organization(1)})
        .then_rejected(Rejection::organization_not_found);
}

TEST(Conance, C12InvitesARemovedMemberAgain) {
    organisation()
        .and_then(removed(2, {}, seat))
        .when(invite({row(2, 2, roles("user"))}))
        .then(invited(2, 2, roles("user"), {}, seat));
}

TEST(Conance, C13LimitsTheMembersToThreeOnTheFreePlan) {
    const Scenario full = organisation();
    full.when(invite({row(2, 4, roles("user"))})).then_rejected(Rejection::seat_limit_reached);
    EXPECT_NE(sentence_of(Rejection::seat_limit_reached).find("subscription"),
              std::string_view::npos);
    full.and_then(InvitationCancelled{invitation(1), person(3)})
        .when(invite({row(2, 4, roles("user"))}))
        .then(invited(2, 4, roles("user"), {}, seat));
    full.and_then(PlanChanged{PlanId{"premium"}, {{*seat, 10}}})
        .when(invite({row(2, 4, roles("user"))}))
        .then(invited(2, 4, roles("user"), {}, seat));
}

TEST(Conance, C14HasAnAdministratorWhoMayDoEverythingAndAUserWhoMayDoWhatTheRoleAllows) {
    const Organization state = organisation().state();
    for (std::size_t index = 0; index < operation_count; ++index) {
        const auto operation = static_cast<Operation>(index);
        EXPECT_TRUE(may(state, Actor::of(person(1)), operation)) << name_of(operation);
        EXPECT_EQ(may(state, Actor::of(person(2)), operation), operation == Operation::read_members)
            << name_of(operation);
    }
}

TEST(Conance, C15MakesCustomRolesAndGivesThem) {
    const Scenario scenario = organisation();
    const CreateRole command{organization(1), RoleId{"buyer"}, "Buyer",
                             permissions("write_commissions")};
    const RoleCreated created{RoleId{"buyer"}, "Buyer", permissions("write_commissions")};
    scenario.when(command).then(created);
    const Outcome outcome = scenario.and_then(created)
                                .when(change_role(2, roles("buyer")))
                                .then(MemberRolesChanged{person(2), roles("buyer")});
    EXPECT_EQ(outcome.afterwards().permissions_of(person(2)),
              conance_like().closure(permissions("write_commissions")));
}

}  // namespace
}  // namespace muster::domain_tests
