// RocksDB on a disk that loses its power: the model is one on which a careful program loses nothing
// and a careless one does.
#include "tests/power/failing_files.h"
#include "tests/power/power_loss_files.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <cstdarg>

namespace muster::test {
namespace {

const std::string root = "/machine";

/// RocksDB aborts when it cannot write its own LOG.
class Silence final : public rocksdb::Logger {
 public:
    using Logger::Logv;
    void Logv(const char*, std::va_list) override {}
};

/// A machine with nothing but memory, and a database on it.
class LossyDatabase {
 public:
    /// RocksDB does not sync the folder above its own, so that its own is made by somebody else.
    LossyDatabase() {
        EXPECT_TRUE(files_->CreateDir(root, {}, nullptr).ok());
        EXPECT_TRUE(files_->CreateDir(root + "/store", {}, nullptr).ok());
        std::unique_ptr<rocksdb::FSDirectory> folder;
        EXPECT_TRUE(files_->NewDirectory(root, {}, &folder, nullptr).ok());
        EXPECT_TRUE(folder->Fsync({}, nullptr).ok());
    }

    FailingFiles& faults() { return *faults_; }

    /// What is missing after one cut of the power, a line each.
    std::vector<std::string> missing_after(std::uint64_t seed, std::uint64_t event, bool sync) {
        files_->cut_at(event);
        int acknowledged = 0;
        if (auto database = opened()) acknowledged = put_until_it_fails(*database, 0, sync);
        files_->cut_now();
        files_->lose_power(seed, {.scrambled_percent = 0, .reordered_percent = 0});
        std::vector<std::string> missing;
        auto database = opened();
        if (!database) return {"it does not open: " + why_not_};
        for (int i = 0; i < acknowledged; ++i) {
            std::string value;
            if (!database->Get({}, std::to_string(i), &value).ok() || value.size() != 700) {
                missing.push_back(std::to_string(i));
            }
        }
        return missing;
    }

 private:
    std::unique_ptr<rocksdb::DB> opened() {
        rocksdb::Options options;
        options.create_if_missing = true;
        options.env = environment_.get();
        options.info_log = std::make_shared<Silence>();
        options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
        options.write_buffer_size = 64U << 10U;
        rocksdb::DB* database = nullptr;
        const auto status = rocksdb::DB::Open(options, root + "/store", &database);
        why_not_ = status.ToString();
        return std::unique_ptr<rocksdb::DB>{database};
    }

    /// Puts numbers until a put fails; how many were acknowledged.
    int put_until_it_fails(rocksdb::DB& database, int from, bool sync) {
        rocksdb::WriteOptions options;
        options.sync = sync;
        constexpr int enough = 40;
        for (int i = from; i < from + enough; ++i) {
            const std::string value(700, 'v');
            if (!database.Put(options, std::to_string(i), value).ok()) return i;
        }
        return from + enough;
    }

    const std::unique_ptr<rocksdb::Env> memory_{rocksdb::NewMemEnv(rocksdb::Env::Default())};
    const std::shared_ptr<PowerLossFiles> files_ =
        std::make_shared<PowerLossFiles>(memory_->GetFileSystem(), root);
    const std::shared_ptr<FailingFiles> faults_ = std::make_shared<FailingFiles>(files_);
    const std::unique_ptr<rocksdb::Env> environment_ = rocksdb::NewCompositeEnv(faults_);
    std::string why_not_;
};

TEST(DatabaseInMemory, KeepsWhatWasSyncedAtWhateverEventThePowerGoes) {
    for (std::uint64_t event = 1; event < 200; ++event) {
        LossyDatabase machine;
        EXPECT_EQ(machine.missing_after(event, event, true), std::vector<std::string>{}) << event;
    }
}

TEST(DatabaseInMemory, LosesWhatWasNotSynced) {
    bool lost = false;
    for (std::uint64_t event = 100; event < 130 && !lost; ++event) {
        LossyDatabase machine;
        lost = !machine.missing_after(event, event, false).empty();
    }
    EXPECT_TRUE(lost) << "the control";
}

TEST(DatabaseInMemory, LosesWhatASwallowedSyncDidNotMakeDurable) {
    bool lost = false;
    for (std::uint64_t event = 100; event < 130 && !lost; ++event) {
        LossyDatabase machine;
        machine.faults().fail(
            {.kinds = {CallKind::sync}, .error = Fault::Error::swallowed, .stays = true});
        lost = !machine.missing_after(event, event, true).empty();
    }
    EXPECT_TRUE(lost) << "the control";
}

}  // namespace
}  // namespace muster::test
