// The engine as a C++ class: order, retries, versions, what falls due, what is on record, restarts.
#include "api/engine.h"
#include "api/verify.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"
#include "tests/eventstore/memory_log.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/waiting.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace muster {
namespace {

/// An engine over a folder of its own, with a clock that the test moves.
class EngineTest : public ::testing::Test {
 protected:
    test::TemporaryFolder folder;
    std::atomic<std::int64_t> now_micros = wall_clock().micros;
    std::atomic<std::int64_t> skipped_micros = 0;
    std::unique_ptr<Engine> engine = opened();

    std::unique_ptr<Engine> opened(
        std::size_t queue_limit = 1'000,
        std::chrono::milliseconds due_interval = std::chrono::milliseconds{20}) {
        auto made = open_engine(
            {.data = folder.path() / "data",
             .queue_limit = queue_limit,
             .due_interval = due_interval,
             .clock = [this] { return Instant{now_micros}; },
             .steady_clock = [this] { return time_since_boot() + Duration{skipped_micros}; }});
        EXPECT_TRUE(made.has_value()) << made.error().detail;
        return std::move(*made);
    }
    void reopen() {
        engine.reset();
        engine = opened();
    }
    Organization state_of(OrganizationId id) {
        const auto found = engine->organizations().find(id);
        EXPECT_TRUE(found && found->organization);
        return *found->organization;
    }
    void pass(Duration time) {
        skipped_micros += time.count();
        now_micros += time.count();
    }
    void set_back(Duration time) { now_micros -= time.count(); }
    /// From here on only commands settle what is due: the one look at the beginning is over.
    void reopen_without_looks() {
        engine.reset();
        engine = opened(1'000, std::chrono::hours{1});
        done(RecordSignIn{person("nobody"), {}});
    }

    PersonId person(const std::string& name) {
        return *engine->keys().person_for(name + "@example.org");
    }
    Context by(Actor actor) const { return {.actor = actor, .command_id = {random_uuid()}}; }
    Receipt done(Command command, Actor actor = Actor::the_operator(),
                 ExecuteOptions options = {}) {
        const Answer answer = engine->execute(std::move(command), by(actor), std::move(options));
        EXPECT_TRUE(answer.has_value()) << name_of(answer.error().kind);
        return answer.value_or(Receipt{});
    }
    OrganizationId found(std::string_view blueprint = "conance",
                         const std::string& founder = "ada") {
        const OrganizationId id{random_uuid()};
        EXPECT_TRUE(
            done(FoundOrganization{.organization = id,
                                   .name = "Acme",
                                   .blueprint = *read_blueprint(shipped_blueprint(blueprint)),
                                   .founder = person(founder)})
                .accepted());
        return id;
    }
    InviteMember inviting(OrganizationId organization, const std::string& name,
                          const std::string& role = "user") {
        InviteMember command{.organization = organization};
        command.rows.push_back(
            {.invitation = {random_uuid()}, .person = person(name), .roles = {{role}}});
        return command;
    }
    /// Where the rules name the newcomer's role, an invitation names none.
    InviteMember inviting_newcomer(OrganizationId organization, const std::string& name) {
        InviteMember command = inviting(organization, name);
        command.rows.front().roles.clear();
        return command;
    }
    RegisterPerson registering(const std::string& name) {
        return {.person = person(name), .name = {"name"}, .address = {"address"}, .verified = true};
    }
    bool is_active(OrganizationId organization, const std::string& name) {
        const auto member = *engine->views().member(organization, person(name));
        return member && member->status == RowStatus::active;
    }
    static RequestRecord request(std::uint8_t key, std::uint8_t fingerprint = 0) {
        return {.key = {key}, .fingerprint = {fingerprint}};
    }
    std::uint64_t head() const { return number(engine->log().head()); }
    void expect_a_sound_log() {
        const auto findings = verify_log(engine->log(), [](Position) {});
        ASSERT_TRUE(findings.has_value());
        EXPECT_EQ(*findings, std::vector<std::string>{});
        const auto differences = engine->views().compare_with_replay([](Position) {});
        ASSERT_TRUE(differences.has_value());
        EXPECT_EQ(*differences, std::vector<std::string>{});
    }
};

TEST_F(EngineTest, ARetryGetsTheFirstReceiptAfterAReopeningToo) {
    const OrganizationId acme = found();
    const Receipt first =
        done(inviting(acme, "bo"), Actor::of(person("ada")), {.request = request(1)});
    const auto repeated = [&] {
        return done(inviting(acme, "bo"), Actor::of(person("ada")), {.request = request(1)});
    };
    EXPECT_EQ(repeated().position, first.position);
    reopen();
    EXPECT_EQ(repeated().outcome, first.outcome);
    EXPECT_EQ(head(), 2U);
    EXPECT_FALSE(done(inviting(acme, "bo")).accepted()) << "the control: without a key it is new";
}

TEST_F(EngineTest, AKeyWithAnotherRequestIsRefused) {
    const OrganizationId acme = found();
    done(inviting(acme, "bo"), Actor::the_operator(), {.request = request(1, 1)});
    const Answer other = engine->execute(inviting(acme, "cy"), by(Actor::the_operator()),
                                         {.request = request(1, 2)});
    ASSERT_FALSE(other.has_value());
    EXPECT_EQ(other.error().kind, FailureKind::key_reused);
}

TEST_F(EngineTest, ManyAtOnceUnderOneKeyAreOneCommit) {
    const OrganizationId acme = found();
    constexpr int callers = 32;
    std::vector<std::promise<Answer>> answers(callers);
    for (auto& answer : answers) {
        engine->submit(inviting(acme, "bo"), by(Actor::the_operator()), {.request = request(9)},
                       [&answer](Answer result) { answer.set_value(std::move(result)); });
    }
    for (auto& answer : answers) {
        const Answer result = answer.get_future().get();
        ASSERT_TRUE(result.has_value());
        EXPECT_EQ(number(result->position), 2U);
    }
    EXPECT_EQ(head(), 2U);
}

TEST_F(EngineTest, AStaleVersionIsAConflictAndNotOnRecord) {
    const OrganizationId acme = found();
    const Answer stale = engine->execute(inviting(acme, "bo"), by(Actor::the_operator()),
                                         {.expected_versions = {Version{7}}});
    ASSERT_FALSE(stale.has_value());
    EXPECT_EQ(stale.error().kind, FailureKind::version_conflict);
    EXPECT_EQ(head(), 1U);
    EXPECT_TRUE(
        done(inviting(acme, "bo"), Actor::the_operator(), {.expected_versions = {Version{1}}})
            .accepted());
}

TEST_F(EngineTest, ADryRunTellsTheConsequencesAndWritesNothing) {
    const OrganizationId acme = found();
    const Receipt look = done(inviting(acme, "bo"), Actor::the_operator(), {.dry_run = true});
    EXPECT_TRUE(look.accepted());
    EXPECT_EQ(look.events.size(), 1U);
    EXPECT_EQ(number(look.position), 0U);
    EXPECT_EQ(head(), 1U);
    EXPECT_TRUE(done(inviting(acme, "bo")).accepted());
}

TEST_F(EngineTest, WhatWasAnsweredIsInTheOrganisationWhateverTheViewsHaveSeen) {
    const OrganizationId acme = found();
    for (std::size_t n = 1; n <= 2; ++n) {
        const Context context{.actor = Actor::the_operator(), .command_id = {random_uuid()}};
        const Answer answer = engine->execute(inviting(acme, "p" + std::to_string(n)), context,
                                              {.wait_for_views = false});
        ASSERT_TRUE(answer && answer->accepted());
        EXPECT_EQ(state_of(acme).invitations.size(), n);
        EXPECT_EQ(state_of(acme).version, answer->version);
        EXPECT_GE(engine->organizations().position(), answer->position);
    }
}

TEST_F(EngineTest, ARefusalTakesAPositionAndNoVersion) {
    const OrganizationId acme = found();
    const Receipt refused = done(RemoveMember{acme, person("ada")});
    EXPECT_EQ(refused.outcome.rejection, Rejection::last_protected_holder);
    EXPECT_EQ(number(refused.position), 2U);
    EXPECT_EQ(number(state_of(acme).version), 1U);
    const auto commits = engine->log().read(refused.position, 1);
    ASSERT_TRUE(commits.has_value());
    EXPECT_TRUE(commits->front().events.empty());
}

TEST_F(EngineTest, C7_AnInvitationExpiresByItselfAfterSevenDays) {
    const OrganizationId acme = found();
    const Receipt invited = done(inviting(acme, "bo"));
    const Instant invited_at{now_micros};
    pass(std::chrono::hours{24 * 7} - std::chrono::seconds{1});
    EXPECT_TRUE(*engine->views().member(acme, person("bo")));
    pass(std::chrono::seconds{1});
    EXPECT_TRUE(test::in_time([&] { return !*engine->views().member(acme, person("bo")); }));
    const auto commits = engine->log().read(next(invited.position), 1);
    ASSERT_TRUE(commits.has_value() && !commits->empty());
    EXPECT_TRUE(commits->front().context.actor.is_system());
    EXPECT_EQ(commits->front().effective_at, invited_at + std::chrono::hours{24 * 7});
    const auto seats = state_of(acme).seats;
    EXPECT_EQ(seats.at({"member"}).reserved, 0U);
    EXPECT_TRUE(done(inviting(acme, "bo")).accepted()) << "a new one can be sent";
    expect_a_sound_log();
}

TEST_F(EngineTest, WhatIsDueIsSettledBeforeTheNextCommandEvenAfterAReopening) {
    const OrganizationId acme = found();
    done(inviting(acme, "bo"));
    done(inviting(acme, "cy"));
    EXPECT_FALSE(done(inviting(acme, "di")).accepted()) << "three seats";
    engine.reset();
    pass(std::chrono::hours{24 * 8});
    engine = opened();
    EXPECT_TRUE(done(inviting(acme, "di")).accepted());
    expect_a_sound_log();
}

TEST_F(EngineTest, TheClockNeverGoesBackInTheLog) {
    const OrganizationId acme = found();
    const Instant before = engine->log().head_recorded_at();
    // Less than what a start would doubt (ClockGuardBehindTheLog).
    set_back(std::chrono::minutes{9});
    done(inviting(acme, "bo"));
    EXPECT_GE(engine->log().head_recorded_at(), before);
    reopen();
    done(inviting(acme, "cy"));
    EXPECT_GE(engine->log().head_recorded_at(), before);
}

TEST_F(EngineTest, ManyThreadsLeaveADenseLogAndViewsThatEqualReplay) {
    constexpr int threads = 8;
    constexpr int commands = 60;
    std::vector<OrganizationId> organizations;
    for (int i = 0; i < threads / 2; ++i) organizations.push_back(found("open-source"));
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread) {
        running.emplace_back([&, thread] {
            const OrganizationId mine = organizations[static_cast<std::size_t>(thread) / 2];
            for (int i = 0; i < commands; ++i) {
                const std::string name = "p" + std::to_string(i);
                const Receipt invited = done(inviting(mine, name, "member"));
                if (invited.accepted() && i % 3 == 0) {
                    done(CancelInvitation{mine, invited.outcome.rows.front().invitation});
                }
            }
        });
    }
    for (std::thread& thread : running) thread.join();
    EXPECT_GE(head(), static_cast<std::uint64_t>(threads * commands));
    expect_a_sound_log();
    reopen();
    expect_a_sound_log();
}

TEST_F(EngineTest, ASequenceEndsAtTheFirstRefusal) {
    const OrganizationId acme = found();
    const auto sequence = std::make_shared<CommandSequence>();
    std::vector<std::promise<Answer>> answers(3);
    std::vector<Command> commands{inviting(acme, "bo"), inviting(acme, "bo"), inviting(acme, "cy")};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        engine->submit(
            std::move(commands[i]), by(Actor::the_operator()), {.sequence = sequence},
            [&answer = answers[i]](Answer result) { answer.set_value(std::move(result)); });
    }
    EXPECT_TRUE(answers[0].get_future().get()->accepted());
    EXPECT_FALSE(answers[1].get_future().get()->accepted());
    const Answer third = answers[2].get_future().get();
    ASSERT_FALSE(third.has_value());
    EXPECT_EQ(third.error().kind, FailureKind::skipped);
}

