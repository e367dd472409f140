// Restoring backups: to the end, to a position, to a time, with and without keys.
#include "eventstore/machine/crypto.h"
#include "tests/eventstore/backup_fixture.h"

#include <fstream>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

class Restore : public BackupFixture {
 protected:
    RestoreReport restore(const RestoreOrder& order) const {
        const auto report = restore_backup(order);
        EXPECT_TRUE(report.has_value()) << report.error().detail;
        return report.value_or(RestoreReport{});
    }
    FailureKind refusal_of(const RestoreOrder& order, std::string_view naming = {}) const {
        const auto report = restore_backup(order);
        EXPECT_FALSE(report.has_value());
        if (report) return FailureKind::invariant_broken;
        EXPECT_NE(report.error().detail.find(naming), std::string::npos) << report.error().detail;
        EXPECT_FALSE(fs::exists(restored / "log"));
        EXPECT_FALSE(fs::exists(restored / "restoring"));
        return report.error().kind;
    }
    RestoreOrder to_position(std::uint64_t position) const {
        auto order = restoring();
        order.to_position = Position{position};
        return order;
    }
    /// `micros` after a commit was recorded.
    RestoreOrder to_time(std::uint64_t position, std::int64_t micros) const {
        const auto commits = original.log->read(Position{position}, 1);
        auto order = restoring();
        order.to_time = commits->front().recorded_at + Duration{micros};
        return order;
    }
    RestoreOrder with_keys(RestoreOrder order) const {
        order.keys_backup = keys_backup;
        return order;
    }
};

TEST_F(Restore, ToTheEndIsTheSameLogAndGoesOn) {
    grow(15);
    const auto kept_elsewhere = original.log->tree_head();
    grow(15);
    back_up();
    back_up_the_keys();
    const auto report = restore(with_keys(restoring()));
    EXPECT_TRUE(report.keeps_identity());
    EXPECT_EQ(report.log_id, original.log->id());
    EXPECT_EQ(report.head, original.log->tree_head());
    EXPECT_FALSE(fs::exists(restored / "restoring"));

    const auto again = open_data(restored);
    ASSERT_TRUE(again.notary);
    EXPECT_TRUE(commits_of(*again.log) == commits_of(*original.log));
    EXPECT_EQ(again.log->id(), original.log->id());
    EXPECT_EQ(again.log->key_seq(), original.log->key_seq());
    EXPECT_EQ(head_at(*again.log, kept_elsewhere.size), kept_elsewhere);
    EXPECT_EQ(again.notary->verifier(), original.notary->verifier());
    EXPECT_EQ(again.log->organizations_of(backed_up_person).value(),
              std::vector{backed_up_organization});
    const auto more = maker.joined(backed_up_organization, backed_up_person, 2);
    EXPECT_TRUE(again.log->append(again.log->head(), more).has_value());
}

TEST_F(Restore, ToTheEndUnderANewIdentityWhenAsked) {
    grow(5);
    back_up();
    back_up_the_keys();
    auto order = with_keys(restoring());
    order.new_identity = true;
    const auto report = restore(order);
    EXPECT_FALSE(report.keeps_identity());
    EXPECT_EQ(report.backed_up_id, original.log->id());
    const auto copy = open_data(restored);
    ASSERT_TRUE(copy.notary);
    EXPECT_NE(copy.log->id(), original.log->id());
    EXPECT_NE(copy.notary->verifier(), original.notary->verifier());
    EXPECT_TRUE(commits_of(*copy.log) == commits_of(*original.log));
}

TEST_F(Restore, ToAPositionHasExactlyThoseCommitsAndANewIdentity) {
    grow(20);
    back_up();
    back_up_the_keys();
    const auto report = restore(with_keys(to_position(7)));
    EXPECT_FALSE(report.keeps_identity());
    EXPECT_EQ(number(report.backup_end), 20U);
    EXPECT_EQ(report.head, head_at(*original.log, 7));
    const auto earlier = open_data(restored);
    ASSERT_TRUE(earlier.notary);
    EXPECT_TRUE(commits_of(*earlier.log) == first_commits(7));
    EXPECT_EQ(earlier.log->id(), report.log_id);
    EXPECT_NE(earlier.log->id(), original.log->id());
    EXPECT_NE(earlier.notary->verifier().name, original.notary->verifier().name);
}

TEST_F(Restore, ToTheLastPositionKeepsTheIdentity) {
    grow(6);
    back_up();
    EXPECT_TRUE(restore(to_position(6)).keeps_identity());
}

TEST_F(Restore, ToATimeHasWhatWasRecordedUpToThen) {
    grow(10);
    back_up();
    EXPECT_EQ(restore(to_time(4, 0)).head, head_at(*original.log, 4));
    fs::remove_all(restored);
    EXPECT_EQ(restore(to_time(4, 999)).head, head_at(*original.log, 4));
    fs::remove_all(restored);
    EXPECT_EQ(restore(to_time(4, -1)).head, head_at(*original.log, 3));
    fs::remove_all(restored);
    EXPECT_TRUE(restore(to_time(10, 0)).keeps_identity());
}

