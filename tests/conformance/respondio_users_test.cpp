// The rules of Respond.io about adding, changing and removing users (R9 to R15), over the HTTP API
// of the real binary: who may do what to whom, and a member's new address.
#include "tests/conformance/respondio.h"

namespace muster::testing {
namespace {

TEST_F(Respondio, R9_AUserIsAddedWithAnAddressAndARoleAndTenWorkspacesInTheSameStep) {
    const auto workspaces = made_workspaces(11);
    const std::vector<std::string> ten(workspaces.begin(), workspaces.begin() + 10);
    object bo{{"address", "bo@example.org"}};
    EXPECT_EQ(ada().post(acme.path + "/invitations", bo).code(), "role_missing");
    bo["role"] = "member";
    bo["workspaces"] = places_in(workspaces);
    const Reply eleven = ada().post(acme.path + "/invitations", bo);
    EXPECT_EQ(eleven.status, 409);
    EXPECT_EQ(eleven.code(), "too_many_workspaces");
    EXPECT_EQ(members(acme).size(), 1U) << "nobody was added";
    bo["workspaces"] = places_in(ten);
    const Reply added = ada().post(acme.path + "/invitations", bo);
    ASSERT_EQ(added.status, 201) << added.body;
    sign_up("bo");
    restart();
    EXPECT_EQ(workspaces_of(std::string{added.json().at("rows").at(0).at("person").as_string()}),
              10U);
}

TEST_F(Respondio, R9_InTheStepAfterAPendingUserGetsUpToTenAndMoreFromTheWorkspacesSide) {
    const auto workspaces = made_workspaces(11);
    const std::vector<std::string> ten(workspaces.begin(), workspaces.begin() + 10);
    const std::string bo = invite(acme, "bo", "member");
    const std::string cy = invite(acme, "cy", "member");
    EXPECT_EQ(workspaces_of(bo), 0U) << "the step may be skipped";
    const std::string step = path_of(bo) + "/workspaces";
    const Reply eleven = ada().post(step, {{"workspaces", places_in(workspaces)}});
    EXPECT_EQ(eleven.status, 409);
    EXPECT_EQ(eleven.code(), "too_many_workspaces");
    EXPECT_EQ(workspaces_of(bo), 0U) << "all or none";
    EXPECT_EQ(ada().post(step, {{"workspaces", places_in(ten)}}).status, 200);
    EXPECT_EQ(audit(acme, "?kind=AssignWorkspaces&outcome=accepted").size(), 1U) << "one act";
    const std::string last = acme.path + "/workspaces/" + workspaces[10];
    const Reply in_all = ada().post(step, {{"workspaces", places_in({workspaces[10]})}});
    EXPECT_EQ(in_all.code(), "too_many_workspaces") << "nor by another step";
    EXPECT_EQ(ada().put(step + "/" + workspaces[10], object{}).code(), "too_many_workspaces");
    EXPECT_EQ(ada().put(last + "/members/" + bo, object{}).status, 200);
    restart();
    EXPECT_EQ(row(bo).at("status"), "pending");
    EXPECT_EQ(workspaces_of(bo), 11U);
    sign_up("bo");
    sign_up("cy");
    EXPECT_EQ(workspaces_of(bo), 11U);
    EXPECT_EQ(ada().post(path_of(cy) + "/workspaces", {{"workspaces", places_in(ten)}}).status, 200)
        << "later";
    EXPECT_EQ(ada().get(last).json().at("members").as_array().size(), 1U);
    EXPECT_EQ(ada().remove(last + "/members/" + bo).status, 200);
    EXPECT_EQ(workspaces_of(bo), 10U);
}

TEST_F(Respondio, R10_R4_WhoAddsAndRemovesWhom) {
    const auto actors = one_of_each();
    for (const std::string& role : the_roles) {
        const std::string cells = role == "member" ? "+n+n" : "+nrn";
        expect_cells("add " + role, cells, actors, [&](Client& client, const std::string& query) {
            return client.post(acme.path + "/invitations" + query, user("newcomer", role));
        });
        const std::string target = join(acme, "another-" + role, role);
        expect_cells("remove " + role, cells, actors,
                     [&](Client& client, const std::string& query) {
                         return client.remove(path_of(target) + query);
                     });
    }
}

TEST_F(Respondio, R10_R4_WhoChangesWhoseRoleAndWorkspaces) {
    const auto actors = one_of_each();
    const std::string sales = workspace(acme, "Sales");
    for (const std::string& role : the_roles) {
        const std::string target = join(acme, "another-" + role, role);
        const std::string other = role == "member" ? "billing_admin" : "member";
        expect_cells("change the role of " + role, "+nnn", actors,
                     [&](Client& client, const std::string& query) {
                         return client.put(path_of(target) + "/roles" + query, {{"role", other}});
                     });
        expect_cells("change the workspaces of " + role, "+n+n", actors,
                     [&](Client& client, const std::string& query) {
                         return client.put(path_of(target) + "/workspaces/" + sales + query,
                                           object{});
                     });
    }
}

TEST_F(Respondio, R11_NobodyRemovesThemselvesButAnotherAuthorisedUserDoes) {
    const auto users = one_of_each();
    const std::string another = join(acme, "another", "organization_admin");
    const std::string before = version();
    for (const std::string& user : users) {
        const Reply reply = server->client_for(user).remove(path_of(user) + "?confirmed=true");
        EXPECT_EQ(reply.status, 403);
        EXPECT_EQ(reply.code(), "self_removal_not_allowed");
    }
    EXPECT_EQ(version(), before);
    for (const std::string& user : users) {
        EXPECT_EQ(server->client_for(another).remove(path_of(user) + "?confirmed=true").status,
                  200);
    }
    restart();
    EXPECT_EQ(members(acme).size(), 1U);
    EXPECT_EQ(audit(acme, "?kind=MemberRemoved").size(), users.size());
    EXPECT_EQ(audit(acme, "?kind=RemoveMember&outcome=refused").size(), users.size());
}

TEST_F(Respondio, R12_RemovalIsConfirmedAfterALookAtItsDetailsAndEndsEveryAccess) {
    const auto workspaces = made_workspaces(2);
    const std::string bo = join(acme, "bo", "member");
    const std::string step = path_of(bo) + "/workspaces";
    EXPECT_EQ(ada().post(step, {{"workspaces", places_in(workspaces)}}).status, 200);
    const Reply look = ada().remove(path_of(bo) + "?dry_run=true");
    ASSERT_EQ(look.status, 200) << look.body;
    const auto consequence = look.json().at("consequences").at(0);
    EXPECT_EQ(consequence.at("event"), "MemberRemoved");
    EXPECT_EQ(consequence.at("person"), bo.c_str());
    EXPECT_EQ(consequence.at("workspaces").as_array().size(), 2U);
    EXPECT_TRUE(check(acme, bo, "workspaces.open", workspaces[0])) << "asking changed nothing";
    ASSERT_EQ(ada().remove(path_of(bo) + "?confirmed=true").status, 200);
    restart();
    for (const std::string& each : workspaces) {
        EXPECT_FALSE(check(acme, bo, "workspaces.open", each));
        const Reply shown = ada().get(acme.path + "/workspaces/" + each);
        EXPECT_TRUE(shown.json().at("members").as_array().empty());
    }
    EXPECT_EQ(row(bo).at("status"), "former");
}

TEST_F(Respondio, R12_InOurFormContactsAreUnassignedByAnEventOfThePersonAndTheWorkspaces) {
    const auto workspaces = made_workspaces(2);
    const std::string bo = join(acme, "bo", "member");
    const std::string step = path_of(bo) + "/workspaces";
    EXPECT_EQ(ada().post(step, {{"workspaces", places_in(workspaces)}}).status, 200);
    EXPECT_EQ(ada().remove(path_of(bo) + "?confirmed=true").status, 200);
    restart();
    const auto removals = audit(acme, "?kind=MemberRemoved");
    ASSERT_EQ(removals.size(), 1U);
    const auto event = removals[0].at("events").at(0);
    EXPECT_EQ(event.at("person"), bo.c_str());
    ASSERT_EQ(event.at("workspaces").as_array().size(), 2U);
    for (const std::string& each : workspaces) {
        EXPECT_NE(boost::json::serialize(event.at("workspaces")).find(each), std::string::npos);
    }
}

TEST_F(Respondio, R13_ANewAddressIsANewUserWithTheSameAccessAndARemovalOfTheOldOne) {
    const auto workspaces = made_workspaces(2);
    object user{{"address", "bo@example.org"},
                {"role", "user_admin"},
                {"workspaces", places_in(workspaces)}};
    const Reply old = ada().post(acme.path + "/invitations", user);
    sign_up("bo");
    const std::string bo{old.json().at("rows").at(0).at("person").as_string()};
    user["address"] = "robert@example.org";
    const Reply added = ada().post(acme.path + "/invitations", user);
    sign_up("robert");
    const std::string robert{added.json().at("rows").at(0).at("person").as_string()};
    EXPECT_EQ(row(robert).at("roles"), row(bo).at("roles"));
    EXPECT_EQ(row(robert).at("workspaces"), row(bo).at("workspaces"));
    EXPECT_EQ(row(bo).at("status"), "active") << "until the separate act";
    EXPECT_EQ(ada().remove(path_of(bo) + "?confirmed=true").status, 200);
    restart();
    EXPECT_EQ(row(bo).at("status"), "former");
    EXPECT_EQ(workspaces_of(robert), 2U);
}

/// Respond.io sold by the seat, with as many seats as it has users.
class RespondioBySeat : public Respondio {
 protected:
    std::string ledger() const {
        const auto plan = the_operator().get(acme.path + "/plan").json();
        const auto& seats = plan.at("licences").at("user");
        return boost::json::serialize(seats.at("reserved")) + " reserved, " +
               boost::json::serialize(seats.at("used")) + " used";
    }

