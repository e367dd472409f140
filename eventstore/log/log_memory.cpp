// Comparing a log with what is remembered of it, and keeping the note in keys/.
#include "eventstore/log/log_memory.h"

#include "eventstore/machine/crypto.h"
#include "eventstore/machine/time_text.h"
#include "eventstore/proof/mark.h"

#include <spdlog/spdlog.h>

namespace muster {
namespace {

constexpr std::chrono::milliseconds between_notes{100};
constexpr std::chrono::milliseconds between_tries{1'000};

Disk::Path log_note_file(const Disk::Path& keys_folder) {
    return keys_folder / "log-mark";
}

std::unexpected<Failure> log_is_behind(const EventLog& log, const std::string& what) {
    return std::unexpected(
        Failure{FailureKind::log_behind,
                what + ". An older copy of log/ was put there, or another one: put the newest one "
                       "back, or restore the newest backup. To give up for ever what is missing: "
                       "muster log accept --give-up-after " +
                    text_of(log.head())});
}

std::string recorded_text(Instant at) {
    return ", recorded at " + rfc3339(at);
}

std::unexpected<Failure> log_lacks(const EventLog& log, const LogMemory& memory) {
    const Position head = log.head();
    std::string what = "the log ends at position " + text_of(head);
    if (head > Position{}) what += recorded_text(log.head_recorded_at());
    what += ", but " + memory.who + " has seen position " + text_of(memory.position);
    if (memory.recorded_at) what += recorded_text(*memory.recorded_at);
    return log_is_behind(log, what + ": positions " + text_of(next(head)) + " to " +
                           text_of(memory.position) + " are missing");
}

/// Whether the log has at the position what is remembered of it.
std::expected<bool, Failure> log_agrees(const EventLog& log, const LogMemory& memory) {
    if (memory.root) {
        const auto then = TreeEdge::load(log.tree(), number(memory.position));
        if (!then) return std::unexpected(then.error());
        if (then->head().root != *memory.root) return false;
    }
    if (!memory.commit) return true;
    const auto stored = log.read_stored(memory.position, 1);
    if (!stored) return std::unexpected(stored.error());
    return stored->size() == 1 && sha256(stored->front().bytes) == *memory.commit;
}

class KeptLogNote final : public LogNote {
 public:
    KeptLogNote(Disk& disk, Disk::Path file, const EventLog& log)
        : disk_{disk}, file_{std::move(file)}, log_{log} {}
    ~KeptLogNote() override {
        worker_.reset();
        // What could not be written is logged, and a note may be behind.
        static_cast<void>(write());
    }

    /// Makes the file where there is none of this log.
    std::expected<void, Failure> open();
    void work_with(Workers& workers) {
        worker_ = workers.start("log note", [this] {
            return write() ? between_notes : between_tries;
        });
    }

 private:
    bool write();
    std::expected<void, Failure> open_file();

    Disk& disk_;
    const Disk::Path file_;
    const EventLog& log_;
    std::optional<MarkFile> mark_;
    bool complained_ = false;
    std::unique_ptr<Worker> worker_;  ///< last, so that it stops before the rest goes
};

std::expected<void, Failure> KeptLogNote::open_file() {
    auto opened = MarkFile::open(disk_, file_);
    if (!opened) return std::unexpected(opened.error());
    mark_ = std::move(*opened);
    return {};
}

std::expected<void, Failure> KeptLogNote::open() {
    const auto opened = open_file();
    if (opened && mark_->newest().log_id == log_.id()) return {};
    if (!opened) {
        const auto kind = opened.error().kind;
        if (kind != FailureKind::not_found && kind != FailureKind::corrupted) return opened;
        if (kind == FailureKind::corrupted) {
            spdlog::warn("{}; it is made anew", opened.error().detail);
        }
    }
    mark_.reset();
    const Mark first{.log_id = log_.id(), .head = log_.tree_head()};
    if (auto made = MarkFile::make(disk_, file_, first); !made) return made;
    return open_file();
}

/// False when it could not be written; the file must be opened again then.
bool KeptLogNote::write() {
    const auto head = log_.tree_head();
    std::expected<void, Failure> done = mark_ ? std::expected<void, Failure>{} : open_file();
    if (done && mark_->newest().head != head) {
        done = mark_->write({.log_id = log_.id(), .head = head});
    }
    if (!done) {
        mark_.reset();
        if (!complained_) spdlog::warn("keys/ cannot note the log: {}", done.error().detail);
    }
    complained_ = !done;
    return done.has_value();
}

}  // namespace

std::expected<void, Failure> check_memory(const EventLog& log, const LogMemory& memory) {
    if (memory.log_id != log.id() || memory.position == Position{}) return {};
    if (memory.position > log.head()) return log_lacks(log, memory);
    const auto same = log_agrees(log, memory);
    if (!same) return std::unexpected(same.error());
    if (*same) return {};
    return log_is_behind(log, "position " + text_of(memory.position) +
                                  " of the log is another one than " + memory.who +
                                  " has seen there, so what followed it there is missing");
}

std::expected<void, Failure> check_memory_of_no_log(const LogMemory& memory) {
    if (memory.position == Position{}) return {};
    return std::unexpected(
        Failure{FailureKind::log_behind,
                "there is no log/, but " + memory.who + " has seen position " +
                    text_of(memory.position) +
                    " of one. Put log/ back, or restore the newest backup; a new log begins in "
                    "another, empty folder"});
}

std::expected<std::optional<LogMemory>, Failure> memory_of_keys(const Disk& disk,
                                                                const Disk::Path& keys_folder) {
    const auto mark = MarkFile::read(disk, log_note_file(keys_folder));
    if (mark) {
        return LogMemory{.who = "keys/",
                         .log_id = mark->log_id,
                         .position = Position{mark->head.size},
                         .root = mark->head.root,
                         .commit = {},
                         .recorded_at = {}};
    }
    const auto kind = mark.error().kind;
    if (kind == FailureKind::not_found || kind == FailureKind::corrupted) return std::nullopt;
    return std::unexpected(mark.error());
}

std::expected<std::unique_ptr<LogNote>, Failure> keep_log_note(Disk& disk,
                                                               const Disk::Path& keys_folder,
                                                               const EventLog& log,
                                                               Workers& workers) {
    auto note = std::make_unique<KeptLogNote>(disk, log_note_file(keys_folder), log);
    if (auto opened = note->open(); !opened) return std::unexpected(opened.error());
    note->work_with(workers);
    return note;
}

}  // namespace muster
