// The rules of Universign (U1 to U10) over the HTTP API of the real binary.
#include "api/text/timestamps.h"
#include "tests/program/scene.h"

#include <algorithm>

namespace muster::testing {
namespace {

namespace json = boost::json;

class Universign : public Scene {
 protected:
    Founded desk = found("universign", "owner");

    Client as(const std::string& person) const { return server->client_for(person); }
    std::string path_of(const std::string& person) const {
        return desk.path + "/members/" + person;
    }
    std::string role_of(const std::string& person) const {
        const json::value row = the_operator().get(path_of(person)).json();
        return std::string{row.at("roles").at(0).as_string()};
    }

    struct Holder {
        std::string role;
        std::string person;
        bool manages;  ///< is owner or administrator
    };
    /// One holder of each role, in the order of the page's columns.
    std::vector<Holder> one_of_each() const {
        std::vector<Holder> holders{{"owner", desk.founder, true}};
        for (const std::string role : {"administrator", "integrator", "contributor_plus",
                                       "contributor", "restricted_contributor", "reader"}) {
            holders.push_back({role, join(desk, role, role), role == "administrator"});
        }
        return holders;
    }
    /// Who has a permission, as the page prints a row: "1100000".
    std::string row_of(const std::vector<Holder>& holders, const std::string& permission,
                       const std::string& where = "") const {
        std::string cells;
        for (const Holder& holder : holders) {
            cells += check(desk, holder.person, permission, where) ? '1' : '0';
        }
        return cells;
    }
    /// Lets everybody into a folder.
    std::string folder_with(const std::vector<Holder>& holders, const std::string& name) const {
        const std::string where = workspace(desk, name);
        for (const Holder& holder : holders) {
            const std::string place = path_of(holder.person) + "/workspaces/" + where;
            EXPECT_EQ(as(desk.founder).put(place, json::object{}).status, 200) << holder.role;
        }
        return where;
    }
};

TEST_F(Universign, U1_OnlyTheOwnerAndAdministratorsManageMembers) {
    for (const Holder& holder : one_of_each()) {
        Client client = as(holder.person);
        const long look = client.get(desk.path + "/members").status;
        EXPECT_EQ(look, holder.manages ? 200 : 403) << holder.role;
        const Reply invited =
            client.post(desk.path + "/invitations",
                        {{"address", "by." + holder.role + "@example.org"}, {"role", "reader"}});
        EXPECT_EQ(invited.status, holder.manages ? 201 : 403) << holder.role;
        EXPECT_EQ(invited.code(), holder.manages ? "" : "not_allowed") << holder.role;
    }
    restart();
    EXPECT_EQ(members(desk, "?status=pending").size(), 2U);
    EXPECT_EQ(audit(desk, "?kind=InvitationIssued").size(), 8U) << "six joined by one";
    EXPECT_EQ(audit(desk, "?kind=InviteMember&outcome=refused").size(), 5U);
}

TEST_F(Universign, U2_InvitedByAddressAndRoleAndActiveOnceTheInvitationIsAccepted) {
    Client owner = as(desk.founder);
    const std::string invitations = desk.path + "/invitations";
    EXPECT_EQ(owner.post(invitations, {{"address", "bo@example.org"}}).code(), "role_missing");
    EXPECT_EQ(owner.post(invitations, {{"role", "reader"}}).status, 400);
    EXPECT_TRUE(members(desk, "?status=pending").empty());
    const std::string bo = invite(desk, "bo", "contributor");
    EXPECT_EQ(owner.get(path_of(bo)).text("status"), "pending");
    EXPECT_FALSE(check(desk, bo, "templates.view_published"));
    EXPECT_EQ(as(bo).get(desk.path).status, 404);
    restart();
    Client nobody{server->port(), ""};
    const Reply accepted =
        nobody.post("/v1/invitations/" + token_to("bo") + "/accept", {{"name", "Bo"}});
    EXPECT_EQ(accepted.status, 200) << accepted.body;
    EXPECT_TRUE(check(desk, bo, "templates.view_published"));
    restart();
    EXPECT_EQ(the_operator().get(path_of(bo)).text("status"), "active");
    EXPECT_EQ(role_of(bo), "contributor");
    EXPECT_EQ(audit(desk, "?kind=InvitationAccepted").size(), 1U);
}

TEST_F(Universign, U3_SevenRolesWithThePrintedMatrix) {
    const auto holders = one_of_each();
    const json::value roles = as(desk.founder).get(desk.path + "/roles").json();
    EXPECT_EQ(roles.at("roles").as_array().size(), 7U);
    // The rows without "uniquement"; those are U9 and U10.
    const std::vector<std::pair<std::string, std::string>> matrix{
        {"workspace.transfer_ownership", "1000000"},
        {"workspace.manage", "1100000"},
        {"authentication.manage", "1110000"},
        {"developer.menu", "1110000"},
        {"contacts.export", "1100000"},
        {"contacts.import_shared", "1100000"},
        {"transactions.write", "1100000"},
        {"templates.write", "1101000"},
        {"templates.view", "1101000"},
        {"transactions.create_from_template", "1111110"},
    };
    for (int restarts = 0; restarts < 2; ++restarts) {
        for (const auto& [permission, cells] : matrix) {
            EXPECT_EQ(row_of(holders, permission), cells) << permission;
        }
        if (restarts == 0) restart();
    }
}

TEST_F(Universign, U3_OurReadingTheSecondRowIsFiveRightsOfWhichTheIntegratorHasOne) {
    const auto holders = one_of_each();
    for (const char* right : {"members", "folders", "preferences", "entities"}) {
        EXPECT_EQ(row_of(holders, std::string{right} + ".manage"), "1100000") << right;
    }
    EXPECT_EQ(row_of(holders, "authentication.manage"), "1110000");
    for (const Holder& holder : holders) {
        const Reply made =
            as(holder.person).post(desk.path + "/workspaces", {{"name", "Of the " + holder.role}});
        EXPECT_EQ(made.status, holder.manages ? 201 : 403) << holder.role;
        const Reply renamed = as(holder.person).patch(desk.path, {{"name", holder.role}});
        EXPECT_EQ(renamed.status, holder.manages ? 200 : 403) << holder.role;
    }
    EXPECT_EQ(as(desk.founder).get(desk.path).text("name"), "administrator");
}

TEST_F(Universign, U4_OnlyTheOwnerTransfersTheOwnershipToAnotherActiveMember) {
    const auto holders = one_of_each();
    const std::string pending = invite(desk, "pending", "reader");
    const std::string stranger = person("stranger");
    const std::string transfer = desk.path + "/ownership-transfer";
    const std::string reader = holders.back().person;
    for (const Holder& holder : holders) {
        if (holder.role == "owner") continue;
        const Reply refused = as(holder.person).post(transfer, {{"to", reader}});
        EXPECT_EQ(refused.status, 403) << holder.role;
        EXPECT_EQ(refused.code(), "not_allowed") << holder.role;
    }
    Client owner = as(desk.founder);
    EXPECT_EQ(owner.post(transfer, {{"to", pending}}).code(), "member_pending");
    EXPECT_EQ(owner.post(transfer, {{"to", stranger}}).code(), "member_not_found");
    const Reply look = owner.post(transfer + "?dry_run=true", {{"to", reader}});
    EXPECT_EQ(look.json().at("consequences").as_array().size(), 2U) << look.body;
    EXPECT_EQ(role_of(desk.founder), "owner");
    EXPECT_EQ(audit(desk, "?kind=TransferOwnership&outcome=accepted").size(), 0U);

    EXPECT_EQ(owner.post(transfer, {{"to", reader}}).status, 200);
    restart();
    EXPECT_EQ(members(desk, "?role=owner").size(), 1U);
    EXPECT_EQ(role_of(reader), "owner");
    EXPECT_EQ(role_of(desk.founder), "administrator");
    EXPECT_EQ(as(desk.founder).post(transfer, {{"to", desk.founder}}).code(), "not_allowed");
    const auto trail = audit(desk, "?kind=TransferOwnership&outcome=accepted");
    ASSERT_EQ(trail.size(), 1U);
    EXPECT_EQ(events_of(trail[0]), "MemberRolesChanged MemberRolesChanged") << "in one commit";
}

TEST_F(Universign, U4_OurReadingThereIsExactlyOneOwner) {
    const std::string admin = join(desk, "admin", "administrator");
    Client owner = as(desk.founder);
    const Reply invited =
        owner.post(desk.path + "/invitations", {{"address", "bo@example.org"}, {"role", "owner"}});
    EXPECT_EQ(invited.status, 422);
    EXPECT_EQ(invited.code(), "role_not_offerable");
    EXPECT_EQ(owner.put(path_of(admin) + "/roles", {{"role", "owner"}}).status, 422);
    const std::string roles = path_of(desk.founder) + "/roles";
    EXPECT_EQ(as(admin).put(roles, {{"role", "reader"}}).code(), "target_out_of_reach");
    EXPECT_EQ(as(admin).remove(path_of(desk.founder)).code(), "target_out_of_reach");
    EXPECT_EQ(owner.remove(path_of(desk.founder)).code(), "self_removal_not_allowed");
    EXPECT_EQ(the_operator().remove(path_of(desk.founder)).code(), "last_protected_holder");
    EXPECT_EQ(the_operator().put(roles, {{"role", "reader"}}).status, 409);
    restart();
    ASSERT_EQ(members(desk, "?role=owner").size(), 1U);
    EXPECT_EQ(role_of(desk.founder), "owner");
    EXPECT_EQ(role_of(admin), "administrator");
}

TEST_F(Universign, U5_OnlyTheOwnerAndAdministratorsChangeAnotherMembersRole) {
    const auto holders = one_of_each();
    const std::string target = join(desk, "target", "reader");
    for (const Holder& holder : holders) {
        const std::string next = holder.role == "owner" ? "contributor" : "integrator";
        const std::string before = role_of(target);
        const Reply changed = as(holder.person).put(path_of(target) + "/roles", {{"role", next}});
        EXPECT_EQ(changed.status, holder.manages ? 200 : 403) << holder.role;
        EXPECT_EQ(changed.code(), holder.manages ? "" : "not_allowed") << holder.role;
        EXPECT_EQ(role_of(target), holder.manages ? next : before) << holder.role;
    }
    const std::string admin = holders[1].person;
    const Reply own = as(admin).put(path_of(admin) + "/roles", {{"role", "reader"}});
    EXPECT_EQ(own.code(), "own_role_change_not_allowed") << "another member's";
    restart();
    EXPECT_EQ(role_of(target), "integrator");
    EXPECT_EQ(role_of(admin), "administrator");
    EXPECT_EQ(audit(desk, "?kind=MemberRolesChanged").size(), 2U);
}

TEST_F(Universign, U6_OnlyAnActiveMembersRoleCanBeChanged) {
    const std::string bo = invite(desk, "bo", "reader");
    const std::string roles = path_of(bo) + "/roles";
    const Reply refused = as(desk.founder).put(roles, {{"role", "contributor"}});
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.code(), "member_pending");
    EXPECT_EQ(the_operator().put(roles, {{"role", "contributor"}}).code(), "member_pending");
    EXPECT_EQ(role_of(bo), "reader");
    restart();
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.post("/v1/invitations/" + token_to("bo") + "/accept", {{"name", "Bo"}}).status,
              200);
    EXPECT_EQ(role_of(bo), "reader");
    EXPECT_EQ(as(desk.founder).put(roles, {{"role", "contributor"}}).status, 200);
    EXPECT_EQ(role_of(bo), "contributor");
    EXPECT_EQ(audit(desk, "?kind=ChangeRole&outcome=refused").size(), 2U);
}