    void SetUp() override {
        auto blueprint = the_operator().get("/v1/blueprints/respondio").json();
        auto& rules = blueprint.as_object();
        rules["licence_classes"] = array{object{{"id", "user"}, {"name", "User"}}};
        rules["plans"].at(0).as_object()["limits"] = object{{"user", 2}};
        for (auto& role : rules["roles"].as_array()) {
            role.as_object()["licences"] = array{"user"};
        }
        const Reply founded = the_operator().post(
            "/v1/organizations", {{"name", "Acme by seat"},
                                  {"blueprint", blueprint},
                                  {"founder", {{"address", "ada@example.org"}, {"name", "ada"}}}});
        ASSERT_EQ(founded.status, 201) << founded.body;
        acme.id = founded.text("organization");
        acme.path = "/v1/organizations/" + acme.id;
    }
};

TEST_F(RespondioBySeat, R13_InOurAdditionOneStepKeepsTheOldAccessUntilTheNewAddressAccepts) {
    const std::string sales = workspace(acme, "Sales");
    const std::string bo = join(acme, "bo", "user_admin");
    EXPECT_EQ(ada().put(path_of(bo) + "/workspaces/" + sales, object{}).status, 200);
    EXPECT_EQ(ledger(), "0 reserved, 2 used");
    EXPECT_EQ(ada().post(acme.path + "/invitations", user("cy", "member")).code(),
              "seat_limit_reached");
    const Reply asked =
        ada().post(path_of(bo) + "/replace-address", {{"address", "robert@example.org"}});
    ASSERT_EQ(asked.status, 201) << asked.body;
    const std::string robert = asked.text("person");
    EXPECT_EQ(row(robert).at("invitation"), asked.text("invitation").c_str());
    EXPECT_EQ(row(robert).at("replaces"), bo.c_str());
    EXPECT_EQ(ledger(), "0 reserved, 2 used") << "no second seat";
    restart();
    EXPECT_EQ(server->client_for(bo).get(acme.path + "/members").status, 200) << "still at work";
    EXPECT_FALSE(check(acme, robert, "workspaces.open", sales));

    sign_up("robert");
    restart();
    EXPECT_EQ(server->client_for(bo).get(acme.path + "/members").code(), "organization_not_found");
    EXPECT_EQ(server->client_for(robert).get(acme.path + "/members").status, 200);
    EXPECT_EQ(role_of(robert), "user_admin");
    EXPECT_TRUE(check(acme, robert, "workspaces.open", sales));
    EXPECT_EQ(row(bo).at("status"), "former");
    EXPECT_EQ(ledger(), "0 reserved, 2 used");
    const auto commits = audit(acme, "?kind=MemberRemoved");
    ASSERT_EQ(commits.size(), 1U);
    EXPECT_EQ(events_of(commits[0]),
              "PersonRegistered InvitationAccepted MemberRemoved MemberJoined")
        << "one commit";
}

TEST_F(Respondio, R13_InOurAdditionWhoMayAddAndRemoveAUserMayReplaceTheirAddress) {
    const auto actors = one_of_each();
    for (const std::string& role : the_roles) {
        const std::string target = join(acme, "another-" + role, role);
        const std::string cells = role == "member" ? "+n+n" : "+nrn";
        expect_cells("replace the address of " + role, cells, actors,
                     [&](Client& client, const std::string& query) {
                         return client.post(path_of(target) + "/replace-address" + query,
                                            {{"address", "new@example.org"}});
                     });
    }
    const Reply own =
        ada().post(path_of(acme.founder) + "/replace-address", {{"address", "new@example.org"}});
    EXPECT_EQ(own.status, 403);
    EXPECT_EQ(own.code(), "self_removal_not_allowed");
}

TEST_F(Respondio, R14_OnlyTheThreeKindsOfAdminReachTheUserSettings) {
    const auto actors = one_of_each();
    const std::string sales = "/workspaces/" + workspace(acme, "Sales");
    for (const std::string& read : {std::string{"/members"}, std::string{"/invitations"}, sales})
        for (std::size_t at = 0; at < the_roles.size(); ++at) {
            const Reply reply = server->client_for(actors[at]).get(acme.path + read);
            EXPECT_EQ(reply.status, the_roles[at] == "member" ? 403 : 200)
                << read << " by " << the_roles[at];
        }
    const Reply own = server->client_for(actors.back()).get(acme.path + "/workspaces");
    EXPECT_TRUE(own.json().at("workspaces").as_array().empty()) << "R5: those they are in";
}

TEST_F(Respondio, R15_SubmittingSendsAMailAndItsLinkOpensTheWorkspace) {
    const std::string sales = workspace(acme, "Sales");
    object bo_there = user("bo", "member");
    bo_there["workspaces"] = places_in({sales});
    const Reply submitted = ada().post(acme.path + "/invitations", bo_there);
    ASSERT_EQ(submitted.status, 201) << submitted.body;
    const std::string bo{submitted.json().at("rows").at(0).at("person").as_string()};
    EXPECT_FALSE(check(acme, bo, "workspaces.open", sales)) << "not before the link is followed";
    EXPECT_EQ(server->client_for(bo).get(path_of(bo)).code(), "organization_not_found");
    restart();
    const std::string link = "/v1/invitations/" + token_to("bo");
    EXPECT_EQ((Client{server->port(), ""}.post(link + "/accept", {{"name", "Bo"}}).status), 200);
    restart();
    EXPECT_TRUE(check(acme, bo, "workspaces.open", sales));
    EXPECT_EQ(audit(acme, "?kind=InvitationAccepted&subject=" + bo).size(), 1U);
}

}  // namespace
}  // namespace muster::testing
