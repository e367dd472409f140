// What a blueprint's grants amount to, and every contradiction of a blueprint by its field.
#include "domain/blueprint.h"

#include "tests/domain/arbitrary_blueprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace muster {
namespace {

using testing::IsEmpty;

/// Everything that a small product uses, and nothing wrong with it.
Blueprint sound_rules() {
    Blueprint made;
    made.id = "small";
    made.product = "Small";
    made.permissions = {
        {PermissionId{"manage"}, "Company", "Manage", {PermissionId{"see"}}, false},
        {PermissionId{"see"}, "Company", "See", {}, false},
        {PermissionId{"files.all"}, "Files", "All", {PermissionId{"files.own"}}, false},
        {PermissionId{"files.own"}, "Files", "Own", {}, true},
    };
    for (std::size_t index = 0; index < operation_count; ++index) {
        made.needs[static_cast<Operation>(index)] = PermissionId{"manage"};
    }
    OrganizationRole owner;
    owner.id = RoleId{"owner"};
    owner.name = "Owner";
    owner.gives.everything = true;
    owner.reach[Reach::invite].all = true;
    owner.is_protected = true;
    owner.single_holder = true;
    owner.former_holder_becomes = RoleId{"user"};
    owner.offerable = false;
    OrganizationRole user;
    user.id = RoleId{"user"};
    user.name = "User";
    user.gives.permissions = {PermissionId{"see"}};
    user.licences = {LicenceClassId{"seat"}};
    made.roles = {owner, user};
    made.founder_role = RoleId{"owner"};
    made.custom_roles.offered = true;
    made.custom_roles.reach[Reach::invite].held = true;
    made.workspaces.offered = true;
    made.workspaces.roles = {{RoleId{"editor"}, "Editor", {}, {}}};
    made.licence_classes = {{LicenceClassId{"seat"}, "Seat"}};
    made.plans = {{PlanId{"free"}, "Free", {{LicenceClassId{"seat"}, 3}}}};
    made.first_plan = PlanId{"free"};
    made.presentation.list_columns = {{"name", "Name"}};
    made.presentation.status_words = {{"active", "Active"}};
    return made;
}

std::set<std::string> fields_of(const std::vector<BlueprintError>& errors) {
    std::set<std::string> fields;
    for (const BlueprintError& error : errors) fields.insert(error.field);
    return fields;
}

TEST(Blueprint, OperationsAndReachesAreFoundByTheirOwnNamesAlone) {
    std::set<std::string_view> names;
    for (std::size_t index = 0; index < operation_count; ++index) {
        const auto operation = static_cast<Operation>(index);
        EXPECT_EQ(operation_named(name_of(operation)), operation);
        names.insert(name_of(operation));
    }
    EXPECT_EQ(names.size(), operation_count);
    EXPECT_EQ(name_of(Operation::read_organization), "read_organization");
    EXPECT_EQ(name_of(Operation::end_organization), "end_organization");
    for (std::size_t index = 0; index < reach_count; ++index) {
        const auto reach = static_cast<Reach>(index);
        EXPECT_EQ(reach_named(name_of(reach)), reach);
    }
    EXPECT_EQ(name_of(Reach::edit_workspaces), "edit_workspaces");
    EXPECT_FALSE(operation_named("Invite_member"));
    EXPECT_FALSE(operation_named(""));
    EXPECT_FALSE(reach_named("invite_member"));
}

TEST(Blueprint, LooksUpByIdAndKnowsNothingElse) {
    const Blueprint blueprint = sound_rules();
    ASSERT_NE(blueprint.role(RoleId{"user"}), nullptr);
    EXPECT_EQ(blueprint.role(RoleId{"user"})->name, "User");
    EXPECT_EQ(blueprint.role(RoleId{"editor"}), nullptr);
    EXPECT_NE(blueprint.workspace_role(RoleId{"editor"}), nullptr);
    EXPECT_EQ(blueprint.workspace_role(RoleId{"user"}), nullptr);
    EXPECT_NE(blueprint.plan(PlanId{"free"}), nullptr);
    EXPECT_EQ(blueprint.plan(PlanId{"premium"}), nullptr);
    EXPECT_NE(blueprint.permission(PermissionId{"see"}), nullptr);
    EXPECT_EQ(blueprint.permission(PermissionId{"hear"}), nullptr);
    EXPECT_TRUE(blueprint.has_licence_class(LicenceClassId{"seat"}));
    EXPECT_FALSE(blueprint.has_licence_class(LicenceClassId{"free"}));
}

Blueprint chain(std::size_t length) {
    Blueprint made = sound_rules();
    made.permissions.clear();
    for (const PermissionId& id : arbitrary_rules::ids<PermissionId>("link", length)) {
        if (!made.permissions.empty()) made.permissions.back().implies = {id};
        made.permissions.push_back({id, "Chain", "Link", {}, false});
    }
    return made;
}

TEST(Closure, FollowsImplicationsToTheEnd) {
    const Blueprint blueprint = chain(256);
    const PermissionSet from_the_middle = blueprint.closure({PermissionId{"link.100"}});
    EXPECT_EQ(from_the_middle.count(), 156U);
    EXPECT_FALSE(from_the_middle.test(99));
    EXPECT_TRUE(from_the_middle.test(100));
    EXPECT_TRUE(from_the_middle.test(255));
}

TEST(Closure, EndsWhenImplicationsGoInACircle) {
    Blueprint blueprint = chain(4);
    blueprint.permissions.back().implies = {PermissionId{"link.0"}};
    EXPECT_EQ(blueprint.closure({PermissionId{"link.2"}}).count(), 4U);
}

TEST(Closure, OfEverythingHoldsPermissionsThatTheCatalogueGainsLater) {
    const Blueprint blueprint = sound_rules();
    const PermissionGrant everything{.everything = true, .permissions = {}};
    EXPECT_TRUE(blueprint.closure(everything).all());
    const PermissionGrant all_by_name{
        .everything = false, .permissions = {PermissionId{"manage"}, PermissionId{"files.all"}}};
    EXPECT_EQ(blueprint.closure(all_by_name).count(), blueprint.permissions.size());
}

TEST(Closure, OfUnknownPermissionsIsNothing) {
    EXPECT_TRUE(sound_rules().closure({PermissionId{"hear"}}).none());
    EXPECT_TRUE(sound_rules().closure(PermissionGrant{}).none());
}

TEST(Closure, GrowsWithTheGrantAndHoldsIt) {
    EXPECT_TRUE(rc::check([] {
        const Blueprint blueprint = arbitrary_rules::drawn_blueprint();
        std::vector<PermissionId> all;
        for (const Permission& permission : blueprint.permissions) all.push_back(permission.id);
        const std::vector<PermissionId> some = arbitrary_rules::some_of(all);
        const std::vector<PermissionId> fewer = arbitrary_rules::some_of(some);
        const PermissionSet wide = blueprint.closure(some);
        RC_ASSERT(contains(wide, blueprint.closure(fewer)));
        for (std::size_t index = 0; index < all.size(); ++index) {
            const bool given = std::ranges::count(some, all[index]) > 0;
            RC_ASSERT(!given || wide.test(index));
            // Closed: what a held permission implies is held.
            for (const PermissionId& implied : blueprint.permissions[index].implies) {
                const auto place = static_cast<std::size_t>(blueprint.permission(implied) -
                                                            blueprint.permissions.data());
                RC_ASSERT(!wide.test(index) || wide.test(place));
            }
        }
    }));
}

TEST(BlueprintErrors, ThereAreNoneInASoundBlueprint) {
    EXPECT_THAT(errors_of(sound_rules()), IsEmpty());
}

TEST(BlueprintErrors, ThereAreNoneInArbitrarySoundBlueprints) {
    EXPECT_TRUE(rc::check([] {
        const std::vector<BlueprintError> errors = errors_of(arbitrary_rules::drawn_blueprint());
        for (const BlueprintError& error : errors) RC_LOG() << error.field << ' ' << error.message;
        RC_ASSERT(errors.empty());
    }));
}

TEST(BlueprintErrors, AreAllReportedAtOnce) {
    Blueprint blueprint = sound_rules();
    blueprint.first_plan = PlanId{"gone"};
    blueprint.founder_role = RoleId{"gone"};
    blueprint.needs.erase(Operation::read_audit);
    blueprint.roles[1].licences = {LicenceClassId{"seat"}, LicenceClassId{"gone"}};
    blueprint.roles[0].editable = true;
    blueprint.roles[1].deletable = true;
    blueprint.permissions[1].without_workspace_too = true;
    blueprint.workspaces.creator_role = RoleId{"gone"};
    blueprint.plans[0].limits[LicenceClassId{"seat"}] = 0;
    EXPECT_EQ(fields_of(errors_of(blueprint)),
              (std::set<std::string>{"first_plan", "founder_role", "licence_classes[0]",
                                     "needs.read_audit", "permissions[1].without_workspace_too",
                                     "roles[0].editable", "roles[1].deletable",
                                     "roles[1].licences[1]", "workspaces.creator_role"}));
}

/// One thing made wrong in a sound blueprint, and the field that says so: that one and no other.
struct Contradiction {
    const char* name;
    std::function<void(Blueprint&)> make;
    std::string field;
};

class OneContradiction : public testing::TestWithParam<Contradiction> {};

TEST_P(OneContradiction, IsReportedAtItsField) {
    Blueprint blueprint = sound_rules();
    GetParam().make(blueprint);
    const std::vector<BlueprintError> errors = errors_of(blueprint);
    EXPECT_EQ(fields_of(errors), std::set<std::string>{GetParam().field});
    for (const BlueprintError& error : errors) EXPECT_FALSE(error.message.empty());
}

std::string name_of_case(const testing::TestParamInfo<Contradiction>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    InIdsAndNames, OneContradiction,
    testing::Values(
        Contradiction{"EmptyId", [](Blueprint& b) { b.id = ""; }, "id"},
        Contradiction{"IdWithCapitals", [](Blueprint& b) { b.id = "Small"; }, "id"},
        Contradiction{"IdWithSpace", [](Blueprint& b) { b.id = "a b"; }, "id"},
        Contradiction{"LongId", [](Blueprint& b) { b.id = std::string(65, 'a'); }, "id"},
        Contradiction{"EmptyProduct", [](Blueprint& b) { b.product = ""; }, "product"},
        Contradiction{"LongName", [](Blueprint& b) { b.product = std::string(201, 'a'); },
                      "product"},
        Contradiction{"NameWithControlCharacter", [](Blueprint& b) { b.product = "a\nb"; },
                      "product"},
        Contradiction{"RepeatedPermission",
                      [](Blueprint& b) { b.permissions.push_back(b.permissions[1]); },
                      "permissions[4].id"},
        Contradiction{"RepeatedRole", [](Blueprint& b) { b.roles.push_back(b.roles[1]); },
                      "roles[2].id"},
        Contradiction{"RepeatedWorkspaceRole",
                      [](Blueprint& b) { b.workspaces.roles.push_back(b.workspaces.roles[0]); },
                      "workspaces.roles[1].id"},
        Contradiction{"RepeatedLicenceClass",
                      [](Blueprint& b) { b.licence_classes.push_back(b.licence_classes[0]); },
                      "licence_classes[1].id"},
        Contradiction{"RepeatedPlan", [](Blueprint& b) { b.plans.push_back(b.plans[0]); },
                      "plans[1].id"},
        Contradiction{"EmptyRoleName", [](Blueprint& b) { b.roles[1].name = ""; }, "roles[1].name"},
        Contradiction{"EmptyModule", [](Blueprint& b) { b.permissions[2].module = ""; },
                      "permissions[2].module"},
        Contradiction{"EmptyLabel", [](Blueprint& b) { b.permissions[2].label = ""; },
                      "permissions[2].label"},
        Contradiction{"EmptyPlanName", [](Blueprint& b) { b.plans[0].name = ""; }, "plans[0].name"},
        Contradiction{"EmptyClassName", [](Blueprint& b) { b.licence_classes[0].name = ""; },
                      "licence_classes[0].name"},
        Contradiction{"EmptyWorkspaceWord", [](Blueprint& b) { b.workspaces.word = ""; },
                      "workspaces.word"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    InPermissions, OneContradiction,
    testing::Values(
        Contradiction{"TooMany",
                      [](Blueprint& b) {
                          for (const PermissionId& id :
                               arbitrary_rules::ids<PermissionId>("more", 253)) {
                              b.permissions.push_back({id, "More", "More", {}, false});
                          }
                      },
                      "permissions"},
        Contradiction{
            "UnknownImplied",
            [](Blueprint& b) { b.permissions[0].implies.push_back(PermissionId{"hear"}); },
            "permissions[0].implies[1]"},
        Contradiction{"ImpliedTwice",
                      [](Blueprint& b) { b.permissions[0].implies.push_back(PermissionId{"see"}); },
                      "permissions[0].implies[1]"},
        Contradiction{"CycleOfTwo",
                      [](Blueprint& b) { b.permissions[1].implies = {PermissionId{"manage"}}; },
                      "permissions[1].implies[0]"},
        Contradiction{"ImpliesItself",
                      [](Blueprint& b) { b.permissions[1].implies = {PermissionId{"see"}}; },
                      "permissions[1].implies[0]"},
        Contradiction{
            "UnknownNeed",
            [](Blueprint& b) { b.needs[Operation::invite_member] = PermissionId{"hear"}; },
            "needs.invite_member"},
        Contradiction{"MissingNeed", [](Blueprint& b) { b.needs.erase(Operation::copy_role); },
                      "needs.copy_role"},
        Contradiction{
            "NeedWithinWorkspaces",
            [](Blueprint& b) { b.needs[Operation::read_members] = PermissionId{"files.own"}; },
            "needs.read_members"},
        Contradiction{"WithinWorkspacesThatAreNotOffered",
                      [](Blueprint& b) { b.workspaces = WorkspaceRules{}; },
                      "permissions[3].within_workspaces"},
        Contradiction{"WithoutAWorkspaceTooAlone",
                      [](Blueprint& b) { b.permissions[1].without_workspace_too = true; },
                      "permissions[1].without_workspace_too"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    InRoles, OneContradiction,
    testing::Values(
        Contradiction{"GivesUnknown",
                      [](Blueprint& b) { b.roles[1].gives.permissions = {PermissionId{"hear"}}; },
                      "roles[1].gives[0]"},
        Contradiction{
            "GivesTwice",
            [](Blueprint& b) { b.roles[1].gives.permissions.push_back(PermissionId{"see"}); },
            "roles[1].gives[1]"},
        Contradiction{"GivesEverythingAndMore",
                      [](Blueprint& b) { b.roles[0].gives.permissions = {PermissionId{"see"}}; },
                      "roles[0].gives"},
        Contradiction{"UnknownLicence",
                      [](Blueprint& b) { b.roles[1].licences = {LicenceClassId{"gone"}}; },
                      "roles[1].licences[0]"},
        Contradiction{"RepeatedLicence",
                      [](Blueprint& b) { b.roles[1].licences.push_back(LicenceClassId{"seat"}); },
                      "roles[1].licences[1]"},
        Contradiction{"GrantsUnknown",
                      [](Blueprint& b) { b.roles[1].grants = {PermissionId{"hear"}}; },
                      "roles[1].grants[0]"},
        Contradiction{"ReachesUnknownRole",
                      [](Blueprint& b) { b.roles[1].reach[Reach::remove].roles = {RoleId{"x"}}; },
                      "roles[1].reach.remove"},
        Contradiction{"ReachesRoleTwice",
                      [](Blueprint& b) {
                          b.roles[1].reach[Reach::suspend].roles = {RoleId{"user"}, RoleId{"user"}};
                      },
                      "roles[1].reach.suspend"},
        Contradiction{"ReachesAllAndMore",
                      [](Blueprint& b) { b.roles[0].reach[Reach::invite].held = true; },
                      "roles[0].reach.invite"},
        Contradiction{"ReachesCustomRolesThatAreNotOffered",
                      [](Blueprint& b) {
                          b.custom_roles = CustomRoleRules{};
                          b.roles[1].reach[Reach::remove].custom = true;
                      },
                      "roles[1].reach.remove"},
        Contradiction{"UnprotectedFounderRole",
                      [](Blueprint& b) {
                          b.roles[0].is_protected = false;
                          b.roles[1].is_protected = true;
                      },
                      "founder_role"},
        Contradiction{"ProtectedRoleNobodyCanHold",
                      [](Blueprint& b) {
                          b.roles[1].is_protected = true;
                          b.roles[1].offerable = false;
                      },
                      "roles[1].protected"},
        Contradiction{"DeletableProtectedRole", [](Blueprint& b) { b.roles[0].deletable = true; },
                      "roles[0].deletable"},
        Contradiction{"EditableProtectedRole", [](Blueprint& b) { b.roles[0].editable = true; },
                      "roles[0].editable"},
        Contradiction{"DeletableRoleOfFormerHolders",
                      [](Blueprint& b) { b.roles[1].deletable = true; }, "roles[1].deletable"},
        Contradiction{"DeletableRoleOfNewcomers",
                      [](Blueprint& b) {
                          b.roles.push_back(b.roles[1]);
                          b.roles[2].id = RoleId{"guest"};
                          b.roles[2].deletable = true;
                          b.joining.newcomer_role = RoleId{"guest"};
                      },
                      "roles[2].deletable"},
        Contradiction{"RoleNobodyCanGive",
                      [](Blueprint& b) {
                          b.roles[0].reach.clear();
                          b.custom_roles.reach.clear();
                      },
                      "roles[1].offerable"},
        Contradiction{"SingleHolderWithoutSuccessor",
                      [](Blueprint& b) { b.roles[0].former_holder_becomes.reset(); },
                      "roles[0].former_holder_becomes"},
        Contradiction{"SingleHolderWithUnknownSuccessor",
                      [](Blueprint& b) { b.roles[0].former_holder_becomes = RoleId{"gone"}; },
                      "roles[0].former_holder_becomes"},
        Contradiction{"FormerHolderHoldsItStill",
                      [](Blueprint& b) { b.roles[0].former_holder_becomes = RoleId{"owner"}; },
                      "roles[0].former_holder_becomes"},
        Contradiction{"SuccessorWithoutSingleHolder",
                      [](Blueprint& b) { b.roles[1].former_holder_becomes = RoleId{"user"}; },
                      "roles[1].former_holder_becomes"},
        Contradiction{"OfferedSingleHolder", [](Blueprint& b) { b.roles[0].offerable = true; },
                      "roles[0].offerable"},
        Contradiction{"CustomRoleReachNotOffered",
                      [](Blueprint& b) { b.custom_roles.offered = false; }, "custom_roles.reach"},
        Contradiction{"CustomRoleLicencesNotOffered",
                      [](Blueprint& b) {
                          b.custom_roles = CustomRoleRules{};
                          b.custom_roles.licences = {LicenceClassId{"seat"}};
                      },
                      "custom_roles.licences"},
        Contradiction{"CustomRoleUnknownLicence",
                      [](Blueprint& b) { b.custom_roles.licences = {LicenceClassId{"gone"}}; },
                      "custom_roles.licences[0]"},
        Contradiction{"NoCustomRoleAtMost", [](Blueprint& b) { b.custom_roles.most = 0; },
                      "custom_roles.most"},
        Contradiction{
            "WorkspaceRoleGivesUnknown",
            [](Blueprint& b) { b.workspaces.roles[0].gives.permissions = {PermissionId{"hear"}}; },
            "workspaces.roles[0].gives[0]"},
        Contradiction{
            "WorkspaceRoleUnknownLicence",
            [](Blueprint& b) { b.workspaces.roles[0].licences = {LicenceClassId{"gone"}}; },
            "workspaces.roles[0].licences[0]"},
        Contradiction{"UnknownCreatorRole",
                      [](Blueprint& b) { b.workspaces.creator_role = RoleId{"gone"}; },
                      "workspaces.creator_role"},
        Contradiction{"CreatorRoleOfTheOrganization",
                      [](Blueprint& b) { b.workspaces.creator_role = RoleId{"user"}; },
                      "workspaces.creator_role"},
        Contradiction{"WorkspaceRolesWithoutWorkspaces",
                      [](Blueprint& b) {
                          b.permissions[3].within_workspaces = false;
                          b.workspaces.offered = false;
                      },
                      "workspaces.roles"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    InJoiningPlansAndPresentation, OneContradiction,
    testing::Values(
        Contradiction{"NoLifeOfInvitations",
                      [](Blueprint& b) { b.joining.invitation_life = Duration::zero(); },
                      "joining.invitation_life_seconds"},
        Contradiction{"NegativeLifeOfInvitations",
                      [](Blueprint& b) { b.joining.invitation_life = std::chrono::hours{-1}; },
                      "joining.invitation_life_seconds"},
        Contradiction{"LifeOfAFractionOfASecond",
                      [](Blueprint& b) { b.joining.invitation_life = Duration{1}; },
                      "joining.invitation_life_seconds"},
        Contradiction{"NoRows", [](Blueprint& b) { b.joining.most_rows = 0; }, "joining.most_rows"},
        Contradiction{"NegativeWaitForAResend",
                      [](Blueprint& b) { b.joining.resend_interval = std::chrono::seconds{-1}; },
                      "joining.resend_interval_seconds"},
        Contradiction{"WaitOfDaysForAResend",
                      [](Blueprint& b) { b.joining.resend_interval = std::chrono::hours{25}; },
                      "joining.resend_interval_seconds"},
        Contradiction{"WaitOfAFractionOfASecond",
                      [](Blueprint& b) { b.joining.resend_interval = Duration{1}; },
                      "joining.resend_interval_seconds"},
        Contradiction{"MoreResendsThanAreRemembered",
                      [](Blueprint& b) { b.joining.most_resends_a_day = 101; },
                      "joining.most_resends_a_day"},
        Contradiction{"NoNewcomerRole",
                      [](Blueprint& b) { b.joining.invitation_names_role = false; },
                      "joining.newcomer_role"},
        Contradiction{"UnknownNewcomerRole",
                      [](Blueprint& b) { b.joining.newcomer_role = RoleId{"gone"}; },
                      "joining.newcomer_role"},
        Contradiction{"ProtectedNewcomerRole",
                      [](Blueprint& b) { b.joining.newcomer_role = RoleId{"owner"}; },
                      "joining.newcomer_role"},
        Contradiction{"UnknownClassInPlan",
                      [](Blueprint& b) { b.plans[0].limits[LicenceClassId{"gone"}] = 1; },
                      "plans[0].limits.gone"},
        Contradiction{"ClassWithoutSeats",
                      [](Blueprint& b) { b.plans[0].limits[LicenceClassId{"seat"}] = 0; },
                      "licence_classes[0]"},
        Contradiction{"UnknownFirstPlan", [](Blueprint& b) { b.first_plan = PlanId{"gone"}; },
                      "first_plan"},
        Contradiction{"UnknownColumn",
                      [](Blueprint& b) {
                          b.presentation.csv_columns = {{"shoe_size", "Shoe size"}};
                      },
                      "presentation.csv_columns[0].field"},
        Contradiction{"RepeatedColumn",
                      [](Blueprint& b) {
                          b.presentation.list_columns.push_back({"name", "Name again"});
                      },
                      "presentation.list_columns[1].field"},
        Contradiction{"EmptyColumnLabel",
                      [](Blueprint& b) { b.presentation.list_columns[0].label = ""; },
                      "presentation.list_columns[0].label"},
        Contradiction{"UnknownStatus",
                      [](Blueprint& b) { b.presentation.status_words["asleep"] = "Asleep"; },
                      "presentation.status_words.asleep"},
        Contradiction{"BadLanguage", [](Blueprint& b) { b.presentation.mail_language = "f r"; },
                      "presentation.mail_language"},
        Contradiction{"EmptyMailText",
                      [](Blueprint& b) { b.presentation.mail_words["subject"] = ""; },
                      "presentation.mail_words.subject"}),
    name_of_case);

TEST(BlueprintErrors, NameTheRolesWhenNoneIsProtected) {
    Blueprint blueprint = sound_rules();
    blueprint.roles[0].is_protected = false;
    EXPECT_EQ(fields_of(errors_of(blueprint)), (std::set<std::string>{"founder_role", "roles"}));
}

TEST(BlueprintErrors, NameThePlansWhenThereIsNone) {
    Blueprint blueprint = sound_rules();
    blueprint.plans.clear();
    EXPECT_EQ(fields_of(errors_of(blueprint)), (std::set<std::string>{"first_plan", "plans"}));
}

TEST(BlueprintErrors, ASecondSingleHolderWouldHaveNobodyFromTheStart) {
    Blueprint blueprint = sound_rules();
    blueprint.roles[1].single_holder = true;
    blueprint.roles[1].offerable = false;
    blueprint.roles[1].former_holder_becomes = RoleId{"owner"};
    EXPECT_EQ(fields_of(errors_of(blueprint)), std::set<std::string>{"roles[1].single_holder"});
}

TEST(BlueprintErrors, AClassOfWhichOnePlanHasSeatsIsNone) {
    Blueprint blueprint = sound_rules();
    blueprint.plans[0].limits[LicenceClassId{"seat"}] = 0;
    blueprint.plans.push_back({PlanId{"premium"}, "Premium", {{LicenceClassId{"seat"}, 1}}});
    EXPECT_THAT(errors_of(blueprint), IsEmpty());
}

TEST(BlueprintErrors, ARoleThatNobodyIsGivenByTheRulesCanBeDeletable) {
    Blueprint blueprint = sound_rules();
    OrganizationRole extra = blueprint.roles[1];
    extra.id = RoleId{"guest"};
    extra.deletable = true;
    extra.editable = true;
    blueprint.roles.push_back(extra);
    EXPECT_THAT(errors_of(blueprint), IsEmpty());
}

TEST(BlueprintErrors, ANarrowerRightWithinWorkspacesCanBeHeldWithoutOneToo) {
    Blueprint blueprint = sound_rules();
    blueprint.permissions[3].without_workspace_too = true;
    blueprint.workspaces.creator_role = RoleId{"editor"};
    EXPECT_THAT(errors_of(blueprint), IsEmpty());
}

TEST(BlueprintErrors, AClassThatNoPlanLimitsIsNone) {
    Blueprint blueprint = sound_rules();
    blueprint.plans[0].limits.clear();
    EXPECT_THAT(errors_of(blueprint), IsEmpty());
}

TEST(BlueprintErrors, ARoleReachedThroughHeldAloneCanBeGivenOnlyByWhoHoldsIt) {
    Blueprint blueprint = sound_rules();
    blueprint.custom_roles.reach.clear();
    blueprint.roles[0].reach.clear();
    blueprint.roles[1].reach[Reach::assign_role].held = true;
    EXPECT_THAT(errors_of(blueprint), IsEmpty());
    OrganizationRole boss = blueprint.roles[1];
    boss.id = RoleId{"boss"};
    boss.reach.clear();
    boss.gives.permissions = {PermissionId{"manage"}};
    blueprint.roles.push_back(boss);
    EXPECT_EQ(fields_of(errors_of(blueprint)), std::set<std::string>{"roles[2].offerable"});
}

TEST(BlueprintErrors, DoNotRepeatAMonstrousId) {
    Blueprint blueprint = sound_rules();
    blueprint.founder_role = RoleId{std::string(100'000, 'x')};
    for (const BlueprintError& error : errors_of(blueprint)) {
        EXPECT_LT(error.message.size(), 300U);
    }
}

}  // namespace
}  // namespace muster
