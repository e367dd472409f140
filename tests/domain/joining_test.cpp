// Answering an invitation: who may, with which link, until when, and what comes of it.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

Scenario invited_team() {
    return given(founded(conance_like()), invited(1, 3, roles("user"), {}, seat));
}

MemberJoined joined_by(std::uint64_t number, MemberJoined event) {
    event.invitation = invitation(number);
    return event;
}

PersonRegistered registered_by_link(std::uint64_t who) {
    return {person(who), sealed("account name"), sealed("account address"), true};
}

TEST(AcceptInvitation, RegistersVerifiesAndJoinsAPersonWithoutAnAccountInOneCommit) {
    const Outcome outcome = invited_team().by(person(3)).when(accept(1)).then(
        registered_by_link(3), InvitationAccepted{invitation(1), person(3)},
        joined_by(1, joined(3, roles("user"), {}, seat)));
    EXPECT_TRUE(outcome.world().person(person(3))->verified);
    EXPECT_EQ(outcome.afterwards().seats.at(*seat), (SeatUse{.used = 2, .reserved = 0}));
    EXPECT_EQ(outcome.afterwards().invitation_of(person(3)), nullptr);
    EXPECT_EQ(outcome.afterwards().version, Version{2});
}

TEST(AcceptInvitation, JoinsAnExistingAccountThatSignedIn) {
    invited_team()
        .and_then(registered(3))
        .by(person(3))
        .when(accept(1, true))
        .then(InvitationAccepted{invitation(1), person(3)},
              joined_by(1, joined(3, roles("user"), {}, seat)));
}

TEST(AcceptInvitation, BringsTheWorkspacesOfTheInvitation) {
    const Outcome outcome = given(founded(respond_like()), WorkspaceCreated{workspace(1), "A"},
                                  invited(1, 3, roles("member"), {place(1)}), registered(3))
                                .by(person(3))
                                .when(accept(1, true))
                                .then(InvitationAccepted{invitation(1), person(3)},
                                      joined_by(1, joined(3, roles("member"), {place(1)})));
    EXPECT_EQ(outcome.afterwards().member(person(3))->workspaces.size(), 1u);
}

TEST(AcceptInvitation, IsForTheInvitedPersonAloneWhateverBecameOfIt) {
    const Scenario open = invited_team();
    const Scenario ended = open.and_then(InvitationCancelled{invitation(1), person(3)});
    for (const Actor& actor :
         {Actor::of(person(1)), Actor::of(person(9)), Actor::the_operator(), Actor::the_system()}) {
        for (const Scenario& scenario : {open, ended, open.at(day(8))}) {
            scenario.by(actor).when(accept(1)).then_rejected(
                Rejection::invitation_for_another_address);
            scenario.by(actor)
                .when(decline(1))
                .then_rejected(Rejection::invitation_for_another_address);
        }
    }
}

TEST(AcceptInvitation, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario = invited_team();
    const Scenario invited_person = scenario.by(person(3));
    invited_person.when(accept(9)).then_rejected(Rejection::invitation_not_found);
    given().by(person(3)).when(accept(1)).then_rejected(Rejection::invitation_not_found);
    invited_person.and_then(registered(3))
        .when(accept(1))
        .then_rejected(Rejection::sign_in_required);
    invited_person.and_then(registered(3, false))
        .when(accept(1, true))
        .then_rejected(Rejection::address_not_verified);
    invited_person.when(accept(1, false, 0)).then_rejected(Rejection::invitation_superseded);
    invited_person.when(accept(1, false, 2)).then_rejected(Rejection::invitation_not_found);
    AcceptInvitation nameless = accept(1);
    nameless.account_name = {};
    invited_person.when(nameless).then_rejected(Rejection::name_missing);
}

TEST(AcceptInvitation, RefusesOneThatHasEndedByHow) {
    const auto after = [](const Event& end) {
        return invited_team().and_then(end).by(person(3)).when(accept(1));
    };
    after(InvitationCancelled{invitation(1), person(3)})
        .then_rejected(Rejection::invitation_cancelled);
    after(InvitationDeclined{invitation(1), person(3)})
        .then_rejected(Rejection::invitation_declined);
    after(InvitationExpired{invitation(1), person(3)}).then_rejected(Rejection::invitation_expired);
    after(InvitationAccepted{invitation(1), person(3)})
        .then_rejected(Rejection::invitation_accepted);
}

TEST(AcceptInvitation, HoldsUntilTheMomentItExpiresAndNotAtIt) {
    const Scenario scenario = invited_team().by(person(3));
    EXPECT_EQ(scenario.at(day(7) - Duration{1}).answer_to(accept(1)), std::nullopt);
    scenario.at(day(7)).when(accept(1)).then_rejected(Rejection::invitation_expired);
    scenario.at(day(7)).when(decline(1)).then_rejected(Rejection::invitation_expired);
}

