// What the engine answers about members of each role: in the whole organisation, in a workspace
// (folder, class) they are in, and in one they are not in; and what each may do.
#include "tests/conformance/matrix_members.h"

namespace muster::matrices {
namespace {

using enum Where;

const std::vector<std::string> reaching_roles{
    "owner",       "administrator",          "integrator", "contributor_plus",
    "contributor", "restricted_contributor", "reader",
};

// Each of the five decisions that the page leaves open, as we read it.
const Table universign_reach{
    "universign",
    reaching_roles,
    {
        // a. "Uniquement" narrows a right and is none of its own: who writes everywhere writes in
        // a permitted folder too, although that cell is empty.
        {"U9_a_WriteTransactionsInPermittedFolder", "1111100",
         allowed("transactions.write_in_folders", inside)},
        {"U9_a_WriteTransactionsInOtherFolder", "1100000",
         allowed("transactions.write_in_folders", outside)},
        {"U9_a_WriteTransactionsInAllFolders", "1100000", allowed("transactions.write", anywhere)},
        // b. Publication is a second qualifier, apart from folders.
        {"U10_b_SeePublishedTemplates", "1111110", allowed("templates.view_published", anywhere)},
        {"U10_b_SeePublishedTemplatesOfOtherFolder", "1111110",
         allowed("templates.view_published", outside)},
        {"U10_b_SeeUnpublishedTemplates", "1101000", allowed("templates.view", anywhere)},
        // c. Who writes transactions sees them within the same reach; restricted contributors see
        // none. Readers see the permitted folders, in the page's words published or not.
        {"U9_c_SeeTransactionsInPermittedFolder", "1111101",
         allowed("transactions.view_in_folders", inside)},
        {"U9_c_SeeTransactionsInOtherFolder", "1100000",
         allowed("transactions.view_in_folders", outside)},
        {"U9_c_SeeTemplatesInPermittedFolder", "1101001",
         allowed("templates.view_in_folders", inside)},
        {"U9_c_SeeTemplatesInOtherFolder", "1101000",
         allowed("templates.view_in_folders", outside)},
        // d. A transaction from a template without a folder is for all six; in a folder, the
        // folder must be permitted, except to owner and administrators.
        {"U3_d_CreateFromTemplate", "1111110",
         allowed("transactions.create_from_template", anywhere)},
        {"U3_d_CreateFromTemplateInPermittedFolder", "1111110",
         allowed("transactions.create_from_template", inside)},
        {"U3_d_CreateFromTemplateInOtherFolder", "1100000",
         allowed("transactions.create_from_template", outside)},
        // e. Row 2 is five rights; integrators have authentication alone.
        {"U3_e_ManageAuthentication", "1110000", allowed("authentication.manage", anywhere)},
        {"U3_e_ManageMembers", "1100000", allowed("members.manage", anywhere)},
        {"U3_e_ManageFolders", "1100000", allowed("folders.manage", anywhere)},
    }};
INSTANTIATE_TEST_SUITE_P(UniversignReach, PrintedCell,
                         ::testing::ValuesIn(cells_of(universign_reach)), name_of_cell);

const Table universign_operations{
    "universign",
    reaching_roles,
    {
        {"U1_SeeTheWorkspace", "1111111", may_do(Operation::read_organization)},
        {"U1_SeeMembers", "1100000", may_do(Operation::read_members)},
        {"U8_ExportMembers", "1100000", may_do(Operation::export_members)},
        {"U1_InviteMembers", "1100000", may_do(Operation::invite_member)},
        {"U5_ChangeRoles", "1100000", may_do(Operation::change_role)},
        {"U7_RemoveMembers", "1100000", may_do(Operation::remove_member)},
        {"U4_TransferOwnership", "1000000", may_do(Operation::transfer_ownership)},
        {"U3_ManageTheWorkspace", "1100000", may_do(Operation::manage_organization)},
        {"U3_MakeFolders", "1100000", may_do(Operation::create_workspace)},
        {"U3_PermitFolders", "1100000", may_do(Operation::assign_workspace)},
    }};
INSTANTIATE_TEST_SUITE_P(UniversignOperations, PrintedCell,
                         ::testing::ValuesIn(cells_of(universign_operations)), name_of_cell);

const Table respondio_reach{
    "respondio",
    {"organization_admin", "billing_admin", "user_admin", "member"},
    {
        {"R5_OpenAnAssignedWorkspace", "1111", allowed("workspaces.open", inside)},
        {"R2_R5_OpenAnyWorkspace", "1000", allowed("workspaces.open", outside)},
        {"R14_ReachTheUserSettings", "1110", may_do(Operation::read_members)},
        {"R5_SeeTheOrganization", "1110", may_do(Operation::read_organization)},
        {"R2_ManageTheOrganization", "1000", may_do(Operation::manage_organization)},
        {"R10_AddUsers", "1010", may_do(Operation::invite_member)},
        {"R10_RemoveUsers", "1010", may_do(Operation::remove_member)},
        {"R4_ChangeRoles", "1000", may_do(Operation::change_role)},
        {"R4_ChangeAssignedWorkspaces", "1010", may_do(Operation::assign_workspace)},
        {"R4_MakeWorkspaces", "1010", may_do(Operation::create_workspace)},
        {"R4_DeleteWorkspaces", "1010", may_do(Operation::delete_workspace)},
        {"R3_SeeThePlan", "1100", may_do(Operation::read_plan)},
        {"R2_DeleteTheOrganization", "1000", may_do(Operation::end_organization)},
    }};
INSTANTIATE_TEST_SUITE_P(RespondioReach, PrintedCell,
                         ::testing::ValuesIn(cells_of(respondio_reach)), name_of_cell);

const Table mark_reach{
    "mark",
    {"super_admin", "team_admin", "billing_admin", "member"},
    {
        {"M9_InviteMembers", "1100", may_do(Operation::invite_member)},
        {"M9_RemoveMembers", "1100", may_do(Operation::remove_member)},
        {"M9_AssignRoles", "1100", may_do(Operation::change_role)},
        {"M9_AssignWorkspaceRoles", "1100", may_do(Operation::assign_workspace)},
        {"M2_JoinAWorkspace", "1111", allowed("workspaces.join", anywhere)},
        {"M1_SeeTheCompany", "1111", may_do(Operation::read_organization)},
        // What a workspace gives comes from the role there alone: all are guests.
        {"M1_EditResources", "0000", allowed("content.edit", inside)},
        {"M1_GenerateWithAi", "0000", allowed("ai.generate_limited", inside)},
        {"M1_SeeOtherResources", "0000", allowed("content.view", outside)},
    }};
INSTANTIATE_TEST_SUITE_P(MarkReach, PrintedCell, ::testing::ValuesIn(cells_of(mark_reach)),
                         name_of_cell);

// Editing, and generating with AI without limit or within one, are things that a workspace role can
// give, there alone; which role gives which is our reading.
const Table mark_places{
    "mark",
    {"admin", "compliance_admin", "reviewer", "editor", "collaborator", "guest"},
    {
        {"M1_SeeResources", "111111", allowed_by_place("content.view", inside)},
        {"M1_EditResources", "111110", allowed_by_place("content.edit", inside)},
        {"M1_GenerateWithAiUnlimited", "111100", allowed_by_place("ai.generate_unlimited", inside)},
        {"M1_GenerateWithAiLimited", "111110", allowed_by_place("ai.generate_limited", inside)},
        {"M1_SeeOtherResources", "000000", allowed_by_place("content.view", outside)},
        {"M1_EditOtherResources", "000000", allowed_by_place("content.edit", outside)},
    }};
INSTANTIATE_TEST_SUITE_P(MarkPlaces, PrintedCell, ::testing::ValuesIn(cells_of(mark_places)),
                         name_of_cell);

const Table conance_reach{
    "conance",
    {"administrator", "user"},
    {
        {"C14_SeeTheCompany", "11", may_do(Operation::read_organization)},
        {"C14_ManageTheCompany", "10", may_do(Operation::manage_organization)},
        {"C14_SeeMembers", "10", may_do(Operation::read_members)},
        {"C2_InviteMembers", "10", may_do(Operation::invite_member)},
        {"C8_ChangeRoles", "10", may_do(Operation::change_role)},
        {"C10_RemoveMembers", "10", may_do(Operation::remove_member)},
        {"C15_MakeRoles", "10", may_do(Operation::manage_roles)},
        {"C14_SeeOwnCommissions", "11", allowed("commissions.view_own", anywhere)},
        {"C14_SeeAllCommissions", "10", allowed("commissions.view_all", anywhere)},
    }};
INSTANTIATE_TEST_SUITE_P(ConanceReach, PrintedCell, ::testing::ValuesIn(cells_of(conance_reach)),
                         name_of_cell);

}  // namespace
}  // namespace muster::matrices
