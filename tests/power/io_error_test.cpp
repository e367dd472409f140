// Point 4 of the log's promises: whatever call of the disk fails, nothing is acknowledged that is
// not there afterwards, and nothing is half there.
#include "tests/power/failing_disk.h"
#include "tests/random_runs.h"
#include "tests/waiting.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace muster::test {
namespace {

struct FailingCall {
    std::string name;
    std::set<CallKind> kinds;
    Fault::Error error = Fault::Error::io_error;
};

class EveryCall : public ::testing::TestWithParam<FailingCall> {};

/// Which calls are made to fail: the first ones, then ever fewer.
std::vector<std::uint64_t> calls_to_fail() {
    if (!is_long_run()) return {1, 2, 4, 6, 13, 28, 63, 141};
    std::vector<std::uint64_t> calls(250);
    std::ranges::generate(calls, [call = std::uint64_t{0}]() mutable { return ++call; });
    return calls;
}

std::unique_ptr<FailingDisk> disk_with_a_life() {
    auto disk = std::make_unique<FailingDisk>();
    EXPECT_TRUE(disk->open());
    EXPECT_EQ(disk->work(40), 40);
    disk->close();
    return disk;
}

/// Lets one call fail, and perhaps all later ones too, while the engine is opened and works; then
/// looks at what is there on a healthy disk. A line for each thing that is wrong.
std::vector<std::string> findings_after(FailingDisk& disk, const Fault& fault) {
    constexpr int steps = 24;
    disk.files().fail(fault);
    if (disk.open()) {
        disk.work(steps);
    } else {
        EXPECT_FALSE(disk.refusal().empty());
    }
    disk.close();
    auto findings = disk.broken_promises();
    for (std::string& finding : disk.findings_when_healed()) findings.push_back(finding);
    return findings;
}

TEST_P(EveryCall, MayFailWhileAFolderIsMade) {
    for (const std::uint64_t call : calls_to_fail()) {
        FailingDisk disk;
        EXPECT_EQ(findings_after(disk, {GetParam().kinds, GetParam().error, call}),
                  std::vector<std::string>{})
            << "call " << call;
        if (disk.files().failures() == 0) break;
    }
}

/// What every call does to one folder, which is another only after something went wrong with it.
void fail_in_a_life(const FailingCall& which, bool stays) {
    auto disk = disk_with_a_life();
    for (const std::uint64_t call : calls_to_fail()) {
        const std::uint64_t failures = disk->files().failures();
        const auto findings = findings_after(*disk, {which.kinds, which.error, call, stays});
        EXPECT_EQ(findings, std::vector<std::string>{}) << "call " << call;
        if (disk->files().failures() == failures) break;
        if (!findings.empty()) disk = disk_with_a_life();
    }
}

TEST_P(EveryCall, MayFailInAFolderThatHasALife) {
    fail_in_a_life(GetParam(), false);
}

TEST_P(EveryCall, MayFailFromThenOn) {
    fail_in_a_life(GetParam(), true);
}

INSTANTIATE_TEST_SUITE_P(
    Of, EveryCall,
    ::testing::Values(FailingCall{"Open", {CallKind::open}},
                      FailingCall{"OpenToWrite", {CallKind::open_to_write}},
                      FailingCall{"Append", {CallKind::append}},
                      FailingCall{"ShortAppend", {CallKind::append}, Fault::Error::short_write},
                      FailingCall{"Write", {CallKind::write}},
                      FailingCall{"Sync", {CallKind::sync}},
                      FailingCall{"FolderSync", {CallKind::folder_sync}},
                      FailingCall{"Rename", {CallKind::rename}},
                      FailingCall{"Remove", {CallKind::remove}},
                      FailingCall{"Read", {CallKind::read}}, FailingCall{"Look", {CallKind::look}},
                      FailingCall{"MakeFolder", {CallKind::make_folder}}),
    [](const auto& tested) { return tested.param.name; });

TEST(FailedSync, OfTheLogIsToldAndNothingIsAcknowledgedAfterIt) {
    FailingDisk disk;
    ASSERT_TRUE(disk.open());
    EXPECT_EQ(disk.work(10), 10);
    disk.files().fail({.kinds = {CallKind::sync}, .below = (disk.data() / "log/store").string()});
    EXPECT_EQ(disk.work(1), 0);
    ASSERT_TRUE(disk.last_failure().has_value());
    EXPECT_EQ(disk.last_failure()->kind, FailureKind::outcome_unknown);
    EXPECT_TRUE(in_time([&] { return disk.told_of_failed_sync(); }));
    EXPECT_EQ(disk.work(5), 0) << "the next sync would succeed, but must not be believed";
    EXPECT_EQ(disk.findings_when_healed(), std::vector<std::string>{});
}

TEST(FailedSync, OfTheKeysIsToldAndNothingIsAcknowledgedAfterIt) {
    FailingDisk disk;
    ASSERT_TRUE(disk.open());
    EXPECT_EQ(disk.work(10), 10);
    // Not of the note beside the store, which may well come first and promises nothing.
    const std::string store = (disk.data() / "keys" / "store").string();
    disk.files().fail({.kinds = {CallKind::sync}, .below = store});
    disk.work(16);
    EXPECT_TRUE(in_time([&] { return disk.told_of_failed_sync(); }));
    EXPECT_EQ(disk.broken_promises(), std::vector<std::string>{});
    EXPECT_EQ(disk.work(5), 0);
    EXPECT_EQ(disk.findings_when_healed(), std::vector<std::string>{});
}

class FullDisk : public ::testing::TestWithParam<Fault::Error> {};

TEST_P(FullDisk, StopsWritingAndNotReadingAndHealsByItself) {
    FailingDisk disk;
    ASSERT_TRUE(disk.open());
    ASSERT_EQ(disk.work(32), 32);
    const Fault full{.kinds = {CallKind::append, CallKind::write, CallKind::make_folder},
                     .error = GetParam(),
                     .stays = true};
    disk.files().fail(full);
    EXPECT_EQ(disk.work(3), 0);
    ASSERT_TRUE(disk.last_failure().has_value());
    EXPECT_EQ(disk.last_failure()->kind, FailureKind::log_unavailable);
    EXPECT_FALSE(disk.told_of_failed_sync());
    const EngineState state = disk.engine()->state();
    EXPECT_FALSE(state.writing);
    EXPECT_FALSE(state.problem.empty());

    const auto commits = disk.engine()->log().read(Position{1}, 100);
    ASSERT_TRUE(commits.has_value()) << commits.error().detail;
    EXPECT_EQ(commits->size(), 32U) << "reads go on";
    const auto& founding = std::get<FoundOrganization>(commits->front().command);
    const auto page = disk.engine()->views().members({.organization = founding.organization});
    ASSERT_TRUE(page.has_value());
    EXPECT_FALSE(page->rows.empty());

    disk.files().heal();
    EXPECT_TRUE(in_time([&] { return disk.engine()->state().writing && disk.work(1) == 1; }))
        << "without a restart";
    EXPECT_EQ(disk.work(8), 8);
    EXPECT_EQ(disk.findings_when_healed(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutShortWrites, FullDisk,
                         ::testing::Values(Fault::Error::no_space, Fault::Error::short_write));

TEST(ReadOnlyDisk, IsRefusedInPlainWords) {
    FailingDisk disk;
    ASSERT_TRUE(disk.open());
    disk.work(20);
    disk.close();
    disk.files().fail({.kinds = changing_calls(), .error = Fault::Error::read_only, .stays = true});
    EXPECT_FALSE(disk.open());
    EXPECT_TRUE(disk.refusal().contains("Read-only file system")) << disk.refusal();
    EXPECT_EQ(disk.findings_when_healed(), std::vector<std::string>{});
}

TEST(ReadOnlyDisk, ThatBecameSoUnderARunningEngineStopsWritingOnly) {
    FailingDisk disk;
    ASSERT_TRUE(disk.open());
    disk.work(20);
    disk.files().fail({.kinds = changing_calls(), .error = Fault::Error::read_only, .stays = true});
    EXPECT_EQ(disk.work(5), 0);
    EXPECT_TRUE(disk.engine()->log().read(Position{1}, 20).has_value());
    EXPECT_EQ(disk.findings_when_healed(), std::vector<std::string>{});
}

}  // namespace
}  // namespace muster::test
