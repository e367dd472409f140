// A sixth product, which no page describes: a school's year over the HTTP API of the real binary.
// And a seventh, made up here. Both are data alone.
#include "domain/blueprint.h"
#include "tests/program/scene.h"

#include <algorithm>
#include <set>

namespace muster::testing {
namespace {

namespace json = boost::json;

class School : public Scene {
 protected:
    Founded school = found("school", "head");

    Client as(const std::string& person) const { return server->client_for(person); }
    std::string path_of(const std::string& person) const {
        return school.path + "/members/" + person;
    }
    json::object row_of(const std::string& person) const {
        return the_operator().get(path_of(person)).json().as_object();
    }

    /// A row of an invitation: somebody with a place in a class.
    static json::object row(const std::string& name, const std::string& role,
                            const std::string& class_id, const std::string& place) {
        return {
            {"address", name + "@example.org"},
            {"role", role},
            {"name", name},
            {"workspaces", json::array{json::object{{"workspace", class_id}, {"role", place}}}}};
    }
    /// Invites somebody, who accepts by the link of the mail; the person's id.
    std::string enrol(const json::object& somebody) const {
        const Reply invited = as(school.founder).post(school.path + "/invitations", somebody);
        EXPECT_EQ(invited.status, 201) << invited.body;
        const json::value answer = invited.json();
        const std::string invitation{answer.at("rows").at(0).at("invitation").as_string()};
        Client nobody{server->port(), ""};
        const json::object name{{"name", somebody.at("name")}};
        const Reply accepted =
            nobody.post("/v1/invitations/" + token_of(invitation) + "/accept", name);
        EXPECT_EQ(accepted.status, 200) << accepted.body;
        return std::string{answer.at("rows").at(0).at("person").as_string()};
    }
    json::value pupil_places() const {
        return the_operator().get(school.path + "/plan").json().at("licences").at("pupil");
    }
    static std::vector<std::string> outcomes(const Reply& reply) {
        std::vector<std::string> list;
        const json::value answer = reply.json();
        for (const json::value& verdict : answer.at("rows").as_array()) {
            const json::object& object = verdict.as_object();
            const char* shown = object.contains("code") ? "code" : "outcome";
            list.emplace_back(object.at(shown).as_string());
        }
        return list;
    }
};

TEST_F(School, TheHeadFoundsItAndTheOfficeRunsItsDays) {
    const std::string otto = join(school, "otto", "office");
    restart();
    Client office = as(otto);
    EXPECT_EQ(office.get(school.path + "/plan").text("plan"), "one_class");
    EXPECT_EQ(office.patch(school.path, {{"name", "Otto's"}}).code(), "not_allowed");
    EXPECT_EQ(office.post(school.path + "/roles", {{"name", "Nurse"}}).code(), "not_allowed");
    EXPECT_EQ(office.get(school.path + "/audit").code(), "not_allowed");
    const auto offer = [&](const char* role) {
        const std::string address = std::string{role} + "@example.org";
        return office.post(school.path + "/invitations", {{"address", address}, {"role", role}});
    };
    EXPECT_EQ(offer("office").code(), "target_out_of_reach");
    EXPECT_EQ(offer("teacher").status, 201);
    EXPECT_EQ(offer("guardian").status, 201);
    EXPECT_EQ(office.remove(path_of(school.founder)).code(), "target_out_of_reach");
    EXPECT_EQ(as(school.founder).remove(path_of(school.founder)).code(),
              "self_removal_not_allowed");
    EXPECT_EQ(as(school.founder).patch(school.path, {{"name", "Hill School"}}).status, 200);
    EXPECT_EQ(office.get(school.path).text("name"), "Hill School");
    EXPECT_EQ(audit(school, "?kind=OrganizationRenamed").size(), 1U);
}

TEST_F(School, NobodyIsStrandedWhenWhoInvitedThemLeavesAndSomebodyElseSendsTheLinkAgain) {
    const std::string otto = join(school, "otto", "office");
    const json::object teacher{
        {"address", "tess@example.org"}, {"role", "teacher"}, {"name", "Tess"}};
    const Reply invited = as(otto).post(school.path + "/invitations", teacher);
    ASSERT_EQ(invited.status, 201) << invited.body;
    const json::value answer = invited.json();
    const std::string invitation{answer.at("rows").at(0).at("invitation").as_string()};
    const std::string tess{answer.at("rows").at(0).at("person").as_string()};
    const std::string first = "/v1/invitations/" + token_of(invitation);
    EXPECT_EQ(row_of(tess).at("inviter").at("person"), json::value(otto));
    ASSERT_EQ(as(school.founder).remove(path_of(otto) + "?confirmed=true").status, 200);
    restart();
    Client nobody{server->port(), ""};
    const json::object name{{"name", "Tess"}};
    EXPECT_EQ(row_of(tess).at("offer_stands"), false);
    EXPECT_EQ(nobody.get(first).text("status"), "lapsed") << "the page says what the link does";
    EXPECT_EQ(nobody.post(first + "/accept", name).code(), "inviter_lost_right");

    const std::string again = school.path + "/invitations/" + invitation + "/resend";
    ASSERT_EQ(as(school.founder).post(again).status, 200);
    const std::string second = "/v1/invitations/" + token_to("tess", 2);
    EXPECT_EQ(row_of(tess).at("inviter").at("person"), json::value(school.founder));
    EXPECT_EQ(row_of(tess).at("offer_stands"), true);
    EXPECT_EQ(nobody.get(second).text("status"), "open");
    EXPECT_EQ(nobody.post(second + "/accept", name).status, 200);
    restart();
    EXPECT_EQ(row_of(tess).at("status"), "active");
}

TEST_F(School, TheOfficeEnrolsPupilsInBulkAfterALookAndABadRowStopsNobodyElse) {
    const std::string otto = join(school, "otto", "office");
    const std::string class_7a = workspace(school, "7A");
    json::object enrolment{{"mode", "each"},
                           {"message", "Welcome to 7A"},
                           {"people", json::array{row("pia", "pupil", class_7a, "pupil"),
                                                  row("per", "pupil", class_7a, "pupil"),
                                                  row("pia", "pupil", class_7a, "pupil"),
                                                  row("pol", "prefect", class_7a, "pupil"),
                                                  row("pam", "pupil", otto, "pupil")}}};
    const std::vector<std::string> expected{"invited", "invited", "person_repeated",
                                            "role_not_found", "workspace_not_found"};
    const std::string invitations = school.path + "/invitations";
    const Reply look = as(otto).post(invitations + "?dry_run=true", enrolment);
    EXPECT_EQ(look.status, 200);
    EXPECT_EQ(outcomes(look), expected) << look.body;
    EXPECT_TRUE(members(school, "?status=pending").empty());
    EXPECT_EQ(pupil_places().at("reserved"), 0);

    const Reply enrolled = as(otto).post(invitations, enrolment);
    EXPECT_EQ(enrolled.status, 201);
    EXPECT_EQ(outcomes(enrolled), expected) << enrolled.body;
    EXPECT_NE(mail_to("pia").find("Welcome to 7A"), std::string::npos);
    restart();
    EXPECT_EQ(members(school, "?status=pending&workspace=" + class_7a).size(), 2U);
    EXPECT_EQ(pupil_places().at("reserved"), 2);
    const auto trail = audit(school, "?kind=InviteMember&actor=" + otto);
    ASSERT_EQ(trail.size(), 1U);
    EXPECT_EQ(events_of(trail[0]), "InvitationIssued InvitationIssued");

    enrolment["mode"] = "atomic";
    enrolment["people"] = json::array{row("ned", "pupil", class_7a, "pupil"),
                                      row("pol", "prefect", class_7a, "pupil")};
    const Reply none = as(otto).post(invitations, enrolment);
    EXPECT_EQ(none.code(), "role_not_found");
    EXPECT_EQ(members(school, "?status=pending").size(), 2U) << "all or none";
    enrolment["people"] = json::array{row("ned", "pupil", class_7a, "pupil"),
                                      json::object{{"address", "nobody"}, {"role", "pupil"}}};
    const Reply unreadable = as(otto).post(invitations, enrolment);
    EXPECT_EQ(unreadable.status, 400);
    EXPECT_NE(unreadable.body.find("people[1].address"), std::string::npos) << unreadable.body;
}

TEST_F(School, ATeacherSeesThePupilsOfTheirOwnClassesAlone) {
    const std::string class_7a = workspace(school, "7A");
    const std::string class_7b = workspace(school, "7B");
    const std::string tess = enrol(row("tess", "teacher", class_7a, "class_teacher"));
    const std::string sam = enrol(row("sam", "teacher", class_7b, "subject_teacher"));
    const std::string pia = enrol(row("pia", "pupil", class_7a, "pupil"));
    restart();
    EXPECT_TRUE(check(school, tess, "class.records.view", class_7a));
    EXPECT_TRUE(check(school, tess, "class.records.write", class_7a));
    EXPECT_FALSE(check(school, tess, "class.records.view", class_7b));
    EXPECT_FALSE(check(school, tess, "records.view")) << "not those of all pupils";
    EXPECT_TRUE(check(school, sam, "class.marks", class_7b));
    EXPECT_FALSE(check(school, sam, "class.records.write", class_7b));
    EXPECT_FALSE(check(school, sam, "class.marks", class_7a));
    EXPECT_TRUE(check(school, pia, "own.marks", class_7a));
    EXPECT_FALSE(check(school, pia, "own.marks", class_7b));
    EXPECT_FALSE(check(school, pia, "class.records.view", class_7a));

    const std::string in_7a = school.path + "/workspaces/" + class_7a + "/members/";
    const std::string in_7b = school.path + "/workspaces/" + class_7b + "/members/";
    EXPECT_EQ(as(tess).put(in_7b + pia, {{"role", "pupil"}}).code(), "not_allowed");
    EXPECT_EQ(as(tess).put(in_7a + sam, {{"role", "subject_teacher"}}).status, 200);
    EXPECT_TRUE(check(school, sam, "class.marks", class_7a)) << "at once";
    EXPECT_EQ(as(sam).remove(in_7a + pia).code(), "not_allowed");
    EXPECT_EQ(as(school.founder).remove(in_7a + tess).status, 200);
    EXPECT_FALSE(check(school, tess, "class.records.view", class_7a));
    EXPECT_EQ(as(tess).put(in_7a + pia, {{"role", "guardian"}}).code(), "not_allowed");
    restart();
    EXPECT_FALSE(check(school, tess, "class.records.view", class_7a));
    EXPECT_EQ(audit(school, "?kind=WorkspaceRoleWithdrawn").size(), 1U);
}

TEST_F(School, AGuardianSeesTheChildsMarksAndNobodysRecords) {
    const std::string class_7a = workspace(school, "7A");
    const std::string class_7b = workspace(school, "7B");
    const std::string gita = enrol(row("gita", "guardian", class_7a, "guardian"));
    const std::string tess = enrol(row("tess", "teacher", class_7b, "class_teacher"));
    restart();
    EXPECT_TRUE(check(school, gita, "child.marks", class_7a));
    EXPECT_TRUE(check(school, gita, "child.absence", class_7a));
    EXPECT_FALSE(check(school, gita, "child.marks", class_7b));
    EXPECT_FALSE(check(school, gita, "class.records.view", class_7a));
    EXPECT_EQ(as(gita).get(school.path + "/members").code(), "not_allowed");
    EXPECT_EQ(as(gita).get(path_of(tess)).code(), "not_allowed");
    EXPECT_EQ(as(gita).get(path_of(gita)).status, 200) << "their own row";

    const std::string as_guardian = school.path + "/roles/guardian/members/" + tess;
    EXPECT_EQ(as(gita).put(as_guardian, json::object{}).code(), "not_allowed");
    EXPECT_EQ(as(school.founder).put(as_guardian, json::object{}).status, 200);
    const json::object both = row_of(tess);
    EXPECT_EQ(both.at("roles"), (json::array{"guardian", "teacher"})) << "a teacher's own child";
    EXPECT_EQ(as(school.founder).remove(as_guardian).status, 200);
    EXPECT_EQ(row_of(tess).at("roles"), json::array{"teacher"});
    EXPECT_EQ(audit(school, "?kind=MemberRolesChanged").size(), 2U);
}

TEST_F(School, ASuspendedPupilIsOutAndComesBackToExactlyWhatTheyHad) {
    const std::string class_7a = workspace(school, "7A");
    const std::string otto = join(school, "otto", "office");
    const std::string tess = enrol(row("tess", "teacher", class_7a, "class_teacher"));
    const std::string pia = enrol(row("pia", "pupil", class_7a, "pupil"));
    const json::object before = row_of(pia);
    EXPECT_EQ(as(tess).post(path_of(pia) + "/suspend").code(), "not_allowed");
    const json::object reason{{"reason", "Until the window is mended"}};
    EXPECT_EQ(as(otto).post(path_of(pia) + "/suspend", reason).status, 200);
    restart();
    EXPECT_EQ(row_of(pia).at("status"), "suspended");
    EXPECT_EQ(members(school, "?status=suspended").size(), 1U);
    EXPECT_FALSE(check(school, pia, "own.marks", class_7a));
    const Reply look = as(pia).get(school.path);
    EXPECT_EQ(look.status, 403);
    EXPECT_EQ(look.code(), "caller_suspended");
    EXPECT_EQ(as(pia).get(path_of(pia)).code(), "caller_suspended") << "nor their own row";
    EXPECT_EQ(pupil_places().at("used"), 1) << "the place is kept";

    EXPECT_EQ(as(tess).post(path_of(pia) + "/reinstate").code(), "not_allowed");
    EXPECT_EQ(as(otto).post(path_of(pia) + "/reinstate").status, 200);
    restart();
    EXPECT_EQ(row_of(pia), before);
    EXPECT_TRUE(check(school, pia, "own.marks", class_7a));
    EXPECT_EQ(as(school.founder).post(path_of(school.founder) + "/suspend").code(),
              "own_suspension_not_allowed");
    const auto trail = audit(school, "?kind=MemberSuspended");
    ASSERT_EQ(trail.size(), 1U);
    EXPECT_EQ(trail[0].at("reason"), "Until the window is mended");
    EXPECT_EQ(audit(school, "?kind=MemberReinstated").size(), 1U);
}

TEST_F(School, APupilLeavesAndComesBack) {
    const std::string class_7a = workspace(school, "7A");
    const std::string class_7b = workspace(school, "7B");
    const std::string otto = join(school, "otto", "office");
    const std::string pia = enrol(row("pia", "pupil", class_7a, "pupil"));
    EXPECT_EQ(as(pia).remove(path_of(pia)).code(), "self_removal_not_allowed");
    const json::object moved{{"reason", "Moved away"}};
    const Reply gone = as(otto).remove_with(path_of(pia) + "?confirmed=true", moved);
    EXPECT_EQ(gone.status, 200) << gone.body;
    EXPECT_EQ(gone.json().at("released").at("workspaces"), json::array{class_7a});
    EXPECT_EQ(gone.json().at("released").at("licence"), "pupil");
    EXPECT_EQ(as(pia).get(school.path).code(), "organization_not_found");
    EXPECT_FALSE(check(school, pia, "own.marks", class_7a));
    EXPECT_EQ(pupil_places().at("used"), 0);
    restart();
    EXPECT_EQ(row_of(pia).at("status"), "former");
    EXPECT_EQ(members(school, "?status=former").size(), 1U);
    EXPECT_TRUE(members(school, "?workspace=" + class_7a).empty());

    const json::object again = row("pia", "pupil", class_7b, "pupil");
    const Reply invited = as(otto).post(school.path + "/invitations", again);
    EXPECT_EQ(invited.status, 201) << invited.body;
    const json::value answer = invited.json();
    EXPECT_EQ(answer.at("rows").at(0).at("person"), json::value(pia)) << "the same person";
    const std::string invitation{answer.at("rows").at(0).at("invitation").as_string()};
    const std::string link = "/v1/invitations/" + token_of(invitation);
    EXPECT_EQ(as(pia).post(link + "/accept").status, 200);
    restart();
    EXPECT_EQ(row_of(pia).at("status"), "active");
    EXPECT_TRUE(check(school, pia, "own.marks", class_7b));
    EXPECT_FALSE(check(school, pia, "own.marks", class_7a));
    EXPECT_EQ(audit(school, "?kind=MemberJoined&subject=" + pia).size(), 2U);
    const auto removed = audit(school, "?kind=MemberRemoved");
    ASSERT_EQ(removed.size(), 1U);
    EXPECT_EQ(removed[0].at("reason"), "Moved away");
}

TEST_F(School, APupilsNewAddressTakesTheirPlaceWithoutASecondOne) {
    const std::string class_7a = workspace(school, "7A");
    const std::string pia = enrol(row("pia", "pupil", class_7a, "pupil"));
    const json::object full{{"plan", "one_class"}, {"limits", {{"pupil", 1}}}};
    EXPECT_EQ(the_operator().put(school.path + "/plan", full).status, 200);
    const Reply replaced =
        as(school.founder)
            .post(path_of(pia) + "/replace-address", {{"address", "pia.new@example.org"}});
    EXPECT_EQ(replaced.status, 201) << replaced.body;
    restart();
    EXPECT_TRUE(check(school, pia, "own.marks", class_7a)) << "until the new one accepts";
    EXPECT_EQ(pupil_places().at("reserved"), 0);
    Client nobody{server->port(), ""};
    const std::string link = "/v1/invitations/" + token_of(replaced.text("invitation"));
    EXPECT_EQ(nobody.post(link + "/accept").status, 200) << "under the name they had";
    restart();
    EXPECT_EQ(row_of(pia).at("status"), "former");
    const json::object now = row_of(replaced.text("person"));
    EXPECT_EQ(now.at("name"), "pia");
    EXPECT_EQ(now.at("address"), "pia.new@example.org");
    EXPECT_TRUE(check(school, replaced.text("person"), "own.marks", class_7a));
    EXPECT_FALSE(check(school, pia, "own.marks", class_7a));
    EXPECT_EQ(pupil_places().at("used"), 1);
    const auto trail = audit(school, "?kind=MemberRemoved");
    ASSERT_EQ(trail.size(), 1U);
    EXPECT_EQ(events_of(trail[0]),
              "PersonRegistered InvitationAccepted MemberRemoved MemberJoined");
}

TEST_F(School, TheOperatorNamesTheNextHeadWhenTheOnlyOneGoes) {
    const std::string otto = join(school, "otto", "office");
    const std::string succession = path_of(school.founder) + "/replace-protected-holder";
    const json::object unexplained{{"successor", otto}};
    const json::object explained{{"successor", otto}, {"reason", "Retires in July"}};
    EXPECT_EQ(as(school.founder).post(succession, explained).code(), "operator_only");
    EXPECT_EQ(the_operator().post(succession, unexplained).code(), "reason_missing");
    EXPECT_EQ(members(school, "?role=head").size(), 1U);
    EXPECT_EQ(the_operator().post(succession, explained).status, 200);
    restart();
    EXPECT_EQ(row_of(otto).at("roles"), (json::array{"head", "office"}));
    EXPECT_EQ(row_of(school.founder).at("status"), "former");
    EXPECT_EQ(as(otto).patch(school.path, {{"name", "Hill School"}}).status, 200);
    const auto trail = audit(school, "?kind=ReplaceProtectedHolder&outcome=accepted");
    ASSERT_EQ(trail.size(), 1U);
    EXPECT_EQ(trail[0].at("reason"), "Retires in July");
}

TEST_F(School, TheYearEndsClassesAreRenamedAndClosed) {
    const std::string class_7a = workspace(school, "7A");
    const std::string class_7b = workspace(school, "7B");
    const std::string tess = enrol(row("tess", "teacher", class_7a, "class_teacher"));
    const std::string pia = enrol(row("pia", "pupil", class_7b, "pupil"));
    const std::string path_7a = school.path + "/workspaces/" + class_7a;
    const std::string path_7b = school.path + "/workspaces/" + class_7b;
    EXPECT_EQ(as(tess).patch(path_7a, {{"name", "8A"}}).code(), "not_allowed");
    EXPECT_EQ(as(school.founder).patch(path_7a, {{"name", "7B"}}).code(), "workspace_name_taken");
    EXPECT_EQ(as(school.founder).patch(path_7a, {{"name", "8A"}}).status, 200);
    EXPECT_EQ(as(tess).remove(path_7b).code(), "not_allowed");
    EXPECT_EQ(as(school.founder).remove(path_7b).status, 200);
    restart();
    const json::value classes = as(tess).get(school.path + "/workspaces").json();
    EXPECT_EQ(classes.at("word"), "class");
    ASSERT_EQ(classes.at("workspaces").as_array().size(), 1U);
    EXPECT_EQ(classes.at("workspaces").at(0).at("name"), "8A");
    EXPECT_TRUE(check(school, tess, "class.records.view", class_7a)) << "by another name";
    EXPECT_TRUE(row_of(pia).at("workspaces").as_array().empty());
    EXPECT_EQ(row_of(pia).at("status"), "active") << "a pupil of no class";
    EXPECT_EQ(as(tess).get(path_7b).code(), "workspace_not_found");
    EXPECT_EQ(audit(school, "?kind=WorkspaceRenamed").size(), 1U);
    EXPECT_EQ(audit(school, "?kind=WorkspaceDeleted").size(), 1U);
}

TEST_F(School, ThePlanLimitsPupilsAndNobodyElse) {
    const std::string class_7a = workspace(school, "7A");
    const auto limit = [&](const std::string& plan, json::object limits) {
        return the_operator()
            .put(school.path + "/plan", {{"plan", plan}, {"limits", std::move(limits)}})
            .status;
    };
    const auto offer = [&](const json::object& somebody) {
        return as(school.founder).post(school.path + "/invitations", somebody);
    };
    EXPECT_EQ(pupil_places().at("granted"), 30);
    EXPECT_EQ(limit("one_class", {{"pupil", 2}}), 200);
    const std::string pia = enrol(row("pia", "pupil", class_7a, "pupil"));
    EXPECT_EQ(offer(row("per", "pupil", class_7a, "pupil")).status, 201);
    restart();
    const json::object third = row("pol", "pupil", class_7a, "pupil");
    const Reply full = offer(third);
    EXPECT_EQ(full.status, 409);
    EXPECT_EQ(full.code(), "seat_limit_reached");
    EXPECT_EQ(full.text("plan"), school.path + "/plan");
    EXPECT_EQ(offer(row("tess", "teacher", class_7a, "class_teacher")).status, 201);
    EXPECT_EQ(offer(row("gita", "guardian", class_7a, "guardian")).status, 201);
    EXPECT_EQ(pupil_places().at("used"), 1);
    EXPECT_EQ(pupil_places().at("reserved"), 1);

    EXPECT_EQ(limit("one_class", {{"pupil", 1}}), 200) << "a cut removes nobody";
    EXPECT_EQ(row_of(pia).at("status"), "active");
    EXPECT_EQ(offer(third).code(), "seat_limit_reached");
    EXPECT_EQ(limit("one_school", {}), 200);
    EXPECT_EQ(offer(third).status, 201);
    EXPECT_EQ(pupil_places().at("granted"), 600);
    EXPECT_EQ(audit(school, "?kind=PlanChanged").size(), 3U);
}

/// A club of captains, who may do everything, and players.
json::object chess_club() {
    json::object needs;
    for (std::size_t operation = 0; operation < operation_count; ++operation) {
        needs[name_of(static_cast<Operation>(operation))] = "club.run";
    }
    needs["read_organization"] = "club.view";
    const json::object everybody{{"invite", "all"}, {"assign_role", "all"}, {"remove", "all"}};
    return {{"id", "chess"},
            {"product", "Chess Club"},
            {"permissions",
             json::array{
                 json::object{{"id", "club.view"}, {"module", "Club"}, {"label", "See the club"}},
                 json::object{{"id", "club.run"}, {"module", "Club"}, {"label", "Run the club"}}}},
            {"needs", needs},
            {"roles", json::array{json::object{{"id", "captain"},
                                               {"name", "Captain"},
                                               {"gives", "*"},
                                               {"protected", true},
                                               {"reach", everybody}},
                                  json::object{{"id", "player"},
                                               {"name", "Player"},
                                               {"gives", json::array{"club.view"}}}}},
            {"founder_role", "captain"},
            {"plans", json::array{json::object{{"id", "free"}, {"name", "Free"}}}},
            {"first_plan", "free"}};
}

class Seventh : public Scene {
 protected:
    Reply found_by(const json::object& blueprint) const {
        return the_operator().post(
            "/v1/organizations", {{"name", "Rook"},
                                  {"blueprint", blueprint},
                                  {"founder", {{"address", "kim@example.org"}, {"name", "kim"}}}});
    }
};

TEST_F(Seventh, AProductMadeUpHereIsFoundedByItsRulesAlone) {
    const Reply founded = found_by(chess_club());
    ASSERT_EQ(founded.status, 201) << founded.body;
    const std::string id = founded.text("organization");
    const Founded rook{id, "/v1/organizations/" + id, founded.text("founder")};
    const std::string lee = join(rook, "lee", "player");
    restart();
    EXPECT_EQ(the_operator().get(rook.path).text("product"), "Chess Club");
    EXPECT_EQ(the_operator().get(rook.path + "/blueprint").text("id"), "chess");
    EXPECT_TRUE(check(rook, rook.founder, "club.run"));
    EXPECT_TRUE(check(rook, lee, "club.view"));
    EXPECT_FALSE(check(rook, lee, "club.run"));
    Client player = server->client_for(lee);
    EXPECT_EQ(player.get(rook.path).status, 200);
    EXPECT_EQ(player.get(rook.path + "/members").code(), "not_allowed");
    Client captain = server->client_for(rook.founder);
    EXPECT_EQ(captain.post(rook.path + "/workspaces", {{"name", "A"}}).code(),
              "workspaces_not_offered");
    EXPECT_EQ(captain.remove(rook.path + "/members/" + rook.founder).code(),
              "last_protected_holder");
    EXPECT_EQ(audit(rook, "?kind=OrganizationFounded")[0].at("command").at("blueprint"), "chess");
}

TEST_F(Seventh, ContradictingRulesAreRefusedWithEveryErrorNamedAtOnce) {
    json::object rules = chess_club();
    rules["founder_role"] = "queen";
    rules["first_plan"] = 7;
    rules["colour"] = "black";
    rules["needs"].as_object().erase("copy_role");
    rules["roles"].at(1).as_object()["gives"] = json::array{"club.win"};
    rules["permissions"].at(0).as_object()["without_workspace_too"] = true;
    const std::string head = the_operator().get("/v1/log").text("head");
    const Reply refused = found_by(rules);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.code(), "invalid_request");
    const json::value answer = refused.json();
    std::set<std::string> fields;
    for (const json::value& error : answer.at("errors").as_array()) {
        fields.emplace(error.at("field").as_string());
        EXPECT_FALSE(error.at("message").as_string().empty());
    }
    for (const char* field : {"founder_role", "first_plan", "colour", "needs.copy_role",
                              "roles[1].gives[0]", "permissions[0].without_workspace_too"}) {
        EXPECT_TRUE(fields.contains(std::string{"blueprint."} + field))
            << field << ": " << refused.body;
    }
    EXPECT_EQ(the_operator().get("/v1/log").text("head"), head) << "nothing was written";
}

TEST_F(Seventh, ANameNoBlueprintHasIsRefusedWithTheNamesThereAre) {
    const Reply refused = the_operator().post(
        "/v1/organizations", {{"name", "Rook"},
                              {"blueprint", "chess"},
                              {"founder", {{"address", "kim@example.org"}, {"name", "kim"}}}});
    EXPECT_EQ(refused.status, 400);
    for (const char* name : {"conance", "universign", "mark", "respondio", "engagelab", "school"}) {
        EXPECT_NE(refused.body.find(name), std::string::npos) << name;
    }
    const json::value known = the_operator().get("/v1/blueprints").json();
    for (const json::value& shipped : known.at("blueprints").as_array()) {
        const std::string name{shipped.at("blueprint").as_string()};
        EXPECT_EQ(the_operator().get("/v1/blueprints/" + name).status, 200) << name;
    }
    EXPECT_EQ(the_operator().get("/v1/blueprints/chess").status, 404);
}

}  // namespace
}  // namespace muster::testing
