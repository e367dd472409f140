// The file system whose calls fail: which call fails, and with what.
#include "tests/power/failing_files.h"

#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>

namespace muster::test {
namespace {

class FailingFilesTest : public ::testing::Test {
 protected:
    TemporaryFolder folder;
    FailingFiles files{rocksdb::FileSystem::Default()};

    std::string at(const std::string& name) const { return (folder.path() / name).string(); }
    std::unique_ptr<rocksdb::FSWritableFile> made(const std::string& name) {
        std::unique_ptr<rocksdb::FSWritableFile> file;
        EXPECT_TRUE(files.NewWritableFile(at(name), {}, &file, nullptr).ok());
        return file;
    }
};

TEST_F(FailingFilesTest, FailsTheNthCallAndNoOther) {
    const auto file = made("a");
    files.fail({.kinds = {CallKind::append}, .first = 2});
    EXPECT_TRUE(file->Append("1", {}, nullptr).ok());
    EXPECT_TRUE(file->Sync({}, nullptr).ok()) << "of another kind";
    const auto failed = file->Append("2", {}, nullptr);
    EXPECT_TRUE(failed.IsIOError());
    EXPECT_TRUE(file->Append("3", {}, nullptr).ok());
    EXPECT_EQ(files.calls(), 3U);
    EXPECT_EQ(files.failures(), 1U);
    EXPECT_EQ(bytes_of_file(at("a")), "13");
}

TEST_F(FailingFilesTest, FailsFromTheNthOnUntilItIsHealed) {
    const auto file = made("a");
    files.fail({.kinds = {CallKind::append}, .error = Fault::Error::no_space, .stays = true});
    EXPECT_TRUE(file->Append("1", {}, nullptr).IsNoSpace());
    EXPECT_TRUE(file->Append("2", {}, nullptr).IsNoSpace());
    files.heal();
    EXPECT_TRUE(file->Append("3", {}, nullptr).ok());
    EXPECT_EQ(bytes_of_file(at("a")), "3");
}

TEST_F(FailingFilesTest, AShortWriteIsHalfDone) {
    const auto file = made("a");
    files.fail({.kinds = {CallKind::append}, .error = Fault::Error::short_write});
    EXPECT_TRUE(file->Append("12345678", {}, nullptr).IsNoSpace());
    EXPECT_EQ(bytes_of_file(at("a")), "1234");
}

TEST_F(FailingFilesTest, LooksOnlyBelowItsPath) {
    const auto file = made("a");
    const auto other = made("b");
    files.fail({.kinds = {CallKind::append}, .stays = true, .below = at("b")});
    EXPECT_TRUE(file->Append("1", {}, nullptr).ok());
    EXPECT_FALSE(other->Append("1", {}, nullptr).ok());
}

TEST_F(FailingFilesTest, NamesAndFoldersFailToo) {
    made("a");
    files.fail({.kinds = changing_calls(), .error = Fault::Error::read_only, .stays = true});
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const auto refused = files.NewWritableFile(at("b"), {}, &file, nullptr);
    EXPECT_NE(refused.ToString().find("Read-only file system"), std::string::npos)
        << refused.ToString();
    EXPECT_FALSE(files.RenameFile(at("a"), at("b"), {}, nullptr).ok());
    EXPECT_FALSE(files.DeleteFile(at("a"), {}, nullptr).ok());
    EXPECT_FALSE(files.CreateDir(at("f"), {}, nullptr).ok());
    EXPECT_TRUE(files.FileExists(at("a"), {}, nullptr).ok()) << "reading goes on";
}

}  // namespace
}  // namespace muster::test
