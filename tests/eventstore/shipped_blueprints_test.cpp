// The blueprints that ship: all of them load, and what their roles give is what the pages of the
// products print, cell by cell. The tables are the pages'; the functions below them say how a cell
// is read off a blueprint.
#include "eventstore/blueprint_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace muster {
namespace {

using testing::ElementsAre;

SharedBlueprint shipped(std::string_view name) {
    const auto read = read_blueprint(shipped_blueprint(name));
    if (!read) {
        for (const BlueprintError& error : read.error()) {
            ADD_FAILURE() << name << ": " << error.field << ": " << error.message;
        }
        return SharedBlueprint{};
    }
    return *read;
}

PermissionSet one(const Blueprint& blueprint, std::string_view permission) {
    const PermissionId id{std::string{permission}};
    EXPECT_NE(blueprint.permission(id), nullptr) << permission;
    PermissionSet set;
    set.set(static_cast<std::size_t>(blueprint.permission(id) - blueprint.permissions.data()));
    return set;
}

bool gives(const Blueprint& blueprint, const RoleId& role, std::string_view permission) {
    const OrganizationRole* rules = blueprint.role(role);
    EXPECT_NE(rules, nullptr) << role.value;
    return contains(blueprint.closure(rules->gives), one(blueprint, permission));
}

bool may(const Blueprint& blueprint, const RoleId& role, Operation operation) {
    return gives(blueprint, role, blueprint.needs.at(operation).value);
}

/// Whether a role of the product reaches another one.
bool reaches(const Blueprint& blueprint, std::string_view actor, Reach reach,
             std::string_view target) {
    const ReachRules& rules = blueprint.role(RoleId{std::string{actor}})->reach;
    const auto rule = rules.find(reach);
    if (rule == rules.end()) return false;
    const RoleId id{std::string{target}};
    return rule->second.all || std::ranges::count(rule->second.roles, id) > 0;
}

std::vector<std::string> labels_of(const std::vector<Column>& columns) {
    std::vector<std::string> labels;
    for (const Column& column : columns) labels.push_back(column.label);
    return labels;
}

TEST(ShippedBlueprints, AllLoadUnderTheirOwnNames) {
    EXPECT_THAT(shipped_blueprints(), ElementsAre("conance", "engagelab", "mark", "open-source",
                                                  "respondio", "universign"));
    for (const std::string_view name : shipped_blueprints()) {
        const SharedBlueprint blueprint = shipped(name);
        ASSERT_TRUE(blueprint) << name;
        EXPECT_EQ(blueprint->id, name);
        const auto again = read_blueprint(write_blueprint(*blueprint));
        ASSERT_TRUE(again) << name;
        EXPECT_EQ(**again, *blueprint);
    }
}

TEST(ShippedBlueprints, ThereIsNoneOfAnotherName) {
    EXPECT_TRUE(shipped_blueprint("Conance").empty());
    EXPECT_TRUE(shipped_blueprint("").empty());
    EXPECT_TRUE(shipped_blueprint("conance.json").empty());
}

TEST(ConanceBlueprint, AdministratorsDoEverythingAndUsersWhatTheirRoleAllows) {
    const SharedBlueprint conance = shipped("conance");
    ASSERT_TRUE(conance);
    const RoleId administrator{"administrator"};
    const RoleId user{"user"};
    EXPECT_EQ(conance->founder_role, administrator);
    EXPECT_TRUE(conance->role(administrator)->is_protected);
    EXPECT_TRUE(conance->closure(conance->role(administrator)->gives).all());
    EXPECT_EQ(conance->role(administrator)->name, "Administrateur");
    EXPECT_EQ(conance->role(user)->name, "Utilisateur");
    for (std::size_t index = 0; index < operation_count; ++index) {
        const auto operation = static_cast<Operation>(index);
        EXPECT_TRUE(may(*conance, administrator, operation));
        EXPECT_EQ(may(*conance, user, operation), operation == Operation::read_organization);
    }
    EXPECT_TRUE(gives(*conance, user, "commissions.create"));
    EXPECT_FALSE(gives(*conance, user, "commissions.view_all"));
    EXPECT_TRUE(conance->role(user)->reach.empty());
    EXPECT_TRUE(conance->custom_roles.offered);
    EXPECT_TRUE(conance->custom_roles.reach.at(Reach::assign_role).held);
}

TEST(ConanceBlueprint, CountsMembersByPlanAndShowsThePagesColumns) {
    const SharedBlueprint conance = shipped("conance");
    ASSERT_TRUE(conance);
    const LicenceClassId member{"member"};
    EXPECT_EQ(conance->first_plan, PlanId{"free"});
    EXPECT_EQ(conance->plan(PlanId{"free"})->limits.at(member), 3U);
    EXPECT_TRUE(conance->plan(PlanId{"premium"})->limits.empty());
    for (const OrganizationRole& role : conance->roles) {
        EXPECT_THAT(role.licences, ElementsAre(member));
    }
    EXPECT_THAT(conance->custom_roles.licences, ElementsAre(member));
    EXPECT_EQ(conance->joining.invitation_life, std::chrono::hours{7 * 24});
    EXPECT_FALSE(conance->joining.at_once_for_known_accounts);
    EXPECT_TRUE(conance->joining.invitation_reserves_licence);
    EXPECT_TRUE(conance->members.self_removal);
    EXPECT_FALSE(conance->workspaces.offered);
    EXPECT_THAT(labels_of(conance->presentation.list_columns),
                ElementsAre("Nom", "Adresse email", "Rôle", "Statut", "Dernière connexion"));
    EXPECT_EQ(conance->presentation.status_words.at("pending"), "En attente");
    EXPECT_EQ(conance->presentation.advise_protected_holders, 2U);
    EXPECT_EQ(conance->presentation.advise_idle_days, 90U);
}

TEST(OpenSourceBlueprint, MaintainersLookAfterThePeopleOfTheirTeamAlone) {
    const SharedBlueprint rules = shipped("open-source");
    ASSERT_TRUE(rules);
    const RoleId member{"member"};
    EXPECT_TRUE(rules->closure(rules->role(RoleId{"admin"})->gives).all());
    EXPECT_TRUE(rules->role(RoleId{"admin"})->is_protected);
    EXPECT_FALSE(may(*rules, member, Operation::assign_workspace));
    EXPECT_FALSE(may(*rules, member, Operation::invite_member));
    EXPECT_TRUE(reaches(*rules, "member", Reach::edit_workspaces, "admin"));
    EXPECT_FALSE(reaches(*rules, "member", Reach::remove, "member"));
    const auto assign = one(*rules, rules->needs.at(Operation::assign_workspace).value);
    const WorkspaceRole* maintainer = rules->workspace_role(RoleId{"maintainer"});
    const WorkspaceRole* in_team = rules->workspace_role(member);
    ASSERT_TRUE(maintainer != nullptr && in_team != nullptr);
    EXPECT_TRUE(contains(rules->closure(maintainer->gives), assign));
    EXPECT_FALSE(contains(rules->closure(in_team->gives), assign));
    // A maintainer can place people in either role: nobody grants what they do not hold.
    EXPECT_TRUE(contains(rules->closure(maintainer->gives), rules->closure(in_team->gives)));
    EXPECT_EQ(rules->workspaces.word, "team");
    EXPECT_TRUE(rules->joining.at_once_for_known_accounts);
    EXPECT_TRUE(rules->workspaces.in_invitation);
    EXPECT_FALSE(rules->custom_roles.offered);
    EXPECT_TRUE(rules->plan(rules->first_plan)->limits.empty());
}

/// One row of a printed matrix: the cells from left to right, and how a cell is read.
struct MatrixRow {
    const char* cells;
    std::function<bool(const Blueprint&, const RoleId&)> holds;
};

void expect_matrix(const Blueprint& blueprint, const std::vector<const char*>& roles,
                   const std::vector<MatrixRow>& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::string cells;
        for (const char* role : roles) {
            cells += rows[row].holds(blueprint, RoleId{role}) ? '1' : '0';
        }
        EXPECT_EQ(cells, rows[row].cells) << "row " << row + 1;
    }
}

