// The file system that loses its power: each kind of loss really occurs, what was synced never
// changes, and the same seed does the same. Over memory and over the real disk.
#include "tests/power/power_loss_files.h"

#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <map>

namespace muster::test {
namespace {

std::shared_ptr<rocksdb::FileSystem> in_memory() {
    static rocksdb::Env* const environment = rocksdb::NewMemEnv(rocksdb::Env::Default());
    return environment->GetFileSystem();
}

/// A folder on a disk that can lose its power.
class LossyFolder {
 public:
    explicit LossyFolder(bool memory)
        : target_{memory ? in_memory() : rocksdb::FileSystem::Default()},
          files_{std::make_shared<PowerLossFiles>(target_, path())} {
        target_->CreateDirIfMissing(path(), {}, nullptr).PermitUncheckedError();
    }

    std::string path() const { return folder_.path().string(); }
    std::string at(const std::string& name) const { return path() + "/" + name; }
    PowerLossFiles& files() { return *files_; }
    rocksdb::FileSystem& target() { return *target_; }

    std::unique_ptr<rocksdb::FSWritableFile> made(const std::string& name) {
        std::unique_ptr<rocksdb::FSWritableFile> file;
        EXPECT_TRUE(files_->NewWritableFile(at(name), {}, &file, nullptr).ok());
        return file;
    }
    /// A new file with these bytes, synced.
    void write(const std::string& name, const std::string& bytes) {
        const auto file = made(name);
        EXPECT_TRUE(file->Append(bytes, {}, nullptr).ok());
        EXPECT_TRUE(file->Sync({}, nullptr).ok());
    }
    void sync(const std::string& folder = "") {
        std::unique_ptr<rocksdb::FSDirectory> handle;
        ASSERT_TRUE(files_->NewDirectory(at(folder), {}, &handle, nullptr).ok());
        EXPECT_TRUE(handle->Fsync({}, nullptr).ok());
    }
    void rename(const std::string& from, const std::string& to) {
        EXPECT_TRUE(files_->RenameFile(at(from), at(to), {}, nullptr).ok());
    }
    void remove(const std::string& name) {
        EXPECT_TRUE(files_->DeleteFile(at(name), {}, nullptr).ok());
    }
    bool has(const std::string& name) { return target_->FileExists(at(name), {}, nullptr).ok(); }
    std::string bytes(const std::string& name) {
        std::string result;
        const auto read = rocksdb::ReadFileToString(target_.get(), at(name), &result);
        return read.ok() ? result : "(missing)";
    }
    std::vector<std::string> names() {
        std::vector<std::string> result;
        EXPECT_TRUE(files_->GetChildren(path(), {}, &result, nullptr).ok());
        std::erase_if(result, [](const std::string& name) { return name == "." || name == ".."; });
        std::ranges::sort(result);
        return result;
    }

