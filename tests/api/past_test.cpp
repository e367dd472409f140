// What is kept of the past: no write of somebody else makes it be read again, and no write that
// changes what it says leaves it as it was.
#include "api/http/exchange/past.h"

#include "tests/api/small_engine.h"

namespace muster::http {
namespace {

class KeptPast : public ::testing::Test, public test::SmallEngine {
 protected:
    OrganizationId acme;

    void SetUp() override {
        open();
        acme = found();
        invite("bo");
    }
    void invite(const std::string& name) {
        const auto answer = execute(inviting(acme, name));
        ASSERT_TRUE(answer.has_value() && answer->accepted());
    }
    Moment now_by_position() {
        const Position head = engine->log().head();
        EXPECT_TRUE(engine->views().wait_for(head, std::chrono::seconds{60}));
        return {head, std::nullopt};
    }
    /// Of this time, as whoever asks for it now sees it.
    Moment at(Instant time) { return {now_by_position().position, time}; }

    std::shared_ptr<const PastRoster> roster(Past& past, const Moment& moment) {
        const auto then = past.organization(acme, moment);
        EXPECT_TRUE(then.has_value() && *then);
        return past.roster({moment, *then}, RosterNeeds{}).value();
    }
};

TEST_F(KeptPast, IsNotReadAgainAfterAWriteOfSomebodyElse) {
    Past past{*engine};
    const Instant time = engine->now();
    const Moment first = at(time);
    const auto organization = past.organization(acme, first).value();
    const auto rows = roster(past, first);
    EXPECT_EQ(rows->page({.organization = acme}).people.size(), 2U);
    found();
    invite("cy");
    const Moment later = at(time);
    ASSERT_NE(first.position, later.position);
    EXPECT_EQ(past.organization(acme, later).value(), organization);
    EXPECT_EQ(roster(past, later), rows);
}

TEST_F(KeptPast, IsReadAgainWhereItSaysSomethingElse) {
    Past past{*engine};
    const Moment before = now_by_position();
    const auto rows = roster(past, before);
    invite("cy");
    const Moment after = now_by_position();
    EXPECT_NE(past.organization(acme, after).value(), past.organization(acme, before).value());
    EXPECT_EQ(roster(past, after)->page({.organization = acme}).people.size(), 3U);
    EXPECT_EQ(roster(past, before), rows) << "what was before is kept beside it";
}

/// An account shows in the rows without being in the organisation's stream.
TEST_F(KeptPast, IsReadAgainWhenAnImportTellsOfThatTimeLater) {
    Past past{*engine};
    const Instant time = engine->now();
    const auto rows = roster(past, at(time));
    Context context = by_operator();
    context.imported = true;
    const PersonId ada = person("ada");
    const auto name = engine->keys().seal({{}, ada, PersonalField::name}, "Ada");
    const RegisterPerson registering{.person = ada, .name = name.value(), .verified = true};
    const Answer answer = engine->execute(registering, context, {.effective_at = time});
    ASSERT_TRUE(answer.has_value()) << answer.error().detail;
    ASSERT_TRUE(answer->accepted()) << name_of(*answer->outcome.rejection);
    EXPECT_NE(roster(past, at(time)), rows);
}

TEST_F(KeptPast, IsNothingBeforeThereWasAnOrganisation) {
    Past past{*engine};
    EXPECT_EQ(past.organization(acme, {Position{0}, std::nullopt}).value(), nullptr);
    const Moment long_ago{engine->log().head(), Instant{0}};
    EXPECT_EQ(past.organization(acme, long_ago).value(), nullptr);
}

}  // namespace
}  // namespace muster::http