TEST_F(Restore, BeyondWhatTheBackupHoldsIsRefusedByTheLastPosition) {
    grow(10);
    back_up();
    grow(5);
    EXPECT_EQ(refusal_of(to_position(11), "1 to 10"), FailureKind::not_found);
    EXPECT_EQ(refusal_of(to_position(0), "1 to 10"), FailureKind::not_found);
    EXPECT_EQ(refusal_of(to_time(10, 1), "position 10"), FailureKind::not_found);
    EXPECT_EQ(refusal_of(to_time(1, -1), "first commit"), FailureKind::not_found);
}

TEST_F(Restore, OfAnEmptyLogIsAnEmptyLog) {
    back_up();
    EXPECT_TRUE(restore(restoring()).keeps_identity());
    EXPECT_EQ(number(open_rocksdb_log(restored / "log").value()->head()), 0U);
}

TEST_F(Restore, TouchesNoDataThatIsThere) {
    grow(3);
    back_up();
    back_up_the_keys();
    const auto before = files_below(data);
    auto order = restoring();
    order.data = data;
    auto refused = restore_backup(order);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, FailureKind::in_use);

    fs::create_directories(restored / "keys");
    EXPECT_EQ(refusal_of(with_keys(restoring())), FailureKind::in_use);
    EXPECT_TRUE(restore_backup(restoring()).has_value());
}

TEST_F(Restore, NeedsAFinishedBackup) {
    EXPECT_EQ(refusal_of(restoring()), FailureKind::not_found);
    grow(600);
    auto stopping = order();
    stopping.go_on = [](Position) { return false; };
    ASSERT_FALSE(back_up_log(stopping).has_value());
    EXPECT_EQ(refusal_of(restoring()), FailureKind::not_found);
}

TEST_F(Restore, BringsBackWhatReadsPersonalData) {
    const SealScope scope{backed_up_organization, backed_up_person, PersonalField::name};
    const auto sealed = original.keys->seal(scope, "Ada");
    const auto person = original.keys->person_for("ada@example.org");
    ApiKeyRecord record;
    record.id = random_uuid();
    record.label = "backend";
    record.secret_hash = sha256("secret");
    ASSERT_TRUE(original.keys->put_api_key(record).has_value());
    grow(10);
    back_up();
    back_up_the_keys();
    restore(with_keys(restoring()));
    const auto again = open_data(restored);
    EXPECT_EQ(again.keys->unseal(scope, *sealed), "Ada");
    EXPECT_EQ(again.keys->find_person("ada@example.org").value(), *person);
    EXPECT_EQ(again.keys->key_seq(), original.keys->key_seq());
    EXPECT_EQ(again.keys->api_keys(), std::vector{record});
    EXPECT_EQ(again.keys->token_mac("a link"), original.keys->token_mac("a link"));
    EXPECT_TRUE(again.keys->person_for("new@example.org").has_value());
}

TEST_F(Restore, WithoutKeysIsALogAlone) {
    grow(3);
    back_up();
    EXPECT_FALSE(restore(restoring()).has_keys);
    EXPECT_FALSE(fs::exists(restored / "keys"));
}

TEST_F(Restore, RefusesKeysThatAreOlderThanTheLog) {
    grow(5);
    back_up_the_keys();
    grow(5);
    back_up();
    EXPECT_EQ(refusal_of(with_keys(restoring()), "older than the log"), FailureKind::corrupted);
    // The commits that those keys suffice for can be had.
    EXPECT_TRUE(restore_backup(with_keys(to_position(5))).has_value());
}

TEST_F(Restore, RefusesTheKeysOfAnotherLog) {
    grow(5);
    back_up();
    const auto other = open_data(folder.path() / "other");
    ASSERT_TRUE(back_up_keys(*other.keys, other.log->id(), keys_backup).has_value());
    EXPECT_EQ(refusal_of(with_keys(restoring()), to_string(other.log->id())),
              FailureKind::corrupted);
    const auto over_it = back_up_keys(*original.keys, original.log->id(), keys_backup);
    ASSERT_FALSE(over_it.has_value());
    EXPECT_EQ(over_it.error().kind, FailureKind::in_use);
}

TEST_F(Restore, CanBeBackedUpAgainToTheSameFolder) {
    grow(10);
    back_up();
    back_up_the_keys();
    restore(with_keys(restoring()));
    reopen(restored);
    grow(4);
    EXPECT_EQ(back_up().added, 4U);
    EXPECT_EQ(verify_log_backup(backup)->head, original.log->tree_head());
}

}  // namespace
}  // namespace muster::test
