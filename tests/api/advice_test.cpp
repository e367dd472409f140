// Advice by the thresholds of a blueprint (C16, R6, E12), each piece with its control.
#include "api/http/show/advice.h"

#include "eventstore/form/blueprint_json.h"
#include "tests/api/http_api.h"

#include <algorithm>

namespace muster::http {
namespace {

class AdviceTest : public ApiTest {
 protected:
    /// Conance with seats for everybody and the thresholds that a test sets.
    Founded found_with(auto set_thresholds) {
        Blueprint rules = **read_blueprint(shipped_blueprint("conance"));
        for (Plan& plan : rules.plans) plan.limits.clear();
        Presentation& presentation = rules.presentation;
        presentation.advise_protected_holders = 0;
        presentation.advise_idle_days = 0;
        presentation.advise_two_factor = false;
        presentation.advise_expiring_days = 0;
        presentation.advise_wide_role_percent = 0;
        set_thresholds(presentation);
        return found(boost::json::parse(write_blueprint(rules)));
    }

    std::vector<Advice> advice(const Founded& organization) {
        const auto state = engine->organizations().find(*parse_id<OrganizationId>(organization.id));
        const auto given = advice_on(*state->organization, engine->views(), engine->now());
        EXPECT_TRUE(given.has_value());
        return *given;
    }
    std::optional<Advice> piece(const Founded& organization, std::string_view code) {
        const auto all = advice(organization);
        const auto found = std::ranges::find(all, code, &Advice::code);
        return found == all.end() ? std::nullopt : std::optional{*found};
    }
    static PersonId id_of(const std::string& text) { return *parse_id<PersonId>(text); }
};

TEST_F(AdviceTest, HasNothingToSayWithoutThresholds) {
    const Founded acme = found_with([](Presentation&) {});
    join(acme, "bo", {{"role", "user"}});
    pass(std::chrono::days{1'000});
    EXPECT_TRUE(advice(acme).empty());
}

TEST_F(AdviceTest, C16_R6_WantsSeveralHoldersOfAProtectedRole) {
    const Founded acme =
        found_with([](Presentation& shown) { shown.advise_protected_holders = 2; });
    const auto before = piece(acme, "few_protected_holders");
    ASSERT_TRUE(before);
    EXPECT_EQ(before->count, 1U);
    join(acme, "bo", {{"role", "administrator"}});
    EXPECT_FALSE(piece(acme, "few_protected_holders"));
}

TEST_F(AdviceTest, C16_NamesWhoHasNotBeenHereForLong) {
    const Founded acme = found_with([](Presentation& shown) { shown.advise_idle_days = 90; });
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    pass(std::chrono::days{60});
    EXPECT_EQ(send("POST", "/v1/people/" + bo + "/sign-ins", {{"organization", acme.id}}).status,
              201U);
    EXPECT_FALSE(piece(acme, "idle_members"));
    pass(std::chrono::days{31});
    join(acme, "newcomer", {{"role", "user"}});
    invite(acme, "late", {{"role", "user"}});
    auto idle = piece(acme, "idle_members");
    ASSERT_TRUE(idle);
    EXPECT_EQ(idle->people, std::vector{id_of(acme.founder)}) << "who never came since joining";
    EXPECT_EQ(idle->count, 1U);
    pass(std::chrono::days{60});
    idle = piece(acme, "idle_members");
    EXPECT_EQ(idle->count, 2U) << "and who came before that, but not the newcomer";
    EXPECT_EQ(idle->people.back(), id_of(bo));
}

TEST_F(AdviceTest, C16_NamesTenIdleMembersAtMost) {
    const Founded acme = found_with([](Presentation& shown) { shown.advise_idle_days = 90; });
    for (int number = 0; number < 12; ++number)
        join(acme, "m" + std::to_string(number), {{"role", "user"}});
    pass(std::chrono::days{91});
    const auto idle = piece(acme, "idle_members");
    ASSERT_TRUE(idle);
    EXPECT_EQ(idle->people.size(), 10U);
    EXPECT_FALSE(idle->count) << "there are more";
}

TEST_F(AdviceTest, C16_TellsOfInvitationsThatExpireSoon) {
    const Founded acme = found_with([](Presentation& shown) { shown.advise_expiring_days = 2; });
    const Invited bo = invite(acme, "bo", {{"role", "user"}});
    pass(std::chrono::days{4});
    EXPECT_FALSE(piece(acme, "invitations_expiring"));
    invite(acme, "cy", {{"role", "user"}});
    pass(std::chrono::days{2});
    const auto expiring = piece(acme, "invitations_expiring");
    ASSERT_TRUE(expiring);
    EXPECT_EQ(expiring->count, 1U);
    EXPECT_EQ(expiring->invitations, std::vector{*parse_id<InvitationId>(bo.invitation)});
}

TEST_F(AdviceTest, C16_TellsOfRolesThatNobodyHasOrIsOffered) {
    const Founded acme = found_with([](Presentation&) {});
    const auto made = send("POST", acme.path + "/roles", {{"name", "Recruiter"}});
    ASSERT_EQ(made.status, 201U) << made.body;
    const auto unused = piece(acme, "roles_unused");
    ASSERT_TRUE(unused);
    EXPECT_EQ(unused->roles, std::vector{RoleId{made.text("role")}})
        << "and not those it came with";
    const Invited bo = invite(acme, "bo", {{"role", made.text("role")}});
    EXPECT_FALSE(piece(acme, "roles_unused"));
    EXPECT_EQ(send("POST", acme.path + "/invitations/" + bo.invitation + "/cancel").status, 200U);
    EXPECT_TRUE(piece(acme, "roles_unused"));
    join(acme, "bo", {{"role", made.text("role")}});
    EXPECT_FALSE(piece(acme, "roles_unused"));
}

TEST_F(AdviceTest, C16_TellsOfRolesThatGiveAlmostEverything) {
    const Founded acme =
        found_with([](Presentation& shown) { shown.advise_wide_role_percent = 80; });
    EXPECT_FALSE(piece(acme, "wide_roles")) << "a protected role is meant to be wide";
    boost::json::array all;
    const SharedBlueprint conance = *read_blueprint(shipped_blueprint("conance"));
    for (const Permission& permission : conance->permissions) {
        all.push_back(boost::json::string{permission.id.value});
    }
    const auto wide =
        send("POST", acme.path + "/roles", {{"name", "Deputy"}, {"permissions", all}});
    all.resize(all.size() / 2);
    send("POST", acme.path + "/roles", {{"name", "Clerk"}, {"permissions", all}});
    const auto advised = piece(acme, "wide_roles");
    ASSERT_TRUE(advised);
    EXPECT_EQ(advised->roles, std::vector{RoleId{wide.text("role")}});
}

TEST_F(AdviceTest, E12_AdvisesASecondFactorToWhoHasNone) {
    const Founded acme = found_with([](Presentation& shown) { shown.advise_two_factor = true; });
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    const auto missing = piece(acme, "two_factor_missing");
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->count, 2U);
    ASSERT_EQ(send("PUT", "/v1/people/" + bo + "/two-factor", {{"enabled", true}}).status, 200U);
    EXPECT_EQ(piece(acme, "two_factor_missing")->people, std::vector{id_of(acme.founder)});
}

TEST_F(AdviceTest, IsShownToWhoSeesTheMembersAndNotAboutThePast) {
    const Founded acme =
        found_with([](Presentation& shown) { shown.advise_protected_holders = 2; });
    const auto shown = get(acme.path, acme.founder).json;
    EXPECT_EQ(shown.at("advice").at(0).at("code"), "few_protected_holders");
    EXPECT_EQ(shown.at("advice").at(0).at("count"), 1);
    EXPECT_TRUE(get(acme.path).json.as_object().contains("advice")) << "the operator";
    EXPECT_FALSE(get(acme.path + "?as_of=1").json.as_object().contains("advice"));
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    const auto to_bo = get(acme.path, bo);
    EXPECT_EQ(to_bo.status, 200U);
    EXPECT_FALSE(to_bo.json.as_object().contains("advice")) << "a user does not see the members";
    EXPECT_FALSE(to_bo.json.as_object().contains("plan")) << "nor the plan, which needs read_plan";
    EXPECT_FALSE(to_bo.json.as_object().contains("members")) << "nor how many there are";
    EXPECT_TRUE(shown.at("plan").as_object().contains("licences")) << "the plan's use";
    EXPECT_EQ(shown.at("members"), 1);
}

}  // namespace
}  // namespace muster::http
