// A kill between keys/, log/ and views/, at each step of one write: the next start finds a whole
// store, and the command either happened or did not.
#include "api/engine.h"
#include "api/writing/writer.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/machine/crypto.h"
#include "tests/eventstore/this_program.h"
#include "tests/eventstore/wrappers.h"
#include "tests/program/program.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <future>
#include <string>

namespace muster::testing {
namespace {

/// Where in Writer::flush the process dies.
enum class Step { before_keys, after_keys, before_log, after_log, after_answer };

void die() {
    std::raise(SIGKILL);
}

/// Dies around sync.
class DyingKeys final : public test::KeyStoreWrapper {
 public:
    DyingKeys(KeyStore& keys, Step step) : KeyStoreWrapper{keys}, step_{step} {}

    std::expected<void, Failure> sync() override {
        if (armed && step_ == Step::before_keys) die();
        auto result = KeyStoreWrapper::sync();
        if (armed && step_ == Step::after_keys) die();
        return result;
    }

    /// The writer syncs when it is idle, too; only what follows counts.
    std::atomic<bool> armed = false;

 private:
    const Step step_;
};

/// Dies around append.
class DyingLog final : public test::LogWrapper {
 public:
    DyingLog(EventLog& log, Step step) : LogWrapper{log}, step_{step} {}

    std::expected<Position, Failure> append(Position head,
                                            std::span<const Commit> commits) override {
        if (step_ == Step::before_log) die();
        auto result = LogWrapper::append(head, commits);
        if (step_ == Step::after_log) die();
        return result;
    }

 private:
    const Step step_;
};

const OrganizationId acme{{{1}}};
const RequestRecord founding_request{.key = {1}, .fingerprint = {2}};

FoundOrganization founding(KeyStore& keys) {
    const PersonId ada = *keys.person_for("ada@example.org");
    return {.organization = acme,
            .name = "Acme",
            .blueprint = *read_blueprint(shipped_blueprint("conance")),
            .founder = ada,
            .founder_name = *keys.seal({acme, ada, PersonalField::name}, "Ada"),
            .founder_address = *keys.seal({acme, ada, PersonalField::address}, "ada@example.org")};
}

Context by_operator() {
    return {.actor = Actor::the_operator(), .command_id = {random_uuid()}};
}

/// Runs in a process of its own, which dies at the step that the environment names.
TEST(DyingChild, DISABLED_WritesOneCommandAndDies) {
    const std::filesystem::path data = test::folder_from_parent();
    const Step step{std::stoi(std::getenv("MUSTER_DYING_STEP"))};
    const auto keys = open_key_store(data / "keys");
    const auto log = open_rocksdb_log(data / "log");
    DyingKeys dying_keys{**keys, step};
    DyingLog dying_log{**log, step};
    const auto views = open_views(data / "views", dying_log, dying_keys);
    const EngineOptions options{.data = data};
    Organizations organizations{dying_log, options.organization_cache_bytes};
    Writer writer{dying_log, dying_keys, organizations, **views, options};
    std::promise<void> answered;
    FoundOrganization command = founding(dying_keys);
    dying_keys.armed = true;
    writer.submit(std::move(command), by_operator(), {.request = founding_request},
                  [&answered](const Answer&) { answered.set_value(); });
    answered.get_future().wait();
    die();
}

void run_child(const std::filesystem::path& data, Step step) {
    setenv("MUSTER_DYING_STEP", std::to_string(static_cast<int>(step)).c_str(), 1);
    test::ThisProgram child{"DyingChild.*", data};
    EXPECT_EQ(child.exit_status(), -1) << "the child was to be killed";
}

class KillAtStep : public ::testing::TestWithParam<Step> {};

TEST_P(KillAtStep, LeavesAWholeStoreAndARetryIsExact) {
    const TemporaryFolder folder;
    const auto data = folder.path() / "data";
    std::filesystem::create_directories(data);
    run_child(data, GetParam());

    const auto engine = open_engine({.data = data});
    ASSERT_TRUE(engine.has_value()) << engine.error().detail;
    const bool written = GetParam() == Step::after_log || GetParam() == Step::after_answer;
    EXPECT_EQ(number((*engine)->log().head()), written ? 1U : 0U);
    const Answer retry = (*engine)->execute(founding((*engine)->keys()), by_operator(),
                                            {.request = founding_request});
    ASSERT_TRUE(retry.has_value());
    EXPECT_TRUE(retry->accepted());
    EXPECT_EQ(number(retry->position), 1U);
    EXPECT_EQ(number((*engine)->log().head()), 1U) << "once, not twice";

    const PersonId ada = *(*engine)->keys().person_for("ada@example.org");
    const auto row = (*engine)->views().member(acme, ada);
    ASSERT_TRUE(row.has_value() && row->has_value());
    EXPECT_EQ((*row)->name, "Ada") << "the keys of what the log holds are there";
    const auto differences = (*engine)->views().compare_with_replay([](Position) {});
    ASSERT_TRUE(differences.has_value());
    EXPECT_EQ(*differences, std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(EveryStep, KillAtStep,
                         ::testing::Values(Step::before_keys, Step::after_keys, Step::before_log,
                                           Step::after_log, Step::after_answer));

/// The control: a log that names rows which keys/ never got is refused.
TEST(KillAtStepControl, KeysBehindTheLogAreRefused) {
    const TemporaryFolder folder;
    const auto data = folder.path() / "data";
    std::filesystem::create_directories(data);
    {
        const auto engine = open_engine({.data = data});
        ASSERT_TRUE(engine.has_value());
        ASSERT_TRUE((*engine)->execute(founding((*engine)->keys()), by_operator()).has_value());
    }
    std::filesystem::remove_all(data / "keys");
    const auto engine = open_engine({.data = data});
    ASSERT_FALSE(engine.has_value());
    EXPECT_EQ(engine.error().kind, FailureKind::corrupted);
}

}  // namespace
}  // namespace muster::testing
