// What every EventLog promises, held against the log in memory and the one on RocksDB.
#include "eventstore/log/rocksdb_log.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/memory_log.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>
#include <thread>

namespace muster::test {
namespace {

using std::chrono::milliseconds;

class InMemory {
 public:
    EventLog& log() { return log_; }
    void reopen() {}

 private:
    MemoryLog log_;
};

class OnRocksdb {
 public:
    OnRocksdb() { reopen(); }
    EventLog& log() { return *log_; }
    void reopen() {
        log_.reset();
        auto opened = open_rocksdb_log(folder_.path() / "log");
        ENSURE(opened.has_value());
        log_ = std::move(*opened);
    }

 private:
    TemporaryFolder folder_;
    std::unique_ptr<EventLog> log_;
};

const auto other_organization = id_numbered<OrganizationId>(2);

template <class Harness>
class AnyLog : public testing::Test {
 protected:
    EventLog& log() { return harness_.log(); }
    void append(std::vector<Commit> commits) {
        const auto before = log().head();
        const auto after = log().append(before, commits);
        ASSERT_TRUE(after.has_value()) << after.error().detail;
        EXPECT_EQ(number(*after), number(before) + commits.size());
        EXPECT_EQ(log().head(), *after);
    }

    Harness harness_;
    CommitMaker maker_;
};

using Harnesses = testing::Types<InMemory, OnRocksdb>;
TYPED_TEST_SUITE(AnyLog, Harnesses);

TYPED_TEST(AnyLog, IsEmptyAtFirst) {
    EXPECT_EQ(this->log().head(), Position{0});
    EXPECT_EQ(this->log().head_recorded_at(), Instant{});
    EXPECT_EQ(this->log().key_seq(), 0U);
    EXPECT_EQ(this->log().read(Position{1}, 10)->size(), 0U);
    EXPECT_FALSE(this->log().id().is_nil());
}

TYPED_TEST(AnyLog, GivesBackWhatWasAppended) {
    const auto commits = this->maker_.joined(some_organization, some_person, 10);
    this->append({commits.begin(), commits.begin() + 4});
    this->append({commits.begin() + 4, commits.end()});
    EXPECT_EQ(this->log().read(Position{1}, 100), commits);
    EXPECT_EQ(this->log().read(Position{0}, 100), commits);
    const std::vector<Commit> middle{commits.begin() + 2, commits.begin() + 6};
    EXPECT_EQ(this->log().read(Position{3}, 4), middle);
    EXPECT_EQ(this->log().read(Position{10}, 4)->size(), 1U);
    EXPECT_EQ(this->log().read(Position{11}, 4)->size(), 0U);
    EXPECT_EQ(this->log().read(Position{1}, 0)->size(), 0U);
    EXPECT_EQ(this->log().head_recorded_at(), commits.back().recorded_at);
    EXPECT_EQ(this->log().key_seq(), commits.back().key_seq);
}

TYPED_TEST(AnyLog, GivesTheStoredBytesAsTheyAre) {
    const auto commits = this->maker_.joined(some_organization, some_person, 3);
    this->append(commits);
    const auto stored = this->log().read_stored(Position{2}, 9);
    ASSERT_EQ(stored->size(), 2U);
    EXPECT_EQ((*stored)[0].position, Position{2});
    EXPECT_EQ((*stored)[0].bytes, encode(commits[1]));
    EXPECT_EQ((*stored)[1].bytes, encode(commits[2]));
}

TYPED_TEST(AnyLog, AppendingNothingChangesNothing) {
    this->append(this->maker_.joined(some_organization, some_person, 2));
    EXPECT_EQ(this->log().append(Position{2}, {}), Position{2});
    EXPECT_EQ(this->log().head(), Position{2});
}

TYPED_TEST(AnyLog, RefusesAnotherHeadAndWritesNothing) {
    const auto commits = this->maker_.joined(some_organization, some_person, 3);
    this->append(commits);
    for (const auto stale : {Position{0}, Position{2}, Position{4}}) {
        CommitMaker other;
        while (other.head() < stale) other.joined(some_organization, some_person);
        const std::vector<Commit> late{other.joined(other_organization, some_person)};
        const auto refused = this->log().append(stale, late);
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().kind, FailureKind::version_conflict);
    }
    EXPECT_EQ(this->log().read(Position{1}, 100), commits);
    EXPECT_EQ(this->log().organizations_of(some_person)->size(), 1U);
    this->append({this->maker_.joined(some_organization, some_person)});
}

TYPED_TEST(AnyLog, ReadsOneStreamByVersion) {
    auto& maker = this->maker_;
    const auto signed_in = StreamEvent{StreamId::of(some_person),
                                       PersonSignedIn{.person = some_person, .organization = {}}};
    const std::vector<Commit> commits{
        maker.joined(some_organization, some_person),
        maker.joined(other_organization, some_person),
        maker.make({{StreamId::of(some_organization), CommitMaker::member_joined(some_person)},
                    signed_in}),
        maker.make({}),
        maker.joined(some_organization, some_person),
    };
    this->append(commits);
    const std::vector<Commit> all{commits[0], commits[2], commits[4]};
    const std::vector<Commit> later{commits[2]};
    const auto stream = StreamId::of(some_organization);
    EXPECT_EQ(this->log().read_stream(stream, Version{1}, 100), all);
    EXPECT_EQ(this->log().read_stream(stream, Version{0}, 100), all);
    EXPECT_EQ(this->log().read_stream(stream, Version{2}, 1), later);
    EXPECT_EQ(this->log().read_stream(stream, Version{4}, 1)->size(), 0U);
    EXPECT_EQ(this->log().read_stream(StreamId::of(some_person), Version{1}, 9), later);
    const auto unknown = StreamId::of(id_numbered<OrganizationId>(9));
    EXPECT_EQ(this->log().read_stream(unknown, Version{1}, 9)->size(), 0U);
}

TYPED_TEST(AnyLog, FindsARequestByItsKey) {
    auto commits = this->maker_.joined(some_organization, some_person, 3);
    commits[1].request.reset();
    this->append(commits);
    const auto hit = this->log().find_request(commits[2].request->key);
    ASSERT_TRUE(hit->has_value());
    EXPECT_EQ((*hit)->position, Position{3});
    EXPECT_EQ((*hit)->fingerprint, commits[2].request->fingerprint);
    EXPECT_FALSE(this->log().find_request(digest_of(2))->has_value());
}

TYPED_TEST(AnyLog, KnowsWhereAPersonBelongs) {
    const auto belongs = [&] { return !this->log().organizations_of(some_person)->empty(); };
    const auto append = [&](std::vector<Event> events) {
        std::vector<StreamEvent> on_stream;
        for (auto& event : events) on_stream.push_back({StreamId::of(some_organization), event});
        this->append({this->maker_.make(std::move(on_stream))});
    };
    const auto invitation = id_numbered<InvitationId>(3);
    InvitationIssued issued;
    issued.invitation = invitation;
    issued.person = some_person;
    EXPECT_FALSE(belongs());
    for (const Event& end : {Event{InvitationCancelled{invitation, some_person}},
                             Event{InvitationDeclined{invitation, some_person}},
                             Event{InvitationExpired{invitation, some_person}}}) {
        append({issued});
        EXPECT_TRUE(belongs());
        append({end});
        EXPECT_FALSE(belongs()) << name_of(end);
    }
    append({issued});
    append({InvitationAccepted{invitation, some_person}, CommitMaker::member_joined(some_person)});
    EXPECT_TRUE(belongs());
    append({MemberRemoved{.person = some_person, .workspaces = {}, .licence = {}}});
    EXPECT_FALSE(belongs());
    append({CommitMaker::member_joined(some_person), OrganizationEnded{}});
    EXPECT_TRUE(belongs());

    this->append({this->maker_.joined(other_organization, some_person)});
    const std::vector<OrganizationId> both{some_organization, other_organization};
    EXPECT_EQ(this->log().organizations_of(some_person), both);
    EXPECT_TRUE(this->log().organizations_of(id_numbered<PersonId>(8))->empty());
}

TYPED_TEST(AnyLog, KeepsEverythingWhenReopened) {
    const auto commits = this->maker_.joined(some_organization, some_person, 20);
    const auto id = this->log().id();
    this->append(commits);
    for (int round = 0; round < 3; ++round) {
        this->harness_.reopen();
        EXPECT_EQ(this->log().id(), id);
        EXPECT_EQ(this->log().head(), Position{20});
        EXPECT_EQ(this->log().head_recorded_at(), commits.back().recorded_at);
        EXPECT_EQ(this->log().key_seq(), commits.back().key_seq);
        EXPECT_EQ(this->log().read(Position{1}, 100), commits);
        EXPECT_EQ(this->log().read_stream(StreamId::of(some_organization), Version{1}, 100),
                  commits);
        EXPECT_EQ(this->log().organizations_of(some_person)->size(), 1U);
        EXPECT_TRUE(this->log().find_request(commits[7].request->key)->has_value());
    }
    this->append({this->maker_.joined(some_organization, some_person)});
}

TYPED_TEST(AnyLog, KeySeqIsTheHighestThatAnyCommitNeeds) {
    auto commits = this->maker_.joined(some_organization, some_person, 3);
    commits[0].key_seq = 50;
    commits[2].key_seq = 7;
    this->append(commits);
    EXPECT_EQ(this->log().key_seq(), 50U);
    this->harness_.reopen();
    EXPECT_EQ(this->log().key_seq(), 50U);
}

TYPED_TEST(AnyLog, WakesWhoWaitsForMore) {
    auto& log = this->log();
    EXPECT_FALSE(log.wait_beyond(Position{0}, milliseconds{1}));
    bool woken = false;
    std::thread waiter{[&] { woken = log.wait_beyond(Position{1}, milliseconds{30'000}); }};
    this->append({this->maker_.joined(some_organization, some_person)});
    EXPECT_FALSE(log.wait_beyond(Position{1}, milliseconds{1}));
    this->append({this->maker_.joined(some_organization, some_person)});
    waiter.join();
    EXPECT_TRUE(woken);
    EXPECT_TRUE(log.wait_beyond(Position{1}, milliseconds{0}));
}

TYPED_TEST(AnyLog, ReadersSeeAWholePrefixWhileTheWriterAppends) {
    auto& log = this->log();
    constexpr std::uint64_t last = 60;
    std::vector<std::string> broken;
    std::thread reader{[&] {
        while (number(log.head()) < last) {
            const auto head = log.head();
            const auto seen = log.read(Position{1}, number(head));
            if (!seen) {
                broken.push_back(seen.error().detail);
            } else if (seen->size() != number(head)) {
                broken.push_back("read less than the head promised");
            }
        }
    }};
    while (number(log.head()) < last)
        this->append(this->maker_.joined(some_organization, some_person, 3));
    reader.join();
    EXPECT_THAT(broken, testing::IsEmpty());
}

TYPED_TEST(AnyLog, SaysHowLargeItsPartsAre) {
    this->append(this->maker_.joined(some_organization, some_person, 50));
    this->harness_.reopen();
    const auto parts = this->log().size_by_part();
    ASSERT_FALSE(parts.empty());
    EXPECT_EQ(parts.front().first, "commits");
    EXPECT_GT(parts.front().second, 0U);
}

}  // namespace
}  // namespace muster::test
