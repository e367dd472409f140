// The file that a key store is backed up to, and the store that is made of it.
#include "eventstore/keys/keys_backup.h"

#include "domain/ensure.h"
#include "eventstore/keys/keys_file.h"
#include "eventstore/keys/keys_layout.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/machine/store_folder.h"
#include "eventstore/proof/mark.h"

#include <rocksdb/write_batch.h>

namespace muster {
namespace {

constexpr std::string_view file_name = "keys";
constexpr std::string_view row_prefix = "row:";

/// What is known of a backup once all of it was read.
class Reading {
 public:
    std::expected<void, Failure> see(std::string_view name, std::string_view value);
    std::expected<KeysBackupReport, Failure> finish(const Disk::Path& file) const;

    const std::string& kek() const { return kek_; }
    const std::string& signing_key() const { return signing_key_; }
    const boost::uuids::uuid& store_id() const { return store_id_; }
    std::uint64_t generation() const { return generation_; }

 private:
    std::optional<boost::uuids::uuid> log_id_;
    boost::uuids::uuid store_id_{};
    std::optional<std::uint64_t> key_seq_;
    std::uint64_t generation_ = 0;
    std::uint64_t bytes_ = 0;
    std::string kek_;
    std::string signing_key_;
};

std::expected<void, Failure> Reading::see(std::string_view name, std::string_view value) {
    bytes_ += name.size() + value.size();
    const bool is_id = value.size() == sizeof(boost::uuids::uuid);
    const bool is_number = value.size() == sizeof(std::uint64_t);
    if (name == "log" && is_id) log_id_ = id_at(value, 0);
    if (name == "kek") kek_ = value;
    if (name == "signing-key") signing_key_ = value;
    if (!name.starts_with(row_prefix)) return {};
    const auto key = name.substr(row_prefix.size());
    if (key == store_id_key && is_id) store_id_ = id_at(value, 0);
    if (key == key_seq_key && is_number) key_seq_ = number_at(value, 0);
    if (key == generation_key && is_number) generation_ = number_at(value, 0);
    return {};
}

std::expected<KeysBackupReport, Failure> Reading::finish(const Disk::Path& file) const {
    if (!log_id_ || !key_seq_ || generation_ == 0 || store_id_.is_nil() || !SecretKey::from(kek_)) {
        return corrupted(file.string() + " lacks a part of the key store");
    }
    return KeysBackupReport{.log_id = *log_id_, .key_seq = *key_seq_, .bytes = bytes_};
}

std::expected<void, Failure> check_target(const Disk& disk, const Disk::Path& folder,
                                          const boost::uuids::uuid& log_id) {
    const auto there = disk.has(folder);
    if (!there) return std::unexpected(there.error());
    if (!*there) return {};
    const auto file = folder / file_name;
    const auto has_former = disk.has(file);
    if (!has_former) return std::unexpected(has_former.error());
    if (!*has_former) {
        auto names = disk.names_in(folder);
        if (!names) return std::unexpected(names.error());
        std::erase(*names, std::string{file_name} + ".new");
        if (names->empty()) return {};
        return std::unexpected(
            Failure{FailureKind::in_use, folder.string() + " is not empty and holds no backup of "
                                                           "keys; name a folder that is empty"});
    }
    const auto former = verify_keys_backup(folder, disk);
    if (!former) {
        return std::unexpected(Failure{former.error().kind, former.error().detail +
                                                                "; remove it, or name another "
                                                                "folder"});
    }
    if (former->log_id == log_id) return {};
    return std::unexpected(
        Failure{FailureKind::in_use, folder.string() + " holds the keys of the log " +
                                         to_string(former->log_id) + ", and this is " +
                                         to_string(log_id) + "; name another folder"});
}

/// Fills the store of a folder with the rows of a backup.
class Filling {
 public:
    static std::expected<std::unique_ptr<Filling>, Failure> begin(StoreFolder& folder) {
        if (auto begun = folder.begin_store(); !begun) return std::unexpected(begun.error());
        auto options = durable_database_options(folder.disk());
        options.create_if_missing = true;
        options.create_missing_column_families = true;
        auto database = Database::open(folder.new_store(), options, keys_families());
        if (!database) return std::unexpected(database.error());
        return std::unique_ptr<Filling>{new Filling{std::move(*database)}};
    }