TEST_F(EngineTest, AFullQueueAnswersOverloadedAtOnce) {
    engine.reset();
    engine = opened(0);
    const Answer answer =
        engine->execute(RecordSignIn{person("ada"), {}}, by(Actor::the_operator()));
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, FailureKind::overloaded);
}

TEST_F(EngineTest, M6_WhoRegistersJoinsWhereverTheyAreAwaitedInOneCommit) {
    const OrganizationId acme = found("mark");
    const OrganizationId zenith = found("mark", "bo");
    done(inviting_newcomer(acme, "cy"));
    done(inviting_newcomer(zenith, "cy"));
    const std::uint64_t before = head();
    EXPECT_TRUE(done(registering("cy")).accepted());
    EXPECT_EQ(head(), before + 1);
    EXPECT_TRUE(is_active(acme, "cy"));
    EXPECT_TRUE(is_active(zenith, "cy"));
    expect_a_sound_log();
}

TEST_F(EngineTest, M6_WhoRegistersAfterAReopeningJoinsToo) {
    const OrganizationId acme = found("mark");
    const OrganizationId zenith = found("mark", "bo");
    done(inviting_newcomer(acme, "cy"));
    done(inviting_newcomer(zenith, "cy"));
    reopen();
    EXPECT_TRUE(done(registering("cy")).accepted());
    reopen();
    EXPECT_TRUE(is_active(acme, "cy"));
    EXPECT_TRUE(is_active(zenith, "cy"));
    expect_a_sound_log();
}