TEST_F(Universign, U7_OnlyTheOwnerAndAdministratorsRemoveMembers) {
    const auto holders = one_of_each();
    const std::string by_admin = join(desk, "by.admin", "reader");
    const std::string by_owner = join(desk, "by.owner", "administrator");
    for (const Holder& holder : holders) {
        if (holder.manages) continue;
        const Reply refused = as(holder.person).remove(path_of(by_admin));
        EXPECT_EQ(refused.status, 403) << holder.role;
        EXPECT_EQ(refused.code(), "not_allowed") << holder.role;
        // Our reading: to leave is to be removed, so nobody else does that either.
        const Reply left = as(holder.person).remove(path_of(holder.person));
        EXPECT_EQ(left.code(), "self_removal_not_allowed") << holder.role;
    }
    EXPECT_EQ(members(desk).size(), 9U);
    EXPECT_EQ(as(holders[1].person).remove(path_of(by_admin) + "?confirmed=true").status, 200);
    EXPECT_EQ(as(desk.founder).remove(path_of(by_owner) + "?confirmed=true").status, 200);
    EXPECT_EQ(as(by_owner).get(desk.path).code(), "organization_not_found");
    restart();
    EXPECT_EQ(members(desk).size(), 7U);
    EXPECT_FALSE(check(desk, by_owner, "workspace.manage"));
    EXPECT_EQ(audit(desk, "?kind=MemberRemoved").size(), 2U);
    EXPECT_EQ(audit(desk, "?kind=RemoveMember&outcome=refused").size(), 10U);
}

