// Inviting one person or many, sending again, cancelling, and the outbox's note.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

Scenario team() {
    return given(founded(conance_like()), joined(2, roles("user"), {}, seat));
}

/// The event of a row as the founder sends it on the first day.
InvitationIssued issued(std::uint64_t number, std::uint64_t who,
                        std::optional<LicenceClassId> reserved = seat) {
    return invited(number, who, roles("user"), {}, std::move(reserved));
}

RowVerdict sent(std::uint64_t number, std::uint64_t who) {
    return {invitation(number), person(who), false, std::nullopt};
}
RowVerdict refused(std::uint64_t who, Rejection rejection) {
    return {{}, person(who), false, rejection};
}

TEST(InviteMember, ReservesASeatAndExpiresAfterTheBlueprintsLife) {
    const Outcome outcome =
        team().when(invite({row(1, 3, roles("user"))})).then(issued(1, 3)).with_rows({sent(1, 3)});
    EXPECT_EQ(outcome.afterwards().seats.at(*seat), (SeatUse{.used = 2, .reserved = 1}));
    EXPECT_EQ(outcome.afterwards().invitation_of(person(3))->expires_at, day(7));
    EXPECT_EQ(next_due(outcome.afterwards()), day(7));
}

TEST(InviteMember, ReservesNothingWhereTheBlueprintSaysSo) {
    const Blueprint blueprint =
        with(conance_like(), [](Blueprint& b) { b.joining.invitation_reserves_licence = false; });
    given(founded(blueprint))
        .when(invite({row(1, 3, roles("user"))}))
        .then(issued(1, 3, std::nullopt));
}

TEST(InviteMember, JoinsAKnownAccountAtOnceWhereTheBlueprintSaysSo) {
    const Scenario scenario =
        given(founded(open_source_like()), registered(3), registered(4, false));
    MemberJoined joining = joined(3, roles("member"));
    scenario.when(invite({row(1, 3, roles("member"))}))
        .then(joining)
        .with_rows({{{}, person(3), true, std::nullopt}});
    scenario.when(invite({row(1, 4, roles("member"))})).then(invited(1, 4, roles("member")));
    scenario.when(invite({row(1, 5, roles("member"))})).then(invited(1, 5, roles("member")));
}

TEST(InviteMember, GivesNewcomersTheirRoleAndReservesForTheirWorkspaces) {
    const Scenario scenario = given(founded(mark_like()), WorkspaceCreated{workspace(1), "Paris"});
    scenario.when(invite({row(1, 3, {}, {place(1, "collaborator")})}))
        .then(invited(1, 3, roles("member"), {place(1, "collaborator")}, licence("discovery")));
    scenario.when(invite({row(1, 3, {}, {place(1, "guest")})}))
        .then(invited(1, 3, roles("member"), {place(1, "guest")}));
    scenario.when(invite({row(1, 3, roles("member"))}))
        .then_rejected(Rejection::role_not_asked_for);
}

TEST(InviteMember, RefusesACallerBeforeItLooksAtTheRows) {
    const auto command = invite({});
    team().by(person(9)).when(command).then_rejected(Rejection::organization_not_found);
    team().by(person(2)).when(command).then_rejected(Rejection::not_allowed);
    team().by(Actor::the_system()).when(command).then_rejected(Rejection::not_allowed);
    team().when(command).then_rejected(Rejection::rows_missing);
}

TEST(InviteMember, RefusesARowInTheOrderOfTheLadder) {
    const Blueprint blueprint = with(conance_like(), [](Blueprint& b) {
        OrganizationRole secret = ordinary_role("secret", {});
        secret.offerable = false;
        b.roles.push_back(secret);
    });
    const Scenario scenario =
        given(founded(blueprint), joined(2, roles("user"), {}, seat), issued(1, 3),
              InvitationCancelled{invitation(1), person(3)}, issued(2, 4));
    const auto answer = [&](InvitationRow asked, Rejection rejection) {
        scenario.when(invite({std::move(asked)})).then_rejected(rejection);
    };
    answer(row(9, 2, {}), Rejection::role_missing);
    answer(row(9, 2, roles("user", "user")), Rejection::role_repeated);
    answer(row(9, 2, roles("user", "administrator")), Rejection::single_role_only);
    answer(row(9, 2, roles("pilot")), Rejection::role_not_found);
    answer(row(9, 2, roles("secret")), Rejection::role_not_offerable);
    answer(row(9, 2, roles("user"), {place(1)}), Rejection::workspaces_not_offered);
    answer(row(1, 2, roles("user")), Rejection::already_member);
    answer(row(1, 4, roles("user")), Rejection::already_invited);
    answer(row(1, 5, roles("user")), Rejection::id_taken);
    answer(row(2, 5, roles("user")), Rejection::id_taken);
    answer(row(9, 1, roles("user")), Rejection::already_member);
    scenario.and_then(joined(6, roles("user"), {}, seat))
        .when(invite({row(9, 5, roles("user"))}))
        .then_rejected(Rejection::seat_limit_reached);
}

