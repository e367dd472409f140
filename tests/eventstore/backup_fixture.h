// A data folder without a server: keys, a log and its notary, and a backup of them beside it.
#pragma once

#include "eventstore/copies/backup.h"
#include "eventstore/copies/restore.h"
#include "eventstore/keys/keys.h"
#include "eventstore/keys/keys_backup.h"
#include "eventstore/log/notary.h"
#include "eventstore/log/rocksdb_log.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace muster::test {

inline const auto backed_up_organization = id_numbered<OrganizationId>(1);
inline const auto backed_up_person = id_numbered<PersonId>(7);

/// What a server has open.
struct OpenedData {
    std::unique_ptr<KeyStore> keys;
    std::unique_ptr<EventLog> log;
    std::unique_ptr<Notary> notary;

    void close() {
        notary.reset();
        log.reset();
        keys.reset();
    }
};

inline OpenedData open_data(const std::filesystem::path& data) {
    OpenedData opened;
    auto keys = open_key_store(data / "keys");
    EXPECT_TRUE(keys.has_value()) << keys.error().detail;
    if (!keys) return opened;
    opened.keys = std::move(*keys);
    auto log = open_rocksdb_log(data / "log");
    EXPECT_TRUE(log.has_value()) << log.error().detail;
    if (!log) return opened;
    opened.log = std::move(*log);
    auto notary = open_notary(data, *opened.log, Disk::of_this_machine(), Workers::with_threads());
    EXPECT_TRUE(notary.has_value()) << notary.error().detail;
    if (notary) opened.notary = std::move(*notary);
    return opened;
}

class BackupFixture : public ::testing::Test {
 protected:
    /// So small that a few commits fill a segment.
    static constexpr std::size_t segment_bytes = 1'500;

    TemporaryFolder folder;
    const std::filesystem::path data = folder.path() / "data";
    const std::filesystem::path backup = folder.path() / "backup";
    const std::filesystem::path keys_backup = folder.path() / "keys-backup";
    const std::filesystem::path restored = folder.path() / "restored";
    OpenedData original = open_data(data);
    CommitMaker maker;

    void reopen(const std::filesystem::path& from) {
        original.close();
        original = open_data(from);
    }

    /// Commits, and the rows of keys/ that they need.
    void grow(std::size_t count) {
        const auto commits = maker.joined(backed_up_organization, backed_up_person, count);
        while (original.keys->key_seq() < commits.back().key_seq) {
            const auto address = std::to_string(original.keys->key_seq()) + "@example.org";
            ASSERT_TRUE(original.keys->person_for(address).has_value());
        }
        ASSERT_TRUE(original.keys->sync().has_value());
        const auto head = original.log->append(original.log->head(), commits);
        ASSERT_TRUE(head.has_value()) << head.error().detail;
    }

    BackupOrder order(Disk& disk = Disk::of_this_machine()) const {
        return {.log = *original.log,
                .notary = *original.notary,
                .folder = backup,
                .segment_bytes = segment_bytes,
                .disk = &disk};
    }
    BackupReport back_up() const {
        const auto report = back_up_log(order());
        EXPECT_TRUE(report.has_value()) << report.error().detail;
        return report.value_or(BackupReport{});
    }
    void back_up_the_keys() const {
        const auto report = back_up_keys(*original.keys, original.log->id(), keys_backup);
        ASSERT_TRUE(report.has_value()) << report.error().detail;
    }

    RestoreOrder restoring() const {
        return {.backup = backup, .keys_backup = {}, .data = restored};
    }

    /// Everything that a log serves, as text.
    static std::vector<std::string> commits_of(const EventLog& log) {
        std::vector<std::string> commits;
        const auto stored = log.read_stored(Position{1}, 1'000'000);
        EXPECT_TRUE(stored.has_value());
        for (const auto& commit : stored.value_or(std::vector<StoredCommit>{})) {
            commits.push_back(commit.bytes);
        }
        return commits;
    }
    std::vector<std::string> first_commits(std::size_t count) const {
        auto commits = commits_of(*original.log);
        commits.resize(count);
        return commits;
    }

    /// The segments' names, in order.
    std::vector<std::string> segments() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator{backup / "log" / "segments"}) {
            names.push_back(entry.path().filename().string());
        }
        std::ranges::sort(names);
        return names;
    }
};

inline TreeHead head_at(const EventLog& log, std::uint64_t size) {
    const auto edge = TreeEdge::load(log.tree(), size);
    EXPECT_TRUE(edge.has_value());
    return edge ? edge->head() : TreeHead{};
}

}  // namespace muster::test