TEST_F(Universign, U8_TheListExportsAsCsvWithFiveColumnsInThisOrder) {
    const json::object jean{
        {"address", "jean@example.org"}, {"role", "reader"}, {"name", "Dupont, \"Jean\""}};
    const json::object sum{
        {"address", "sum@example.org"}, {"role", "contributor_plus"}, {"name", "=SUM(A1:A9)"}};
    for (const json::object& row : {jean, sum}) {
        EXPECT_EQ(as(desk.founder).post(desk.path + "/invitations", row).status, 201);
    }
    restart();
    const Reply csv = as(desk.founder).get(desk.path + "/members.csv");
    EXPECT_EQ(csv.status, 200);
    EXPECT_EQ(csv.headers.at("content-type"), "text/csv; charset=utf-8; header=present");
    EXPECT_TRUE(csv.headers.at("content-disposition").starts_with("attachment"));
    EXPECT_TRUE(
        csv.body.starts_with("ID du membre,nom complet,adresse email,rôle,date d’entrée\r\n"))
        << csv.body;
    const Reply row = the_operator().get(path_of(desk.founder));
    const auto has = [&](const std::string& line) {
        return csv.body.find(line + "\r\n") != std::string::npos;
    };
    EXPECT_TRUE(
        has(desk.founder + ",owner,owner@example.org,Propriétaire," + row.text("joined_at")))
        << csv.body;
    EXPECT_TRUE(has(",\"Dupont, \"\"Jean\"\"\",jean@example.org,Lecteur,")) << csv.body;
    EXPECT_TRUE(has(",'=SUM(A1:A9),sum@example.org,Contributeur+,")) << "no formula: " << csv.body;
    EXPECT_EQ(std::ranges::count(csv.body, '\n'), 4);
}

