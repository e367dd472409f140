// Who may do what to whom: commands of a holder of each role about a holder of each other role,
// through decide.
#include "tests/conformance/matrix_members.h"

namespace muster::matrices {
namespace {

using namespace domain_tests;
using domain_tests::Outcome;

Deed inviting(const std::vector<RoleId>& held) {
    return [=](std::uint64_t) { return invite({row(2, newcomer, held)}); };
}
Deed removing() {
    return [](std::uint64_t target) { return remove_member(target); };
}
Deed changing_to(const std::string& role) {
    return [=](std::uint64_t target) { return change_role(target, roles(role)); };
}
Deed placing_as(const std::string& role) {
    return [=](std::uint64_t target) {
        return assign(target, {.workspace = elsewhere, .role = RoleId{role}});
    };
}
Deed transferring() {
    return [](std::uint64_t target) { return TransferOwnership{organization(1), person(target)}; };
}

/// A role change in which something changes.
Deed changing(const std::string& role) {
    return changing_to(role == "member" ? "billing_admin" : "member");
}

Table universign_deeds() {
    Table table{"universign",
                {"owner", "administrator", "integrator", "contributor_plus", "contributor",
                 "restricted_contributor", "reader"},
                {}};
    for (const std::string& role : table.roles) {
        if (role == "owner") continue;
        const std::string another = role == "reader" ? "contributor" : "reader";
        table.rows.push_back(
            {"U1_Invite_" + role + "_by", "++nnnnn", comes_of(inviting(roles(role)), "self")});
        table.rows.push_back(
            {"U5_ChangeRoleOf_" + role + "_by", "++nnnnn", comes_of(changing_to(another), role)});
        table.rows.push_back({"U7_Remove_" + role + "_by", "++nnnnn", comes_of(removing(), role)});
        table.rows.push_back(
            {"U4_TransferTo_" + role + "_by", "+nnnnnn", comes_of(transferring(), role)});
    }
    // The owner's role passes on by transfer alone; that the owner stays is our reading.
    table.rows.push_back(
        {"U4_InviteAnOwner_by", "ffnnnnn", comes_of(inviting(roles("owner")), "self")});
    table.rows.push_back(
        {"U4_ChangeRoleOfTheOwner_by", "ornnnnn", comes_of(changing_to("administrator"), "owner")});
    table.rows.push_back({"U7_RemoveTheOwner_by", "srnnnnn", comes_of(removing(), "owner")});
    table.rows.push_back({"U6_ChangeRoleOfSomebodyInvited_by", "ppnnnnn",
                          comes_of(changing_to("contributor"), "invited")});
    return table;
}
INSTANTIATE_TEST_SUITE_P(UniversignDeeds, PrintedCell,
                         ::testing::ValuesIn(cells_of(universign_deeds())), name_of_cell);

Table respondio_deeds() {
    Table table{"respondio", {"organization_admin", "billing_admin", "user_admin", "member"}, {}};
    for (const std::string& role : table.roles) {
        const bool is_member = role == "member";
        const std::string cells = is_member ? "+n+n" : "+nrn";
        table.rows.push_back(
            {"R10_R4_Add_" + role + "_by", cells, comes_of(inviting(roles(role)), "self")});
        table.rows.push_back({"R10_R4_Remove_" + role + "_by", cells, comes_of(removing(), role)});
        table.rows.push_back(
            {"R4_ChangeRoleOf_" + role + "_by", "+nnn", comes_of(changing(role), role)});
        table.rows.push_back(
            {"R4_ChangeWorkspacesOf_" + role + "_by", "+n+n", comes_of(placing_as(""), role)});
    }
    table.rows.push_back({"R11_RemoveOneself_by", "ssss", comes_of(removing(), "self")});
    table.rows.push_back(
        {"R9_ChangeWorkspacesOfSomebodyInvited_by", "+n+n", comes_of(placing_as(""), "invited")});
    return table;
}
INSTANTIATE_TEST_SUITE_P(RespondioDeeds, PrintedCell,
                         ::testing::ValuesIn(cells_of(respondio_deeds())), name_of_cell);

// The page sets no limit to whom a team admin appoints or removes, super admins included.
Table mark_deeds() {
    Table table{"mark", {"super_admin", "team_admin", "billing_admin", "member"}, {}};
    table.rows.push_back({"M9_Invite_by", "++nn", comes_of(inviting({}), "self")});
    for (const std::string& role : table.roles) {
        table.rows.push_back({"M9_Remove_" + role + "_by", "++nn", comes_of(removing(), role)});
        for (const std::string& other : table.roles) {
            if (other == role) continue;
            table.rows.push_back({"M7_M9_Make_" + role + "_a_" + other + "_by", "++nn",
                                  comes_of(changing_to(other), role)});
        }
    }
    for (const WorkspaceRole& role : shipped("mark").workspaces.roles) {
        table.rows.push_back({"M9_PlaceAs_" + role.id.value + "_by", "++nn",
                              comes_of(placing_as(role.id.value), "member")});
    }
    table.rows.push_back(
        {"M7_MakeOneselfSuperAdmin_by", "+bnn", comes_of(changing_to("super_admin"), "self")});
    return table;
}
INSTANTIATE_TEST_SUITE_P(MarkDeeds, PrintedCell, ::testing::ValuesIn(cells_of(mark_deeds())),
                         name_of_cell);

Table conance_deeds() {
    Table table{"conance", {"administrator", "user"}, {}};
    for (const std::string& role : table.roles) {
        const std::string another = role == "user" ? "administrator" : "user";
        table.rows.push_back(
            {"C8_ChangeRoleOf_" + role + "_by", "+n", comes_of(changing_to(another), role)});
        table.rows.push_back({"C10_Remove_" + role + "_by", "+n", comes_of(removing(), role)});
    }
    return table;
}
INSTANTIATE_TEST_SUITE_P(ConanceDeeds, PrintedCell, ::testing::ValuesIn(cells_of(conance_deeds())),
                         name_of_cell);

/// A product whose founder is the only holder of the role that must be held.
struct LastHolder {
    const char* rule;
    const char* product;
    const char* lesser_role;
};

class TheLastHolder : public ::testing::TestWithParam<LastHolder> {};

TEST_P(TheLastHolder, IsNeitherRemovedNorDemoted) {
    const Blueprint& blueprint = shipped(GetParam().product);
    const RoleId role = blueprint.founder_role;
    const RoleId lesser{GetParam().lesser_role};
    const Scenario alone = given(founded(blueprint)).by(Actor::the_operator());
    const Command removal = remove_member(1);
    const Command demotion = change_role(1, {lesser});
    EXPECT_EQ(alone.answer_to(removal), Rejection::last_protected_holder);
    EXPECT_EQ(alone.answer_to(demotion), Rejection::last_protected_holder);
    // With a second holder both are fine.
    const Scenario two = alone.and_then(joined(2, {role}));
    EXPECT_EQ(two.answer_to(removal), std::nullopt);
    EXPECT_EQ(two.answer_to(demotion), std::nullopt);
}
std::string name_of_rule(const ::testing::TestParamInfo<LastHolder>& info) {
    return info.param.rule;
}
INSTANTIATE_TEST_SUITE_P(Matrix, TheLastHolder,
                         ::testing::Values(LastHolder{"C9", "conance", "user"},
                                           LastHolder{"M10", "mark", "member"},
                                           LastHolder{"R6", "respondio", "member"}),
                         name_of_rule);

TEST(UniversignMatrix, U4_OnlyAnActiveMemberGetsTheOwnership) {
    const Scenario scenario = staffed(shipped("universign"));
    const auto transfer_to = [](std::uint64_t who) {
        return TransferOwnership{organization(1), person(who)};
    };
    EXPECT_EQ(scenario.answer_to(transfer_to(invited_person)), Rejection::member_pending);
    EXPECT_EQ(scenario.answer_to(transfer_to(newcomer)), Rejection::member_not_found);
    const std::uint64_t reader = holder(shipped("universign"), RoleId{"reader"});
    const Outcome outcome = scenario.when(transfer_to(reader));
    EXPECT_EQ(outcome.afterwards().member(person(reader))->roles, roles("owner"));
    EXPECT_EQ(outcome.afterwards().member(person(1))->roles, roles("administrator"));
}

TEST(MarkMatrix, M11_ANewcomerStartsAsMember) {
    const Outcome outcome = given(founded(shipped("mark"))).when(invite({row(1, newcomer, {})}));
    EXPECT_EQ(outcome.afterwards().invitation_of(person(newcomer))->roles, roles("member"));
    EXPECT_EQ(
        given(founded(shipped("mark"))).answer_to(invite({row(1, newcomer, roles("team_admin"))})),
        Rejection::role_not_asked_for);
}

TEST(RespondioMatrix, R9_TenWorkspacesAreAssignedInOneStepAndNoMore) {
    std::vector<Event> events = founded(shipped("respondio"));
    std::vector<WorkspacePlace> places;
    for (std::uint64_t number = 1; number <= 11; ++number) {
        events.emplace_back(WorkspaceCreated{workspace(number), std::to_string(number)});
        places.push_back(place(number));
    }
    const Scenario scenario =
        given(events, joined(2, roles("member")), invited(1, 3, roles("member")));
    for (const std::uint64_t who : {2U, 3U}) {
        const AssignWorkspaces eleven{organization(1), person(who), places};
        EXPECT_EQ(scenario.answer_to(eleven), Rejection::too_many_workspaces);
        AssignWorkspaces ten = eleven;
        ten.workspaces.pop_back();
        EXPECT_EQ(scenario.answer_to(ten), std::nullopt);
    }
}

TEST(RespondioMatrix, R13_AMemberAtANewAddressIsOneStep) {
    const Blueprint& blueprint = shipped("respondio");
    const ReplaceAddress command{organization(1), person(holder(blueprint, RoleId{"member"})),
                                 invitation(2),   person(newcomer),
                                 sealed("name"),  sealed("address")};
    EXPECT_EQ(staffed(blueprint).answer_to(command), std::nullopt);
    Blueprint without = blueprint;
    without.members.address_replacement = false;
    EXPECT_EQ(staffed(without).answer_to(command), Rejection::replacement_not_offered);
}

}  // namespace
}  // namespace muster::matrices
