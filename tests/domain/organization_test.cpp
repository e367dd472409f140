// Founding, ending, the plan, roles of the organisation's own making, imports, and what falls due.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

FoundOrganization found(const Blueprint& blueprint) {
    return {.organization = organization(1),
            .name = "Atelier",
            .blueprint = SharedBlueprint{blueprint},
            .founder = person(1),
            .founder_name = sealed("name 1"),
            .founder_address = sealed("address 1")};
}
CreateRole create_role(std::string role, std::string name, std::vector<PermissionId> gives = {}) {
    return {organization(1), RoleId{std::move(role)}, std::move(name), std::move(gives)};
}
RoleCreated role_created(std::string role, std::string name, std::vector<PermissionId> gives = {}) {
    return {RoleId{std::move(role)}, std::move(name), std::move(gives)};
}

TEST(TestBlueprints, ContradictNothing) {
    for (const Blueprint& blueprint :
         {conance_like(), open_source_like(), mark_like(), respond_like(), owner_like()}) {
        for (const BlueprintError& error : errors_of(blueprint)) {
            ADD_FAILURE() << blueprint.id << ": " << error.field << ": " << error.message;
        }
    }
}

TEST(FoundOrganization, MakesTheFounderAnActiveHolderOfTheFounderRole) {
    const Outcome outcome = given().when(found(conance_like())).then(founded(conance_like()));
    EXPECT_EQ(outcome.afterwards().use_of(RoleId{"administrator"}).active, 1u);
    EXPECT_EQ(outcome.afterwards().member(person(1))->roles, roles("administrator"));
    EXPECT_EQ(outcome.afterwards().version, Version{1});
}

TEST(FoundOrganization, IsForTheFounderAndTheOperator) {
    given().by(Actor::the_operator()).when(found(conance_like())).then(founded(conance_like()));
    given().by(person(2)).when(found(conance_like())).then_rejected(Rejection::not_allowed);
    given()
        .by(Actor::the_system())
        .when(found(conance_like()))
        .then_rejected(Rejection::not_allowed);
}

TEST(FoundOrganization, RefusesAnIdThatIsTaken) {
    given(founded(conance_like()))
        .when(found(conance_like()))
        .then_rejected(Rejection::organization_exists);
}

TEST(FoundOrganization, WantsANameAndABlueprintThatHolds) {
    FoundOrganization nameless = found(conance_like());
    nameless.name.clear();
    given().when(nameless).then_rejected(Rejection::name_missing);
    FoundOrganization ruleless = found(conance_like());
    ruleless.blueprint = {};
    given().when(ruleless).then_rejected(Rejection::blueprint_invalid);
    const Blueprint contradictory =
        with(conance_like(), [](Blueprint& b) { b.founder_role = RoleId{"nobody"}; });
    given().when(found(contradictory)).then_rejected(Rejection::blueprint_invalid);
}

TEST(FoundOrganization, NeedsASeatForTheFounder) {
    const Blueprint seatless = with(
        conance_like(), [](Blueprint& b) { b.plans.front().limits[LicenceClassId{"member"}] = 0; });
    given().when(found(seatless)).then_rejected(Rejection::seat_limit_reached);
}

TEST(EndOrganization, EndsEveryMembershipAndInvitationAtOnce) {
    const Outcome outcome = given(founded(conance_like()), joined(2, roles("user")),
                                  invited(1, 3, roles("user"), {}, licence("member")))
                                .when(EndOrganization{organization(1)})
                                .then(OrganizationEnded{});
    EXPECT_TRUE(outcome.afterwards().members.empty());
    EXPECT_TRUE(outcome.afterwards().invitations.empty());
    EXPECT_TRUE(outcome.afterwards().seats.empty());
    EXPECT_EQ(next_due(outcome.afterwards()), std::nullopt);
}

TEST(EndOrganization, TakesThePermission) {
    const Scenario scenario = given(founded(conance_like()), joined(2, roles("user")));
    scenario.by(person(2))
        .when(EndOrganization{organization(1)})
        .then_rejected(Rejection::not_allowed);
    scenario.by(person(9))
        .when(EndOrganization{organization(1)})
        .then_rejected(Rejection::organization_not_found);
}