// "Vous" of the page is read as those who manage members.
TEST_F(Universign, U8_OurReadingOnlyTheOwnerAndAdministratorsExportTheList) {
    for (const Holder& holder : one_of_each()) {
        const Reply csv = as(holder.person).get(desk.path + "/members.csv");
        EXPECT_EQ(csv.status, holder.manages ? 200 : 403) << holder.role;
        EXPECT_EQ(csv.code(), holder.manages ? "" : "not_allowed") << holder.role;
    }
}

TEST_F(Universign, U9_ARightReachesEveryFolderOrOnlyThePermittedOnes) {
    const auto holders = one_of_each();
    const std::string permitted = folder_with(holders, "Contrats");
    const std::string other = workspace(desk, "Ressources humaines");
    restart();
    EXPECT_EQ(row_of(holders, "transactions.write", permitted), "1100000");
    // "Only" narrows: who writes everywhere writes in a permitted folder too.
    EXPECT_EQ(row_of(holders, "transactions.write_in_folders", permitted), "1111100");
    EXPECT_EQ(row_of(holders, "transactions.write_in_folders", other), "1100000");
    // Our reading: whoever may write transactions sees them, in the same reach.
    EXPECT_EQ(row_of(holders, "transactions.view_in_folders", permitted), "1111101");
    EXPECT_EQ(row_of(holders, "transactions.view_in_folders", other), "1100000");
    EXPECT_EQ(row_of(holders, "folders.view_permitted", permitted), "1100001");
    EXPECT_EQ(row_of(holders, "folders.view_permitted", other), "1100000");
    // Our reading: a template's transaction goes where its maker may go.
    EXPECT_EQ(row_of(holders, "transactions.create_from_template", permitted), "1111110");
    EXPECT_EQ(row_of(holders, "transactions.create_from_template", other), "1100000");
}

TEST_F(Universign, U9_FoldersArePermittedAndClosedByTheOwnerAndAdministrators) {
    const auto holders = one_of_each();
    const std::string where = workspace(desk, "Contrats");
    const std::string contributor = holders[4].person;
    const std::string place = path_of(contributor) + "/workspaces/" + where;
    for (const Holder& holder : holders) {
        const Reply put = as(holder.person).put(place, json::object{});
        EXPECT_EQ(put.status, holder.manages ? 200 : 403) << holder.role;
    }
    restart();
    EXPECT_TRUE(check(desk, contributor, "transactions.write_in_folders", where));
    EXPECT_EQ(as(contributor).remove(place).code(), "not_allowed");
    EXPECT_EQ(as(desk.founder).remove(place).status, 200);
    EXPECT_FALSE(check(desk, contributor, "transactions.write_in_folders", where));
    EXPECT_EQ(as(desk.founder).put(place, {{"role", "reader"}}).code(),
              "workspace_role_not_offered");
    EXPECT_EQ(audit(desk, "?kind=WorkspaceRoleAssigned").size(), 1U);
    EXPECT_EQ(audit(desk, "?kind=WorkspaceRoleWithdrawn").size(), 1U);
}

TEST_F(Universign, U10_ARightOverTemplatesCoversAllOrPublishedOnesApartFromFolders) {
    const auto holders = one_of_each();
    const std::string permitted = folder_with(holders, "Contrats");
    const std::string other = workspace(desk, "Ressources humaines");
    restart();
    for (const std::string& where : {std::string{}, permitted, other}) {
        EXPECT_EQ(row_of(holders, "templates.view", where), "1101000") << where;
        // "Only" narrows here too: who sees all sees the published ones.
        EXPECT_EQ(row_of(holders, "templates.view_published", where), "1111110") << where;
    }
    // The reader's templates are those of permitted folders, published or not in the page's words.
    EXPECT_EQ(row_of(holders, "templates.view_in_folders", permitted), "1101001");
    EXPECT_EQ(row_of(holders, "templates.view_in_folders", other), "1101000");
}

}  // namespace
}  // namespace muster::testing
