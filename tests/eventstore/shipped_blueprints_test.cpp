// The blueprints that ship: all of them load, and their settings, columns and words are those of
// the products' pages. What their roles give, cell by cell, is in tests/conformance/.
#include "eventstore/form/blueprint_json.h"

#include "domain/proposed_blueprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace muster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

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

std::vector<std::string> labels_of(const std::vector<Column>& columns) {
    std::vector<std::string> labels;
    for (const Column& column : columns) labels.push_back(column.label);
    return labels;
}

std::vector<std::string> fields_of(const std::vector<Column>& columns) {
    std::vector<std::string> fields;
    for (const Column& column : columns) fields.push_back(column.field);
    return fields;
}

/// The words in braces of a text.
std::set<std::string> placeholders_of(const std::string& text) {
    std::set<std::string> found;
    for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
        found.insert(text.substr(open, text.find('}', open) - open + 1));
    }
    return found;
}

TEST(ShippedBlueprints, AllLoadUnderTheirOwnNames) {
    EXPECT_THAT(shipped_blueprints(), ElementsAre("conance", "engagelab", "mark", "open-source",
                                                  "respondio", "school", "universign"));
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

TEST(ShippedBlueprints, MailsNameTheOrganizationAndTheLinkAndNothingUnknown) {
    std::set<std::string> known;
    for (const std::string_view each : mail_placeholders) {
        known.insert("{" + std::string{each} + "}");
    }
    for (const std::string_view name : shipped_blueprints()) {
        const auto words = shipped(name)->presentation.mail_words;
        EXPECT_THAT(words.at("subject"), HasSubstr("{organization}")) << name;
        EXPECT_THAT(words.at("body"), HasSubstr("{organization}")) << name;
        EXPECT_THAT(words.at("body"), HasSubstr("{link}")) << name;
        for (const auto& [word, text] : words) {
            for (const std::string& placeholder : placeholders_of(text)) {
                EXPECT_TRUE(known.contains(placeholder)) << name << ' ' << placeholder;
            }
        }
    }
}

TEST(ShippedBlueprints, EveryStatusThatAMemberCanHaveHasAWord) {
    for (const std::string_view name : shipped_blueprints()) {
        const SharedBlueprint blueprint = shipped(name);
        const auto& words = blueprint->presentation.status_words;
        EXPECT_TRUE(words.contains("active")) << name;
        EXPECT_TRUE(words.contains("pending")) << name;
        EXPECT_EQ(words.contains("suspended"), blueprint->members.suspension) << name;
    }
}

TEST(ShippedBlueprints, FounderRolesMayDoEverythingToEverybody) {
    for (const std::string_view name : shipped_blueprints()) {
        const SharedBlueprint blueprint = shipped(name);
        const OrganizationRole& founder = *blueprint->role(blueprint->founder_role);
        for (const auto& [operation, permission] : blueprint->needs) {
            const PermissionSet needed = blueprint->closure(std::vector{permission});
            EXPECT_TRUE(contains(blueprint->closure(founder.gives), needed))
                << name << ' ' << name_of(operation);
        }
        for (const auto& [reach, selector] : founder.reach) {
            EXPECT_TRUE(selector.all) << name << ' ' << name_of(reach);
        }
        EXPECT_EQ(founder.reach.size(), reach_count) << name;
    }
}

TEST(ConanceBlueprint, CountsMembersByPlan) {
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
    EXPECT_TRUE(conance->custom_roles.offered);
    EXPECT_TRUE(conance->custom_roles.reach.at(Reach::assign_role).held);
    EXPECT_TRUE(conance->closure(conance->role(RoleId{"administrator"})->gives).all());
}

TEST(ConanceBlueprint, InvitesForSevenDaysAndShowsThePagesColumns) {
    const SharedBlueprint conance = shipped("conance");
    ASSERT_TRUE(conance);
    EXPECT_EQ(conance->joining.invitation_life, std::chrono::hours{7 * 24});
    EXPECT_FALSE(conance->joining.at_once_for_known_accounts);
    EXPECT_TRUE(conance->joining.invitation_reserves_licence);
    EXPECT_TRUE(conance->members.self_removal);
    EXPECT_TRUE(conance->members.confirm_removal);
    EXPECT_FALSE(conance->workspaces.offered);
    const Presentation& presentation = conance->presentation;
    EXPECT_THAT(labels_of(presentation.list_columns),
                ElementsAre("Nom", "Adresse email", "Rôle", "Statut", "Dernière connexion"));
    EXPECT_THAT(presentation.status_words,
                ElementsAre(Pair("active", "Actif"), Pair("pending", "En attente")));
    EXPECT_EQ(presentation.advise_protected_holders, 2U);
    EXPECT_EQ(presentation.advise_idle_days, 90U);
    EXPECT_EQ(presentation.advise_expiring_days, 2U);
    EXPECT_EQ(presentation.advise_wide_role_percent, 80U);
}

TEST(OpenSourceBlueprint, MaintainersLookAfterThePeopleOfTheirTeamAlone) {
    const SharedBlueprint rules = shipped("open-source");
    ASSERT_TRUE(rules);
    const OrganizationRole& member = *rules->role(RoleId{"member"});
    EXPECT_TRUE(rules->closure(rules->role(RoleId{"admin"})->gives).all());
    EXPECT_TRUE(member.reach.at(Reach::edit_workspaces).all);
    EXPECT_FALSE(member.reach.contains(Reach::remove));
    const auto assign = rules->closure(std::vector{rules->needs.at(Operation::assign_workspace)});
    const WorkspaceRole* maintainer = rules->workspace_role(RoleId{"maintainer"});
    const WorkspaceRole* in_team = rules->workspace_role(RoleId{"member"});
    ASSERT_TRUE(maintainer != nullptr && in_team != nullptr);
    EXPECT_FALSE(contains(rules->closure(member.gives), assign));
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

TEST(UniversignBlueprint, HasOneOwnerAndExportsThePagesColumns) {
    const SharedBlueprint universign = shipped("universign");
    ASSERT_TRUE(universign);
    for (const OrganizationRole& role : universign->roles) {
        const bool is_owner = role.id == RoleId{"owner"};
        EXPECT_EQ(role.single_holder, is_owner);
        EXPECT_EQ(role.is_protected, is_owner);
        EXPECT_EQ(role.offerable, !is_owner);
    }
    EXPECT_EQ(universign->role(RoleId{"owner"})->former_holder_becomes, RoleId{"administrator"});
    EXPECT_FALSE(universign->members.own_role_change);
    EXPECT_FALSE(universign->members.role_change_while_pending);
    EXPECT_EQ(universign->workspaces.word, "dossier");
    EXPECT_FALSE(universign->workspaces.in_invitation);
    const auto& columns = universign->presentation.csv_columns;
    EXPECT_THAT(labels_of(columns), ElementsAre("ID du membre", "nom complet", "adresse email",
                                                "rôle", "date d’entrée"));
    EXPECT_THAT(fields_of(columns), ElementsAre("id", "name", "address", "role", "since"));
}

TEST(MarkBlueprint, InvitesWithoutACompanyRoleAndLetsKnownAccountsJoinAtOnce) {
    const SharedBlueprint mark = shipped("mark");
    ASSERT_TRUE(mark);
    EXPECT_FALSE(mark->joining.invitation_names_role);
    EXPECT_EQ(mark->joining.newcomer_role, RoleId{"member"});
    EXPECT_TRUE(mark->joining.at_once_for_known_accounts);
    EXPECT_TRUE(mark->workspaces.in_invitation);
    EXPECT_EQ(mark->workspaces.most_per_invitation, 0U);
    EXPECT_EQ(mark->workspaces.creator_role, RoleId{"admin"});
    EXPECT_EQ(mark->members.last_holder, LastHolderGuard::operator_replaces);
}

TEST(RespondioBlueprint, AssignsTenWorkspacesAStepAndReplacesAddresses) {
    const SharedBlueprint respondio = shipped("respondio");
    ASSERT_TRUE(respondio);
    EXPECT_EQ(respondio->workspaces.most_per_invitation, 10U);
    EXPECT_TRUE(respondio->workspaces.for_pending);
    EXPECT_TRUE(respondio->workspaces.roles.empty());
    EXPECT_FALSE(respondio->members.self_removal);
    EXPECT_TRUE(respondio->members.address_replacement);
    EXPECT_TRUE(respondio->members.confirm_removal);
    EXPECT_EQ(respondio->presentation.advise_protected_holders, 2U);
    EXPECT_THAT(fields_of(respondio->presentation.list_columns),
                ElementsAre("avatar", "name", "role", "address", "last_access"));
    EXPECT_EQ(respondio->presentation.status_words.at("pending"), "En attente");
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
}

TEST(EngagelabBlueprint, PausesMembersWhoKeepTheirLicenceAndShowsThePagesColumns) {
    const SharedBlueprint engagelab = shipped("engagelab");
    ASSERT_TRUE(engagelab);
    EXPECT_TRUE(engagelab->members.several_roles);
    EXPECT_TRUE(engagelab->members.suspension);
    EXPECT_FALSE(engagelab->members.suspension_frees_licence);
    EXPECT_TRUE(engagelab->members.role_change_while_suspended);
    EXPECT_TRUE(engagelab->members.confirm_removal);
    const Presentation& presentation = engagelab->presentation;
    EXPECT_TRUE(presentation.advise_two_factor);
    EXPECT_THAT(labels_of(presentation.list_columns),
                ElementsAre("Nom du compte", "ID du compte", "Statut du compte", "2FA",
                            "Dernier accès", "Date de création", "Opération"));
    EXPECT_THAT(presentation.status_words,
                ElementsAre(Pair("active", "Activé"), Pair("pending", "En attente"),
                            Pair("suspended", "Désactivé")));
    for (const char* told : {"{name}", "{role}", "{details}"}) {
        EXPECT_THAT(presentation.mail_words.at("body"), HasSubstr(told));
    }
}

TEST(SchoolBlueprint, CountsPupilsByPlanAndHasClassesForWorkspaces) {
    const SharedBlueprint school = shipped("school");
    ASSERT_TRUE(school);
    const LicenceClassId pupil{"pupil"};
    for (const OrganizationRole& role : school->roles) {
        EXPECT_EQ(role.licences.empty(), role.id != RoleId{"pupil"}) << role.id.value;
    }
    EXPECT_EQ(school->plan(school->first_plan)->limits.at(pupil), 30U);
    EXPECT_EQ(school->workspaces.word, "class");
    EXPECT_EQ(school->joining.invitation_life, std::chrono::hours{14 * 24});
    EXPECT_FALSE(school->members.self_removal);
    EXPECT_TRUE(school->members.suspension);
    EXPECT_TRUE(school->members.several_roles);
    EXPECT_TRUE(school->custom_roles.offered);
}

}  // namespace
}  // namespace muster
