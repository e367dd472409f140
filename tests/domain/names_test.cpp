// Names that are the same to the eye: how looks are compared, and every decision that gives a name.
// Here only ASCII is known; tests/api/name_looks_test.cpp knows the world's scripts.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

NameLook look(std::string key, std::string digits, std::string skeleton) {
    return {.key = std::move(key), .digits = std::move(digits), .skeletons = {std::move(skeleton)}};
}

TEST(NameLook, IsTheSameWhereOnlyCaseAndSpacesDiffer) {
    for (const char* same : {"Night Desk", "night desk", "NIGHT  DESK", "  Night   desk "}) {
        EXPECT_TRUE(look_the_same(plain_look_of("Night desk"), plain_look_of(same))) << same;
    }
    for (const char* other : {"Nightdesk", "Night-desk", "Night desk 2", ""}) {
        EXPECT_FALSE(look_the_same(plain_look_of("Night desk"), plain_look_of(other))) << other;
    }
    EXPECT_TRUE(plain_look_of("  ").key.empty());
}

TEST(NameLook, IsConfusedByASkeletonAndTheSameOnlyWithTheSameDigits) {
    const NameLook room_one = look("room 1", "1", "room l");
    const NameLook room_l = look("room l", "", "room l");
    EXPECT_TRUE(could_be_confused(room_one, room_l));
    EXPECT_FALSE(look_the_same(room_one, room_l));
    EXPECT_TRUE(look_the_same(look("cyrillic", "", "core"), look("core", "", "core")));
    EXPECT_FALSE(could_be_confused(look("one", "", ""), look("other", "", "")))
        << "nobody knows their skeletons";
}

/// The second role can be renamed, and there are roles of the organisation's own.
Blueprint office() {
    Blueprint blueprint = bare_blueprint("office");
    OrganizationRole desk = ordinary_role("desk", {});
    desk.name = "Desk";
    desk.renameable = desk.copyable = true;
    blueprint.roles = {top_role("admin"), desk};
    blueprint.roles[0].name = "Admin";
    blueprint.founder_role = RoleId{"admin"};
    blueprint.custom_roles = {
        .offered = true, .reach = reach_everywhere(reach_held()), .licences = {}, .most = 9};
    blueprint.workspaces.offered = true;
    return blueprint;
}
const RoleCreated editor{RoleId{"e"}, "Editor", {}};

TEST(Names, ARoleIsNotMadeBesideOneThatLooksTheSame) {
    const Scenario scenario = given(founded(office()), editor);
    for (const char* same : {"editor", "EDITOR", " Editor", "admin", "DESK"}) {
        scenario.when(CreateRole{organization(1), RoleId{"x"}, same, {}})
            .then_rejected(Rejection::role_name_taken);
    }
    scenario.when(CreateRole{organization(1), RoleId{"x"}, "  ", {}})
        .then_rejected(Rejection::name_missing);
    scenario.when(CreateRole{organization(1), RoleId{"x"}, "Editors", {}})
        .then(RoleCreated{RoleId{"x"}, "Editors", {}});
}

TEST(Names, ARoleIsRenamedToAnotherLookOfItsOwnAndOfNoOther) {
    const Scenario scenario = given(founded(office()), editor);
    scenario.when(RenameRole{organization(1), RoleId{"e"}, "EDITOR"})
        .then(RoleRenamed{RoleId{"e"}, "EDITOR"});
    scenario.when(RenameRole{organization(1), RoleId{"e"}, "desk"})
        .then_rejected(Rejection::role_name_taken);
    scenario.when(RenameRole{organization(1), RoleId{"desk"}, "eDITOR"})
        .then_rejected(Rejection::role_name_taken);
    scenario.when(RenameRole{organization(1), RoleId{"desk"}, "DESK"})
        .then(RoleRenamed{RoleId{"desk"}, "DESK"});
}

TEST(Names, ACopyOfARoleIsHeldToThemToo) {
    const auto in_second = [](Event event) { return elsewhere(organization(2), std::move(event)); };
    std::vector<Event> second = founded(office());
    std::get<OrganizationFounded>(second[0]).organization = organization(2);
    const Scenario scenario =
        given(founded(office()), editor)
            .and_then(in_second(second[0]), in_second(second[1]),
                      in_second(RoleCreated{RoleId{"e2"}, "editor", {}}))
            .by(Actor::the_operator());
    scenario.when(CopyRole{organization(1), RoleId{"e"}, {{organization(2), RoleId{"c"}}}})
        .then_rejected(Rejection::role_name_taken);
}

TEST(Names, NewRulesBringNoneThatTheOrganizationGave) {
    Blueprint next = office();
    for (const char* name : {"EDITOR", "front", "Other"}) {
        next.roles.push_back(ordinary_role("role-" + std::to_string(next.roles.size()), {}));
        next.roles.back().name = name;
    }
    const Scenario scenario = given(founded(office()), editor, RoleRenamed{RoleId{"desk"}, "Front"})
                                  .by(Actor::the_operator());
    const ChangeBlueprint move{.organization = organization(1), .blueprint = SharedBlueprint{next}};
    scenario.when(move).because_of({{ObstacleKind::role_name_taken, "desk", 1},
                                    {ObstacleKind::role_name_taken, "e", 1}});
}

TEST(Names, AWorkspaceIsNotNamedLikeAnother) {
    const Scenario scenario = given(founded(office()), WorkspaceCreated{workspace(1), "Core"},
                                    WorkspaceCreated{workspace(2), "Shell"});
    scenario.when(CreateWorkspace{organization(1), workspace(3), "core"})
        .then_rejected(Rejection::workspace_name_taken);
    scenario.when(CreateWorkspace{organization(1), workspace(3), " "})
        .then_rejected(Rejection::name_missing);
    scenario.when(RenameWorkspace{organization(1), workspace(2), "CORE"})
        .then_rejected(Rejection::workspace_name_taken);
    scenario.when(RenameWorkspace{organization(1), workspace(1), "CORE"})
        .then(WorkspaceRenamed{workspace(1), "CORE"});
}

TEST(Names, AnOrganizationHasOne) {
    given(founded(office()))
        .when(RenameOrganization{organization(1), "   "})
        .then_rejected(Rejection::name_missing);
}

}  // namespace
}  // namespace muster::domain_tests
