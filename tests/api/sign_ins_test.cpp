// Sign-ins that the rules take for one: within the interval nothing is written and nothing moves.
#include "eventstore/form/blueprint_json.h"
#include "tests/api/http_api.h"

namespace muster::http {
namespace {

class SignIns : public ApiTest {
 protected:
    static boost::json::value rules_with(std::chrono::seconds taken_for_one) {
        Blueprint rules = **read_blueprint(shipped_blueprint("conance"));
        for (Plan& plan : rules.plans) plan.limits.clear();
        rules.members.suspension = true;
        rules.presentation.sign_in_coalescing_seconds =
            static_cast<std::uint32_t>(taken_for_one.count());
        return boost::json::parse(write_blueprint(rules));
    }
    Founded found_with(std::chrono::seconds taken_for_one, const std::string& founder = "ada") {
        return found(rules_with(taken_for_one), founder);
    }
    Shown sign_in(const std::string& person, const std::string& organization = {}) {
        boost::json::object body;
        if (!organization.empty()) body["organization"] = organization;
        return send("POST", "/v1/people/" + person + "/sign-ins", body);
    }
    std::string last_access(const Founded& organization, const std::string& person) {
        return get(organization.path + "/members/" + person).text("last_access");
    }
    Position head() { return engine->log().head(); }
};

TEST_F(SignIns, WithinTheIntervalOfTheRulesAreOne) {
    const Founded acme = found_with(std::chrono::minutes{15});
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    ASSERT_EQ(sign_in(bo, acme.id).status, 201U);
    const std::string shown = last_access(acme, bo);
    ASSERT_FALSE(shown.empty());
    const Position before = head();
    const auto rows_before = engine->keys().key_seq();

    pass(std::chrono::minutes{14});
    const Shown again = sign_in(bo, acme.id);
    EXPECT_EQ(again.status, 200U) << again.body;
    EXPECT_EQ(again.text("outcome"), "unchanged") << again.body;
    EXPECT_EQ(head(), before);
    EXPECT_EQ(engine->keys().key_seq(), rows_before);
    EXPECT_EQ(last_access(acme, bo), shown);

    pass(std::chrono::minutes{1});
    EXPECT_EQ(sign_in(bo, acme.id).status, 201U);
    EXPECT_EQ(head(), next(before));
    EXPECT_GT(last_access(acme, bo), shown);
}

TEST_F(SignIns, AreEachOnRecordWhereTheRulesTakeNoneForAnother) {
    const Founded acme = found_with(std::chrono::seconds{0});
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    const Position before = head();
    EXPECT_EQ(sign_in(bo, acme.id).status, 201U);
    EXPECT_EQ(sign_in(bo, acme.id).status, 201U);
    EXPECT_EQ(head(), next(next(before)));
}

TEST_F(SignIns, ToTheHostCountWhereverOneOrganisationWantsThem) {
    const Founded acme = found_with(std::chrono::minutes{15});
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    ASSERT_EQ(sign_in(bo).status, 201U);
    ASSERT_EQ(sign_in(bo).status, 200U);
    found_with(std::chrono::minutes{1}, "bo");
    EXPECT_EQ(sign_in(bo, acme.id).status, 200U) << "the control: it is recent there";
    EXPECT_EQ(sign_in(bo).status, 201U) << "the other organisation has seen none";
    EXPECT_EQ(sign_in(bo).status, 200U);
    pass(std::chrono::minutes{2});
    EXPECT_EQ(sign_in(bo).status, 201U) << "the rules of the other";
}

TEST_F(SignIns, ToTheHostAreOnTheAccountTooWhateverTheOrganisationShows) {
    const Founded acme = found_with(std::chrono::minutes{15});
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    ASSERT_EQ(sign_in(bo, acme.id).status, 201U);
    EXPECT_EQ(get("/v1/people/" + bo).text("last_sign_in"), "");
    EXPECT_EQ(sign_in(bo).status, 201U);
    EXPECT_NE(get("/v1/people/" + bo).text("last_sign_in"), "");
    EXPECT_EQ(sign_in(bo).status, 200U);
}

class SignInsToManyPlaces : public SignIns, public testing::WithParamInterface<std::size_t> {};

TEST_P(SignInsToManyPlaces, AreOneUntilTheRulesOfOneOfThemSayOtherwise) {
    const std::string bo = person("bo");
    const boost::json::value rules = rules_with(std::chrono::minutes{15});
    const Founded acme = found(rules, "bo");
    for (std::size_t more = 1; more < GetParam(); ++more) found(rules, "bo");
    ASSERT_EQ(sign_in(bo).status, 201U);
    const std::string shown = last_access(acme, bo);
    pass(std::chrono::minutes{10});
    restart();
    const Position before = head();
    const Shown again = sign_in(bo);
    EXPECT_EQ(again.status, 200U) << again.body;
    EXPECT_EQ(again.text("outcome"), "unchanged") << again.body;
    EXPECT_EQ(head(), before);
    EXPECT_EQ(last_access(acme, bo), shown);

    const Founded strict = found_with(std::chrono::minutes{1}, "bo");
    EXPECT_EQ(sign_in(bo).status, 201U) << "one of them has seen none";
    EXPECT_GT(last_access(acme, bo), shown);
    EXPECT_EQ(sign_in(bo).status, 200U);
    pass(std::chrono::minutes{2});
    EXPECT_EQ(sign_in(bo).status, 201U) << "the control: it is not recent in one of them";
    ASSERT_EQ(send("DELETE", strict.path, boost::json::object{}).status, 200U);
    pass(std::chrono::minutes{2});
    EXPECT_EQ(sign_in(bo).status, 200U) << "whose rules no longer count";
    pass(std::chrono::minutes{15});
    EXPECT_EQ(sign_in(bo).status, 201U);
}

INSTANTIATE_TEST_SUITE_P(Each, SignInsToManyPlaces, testing::Values(1, 40, 1'000));

TEST_F(SignIns, ThatAreRefusedAreOnRecordHoweverSoonTheyCome) {
    const Founded acme = found_with(std::chrono::minutes{15});
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    ASSERT_EQ(sign_in(bo, acme.id).status, 201U);
    ASSERT_EQ(send("POST", acme.path + "/members/" + bo + "/suspend").status, 200U);
    const Position before = head();
    const Shown refused = sign_in(bo, acme.id);
    EXPECT_EQ(refused.code(), "member_suspended") << refused.body;
    EXPECT_EQ(head(), next(before));
}

TEST_F(SignIns, WithAKeyOfTheCallersOwnAreWrittenSoThatARetryFindsThem) {
    const Founded acme = found_with(std::chrono::minutes{15});
    const std::string bo = join(acme, "bo", {{"role", "user"}});
    ASSERT_EQ(sign_in(bo, acme.id).status, 201U);
    const std::string target = "/v1/people/" + bo + "/sign-ins";
    const Fields headers{authorized(), {"idempotency-key", "k1"}};
    const Shown first = ask_with("POST", target, headers);
    EXPECT_EQ(first.status, 201U);
    EXPECT_EQ(ask_with("POST", target, headers).body, first.body);
}

}  // namespace
}  // namespace muster::http
