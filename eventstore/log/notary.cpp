// Keys and checkpoints of a log.
#include "eventstore/log/notary.h"

#include <spdlog/spdlog.h>
#include <mutex>
#include <optional>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds between_checkpoints{1};

struct NotaryFiles {
    explicit NotaryFiles(const fs::path& data)
        : signing_key{data / "keys" / "signing-key"},
          verifier_key{data / "log" / "verifier-key"},
          checkpoint{data / "log" / "checkpoint"} {}

    fs::path signing_key;
    fs::path verifier_key;
    fs::path checkpoint;
};

class LogNotary final : public Notary {
 public:
    LogNotary(NotaryFiles files, Signer signer, const EventLog& log, Disk& disk)
        : files_{std::move(files)}, signer_{std::move(signer)}, log_{log}, disk_{disk} {}
    ~LogNotary() override {
        worker_.reset();
        // What could not be written is logged already.
        sign_if_grown();
    }

    void work_with(Workers& workers) {
        worker_ = workers.start("notary", [this] {
            sign_if_grown();
            return std::chrono::milliseconds{between_checkpoints};
        });
    }

    std::string checkpoint() const override {
        const std::lock_guard lock{mutex_};
        return newest_;
    }
    const VerifierKey& verifier() const override { return signer_.verifier(); }
    std::string problem() const override {
        const std::lock_guard lock{mutex_};
        return problem_;
    }
    std::expected<std::string, Failure> sign_now() override;

 private:
    void sign_if_grown() {
        {
            const std::lock_guard lock{mutex_};
            if (signed_ == log_.tree_head()) return;
        }
        sign_now();
    }

    const NotaryFiles files_;
    const Signer signer_;
    const EventLog& log_;
    Disk& disk_;
    std::mutex signing_;        ///< one at a time, so that the file is the newest
    mutable std::mutex mutex_;  ///< guards the three below
    std::string newest_;
    std::optional<TreeHead> signed_;
    std::string problem_;
    std::unique_ptr<Worker> worker_;
};

std::expected<std::string, Failure> LogNotary::sign_now() {
    const std::lock_guard one_at_a_time{signing_};
    const Checkpoint checkpoint{
        .origin = origin_of(log_.id()), .head = log_.tree_head(), .extensions = {}};
    auto note = sign_note(text_of(checkpoint), signer_);
    const auto written = disk_.write_whole_file(files_.checkpoint, note);
    const std::lock_guard lock{mutex_};
    if (!written) {
        if (problem_ != written.error().detail) {
            spdlog::error("no checkpoint can be written: {}", written.error().detail);
        }
        problem_ = written.error().detail;
        return std::unexpected(written.error());
    }
    problem_.clear();
    newest_ = note;
    signed_ = checkpoint.head;
    return note;
}

/// The key that signs for this log. One is made only for a log that never had any.
std::expected<Signer, Failure> signer_for(const NotaryFiles& files, const EventLog& log,
                                          Disk& disk) {
    const auto origin = origin_of(log.id());
    auto signer = load_signer(disk, files.signing_key, origin);
    const bool missing = !signer && signer.error().kind == FailureKind::not_found;
    if (missing) {
        const auto published = disk.has(files.verifier_key);
        const auto has_signed = disk.has(files.checkpoint);
        if (!published) return std::unexpected(published.error());
        if (!has_signed) return std::unexpected(has_signed.error());
        if (*published || *has_signed) {
            return corrupted(files.signing_key.string() +
                             ", which signs this log's checkpoints, is missing; put it back from a "
                             "backup of keys/");
        }
        signer = make_signer(disk, files.signing_key, origin);
    }
    return signer;
}

/// The public key beside the log is this one's; written where it is missing.
std::expected<void, Failure> publish_verifier(const NotaryFiles& files, const VerifierKey& key,
                                              Disk& disk) {
    const auto text = text_of(key) + "\n";
    const auto published = disk.read_whole_file(files.verifier_key);
    if (!published && published.error().kind == FailureKind::not_found) {
        return disk.write_whole_file(files.verifier_key, text);
    }
    if (!published) return std::unexpected(published.error());
    if (*published == text) return {};
    return corrupted(files.verifier_key.string() +
                     " is not the public half of the signing key in keys/; put back the one that "
                     "this log's auditors know");
}

/// The log has all that the checkpoint beside it was signed for. One that cannot be read proves
/// nothing, and a new one takes its place.
std::expected<void, Failure> check_extends(const NotaryFiles& files, const VerifierKey& key,
                                           const EventLog& log, const Disk& disk) {
    const auto note = disk.read_whole_file(files.checkpoint);
    if (!note && note.error().kind == FailureKind::not_found) return {};
    if (!note) return std::unexpected(note.error());
    const auto checkpoint = open_checkpoint(*note, key);
    if (!checkpoint) {
        spdlog::warn("{} is signed anew: {}", files.checkpoint.string(), checkpoint.error().detail);
        return {};
    }
    const auto wanted = checkpoint->head;
    const auto head = log.tree_head();
    if (wanted.size > head.size) {
        return corrupted("the log ends at position " + std::to_string(head.size) +
                         " but a checkpoint was signed for " + std::to_string(wanted.size) +
                         ": positions " + std::to_string(head.size + 1) + " to " +
                         std::to_string(wanted.size) +
                         " are missing; restore the newest backup, or copy what is whole to a new "
                         "log: muster log salvage");
    }
    const auto then = TreeEdge::load(log.tree(), wanted.size);
    if (!then) return std::unexpected(then.error());
    if (then->head() == wanted) return {};
    return corrupted("positions 1 to " + std::to_string(wanted.size) +
                     " are not those that a checkpoint was signed for; restore the newest backup, "
                     "or copy what is whole to a new log: muster log salvage");
}

}  // namespace

std::expected<std::unique_ptr<Notary>, Failure> open_notary(const fs::path& data,
                                                            const EventLog& log, Disk& disk,
                                                            Workers& workers) {
    const NotaryFiles files{data};
    auto signer = signer_for(files, log, disk);
    if (!signer) return std::unexpected(signer.error());
    if (auto published = publish_verifier(files, signer->verifier(), disk); !published) {
        return std::unexpected(published.error());
    }
    if (auto extends = check_extends(files, signer->verifier(), log, disk); !extends) {
        return std::unexpected(extends.error());
    }
    auto notary = std::make_unique<LogNotary>(files, std::move(*signer), log, disk);
    if (auto written = notary->sign_now(); !written) return std::unexpected(written.error());
    notary->work_with(workers);
    return notary;
}

}  // namespace muster
