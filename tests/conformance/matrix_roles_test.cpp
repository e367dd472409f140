// EngageLab's roles: Admin, which is there from the start and stays as it is, beside roles that the
// organisation makes; and what administrators do to members of each status.
#include "domain/offers.h"

#include "tests/conformance/matrix_members.h"

#include <algorithm>

namespace muster::matrices {
namespace {

using namespace domain_tests;
using domain_tests::Outcome;

const RoleId admin{"admin"};
const RoleId analyst{"analyst"};
constexpr std::uint64_t the_analyst = 2;
constexpr std::uint64_t disabled = 3;
constexpr std::uint64_t enabled = 4;

/// 1 Admin, here and in another organisation, 2 analyst, who sees members and does nothing to them,
/// 3 disabled analyst, 4 Admin too, and somebody invited. A role that nobody holds.
Scenario with_roles(const Blueprint& blueprint) {
    const std::vector<PermissionId> gives{PermissionId{"organization.view"},
                                          PermissionId{"members.view"}};
    const Scenario scenario =
        given(founded(blueprint), RoleCreated{analyst, "Analyst", gives},
              RoleCreated{RoleId{"unused"}, "Unused", {}}, joined(2, {analyst}),
              joined(3, {analyst}), MemberSuspended{person(disabled)}, joined(4, {admin}),
              invited(1, invited_person, {analyst}));
    const std::vector<Event> another{OrganizationFounded{.organization = organization(2),
                                                         .name = "Another",
                                                         .blueprint = SharedBlueprint{blueprint},
                                                         .plan = blueprint.first_plan,
                                                         .imported = false},
                                     MemberJoined{.person = person(1),
                                                  .invitation = std::nullopt,
                                                  .roles = {admin},
                                                  .workspaces = {},
                                                  .licence = std::nullopt,
                                                  .name = sealed("name 1"),
                                                  .address = sealed("address 1")}};
    return scenario.and_then(another);
}

/// What comes of an Admin's command about a role: 1 is accepted, 0 refused for that role alone. A
/// refusal is turned over in the role's rules, an acceptance in the Admin's rights.
Question comes_of_command(const std::function<Command(const RoleId&)>& command,
                          const std::function<void(OrganizationRole&)>& allow, Rejection refusal) {
    return {.answer = [=](const Blueprint& blueprint, const RoleId& role) -> std::string {
                const auto no = with_roles(blueprint).answer_to(command(role));
                return no ? std::string{name_of(*no)} : "accepted";
            },
            .turn_over =
                [=](Blueprint& blueprint, const RoleId&, char printed) {
                    OrganizationRole& rules = role_in(blueprint, admin);
                    if (printed == '0') {
                        allow(rules);
                    } else {
                        rules.gives = {};
                    }
                },
            .meaning =
                [=](char sign) {
                    return sign == '1' ? std::string{"accepted"} : std::string{name_of(refusal)};
                }};
}

Command rename(const RoleId& role) {
    return RenameRole{organization(1), role, "Other"};
}
Command set_permissions(const RoleId& role) {
    return SetRolePermissions{organization(1), role, {PermissionId{"push.access"}}};
}
Command remove_role(const RoleId& role) {
    return DeleteRole{organization(1), role};
}
Command copy(const RoleId& role) {
    return CopyRole{organization(1), role, {{organization(2), RoleId{"copy"}}}};
}

// That Admin keeps its name is our reading.
const Table role_rules{
    "engagelab",
    {"admin", "unused"},
    {
        {"E13_Rename", "01",
         comes_of_command(
             rename, [](OrganizationRole& role) { role.renameable = true; },
             Rejection::role_not_renameable)},
        {"E14_ChangePermissions", "01",
         comes_of_command(
             set_permissions, [](OrganizationRole& role) { role.editable = true; },
             Rejection::role_not_editable)},
        {"E14_E19_Delete", "01",
         comes_of_command(
             remove_role, [](OrganizationRole& role) { role.deletable = true; },
             Rejection::role_not_deletable)},
        {"E14_E16_Copy", "01",
         comes_of_command(
             copy,
             [](OrganizationRole& role) {
                 role.copyable = true;
                 role.is_protected = false;
             },
             Rejection::role_not_copyable)},
    }};
INSTANTIATE_TEST_SUITE_P(EngagelabRoles, PrintedCell, ::testing::ValuesIn(cells_of(role_rules)),
                         name_of_cell);

TEST(EngagelabMatrix, E16_ACopyGivesWhatTheRoleGives) {
    const Scenario scenario = with_roles(shipped("engagelab"));
    const Outcome outcome = scenario.when(copy(analyst));
    const Role* copied = outcome.world().organization(organization(2))->role(RoleId{"copy"});
    ASSERT_NE(copied, nullptr);
    EXPECT_EQ(copied->permissions, scenario.state().role(analyst)->permissions);
}

TEST(EngagelabMatrix, E14_AdminHoldsEveryPermissionAndSeveralHoldIt) {
    const Organization state = with_roles(shipped("engagelab")).state();
    for (const std::uint64_t holder_number : {1U, 4U}) {
        for (const Permission& permission : state.blueprint->permissions) {
            EXPECT_TRUE(has_permission(state, person(holder_number), permission.id).value());
        }
    }
    EXPECT_FALSE(has_permission(state, person(the_analyst), PermissionId{"push.access"}).value());
}

TEST(EngagelabMatrix, E7_ANewOrganizationOffersAdminAlone) {
    const Organization state = given(founded(shipped("engagelab"))).state();
    const auto offers = role_offers(state, Actor::of(person(1)), std::nullopt);
    ASSERT_EQ(offers.size(), 1U);
    EXPECT_EQ(offers[0], (RoleOffer{admin, "Admin", false, std::nullopt}));
}

TEST(EngagelabMatrix, E10_AMemberHoldsSeveralRolesAdminAmongThem) {
    const Scenario scenario = with_roles(shipped("engagelab"));
    const Outcome outcome = scenario.when(change_role(the_analyst, {admin, analyst}));
    EXPECT_EQ(outcome.afterwards().member(person(the_analyst))->roles.size(), 2U);
}

TEST(EngagelabMatrix, E1_EachModuleHasRightsToReachItAndRightsToOperateItsFunctions) {
    const Blueprint& blueprint = shipped("engagelab");
    for (const std::string module : {"push", "email", "sms"}) {
        const PermissionId access{module + ".access"};
        const PermissionSet right = blueprint.closure(std::vector{access});
        EXPECT_EQ(right.count(), 1U) << module;
        std::size_t operations = 0;
        for (const Permission& permission : blueprint.permissions) {
            if (!permission.id.value.starts_with(module + ".")) continue;
            // Who operates a function reaches its module.
            const PermissionSet given = blueprint.closure(std::vector{permission.id});
            EXPECT_TRUE(contains(given, right)) << permission.id.value;
            if (given.count() > 2) ++operations;
        }
        EXPECT_GE(operations, 4U) << module;
    }
}

/// What comes of a command about a member: + it happens, = it is so already, p member_pending,
/// n not_allowed. Turned over by an Admin without rights, or by an analyst with enough of them.
Question comes_of_operation(const Command& command) {
    return {.answer = [=](const Blueprint& blueprint, const RoleId& role) -> std::string {
                const Scenario scenario = with_roles(blueprint);
                Context context;
                context.actor = Actor::of(person(role == admin ? 1 : the_analyst));
                const auto verdict = decide(scenario.world(), command, context, first_day);
                if (!verdict) return std::string{name_of(verdict.error().rejection)};
                return verdict->events.empty() ? "it is so already" : "it happens";
            },
            .turn_over =
                [](Blueprint& blueprint, const RoleId& role, char) {
                    if (role == admin) {
                        role_in(blueprint, admin).gives = {};
                        return;
                    }
                    for (auto& [operation, need] : blueprint.needs) {
                        need = PermissionId{"members.view"};
                    }
                },
            .meaning = [](char sign) -> std::string {
                if (sign == '+') return "it happens";
                if (sign == '=') return "it is so already";
                return std::string{
                    name_of(sign == 'p' ? Rejection::member_pending : Rejection::not_allowed)};
            }};
}

Question modify(std::uint64_t target) {
    return comes_of_operation(change_role(target, {admin, analyst}));
}
Question disable(std::uint64_t target) {
    return comes_of_operation(SuspendMember{organization(1), person(target)});
}
Question enable(std::uint64_t target) {
    return comes_of_operation(ReinstateMember{organization(1), person(target)});
}
Question remove(std::uint64_t target) {
    return comes_of_operation(remove_member(target));
}

// What the page leaves open, as we read it: who is disabled is modified and deleted like anybody,
// and an open invitation is cancelled instead.
const Table engagelab_operations{"engagelab",
                                 {"admin", "analyst"},
                                 {
                                     {"E17_ModifyEnabled_by", "+n", modify(enabled)},
                                     {"E17_DisableEnabled_by", "+n", disable(enabled)},
                                     {"E17_EnableEnabled_by", "=n", enable(enabled)},
                                     {"E17_DeleteEnabled_by", "+n", remove(enabled)},
                                     {"E17_ModifyDisabled_by", "+n", modify(disabled)},
                                     {"E17_DisableDisabled_by", "=n", disable(disabled)},
                                     {"E17_EnableDisabled_by", "+n", enable(disabled)},
                                     {"E17_DeleteDisabled_by", "+n", remove(disabled)},
                                     {"E17_ModifyPending_by", "+n", modify(invited_person)},
                                     {"E17_DisablePending_by", "pn", disable(invited_person)},
                                     {"E17_EnablePending_by", "pn", enable(invited_person)},
                                     {"E17_DeletePending_by", "pn", remove(invited_person)},
                                 }};
INSTANTIATE_TEST_SUITE_P(EngagelabOperations, PrintedCell,
                         ::testing::ValuesIn(cells_of(engagelab_operations)), name_of_cell);

TEST(EngagelabMatrix, E9_ADisabledMemberReachesNothingAndGetsBackWhatTheyHad) {
    const Scenario scenario = with_roles(shipped("engagelab"));
    const Organization state = scenario.state();
    const PermissionId view{"members.view"};
    EXPECT_FALSE(has_permission(state, person(disabled), view).value());
    EXPECT_FALSE(has_permission(state, person(invited_person), view).value());
    EXPECT_EQ(
        scenario.by(person(disabled)).answer_to(RecordSignIn{person(disabled), organization(1)}),
        Rejection::caller_suspended);
    const Outcome outcome = scenario.when(ReinstateMember{organization(1), person(disabled)});
    EXPECT_TRUE(has_permission(outcome.afterwards(), person(disabled), view).value());
    EXPECT_EQ(outcome.afterwards().member(person(disabled))->roles, std::vector{analyst});
}

// Our reading of "les administrateurs": holders of Admin, and of a role that was given the right.
TEST(EngagelabMatrix, E17_ARoleThatWasGivenTheRightAdministers) {
    const RoleId support{"support"};
    const std::vector<PermissionId> gives{
        PermissionId{"organization.view"}, PermissionId{"members.view"},
        PermissionId{"members.disable"}, PermissionId{"members.delete"}};
    const Scenario scenario =
        with_roles(shipped("engagelab"))
            .and_then(RoleCreated{support, "Support", gives}, joined(5, {support}))
            .by(person(5));
    EXPECT_EQ(scenario.answer_to(SuspendMember{organization(1), person(the_analyst)}),
              std::nullopt);
    EXPECT_EQ(scenario.answer_to(remove_member(the_analyst)), std::nullopt);
    // Nobody reaches a role that gives what they do not hold.
    EXPECT_EQ(scenario.answer_to(SuspendMember{organization(1), person(4)}),
              Rejection::target_out_of_reach);
}

}  // namespace
}  // namespace muster::matrices