TEST(AcceptInvitation, TakesOnlyTheNewestLink) {
    const Scenario scenario = invited_team()
                                  .and_then(InvitationResent{invitation(1), person(3), 2, day(9)},
                                            InvitationResent{invitation(1), person(3), 3, day(10)})
                                  .by(person(3));
    scenario.when(accept(1, false, 1)).then_rejected(Rejection::invitation_superseded);
    scenario.when(accept(1, false, 2)).then_rejected(Rejection::invitation_superseded);
    EXPECT_EQ(scenario.answer_to(accept(1, false, 3)), std::nullopt);
}

TEST(AcceptInvitation, ChecksTheInviterAgainWhereTheBlueprintSaysSo) {
    const auto story = [](bool recheck) {
        const Blueprint blueprint =
            with(mark_like(), [&](Blueprint& b) { b.joining.recheck_inviter = recheck; });
        return given(founded(blueprint), joined(2, roles("team_admin")), registered(3),
                     invited(1, 3, roles("member"), {}, std::nullopt, Actor::of(person(2))))
            .by(person(3));
    };
    EXPECT_EQ(story(true).answer_to(accept(1, true)), std::nullopt);
    story(true)
        .and_then(removed(2))
        .when(accept(1, true))
        .then_rejected(Rejection::inviter_lost_right);
    story(true)
        .and_then(MemberRolesChanged{person(2), roles("member")})
        .when(accept(1, true))
        .then_rejected(Rejection::inviter_lost_right);
    EXPECT_EQ(story(false).and_then(removed(2)).answer_to(accept(1, true)), std::nullopt);
}

TEST(AcceptInvitation, TakesASeatThenWhereNoneWasReserved) {
    const Blueprint blueprint =
        with(conance_like(), [](Blueprint& b) { b.joining.invitation_reserves_licence = false; });
    const Scenario scenario =
        given(founded(blueprint), registered(3), joined(2, roles("user"), {}, seat),
              invited(1, 3, roles("user")))
            .by(person(3));
    scenario.when(accept(1, true))
        .then(InvitationAccepted{invitation(1), person(3)},
              joined_by(1, joined(3, roles("user"), {}, seat)));
    scenario.and_then(joined(4, roles("user"), {}, seat))
        .when(accept(1, true))
        .then_rejected(Rejection::seat_limit_reached);
}

TEST(AcceptInvitation, UsesItsReservationEvenAfterThePlanWasCut) {
    const Outcome outcome = invited_team()
                                .and_then(registered(3), PlanChanged{PlanId{"free"}, {{*seat, 1}}})
                                .by(person(3))
                                .when(accept(1, true))
                                .then(InvitationAccepted{invitation(1), person(3)},
                                      joined_by(1, joined(3, roles("user"), {}, seat)));
    EXPECT_EQ(outcome.afterwards().seats.at(*seat).taken(), 2u);
}

TEST(DeclineInvitation, EndsItAndFreesTheSeat) {
    const Outcome outcome = invited_team()
                                .by(person(3))
                                .when(decline(1))
                                .then(InvitationDeclined{invitation(1), person(3)});
    EXPECT_EQ(outcome.afterwards().seats.at(*seat).taken(), 1u);
    EXPECT_EQ(outcome.afterwards().member(person(3)), nullptr);
}

TEST(DeclineInvitation, TakesTheSameProofAsAccepting) {
    const Scenario scenario = invited_team().and_then(registered(3)).by(person(3));
    scenario.when(decline(1)).then_rejected(Rejection::sign_in_required);
    scenario.when(decline(1, true, 0)).then_rejected(Rejection::invitation_superseded);
    scenario.when(decline(1, true)).then(InvitationDeclined{invitation(1), person(3)});
    scenario.and_then(InvitationDeclined{invitation(1), person(3)})
        .when(decline(1, true))
        .then_rejected(Rejection::invitation_declined);
}

/// Found in review: what somebody else gave an invited person is not the inviter's to answer for.
TEST(AcceptInvitation, AsksTheInviterOnlyOfWhatTheyOffered) {
    const Blueprint blueprint =
        with(respond_like(), [](Blueprint& b) { b.joining.recheck_inviter = true; });
    const Blueprint modest = with(blueprint, [](Blueprint& b) {
        OrganizationRole inviter = ordinary_role("inviter", permissions("invite_member"));
        inviter.reach[Reach::invite] = reach_roles({RoleId{"member"}});
        b.roles.push_back(inviter);
    });
    const Scenario placed =
        given(founded(modest), WorkspaceCreated{workspace(1), "A"}, joined(2, roles("inviter")),
              invited(1, 3, roles("member"), {}, std::nullopt, Actor::of(person(2))),
              WorkspaceRoleAssigned{person(3), place(1)});
    const Outcome joins = placed.by(person(3)).when(accept(1));
    EXPECT_TRUE(joins.afterwards().member(person(3))->workspaces.contains(workspace(1)));
}

}  // namespace
}  // namespace muster::domain_tests