TEST_F(EngineTest, M6_WhoAcceptsOneInvitationJoinsWhereTheOtherWaits) {
    const OrganizationId acme = found("mark");
    const OrganizationId zenith = found("mark", "bo");
    const Receipt invited = done(inviting_newcomer(acme, "cy"));
    done(inviting_newcomer(zenith, "cy"));
    reopen();
    const AcceptInvitation accepting{.organization = acme,
                                     .invitation = invited.outcome.rows.front().invitation,
                                     .send_number = 1,
                                     .account_name = {"name"},
                                     .account_address = {"address"}};
    EXPECT_TRUE(done(accepting, Actor::of(person("cy"))).accepted());
    EXPECT_TRUE(is_active(acme, "cy"));
    EXPECT_TRUE(is_active(zenith, "cy"));
    expect_a_sound_log();
}

TEST_F(EngineTest, M6_WhoRegistersRightBehindTheirInvitationsJoinsToo) {
    const OrganizationId acme = found("mark");
    const OrganizationId zenith = found("mark", "bo");
    std::vector<Command> commands{inviting_newcomer(acme, "cy"), inviting_newcomer(zenith, "cy"),
                                  registering("cy")};
    // None waits for the one before, so that they mostly meet in one group.
    std::vector<std::promise<Answer>> answers(commands.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
        engine->submit(
            std::move(commands[i]), by(Actor::the_operator()), {},
            [&answer = answers[i]](Answer result) { answer.set_value(std::move(result)); });
    }
    for (auto& answer : answers) EXPECT_TRUE(answer.get_future().get()->accepted());
    EXPECT_TRUE(is_active(acme, "cy"));
    EXPECT_TRUE(is_active(zenith, "cy"));
    expect_a_sound_log();
}

