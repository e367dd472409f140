// Backups of a log: only what is new is added, whatever interrupts one leaves the former whole, and
// no byte of one changes unseen.
#include "tests/eventstore/backup_fixture.h"

#include <rocksdb/file_system.h>
#include <fstream>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

using Backup = BackupFixture;

TEST_F(Backup, HoldsWhatTheLogHasAndNothingElse) {
    grow(10);
    const auto made = back_up();
    EXPECT_EQ(made.head, original.log->tree_head());
    EXPECT_EQ(made.log_id, original.log->id());
    EXPECT_EQ(made.recorded_at, original.log->head_recorded_at());
    EXPECT_EQ(made.added, 10U);
    const auto verified = verify_log_backup(backup);
    ASSERT_TRUE(verified.has_value()) << verified.error().detail;
    EXPECT_EQ(verified->head, made.head);
    EXPECT_EQ(verified->recorded_at, made.recorded_at);
}

TEST_F(Backup, OfAnEmptyLogIsOne) {
    EXPECT_EQ(back_up().head.size, 0U);
    EXPECT_TRUE(verify_log_backup(backup).has_value());
    grow(3);
    EXPECT_EQ(back_up().added, 3U);
}

TEST_F(Backup, AddsOnlyWhatIsNew) {
    grow(40);
    const auto first = back_up();
    const auto segments_before = segments();
    EXPECT_GT(segments_before.size(), 5U);
    const auto nothing = back_up();
    EXPECT_EQ(nothing.added, 0U);
    EXPECT_EQ(nothing.bytes, 0U);
    EXPECT_EQ(segments(), segments_before);

    grow(5);
    const auto second = back_up();
    EXPECT_EQ(second.added, 5U);
    EXPECT_LT(second.bytes, first.bytes / 2);
    // All but the last are what they were.
    const auto segments_after = segments();
    for (std::size_t i = 0; i + 1 < segments_before.size(); ++i) {
        EXPECT_EQ(segments_after[i], segments_before[i]);
    }
    EXPECT_EQ(verify_log_backup(backup)->head, original.log->tree_head());
}

TEST_F(Backup, FillsSegmentsInsteadOfMakingManySmallOnes) {
    for (int i = 0; i < 20; ++i) {
        grow(1);
        EXPECT_EQ(back_up().added, 1U);
    }
    EXPECT_LT(segments().size(), 10U);
    EXPECT_EQ(verify_log_backup(backup)->head, original.log->tree_head());
}

TEST_F(Backup, IsReadableByItsOwnerAlone) {
    grow(3);
    back_up();
    back_up_the_keys();
    for (const auto& top : {backup, keys_backup}) {
        EXPECT_EQ(fs::status(top).permissions(), fs::perms::owner_all);
        for (const auto& entry : fs::recursive_directory_iterator{top}) {
            constexpr auto of_others = fs::perms::group_all | fs::perms::others_all;
            EXPECT_EQ(entry.status().permissions() & of_others, fs::perms::none) << entry.path();
        }
    }
}

TEST_F(Backup, OfAnotherLogIsRefusedByBothNames) {
    grow(3);
    back_up();
    const auto before = files_below(backup);
    const auto other = open_data(folder.path() / "other");
    const auto refused =
        back_up_log({.log = *other.log, .notary = *other.notary, .folder = backup});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, FailureKind::in_use);
    EXPECT_NE(refused.error().detail.find(to_string(other.log->id())), std::string::npos);
    EXPECT_NE(refused.error().detail.find(to_string(original.log->id())), std::string::npos);
    EXPECT_EQ(files_below(backup), before);
}

TEST_F(Backup, TouchesNoFolderThatHoldsSomethingElse) {
    fs::create_directories(backup);
    std::ofstream{backup / "photo.jpg"} << "bytes";
    grow(3);
    auto refused = back_up_log(order());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, FailureKind::in_use);
    EXPECT_EQ(files_below(backup).size(), 1U);

    auto into_itself = order();
    into_itself.folder = data;
    refused = back_up_log(into_itself);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, FailureKind::in_use);
}