auto holds(const char* permission) {
    return [permission](const Blueprint& blueprint, const RoleId& role) {
        return gives(blueprint, role, permission);
    };
}

/// "Only": the narrower right without the wider one that it comes with.
auto holds_only(const char* narrow, const char* wide) {
    return [narrow, wide](const Blueprint& blueprint, const RoleId& role) {
        return gives(blueprint, role, narrow) && !gives(blueprint, role, wide);
    };
}

TEST(UniversignBlueprint, GivesEachRoleThePrintedCells) {
    const SharedBlueprint universign = shipped("universign");
    ASSERT_TRUE(universign);
    expect_matrix(
        *universign,
        {"owner", "administrator", "integrator", "contributor_plus", "contributor",
         "restricted_contributor", "reader"},
        {
            {"1000000", holds("workspace.transfer_ownership")},
            {"1100000", holds("workspace.manage")},
            {"1110000", holds("authentication.manage")},
            {"1110000", holds("developer.menu")},
            {"1100000", holds("contacts.export")},
            {"1100000", holds("contacts.import_shared")},
            {"1100000", holds("transactions.write")},
            {"0011100", holds_only("transactions.write_in_folders", "transactions.write")},
            {"1101000", holds("templates.write")},
            {"1101000", holds("templates.view")},
            {"0010110", holds_only("templates.view_published", "templates.view")},
            {"1111110", holds("transactions.create_from_template")},
            {"0000001", holds_only("templates.view_in_folders", "templates.view")},
        });
}

