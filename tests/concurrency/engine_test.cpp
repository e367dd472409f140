// Everything that goes on in an engine at once: commands from many threads, readers of every view
// and of the log, what falls due, checkpoints, a rebuild of the views. What each part comes to has
// tests of its own; here the thread sanitizer watches (preset tsan).
#include "api/engine.h"

#include "api/verify.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"
#include "tests/concurrency/threads.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

namespace muster::concurrency {
namespace {

using namespace std::chrono_literals;

class ConcurrentEngine : public ::testing::Test {
 protected:
    test::TemporaryFolder folder;
    std::atomic<std::int64_t> ahead_micros = 0;
    std::unique_ptr<Engine> engine = opened();
    const OrganizationId organization = found();

    std::unique_ptr<Engine> opened() {
        auto made = open_engine(
            {.data = folder.path() / "data",
             .queue_limit = 100'000,
             .least_changes_between_snapshots = 10,
             .due_interval = 5ms,
             .clock = [this] { return wall_clock() + Duration{ahead_micros}; },
             .steady_clock = [this] { return time_since_boot() + Duration{ahead_micros}; }});
        EXPECT_TRUE(made.has_value()) << made.error().detail;
        return std::move(*made);
    }
    static Context by_the_operator() {
        return {.actor = Actor::the_operator(), .command_id = {random_uuid()}};
    }
    PersonId person(const std::string& name) {
        return *engine->keys().person_for(name + "@example.org");
    }
    OrganizationId found() {
        const OrganizationId id{random_uuid()};
        const auto founded = engine->execute(
            FoundOrganization{.organization = id,
                              .name = "Atelier",
                              .blueprint = *read_blueprint(shipped_blueprint("open-source")),
                              .founder = person("ada")},
            by_the_operator());
        EXPECT_TRUE(founded && founded->accepted());
        return id;
    }
    InviteMember inviting(const std::string& name) {
        InviteMember command{.organization = organization};
        command.rows.push_back(
            {.invitation = {random_uuid()}, .person = person(name), .roles = {RoleId{"member"}}});
        return command;
    }
    /// Invites, and takes each second invitation back.
    void write(int thread, int commands) {
        for (int i = 0; i < commands; ++i) {
            const auto name = "p" + std::to_string(thread) + "-" + std::to_string(i);
            const auto invited = engine->execute(inviting(name), by_the_operator());
            ASSERT_TRUE(invited.has_value()) << invited.error().detail;
            if (!invited->accepted() || i % 2 == 0) continue;
            const auto invitation = invited->outcome.rows.front().invitation;
            const auto cancelled = engine->execute(CancelInvitation{organization, invitation},
                                                   by_the_operator(), {.wait_for_views = false});
            ASSERT_TRUE(cancelled.has_value()) << cancelled.error().detail;
        }
    }
    void read_the_views() {
        const auto& views = engine->views();
        ASSERT_TRUE(views.members({.organization = organization}).has_value());
        ASSERT_TRUE(views.member(organization, person("ada")).has_value());
        ASSERT_TRUE(views.audit({.organization = organization, .limit = 5}).has_value());
        const auto found = engine->organizations().find(organization);
        ASSERT_TRUE(found && found->organization);
        ASSERT_EQ(broken_invariant(*found->organization), std::nullopt);
        ASSERT_TRUE(views.owed_mail(5).has_value());
        ASSERT_TRUE(views.state().failure.empty()) << views.state().failure;
    }
    void read_the_log() {
        const auto& log = engine->log();
        const auto size = log.tree_head().size;
        ASSERT_TRUE(engine->state().writing) << engine->state().problem;
        ASSERT_GE(number(log.head()), size);
        ASSERT_TRUE(log.read(Position{1}, 5).has_value());
        ASSERT_TRUE(log.read_stream(StreamId::of(organization), Version{1}, 5).has_value());
        ASSERT_TRUE(log.organizations_of(person("ada")).has_value());
        ASSERT_TRUE(consistency_proof(log.tree(), {.from_size = 1, .to_size = size}).has_value());
        log.wait_beyond(log.head(), 1ms);
    }
    void expect_a_sound_log() {
        EXPECT_EQ(*verify_log(engine->log(), [](Position) {}), std::vector<std::string>{});
        EXPECT_EQ(*engine->views().compare_with_replay([](Position) {}),
                  std::vector<std::string>{});
    }
};

TEST_F(ConcurrentEngine, WritesReadsSettlesAndSignsAtOnce) {
    constexpr int writers = 3;
    std::atomic<int> writing = writers;
    Threads threads{writers + 3};
    for (int thread = 0; thread < writers; ++thread) {
        threads.start([&, thread] {
            write(thread, 40);
            --writing;
        });
    }
    threads.start([&] {
        while (writing > 0) read_the_views();
    });
    threads.start([&] {
        while (writing > 0) read_the_log();
    });
    threads.start([&] {
        while (writing > 0) {
            ahead_micros += Duration{1min}.count();
            ASSERT_TRUE(engine->notary().sign_now().has_value());
            ASSERT_FALSE(engine->notary().checkpoint().empty());
        }
    });
    threads.join();
    expect_a_sound_log();
    engine.reset();
    engine = opened();
    expect_a_sound_log();
}

TEST_F(ConcurrentEngine, RebuildsViewsThatAreReadAndApplied) {
    std::atomic<bool> rebuilt = false;
    write(0, 40);
    Threads threads{3};
    threads.start([&] { write(1, 40); });
    threads.start([&] {
        while (!rebuilt) read_the_views();
    });
    threads.start([&] {
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(engine->views().rebuild([](Position) {}).has_value());
        }
        rebuilt = true;
    });
    threads.join();
    expect_a_sound_log();
}

TEST_F(ConcurrentEngine, AnswersEverybodyWhenItClosesUnderLoad) {
    constexpr int writers = 3;
    constexpr int commands = 100;
    std::counting_semaphore<> answers{0};
    Threads threads{writers};
    for (int thread = 0; thread < writers; ++thread) {
        threads.start([&, thread] {
            for (int i = 0; i < commands; ++i) {
                const auto name = "p" + std::to_string(thread) + "-" + std::to_string(i);
                engine->submit(inviting(name), by_the_operator(), {},
                               [&](const Answer&) { answers.release(); });
            }
        });
    }
    threads.join();
    engine.reset();
    for (int i = 0; i < writers * commands; ++i) ASSERT_TRUE(answers.try_acquire_for(20s));
}

}  // namespace
}  // namespace muster::concurrency
