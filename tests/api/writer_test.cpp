// The writer over a log that fails in ways that no disk here does: what is acknowledged, what is
// stopped by it, and what goes on.
#include "api/writing/writer.h"

#include "eventstore/machine/crypto.h"
#include "tests/api/small_engine.h"
#include "tests/eventstore/memory_log.h"
#include "tests/eventstore/wrappers.h"
#include "tests/waiting.h"

#include <future>

namespace muster {
namespace {

using test::in_time;

class FailingLog final : public test::LogWrapper {
 public:
    using LogWrapper::LogWrapper;

    std::atomic<bool> fails = false;       ///< to append, which happens all the same
    std::atomic<bool> unreadable = false;  ///< the stream below
    FailureKind kind = FailureKind::outcome_unknown;
    StreamId stream;
    std::atomic<int> reopened = 0;

    std::expected<Position, Failure> append(Position head,
                                            std::span<const Commit> commits) override {
        auto appended = LogWrapper::append(head, commits);
        if (fails) return std::unexpected(Failure{kind, "told to fail"});
        return appended;
    }
    std::expected<void, Failure> reopen() override {
        ++reopened;
        return LogWrapper::reopen();
    }
    std::expected<std::vector<Commit>, Failure> read_stream(StreamId wanted, Version from,
                                                            std::size_t count) const override {
        if (unreadable && wanted == stream) {
            return std::unexpected(Failure{FailureKind::corrupted, "told to be unreadable"});
        }
        return LogWrapper::read_stream(wanted, from, count);
    }
};

class WriterTest : public ::testing::Test {
 protected:
    test::SmallEngine parts;
    test::MemoryLog memory;
    FailingLog log{memory};
    std::unique_ptr<KeyStore> keys = *open_key_store(parts.folder.path() / "keys");
    std::unique_ptr<Views> views = *open_views(parts.folder.path() / "views", log, *keys);
    std::atomic<int> failed_syncs = 0;
    std::optional<Organizations> organizations;
    std::unique_ptr<Writer> writer;

    void SetUp() override {
        parts.options.on_failed_sync = [this](const std::string&) { ++failed_syncs; };
        std::filesystem::create_directories(parts.options.data);
        start();
    }
    void start() {
        writer.reset();
        organizations.emplace(log, std::size_t{1} << 20U);
        writer = std::make_unique<Writer>(log, *keys, *organizations, *views, parts.options);
    }
    Answer execute(Command command, ExecuteOptions options = {}) {
        std::promise<Answer> promise;
        writer->submit(std::move(command), test::SmallEngine::by_operator(), std::move(options),
                       [&](Answer answer) { promise.set_value(std::move(answer)); });
        return promise.get_future().get();
    }
    FoundOrganization founding() {
        return {.organization = {random_uuid()},
                .name = "Acme",
                .blueprint = *read_blueprint(shipped_blueprint("open-source")),
                .founder = *keys->person_for("ada@example.org")};
    }
    RecordSignIn sign_in(OrganizationId organization) {
        return {*keys->person_for("ada@example.org"), organization};
    }
    bool writes() const { return writer->problem().text.empty(); }
};

TEST_F(WriterTest, AStreamThatCannotBeReadFailsItsCommandsAlone) {
    const FoundOrganization acme = founding();
    const FoundOrganization zenith = founding();
    ASSERT_TRUE(execute(acme).has_value() && execute(zenith).has_value());
    start();
    log.stream = StreamId::of(acme.organization);
    log.unreadable = true;
    const Answer refused = execute(sign_in(acme.organization));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, FailureKind::corrupted);
    EXPECT_TRUE(execute(sign_in(zenith.organization)).has_value());
    EXPECT_TRUE(writes());
    log.unreadable = false;
    EXPECT_TRUE(execute(sign_in(acme.organization)).has_value());
}

TEST_F(WriterTest, WhatHappenedInAFailedWriteIsFoundAfterIt) {
    const FoundOrganization acme = founding();
    const ExecuteOptions once{.request = test::SmallEngine::request(1)};
    log.fails = true;
    const Answer unknown = execute(acme, once);
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().kind, FailureKind::outcome_unknown);
    EXPECT_TRUE(in_time([&] { return !writes(); }));
    EXPECT_EQ(execute(acme, once).error().kind, FailureKind::log_unavailable);
    log.fails = false;
    EXPECT_TRUE(in_time([&] { return writes(); }));
    EXPECT_EQ(log.reopened, 1);
    const Answer retry = execute(acme, once);
    ASSERT_TRUE(retry.has_value());
    EXPECT_EQ(number(retry->position), 1U);
    EXPECT_EQ(number(log.head()), 1U);
    EXPECT_TRUE(execute(sign_in(acme.organization)).has_value());
    EXPECT_EQ(failed_syncs, 0);
}

TEST_F(WriterTest, AFailedSyncIsNeverAcknowledgedAndNothingIsTriedAgain) {
    log.kind = FailureKind::sync_failed;
    log.fails = true;
    const Answer lost = execute(founding());
    ASSERT_FALSE(lost.has_value());
    EXPECT_EQ(lost.error().kind, FailureKind::outcome_unknown);
    EXPECT_TRUE(in_time([&] { return failed_syncs == 1; })) << "in the product the process ends";
    log.fails = false;
    parts.pass(std::chrono::hours{1});
    const Answer later = execute(founding());
    ASSERT_FALSE(later.has_value());
    EXPECT_EQ(later.error().kind, FailureKind::log_unavailable);
    EXPECT_TRUE(parts.looks_again());
    EXPECT_EQ(log.reopened, 0);
    EXPECT_FALSE(writes());
}

}  // namespace
}  // namespace muster
