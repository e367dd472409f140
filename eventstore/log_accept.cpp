// Marking a log anew after all of it was verified.
#include "eventstore/checkpoint.h"
#include "eventstore/log_store.h"
#include "eventstore/mark.h"
#include "eventstore/rocksdb_log.h"

namespace muster {
namespace {

constexpr std::size_t commits_verified_at_once = 1'000;

std::expected<void, Failure> verify_stored(const EventLog& log) {
    TreeEdge edge;
    while (edge.size() < number(log.head())) {
        const auto commits = log.read_stored(Position{edge.size() + 1}, commits_verified_at_once);
        if (!commits) return std::unexpected(commits.error());
        const auto findings = log.check_rows(*commits);
        if (!findings) return std::unexpected(findings.error());
        if (!findings->empty()) return log_corrupted(findings->front());
        std::vector<Digest> leaves;
        for (const auto& commit : *commits) {
            leaves.push_back(leaf_hash(tree_entry(commit.position, commit.bytes)));
        }
        edge.append(leaves);
    }
    if (edge.head() == log.tree_head()) return {};
    return log_corrupted("the commits have another hash tree than the one beside them; " +
                         std::string{advice_on_loss()});
}

/// The checkpoint beside the log, if it can be read, was signed for what is here. Its signature is
/// checked when the log is next opened to serve.
std::expected<void, Failure> verify_checkpoint(const EventLog& log, const Disk& disk,
                                               const std::filesystem::path& file) {
    const auto note = disk.read_whole_file(file);
    const auto end = note ? note->find("\n\n") : std::string::npos;
    if (end == std::string::npos) return {};
    const auto checkpoint = parse_checkpoint(std::string_view{*note}.substr(0, end + 1));
    if (!checkpoint) return {};
    const auto& wanted = checkpoint->head;
    if (wanted.size > log.tree_head().size) {
        return log_corrupted("the log ends at position " + std::to_string(log.tree_head().size) +
                             " but a checkpoint was signed for " + std::to_string(wanted.size) +
                             "; " + std::string{advice_on_loss()});
    }
    const auto then = TreeEdge::load(log.tree(), wanted.size);
    if (!then) return std::unexpected(then.error());
    if (then->head() == wanted) return {};
    return log_corrupted("positions 1 to " + std::to_string(wanted.size) +
                         " are not those that a checkpoint was signed for; " +
                         std::string{advice_on_loss()});
}

}  // namespace

std::expected<void, Failure> accept_rocksdb_log(const std::filesystem::path& folder,
                                                const LogOptions& options) {
    auto without_mark = options;
    without_mark.heed_mark = false;
    without_mark.refuse_damaged_end = false;
    const auto log = open_rocksdb_log(folder, without_mark);
    if (!log) return std::unexpected(log.error());
    const auto mark = MarkFile::open(*options.disk, folder / "mark");
    if (mark && mark->newest().log_id == (*log)->id() &&
        mark->newest().head.size > number((*log)->head())) {
        return log_corrupted("the log lacks commits that were marked, up to position " +
                             std::to_string(mark->newest().head.size) + "; " +
                             std::string{advice_on_loss()});
    }
    if (auto whole = verify_stored(**log); !whole) return whole;
    if (auto extends = verify_checkpoint(**log, *options.disk, folder / "checkpoint"); !extends) {
        return extends;
    }
    return MarkFile::make(*options.disk, folder / "mark",
                          {.log_id = (*log)->id(), .head = (*log)->tree_head()});
}

}  // namespace muster
