// Proving a log's store, and mending its MANIFEST.
#include "eventstore/log/log_opening.h"

#include "eventstore/log/log_mark.h"
#include "eventstore/machine/torn_manifest.h"
#include "eventstore/proof/checkpoint.h"

#include <array>

namespace muster {
namespace {

/// The newest commit is what the head and the tree say.
std::expected<void, Failure> check_newest(const LogStore& store) {
    const auto& head = store.head();
    if (number(head.position) == 0) return {};
    const auto bytes = store.stored_commit(head.position);
    if (!bytes) return std::unexpected(bytes.error());
    const auto newest = decode_at(head.position, *bytes);
    if (!newest) return std::unexpected(newest.error());
    const auto name = "commit " + std::to_string(number(head.position));
    if (newest->recorded_at != head.recorded_at) {
        return log_corrupted(name + " was not recorded when the log's head says; " +
                             std::string{advice_on_loss()});
    }
    const std::array leaf{TreeNode{.level = 0, .index = number(head.position) - 1}};
    const auto known = store.hashes_of(leaf);
    if (!known) return std::unexpected(known.error());
    if (known->front() != leaf_hash(tree_entry(head.position, *bytes))) {
        return log_corrupted(name + " is not the one in the hash tree; " +
                             std::string{advice_on_loss()});
    }
    return {};
}

}  // namespace

std::expected<TreeEdge, Failure> prove_log_store(const LogStore& store) {
    if (auto dense = store.check_density(); !dense) return std::unexpected(dense.error());
    auto edge = TreeEdge::load(store, number(store.head().position));
    if (!edge) return edge;
    if (auto sound = check_newest(store); !sound) return std::unexpected(sound.error());
    return edge;
}

std::expected<void, Failure> check_checkpoint(const TreeNodes& tree, const TreeHead& head,
                                              const Disk& disk, const Disk::Path& file) {
    const auto note = disk.read_whole_file(file);
    const auto end = note ? note->find("\n\n") : std::string::npos;
    if (end == std::string::npos) return {};
    const auto checkpoint = parse_checkpoint(std::string_view{*note}.substr(0, end + 1));
    if (!checkpoint) return {};
    const auto& wanted = checkpoint->head;
    if (wanted.size > head.size) {
        return log_corrupted("the log ends at position " + std::to_string(head.size) +
                             " but a checkpoint was signed for " + std::to_string(wanted.size) +
                             "; " + std::string{advice_on_loss()});
    }
    const auto then = TreeEdge::load(tree, wanted.size);
    if (!then) return std::unexpected(then.error());
    if (then->head() == wanted) return {};
    return log_corrupted("positions 1 to " + std::to_string(wanted.size) +
                         " are not those that a checkpoint was signed for; " +
                         std::string{advice_on_loss()});
}

std::expected<std::unique_ptr<LogStore>, Failure> open_log_store(StoreFolder& folder,
                                                                 bool up_to_damage) {
    auto store = LogStore::open(folder.disk(), folder.store(), up_to_damage);
    if (store || store.error().kind != FailureKind::corrupted) return store;
    const auto mended =
        mend_torn_manifest(folder.disk(), folder.store(), [&](Disk& disk) {
            const auto tried = LogStore::open(disk, folder.store(), up_to_damage);
            if (!tried) return std::expected<void, Failure>{std::unexpected(tried.error())};
            const auto edge = prove_log_store(**tried);
            if (!edge) return std::expected<void, Failure>{std::unexpected(edge.error())};
            if (auto all = LogMark::check(folder, **tried, edge->head()); !all) return all;
            return check_checkpoint(**tried, edge->head(), disk, folder.path() / "checkpoint");
        });
    if (!mended) return std::unexpected(mended.error());
    if (!*mended) return store;
    return LogStore::open(folder.disk(), folder.store(), up_to_damage);
}

}  // namespace muster
