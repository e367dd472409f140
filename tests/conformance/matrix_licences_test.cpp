// Mark's workspace roles and the licences they take (M5): which class fits which role, and which
// roles can be selected with what is left.
#include "domain/offers.h"

#include "tests/conformance/matrix_members.h"

#include <algorithm>

namespace muster::matrices {
namespace {

using namespace domain_tests;
using domain_tests::Outcome;

const std::vector<std::string> workspace_roles{"admin",  "compliance_admin", "reviewer",
                                               "editor", "collaborator",     "guest"};

/// Whether a class fits a workspace role; the empty class asks whether it needs none.
Question fits(const std::string& licence_class) {
    return {.answer = [=](const Blueprint& blueprint, const RoleId& role) -> std::string {
                const auto& fitting = blueprint.workspace_role(role)->licences;
                if (licence_class.empty()) return fitting.empty() ? "1" : "0";
                const LicenceClassId id{licence_class};
                return std::ranges::count(fitting, id) > 0 ? "1" : "0";
            },
            .turn_over =
                [=](Blueprint& blueprint, const RoleId& role, char) {
                    auto& fitting = place_in(blueprint, role).licences;
                    if (licence_class.empty() && !fitting.empty()) {
                        fitting.clear();
                    } else if (std::erase(fitting, LicenceClassId{licence_class}) == 0) {
                        fitting.push_back(LicenceClassId{licence_class});
                    }
                }};
}

const Table licences{"mark",
                     workspace_roles,
                     {
                         {"M5_Unlimited", "111110", fits("unlimited")},
                         {"M5_Discovery", "000010", fits("discovery")},
                         {"M5_None", "000001", fits("")},
                     }};
INSTANTIATE_TEST_SUITE_P(MarkLicences, PrintedCell, ::testing::ValuesIn(cells_of(licences)),
                         name_of_cell);

struct Left {
    std::uint64_t unlimited = 0;
    std::uint64_t discovery = 0;
};

Scenario with_left(const Blueprint& blueprint, Left left) {
    std::map<LicenceClassId, std::uint64_t> limits;
    for (const LicenceClass& each : blueprint.licence_classes) limits[each.id] = 0;
    limits[LicenceClassId{"unlimited"}] = left.unlimited;
    limits[LicenceClassId{"discovery"}] = left.discovery;
    return given(founded(blueprint), WorkspaceCreated{home, "Home"}, joined(2, roles("team_admin")),
                 PlanChanged{blueprint.first_plan, limits});
}

/// Whether a team admin can select the workspace role with so many licences left.
Question selectable(Left left) {
    return {.answer = [=](const Blueprint& blueprint, const RoleId& role) -> std::string {
                const Organization state = with_left(blueprint, left).state();
                const auto offers = role_offers(state, Actor::of(person(2)), home);
                const auto offer = std::ranges::find_if(offers, [&](const RoleOffer& each) {
                    return each.of_workspace && each.role == role;
                });
                ENSURE(offer != offers.end());
                return offer->refused ? "0" : "1";
            },
            .turn_over =
                [](Blueprint& blueprint, const RoleId& role, char printed) {
                    auto& fitting = place_in(blueprint, role).licences;
                    fitting.clear();
                    if (printed == '0') return;
                    const LicenceClassId nobodys{"nobodys"};
                    blueprint.licence_classes.push_back({nobodys, "Nobody's"});
                    fitting.push_back(nobodys);
                }};
}

const Table selection{
    "mark",
    workspace_roles,
    {
        {"M5_BothLeft", "111111", selectable({.unlimited = 1, .discovery = 1})},
        {"M5_NoDiscoveryLeft", "111111", selectable({.unlimited = 1, .discovery = 0})},
        {"M5_NoUnlimitedLeft", "000011", selectable({.unlimited = 0, .discovery = 1})},
        {"M5_NeitherLeft", "000001", selectable({.unlimited = 0, .discovery = 0})},
    }};
INSTANTIATE_TEST_SUITE_P(MarkSelection, PrintedCell, ::testing::ValuesIn(cells_of(selection)),
                         name_of_cell);

TEST(MarkMatrix, M5_WhatCannotBeSelectedCannotBeInvitedToEither) {
    const Blueprint& blueprint = shipped("mark");
    for (const Left left : {Left{1, 1}, Left{1, 0}, Left{0, 1}, Left{0, 0}}) {
        const Scenario scenario = with_left(blueprint, left).by(person(2));
        for (const RoleOffer& offer : role_offers(scenario.state(), Actor::of(person(2)), home)) {
            if (!offer.of_workspace) continue;
            const WorkspacePlace place{home, offer.role};
            EXPECT_EQ(scenario.answer_to(invite({row(1, newcomer, {}, {place})})), offer.refused)
                << offer.role.value;
        }
    }
}

// Our reading: a collaborator takes a discovery licence while there is one, a person takes one
// licence for all workspaces, and an open invitation holds its licence.
TEST(MarkMatrix, M5_OneLicenceAPersonDiscoveryFirstHeldFromTheInvitationOn) {
    const auto licence_of = [](const Outcome& outcome) {
        return outcome.afterwards().invitation_of(person(newcomer))->licence;
    };
    const Scenario scenario = with_left(shipped("mark"), {.unlimited = 1, .discovery = 1})
                                  .and_then(WorkspaceCreated{elsewhere, "Elsewhere"});
    const WorkspacePlace helps{home, RoleId{"collaborator"}};
    const WorkspacePlace edits{elsewhere, RoleId{"editor"}};
    const auto invited_to = [&](const std::vector<WorkspacePlace>& places) {
        return scenario.when(invite({row(1, newcomer, {}, places)}));
    };
    EXPECT_EQ(licence_of(invited_to({helps})), licence("discovery"));
    const Outcome both = invited_to({helps, edits});
    EXPECT_EQ(licence_of(both), licence("unlimited"));
    EXPECT_EQ(both.afterwards().seats.at(LicenceClassId{"unlimited"}).reserved, 1U);
    EXPECT_EQ(both.afterwards().seats.count(LicenceClassId{"discovery"}), 0U);
}

TEST(MarkMatrix, M11_AnInvitationOffersNoCompanyRole) {
    const Organization state = with_left(shipped("mark"), {.unlimited = 1, .discovery = 1}).state();
    for (const RoleOffer& offer : role_offers(state, Actor::of(person(2)), home)) {
        if (offer.of_workspace) continue;
        EXPECT_EQ(offer.refused, Rejection::role_not_asked_for) << offer.role.value;
    }
}

// Whoever makes a workspace is its admin: our reading, so that a new workspace has somebody in it.
TEST(MarkMatrix, WhoMakesAWorkspaceIsItsAdmin) {
    const Outcome outcome = given(founded(shipped("mark")))
                                .when(CreateWorkspace{organization(1), workspace(5), "Atelier"});
    EXPECT_EQ(outcome.afterwards().member(person(1))->workspaces,
              (Places{{workspace(5), RoleId{"admin"}}}));
}

}  // namespace
}  // namespace muster::matrices