TEST_F(EngineTest, WhatIsDueIsSettledWhereverWhoRegistersIsAwaited) {
    const OrganizationId acme = found("mark");
    done(inviting_newcomer(acme, "cy"));
    reopen_without_looks();
    pass(std::chrono::hours{24 * 8});
    const Receipt registered = done(registering("cy"));
    EXPECT_EQ(registered.events.size(), 1U) << "the invitation has expired";
    const auto settled = engine->log().read(Position{number(registered.position) - 1}, 1);
    ASSERT_TRUE(settled.has_value());
    EXPECT_EQ(name_of(settled->front().command), "SettleDue");
    expect_a_sound_log();
}

TEST_F(EngineTest, E16_ARoleIsCopiedToOrganisationsThatAreNotInMemory) {
    const OrganizationId acme = found("engagelab");
    const OrganizationId zenith = found("engagelab", "bo");
    const OrganizationId nadir = found("engagelab", "cy");
    const RoleId role{"support"};
    EXPECT_TRUE(done(CreateRole{acme, role, "Support", {}}).accepted());
    done(inviting(zenith, "di", "admin"));
    reopen_without_looks();
    pass(std::chrono::hours{24 * 8});
    const std::uint64_t before = head();
    const Receipt copied = done(CopyRole{acme, role, {{zenith, {"s1"}}, {nadir, {"s2"}}}});
    EXPECT_TRUE(copied.accepted());
    EXPECT_EQ(copied.outcome.rows.size(), 2U);
    EXPECT_EQ(head(), before + 2) << "the invitation that was due in a target, and the copies";
    EXPECT_TRUE(state_of(zenith).roles->contains({"s1"}));
    EXPECT_TRUE(state_of(nadir).roles->contains({"s2"}));
    expect_a_sound_log();
}