TEST(EndOrganization, LeavesNothingBehindThatTakesCommands) {
    const Scenario ended =
        given(founded(conance_like()), invited(1, 3, roles("user")), OrganizationEnded{});
    ended.by(Actor::the_operator()).when(EndOrganization{organization(1)}).then_nothing();
    ended.by(Actor::the_operator())
        .when(remove_member(1))
        .then_rejected(Rejection::organization_ended);
    ended.by(person(3)).when(accept(1)).then_rejected(Rejection::invitation_cancelled);
    ended.by(person(1))
        .when(EndOrganization{organization(1)})
        .then_rejected(Rejection::organization_not_found);
    ended.by(Actor::the_system()).when(SettleDue{organization(1)}).then_nothing();
}

TEST(ChangePlan, SetsThePlanAndReplacesItsLimits) {
    const Scenario scenario = given(founded(conance_like())).by(Actor::the_operator());
    const LicenceClassId member{"member"};
    scenario.when(ChangePlan{organization(1), PlanId{"premium"}, {}})
        .then(PlanChanged{PlanId{"premium"}, {{member, 10}}});
    const Outcome outcome =
        scenario.when(ChangePlan{organization(1), PlanId{"premium"}, {{member, 25}}})
            .then(PlanChanged{PlanId{"premium"}, {{member, 25}}});
    EXPECT_EQ(outcome.afterwards().limits.at(member), 25u);
    scenario.when(ChangePlan{organization(1), PlanId{"free"}, {}}).then_nothing();
}

TEST(ChangePlan, IsTheOperatorsAndNamesWhatExists) {
    const Scenario scenario = given(founded(conance_like()));
    scenario.when(ChangePlan{organization(1), PlanId{"premium"}, {}})
        .then_rejected(Rejection::operator_only);
    scenario.by(person(9))
        .when(ChangePlan{organization(1), PlanId{"premium"}, {}})
        .then_rejected(Rejection::organization_not_found);
    const Scenario asked = scenario.by(Actor::the_operator());
    asked.when(ChangePlan{organization(1), PlanId{"gold"}, {}})
        .then_rejected(Rejection::plan_not_found);
    asked.when(ChangePlan{organization(1), PlanId{"free"}, {{LicenceClassId{"gold"}, 1}}})
        .then_rejected(Rejection::licence_class_unknown);
}

TEST(CreateRole, MakesARoleThatGivesWhatItNamesAndWhatThatImplies) {
    const Blueprint blueprint = with(conance_like(), [](Blueprint& b) {
        b.permissions.back().implies = permissions("read_commissions");
    });
    const Outcome outcome =
        given(founded(blueprint))
            .when(create_role("buyer", "Buyer", permissions("write_commissions")))
            .then(role_created("buyer", "Buyer", permissions("write_commissions")));
    const Role* role = outcome.afterwards().role(RoleId{"buyer"});
    EXPECT_TRUE(role->custom);
    EXPECT_EQ(role->effective,
              blueprint.closure(permissions("write_commissions", "read_commissions")));
    EXPECT_EQ(role->effective.count(), 2u);
}

TEST(CreateRole, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario =
        given(founded(conance_like()), role_created("maker", "Maker", permissions("manage_roles")),
              joined(2, roles("maker")), joined(3, roles("user")));
    const auto good = create_role("buyer", "Buyer", permissions("manage_roles"));
    scenario.by(person(9)).when(good).then_rejected(Rejection::organization_not_found);
    scenario.by(person(3)).when(good).then_rejected(Rejection::not_allowed);
    const Scenario maker = scenario.by(person(2));
    maker.when(create_role("buyer", "Buyer", permissions("fly")))
        .then_rejected(Rejection::permission_unknown);
    maker.when(create_role("buyer", "Buyer", permissions("remove_member")))
        .then_rejected(Rejection::beyond_own_permissions);
    maker.when(create_role("user", "Buyer")).then_rejected(Rejection::id_taken);
    maker.when(create_role("buyer", "Maker")).then_rejected(Rejection::role_name_taken);
    maker.when(create_role("buyer", "")).then_rejected(Rejection::name_missing);
    maker.when(good).then(role_created("buyer", "Buyer", permissions("manage_roles")));
}

TEST(CreateRole, StopsAtTheMostThereMayBe) {
    const Scenario scenario = given(founded(conance_like()), role_created("a", "A"),
                                    role_created("b", "B"), role_created("c", "C"));
    scenario.when(create_role("d", "D")).then(role_created("d", "D"));
    scenario.and_then(role_created("d", "D"))
        .when(create_role("e", "E"))
        .then_rejected(Rejection::too_many_roles);
}

TEST(CreateRole, IsOfferedOnlyWhereTheBlueprintSaysSo) {
    given(founded(respond_like()))
        .when(create_role("buyer", "Buyer"))
        .then_rejected(Rejection::custom_roles_not_offered);
}

