// The notary: a checkpoint that others can check lies beside the log, follows it, and is heeded
// when the log is opened again.
#include "eventstore/log/notary.h"

#include "domain/ensure.h"
#include "eventstore/log/rocksdb_log.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/waiting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fstream>

namespace muster::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class NotaryTest : public testing::Test {
 protected:
    NotaryTest() { fs::create_directories(data() / "keys"); }

    TemporaryFolder temporary_;
    CommitMaker maker_;

    fs::path data() const { return temporary_.path() / "data"; }
    std::unique_ptr<EventLog> open_log() {
        auto log = open_rocksdb_log(data() / "log");
        ENSURE(log.has_value());
        return std::move(*log);
    }
    std::expected<std::unique_ptr<Notary>, Failure> open(const EventLog& log) {
        return open_notary(data(), log, Disk::of_this_machine(), Workers::with_threads());
    }
    void grow(EventLog& log, std::size_t count) {
        const auto before = maker_.head();
        const auto commits =
            maker_.joined(id_numbered<OrganizationId>(1), id_numbered<PersonId>(7), count);
        ENSURE(log.append(before, commits).has_value());
    }
    /// Opens the log, grows it, and closes both.
    TreeHead sign_after(std::size_t count) {
        const auto log = open_log();
        const auto notary = open(*log);
        ENSURE(notary.has_value());
        grow(*log, count);
        return log->tree_head();
    }
    Checkpoint checkpoint_file(const VerifierKey& key) {
        const auto checkpoint = open_checkpoint(bytes_of_file(data() / "log" / "checkpoint"), key);
        ENSURE(checkpoint.has_value());
        return *checkpoint;
    }
    void expect_refused(const std::string& saying) {
        const auto log = open_log();
        const auto notary = open(*log);
        ASSERT_FALSE(notary.has_value()) << "it was opened";
        EXPECT_THAT(notary.error().detail, HasSubstr(saying));
    }
};

TEST_F(NotaryTest, SignsTheLogAsItGrowsAndWhenItIsClosed) {
    const auto log = open_log();
    auto notary = open(*log);
    ASSERT_TRUE(notary.has_value()) << notary.error().detail;
    const auto key = (*notary)->verifier();
    EXPECT_EQ(checkpoint_file(key).head, log->tree_head());
    grow(*log, 3);
    EXPECT_TRUE(in_time([&] { return checkpoint_file(key).head == log->tree_head(); }));
    EXPECT_TRUE(in_time(
        [&] { return open_checkpoint((*notary)->checkpoint(), key)->head == log->tree_head(); }));
    grow(*log, 4);
    const auto now = (*notary)->sign_now();
    EXPECT_EQ(open_checkpoint(*now, key)->head.size, 7U);
    grow(*log, 5);
    notary->reset();
    EXPECT_EQ(checkpoint_file(key).head.size, 12U);
    EXPECT_EQ(checkpoint_file(key).origin, origin_of(log->id()));
}

TEST_F(NotaryTest, KeepsItsKeyAndShowsItToItsOwnerAlone) {
    const auto log = open_log();
    const auto first = (*open(*log))->verifier();
    EXPECT_EQ((*open(*log))->verifier(), first);
    const auto permissions = fs::status(data() / "keys" / "signing-key").permissions();
    EXPECT_EQ(permissions, fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(bytes_of_file(data() / "log" / "verifier-key"), text_of(first) + "\n");
}

TEST_F(NotaryTest, RefusesALogThatLacksWhatWasSigned) {
    sign_after(5);
    fs::copy(data() / "log", temporary_.path() / "older", fs::copy_options::recursive);
    sign_after(5);
    for (const auto* part : {"store", "mark"}) {
        fs::remove_all(data() / "log" / part);
        fs::copy(temporary_.path() / "older" / part, data() / "log" / part,
                 fs::copy_options::recursive);
    }
    EXPECT_EQ(number(open_log()->head()), 5U) << "store and mark agree with each other";
    expect_refused("positions 6 to 10 are missing");
}

TEST_F(NotaryTest, RefusesWithoutTheKeyThatAuditorsKnow) {
    sign_after(5);
    const auto secret = bytes_of_file(data() / "keys" / "signing-key");
    fs::remove(data() / "keys" / "signing-key");
    expect_refused("put it back");
    std::ofstream{data() / "keys" / "signing-key"} << secret;
    fs::permissions(data() / "keys" / "signing-key", fs::perms::owner_read);
    const auto log = open_log();
    EXPECT_TRUE(open(*log).has_value());
}

TEST_F(NotaryTest, RefusesAPublicKeyThatIsNotItsOwn) {
    sign_after(5);
    std::ofstream{data() / "log" / "verifier-key"} << "other\n";
    expect_refused("is not the public half");
    fs::remove(data() / "log" / "verifier-key");
    const auto log = open_log();
    EXPECT_TRUE(open(*log).has_value()) << "what can be made anew is";
}

TEST_F(NotaryTest, SignsAnewWhatCannotBeRead) {
    const auto head = sign_after(5);
    for (const auto* text : {"", "damaged"}) {
        std::ofstream{data() / "log" / "checkpoint"} << text;
        const auto log = open_log();
        const auto notary = open(*log);
        ASSERT_TRUE(notary.has_value()) << notary.error().detail;
        EXPECT_EQ(checkpoint_file((*notary)->verifier()).head, head);
    }
}

}  // namespace
}  // namespace muster::test
