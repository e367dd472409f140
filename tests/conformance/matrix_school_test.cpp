// A sixth product that no page describes: a school, to show that a product is data. Classes are its
// workspaces; who somebody is in a class says what they see of its pupils.
#include "tests/conformance/matrix_members.h"

namespace muster::matrices {
namespace {

using namespace domain_tests;
using domain_tests::Outcome;
using enum Where;

const std::vector<std::string> school_roles{"head", "office", "teacher", "pupil", "guardian"};

const Table school_operations{
    "school",
    school_roles,
    {
        {"SeeTheSchool", "11111", may_do(Operation::read_organization)},
        {"SeePeople", "11100", may_do(Operation::read_members)},
        {"ExportPeople", "11000", may_do(Operation::export_members)},
        {"InvitePeople", "11000", may_do(Operation::invite_member)},
        {"ChangeRoles", "11000", may_do(Operation::change_role)},
        {"SuspendPeople", "11000", may_do(Operation::suspend_member)},
        {"RemovePeople", "11000", may_do(Operation::remove_member)},
        {"MakeClasses", "11000", may_do(Operation::create_workspace)},
        {"MakeRoles", "10000", may_do(Operation::manage_roles)},
        {"ManageTheSchool", "10000", may_do(Operation::manage_organization)},
        {"SeeTheAuditTrail", "10000", may_do(Operation::read_audit)},
        {"SeeThePlan", "11000", may_do(Operation::read_plan)},
        {"CloseTheSchool", "10000", may_do(Operation::end_organization)},
    }};
INSTANTIATE_TEST_SUITE_P(SchoolOperations, PrintedCell,
                         ::testing::ValuesIn(cells_of(school_operations)), name_of_cell);

const Table classes{
    "school",
    {"class_teacher", "subject_teacher", "pupil", "guardian"},
    {
        {"SeeLessons", "1111", allowed_by_place("class.lessons", inside)},
        {"SeeLessonsOfOthers", "0000", allowed_by_place("class.lessons", outside)},
        {"SetHomework", "1100", allowed_by_place("class.homework", inside)},
        {"SeeRecords", "1100", allowed_by_place("class.records.view", inside)},
        {"SeeRecordsOfOthers", "0000", allowed_by_place("class.records.view", outside)},
        {"KeepRecords", "1000", allowed_by_place("class.records.write", inside)},
        {"TakeAttendance", "1100", allowed_by_place("class.attendance", inside)},
        {"EnterMarks", "1100", allowed_by_place("class.marks", inside)},
        {"EnterMarksOfOthers", "0000", allowed_by_place("class.marks", outside)},
        {"PlacePeople", "1000", allowed_by_place("class.place", inside)},
        {"PlacePeopleOfOthers", "0000", allowed_by_place("class.place", outside)},
        {"SeeOwnMarks", "0010", allowed_by_place("own.marks", inside)},
        {"HandInHomework", "0010", allowed_by_place("own.homework", inside)},
        {"SeeTheChildsMarks", "0001", allowed_by_place("child.marks", inside)},
        {"ReportTheChildAbsent", "0001", allowed_by_place("child.absence", inside)},
    }};
INSTANTIATE_TEST_SUITE_P(SchoolClasses, PrintedCell, ::testing::ValuesIn(cells_of(classes)),
                         name_of_cell);

const Table records{"school",
                    school_roles,
                    {
                        // All are guardians in the class, which shows no records.
                        {"SeeRecordsInAnyClass", "11000", allowed("class.records.view", outside)},
                        {"KeepRecordsInAnyClass", "11000", allowed("class.records.write", outside)},
                        {"EnterMarksInAnyClass", "10000", allowed("class.marks", outside)},
                        {"PlacePeopleInAnyClass", "11000", allowed("class.place", outside)},
                    }};
INSTANTIATE_TEST_SUITE_P(SchoolRecords, PrintedCell, ::testing::ValuesIn(cells_of(records)),
                         name_of_cell);

Table deeds() {
    Table table{"school", school_roles, {}};
    for (const std::string& role : school_roles) {
        const bool is_staff = role == "head" || role == "office";
        const Deed invites = [=](std::uint64_t) { return invite({row(2, newcomer, roles(role))}); };
        const Deed removes = [](std::uint64_t target) { return remove_member(target); };
        const Deed suspends = [](std::uint64_t target) {
            return SuspendMember{organization(1), person(target)};
        };
        const std::string cells = is_staff ? "+rnnn" : "++nnn";
        table.rows.push_back({"Invite_" + role + "_by", cells, comes_of(invites, "self")});
        table.rows.push_back({"Remove_" + role + "_by", cells, comes_of(removes, role)});
        table.rows.push_back({"Suspend_" + role + "_by", cells, comes_of(suspends, role)});
    }
    table.rows.push_back(
        {"RemoveOneself_by", "sssss",
         comes_of([](std::uint64_t target) { return remove_member(target); }, "self")});
    return table;
}
INSTANTIATE_TEST_SUITE_P(SchoolDeeds, PrintedCell, ::testing::ValuesIn(cells_of(deeds())),
                         name_of_cell);

/// 1 head, 2 and 3 teachers in 6A and 6B, 4 pupil, 5 guardian.
Scenario two_classes() {
    return given(founded(shipped("school")), WorkspaceCreated{workspace(1), "6A"},
                 WorkspaceCreated{workspace(2), "6B"},
                 joined(2, roles("teacher"), {place(1, "class_teacher")}),
                 joined(3, roles("teacher"), {place(2, "class_teacher")}),
                 joined(4, roles("pupil"), {}, licence("pupil")), joined(5, roles("guardian")));
}

TEST(SchoolMatrix, AClassTeacherPlacesPeopleInTheirOwnClassAlone) {
    const Scenario by_class_teacher = two_classes().by(person(2));
    EXPECT_EQ(by_class_teacher.answer_to(assign(4, place(1, "pupil"))), std::nullopt);
    EXPECT_EQ(by_class_teacher.answer_to(assign(5, place(1, "guardian"))), std::nullopt);
    EXPECT_EQ(by_class_teacher.answer_to(assign(3, place(1, "subject_teacher"))), std::nullopt);
    EXPECT_EQ(by_class_teacher.answer_to(assign(4, place(2, "pupil"))), Rejection::not_allowed);
    // A subject teacher of the class places nobody.
    const Scenario by_subject_teacher =
        two_classes()
            .and_then(WorkspaceRoleAssigned{person(3), place(1, "subject_teacher")})
            .by(person(3));
    EXPECT_EQ(by_subject_teacher.answer_to(assign(4, place(1, "pupil"))), Rejection::not_allowed);
}

TEST(SchoolMatrix, TheOfficePlacesAnybodyInAnyClassAndSeesNoMarks) {
    const Scenario by_office = two_classes().and_then(joined(6, roles("office"))).by(person(6));
    for (const std::uint64_t number : {1U, 2U}) {
        EXPECT_EQ(by_office.answer_to(assign(4, place(number, "pupil"))), std::nullopt);
        EXPECT_EQ(by_office.answer_to(assign(3, place(number, "subject_teacher"))), std::nullopt);
        EXPECT_FALSE(has_permission(by_office.state(), person(6), PermissionId{"class.marks"},
                                    workspace(number))
                         .value());
    }
}

TEST(SchoolMatrix, PupilPlacesAreLimitedByThePlanAndOtherPeopleAreNot) {
    const Scenario full =
        two_classes().and_then(PlanChanged{PlanId{"one_class"}, {{LicenceClassId{"pupil"}, 1}}});
    EXPECT_EQ(full.answer_to(invite({row(1, 9, roles("pupil"))})), Rejection::seat_limit_reached);
    EXPECT_EQ(full.answer_to(invite({row(1, 9, roles("teacher"))})), std::nullopt);
    EXPECT_EQ(full.answer_to(invite({row(1, 9, roles("guardian"))})), std::nullopt);
}

TEST(SchoolMatrix, ATeacherCanBeAGuardianToo) {
    const Scenario scenario = two_classes();
    EXPECT_EQ(scenario.answer_to(change_role(2, roles("guardian", "teacher"))), std::nullopt);
}

TEST(SchoolMatrix, SuspensionKeepsTheClassAndThePlace) {
    const Outcome suspended = two_classes().when(SuspendMember{organization(1), person(4)});
    EXPECT_EQ(suspended.afterwards().member(person(4))->licence, licence("pupil"));
    EXPECT_TRUE(suspended.afterwards().permissions_of(person(4)).none());
}

TEST(SchoolMatrix, AnInvitationStandsOnlyWhileItsSenderMayStillInvite) {
    const InvitationIssued by_the_office =
        invited(1, 9, roles("guardian"), {}, std::nullopt, Actor::of(person(6)));
    const Scenario scenario = two_classes().and_then(joined(6, roles("office")), by_the_office);
    EXPECT_EQ(scenario.by(person(9)).answer_to(accept(1)), std::nullopt);
    EXPECT_EQ(scenario.and_then(removed(6)).by(person(9)).answer_to(accept(1)),
              Rejection::inviter_lost_right);
}

TEST(SchoolMatrix, CustomRolesAreMadeByTheHeadAlone) {
    const CreateRole nurse{organization(1),
                           RoleId{"nurse"},
                           "Nurse",
                           {PermissionId{"school.view"}, PermissionId{"records.view"}}};
    EXPECT_EQ(two_classes().answer_to(nurse), std::nullopt);
    EXPECT_EQ(two_classes().and_then(joined(6, roles("office"))).by(person(6)).answer_to(nurse),
              Rejection::not_allowed);
}

}  // namespace
}  // namespace muster::matrices