TEST(UniversignBlueprint, OnlyNarrowsARightAndIsNoneOfItsOwn) {
    const SharedBlueprint universign = shipped("universign");
    ASSERT_TRUE(universign);
    // Whoever writes everywhere writes in a permitted folder too (U9), and whoever writes views.
    expect_matrix(*universign,
                  {"owner", "administrator", "integrator", "contributor_plus", "contributor",
                   "restricted_contributor", "reader"},
                  {
                      {"1111100", holds("transactions.write_in_folders")},
                      {"1111101", holds("transactions.view_in_folders")},
                      {"1100000", holds("transactions.view")},
                      {"1111110", holds("templates.view_published")},
                      {"1101001", holds("templates.view_in_folders")},
                      {"1100000", holds("members.manage")},
                      {"1111111", holds("workspace.view")},
                  });
    for (const char* narrow : {"transactions.write_in_folders", "transactions.view_in_folders",
                               "templates.view_in_folders"}) {
        EXPECT_TRUE(universign->permission(PermissionId{narrow})->within_workspaces);
    }
    EXPECT_FALSE(
        universign->permission(PermissionId{"templates.view_published"})->within_workspaces);
}

TEST(UniversignBlueprint, AdministratorsCanGiveEveryRoleButTheOwners) {
    const SharedBlueprint universign = shipped("universign");
    ASSERT_TRUE(universign);
    const PermissionSet held =
        universign->closure(universign->role(RoleId{"administrator"})->gives);
    for (const OrganizationRole& role : universign->roles) {
        const bool is_owner = role.id == RoleId{"owner"};
        EXPECT_EQ(role.single_holder, is_owner);
        EXPECT_EQ(role.is_protected, is_owner);
        EXPECT_EQ(role.offerable, !is_owner);
        EXPECT_EQ(contains(held, universign->closure(role.gives)), !is_owner) << role.id.value;
        EXPECT_EQ(reaches(*universign, "administrator", Reach::assign_role, role.id.value),
                  !is_owner);
    }
    EXPECT_FALSE(universign->members.own_role_change);
    EXPECT_FALSE(universign->members.role_change_while_pending);
    EXPECT_THAT(
        labels_of(universign->presentation.csv_columns),
        ElementsAre("ID du membre", "nom complet", "adresse email", "rôle", "date d’entrée"));
}

