// Making and verifying backups of the log.
#include "eventstore/copies/backup.h"

#include "eventstore/copies/backup_reader.h"
#include "eventstore/form/codec.h"

namespace muster {
namespace {

constexpr std::size_t commits_per_read = 256;
constexpr std::size_t leaves_at_once = 1'024;

/// One run of a backup.
class Run {
 public:
    Run(const BackupOrder& order, BackupFolder& backup) : order_{order}, backup_{backup} {}

    std::expected<BackupReport, Failure> run();

 private:
    std::expected<void, Failure> check_that_log_extends_backup() const;
    struct Proof {
        std::string note;
        TreeHead head;
    };
    std::expected<Proof, Failure> newest_proof() const;
    std::expected<void, Failure> copy(Position until);
    std::expected<void, Failure> flush(SegmentWriter& segment);
    std::expected<void, Failure> read_back(const TreeHead& signed_head) const;
    std::expected<Instant, Failure> recorded_at(Position position) const;

    const BackupOrder& order_;
    BackupFolder& backup_;
    std::uint64_t bytes_ = 0;
};

std::expected<BackupReport, Failure> Run::run() {
    if (auto extends = check_that_log_extends_backup(); !extends) {
        return std::unexpected(extends.error());
    }
    const auto proof = newest_proof();
    if (!proof) return std::unexpected(proof.error());
    const auto& head = proof->head;
    const auto before = backup_.end().size;
    if (auto copied = copy(Position{head.size}); !copied) return std::unexpected(copied.error());
    if (auto same = read_back(head); !same) return std::unexpected(same.error());
    const auto newest = recorded_at(Position{head.size});
    if (!newest) return std::unexpected(newest.error());
    if (auto done = backup_.finish(proof->note, head); !done) return std::unexpected(done.error());
    return BackupReport{.log_id = backup_.log_id(),
                        .head = head,
                        .recorded_at = *newest,
                        .added = head.size - before,
                        .bytes = bytes_};
}

std::expected<void, Failure> Run::check_that_log_extends_backup() const {
    const auto& log = order_.log;
    if (backup_.log_id() != log.id()) {
        return failed(FailureKind::in_use, order_.folder.string() + " holds a backup of the log " +
                                               to_string(backup_.log_id()) + ", and this is " +
                                               to_string(log.id()) + "; name another folder");
    }
    if (backup_.verifier() != order_.notary.verifier()) {
        return failed(FailureKind::corrupted, "the backup in " + order_.folder.string() +
                                                  " was signed with another key than this log's");
    }
    const auto& end = backup_.end();
    if (end.size > number(log.head())) {
        return failed(FailureKind::corrupted,
                      "the log ends at position " + text_of(log.head()) +
                          " and its backup reaches to " + std::to_string(end.size) +
                          ": the log has lost commits, or is an older copy; keep the backup");
    }
    const auto edge = TreeEdge::load(log.tree(), end.size);
    if (!edge) return std::unexpected(edge.error());
    if (edge->head() == end) return {};
    return failed(FailureKind::corrupted, "the log's commits 1 to " + std::to_string(end.size) +
                                              " are not those of its backup in " +
                                              order_.folder.string() +
                                              ", whose root differs; keep the backup");
}

/// A full disk takes no new checkpoint, and is a reason for a backup: then the newest one will do.
std::expected<Run::Proof, Failure> Run::newest_proof() const {
    const auto fresh = order_.notary.sign_now();
    const auto note = fresh ? *fresh : order_.notary.checkpoint();
    const auto checkpoint = open_checkpoint(note, backup_.verifier());
    if (!fresh && (!checkpoint || checkpoint->head.size < backup_.end().size)) {
        return std::unexpected(fresh.error());
    }
    if (!checkpoint) return std::unexpected(checkpoint.error());
    return Proof{note, checkpoint->head};
}

std::expected<void, Failure> Run::flush(SegmentWriter& segment) {
    if (segment.is_empty()) return {};
    if (auto added = backup_.add(segment); !added) return added;
    bytes_ += segment.size();
    segment = SegmentWriter{backup_.log_id(), next(segment.name().last)};
    return {};
}

std::expected<void, Failure> Run::copy(Position until) {
    auto reached = backup_.stored();
    if (reached >= until) return {};
    auto unfilled = backup_.unfilled(order_.segment_bytes);
    if (!unfilled) return std::unexpected(unfilled.error());
    auto segment = std::move(*unfilled).value_or(SegmentWriter{backup_.log_id(), next(reached)});
    while (reached < until) {
        const auto wanted =
            std::min<std::uint64_t>(commits_per_read, number(until) - number(reached));
        const auto commits = order_.log.read_stored(next(reached), wanted);
        if (!commits) return std::unexpected(commits.error());
        if (commits->empty()) {
            return failed(FailureKind::corrupted, "the log lacks commit " + text_of(next(reached)));
        }
        for (const auto& commit : *commits) {
            segment.add(commit);
            if (segment.size() < order_.segment_bytes) continue;
            if (auto flushed = flush(segment); !flushed) return flushed;
        }
        reached = commits->back().position;
        if (!order_.go_on(reached)) {
            // What was read is kept for the next run.
            if (auto flushed = flush(segment); !flushed) return flushed;
            return stopped();
        }
    }
    return flush(segment);
}

/// The tree of the log vouches for what the former backup has; everything after it is read.
std::expected<void, Failure> Run::read_back(const TreeHead& signed_head) const {
    const auto edge = TreeEdge::load(order_.log.tree(), backup_.end().size);
    if (!edge) return std::unexpected(edge.error());
    GrowingTree tree{*edge};
    const SegmentName fresh{Position{backup_.end().size + 1}, Position{signed_head.size}};
    const auto read = backup_.read(fresh, [&](const StoredCommit& commit) {
        tree.add(commit);
        return std::expected<void, Failure>{};
    });
    if (!read) return read;
    if (tree.head() == signed_head) return {};
    return failed(FailureKind::corrupted, "the commits " + text_of(fresh.first) + " to " +
                                              text_of(fresh.last) + " that were written to " +
                                              order_.folder.string() +
                                              " do not have the root that the log signed");
}

std::expected<Instant, Failure> Run::recorded_at(Position position) const {
    const auto commits = order_.log.read(position, 1);
    if (!commits) return std::unexpected(commits.error());
    return commits->empty() || number(position) == 0 ? Instant{} : commits->front().recorded_at;
}

}  // namespace

void GrowingTree::add(const StoredCommit& commit) {
    leaves_.push_back(leaf_hash(tree_entry(commit.position, commit.bytes)));
    if (leaves_.size() >= leaves_at_once) flush();
}

TreeHead GrowingTree::head() {
    flush();
    return edge_.head();
}

void GrowingTree::flush() {
    edge_.append(leaves_);
    leaves_.clear();
}

std::unexpected<Failure> stopped() {
    return failed(FailureKind::shutting_down, "it was stopped before it was finished");
}

std::expected<BackupFolder, Failure> open_finished_backup(const std::filesystem::path& folder,
                                                          Disk& disk) {
    auto found = BackupFolder::find(disk, folder);
    if (!found) return std::unexpected(found.error());
    if (!*found || !(*found)->checkpoint()) {
        return failed(FailureKind::not_found, folder.string() + " holds no finished backup");
    }
    return std::move(**found);
}

std::expected<void, Failure> read_proved(const BackupFolder& backup, const BackupFolder::Take& take,
                                         const GoOn& go_on) {
    constexpr std::uint64_t commits_per_sign_of_life = 1'024;
    GrowingTree tree;
    const SegmentName all{Position{1}, Position{backup.end().size}};
    const auto read = backup.read(all, [&](const StoredCommit& commit) {
        tree.add(commit);
        if (number(commit.position) % commits_per_sign_of_life == 0 && !go_on(commit.position)) {
            return std::expected<void, Failure>{stopped()};
        }
        return take(commit);
    });
    if (!read) return read;
    if (tree.head() == backup.end()) return {};
    return failed(FailureKind::corrupted, "the commits 1 to " + text_of(all.last) +
                                              " of the backup do not have the root that was signed "
                                              "for them; at least one is not the log's");
}

std::expected<BackupReport, Failure> back_up_log(const BackupOrder& order) {
    auto found = BackupFolder::find(*order.disk, order.folder);
    if (!found) return std::unexpected(found.error());
    if (!*found) {
        auto made = BackupFolder::make(*order.disk, order.folder, order.notary.verifier());
        if (!made) return std::unexpected(made.error());
        found->emplace(std::move(*made));
    }
    return Run{order, **found}.run();
}

std::expected<BackupReport, Failure> verify_log_backup(const std::filesystem::path& folder,
                                                       const GoOn& go_on, Disk& disk) {
    const auto backup = open_finished_backup(folder, disk);
    if (!backup) return std::unexpected(backup.error());
    BackupReport report{.log_id = backup->log_id(), .head = backup->end()};
    std::string newest;
    const auto read = read_proved(
        *backup,
        [&](const StoredCommit& commit) {
            report.bytes += commit.bytes.size();
            if (number(commit.position) == backup->end().size) newest = commit.bytes;
            return std::expected<void, Failure>{};
        },
        go_on);
    if (!read) return std::unexpected(read.error());
    if (newest.empty()) return report;
    const auto commit = decode(newest);
    if (!commit) return std::unexpected(commit.error());
    report.recorded_at = commit->recorded_at;
    return report;
}

std::string root_text(const Digest& root) {
    const auto lines =
        text_of(Checkpoint{.origin = "log", .head = {.size = 0, .root = root}, .extensions = {}});
    const auto begin = lines.rfind('\n', lines.size() - 2) + 1;
    return lines.substr(begin, lines.size() - 1 - begin);
}

bool are_apart(const std::filesystem::path& one, const std::filesystem::path& other) {
    const auto lies_in = [](const std::filesystem::path& inner,
                            const std::filesystem::path& outer) {
        return std::mismatch(inner.begin(), inner.end(), outer.begin(), outer.end()).second ==
               outer.end();
    };
    std::error_code error;
    const auto canonical = [&](const std::filesystem::path& path) {
        auto clean = std::filesystem::weakly_canonical(path, error);
        // "folder/" and "folder" are one.
        return clean.has_filename() ? clean : clean.parent_path();
    };
    const auto first = canonical(one);
    const auto second = canonical(other);
    return !error && !lies_in(first, second) && !lies_in(second, first);
}

}  // namespace muster
