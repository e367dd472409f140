// What proves a log: its hash tree, its mark and the rows beside its commits. Each damage that only
// they see is refused, and a log opened without heeding them shows that it was there.
#include "domain/ensure.h"
#include "eventstore/form/codec.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/proof/mark.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/raw_log.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/waiting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace muster::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const LogOptions unmarked{.heed_mark = false};

std::unique_ptr<EventLog> must_open(const fs::path& folder, const LogOptions& options = {}) {
    auto log = open_rocksdb_log(folder, options);
    ENSURE(log.has_value());
    return std::move(*log);
}

TreeHead recomputed(const EventLog& log) {
    TreeEdge edge;
    const auto commits = log.read_stored(Position{1}, number(log.head()));
    ENSURE(commits.has_value());
    for (const auto& commit : *commits) {
        const Digest leaf = leaf_hash(tree_entry(commit.position, commit.bytes));
        edge.append({&leaf, 1});
    }
    return edge.head();
}

class LogProof : public testing::Test {
 protected:
    TemporaryFolder temporary_;
    fs::path folder_ = temporary_.path() / "log";
    CommitMaker maker_;

    void grow(std::size_t count, const fs::path& folder, CommitMaker& maker) {
        const auto before = maker.head();
        const auto commits = maker.joined(some_organization, some_person, count);
        ENSURE(must_open(folder)->append(before, commits).has_value());
    }
    void grow(std::size_t count) { grow(count, folder_, maker_); }

    fs::path copied(const std::string& name) {
        const auto copy = temporary_.path() / name;
        fs::copy(folder_, copy, fs::copy_options::recursive);
        return copy;
    }
    void put_back(const fs::path& from, const std::string& part) {
        fs::remove_all(folder_ / part);
        fs::copy(from / part, folder_ / part, fs::copy_options::recursive);
    }
    void expect_refused(const std::string& saying) {
        const auto log = open_rocksdb_log(folder_);
        ASSERT_FALSE(log.has_value()) << "it was opened";
        EXPECT_EQ(log.error().kind, FailureKind::corrupted);
        EXPECT_THAT(log.error().detail, HasSubstr(saying));
        EXPECT_THAT(log.error().detail,
                    testing::AnyOf(HasSubstr("muster log"), HasSubstr("ut the right one back")));
    }
    Mark marked() { return MarkFile::open(Disk::of_this_machine(), folder_ / "mark")->newest(); }
};

TEST_F(LogProof, TheTreeIsTheOneOverTheStoredCommits) {
    std::mt19937 random{20'261'122};
    auto log = must_open(folder_);
    for (int group = 1; group <= 60; ++group) {
        const auto before = maker_.head();
        const auto commits = maker_.joined(some_organization, some_person, random() % 12);
        ASSERT_TRUE(log->append(before, commits).has_value());
        ASSERT_EQ(log->tree_head(), recomputed(*log)) << "group " << group;
        if (group % 15 != 0) continue;
        log.reset();
        log = must_open(folder_);
        ASSERT_EQ(log->tree_head(), recomputed(*log)) << "reopened after group " << group;
    }
}

TEST_F(LogProof, TheTreeProvesThatTheLogOnlyGrew) {
    grow(13);
    const auto then = must_open(folder_)->tree_head();
    grow(30);
    const auto log = must_open(folder_);
    const auto proof = consistency_proof(log->tree(), {.from_size = 13, .to_size = 43});
    ASSERT_TRUE(proof.has_value());
    EXPECT_TRUE(proves(*proof, ConsistencyClaim{.older = then, .newer = log->tree_head()}));
}

TEST_F(LogProof, TheMarkFollowsTheLog) {
    const auto log = must_open(folder_);
    for (int group = 0; group < 3; ++group) {
        const auto before = maker_.head();
        ASSERT_TRUE(
            log->append(before, maker_.joined(some_organization, some_person, 5)).has_value());
        EXPECT_TRUE(in_time([&] { return marked().head == log->tree_head(); }));
    }
}

TEST_F(LogProof, TheMarkIsThereWhenAppendReturnsIfAsked) {
    const auto log = must_open(folder_, {.mark_interval = std::chrono::milliseconds{0}});
    for (int group = 0; group < 3; ++group) {
        const auto before = maker_.head();
        ASSERT_TRUE(
            log->append(before, maker_.joined(some_organization, some_person, 5)).has_value());
        EXPECT_EQ(marked().head, log->tree_head());
    }
}

TEST_F(LogProof, AnOlderStoreIsRefused) {
    grow(5);
    const auto older = copied("older");
    grow(5);
    put_back(older, "store");
    expect_refused("positions 6 to 10 are missing");
    EXPECT_EQ(number(must_open(folder_, unmarked)->head()), 5U) << "nothing else sees it";
}

TEST_F(LogProof, AnotherHistoryOfTheSameLogIsRefused) {
    grow(5);
    const auto fork = copied("fork");
    CommitMaker other = maker_;
    grow(5);
    const auto commits = other.joined(some_organization, id_numbered<PersonId>(8), 6);
    ENSURE(must_open(fork)->append(Position{5}, commits).has_value());
    put_back(fork, "store");
    expect_refused("another root");
    EXPECT_EQ(number(must_open(folder_, unmarked)->head()), 11U) << "nothing else sees it";
}