TEST(MarkBlueprint, GivesEachCompanyRoleThePrintedCells) {
    const SharedBlueprint mark = shipped("mark");
    ASSERT_TRUE(mark);
    expect_matrix(*mark, {"super_admin", "team_admin", "billing_admin", "member"},
                  {
                      {"1100", holds("members.manage")},
                      {"1100", holds("roles.assign")},
                      {"1010", holds("billing.manage")},
                      {"1111", holds("workspaces.join")},
                      // What a workspace gives comes from the role there alone (M1).
                      {"0000", holds("content.view")},
                      {"0000", holds("ai.generate_limited")},
                  });
}

TEST(MarkBlueprint, TeamAdminsCanAppointEveryCompanyRoleAndPlaceInEveryWorkspaceRole) {
    const SharedBlueprint mark = shipped("mark");
    ASSERT_TRUE(mark);
    for (const char* name : {"super_admin", "team_admin"}) {
        const OrganizationRole& actor = *mark->role(RoleId{name});
        const PermissionSet grantable = mark->closure(actor.gives) | mark->closure(actor.grants);
        for (const OrganizationRole& role : mark->roles) {
            EXPECT_TRUE(contains(grantable, mark->closure(role.gives))) << role.id.value;
            EXPECT_TRUE(reaches(*mark, name, Reach::assign_role, role.id.value));
            EXPECT_TRUE(reaches(*mark, name, Reach::remove, role.id.value));
        }
        for (const WorkspaceRole& role : mark->workspaces.roles) {
            EXPECT_TRUE(contains(grantable, mark->closure(role.gives))) << role.id.value;
        }
    }
    EXPECT_FALSE(mark->joining.invitation_names_role);
    EXPECT_EQ(mark->joining.newcomer_role, RoleId{"member"});
    EXPECT_TRUE(mark->joining.at_once_for_known_accounts);
    EXPECT_EQ(mark->members.last_holder, LastHolderGuard::operator_replaces);
}

TEST(MarkBlueprint, WorkspaceRolesTakeThePrintedLicences) {
    const SharedBlueprint mark = shipped("mark");
    ASSERT_TRUE(mark);
    const LicenceClassId unlimited{"unlimited"};
    const LicenceClassId discovery{"discovery"};
    std::vector<std::pair<std::string, std::vector<LicenceClassId>>> licences;
    for (const WorkspaceRole& role : mark->workspaces.roles) {
        licences.emplace_back(role.id.value, role.licences);
    }
    using Fitting = std::vector<LicenceClassId>;
    EXPECT_THAT(licences, ElementsAre(std::pair{"admin", Fitting{unlimited}},
                                      std::pair{"compliance_admin", Fitting{unlimited}},
                                      std::pair{"reviewer", Fitting{unlimited}},
                                      std::pair{"editor", Fitting{unlimited}},
                                      std::pair{"collaborator", Fitting{discovery, unlimited}},
                                      std::pair{"guest", Fitting{}}));
}

TEST(RespondioBlueprint, GivesEachRoleThePrintedCells) {
    const SharedBlueprint respondio = shipped("respondio");
    ASSERT_TRUE(respondio);
    // General, users, workspaces, billing: 2 full, 1 limited, 0 none.
    const std::vector<std::pair<const char*, const char*>> columns{
        {"organization.manage", "organization.view"},
        {"users.manage", "users.view"},
        {"workspaces.manage", "workspaces.view"},
        {"billing.settings", "billing.settings.view"},
    };
    const std::vector<std::pair<const char*, const char*>> printed{
        {"organization_admin", "2222"},
        {"billing_admin", "1112"},
        {"user_admin", "1120"},
        {"member", "0000"},
    };
    for (const auto& [role, cells] : printed) {
        std::string read;
        for (const auto& [full, limited] : columns) {
            const RoleId id{role};
            read += gives(*respondio, id, full) ? '2' : gives(*respondio, id, limited) ? '1' : '0';
        }
        EXPECT_EQ(read, cells) << role;
    }
}

