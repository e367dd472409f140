// Making a data folder of a backup: proved first, built aside, moved into place last.
#include "eventstore/copies/restore.h"

#include "eventstore/copies/backup_reader.h"
#include "eventstore/copies/copy_commits.h"
#include "eventstore/form/codec.h"
#include "eventstore/keys/keys_backup.h"
#include "eventstore/log/log_mark.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/machine/time_text.h"

namespace muster {
namespace {

std::string numbers(std::uint64_t number) {
    return std::to_string(number);
}

/// Where the restored log ends.
struct Target {
    TreeHead head{.size = 0, .root = empty_tree_root()};
    Instant recorded_at;
    std::uint64_t key_seq = 0;  ///< the rows of keys/ that it needs
};

/// Finds the target among the commits of a backup as they go by.
class TargetFinder {
 public:
    explicit TargetFinder(const RestoreOrder& order) : order_{order} {}

    std::expected<void, Failure> see(const StoredCommit& stored) {
        const auto commit = whole_commit(stored);
        if (!commit) return std::unexpected(commit.error());
        if (number(stored.position) == 1) first_ = commit->recorded_at;
        newest_ = commit->recorded_at;
        if (is_beyond(*commit)) return {};
        tree_.add(stored);
        recorded_at_ = commit->recorded_at;
        key_seq_ = std::max(key_seq_, commit->key_seq);
        return {};
    }

    std::expected<Target, Failure> finish(const TreeHead& end) {
        if (order_.to_position &&
            (number(*order_.to_position) > end.size || number(*order_.to_position) == 0)) {
            return failed(FailureKind::not_found,
                          "the backup holds the positions 1 to " + numbers(end.size) +
                              ", so there is no position " + numbers(number(*order_.to_position)));
        }
        if (order_.to_time && *order_.to_time > newest_) return beyond_the_end(end);
        const Target target{.head = tree_.head(), .recorded_at = recorded_at_, .key_seq = key_seq_};
        if (target.head.size == 0 && end.size != 0) {
            return failed(FailureKind::not_found,
                          "nothing was recorded by then: the first commit of the backup is of " +
                              rfc3339(first_));
        }
        return target;
    }

 private:
    bool is_beyond(const Commit& commit) const {
        return (order_.to_position && commit.position > *order_.to_position) ||
               (order_.to_time && commit.recorded_at > *order_.to_time);
    }
    std::unexpected<Failure> beyond_the_end(const TreeHead& end) const {
        return failed(FailureKind::not_found,
                      "the backup ends with position " + numbers(end.size) + ", recorded at " +
                          rfc3339(newest_) +
                          ", and may lack what came until the time given; give no time to "
                          "restore all of it");
    }

    const RestoreOrder& order_;
    GrowingTree tree_;
    Instant first_;
    Instant newest_;
    Instant recorded_at_;
    std::uint64_t key_seq_ = 0;
};

/// One restoring.
class Restoring {
 public:
    Restoring(const RestoreOrder& order, const BackupFolder& backup)
        : order_{order}, backup_{backup}, aside_{order.data / "restoring"} {}

    std::expected<RestoreReport, Failure> run();

 private:
    std::expected<void, Failure> check_place() const;
    std::expected<Target, Failure> find_target() const;
    std::expected<void, Failure> check_keys(const Target& target) const;
    std::expected<void, Failure> build_log(const Target& target);
    std::expected<void, Failure> copy(const Target& target);
    std::expected<void, Failure> check_copy(const Target& target);
    std::expected<void, Failure> put_proofs_beside();
    std::expected<void, Failure> build_keys() const;
    std::expected<void, Failure> move_into_place();

