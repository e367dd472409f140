// Opening the log on RocksDB: what is damaged, missing, newer or taken is refused, and nothing is
// lost on the way.
#include "eventstore/log/rocksdb_log.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/no_growing_files.h"
#include "tests/eventstore/raw_log.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/eventstore/this_program.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

class OpeningTheLog : public testing::Test {
 protected:
    /// A closed log of ten commits.
    OpeningTheLog() {
        auto log = must_open();
        commits_ = maker_.joined(some_organization, some_person, 10);
        ENSURE(log->append(Position{0}, commits_).has_value());
    }

    std::unique_ptr<EventLog> must_open() {
        auto log = open_rocksdb_log(folder());
        ENSURE(log.has_value());
        return std::move(*log);
    }
    void expect_refused(FailureKind kind, const std::string& saying) {
        const auto log = open_rocksdb_log(folder());
        ASSERT_FALSE(log.has_value());
        EXPECT_EQ(name_of(log.error().kind), name_of(kind)) << log.error().detail;
        EXPECT_THAT(log.error().detail, testing::HasSubstr(saying));
    }
    fs::path folder() const { return temporary_.path() / "data" / "log"; }

    TemporaryFolder temporary_;
    CommitMaker maker_;
    std::vector<Commit> commits_;
};

TEST_F(OpeningTheLog, GivesFolderAndFilesToTheirOwnerAlone) {
    must_open();
    for (const auto& path : {folder(), folder().parent_path(), folder() / "store"}) {
        EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all) << path;
    }
    for (const auto& [file, bytes] : files_below(folder())) {
        EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write)
            << file;
    }
}

TEST_F(OpeningTheLog, IsForOneHandleInThisProcess) {
    auto first = must_open();
    expect_refused(FailureKind::in_use, "open in another process");
    EXPECT_TRUE(
        first->append(Position{10}, std::vector{maker_.joined(some_organization, some_person)}));
    first.reset();
    EXPECT_EQ(must_open()->head(), Position{11});
}

TEST(OpeningElsewhere, DISABLED_FindsTheLogInUse) {
    const auto log = open_rocksdb_log(folder_from_parent());
    ASSERT_FALSE(log.has_value());
    EXPECT_EQ(log.error().kind, FailureKind::in_use);
}

TEST_F(OpeningTheLog, IsForOneProcess) {
    constexpr auto child = "OpeningElsewhere.DISABLED_FindsTheLogInUse";
    auto first = must_open();
    EXPECT_EQ(ThisProgram(child, folder()).exit_status(), 0);
    first.reset();
    EXPECT_NE(ThisProgram(child, folder()).exit_status(), 0) << "the child cannot tell";
}

TEST_F(OpeningTheLog, RefusesANewerFormatAndTouchesNothing) {
    std::ofstream{folder() / "FORMAT"} << "muster-log 2\n";
    const auto before = files_below(folder());
    const auto changed_at = fs::last_write_time(folder() / "store");
    expect_refused(FailureKind::newer_format, "has format 2");
    EXPECT_EQ(files_below(folder()), before);
    EXPECT_EQ(fs::last_write_time(folder() / "store"), changed_at);

    std::ofstream{folder() / "FORMAT"} << "muster-log 1\n";
    must_open();
    EXPECT_NE(files_below(folder()), before) << "opening leaves no trace, so the check sees none";
}

TEST_F(OpeningTheLog, RefusesAFormatItCannotRead) {
    for (const auto* text :
         {"", "muster-log", "muster-log x\n", "muster-keys 1\n", "muster-log 1"}) {
        std::ofstream{folder() / "FORMAT"} << text;
        expect_refused(FailureKind::corrupted, "does not name a format");
    }
    fs::remove(folder() / "FORMAT");
    expect_refused(FailureKind::corrupted, "FORMAT is missing");
}

TEST_F(OpeningTheLog, RefusesWhenTheNewestCommitIsGone) {
    RawLog{folder()}.erase_commit(10);
    expect_refused(FailureKind::corrupted, "head is commit 10 but the newest commit found is 9");
}

TEST_F(OpeningTheLog, RefusesWhenACommitFollowsTheHead) {
    {
        RawLog raw{folder()};
        raw.put_commit(11, raw.commit(10));
    }
    expect_refused(FailureKind::corrupted, "head is commit 10 but the newest commit found is 11");
}

TEST_F(OpeningTheLog, RefusesWhenTheHeadIsAnotherCommit) {
    {
        RawLog raw{folder()};
        raw.put_commit(10, raw.commit(9));
    }
    expect_refused(FailureKind::corrupted, "commit 10 says that it is commit 9");
}

TEST_F(OpeningTheLog, RefusesWhenTheHeadIsNoCommit) {
    RawLog{folder()}.put_commit(10, "not a commit");
    expect_refused(FailureKind::corrupted, "commit 10");
}