TEST(Import, TakesOnlyImportedHistoryUntilItIsFinished) {
    const Scenario importing = given(founded(conance_like(), true)).by(Actor::the_operator());
    importing.when(invite({row(1, 2, roles("user"))})).then_rejected(Rejection::import_in_progress);
    importing.by(person(1)).when(remove_member(1)).then_rejected(Rejection::import_in_progress);
    importing.imported()
        .when(ChangePlan{organization(1), PlanId{"premium"}, {}})
        .then(PlanChanged{PlanId{"premium"}, {{LicenceClassId{"member"}, 10}}});
    const Outcome finished = importing.when(FinishImport{organization(1)}).then(ImportFinished{});
    EXPECT_FALSE(finished.afterwards().importing);
}

TEST(Import, NeverGoesBackInTime) {
    const Scenario importing =
        given(founded(conance_like(), true)).by(Actor::the_operator()).imported();
    const ChangePlan change{organization(1), PlanId{"premium"}, {}};
    importing.at(day(-1)).when(change).then_rejected(Rejection::import_out_of_order);
    importing.at(day(0)).when(change).then(
        PlanChanged{PlanId{"premium"}, {{LicenceClassId{"member"}, 10}}});
}

TEST(Import, NeverTouchesAnOrganizationThatItDidNotFound) {
    const Scenario scenario = given(founded(conance_like())).by(Actor::the_operator());
    scenario.imported().when(remove_member(1)).then_rejected(Rejection::not_importing);
    scenario.when(FinishImport{organization(1)}).then_nothing();
}

TEST(Import, IsFoundedByTheOperatorAlone) {
    given().imported().when(found(conance_like())).then_rejected(Rejection::not_allowed);
    given()
        .by(Actor::the_operator())
        .imported()
        .when(found(conance_like()))
        .then(founded(conance_like(), true));
}

TEST(FinishImport, TellsAStrangerNothing) {
    const Scenario scenario = given(founded(conance_like(), true), joined(2, roles("user")));
    scenario.by(person(2))
        .when(FinishImport{organization(1)})
        .then_rejected(Rejection::operator_only);
    scenario.by(person(9))
        .when(FinishImport{organization(1)})
        .then_rejected(Rejection::organization_not_found);
    scenario.by(Actor::the_operator())
        .when(FinishImport{organization(2)})
        .then_rejected(Rejection::organization_not_found);
}

TEST(SettleDue, WritesDownWhatFellDueInOrderAndNothingElse) {
    InvitationIssued later = invited(2, 3, roles("user"));
    later.expires_at = day(9);
    InvitationIssued earlier = invited(3, 4, roles("user"));
    earlier.expires_at = day(6);
    const Scenario scenario =
        given(founded(conance_like()), invited(1, 2, roles("user")), later, earlier)
            .by(Actor::the_system());
    EXPECT_EQ(next_due(scenario.state()), day(6));
    scenario.at(day(5)).when(SettleDue{organization(1)}).then_nothing();
    const Outcome outcome = scenario.at(day(7))
                                .when(SettleDue{organization(1)})
                                .then(InvitationExpired{invitation(3), person(4)},
                                      InvitationExpired{invitation(1), person(2)});
    EXPECT_EQ(next_due(outcome.afterwards()), day(9));
}

TEST(SettleDue, IsTheSystemsAlone) {
    const Scenario scenario = given(founded(conance_like()));
    scenario.by(Actor::the_operator())
        .when(SettleDue{organization(1)})
        .then_rejected(Rejection::not_allowed);
    scenario.by(Actor::the_system())
        .when(SettleDue{organization(2)})
        .then_rejected(Rejection::organization_not_found);
}

TEST(NextDue, IsNothingWithoutOpenInvitations) {
    EXPECT_EQ(next_due(given(founded(conance_like())).state()), std::nullopt);
}

TEST(RenameOrganization, ChangesTheNameAlone) {
    const Scenario scenario = given(founded(respond_like()), joined(2, roles("user_admin")));
    const RenameOrganization rename{organization(1), "Manufacture"};
    scenario.when(rename).then(OrganizationRenamed{"Manufacture"});
    scenario.by(person(2)).when(rename).then_rejected(Rejection::not_allowed);
    scenario.when(RenameOrganization{organization(1), "Atelier"}).then_nothing();
    scenario.when(RenameOrganization{organization(1), ""}).then_rejected(Rejection::name_missing);
}

}  // namespace
}  // namespace muster::domain_tests