    std::expected<void, Failure> see(std::string_view name, std::string_view value) {
        constexpr std::size_t enough_bytes = 1U << 20U;
        if (!name.starts_with(row_prefix)) return {};
        const auto key = name.substr(row_prefix.size());
        // Who restores has the keys' backup, and gets an operator's key with the first start.
        if (key == operator_key_key) return {};
        ENSURE(batch_.Put(database_->family(keys_family_of(key)), key, value).ok());
        return batch_.GetDataSize() < enough_bytes ? std::expected<void, Failure>{} : write(false);
    }
    std::expected<void, Failure> finish() { return write(true); }

 private:
    explicit Filling(std::unique_ptr<Database> database) : database_{std::move(database)} {}
    std::expected<void, Failure> write(bool sync) {
        const auto status = (*database_)->Write(checked_write(sync), &batch_);
        batch_.Clear();
        if (status.ok()) return {};
        return std::unexpected(failure_of(status, "restoring the key store"));
    }

    std::unique_ptr<Database> database_;
    rocksdb::WriteBatch batch_;
};

std::expected<void, Failure> fill(StoreFolder& folder, const Disk::Path& file) {
    auto filling = Filling::begin(folder);
    if (!filling) return std::unexpected(filling.error());
    auto read = read_keys_file(folder.disk(), file,
                               [&](auto name, auto value) { return (*filling)->see(name, value); });
    if (!read) return read;
    return (*filling)->finish();
}

}  // namespace

std::expected<KeysBackupReport, Failure> back_up_keys(const KeyStore& keys,
                                                      const boost::uuids::uuid& log_id,
                                                      const std::filesystem::path& folder,
                                                      Disk& disk) {
    if (auto fits = check_target(disk, folder, log_id); !fits) {
        return std::unexpected(fits.error());
    }
    if (auto made = disk.make_private_folder(folder); !made) return std::unexpected(made.error());
    auto writer = KeysFileWriter::make(disk, folder / file_name);
    if (!writer) return std::unexpected(writer.error());
    std::string id;
    append_id(id, log_id);
    if (auto added = writer->add("log", id); !added) return std::unexpected(added.error());
    const auto copied = keys.copy_to(
        [&](std::string_view name, std::string_view value) { return writer->add(name, value); });
    if (!copied) return std::unexpected(copied.error());
    if (auto done = writer->finish(); !done) return std::unexpected(done.error());
    return verify_keys_backup(folder, disk);
}

std::expected<KeysBackupReport, Failure> verify_keys_backup(const std::filesystem::path& folder,
                                                            const Disk& disk) {
    const auto file = folder / file_name;
    Reading reading;
    const auto read =
        read_keys_file(disk, file, [&](auto name, auto value) { return reading.see(name, value); });
    if (!read) return std::unexpected(read.error());
    return reading.finish(file);
}

std::expected<KeysBackupReport, Failure> restore_keys(const KeysRestore& order, Disk& disk) {
    const auto file = order.backup / file_name;
    Reading reading;
    const auto read =
        read_keys_file(disk, file, [&](auto name, auto value) { return reading.see(name, value); });
    if (!read) return std::unexpected(read.error());
    const auto report = reading.finish(file);
    if (!report) return report;
    auto folder = StoreFolder::open(disk, order.folder, keys_format);
    if (!folder) return std::unexpected(folder.error());
    if (auto filled = fill(*folder, file); !filled) return std::unexpected(filled.error());

    const auto kek = kek_file(order.folder, reading.generation());
    auto done = disk.make_private_folder(kek.parent_path());
    if (done) done = disk.write_whole_file(kek, reading.kek());
    if (done && order.with_signing_key && !reading.signing_key().empty()) {
        done = disk.write_whole_file(order.folder / "signing-key", reading.signing_key());
    }
    const Mark mark{.log_id = reading.store_id(), .head = {.size = report->key_seq, .root = {}}};
    if (done) done = MarkFile::make(disk, order.folder / "mark", mark);
    if (done) done = folder->finish_store();
    if (!done) return std::unexpected(done.error());
    return report;
}

}  // namespace muster