TEST(InviteMember, RefusesPlacesThatDoNotExist) {
    const Scenario scenario =
        given(founded(open_source_like()), WorkspaceCreated{workspace(1), "Core"});
    const auto answer = [&](std::vector<WorkspacePlace> places, Rejection rejection) {
        scenario.when(invite({row(1, 3, roles("member"), std::move(places))}))
            .then_rejected(rejection);
    };
    answer({place(2, "member")}, Rejection::workspace_not_found);
    answer({place(1)}, Rejection::workspace_role_missing);
    answer({place(1, "pilot")}, Rejection::workspace_role_not_found);
    answer({place(1, "member"), place(1, "member")}, Rejection::workspace_repeated);
}

TEST(InviteMember, TakesNoWorkspaceRoleWhereThereAreNoneAndOnlySoManyWorkspaces) {
    const Scenario scenario =
        given(founded(respond_like()), WorkspaceCreated{workspace(1), "A"},
              WorkspaceCreated{workspace(2), "B"}, WorkspaceCreated{workspace(3), "C"});
    scenario.when(invite({row(1, 3, roles("member"), {place(1, "member")})}))
        .then_rejected(Rejection::workspace_role_not_offered);
    scenario.when(invite({row(1, 3, roles("member"), {place(1), place(2), place(3)})}))
        .then_rejected(Rejection::too_many_workspaces)
        .because_of({{ObstacleKind::over_limit, "workspaces", 2}});
    scenario.when(invite({row(1, 3, roles("member"), {place(1), place(2)})}))
        .then(invited(1, 3, roles("member"), {place(1), place(2)}));
}

TEST(InviteMember, ReachesOnlyWhomTheCallersRoleReaches) {
    const Scenario scenario = given(founded(respond_like()), joined(2, roles("user_admin")));
    scenario.by(person(2))
        .when(invite({row(1, 3, roles("billing_admin"))}))
        .then_rejected(Rejection::target_out_of_reach);
    scenario.by(person(2))
        .when(invite({row(1, 3, roles("member"))}))
        .then(invited(1, 3, roles("member"), {}, std::nullopt, Actor::of(person(2))));
}

TEST(InviteMember, OffersNothingBeyondTheCallersOwnRights) {
    const Blueprint blueprint = with(mark_like(), [](Blueprint& b) {
        b.joining.invitation_names_role = true;
        b.joining.newcomer_role = std::nullopt;
        b.roles[1].grants = permissions("edit");
    });
    const Scenario scenario = given(founded(blueprint), joined(2, roles("team_admin")),
                                    WorkspaceCreated{workspace(1), "Paris"});
    const auto by_team_admin = scenario.by(person(2));
    by_team_admin.when(invite({row(1, 3, roles("billing_admin"))}))
        .then_rejected(Rejection::beyond_own_permissions);
    by_team_admin.when(invite({row(1, 3, roles("member"), {place(1, "editor")})}))
        .then_rejected(Rejection::beyond_own_permissions);
    by_team_admin.when(invite({row(1, 3, roles("member"), {place(1, "collaborator")})}))
        .then(invited(1, 3, roles("member"), {place(1, "collaborator")}, licence("discovery"),
                      Actor::of(person(2))));
    scenario.by(Actor::the_operator())
        .when(invite({row(1, 3, roles("billing_admin"))}))
        .then(invited(1, 3, roles("billing_admin"), {}, std::nullopt, Actor::the_operator()));
}

TEST(InviteMember, NamesWorkspacesOnlyForWhoMayAssignThem) {
    const Blueprint blueprint = with(respond_like(), [](Blueprint& b) {
        b.roles[2].gives.permissions = permissions("invite_member");
    });
    given(founded(blueprint), joined(2, roles("user_admin")), WorkspaceCreated{workspace(1), "A"})
        .by(person(2))
        .when(invite({row(1, 3, roles("member"), {place(1)})}))
        .then_rejected(Rejection::not_allowed);
}

TEST(InviteMember, IsAllOrNoneWhenAtomic) {
    const Scenario scenario = given(founded(conance_like()));
    scenario.when(invite({row(1, 2, roles("user")), row(2, 3, roles("administrator"))}))
        .then(issued(1, 2), invited(2, 3, roles("administrator"), {}, seat))
        .with_rows({sent(1, 2), sent(2, 3)});
    scenario.when(invite({row(1, 2, roles("user")), row(2, 1, roles("user"))}))
        .then_rejected(Rejection::already_member)
        .with_rows({sent(1, 2), refused(1, Rejection::already_member)});
}

TEST(InviteMember, LetsRowsStandAloneWhenAskedTo) {
    const Scenario scenario = given(founded(conance_like()));
    scenario
        .when(invite({row(1, 1, roles("user")), row(2, 2, roles("user")), row(3, 2, roles("user")),
                      row(2, 3, roles("user")), row(4, 4, roles("user")), row(5, 5, roles("user"))},
                     RowMode::each))
        .then(issued(2, 2), issued(4, 4))
        .with_rows({refused(1, Rejection::already_member), sent(2, 2),
                    refused(2, Rejection::person_repeated), refused(3, Rejection::id_taken),
                    sent(4, 4), refused(5, Rejection::seat_limit_reached)});
    scenario.when(invite({row(1, 1, roles("user"))}, RowMode::each))
        .then_rejected(Rejection::already_member)
        .with_rows({refused(1, Rejection::already_member)});
}

