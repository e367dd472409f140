// The matrices that the pages of the products print, cell by cell, against the shipped blueprints.
// Here a cell is what a role is given; what the engine then answers is in matrix_reach_test.cpp.
#include "tests/conformance/matrix_cells.h"

#include <gmock/gmock.h>

namespace muster::matrices {

TEST_P(PrintedCell, IsTheAnswerOfTheShippedBlueprint) {
    const Cell& cell = GetParam();
    EXPECT_EQ(cell.question.answer(shipped(cell.product), cell.role),
              cell.question.meaning(cell.printed));
}

TEST_P(PrintedCell, IsNoticedWhenItIsTurnedOver) {
    const Cell& cell = GetParam();
    Blueprint other = shipped(cell.product);
    cell.question.turn_over(other, cell.role, cell.printed);
    EXPECT_NE(cell.question.answer(other, cell.role), cell.question.meaning(cell.printed));
}

namespace {

const std::vector<std::string> universign_roles{
    "owner",       "administrator",          "integrator", "contributor_plus",
    "contributor", "restricted_contributor", "reader",
};

/// 7 roles x 13 rows. A printed cell is a permission that the role's list names, so that the owner
/// and administrators have the rows that say "uniquement" through the wider ones alone.
const Table universign_cells{"universign",
                             universign_roles,
                             {
                                 {"U3_01", "1000000", listed("workspace.transfer_ownership")},
                                 {"U3_02", "1100000", listed("workspace.manage")},
                                 {"U3_03", "1110000", listed("authentication.manage")},
                                 {"U3_04", "1110000", listed("developer.menu")},
                                 {"U3_05", "1100000", listed("contacts.export")},
                                 {"U3_06", "1100000", listed("contacts.import_shared")},
                                 {"U3_07", "1100000", listed("transactions.write")},
                                 {"U3_08", "0011100", listed("transactions.write_in_folders")},
                                 {"U3_09", "1101000", listed("templates.write")},
                                 {"U3_10", "1101000", listed("templates.view")},
                                 {"U3_11", "0010110", listed("templates.view_published")},
                                 {"U3_12", "1111110", listed("transactions.create_from_template")},
                                 {"U3_13", "0000001", listed("folders.view_permitted")},
                             }};
INSTANTIATE_TEST_SUITE_P(Universign, PrintedCell, ::testing::ValuesIn(cells_of(universign_cells)),
                         name_of_cell);

/// 4 company roles x 4 columns of the page, which are rows here.
const Table mark_cells{"mark",
                       {"super_admin", "team_admin", "billing_admin", "member"},
                       {
                           {"M2_InviteAndRemove", "1100", listed("members.manage")},
                           {"M2_AssignRoles", "1100", listed("roles.assign")},
                           {"M2_Billing", "1010", listed("billing.manage")},
                           {"M2_JoinAWorkspace", "1111", listed("workspaces.join")},
                       }};
INSTANTIATE_TEST_SUITE_P(Mark, PrintedCell, ::testing::ValuesIn(cells_of(mark_cells)),
                         name_of_cell);

const std::vector<std::string> respondio_roles{"organization_admin", "billing_admin", "user_admin",
                                               "member"};

/// 4 roles x 4 columns of the page: 2 is a tick, 1 a tick with "Accès limité".
const Table respondio_cells{
    "respondio",
    respondio_roles,
    {
        {"R1_General", "2110", level_of("organization.manage", "organization.view")},
        {"R1_Users", "2110", level_of("users.manage", "users.view")},
        {"R1_Workspaces", "2120", level_of("workspaces.manage", "workspaces.view")},
        {"R1_Billing", "2200", level_of("billing.settings", "billing.settings.view")},
    }};
INSTANTIATE_TEST_SUITE_P(Respondio, PrintedCell, ::testing::ValuesIn(cells_of(respondio_cells)),
                         name_of_cell);

/// What each role "can and cannot do", in the lists' own items; the member's column is R5. The
/// lists win where they are more specific than the table: user admins see billing information and
/// have no billing settings (our reading).
const Table respondio_lists{
    "respondio",
    respondio_roles,
    {
        {"R2_R3_R4_AllSettings", "1100", held("settings.view_all")},
        {"R2_R3_R4_SeeTheOrganization", "1110", held("organization.view")},
        {"R2_R3_R4_ManageTheOrganization", "1000", held("organization.manage")},
        {"R2_R3_R4_SeeBillingInformation", "1110", held("billing.information.view")},
        {"R2_R3_R4_ManageBillingInformation", "1100", held("billing.information.manage")},
        {"R3_PaymentDetails", "1100", held("billing.payment")},
        {"R3_Invoices", "1100", held("billing.invoices")},
        {"R2_R3_R4_SeeUsers", "1110", held("users.view")},
        {"R2_R4_ManageAllUsers", "1000", held("users.manage")},
        {"R4_AddUsers", "1010", held("users.add")},
        {"R4_RemoveUsers", "1010", held("users.remove")},
        {"R4_PromoteAndDemote", "1000", held("users.change_role")},
        {"R4_ChangeAssignedWorkspaces", "1010", held("users.assign_workspaces")},
        {"R2_R3_R4_SeeAllWorkspaces", "1110", held("workspaces.view")},
        {"R2_R4_ManageAllWorkspaces", "1010", held("workspaces.manage")},
        {"R2_AccessToAllWorkspaces", "1000", held("workspaces.open_all")},
        {"R5_AccessToAssignedWorkspaces", "1111", held("workspaces.open")},
        {"R2_R3_R4_Subscription", "1100", held("subscription.manage")},
        {"R2_R3_R4_CancelTheSubscription", "1000", held("subscription.cancel")},
        {"R2_R3_R4_DeleteTheOrganization", "1000", held("organization.delete")},
    }};
INSTANTIATE_TEST_SUITE_P(RespondioLists, PrintedCell,
                         ::testing::ValuesIn(cells_of(respondio_lists)), name_of_cell);

/// The permissions that a page has a row or an item for, in its words.
struct Printed {
    const char* product;
    const char* permission;
    const char* label;
};

constexpr Printed labels[]{
    {"universign", "workspace.transfer_ownership", "Transférer la propriété à un autre membre"},
    {"universign", "workspace.manage",
     "Gérer l’espace de travail (membres, authentification, dossiers, préférences, entités)"},
    {"universign", "authentication.manage", "Gérer l’authentification"},
    {"universign", "developer.menu", "Accès au menu Développeur"},
    {"universign", "contacts.export", "Exporter les contacts personnels et partagés"},
    {"universign", "contacts.import_shared", "Importer des contacts partagés"},
    {"universign", "transactions.write", "Créer/modifier les transactions dans tous les dossiers"},
    {"universign", "transactions.write_in_folders",
     "Créer/modifier les transactions dans les dossiers autorisés uniquement"},
    {"universign", "templates.write", "Créer/modifier un modèle"},
    {"universign", "templates.view", "Afficher tous les modèles (publiés et non publiés)"},
    {"universign", "templates.view_published", "Afficher les modèles publiés uniquement"},
    {"universign", "transactions.create_from_template",
     "Créer des transactions à partir d’un modèle publié"},
    {"universign", "folders.view_permitted",
     "Afficher les transactions et modèles dans les dossiers autorisés uniquement"},
    {"mark", "members.manage", "Inviter/retirer des membres"},
    {"mark", "roles.assign", "Attribuer des rôles"},
    {"mark", "billing.manage", "Gérer la facturation / l'abonnement"},
    {"mark", "workspaces.join", "Rejoindre un espace de travail"},
    {"respondio", "settings.view_all", "Accéder à tous les paramètres de l'organisation"},
    {"respondio", "organization.view", "Voir les informations de l'organisation"},
    {"respondio", "organization.manage", "Gérer les informations de l'organisation"},
    {"respondio", "organization.delete", "Supprimer l'organisation"},
    {"respondio", "users.view", "Voir tous les utilisateurs de l'organisation"},
    {"respondio", "users.manage", "Gérer tous les utilisateurs de l'organisation"},
    {"respondio", "workspaces.manage", "Gérer tous les espaces de travail"},
    {"respondio", "billing.information.view",
     "Voir les informations de facturation de l'organisation"},
    {"respondio", "billing.information.manage",
     "Gérer les informations de facturation de l'organisation"},
    {"respondio", "subscription.manage", "Gérer l'abonnement à l'organisation"},
    {"respondio", "subscription.cancel", "Annuler l'abonnement"},
};

TEST(MatrixLabels, U3_M2_R2_R3_R4_AreThePagesWords) {
    for (const Printed& printed : labels) {
        const Permission* permission =
            shipped(printed.product).permission(PermissionId{printed.permission});
        ASSERT_NE(permission, nullptr) << printed.permission;
        EXPECT_EQ(permission->label, printed.label);
    }
}

TEST(UniversignMatrix, U3_ThirtyFourOfNinetyOneCellsAreTicked) {
    std::string ticks;
    for (const Row& row : universign_cells.rows) ticks += row.cells;
    EXPECT_EQ(ticks.size(), 91U);
    EXPECT_EQ(std::ranges::count(ticks, '1'), 34);
}

TEST(UniversignMatrix, U3_TheOwnerHasEverythingThatOthersHave) {
    const Blueprint& blueprint = shipped("universign");
    const PermissionSet owners = blueprint.closure(blueprint.role(RoleId{"owner"})->gives);
    EXPECT_EQ(owners.count(), blueprint.permissions.size());
}

// Our reading of row 2: five atoms, of which integrators hold authentication alone (row 3).
TEST(UniversignMatrix, U3_Row2IsFiveRightsOfWhichIntegratorsHaveOne) {
    const Blueprint& blueprint = shipped("universign");
    const auto given_by = [&](const char* role) {
        return blueprint.closure(blueprint.role(RoleId{role})->gives);
    };
    for (const char* atom : {"members.manage", "authentication.manage", "folders.manage",
                             "preferences.manage", "entities.manage"}) {
        const PermissionSet right = blueprint.closure(std::vector{PermissionId{atom}});
        const bool is_authentication = std::string_view{atom} == "authentication.manage";
        EXPECT_TRUE(contains(given_by("owner"), right)) << atom;
        EXPECT_TRUE(contains(given_by("administrator"), right)) << atom;
        EXPECT_EQ(contains(given_by("integrator"), right), is_authentication) << atom;
        EXPECT_FALSE(contains(given_by("contributor_plus"), right)) << atom;
    }
}

// With "uniquement" as a right of its own, administrators could give no role but their own.
TEST(UniversignMatrix, U9_U10_AdministratorsHoldWhatTheyGiveAlthoughTheirOnlyCellsAreEmpty) {
    const Blueprint& blueprint = shipped("universign");
    const PermissionSet held = blueprint.closure(blueprint.role(RoleId{"administrator"})->gives);
    for (const OrganizationRole& role : blueprint.roles) {
        const bool is_owner = role.id == blueprint.founder_role;
        EXPECT_EQ(contains(held, blueprint.closure(role.gives)), !is_owner) << role.id.value;
    }
}

}  // namespace
}  // namespace muster::matrices
