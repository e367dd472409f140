// A process is killed in the middle of its appends, and every commit that it acknowledged is there.
// Appending starts again on the same folder, kill after kill.
#include "eventstore/log/rocksdb_log.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/eventstore/this_program.h"

#include <gtest/gtest.h>

namespace muster::test {
namespace {

constexpr std::size_t commits_a_group = 3;

/// Appends groups of commits until it is killed. Each head is reported once it is appended, or, in
/// the control, before.
void append_until_killed(bool report_too_early) {
    auto log = open_rocksdb_log(folder_from_parent());
    ENSURE(log.has_value());
    CommitMaker maker;
    while (maker.head() < (*log)->head()) maker.joined(some_organization, some_person);
    while (true) {
        const auto before = maker.head();
        const auto commits = maker.joined(some_organization, some_person, commits_a_group);
        if (report_too_early) report(number(maker.head()));
        ENSURE((*log)->append(before, commits).has_value());
        if (!report_too_early) report(number(maker.head()));
    }
}

TEST(AppendingChild, DISABLED_ReportsAfterItAppended) {
    append_until_killed(false);
}

TEST(AppendingChild, DISABLED_ReportsBeforeItAppends) {
    append_until_killed(true);
}

/// Kills the child after some reports; the highest head that it acknowledged.
std::uint64_t acknowledged_when_killed(const std::string& child,
                                       const std::filesystem::path& folder, int reports) {
    ThisProgram program{child, folder};
    std::uint64_t acknowledged = 0;
    for (int seen = 0; seen < reports; ++seen) ENSURE(program.next_report(acknowledged));
    program.kill();
    while (program.next_report(acknowledged)) {
    }
    return acknowledged;
}

/// Nothing when every acknowledged commit is there as it was made, and groups are whole.
std::string loss(const std::filesystem::path& folder, std::uint64_t acknowledged) {
    const auto log = open_rocksdb_log(folder);
    if (!log) return log.error().detail;
    const auto head = number((*log)->head());
    if (head < acknowledged) {
        return "acknowledged " + std::to_string(acknowledged) + ", found " + std::to_string(head);
    }
    if (head % commits_a_group != 0) return "half a group";
    const auto found = (*log)->read(Position{1}, head);
    if (!found) return found.error().detail;
    CommitMaker maker;
    if (*found != maker.joined(some_organization, some_person, head)) return "other commits";
    return {};
}

TEST(KilledWhileAppending, LosesNothingThatWasAcknowledged) {
    const TemporaryFolder folder;
    std::uint64_t former = 0;
    for (const int reports : {1, 17, 40, 2, 90}) {
        const auto acknowledged = acknowledged_when_killed(
            "AppendingChild.DISABLED_ReportsAfterItAppended", folder.path(), reports);
        EXPECT_GT(acknowledged, former);
        EXPECT_EQ(loss(folder.path(), acknowledged), "");
        former = acknowledged;
    }
}

TEST(KilledWhileAppending, IsCaughtWhenItAcknowledgesTooEarly) {
    constexpr int kills = 40;
    bool caught = false;
    for (int kill = 1; kill <= kills && !caught; ++kill) {
        const TemporaryFolder folder;
        const auto acknowledged = acknowledged_when_killed(
            "AppendingChild.DISABLED_ReportsBeforeItAppends", folder.path(), kill);
        caught = !loss(folder.path(), acknowledged).empty();
    }
    EXPECT_TRUE(caught);
}

}  // namespace
}  // namespace muster::test
