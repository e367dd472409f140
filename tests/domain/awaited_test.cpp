// Joining by registering: whoever gets an account is in wherever known accounts join at once.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

/// A second organisation that awaits the same person.
std::vector<StreamEvent> second(const Blueprint& blueprint, std::vector<RoleId> held) {
    const OrganizationId id = organization(2);
    const OrganizationFounded founding{id, "Annexe", SharedBlueprint{blueprint}, PlanId{"free"},
                                       false};
    return {elsewhere(id, founding), elsewhere(id, joined(7, {blueprint.founder_role})),
            elsewhere(id, invited(2, 3, std::move(held), {}, std::nullopt, Actor::of(person(7))))};
}

MemberJoined joins(std::uint64_t number, std::vector<RoleId> held) {
    MemberJoined event = joined(3, std::move(held));
    event.invitation = invitation(number);
    return event;
}

Scenario awaited_twice(const Blueprint& blueprint) {
    const auto other = second(blueprint, roles("member"));
    return given(founded(open_source_like()), invited(1, 3, roles("member")), other[0], other[1],
                 other[2]);
}

const RegisterPerson registers{person(3), sealed("account name 3"), sealed("account address 3"),
                               true};

TEST(Registering, JoinsEveryOrganisationThatAwaitsTheAccount) {
    awaited_twice(open_source_like())
        .by(Actor::the_operator())
        .when(registers)
        .then(registered(3),
              elsewhere(organization(1), InvitationAccepted{invitation(1), person(3)}),
              elsewhere(organization(1), joins(1, roles("member"))),
              elsewhere(organization(2), InvitationAccepted{invitation(2), person(3)}),
              elsewhere(organization(2), joins(2, roles("member"))));
}

TEST(Registering, WaitsForTheAddressToBeVerified) {
    RegisterPerson unverified = registers;
    unverified.verified = false;
    awaited_twice(open_source_like())
        .by(Actor::the_operator())
        .when(unverified)
        .then(registered(3, false));
}

TEST(Registering, LeavesInvitationsOpenWhereTheyAreToBeAccepted) {
    awaited_twice(respond_like())
        .by(Actor::the_operator())
        .when(registers)
        .then(registered(3),
              elsewhere(organization(1), InvitationAccepted{invitation(1), person(3)}),
              elsewhere(organization(1), joins(1, roles("member"))));
}

TEST(Registering, ByALinkJoinsTheOtherOrganisationsToo) {
    const PersonRegistered account{person(3), sealed("account name"), sealed("account address"),
                                   true};
    awaited_twice(open_source_like())
        .by(person(3))
        .when(accept(1))
        .then(account, elsewhere(organization(1), InvitationAccepted{invitation(1), person(3)}),
              elsewhere(organization(1), joins(1, roles("member"))),
              elsewhere(organization(2), InvitationAccepted{invitation(2), person(3)}),
              elsewhere(organization(2), joins(2, roles("member"))));
}

TEST(Registering, LeavesAnOfferOpenThatHasExpiredOrNoLongerStands) {
    const Scenario late = awaited_twice(open_source_like()).by(Actor::the_operator()).at(day(8));
    late.when(registers).then(registered(3));
    const Blueprint checked =
        with(open_source_like(), [](Blueprint& b) { b.joining.recheck_inviter = true; });
    given(founded(checked), joined(2, roles("member")),
          invited(1, 3, roles("member"), {}, std::nullopt, Actor::of(person(2))))
        .by(Actor::the_operator())
        .when(registers)
        .then(registered(3));
}

TEST(Account, ShowsANameAndAnAvatarAndWhetherASecondFactorIsAsked) {
    const Scenario scenario = given(founded(open_source_like()), registered(3));
    const ChangeProfile profile{person(3), sealed("new name"), sealed("picture")};
    const ProfileChanged shown{person(3), sealed("new name"), sealed("picture")};
    scenario.by(person(3)).when(profile).then(shown);
    scenario.by(Actor::the_operator()).when(profile).then(shown);
    scenario.by(person(1)).when(profile).then_rejected(Rejection::not_allowed);
    scenario.by(person(3))
        .when(ChangeProfile{person(3), {}, {}})
        .then_rejected(Rejection::name_missing);
    const Scenario host = scenario.by(Actor::the_operator());
    host.when(ChangeTwoFactor{person(3), true}).then(TwoFactorChanged{person(3), true});
    host.when(ChangeTwoFactor{person(3), false}).then_nothing();
    host.when(ChangeTwoFactor{person(9), true}).then_rejected(Rejection::person_not_found);
    host.when(ChangeProfile{person(9), sealed("x"), {}}).then_rejected(Rejection::person_not_found);
    scenario.by(person(3))
        .when(ChangeTwoFactor{person(3), true})
        .then_rejected(Rejection::operator_only);
}

}  // namespace
}  // namespace muster::domain_tests