TEST_F(OpeningTheLog, RefusesAHole) {
    RawLog{folder()}.erase_commit(4);
    expect_refused(FailureKind::corrupted, "commit 4 is missing");
    RawLog{folder()}.forget_that_it_was_erased();
    expect_refused(FailureKind::corrupted, "commit 4 is missing");
}

TEST_F(OpeningTheLog, AcceptsAWholeLogWhoseCountsAreOdd) {
    {
        RawLog raw{folder()};
        raw.put_commit(4, raw.commit(4));
    }
    EXPECT_EQ(must_open()->read(Position{1}, 100), commits_);
}

TEST_F(OpeningTheLog, LeavesAHoleThatTheCountsHideToTheReader) {
    {
        RawLog raw{folder()};
        raw.erase_commit(4);
        raw.forget_that_it_was_erased();
        raw.put_commit(7, raw.commit(7));
    }
    const auto log = must_open();
    for (const auto from : {Position{1}, Position{4}}) {
        const auto read = log->read(from, 100);
        ASSERT_FALSE(read.has_value());
        EXPECT_EQ(read.error().kind, FailureKind::corrupted);
        EXPECT_THAT(read.error().detail, testing::HasSubstr("commit 4 is missing"));
        EXPECT_FALSE(log->read_stored(from, 100).has_value());
    }
    EXPECT_FALSE(log->read_stream(StreamId::of(some_organization), Version{1}, 100).has_value());
    EXPECT_EQ(log->read(Position{5}, 100)->size(), 6U);
    EXPECT_EQ(log->read(Position{1}, 3)->size(), 3U);
}

TEST_F(OpeningTheLog, NeverMakesANewStoreOverADamagedOne) {
    fs::remove(folder() / "store" / "CURRENT");
    const auto before = files_below(folder() / "store").size();
    EXPECT_FALSE(open_rocksdb_log(folder()).has_value());
    EXPECT_GE(files_below(folder() / "store").size(), before);
}

TEST_F(OpeningTheLog, RefusesWhenTheStoreIsGone) {
    fs::remove_all(folder() / "store");
    expect_refused(FailureKind::corrupted, "store beside it is missing");
}

TEST_F(OpeningTheLog, StartsAgainAfterAnInterruptedMaking) {
    const auto fresh = temporary_.path() / "fresh";
    fs::create_directories(fresh / "store.new");
    std::ofstream{fresh / "store.new" / "MANIFEST-000001"} << "torn";
    std::ofstream{fresh / "FORMAT"} << "muster-log 1\n";
    const auto log = open_rocksdb_log(fresh);
    ASSERT_TRUE(log.has_value()) << log.error().detail;
    EXPECT_EQ((*log)->head(), Position{0});
}

TEST_F(OpeningTheLog, NeverGivesOutWhatAFlippedBitMadeOfACommit) {
    must_open();  // moves the commits from the write-ahead log into files
    const auto files = files_below(folder() / "store");
    const auto largest = std::ranges::max_element(files, {}, [](const auto& file) {
        return file.first.extension() == ".sst" ? file.second.size() : 0;
    });
    std::size_t noticed = 0;
    constexpr std::size_t flips = 12;
    for (std::size_t flip = 0; flip < flips; ++flip) {
        auto damaged = largest->second;
        damaged[damaged.size() * flip / flips] ^= 0x10;
        std::ofstream{largest->first, std::ios::binary} << damaged;
        const auto log = open_rocksdb_log(folder());
        const auto read = log ? (*log)->read(Position{1}, 100) : std::unexpected(log.error());
        if (read) {
            EXPECT_EQ(*read, commits_);
        } else {
            ++noticed;
            EXPECT_EQ(read.error().kind, FailureKind::corrupted) << read.error().detail;
        }
    }
    EXPECT_GT(noticed, 0U);
    std::ofstream{largest->first, std::ios::binary} << largest->second;
    EXPECT_EQ(must_open()->read(Position{1}, 100), commits_);
}

TEST_F(OpeningTheLog, TakesNoAppendAfterOneThatFailedUntilItIsReopened) {
    auto log = must_open();
    auto maker = maker_;
    const std::vector lost{maker.joined(some_organization, some_person)};
    {
        const NoGrowingFiles full;
        const auto failed = log->append(Position{10}, lost);
        ASSERT_FALSE(failed.has_value());
        EXPECT_EQ(failed.error().kind, FailureKind::outcome_unknown);
    }
    const auto again = log->append(Position{10}, lost);
    ASSERT_FALSE(again.has_value()) << "the handle went on after a failed write";
    EXPECT_EQ(again.error().kind, FailureKind::log_unavailable);
    EXPECT_EQ(log->read(Position{1}, 100), commits_);
    EXPECT_EQ(log->head(), Position{10});

    log.reset();
    log = must_open();
    EXPECT_EQ(log->read(Position{1}, 10), commits_);
    if (log->head() == Position{10}) {
        EXPECT_TRUE(log->append(Position{10}, lost).has_value());
    }
    EXPECT_EQ(log->read(Position{11}, 10), lost);
}

}  // namespace
}  // namespace muster::test