TEST_F(Backup, OfALaterReleaseIsLeftUntouched) {
    grow(3);
    back_up();
    std::ofstream{backup / "log" / "FORMAT"} << "muster-backup 2\n";
    const auto before = files_below(backup);
    for (const auto& outcome : {back_up_log(order()), verify_log_backup(backup)}) {
        ASSERT_FALSE(outcome.has_value());
        EXPECT_EQ(outcome.error().kind, FailureKind::newer_format);
    }
    EXPECT_EQ(files_below(backup), before);
}

TEST_F(Backup, SaysThatTheLogLostCommitsItHas) {
    grow(5);
    original.close();
    fs::copy(data, folder.path() / "older", fs::copy_options::recursive);
    reopen(data);
    grow(5);
    back_up();

    const auto older = open_data(folder.path() / "older");
    const auto refused =
        back_up_log({.log = *older.log, .notary = *older.notary, .folder = backup});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, FailureKind::corrupted);
    // The same length with another history is seen as well.
    CommitMaker other_maker;
    const auto same = other_maker.joined(backed_up_organization, backed_up_person, 5);
    auto differing = other_maker.joined(id_numbered<OrganizationId>(9), backed_up_person, 6);
    ASSERT_TRUE(older.log->append(older.log->head(), differing).has_value());
    const auto forked = back_up_log({.log = *older.log, .notary = *older.notary, .folder = backup});
    ASSERT_FALSE(forked.has_value());
    EXPECT_EQ(forked.error().kind, FailureKind::corrupted);
    EXPECT_EQ(verify_log_backup(backup)->head, original.log->tree_head());
}

/// A notary on a full disk.
class TiredNotary final : public Notary {
 public:
    explicit TiredNotary(Notary& notary) : notary_{notary} {}
    std::string checkpoint() const override { return notary_.checkpoint(); }
    std::expected<std::string, Failure> sign_now() override {
        return std::unexpected(Failure{FailureKind::disk_full, "it is full"});
    }
    const VerifierKey& verifier() const override { return notary_.verifier(); }
    std::string problem() const override { return "it is full"; }

 private:
    Notary& notary_;
};

TEST_F(Backup, IsMadeUpToTheNewestCheckpointWhereNoneCanBeSigned) {
    grow(5);
    ASSERT_TRUE(original.notary->sign_now().has_value());
    TiredNotary tired{*original.notary};
    const auto made = back_up_log({.log = *original.log, .notary = tired, .folder = backup});
    ASSERT_TRUE(made.has_value()) << made.error().detail;
    EXPECT_EQ(made->head, original.log->tree_head());
    EXPECT_EQ(verify_log_backup(backup)->head, made->head);
}

TEST_F(Backup, ThatWasStoppedIsContinued) {
    grow(600);
    auto stopping = order();
    stopping.go_on = [](Position) { return false; };
    const auto stopped = back_up_log(stopping);
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().kind, FailureKind::shutting_down);
    EXPECT_EQ(verify_log_backup(backup).error().kind, FailureKind::not_found);
    const auto kept = segments();
    EXPECT_FALSE(kept.empty());
    const auto finished = back_up();
    EXPECT_EQ(finished.added, 600U);
    EXPECT_EQ(segments().front(), kept.front());
    EXPECT_EQ(verify_log_backup(backup)->head, original.log->tree_head());
}

/// From the n-th change on, nothing reaches the disk any more.
class DyingFiles final : public rocksdb::FileSystemWrapper {
 public:
    explicit DyingFiles(int changes)
        : FileSystemWrapper{Disk::of_this_machine().files()}, left_{changes} {}
    const char* Name() const override { return "DyingFiles"; }
    bool died() const { return left_ < 0; }

    rocksdb::IOStatus change() {
        return left_-- > 0 ? rocksdb::IOStatus::OK() : rocksdb::IOStatus::NoSpace("it is full");
    }

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                                 const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
        const auto status = change();
        return status.ok() ? target()->RenameFile(from, to, options, debug) : status;
    }
    rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
        const auto status = change();
        return status.ok() ? target()->DeleteFile(name, options, debug) : status;
    }
    rocksdb::IOStatus CreateDirIfMissing(const std::string& name, const rocksdb::IOOptions& options,
                                         rocksdb::IODebugContext* debug) override {
        const auto status = change();
        return status.ok() ? target()->CreateDirIfMissing(name, options, debug) : status;
    }
    rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* result,
                                   rocksdb::IODebugContext* debug) override {
        const auto status = change();
        return status.ok() ? target()->NewDirectory(name, options, result, debug) : status;
    }

 private:
    int left_;
};

class DyingFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
    DyingFile(std::unique_ptr<rocksdb::FSWritableFile> file, DyingFiles& files)
        : FSWritableFileOwnerWrapper{std::move(file)}, files_{files} {}
    rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
        const auto status = files_.change();
        if (status.ok()) return FSWritableFileOwnerWrapper::Append(bytes, options, debug);
        // Half of it arrives.
        const rocksdb::Slice half{bytes.data(), bytes.size() / 2};
        FSWritableFileOwnerWrapper::Append(half, options, debug).PermitUncheckedError();
        return status;
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
        const auto status = files_.change();
        return status.ok() ? FSWritableFileOwnerWrapper::Sync(options, debug) : status;
    }

 private:
    DyingFiles& files_;
};

rocksdb::IOStatus DyingFiles::NewWritableFile(const std::string& name,
                                              const rocksdb::FileOptions& options,
                                              std::unique_ptr<rocksdb::FSWritableFile>* result,
                                              rocksdb::IODebugContext* debug) {
    auto status = change();
    if (!status.ok()) return status;
    status = target()->NewWritableFile(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<DyingFile>(std::move(*result), *this);
    return status;
}

TEST_F(Backup, InterruptedAnywhereLeavesTheFormerOneWhole) {
    grow(10);
    const auto former = back_up().head;
    const auto kept = folder.path() / "kept";
    fs::copy(backup, kept, fs::copy_options::recursive);
    grow(12);
    int interrupted = 0;
    for (int changes = 0;; ++changes) {
        fs::remove_all(backup);
        fs::copy(kept, backup, fs::copy_options::recursive);
        const auto files = std::make_shared<DyingFiles>(changes);
        Disk disk{files};
        const auto outcome = back_up_log(order(disk));
        if (outcome) {
            EXPECT_FALSE(files->died());
            break;
        }
        ++interrupted;
        EXPECT_EQ(outcome.error().kind, FailureKind::disk_full) << outcome.error().detail;
        const auto then = verify_log_backup(backup);
        ASSERT_TRUE(then.has_value()) << changes << " changes: " << then.error().detail;
        EXPECT_TRUE(then->head == former || then->head == original.log->tree_head());
        EXPECT_EQ(back_up().head, original.log->tree_head());
        EXPECT_EQ(verify_log_backup(backup)->head, original.log->tree_head());
    }
    EXPECT_GT(interrupted, 20);

    // The control: had the checkpoint come before the commits, the same check would tell.
    const auto newer = bytes_of_file(backup / "log" / "checkpoint");
    fs::remove_all(backup);
    fs::copy(kept, backup, fs::copy_options::recursive);
    std::ofstream{backup / "log" / "checkpoint", std::ios::binary} << newer;
    EXPECT_FALSE(verify_log_backup(backup).has_value());
}

TEST_F(Backup, OfKeysInterruptedAnywhereLeavesTheFormerOneWhole) {
    grow(3);
    back_up_the_keys();
    const auto former = verify_keys_backup(keys_backup)->key_seq;
    grow(3);
    int interrupted = 0;
    for (int changes = 0;; ++changes) {
        Disk disk{std::make_shared<DyingFiles>(changes)};
        const auto outcome = back_up_keys(*original.keys, original.log->id(), keys_backup, disk);
        if (outcome) break;
        ++interrupted;
        const auto then = verify_keys_backup(keys_backup);
        ASSERT_TRUE(then.has_value()) << then.error().detail;
        EXPECT_TRUE(then->key_seq == former || then->key_seq == original.keys->key_seq());
    }
    EXPECT_GT(interrupted, 3);
    EXPECT_EQ(verify_keys_backup(keys_backup)->key_seq, original.keys->key_seq());
}

/// Whether verifying or restoring would hand over what is in the backup.
class DamagedBackup : public Backup {
 protected:
    std::vector<std::string> unseen;  ///< what was damaged and not found

    void expect_found(const std::string& damage) {
        if (verify_log_backup(backup).has_value()) unseen.push_back(damage + ": by verifying");
        if (restore_backup(restoring()).has_value()) {
            unseen.push_back(damage + ": by restoring");
        }
        if (fs::exists(restored / "log")) unseen.push_back(damage + ": left a log");
        fs::remove_all(restored);
    }
    void write(const fs::path& file, std::string_view bytes) {
        std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
    }
};

TEST_F(DamagedBackup, IsFoundByVerifyingAndByRestoring) {
    grow(20);
    back_up();
    ASSERT_GT(segments().size(), 3U);
    for (const auto& [file, bytes] : files_below(backup)) {
        if (bytes.empty()) continue;  // the lock
        const auto name = file.filename().string();
        const auto step = std::max<std::size_t>(1, bytes.size() / 12);
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            auto flipped = bytes;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x04);
            write(file, flipped);
            expect_found(name + " flipped at " + std::to_string(at));
        }
        for (const std::size_t left : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
            write(file, std::string_view{bytes}.substr(0, left));
            expect_found(name + " cut to " + std::to_string(left));
        }
        write(file, bytes + "x");
        expect_found(name + " with a byte more");
        fs::remove(file);
        expect_found(name + " deleted");
        write(file, bytes);
    }
    EXPECT_EQ(unseen, std::vector<std::string>{});

    // The control: nothing is damaged any more, and the same check reports that nothing was found.
    expect_found("nothing");
    EXPECT_EQ(unseen.size(), 3U);
}

