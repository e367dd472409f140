// Choosing a licence: the first free class that fits every role, and the one in use kept while it
// is the best.
#include "domain/seats.h"

#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

const LicenceClassId unlimited{"unlimited"};
const LicenceClassId discovery{"discovery"};

Organization seats_taken(std::uint64_t unlimited_taken, std::uint64_t discovery_taken) {
    Organization state = given(founded(mark_like())).state();
    state.seats[unlimited].used = unlimited_taken;
    state.seats[discovery].reserved = discovery_taken;
    return state;
}

std::expected<std::optional<LicenceClassId>, Rejection> chosen(
    const Organization& state, const std::vector<std::string>& workspace_roles,
    const std::optional<LicenceClassId>& current = std::nullopt) {
    Places places;
    for (std::size_t index = 0; index < workspace_roles.size(); ++index) {
        places[workspace(index + 1)] = RoleId{workspace_roles[index]};
    }
    return licence_for(state, roles("member"), places, current);
}

TEST(LicenceFor, IsNothingWhereNoRoleNeedsOne) {
    EXPECT_EQ(chosen(seats_taken(2, 1), {}), std::nullopt);
    EXPECT_EQ(chosen(seats_taken(2, 1), {"guest", "guest"}), std::nullopt);
    EXPECT_EQ(chosen(seats_taken(0, 0), {"guest"}, unlimited), std::nullopt);
}

TEST(LicenceFor, IsTheFirstFreeClassThatFits) {
    EXPECT_EQ(chosen(seats_taken(0, 0), {"editor"}), unlimited);
    EXPECT_EQ(chosen(seats_taken(0, 0), {"collaborator"}), discovery);
    EXPECT_EQ(chosen(seats_taken(0, 1), {"collaborator"}), unlimited);
}

TEST(LicenceFor, FitsEveryRoleAtOnce) {
    EXPECT_EQ(chosen(seats_taken(0, 0), {"collaborator", "editor"}), unlimited);
    EXPECT_EQ(chosen(seats_taken(0, 0), {"editor", "collaborator", "guest"}), unlimited);
}

TEST(LicenceFor, IsRefusedWhenNoneThatFitsIsFree) {
    EXPECT_EQ(chosen(seats_taken(2, 0), {"editor"}),
              std::unexpected{Rejection::seat_limit_reached});
    EXPECT_EQ(chosen(seats_taken(2, 1), {"collaborator"}),
              std::unexpected{Rejection::seat_limit_reached});
    EXPECT_EQ(chosen(seats_taken(2, 0), {"collaborator", "editor"}),
              std::unexpected{Rejection::seat_limit_reached});
}

TEST(LicenceFor, KeepsTheOneInUseAlsoOverTheLimit) {
    EXPECT_EQ(chosen(seats_taken(2, 0), {"editor"}, unlimited), unlimited);
    EXPECT_EQ(chosen(seats_taken(9, 0), {"editor"}, unlimited), unlimited);
    EXPECT_EQ(chosen(seats_taken(9, 1), {"collaborator"}, unlimited), unlimited);
}

TEST(LicenceFor, TakesABetterOneWhenItIsFree) {
    EXPECT_EQ(chosen(seats_taken(1, 0), {"collaborator"}, unlimited), discovery);
}

TEST(LicenceFor, CountsReservedAndUsedAlike) {
    Organization state = seats_taken(1, 0);
    EXPECT_EQ(chosen(state, {"editor"}), unlimited);
    state.seats[unlimited].reserved = 1;
    EXPECT_EQ(chosen(state, {"editor"}), std::unexpected{Rejection::seat_limit_reached});
}

TEST(LicenceFor, IsUnlimitedWhereThePlanSaysNothing) {
    Organization state = seats_taken(1000, 0);
    state.limits.erase(unlimited);
    EXPECT_EQ(chosen(state, {"editor"}), unlimited);
}

TEST(LicenceFor, IsRefusedFromTheFirstOnWhereThePlanGrantsNone) {
    Organization state = given(founded(mark_like())).state();
    state.limits[unlimited] = 0;
    ASSERT_FALSE(state.seats.contains(unlimited));
    EXPECT_EQ(chosen(state, {"editor"}), std::unexpected{Rejection::seat_limit_reached});
}

TEST(LicenceFor, LooksAtOrganizationRolesAndCustomRolesToo) {
    const Organization state =
        given(founded(conance_like()), RoleCreated{RoleId{"buyer"}, "Buyer", {}}).state();
    const LicenceClassId member{"member"};
    EXPECT_EQ(licence_for(state, roles("user"), {}, std::nullopt), member);
    EXPECT_EQ(licence_for(state, roles("buyer"), {}, std::nullopt), member);
}

TEST(Plan, CutBelowItsUseNeverGrowsUntilItFits) {
    const Scenario scenario =
        given(founded(conance_like()), joined(2, roles("user"), {}, seat),
              joined(3, roles("user"), {}, seat), PlanChanged{PlanId{"free"}, {{*seat, 2}}});
    const auto command = invite({row(1, 4, roles("user"))});
    scenario.when(command).then_rejected(Rejection::seat_limit_reached);
    scenario.and_then(removed(2, {}, seat))
        .when(command)
        .then_rejected(Rejection::seat_limit_reached);
    EXPECT_EQ(scenario.and_then(removed(2, {}, seat), removed(3, {}, seat)).answer_to(command),
              std::nullopt);
    scenario.when(change_role(2, roles("administrator")))
        .then(MemberRolesChanged{person(2), roles("administrator")});
}

}  // namespace
}  // namespace muster::domain_tests
