// Opening the parts in their order and holding them together.
#include "api/engine.h"

#include "api/writing/writer.h"
#include "eventstore/log/log_memory.h"
#include "eventstore/log/rocksdb_log.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/machine/private_folder.h"
#include "projections/snapshotter.h"

#include <spdlog/spdlog.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <future>

namespace muster {
namespace {

class OpenEngine final : public Engine {
 public:
    OpenEngine(const EngineOptions& options, std::unique_ptr<KeyStore> keys,
               std::unique_ptr<EventLog> log, std::unique_ptr<LogNote> note,
               std::unique_ptr<Notary> notary, std::unique_ptr<Views> views)
        : clock_{options.clock},
          keys_{std::move(keys)},
          log_{std::move(log)},
          note_{std::move(note)},
          notary_{std::move(notary)},
          snapshots_{*options.disk, options.data / "snapshots", *log_},
          snapshotter_{*log_, snapshots_, options.least_changes_between_snapshots},
          organizations_{*log_, options.organization_cache_bytes, &snapshotter_},
          views_{std::move(views)},
          writer_{std::make_unique<Writer>(*log_, *keys_, organizations_, *views_, options)} {
        snapshotter_.start(*options.workers);
    }

    void submit(Command command, Context context, ExecuteOptions options,
                std::move_only_function<void(Answer)> done) override {
        writer_->submit(std::move(command), std::move(context), std::move(options),
                        std::move(done));
    }

    const EventLog& log() const override { return *log_; }
    KeyStore& keys() override { return *keys_; }
    Views& views() override { return *views_; }
    Organizations& organizations() override { return organizations_; }
    const Snapshots& snapshots() const override { return snapshots_; }
    Notary& notary() override { return *notary_; }
    Instant now() const override { return clock_(); }
    void confirm_clock() override { writer_->confirm_clock(); }

    EngineState state() const override {
        const Writer::Problem problem = writer_->problem();
        const ViewsState views =
            views_->state();  // before the head, so that it is never ahead of it
        return {.writing = problem.text.empty(),
                .problem = problem.text,
                .detail = problem.detail,
                .head = log_->head(),
                .views = views,
                .checkpoint_problem = notary_->problem()};
    }

 private:
    // In the order of opening; the writer goes first at the end.
    const std::function<Instant()> clock_;
    std::unique_ptr<KeyStore> keys_;
    std::unique_ptr<EventLog> log_;
    std::unique_ptr<LogNote> note_;
    std::unique_ptr<Notary> notary_;
    Snapshots snapshots_;
    Snapshotter snapshotter_;
    Organizations organizations_;
    std::unique_ptr<Views> views_;
    std::unique_ptr<Writer> writer_;
};

constexpr std::size_t id_bytes = 16;
constexpr std::size_t link_named_bytes = 2 * id_bytes + sizeof(std::uint32_t);

/// What a link names, as bytes: organisation, invitation, send number (big-endian).
std::string named_bytes(const InvitationLink& link) {
    std::string bytes;
    bytes.append(link.organization.value.begin(), link.organization.value.end());
    bytes.append(link.invitation.value.begin(), link.invitation.value.end());
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>((link.send_number >> shift) & 0xFFU));
    }
    return bytes;
}

/// Of both before either is opened, so that a later release's data stay untouched.
std::expected<void, Failure> check_formats(const std::filesystem::path& data, const Disk& disk) {
    if (auto known = check_keys_format(data / "keys", disk); !known) return known;
    return check_log_format(data / "log", disk);
}

Failure keys_behind(const KeyStore& keys, const EventLog& log) {
    return {FailureKind::corrupted, "keys/ is behind log/: it ends at row " +
                                        std::to_string(keys.key_seq()) + ", the log needs row " +
                                        std::to_string(log.key_seq()) +
                                        "; put back the newest keys/ that belongs to this log"};
}

/// What keys/ has seen of the log is there.
std::expected<void, Failure> check_keys_memory(const std::filesystem::path& keys,
                                               const EventLog& log, const Disk& disk) {
    const auto memory = memory_of_keys(disk, keys);
    if (!memory) return std::unexpected(memory.error());
    return *memory ? check_memory(log, **memory) : std::expected<void, Failure>{};
}

}  // namespace

Answer Engine::execute(Command command, Context context, ExecuteOptions options) {
    std::promise<Answer> promise;
    auto answer = promise.get_future();
    submit(std::move(command), std::move(context), std::move(options),
           [&promise](Answer result) { promise.set_value(std::move(result)); });
    return answer.get();
}

std::string Engine::link_text(const InvitationLink& link) {
    const std::string named = named_bytes(link);
    const Digest mac = keys().token_mac(named);
    return base64(named + std::string(mac.begin(), mac.end()));
}

