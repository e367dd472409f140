// An engine in a folder of its own, with clocks that the test moves, and the few commands that
// tests of the engine's inside need.
#pragma once

#include "api/engine.h"
#include "api/verify.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/waiting.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace muster::test {

class SmallEngine {
 public:
    TemporaryFolder folder;
    std::atomic<std::int64_t> wall_ahead = 0;    ///< microseconds that the wall clock is ahead
    std::atomic<std::int64_t> steady_ahead = 0;  ///< and the steady one
    std::atomic<int> clock_readings = 0;
    EngineOptions options = defaults();
    std::unique_ptr<Engine> engine;

    void open() {
        engine.reset();
        auto made = open_engine(options);
        ASSERT_TRUE(made.has_value()) << name_of(made.error().kind) << ": " << made.error().detail;
        engine = std::move(*made);
    }
    /// The engine went on and looked at its clock, several times.
    bool looks_again() {
        const int before = clock_readings;
        constexpr int several = 10;
        return in_time([&] { return clock_readings > before + several; });
    }
    /// Time passes, which both clocks see.
    void pass(Duration time) {
        steady_ahead += time.count();
        wall_ahead += time.count();
    }
    /// Somebody sets the wall clock.
    void set_clock(Duration by) { wall_ahead += by.count(); }

    PersonId person(const std::string& name) {
        const auto id = engine->keys().person_for(name + "@example.org");
        return id ? *id : PersonId{};
    }
    static Context by_operator() {
        return {.actor = Actor::the_operator(), .command_id = {random_uuid()}};
    }
    FoundOrganization founding(const std::string& founder = "ada") {
        return {.organization = {random_uuid()},
                .name = "Acme",
                .blueprint = *read_blueprint(shipped_blueprint("open-source")),
                .founder = person(founder)};
    }
    InviteMember inviting(OrganizationId organization, const std::string& name) {
        InviteMember command{.organization = organization};
        command.rows.push_back(
            {.invitation = {random_uuid()}, .person = person(name), .roles = {{"member"}}});
        return command;
    }
    Answer execute(Command command, ExecuteOptions how = {}) {
        return engine->execute(std::move(command), by_operator(), std::move(how));
    }
    OrganizationId found() {
        const FoundOrganization command = founding();
        const Answer answer = execute(command);
        EXPECT_TRUE(answer.has_value() && answer->accepted());
        return command.organization;
    }
    static RequestRecord request(std::uint8_t key) { return {.key = {key}, .fingerprint = {}}; }

    std::uint64_t head() const { return number(engine->log().head()); }
    bool has_row(OrganizationId organization, const std::string& name) {
        const auto row = engine->views().member(organization, person(name));
        return row && row->has_value();
    }
    /// What is wrong with the log, or with the views compared with it.
    std::vector<std::string> findings() const {
        const auto of_log = verify_log(engine->log(), [](Position) {});
        if (!of_log) return {of_log.error().detail};
        const auto of_views = engine->views().compare_with_replay([](Position) {});
        if (!of_views) return {of_views.error().detail};
        std::vector<std::string> all = *of_log;
        all.insert(all.end(), of_views->begin(), of_views->end());
        return all;
    }

 private:
    EngineOptions defaults() {
        return {.data = folder.path() / "data",
                .due_interval = std::chrono::milliseconds{20},
                .clock =
                    [this] {
                        ++clock_readings;
                        return wall_clock() + Duration{wall_ahead};
                    },
                .steady_clock = [this] { return time_since_boot() + Duration{steady_ahead}; }};
    }
};

}  // namespace muster::test