 private:
    const TemporaryFolder folder_;
    const std::shared_ptr<rocksdb::FileSystem> target_;
    const std::shared_ptr<PowerLossFiles> files_;
};

class PowerLossFilesTest : public ::testing::TestWithParam<bool> {
 protected:
    /// Does something in a folder of its own for each seed, loses the power, and counts what is
    /// left, as it is described.
    template <class Deeds, class Describe>
    std::map<std::string, int> outcomes(const Deeds& deeds, const Describe& describe,
                                        const LossOptions& options = {.scrambled_percent = 0}) {
        std::map<std::string, int> result;
        const std::uint64_t seeds = GetParam() ? 200 : 60;
        for (std::uint64_t seed = 0; seed < seeds; ++seed) {
            LossyFolder folder{GetParam()};
            deeds(folder);
            folder.files().cut_now();
            folder.files().lose_power(seed, options);
            ++result[describe(folder)];
        }
        return result;
    }
    static std::string whether(LossyFolder& folder, const std::string& name) {
        return folder.has(name) ? name : "";
    }
};

INSTANTIATE_TEST_SUITE_P(OverMemoryAndDisk, PowerLossFilesTest, ::testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Memory" : "Disk"; });

/// How each of the sectors of a file of `old` that became one of `now` came out: o, n, t (torn), z
/// (zeros), g (garbage), and where the file ends.
std::string fate_of(const std::string& bytes, std::size_t synced) {
    if (!bytes.starts_with(std::string(synced, 'o'))) return "other bytes";
    std::string fate;
    for (std::size_t at = synced; at < bytes.size(); at = (at / 512 + 1) * 512) {
        const std::string sector = bytes.substr(at, (at / 512 + 1) * 512 - at);
        const auto all = [&](std::string_view of) {
            return sector.find_first_not_of(of) == std::string::npos;
        };
        const std::string_view new_or_zero{"n\0", 2};
        fate += all("n") ? 'n' : all({"\0", 1}) ? 'z' : all(new_or_zero) ? 't' : 'g';
    }
    return fate;
}

void append(LossyFolder& folder, bool and_sync) {
    const auto file = folder.made("a");
    EXPECT_TRUE(file->Append(std::string(700, 'o'), {}, nullptr).ok());
    EXPECT_TRUE(file->Sync({}, nullptr).ok());
    folder.sync();
    EXPECT_TRUE(file->Append(std::string(3'000, 'n'), {}, nullptr).ok());
    if (and_sync) {
        EXPECT_TRUE(file->Sync({}, nullptr).ok());
    }
}

TEST_P(PowerLossFilesTest, AnUnsyncedEndIsKeptLostShortenedPiercedOrTorn) {
    const auto seen = outcomes([](LossyFolder& folder) { append(folder, false); },
                               [](LossyFolder& folder) { return fate_of(folder.bytes("a"), 700); });
    const auto any = [&](const auto& what) {
        return std::ranges::any_of(seen, [&](const auto& each) { return what(each.first); });
    };
    EXPECT_FALSE(seen.contains("other bytes"));
    EXPECT_TRUE(seen.contains("nnnnnnn")) << "all of it survives";
    EXPECT_TRUE(seen.contains("")) << "none of it survives";
    EXPECT_TRUE(seen.contains("nnn")) << "its beginning survives";
    EXPECT_TRUE(any([](const std::string& fate) { return fate.contains("zn"); })) << "a hole";
    EXPECT_TRUE(any([](const std::string& fate) { return fate.contains('t'); })) << "torn";
    EXPECT_FALSE(any([](const std::string& fate) { return fate.contains('g'); })) << "not asked";
}

TEST_P(PowerLossFilesTest, NoOrderIsLostWhenNotAskedFor) {
    const auto seen = outcomes([](LossyFolder& folder) { append(folder, false); },
                               [](LossyFolder& folder) { return fate_of(folder.bytes("a"), 700); },
                               {.scrambled_percent = 0, .reordered_percent = 0});
    EXPECT_GT(seen.size(), 5U);
    for (const auto& [fate, count] : seen) {
        EXPECT_EQ(fate.find_first_not_of('n'), std::string::npos) << fate;
    }
}

TEST_P(PowerLossFilesTest, AScrambledSectorHoldsGarbageAndIsReported) {
    std::uint64_t reported = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        LossyFolder folder{GetParam()};
        append(folder, false);
        folder.files().cut_now();
        const PowerLoss loss = folder.files().lose_power(seed, {.scrambled_percent = 100});
        const std::string fate = fate_of(folder.bytes("a"), 700);
        EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(fate, 'g')),
                  loss.sectors_scrambled);
        reported += loss.sectors_scrambled;
    }
    EXPECT_GT(reported, 0U);
}

TEST_P(PowerLossFilesTest, WhatWasSyncedNeverChanges) {
    const auto seen = outcomes([](LossyFolder& folder) { append(folder, true); },
                               [](LossyFolder& folder) { return fate_of(folder.bytes("a"), 700); },
                               {.scrambled_percent = 50});
    EXPECT_EQ(seen.size(), 1U);
    EXPECT_TRUE(seen.contains("nnnnnnn"));
}

TEST_P(PowerLossFilesTest, ASyncedFileWhoseNameWasNotSyncedMayVanish) {
    const auto seen = outcomes([](LossyFolder& folder) { folder.write("a", "bytes"); },
                               [](LossyFolder& folder) { return whether(folder, "a"); });
    EXPECT_EQ(seen.size(), 2U);
    const auto control = outcomes(
        [](LossyFolder& folder) {
            folder.write("a", "bytes");
            folder.sync();
        },
        [](LossyFolder& folder) { return whether(folder, "a"); });
    EXPECT_EQ(control.size(), 1U) << "with its folder synced it stays";
}

TEST_P(PowerLossFilesTest, ARemovedFileMayComeBackWithItsBytes) {
    const auto seen = outcomes(
        [](LossyFolder& folder) {
            folder.write("a", "bytes");
            folder.sync();
            folder.remove("a");
            EXPECT_EQ(folder.names(), std::vector<std::string>{}) << "it is gone for everybody";
        },
        [](LossyFolder& folder) { return folder.bytes("a"); });
    EXPECT_EQ(seen.size(), 2U);
    EXPECT_TRUE(seen.contains("bytes"));
    EXPECT_TRUE(seen.contains("(missing)"));
}

TEST_P(PowerLossFilesTest, ARenamingMayBeUndoneAndBringsBackWhatItReplaced) {
    const auto seen = outcomes(
        [](LossyFolder& folder) {
            folder.write("a", "old");
            folder.sync();
            folder.write("a.new", "new");
            folder.rename("a.new", "a");
            EXPECT_EQ(folder.bytes("a"), "new");
        },
        [](LossyFolder& folder) { return folder.bytes("a") + " " + folder.bytes("a.new"); });
    const std::map<std::string, int> expected{
        {"new (missing)", seen.at("new (missing)")},
        {"old new", seen.at("old new")},
        {"old (missing)", seen.at("old (missing)")},
    };
    EXPECT_EQ(seen, expected) << "one of the three, and never neither";
}

TEST_P(PowerLossFilesTest, ARenamedFolderKeepsOrLosesWhatIsInIt) {
    const auto deeds = [](LossyFolder& folder) {
        EXPECT_TRUE(folder.files().CreateDir(folder.at("f.new"), {}, nullptr).ok());
        folder.sync();
        folder.write("f.new/a", "bytes");
        folder.rename("f.new", "f");
        folder.write("f/b", "bytes");
    };
    const auto left = [](LossyFolder& folder) {
        return whether(folder, "f/a") + " " + whether(folder, "f/b") + " " +
               whether(folder, "f.new/a") + " " + whether(folder, "f.new/b");
    };
    const auto seen = outcomes(deeds, left);
    EXPECT_TRUE(seen.contains("f/a f/b  "));
    EXPECT_TRUE(seen.contains("f/a   "));
    EXPECT_TRUE(seen.contains("  f.new/a f.new/b"));
    EXPECT_TRUE(seen.contains("   "));
    EXPECT_FALSE(seen.contains(" f/b  ")) << "that takes another order";
    EXPECT_TRUE(outcomes(deeds, left, {.scrambled_percent = 0, .reordered_names_percent = 100})
                    .contains(" f/b  "));
}

TEST_P(PowerLossFilesTest, AMadeFolderMayVanishWithAllThatIsInIt) {
    const auto seen = outcomes(
        [](LossyFolder& folder) {
            EXPECT_TRUE(folder.files().CreateDir(folder.at("f"), {}, nullptr).ok());
            folder.write("f/a", "bytes");
            folder.sync("f");
        },
        [](LossyFolder& folder) { return whether(folder, "f") + " " + whether(folder, "f/a"); });
    EXPECT_EQ(seen.size(), 2U);
    EXPECT_TRUE(seen.contains(" "));
    EXPECT_TRUE(seen.contains("f f/a")) << "the names in it were synced";
}

TEST_P(PowerLossFilesTest, ASectorWrittenOverIsOldNewOrTorn) {
    const auto seen = outcomes(
        [](LossyFolder& folder) {
            folder.write("a", std::string(1'024, 'o'));
            folder.sync();
            std::unique_ptr<rocksdb::FSRandomRWFile> file;
            ASSERT_TRUE(folder.files().NewRandomRWFile(folder.at("a"), {}, &file, nullptr).ok());
            EXPECT_TRUE(file->Write(512, std::string(512, 'n'), {}, nullptr).ok());
        },
        [](LossyFolder& folder) {
            const std::string sector = folder.bytes("a").substr(512);
            EXPECT_EQ(folder.bytes("a").substr(0, 512), std::string(512, 'o'));
            const bool torn = sector.starts_with('n') && sector.ends_with('o');
            return torn ? std::string{"torn"} : sector.substr(0, 1) + sector.substr(511);
        });
    EXPECT_EQ(seen.size(), 3U);
    EXPECT_TRUE(seen.contains("oo") && seen.contains("nn") && seen.contains("torn"));
}

TEST_P(PowerLossFilesTest, ATruncationMayBeUndone) {
    const auto seen = outcomes(
        [](LossyFolder& folder) {
            folder.write("a", std::string(1'500, 'o'));
            folder.sync();
            folder.made("a");
        },
        [](LossyFolder& folder) { return folder.bytes("a"); });
    EXPECT_TRUE(seen.contains(""));
    EXPECT_TRUE(seen.contains(std::string(1'500, 'o')));
    for (const auto& [bytes, count] : seen) {
        EXPECT_EQ(bytes.find_first_not_of('o'), std::string::npos);
    }
}

TEST_P(PowerLossFilesTest, FromTheCutOnEveryCallFails) {
    LossyFolder folder{GetParam()};
    const auto file = folder.made("a");
    bool told = false;
    folder.files().cut_at(2, [&] { told = true; });
    EXPECT_TRUE(file->Append("first", {}, nullptr).ok());
    EXPECT_FALSE(told);
    EXPECT_FALSE(file->Sync({}, nullptr).ok()) << "the second event";
    EXPECT_TRUE(told);
    EXPECT_FALSE(folder.files().has_power());
    EXPECT_FALSE(file->Append("more", {}, nullptr).ok());
    EXPECT_FALSE(folder.files().FileExists(folder.at("a"), {}, nullptr).ok());
    EXPECT_FALSE(folder.files().CreateDir(folder.at("f"), {}, nullptr).ok());
    folder.files().lose_power(1);
    EXPECT_TRUE(folder.files().CreateDir(folder.at("f"), {}, nullptr).ok());
    EXPECT_FALSE(file->Append("more", {}, nullptr).ok()) << "its machine is not running any more";
}

TEST_P(PowerLossFilesTest, ALockEndsWithThePower) {
    LossyFolder folder{GetParam()};
    rocksdb::FileLock* before = nullptr;
    rocksdb::FileLock* after = nullptr;
    ASSERT_TRUE(folder.files().LockFile(folder.at("LOCK"), {}, &before, nullptr).ok());
    EXPECT_FALSE(folder.files().LockFile(folder.at("LOCK"), {}, &after, nullptr).ok());
    folder.files().cut_now();
    folder.files().lose_power(1);
    ASSERT_TRUE(folder.files().LockFile(folder.at("LOCK"), {}, &after, nullptr).ok());
    EXPECT_TRUE(folder.files().UnlockFile(before, {}, nullptr).ok());
    EXPECT_TRUE(folder.files().UnlockFile(after, {}, nullptr).ok());
}

TEST_P(PowerLossFilesTest, TheSameSeedDoesTheSame) {
    const auto left = [&](std::uint64_t seed) {
        LossyFolder folder{GetParam()};
        append(folder, false);
        folder.write("b", "bytes");
        folder.rename("b", "c");
        folder.files().cut_now();
        folder.files().lose_power(seed, {.scrambled_percent = 50});
        return folder.bytes("a") + folder.bytes("b") + folder.bytes("c");
    };
    for (std::uint64_t seed = 0; seed < 20; ++seed) EXPECT_EQ(left(seed), left(seed));
    EXPECT_NE(left(1), left(2));
}

}  // namespace
}  // namespace muster::test