TEST(InviteMember, NamesEachPersonOnceAndNotTooMany) {
    const Blueprint blueprint = with(conance_like(), [](Blueprint& b) { b.joining.most_rows = 2; });
    const Scenario scenario = given(founded(blueprint));
    scenario.when(invite({row(1, 2, roles("user")), row(2, 2, roles("user"))}))
        .then_rejected(Rejection::person_repeated);
    scenario
        .when(
            invite({row(1, 2, roles("user")), row(2, 3, roles("user")), row(3, 4, roles("user"))}))
        .then_rejected(Rejection::too_many_rows)
        .because_of({{ObstacleKind::over_limit, "people", 2}});
}

TEST(ResendInvitation, MakesANewLinkThatLivesAnew) {
    const Outcome outcome = team()
                                .and_then(issued(1, 3))
                                .at(day(3))
                                .when(resend(1))
                                .then(InvitationResent{invitation(1), person(3), 2, day(10)});
    EXPECT_EQ(next_due(outcome.afterwards()), day(10));
    EXPECT_EQ(outcome.afterwards().invitation(invitation(1))->send_number, 2u);
}

TEST(ResendInvitation, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario =
        given(founded(respond_like()), joined(2, roles("user_admin")), joined(3, roles("member")),
              invited(1, 4, roles("member")), invited(2, 5, roles("billing_admin")),
              invited(3, 6, roles("member")), InvitationDeclined{invitation(3), person(6)});
    for (const std::uint64_t number : {1u, 2u, 3u, 9u}) {
        scenario.by(person(3)).when(resend(number)).then_rejected(Rejection::not_allowed);
        scenario.by(person(9))
            .when(resend(number))
            .then_rejected(Rejection::organization_not_found);
    }
    const Scenario user_admin = scenario.by(person(2));
    user_admin.when(resend(9)).then_rejected(Rejection::invitation_not_found);
    user_admin.when(resend(2)).then_rejected(Rejection::target_out_of_reach);
    user_admin.when(resend(3)).then_rejected(Rejection::invitation_declined);
    user_admin.at(day(7)).when(resend(1)).then_rejected(Rejection::invitation_expired);
}

TEST(CancelInvitation, FreesTheSeatAndIsSoAlreadyTheSecondTime) {
    const Outcome outcome = team()
                                .and_then(issued(1, 3))
                                .when(cancel(1))
                                .then(InvitationCancelled{invitation(1), person(3)});
    EXPECT_EQ(outcome.afterwards().seats.at(*seat), (SeatUse{.used = 2, .reserved = 0}));
    EXPECT_EQ(outcome.afterwards().invitation_of(person(3)), nullptr);
    team()
        .and_then(issued(1, 3), InvitationCancelled{invitation(1), person(3)})
        .when(cancel(1))
        .then_nothing();
}

TEST(CancelInvitation, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario =
        given(founded(respond_like()), joined(2, roles("user_admin")), joined(3, roles("member")),
              invited(1, 4, roles("member")), invited(2, 5, roles("billing_admin")),
              invited(3, 6, roles("member")), InvitationExpired{invitation(3), person(6)},
              invited(4, 7, roles("member")), InvitationAccepted{invitation(4), person(7)},
              joined(7, roles("member")));
    for (const std::uint64_t number : {1u, 2u, 3u, 4u, 9u}) {
        scenario.by(person(3)).when(cancel(number)).then_rejected(Rejection::not_allowed);
        scenario.by(person(9))
            .when(cancel(number))
            .then_rejected(Rejection::organization_not_found);
    }
    const Scenario user_admin = scenario.by(person(2));
    user_admin.when(cancel(9)).then_rejected(Rejection::invitation_not_found);
    user_admin.when(cancel(2)).then_rejected(Rejection::target_out_of_reach);
    user_admin.when(cancel(3)).then_rejected(Rejection::invitation_expired);
    user_admin.when(cancel(4)).then_rejected(Rejection::invitation_accepted);
}

TEST(RecordMailHandedOver, NotesTheNewestSendAndChangesNothing) {
    const Scenario scenario = team().and_then(issued(1, 3)).by(Actor::the_system());
    const RecordMailHandedOver first{organization(1), invitation(1), 1};
    const Outcome outcome = scenario.when(first).then(MailHandedOver{invitation(1), person(3), 1});
    EXPECT_EQ(outcome.afterwards(), scenario.state());
    scenario.when(RecordMailHandedOver{organization(1), invitation(1), 2}).then_nothing();
    scenario.when(RecordMailHandedOver{organization(1), invitation(9), 1}).then_nothing();
    scenario.when(RecordMailHandedOver{organization(9), invitation(1), 1})
        .then_rejected(Rejection::organization_not_found);
    scenario.by(person(1)).when(first).then_rejected(Rejection::not_allowed);
}

}  // namespace
}  // namespace muster::domain_tests
