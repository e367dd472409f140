// Accounts: registration, verification and sign-ins, which span organisations.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

RegisterPerson register_person(std::uint64_t who, bool verified = true) {
    return {person(who), sealed("account name " + std::to_string(who)),
            sealed("account address " + std::to_string(who)), verified};
}

TEST(RegisterPerson, MakesAnAccountOnce) {
    const Scenario scenario = given(founded(conance_like())).by(Actor::the_operator());
    const Outcome outcome = scenario.when(register_person(3)).then(registered(3));
    EXPECT_TRUE(outcome.world().person(person(3))->registered);
    scenario.and_then(registered(3)).when(register_person(3)).then_nothing();
    scenario.and_then(registered(3)).when(register_person(3, false)).then_nothing();
}

TEST(RegisterPerson, VerifiesAnAccountLaterAndNeverTheOtherWayRound) {
    const Scenario scenario = given(registered(3, false)).by(Actor::the_operator());
    const Outcome outcome = scenario.when(register_person(3)).then(registered(3));
    EXPECT_TRUE(outcome.world().person(person(3))->verified);
    scenario.when(register_person(3, false)).then_nothing();
}

TEST(RegisterPerson, IsTheOperatorsAndTakesAName) {
    const Scenario scenario = given();
    scenario.by(person(3)).when(register_person(3)).then_rejected(Rejection::operator_only);
    RegisterPerson nameless = register_person(3);
    nameless.name = {};
    scenario.by(Actor::the_operator()).when(nameless).then_rejected(Rejection::name_missing);
}

TEST(RecordSignIn, IsWrittenForAnAccountWithoutChangingIt) {
    const Scenario scenario = given(registered(3)).by(person(3));
    const Outcome outcome = scenario.when(RecordSignIn{person(3), std::nullopt})
                                .then(PersonSignedIn{person(3), std::nullopt});
    EXPECT_EQ(*outcome.world().person(person(3)), *scenario.world().person(person(3)));
}

TEST(RecordSignIn, IsWrittenForAnAccessToAnOrganization) {
    const Scenario scenario = given(founded(conance_like()), joined(2, roles("user")));
    const RecordSignIn access{person(2), organization(1)};
    const PersonSignedIn recorded{person(2), organization(1)};
    scenario.by(person(2)).when(access).then(recorded);
    const Outcome outcome = scenario.by(Actor::the_operator()).when(access).then(recorded);
    EXPECT_EQ(outcome.afterwards(), scenario.state());
}

TEST(RecordSignIn, RefusesInTheOrderOfTheLadder) {
    const Scenario scenario = given(founded(conance_like()), joined(2, roles("user")));
    const RecordSignIn access{person(2), organization(1)};
    scenario.when(access).then_rejected(Rejection::not_allowed);
    scenario.by(person(9))
        .when(RecordSignIn{person(9), organization(1)})
        .then_rejected(Rejection::organization_not_found);
    scenario.by(Actor::the_operator())
        .when(RecordSignIn{person(9), organization(1)})
        .then_rejected(Rejection::member_not_found);
    scenario.by(person(9))
        .when(RecordSignIn{person(9), std::nullopt})
        .then_rejected(Rejection::person_not_found);
    const Scenario suspended = scenario.with(
        [](Organization& state) { state.members[person(2)].status = MemberStatus::suspended; });
    suspended.by(person(2)).when(access).then_rejected(Rejection::caller_suspended);
    suspended.by(Actor::the_operator()).when(access).then_rejected(Rejection::member_suspended);
}

TEST(MemoryWorld, GivesEachStreamThatACommitChangesOneVersion) {
    MemoryWorld world;
    Happenings first{organization(1)};
    first.add(founded(conance_like()));
    first.add(registered(3));
    world.apply(first.events(), first_day);
    EXPECT_EQ(world.organization(organization(1))->version, Version{1});
    EXPECT_EQ(world.person(person(3))->version, Version{1});
    Happenings second{organization(1)};
    second.add(PersonSignedIn{person(3), std::nullopt});
    second.add(joined(3, roles("user")));
    world.apply(second.events(), day(1));
    EXPECT_EQ(world.organization(organization(1))->version, Version{2});
    EXPECT_EQ(world.organization(organization(1))->latest_at, day(1));
    EXPECT_EQ(world.person(person(3))->version, Version{1});
    EXPECT_EQ(world.organization(organization(2)), nullptr);
    EXPECT_EQ(world.person(person(4)), nullptr);
}

TEST(Names, SayWhichOrganizationAndWhichPeopleACommandIsAbout) {
    EXPECT_EQ(organization_of(Command{register_person(3)}), std::nullopt);
    EXPECT_EQ(organization_of(Command{RecordSignIn{person(3), organization(2)}}), organization(2));
    EXPECT_EQ(organization_of(Command{remove_member(3)}), organization(1));
    EXPECT_EQ(people_of(Command{remove_member(3)}), std::vector{person(3)});
    EXPECT_EQ(people_of(Command{invite({row(1, 2, {}), row(2, 3, {})})}),
              (std::vector{person(2), person(3)}));
    EXPECT_TRUE(people_of(Command{cancel(1)}).empty());
    EXPECT_EQ(name_of(Command{cancel(1)}), "CancelInvitation");
    EXPECT_EQ(name_of(Command{RecordMailHandedOver{}}), "RecordMailHandedOver");
    EXPECT_EQ(name_of(Event{PersonSignedIn{}}), "PersonSignedIn");
    EXPECT_EQ(subject_of(Event{removed(4)}), person(4));
    EXPECT_EQ(subject_of(Event{ImportFinished{}}), std::nullopt);
}

}  // namespace
}  // namespace muster::domain_tests