TEST_F(EngineTest, R13_ANewAddressTakesTheOldOnesPlaceInOneCommit) {
    const OrganizationId acme = found("respondio");
    done(registering("bo"));
    const auto accept = [&](const std::string& name, InvitationId invitation, bool signed_in) {
        return done(AcceptInvitation{acme, invitation, 1, signed_in, {"name"}, {"address"}},
                    Actor::of(person(name)));
    };
    const Receipt invited = done(inviting(acme, "bo", "member"));
    EXPECT_TRUE(accept("bo", invited.outcome.rows.front().invitation, true).accepted());
    reopen();
    const InvitationId invitation{random_uuid()};
    EXPECT_TRUE(done(ReplaceAddress{acme, person("bo"), invitation, person("bo.new"), {"n"}, {"a"}})
                    .accepted());
    EXPECT_TRUE(is_active(acme, "bo")) << "until the new address accepts";
    reopen();
    EXPECT_TRUE(accept("bo.new", invitation, false).accepted());
    EXPECT_FALSE(is_active(acme, "bo"));
    EXPECT_TRUE(is_active(acme, "bo.new"));
    expect_a_sound_log();
}

TEST_F(EngineTest, ARefusalKeepsWhatStoodInTheWay) {
    const OrganizationId acme = found();
    const auto change = [&] {
        return done(ChangeBlueprint{.organization = acme,
                                    .blueprint = *read_blueprint(shipped_blueprint("engagelab"))},
                    Actor::the_operator(), {.request = request(1)});
    };
    const Receipt refused = change();
    EXPECT_EQ(refused.outcome.rejection, Rejection::blueprint_breaks);
    EXPECT_FALSE(refused.outcome.obstacles.empty());
    reopen();
    EXPECT_EQ(change().outcome, refused.outcome);
}

TEST_F(EngineTest, E12_TheSecondFactorOfAnAccountIsKnownAfterAReopening) {
    done(registering("bo"));
    const ChangeTwoFactor on{person("bo"), true};
    EXPECT_EQ(done(on).events.size(), 1U);
    EXPECT_TRUE(done(ChangeProfile{person("bo"), {"Bo"}, {"avatar"}}).accepted());
    reopen();
    EXPECT_TRUE(done(on).events.empty()) << "it is so already";
    EXPECT_EQ(done(ChangeTwoFactor{person("bo"), false}).events.size(), 1U);
    expect_a_sound_log();
}

TEST_F(EngineTest, ALinkIsReadBackAndNoChangedOneIs) {
    const InvitationLink link{{random_uuid()}, {random_uuid()}, 3};
    const std::string text = engine->link_text(link);
    const auto read = engine->read_link(text);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->invitation, link.invitation);
    EXPECT_EQ(read->send_number, 3U);
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string changed = text;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        const auto other = engine->read_link(changed);
        EXPECT_FALSE(other.has_value()) << "changed at " << at;
    }
    EXPECT_FALSE(engine->read_link("").has_value());
    EXPECT_FALSE(engine->read_link("not a link").has_value());
}

TEST_F(EngineTest, RebuiltViewsEqualTheLiveOnes) {
    const OrganizationId acme = found("open-source");
    for (const char* name : {"bo", "cy", "di"}) done(inviting(acme, name, "member"));
    const auto before = engine->views().members({.organization = acme});
    ASSERT_TRUE(engine->views().rebuild([](Position) {}).has_value());
    const auto after = engine->views().members({.organization = acme});
    EXPECT_EQ(after->rows, before->rows);
    expect_a_sound_log();
}

/// The control of expect_a_sound_log: verify finds each kind of damage that it is there for.
TEST(VerifyControl, FindsWhatCannotBe) {
    test::MemoryLog log;
    const OrganizationId acme{random_uuid()};
    Commit commit;
    commit.position = Position{1};
    commit.recorded_at = Instant{2'000};
    commit.effective_at = Instant{3'000};
    commit.command = CreateWorkspace{.organization = acme, .workspace = {}, .name = "w"};
    commit.streams = {{StreamId::of(acme), Version{5}}};
    Commit earlier = commit;
    earlier.position = Position{2};
    earlier.recorded_at = Instant{1'000};
    ASSERT_TRUE(log.append(Position{0}, std::vector{commit, earlier}).has_value());
    const auto findings = verify_log(log, [](Position) {});
    ASSERT_TRUE(findings.has_value());
    const auto found = [&](std::string_view what) {
        return std::ranges::any_of(
            *findings, [&](const auto& line) { return line.find(what) != std::string::npos; });
    };
    EXPECT_TRUE(found("takes effect in the future"));
    EXPECT_TRUE(found("recorded_at goes back"));
    EXPECT_TRUE(found("versions are not dense"));
}

}  // namespace
}  // namespace muster
