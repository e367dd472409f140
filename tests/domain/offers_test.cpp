// Menus: the roles a caller could offer now, the operations on a row.
#include "domain/offers.h"

#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

using Operations = std::vector<std::string_view>;
using Answers = std::map<std::string, std::optional<Rejection>>;

Answers offers_of(const Scenario& scenario, const Actor& actor) {
    Answers answers;
    for (const RoleOffer& offer : role_offers(scenario.state(), actor)) {
        answers[offer.role.value] = offer.refused;
    }
    return answers;
}

Operations operations(const Scenario& scenario, std::uint64_t viewer, std::uint64_t row) {
    return operations_on(scenario.state(), Actor::of(person(viewer)), person(row));
}

TEST(RoleOffers, FollowReachAndRights) {
    const Scenario scenario =
        given(founded(respond_like()), joined(2, roles("user_admin")), joined(3, roles("member")));
    const auto beyond = Rejection::target_out_of_reach;
    const Answers of_user_admin{{"organisation_admin", beyond},
                                {"billing_admin", beyond},
                                {"user_admin", beyond},
                                {"member", std::nullopt}};
    EXPECT_EQ(offers_of(scenario, Actor::of(person(2))), of_user_admin);
    for (const auto& [role, refused] : offers_of(scenario, Actor::of(person(3)))) {
        EXPECT_EQ(refused, Rejection::not_allowed) << role;
    }
    for (const auto& [role, refused] : offers_of(scenario, Actor::the_operator())) {
        EXPECT_EQ(refused, std::nullopt) << role;
    }
}

TEST(RoleOffers, LeaveOutWhatMovesByTransferAlone) {
    const Scenario scenario = given(founded(owner_like()));
    EXPECT_EQ(offers_of(scenario, Actor::of(person(1))).at("owner"), Rejection::role_not_offerable);
}

TEST(RoleOffers, FollowTheLicencesThatAreLeft) {
    const auto with_limits = [](std::uint64_t unlimited, std::uint64_t discovery) {
        const Scenario scenario =
            given(founded(mark_like()), PlanChanged{PlanId{"free"},
                                                    {{LicenceClassId{"unlimited"}, unlimited},
                                                     {LicenceClassId{"discovery"}, discovery}}});
        return offers_of(scenario, Actor::of(person(1)));
    };
    const auto full = Rejection::seat_limit_reached;
    EXPECT_EQ(with_limits(1, 1).at("editor"), std::nullopt);
    EXPECT_EQ(with_limits(1, 0).at("collaborator"), std::nullopt);
    EXPECT_EQ(with_limits(0, 1).at("editor"), full);
    EXPECT_EQ(with_limits(0, 1).at("collaborator"), std::nullopt);
    EXPECT_EQ(with_limits(0, 0).at("collaborator"), full);
    EXPECT_EQ(with_limits(0, 0).at("guest"), std::nullopt);
    // The invitation asks for no company role (M11).
    EXPECT_EQ(with_limits(1, 1).at("member"), Rejection::role_not_asked_for);
}

TEST(OperationsOn, AreWhatTheViewerMayDoToTheRow) {
    const Scenario scenario =
        given(founded(respond_like()), joined(2, roles("user_admin")), joined(3, roles("member")),
              invited(1, 4, roles("member")), invited(2, 5, roles("billing_admin")));
    EXPECT_EQ(operations(scenario, 1, 3), (Operations{"change_role", "edit_workspaces", "remove"}));
    EXPECT_EQ(operations(scenario, 2, 3), (Operations{"edit_workspaces", "remove"}));
    EXPECT_EQ(operations(scenario, 2, 1), Operations{"edit_workspaces"});
    EXPECT_EQ(operations(scenario, 2, 4), (Operations{"edit_workspaces", "resend", "cancel"}));
    EXPECT_EQ(operations(scenario, 2, 5), Operations{"edit_workspaces"});
    EXPECT_EQ(operations(scenario, 3, 2), Operations{});
    EXPECT_EQ(operations(scenario, 3, 9), Operations{});
}

TEST(OperationsOn, LeaveOutWhatTheStateForbids) {
    const Blueprint blueprint = with(conance_like(), [](Blueprint& b) {
        b.members.suspension = true;
        b.members.address_replacement = true;
    });
    const Scenario scenario = given(founded(blueprint), joined(2, roles("user")));
    EXPECT_EQ(operations(scenario, 1, 1), (Operations{"change_role", "replace_address"}));
    EXPECT_EQ(operations(scenario, 1, 2),
              (Operations{"change_role", "suspend", "remove", "replace_address"}));
    EXPECT_EQ(operations(scenario, 2, 2), Operations{"leave"});
    const Scenario paused = scenario.and_then(MemberSuspended{person(2)});
    EXPECT_EQ(operations(paused, 1, 2), (Operations{"reinstate", "remove"}));
    EXPECT_EQ(operations(paused, 2, 2), Operations{});
}

TEST(OperationsOn, OfferTheOwnersTransferToTheOwner) {
    const Scenario scenario = given(founded(owner_like()), joined(2, roles("administrator")),
                                    joined(3, roles("administrator")));
    EXPECT_EQ(operations(scenario, 1, 2),
              (Operations{"change_role", "remove", "transfer_ownership"}));
    EXPECT_EQ(operations(scenario, 2, 1), Operations{});
}

}  // namespace
}  // namespace muster::domain_tests