TEST_F(LogProof, AStoreOfAnotherLogIsRefused) {
    grow(5);
    const auto other = temporary_.path() / "other";
    CommitMaker maker;
    grow(9, other, maker);
    put_back(other, "store");
    expect_refused("one of them was put there from elsewhere");
}

TEST_F(LogProof, AnOlderMarkDoesNoHarm) {
    grow(5);
    const auto older = copied("older");
    grow(5);
    put_back(older, "mark");
    EXPECT_EQ(number(must_open(folder_)->head()), 10U);
    EXPECT_EQ(marked().head.size, 10U);
}

TEST_F(LogProof, ALogWithoutItsMarkIsServedOnlyOnceAccepted) {
    grow(5);
    fs::remove(folder_ / "mark");
    expect_refused("muster log accept");
    const auto accepted = accept_rocksdb_log(folder_);
    ASSERT_TRUE(accepted.has_value()) << accepted.error().detail;
    EXPECT_EQ(number(must_open(folder_)->head()), 5U);
}

TEST_F(LogProof, ALogBehindItsMarkIsNeverAccepted) {
    grow(5);
    const auto older = copied("older");
    grow(5);
    put_back(older, "store");
    const auto accepted = accept_rocksdb_log(folder_);
    ASSERT_FALSE(accepted.has_value());
    EXPECT_THAT(accepted.error().detail, HasSubstr("up to position 10"));
    expect_refused("positions 6 to 10 are missing");
}

TEST_F(LogProof, ADamagedLogIsNeverAccepted) {
    grow(5);
    {
        RawLog raw{folder_};
        auto commit = *decode(raw.commit(3));
        commit.context.reason.bytes = "altered";
        raw.put_commit(3, encode(commit));
        raw.forget_that_it_was_erased();
    }
    fs::remove(folder_ / "mark");
    const auto accepted = accept_rocksdb_log(folder_);
    ASSERT_FALSE(accepted.has_value());
    EXPECT_THAT(accepted.error().detail, HasSubstr("another hash tree"));
}

TEST_F(LogProof, ALostRowBesideTheCommitsIsRefused) {
    for (const auto* family : {"streams", "requests", "memberships", "tree"}) {
        fs::remove_all(folder_);
        maker_ = {};
        grow(6);
        const auto whole = copied(family);
        for (const bool forgotten : {false, true}) {
            put_back(whole, "store");
            {
                RawLog raw{folder_};
                raw.erase(family, raw.keys(family).at(2));
                if (forgotten) raw.forget_what_was_erased(family);
            }
            expect_refused(family);
        }
    }
}

TEST_F(LogProof, ARowBesideTheCommitsThatWasAlteredIsFound) {
    grow(6);
    const auto findings = [&] {
        const auto log = must_open(folder_);
        return *log->check_rows(*log->read(Position{1}, 6));
    };
    EXPECT_EQ(findings(), std::vector<std::string>{});
    for (const auto* family : {"streams", "requests", "memberships"}) {
        std::string value;
        {
            RawLog raw{folder_};
            const auto key = raw.keys(family).at(2);
            value = raw.get(family, key);
            value.back() ^= 1;
            raw.put(family, key, value);
            raw.forget_what_was_erased(family);
        }
        EXPECT_THAT(findings(), testing::Contains(HasSubstr(family)));
    }
}

TEST_F(LogProof, TheAlteredRowOfOneCommitOfAThousandIsNamedByItsPosition) {
    constexpr std::size_t commits = 1'000;
    grow(commits);
    const auto alter = [&](std::size_t position) {
        RawLog raw{folder_};
        for (const std::string& key : raw.keys("requests")) {
            std::string value = raw.get("requests", key);
            if (number_at(value, 0) != position) continue;
            value.back() ^= 1;
            raw.put("requests", key, value);
        }
        raw.forget_what_was_erased("requests");
    };
    const auto findings = [&] {
        const auto log = must_open(folder_);
        return *log->check_rows(*log->read(Position{1}, commits));
    };
    for (const std::size_t position : {std::size_t{1}, std::size_t{700}, commits}) {
        alter(position);
        EXPECT_THAT(findings(), testing::ElementsAre("position " + std::to_string(position) +
                                                     ": its row in requests is another one"));
        alter(position);
    }
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(LogProof, AReopenedLogGoesOn) {
    auto log = must_open(folder_);
    const auto first = maker_.joined(some_organization, some_person, 3);
    ASSERT_TRUE(log->append(Position{0}, first).has_value());
    ASSERT_TRUE(log->reopen().has_value());
    EXPECT_EQ(number(log->head()), 3U);
    EXPECT_EQ(log->read(Position{1}, 9), first);
    ASSERT_TRUE(
        log->append(Position{3}, maker_.joined(some_organization, some_person, 3)).has_value());
    EXPECT_EQ(log->tree_head(), recomputed(*log));
}

}  // namespace
}  // namespace muster::test