TEST(RespondioBlueprint, GivesEachRoleThePrintedLists) {
    const SharedBlueprint respondio = shipped("respondio");
    ASSERT_TRUE(respondio);
    expect_matrix(*respondio, {"organization_admin", "billing_admin", "user_admin", "member"},
                  {
                      {"1100", holds("settings.view_all")},
                      {"1110", holds("organization.view")},
                      {"1000", holds("organization.manage")},
                      {"1110", holds("billing.information.view")},
                      {"1100", holds("billing.information.manage")},
                      {"1100", holds("billing.payment")},
                      {"1100", holds("billing.invoices")},
                      {"1110", holds("users.view")},
                      {"1010", holds("users.add")},
                      {"1010", holds("users.remove")},
                      {"1000", holds("users.change_role")},
                      {"1010", holds("users.assign_workspaces")},
                      {"1110", holds("workspaces.view")},
                      {"1010", holds("workspaces.manage")},
                      {"1000", holds("workspaces.open_all")},
                      {"1100", holds("subscription.manage")},
                      {"1000", holds("subscription.cancel")},
                      {"1000", holds("organization.delete")},
                  });
}

TEST(RespondioBlueprint, UserAdminsReachMembersAndTheWorkspacesOfEverybody) {
    const SharedBlueprint respondio = shipped("respondio");
    ASSERT_TRUE(respondio);
    for (const OrganizationRole& target : respondio->roles) {
        const std::string& id = target.id.value;
        const bool is_member = id == "member";
        EXPECT_EQ(reaches(*respondio, "user_admin", Reach::invite, id), is_member);
        EXPECT_EQ(reaches(*respondio, "user_admin", Reach::remove, id), is_member);
        EXPECT_FALSE(reaches(*respondio, "user_admin", Reach::assign_role, id));
        EXPECT_TRUE(reaches(*respondio, "user_admin", Reach::edit_workspaces, id));
        EXPECT_TRUE(reaches(*respondio, "organization_admin", Reach::assign_role, id));
        EXPECT_FALSE(reaches(*respondio, "billing_admin", Reach::remove, id));
    }
    const PermissionSet held = respondio->closure(respondio->role(RoleId{"user_admin"})->gives);
    EXPECT_TRUE(contains(held, respondio->closure(respondio->role(RoleId{"member"})->gives)));
    EXPECT_EQ(respondio->workspaces.most_per_invitation, 10U);
    EXPECT_TRUE(respondio->workspaces.for_pending);
    EXPECT_FALSE(respondio->members.self_removal);
}

TEST(EngagelabBlueprint, AdminIsTheOnlyRoleFromTheStartAndStaysAsItIs) {
    const SharedBlueprint engagelab = shipped("engagelab");
    ASSERT_TRUE(engagelab);
    ASSERT_EQ(engagelab->roles.size(), 1U);
    const OrganizationRole& admin = engagelab->roles[0];
    EXPECT_TRUE(engagelab->closure(admin.gives).all());
    EXPECT_TRUE(admin.offerable);
    EXPECT_FALSE(admin.renameable || admin.editable || admin.deletable || admin.copyable);
    EXPECT_TRUE(engagelab->custom_roles.offered);
    EXPECT_TRUE(engagelab->members.several_roles);
    EXPECT_TRUE(engagelab->members.suspension);
    EXPECT_TRUE(engagelab->presentation.advise_two_factor);
    EXPECT_THAT(labels_of(engagelab->presentation.list_columns),
                ElementsAre("Nom du compte", "ID du compte", "Statut du compte", "2FA",
                            "Dernier accès", "Date de création", "Opération"));
}

}  // namespace
}  // namespace muster
