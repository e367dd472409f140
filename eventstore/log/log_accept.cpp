// Marking a log anew after all of it was verified, under a new identity when it lacks something.
#include "eventstore/log/log_opening.h"
#include "eventstore/log/log_store.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/proof/mark.h"

namespace muster {
namespace {

constexpr std::size_t commits_verified_at_once = 1'000;

std::expected<void, Failure> verify_stored(const EventLog& log) {
    TreeEdge edge;
    while (edge.size() < number(log.head())) {
        const auto stored = log.read_stored(Position{edge.size() + 1}, commits_verified_at_once);
        if (!stored) return std::unexpected(stored.error());
        std::vector<Commit> commits;
        std::vector<Digest> leaves;
        for (const auto& [position, bytes] : *stored) {
            auto commit = decode_at(position, bytes);
            if (!commit) return std::unexpected(commit.error());
            commits.push_back(std::move(*commit));
            leaves.push_back(leaf_hash(tree_entry(position, bytes)));
        }
        const auto findings = log.check_rows(commits);
        if (!findings) return std::unexpected(findings.error());
        if (!findings->empty()) return log_corrupted(findings->front());
        edge.append(leaves);
    }
    if (edge.head() == log.tree_head()) return {};
    return log_corrupted("the commits have another hash tree than the one beside them; " +
                         std::string{advice_on_loss()});
}

/// Whether something is given up; `log_behind` when that was to be said and was not.
std::expected<bool, Failure> gives_up(const EventLog& log, const AcceptOrder& order) {
    if (order.give_up_after && *order.give_up_after != log.head()) {
        const auto head = std::to_string(number(log.head()));
        return std::unexpected(Failure{FailureKind::log_behind,
                                       "the log ends at position " + head +
                                           ", so only what followed it can be given up: "
                                           "--give-up-after " +
                                           head});
    }
    for (const LogMemory& memory : order.memories) {
        const auto all = check_memory(log, memory);
        if (all) continue;
        if (all.error().kind == FailureKind::log_behind && order.give_up_after) return true;
        return std::unexpected(all.error());
    }
    return false;
}

/// What the old identity signed goes first: without it a new one is made, and never mixed with it.
std::expected<void, Failure> change_identity(const std::filesystem::path& folder, Disk& disk,
                                             const boost::uuids::uuid& id) {
    const auto locked = StoreFolder::open(disk, folder, log_format);
    if (!locked) return std::unexpected(locked.error());
    for (const auto* name : {"checkpoint", "verifier-key"}) {
        if (auto removed = disk.remove_all(folder / name); !removed) return removed;
    }
    const auto store = LogStore::open(disk, locked->store());
    if (!store) return std::unexpected(store.error());
    std::string identity;
    append_big_endian(identity, log_format.number);
    append_id(identity, id);
    const auto status =
        (**store)->Put(checked_write(true), (*store)->family(LogFamily::meta),
                       std::string{log_rows::log_key}, identity);
    if (status.ok()) return {};
    return std::unexpected(failure_of(status, "giving the log a new identity"));
}

/// Verifies the log that is opened without its mark.
std::expected<bool, Failure> judge_log(const EventLog& log, const std::filesystem::path& folder,
                                   const Disk& disk, const AcceptOrder& order) {
    const auto mark = MarkFile::read(disk, folder / "mark");
    if (mark && mark->log_id == log.id() && mark->head.size > number(log.head())) {
        return log_corrupted("the log lacks commits that were marked, up to position " +
                             std::to_string(mark->head.size) + "; " +
                             std::string{advice_on_loss()});
    }
    if (auto whole = verify_stored(log); !whole) return std::unexpected(whole.error());
    auto extends = check_checkpoint(log.tree(), log.tree_head(), disk, folder / "checkpoint");
    if (!extends) return std::unexpected(extends.error());
    return gives_up(log, order);
}

}  // namespace

std::expected<AcceptedLog, Failure> accept_rocksdb_log(const std::filesystem::path& folder,
                                                       const LogOptions& options,
                                                       const AcceptOrder& order) {
    auto without_mark = options;
    without_mark.heed_mark = false;
    without_mark.refuse_damaged_end = false;
    auto log = open_rocksdb_log(folder, without_mark);
    if (!log) return std::unexpected(log.error());
    const auto given_up = judge_log(**log, folder, *options.disk, order);
    if (!given_up) return std::unexpected(given_up.error());
    AcceptedLog accepted{
        .former_id = (*log)->id(), .id = (*log)->id(), .head = (*log)->tree_head()};
    log->reset();
    if (*given_up) {
        accepted.id = random_uuid();
        if (order.before_new_identity) {
            auto done = order.before_new_identity();
            if (!done) return std::unexpected(done.error());
        }
        if (auto changed = change_identity(folder, *options.disk, accepted.id); !changed) {
            return std::unexpected(changed.error());
        }
    }
    const Mark mark{.log_id = accepted.id, .head = accepted.head};
    if (auto made = MarkFile::make(*options.disk, folder / "mark", mark); !made) {
        return std::unexpected(made.error());
    }
    return accepted;
}

}  // namespace muster
