// Copying commits to another log, and salvaging what is whole of a damaged one. What single files
// can suffer is tests/corruption's.
#include "eventstore/copies/salvage.h"

#include "eventstore/copies/copy_commits.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/proof/mark.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>
#include <fstream>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t commits = 1'500;

class Salvaging : public testing::Test {
 protected:
    /// Three appends with a restart after each, so that the newest is in the write-ahead log.
    Salvaging() {
        for (int part = 0; part < 3; ++part) {
            const auto log = must_open("log");
            const auto added = maker_.joined(some_organization, some_person, commits / 3);
            ENSURE(log->append(log->head(), added).has_value());
        }
    }

    fs::path folder(const std::string& name) const { return temporary_.path() / name; }
    std::unique_ptr<EventLog> must_open(const std::string& name) const {
        auto log = open_rocksdb_log(folder(name));
        ENSURE(log.has_value());
        return std::move(*log);
    }
    std::vector<std::string> bytes_in(const EventLog& log, std::uint64_t count) const {
        const auto commits_read = log.read_stored(Position{1}, count);
        std::vector<std::string> bytes;
        for (const auto& stored : commits_read.value()) bytes.push_back(stored.bytes);
        return bytes;
    }
    /// The newest write-ahead log of the store.
    fs::path newest_wal() const {
        fs::path newest;
        for (const auto& entry : fs::directory_iterator{folder("log") / "store"}) {
            if (entry.path().extension() == ".log") newest = std::max(newest, entry.path());
        }
        return newest;
    }

    TemporaryFolder temporary_;
    CommitMaker maker_;
};

/// Hands a copier the commits up to a position that it lacks.
std::expected<void, Failure> copy_up_to(const EventLog& from, Position until, EventLog& to) {
    CommitCopier copier{to};
    const auto stored =
        from.read_stored(next(to.head()), number(until) - number(to.head()));
    for (const auto& commit : stored.value()) {
        if (auto added = copier.add(commit); !added) return added;
    }
    return copier.finish();
}

TEST_F(Salvaging, CopiesCommitsByteForByteAndGoesOn) {
    const auto from = must_open("log");
    const auto to = must_open("new");
    const auto until = Position{777};
    ASSERT_TRUE(copy_up_to(*from, until, *to));
    EXPECT_EQ(to->head(), until);
    EXPECT_EQ(bytes_in(*to, commits), bytes_in(*from, 777));
    EXPECT_NE(to->id(), from->id());

    ASSERT_TRUE(copy_up_to(*from, from->head(), *to));
    EXPECT_EQ(to->tree_head(), from->tree_head());
}

TEST_F(Salvaging, CopiesNoCommitOutOfItsOrder) {
    const auto from = must_open("log");
    const auto to = must_open("new");
    CommitCopier copier{*to};
    const auto second = from->read_stored(Position{2}, 1).value().front();
    EXPECT_EQ(copier.add(second).error().kind, FailureKind::corrupted);
    ASSERT_TRUE(copier.finish());
    EXPECT_EQ(to->head(), Position{});
}

TEST_F(Salvaging, OfAWholeLogCopiesAll) {
    const auto before = files_below(folder("log"));
    const auto report = salvage_log(folder("log"), folder("new"));
    ASSERT_TRUE(report.has_value()) << report.error().detail;
    EXPECT_EQ(report->copied.size, commits);
    EXPECT_EQ(number(report->damaged_at), 0U);
    EXPECT_EQ(report->certainly_had(), Position{commits});
    EXPECT_EQ(files_below(folder("log")), before);
    EXPECT_EQ(bytes_of_file(folder("new") / "salvage-report"), text_of(*report));
    EXPECT_THAT(text_of(*report), testing::HasSubstr("lost for certain  nothing"));
    EXPECT_EQ(must_open("new")->tree_head(), must_open("log")->tree_head());
}

TEST_F(Salvaging, CopiesWhatStandsBeforeTheDamageAndSaysWhatIsLost) {
    const auto original = bytes_in(*must_open("log"), commits);
    auto log = must_open("log");
    ASSERT_TRUE(log->append(log->head(), maker_.joined(some_organization, some_person, 10)));
    ASSERT_TRUE(log->append(log->head(), maker_.joined(some_organization, some_person, 10)));
    log.reset();
    auto bytes = bytes_of_file(newest_wal());
    bytes[bytes.size() * 3 / 4] ^= 1;
    std::ofstream{newest_wal(), std::ios::binary} << bytes;
    const auto before = files_below(folder("log"));

    const auto report = salvage_log(folder("log"), folder("new"));
    ASSERT_TRUE(report.has_value()) << report.error().detail;
    EXPECT_EQ(report->copied.size, commits + 10);
    EXPECT_EQ(report->certainly_had(), Position{commits + 20});
    EXPECT_THAT(text_of(*report), testing::HasSubstr("lost for certain  commits 1511 to 1520"));
    EXPECT_EQ(files_below(folder("log")), before) << "nothing is edited in place";
    const auto salvaged = must_open("new");
    EXPECT_EQ(bytes_in(*salvaged, commits), original);
    EXPECT_NE(report->new_origin, report->old_origin);
    EXPECT_FALSE(fs::exists(folder("new.unfinished")));
}

TEST_F(Salvaging, TouchesNothingThatIsThereOrInUse) {
    fs::create_directories(folder("new"));
    EXPECT_FALSE(salvage_log(folder("log"), folder("new")).has_value());
    EXPECT_TRUE(fs::is_empty(folder("new")));
    {
        const auto log = must_open("log");
        const auto report = salvage_log(folder("log"), folder("other"));
        ASSERT_FALSE(report.has_value());
        EXPECT_EQ(report.error().kind, FailureKind::in_use);
    }
    std::ofstream{folder("log") / "FORMAT"} << "muster-log 2\n";
    const auto newer = salvage_log(folder("log"), folder("other"));
    ASSERT_FALSE(newer.has_value());
    EXPECT_EQ(newer.error().kind, FailureKind::newer_format);
    EXPECT_FALSE(fs::exists(folder("other")));
    EXPECT_FALSE(fs::exists(folder("other.unfinished")));
}

TEST_F(Salvaging, TrustsNoHistoryThatTheMarkContradicts) {
    auto& disk = Disk::of_this_machine();
    auto mark = MarkFile::open(disk, folder("log") / "mark")->newest();
    mark.head = {.size = 700, .root = digest_of(1)};
    ASSERT_TRUE(MarkFile::make(disk, folder("log") / "mark", mark));
    const auto report = salvage_log(folder("log"), folder("new"));
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().kind, FailureKind::corrupted);
    EXPECT_THAT(report.error().detail, testing::HasSubstr("the commits up to 700 are not those"));
    EXPECT_FALSE(fs::exists(folder("new")));

    mark.log_id = random_uuid();
    ASSERT_TRUE(MarkFile::make(disk, folder("log") / "mark", mark));
    const auto heedless = salvage_log(folder("log"), folder("new"));
    ASSERT_TRUE(heedless.has_value()) << "the mark of another log says nothing of this one";
    EXPECT_THAT(text_of(*heedless), testing::HasSubstr("The mark is of another log"));
}

}  // namespace
}  // namespace muster::test