TEST_F(DamagedBackup, IsFoundWhenSegmentsAreExchangedOrOfAnotherLog) {
    grow(20);
    back_up();
    const auto names = segments();
    const auto folder_of_segments = backup / "log" / "segments";
    const auto one = bytes_of_file(folder_of_segments / names[0]);
    const auto two = bytes_of_file(folder_of_segments / names[1]);
    write(folder_of_segments / names[0], two);
    write(folder_of_segments / names[1], one);
    expect_found("two segments exchanged");
    write(folder_of_segments / names[0], one);
    write(folder_of_segments / names[1], two);

    const auto other = open_data(folder.path() / "other");
    CommitMaker other_maker;
    const auto commits = other_maker.joined(id_numbered<OrganizationId>(2), backed_up_person, 20);
    ASSERT_TRUE(other.log->append(Position{}, commits).has_value());
    const auto other_backup = folder.path() / "other-backup";
    ASSERT_TRUE(back_up_log({.log = *other.log,
                             .notary = *other.notary,
                             .folder = other_backup,
                             .segment_bytes = segment_bytes})
                    .has_value());
    write(folder_of_segments / names[0],
          bytes_of_file(other_backup / "log" / "segments" / names[0]));
    expect_found("a segment of another log");
    write(folder_of_segments / names[0], one);
    EXPECT_EQ(unseen, std::vector<std::string>{});
    EXPECT_TRUE(verify_log_backup(backup).has_value());
}

TEST_F(DamagedBackup, OfKeysIsFound) {
    grow(3);
    back_up();
    back_up_the_keys();
    const auto file = keys_backup / "keys";
    const auto bytes = bytes_of_file(file);
    const auto is_found = [&](const std::string& damaged) {
        write(file, damaged);
        const bool verified = verify_keys_backup(keys_backup).has_value();
        auto with_keys = restoring();
        with_keys.keys_backup = keys_backup;
        const bool was_restored = restore_backup(with_keys).has_value();
        fs::remove_all(restored);
        return !verified && !was_restored;
    };
    const auto step = std::max<std::size_t>(1, bytes.size() / 40);
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        auto flipped = bytes;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
        EXPECT_TRUE(is_found(flipped)) << "flipped at " << at;
    }
    EXPECT_TRUE(is_found(bytes.substr(0, bytes.size() - 1)));
    EXPECT_TRUE(is_found(bytes + "x"));
    EXPECT_FALSE(is_found(bytes));
}

TEST(BackupFolders, AreApartOrNot) {
    EXPECT_TRUE(are_apart("/a/log", "/a/keys"));
    EXPECT_TRUE(are_apart("/a/log", "/a/log-keys"));
    EXPECT_FALSE(are_apart("/a/log", "/a/log"));
    EXPECT_FALSE(are_apart("/a/log/", "/a/log"));
    EXPECT_FALSE(are_apart("/a", "/a/keys"));
    EXPECT_FALSE(are_apart("/a/keys", "/a"));
    EXPECT_FALSE(are_apart("/a/b/../keys", "/a/keys/c"));
}

}  // namespace
}  // namespace muster::test