    const RestoreOrder& order_;
    const BackupFolder& backup_;
    const Disk::Path aside_;
    boost::uuids::uuid log_id_{};
};

std::expected<RestoreReport, Failure> Restoring::run() {
    if (auto free = check_place(); !free) return std::unexpected(free.error());
    const auto target = find_target();
    if (!target) return std::unexpected(target.error());
    if (auto fit = check_keys(*target); !fit) return std::unexpected(fit.error());
    const bool to_the_end = target->head == backup_.end();
    log_id_ = to_the_end && !order_.new_identity ? backup_.log_id() : random_uuid();
    auto done = build_log(*target);
    if (done) done = build_keys();
    if (done) done = move_into_place();
    if (!done) {
        // What is left would be removed by the next try as well; but it may hold secrets.
        static_cast<void>(order_.disk->remove_all(aside_));
        return std::unexpected(done.error());
    }
    return RestoreReport{.backed_up_id = backup_.log_id(),
                         .log_id = log_id_,
                         .head = target->head,
                         .recorded_at = target->recorded_at,
                         .backup_end = Position{backup_.end().size},
                         .has_keys = !order_.keys_backup.empty()};
}

std::expected<void, Failure> Restoring::check_place() const {
    for (const auto* name : {"log", "keys"}) {
        const auto folder = order_.data / name;
        if (std::string_view{name} == "keys" && order_.keys_backup.empty()) continue;
        const auto there = order_.disk->has(folder);
        if (!there) return std::unexpected(there.error());
        if (!*there) continue;
        return failed(FailureKind::in_use,
                      folder.string() + " is there already; restore to a folder without one");
    }
    return {};
}

std::expected<Target, Failure> Restoring::find_target() const {
    TargetFinder finder{order_};
    const auto read = read_proved(
        backup_, [&](const StoredCommit& commit) { return finder.see(commit); }, order_.go_on);
    if (!read) return std::unexpected(read.error());
    return finder.finish(backup_.end());
}

std::expected<void, Failure> Restoring::build_log(const Target& target) {
    if (auto removed = order_.disk->remove_all(aside_); !removed) return removed;
    {
        auto folder = StoreFolder::open(*order_.disk, aside_ / "log", log_format);
        if (!folder) return std::unexpected(folder.error());
        if (auto made = make_log(*folder, log_id_); !made) return made;
    }
    if (auto copied = copy(target); !copied) return copied;
    if (auto same = check_copy(target); !same) return same;
    return log_id_ == backup_.log_id() ? put_proofs_beside() : std::expected<void, Failure>{};
}

std::expected<void, Failure> Restoring::copy(const Target& target) {
    const auto log = open_rocksdb_log(aside_ / "log", {.disk = order_.disk});
    if (!log) return std::unexpected(log.error());
    CommitCopier copier{**log};
    if (target.head.size == 0) return {};
    const auto copied =
        backup_.read({Position{1}, Position{target.head.size}},
                     [&](const StoredCommit& commit) -> std::expected<void, Failure> {
                         if (auto added = copier.add(commit); !added) return added;
                         constexpr std::uint64_t commits_per_sign_of_life = 1'024;
                         if (number(commit.position) % commits_per_sign_of_life != 0) return {};
                         if (!order_.go_on(commit.position)) return stopped();
                         return {};
                     });
    if (!copied) return copied;
    return copier.finish();
}

/// Opened anew, the log is what the backup proved.
std::expected<void, Failure> Restoring::check_copy(const Target& target) {
    const auto log = open_rocksdb_log(aside_ / "log", {.disk = order_.disk});
    if (!log) return std::unexpected(log.error());
    if ((*log)->tree_head() == target.head && (*log)->id() == log_id_) return {};
    return failed(FailureKind::corrupted, "the restored log is not what the backup holds");
}

std::expected<void, Failure> Restoring::put_proofs_beside() {
    const auto key = text_of(backup_.verifier()) + "\n";
    auto written = order_.disk->write_whole_file(aside_ / "log" / "verifier-key", key);
    if (!written) return written;
    return order_.disk->write_whole_file(aside_ / "log" / "checkpoint", *backup_.checkpoint());
}

std::expected<void, Failure> Restoring::check_keys(const Target& target) const {
    if (order_.keys_backup.empty()) return {};
    const auto keys = verify_keys_backup(order_.keys_backup, *order_.disk);
    if (!keys) return std::unexpected(keys.error());
    if (keys->log_id != backup_.log_id()) {
        return failed(FailureKind::corrupted, "the keys in " + order_.keys_backup.string() +
                                                  " are of the log " + to_string(keys->log_id) +
                                                  ", not of " + to_string(backup_.log_id()));
    }
    if (keys->key_seq < target.key_seq) {
        return failed(FailureKind::corrupted, "the keys in " + order_.keys_backup.string() +
                                                  " are older than the log: they end at row " +
                                                  numbers(keys->key_seq) + " and it needs " +
                                                  numbers(target.key_seq));
    }
    return {};
}

std::expected<void, Failure> Restoring::build_keys() const {
    if (order_.keys_backup.empty()) return {};
    const auto keys = restore_keys({.backup = order_.keys_backup,
                                    .folder = aside_ / "keys",
                                    .with_signing_key = log_id_ == backup_.log_id()},
                                   *order_.disk);
    if (!keys) return std::unexpected(keys.error());
    return {};
}

/// log/ first: without keys/ a server refuses it, while keys/ alone would get an empty log.
std::expected<void, Failure> Restoring::move_into_place() {
    auto& disk = *order_.disk;
    if (auto moved = disk.rename(aside_ / "log", order_.data / "log"); !moved) return moved;
    if (!order_.keys_backup.empty()) {
        auto moved = disk.rename(aside_ / "keys", order_.data / "keys");
        if (!moved) {
            static_cast<void>(disk.rename(order_.data / "log", aside_ / "log"));
            return moved;
        }
    }
    if (auto removed = disk.remove_all(aside_); !removed) return removed;
    return disk.sync_folder(order_.data);
}

}  // namespace

std::expected<RestoreReport, Failure> restore_backup(const RestoreOrder& order) {
    const auto backup = open_finished_backup(order.backup, *order.disk);
    if (!backup) return std::unexpected(backup.error());
    return Restoring{order, *backup}.run();
}

}  // namespace muster
