// A MANIFEST whose end a loss of power tore: the log opens by itself where nothing is lost without
// it, and is left as it was where something is.
#include "eventstore/machine/torn_manifest.h"

#include "eventstore/keys/keys.h"
#include "eventstore/log/log_store.h"
#include "eventstore/log/rocksdb_log.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

/// What is left of a record that was being written: its head, and not all of its bytes.
std::string torn_record() {
    return std::string{"\x11\x22\x33\x44\x40\x00\x01", 7} + std::string(0x20, 'x') +
           std::string(0x20, '\0');
}

fs::path manifest_of(const fs::path& store) {
    auto name = bytes_of_file(store / "CURRENT");
    while (name.ends_with('\n')) name.pop_back();
    return store / name;
}

void write(const fs::path& file, const std::string& bytes) {
    std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
}

class TornManifest : public testing::Test {
 protected:
    void SetUp() override {
        for (std::uint64_t run = 0; run < 3; ++run) {
            auto log = open_rocksdb_log(folder());
            ASSERT_TRUE(log.has_value());
            id_ = (*log)->id();
            for (std::uint64_t i = 0; i < 5; ++i) append_some(**log);
            // Copied at work, it has a write-ahead log that only an opening puts away.
            if (run == 2) fs::copy(folder(), at_work(), fs::copy_options::recursive);
        }
    }
    void append_some(EventLog& log) {
        const auto commit = commit_of_nobody(next(log.head()));
        ASSERT_TRUE(log.append(log.head(), {&commit, 1}).has_value());
    }
    static Commit commit_of_nobody(Position position) {
        Commit commit;
        commit.position = position;
        commit.recorded_at = commit.effective_at =
            Instant{1'700'000'000'000'000 + static_cast<std::int64_t>(number(position))};
        commit.command = SettleDue{};
        return commit;
    }

    fs::path folder() const { return temporary_.path() / "log"; }
    fs::path at_work() const { return temporary_.path() / "at-work"; }

    TemporaryFolder temporary_;
    boost::uuids::uuid id_{};
};

TEST_F(TornManifest, HasAnEndWhereItsLastWholeRecordHasOne) {
    const std::string whole = bytes_of_file(manifest_of(folder() / "store"));
    EXPECT_EQ(torn_end_of(whole), std::nullopt) << "the control: RocksDB's own is understood";
    EXPECT_EQ(torn_end_of(whole + torn_record()), whole.size());
    EXPECT_EQ(torn_end_of(whole + '\0'), whole.size());
    std::size_t last_record = whole.size() - 1;
    while (torn_end_of(whole.substr(0, last_record))) --last_record;
    for (std::size_t size = last_record + 1; size < whole.size(); ++size) {
        EXPECT_EQ(torn_end_of(whole.substr(0, size)), last_record) << size;
    }
    EXPECT_EQ(torn_end_of(""), std::nullopt);
    EXPECT_EQ(torn_end_of("nonsense that has no whole record"), std::nullopt);
}

TEST_F(TornManifest, OfALogThatLacksNothingWithoutItsEndIsMended) {
    for (const fs::path& log_folder : {folder(), at_work()}) {
        const fs::path manifest = manifest_of(log_folder / "store");
        write(manifest, bytes_of_file(manifest) + torn_record());
        const auto raw = LogStore::open(Disk::of_this_machine(), log_folder / "store");
        ASSERT_FALSE(raw.has_value()) << "the control: to RocksDB it is damage";
        EXPECT_EQ(raw.error().kind, FailureKind::corrupted);

        auto log = open_rocksdb_log(log_folder);
        ASSERT_TRUE(log.has_value()) << log.error().detail;
        EXPECT_EQ((*log)->head(), Position{15});
        EXPECT_EQ((*log)->id(), id_);
        EXPECT_EQ((*log)->read(Position{1}, 100)->size(), 15U);
        append_some(**log);
        log->reset();
        log = open_rocksdb_log(log_folder);
        ASSERT_TRUE(log.has_value()) << log.error().detail;
        EXPECT_EQ((*log)->head(), Position{16});
    }
}

TEST_F(TornManifest, OfALogThatLacksSomethingWithoutItsEndIsLeftAsItWas) {
    const fs::path manifest = manifest_of(folder() / "store");
    const std::string whole = bytes_of_file(manifest);
    // Only the first records are left, of a store that had next to nothing.
    std::size_t early = 0;
    for (std::size_t size = whole.size() / 3; early == 0 && size > 0; --size) {
        early = torn_end_of(whole.substr(0, size)).value_or(0);
    }
    ASSERT_GT(early, 0U);
    write(manifest, whole.substr(0, early) + torn_record());
    const auto before = files_below(folder());
    const auto log = open_rocksdb_log(folder());
    ASSERT_FALSE(log.has_value());
    EXPECT_THAT(log.error().detail, testing::HasSubstr("muster log salvage"));
    EXPECT_EQ(files_below(folder()), before);

    write(manifest, whole);
    EXPECT_TRUE(open_rocksdb_log(folder()).has_value()) << "the control: nothing else was wrong";
}

TEST_F(TornManifest, WithoutAMarkNothingIsProved) {
    const fs::path manifest = manifest_of(folder() / "store");
    write(manifest, bytes_of_file(manifest) + torn_record());
    fs::remove(folder() / "mark");
    EXPECT_FALSE(open_rocksdb_log(folder()).has_value());
    EXPECT_FALSE(accept_rocksdb_log(folder()).has_value());
}

TEST_F(TornManifest, OfKeysIsMendedToo) {
    const fs::path keys_folder = temporary_.path() / "keys";
    PersonId person;
    {
        auto keys = open_key_store(keys_folder);
        ASSERT_TRUE(keys.has_value());
        person = *(*keys)->person_for("ada@example.org");
    }
    const fs::path manifest = manifest_of(keys_folder / "store");
    write(manifest, bytes_of_file(manifest) + torn_record());
    const auto keys = open_key_store(keys_folder);
    ASSERT_TRUE(keys.has_value()) << keys.error().detail;
    EXPECT_EQ(*(*keys)->find_person("ada@example.org"), person);
}

/// No mark tells of a row that only a commit names, but a table that would be let go does.
TEST_F(TornManifest, OfKeysThatLackARowWithoutItsEndIsLeftAsItWas) {
    const fs::path keys_folder = temporary_.path() / "keys";
    for (const char* address : {"ada@example.org", "bo@example.org"}) {
        auto keys = open_key_store(keys_folder);
        ASSERT_TRUE(keys.has_value());
        ASSERT_TRUE((*keys)->person_for(address).has_value());
    }
    ASSERT_TRUE(open_key_store(keys_folder).has_value());
    const fs::path manifest = manifest_of(keys_folder / "store");
    const std::string whole = bytes_of_file(manifest);
    for (std::size_t size = whole.size() - 1; size > 0; --size) {
        const auto end = torn_end_of(whole.substr(0, size));
        if (!end) continue;
        size = *end;
        write(manifest, whole.substr(0, *end) + torn_record());
        const auto before = files_below(keys_folder);
        const auto keys = open_key_store(keys_folder);
        if (keys) {
            EXPECT_TRUE((*keys)->find_person("ada@example.org")->has_value()) << size;
            EXPECT_TRUE((*keys)->find_person("bo@example.org")->has_value()) << size;
            break;
        }
        EXPECT_EQ(files_below(keys_folder), before) << size;
        if (size < 20) break;
    }
}

}  // namespace
}  // namespace muster::test