std::optional<InvitationLink> Engine::read_link(std::string_view text) {
    const auto bytes = from_base64(text);
    if (!bytes || bytes->size() != link_named_bytes + sizeof(Digest)) return std::nullopt;
    const std::string named = bytes->substr(0, link_named_bytes);
    Digest mac{};
    std::memcpy(mac.data(), bytes->data() + link_named_bytes, mac.size());
    if (!equal_in_constant_time(mac, keys().token_mac(named))) return std::nullopt;

    InvitationLink link;
    std::memcpy(link.organization.value.data, named.data(), id_bytes);
    std::memcpy(link.invitation.value.data, named.data() + id_bytes, id_bytes);
    for (std::size_t i = 2 * id_bytes; i < link_named_bytes; ++i) {
        link.send_number = link.send_number << 8U | static_cast<unsigned char>(named[i]);
    }
    return link;
}

bool is_about_caller(Rejection rejection) {
    constexpr std::array about{Rejection::organization_not_found, Rejection::not_allowed,
                               Rejection::operator_only,          Rejection::caller_suspended,
                               Rejection::organization_ended,     Rejection::import_in_progress};
    return std::ranges::count(about, rejection) > 0;
}

Receipt receipt_of(const Commit& commit) {
    Receipt receipt{.position = commit.position,
                    .version = {},
                    .command = commit.command,
                    .outcome = commit.outcome,
                    .events = commit.events};
    const auto own = organization_of(commit.command);
    for (const TouchedStream& touched : commit.streams) {
        if (own && touched.stream == StreamId::of(*own)) receipt.version = touched.version;
    }
    return receipt;
}

std::expected<std::unique_ptr<Engine>, Failure> open_engine(const EngineOptions& options) {
    Disk& disk = *options.disk;
    if (&disk == &Disk::of_this_machine()) {
        if (auto closed = close_to_others(options.data); !closed) {
            return std::unexpected(closed.error());
        }
    }
    if (auto made = disk.make_private_folder(options.data); !made) {
        return std::unexpected(made.error());
    }
    if (auto known = check_formats(options.data, disk); !known) {
        return std::unexpected(known.error());
    }
    const auto has_log = disk.has(options.data / "log" / "store");
    if (!has_log) return std::unexpected(has_log.error());
    const auto has_keys = disk.has(options.data / "keys");
    if (!has_keys) return std::unexpected(has_keys.error());
    if (*has_log && !*has_keys) {
        return std::unexpected(Failure{FailureKind::corrupted,
                                       "there is a log but no keys/ beside it; put back the "
                                       "newest keys/ that belongs to this log"});
    }
    if (!*has_log && *has_keys) {
        const auto memory = memory_of_keys(disk, options.data / "keys");
        if (!memory) return std::unexpected(memory.error());
        if (*memory) {
            if (auto none = check_memory_of_no_log(**memory); !none) {
                return std::unexpected(none.error());
            }
        }
    }
    auto keys = open_key_store(options.data / "keys", disk);
    if (!keys) return std::unexpected(keys.error());
    LogOptions log_options = options.log;
    log_options.disk = options.disk;
    log_options.workers = options.workers;
    auto log = open_rocksdb_log(options.data / "log", log_options);
    if (!log) return std::unexpected(log.error());
    if ((*keys)->key_seq() < (*log)->key_seq()) {
        return std::unexpected(keys_behind(**keys, **log));
    }
    if (auto all = check_keys_memory(options.data / "keys", **log, disk); !all) {
        return std::unexpected(all.error());
    }
    auto notary = open_notary(options.data, **log, disk, *options.workers);
    if (!notary) return std::unexpected(notary.error());
    auto views = open_views(options.data / "views", **log, **keys,
                            {.disk = options.disk,
                             .workers = options.workers,
                             .steady_clock = options.steady_clock,
                             .commits_waited_for = options.view_commits_waited_for,
                             .views = options.views});
    if (!views) return std::unexpected(views.error());
    auto note = keep_log_note(disk, options.data / "keys", **log, *options.workers);
    if (!note) return std::unexpected(note.error());
    return std::make_unique<OpenEngine>(options, std::move(*keys), std::move(*log),
                                        std::move(*note), std::move(*notary), std::move(*views));
}

Instant wall_clock() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

std::chrono::microseconds time_since_boot() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec});
}

void end_process(const std::string& why) {
    constexpr int input_output_error = 74;  // EX_IOERR of sysexits.h
    spdlog::critical(
        "a sync failed, so what was written may be lost although it can be read; the "
        "process ends: {}",
        why);
    spdlog::default_logger()->flush();
    std::_Exit(input_output_error);
}

}  // namespace muster
