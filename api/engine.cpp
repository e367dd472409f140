// Opening the parts in their order and holding them together.
#include "api/engine.h"

#include "api/writer.h"
#include "eventstore/rocksdb_log.h"

#include <spdlog/spdlog.h>

#include <cstring>
#include <future>

namespace muster {
namespace {

class OpenEngine final : public Engine {
 public:
    OpenEngine(EngineOptions options, std::unique_ptr<KeyStore> keys, std::unique_ptr<EventLog> log,
               std::unique_ptr<Views> views)
        : options_{std::move(options)},
          keys_{std::move(keys)},
          log_{std::move(log)},
          views_{std::move(views)},
          writer_{std::make_unique<Writer>(*log_, *keys_, *views_, options_)} {}

    void submit(Command command, Context context, ExecuteOptions options,
                std::move_only_function<void(Answer)> done) override {
        writer_->submit(std::move(command), std::move(context), std::move(options),
                        std::move(done));
    }

    const EventLog& log() const override { return *log_; }
    KeyStore& keys() override { return *keys_; }
    Views& views() override { return *views_; }
    Instant now() const override { return options_.clock(); }

    EngineState state() const override {
        const std::string problem = writer_->problem();
        const ViewsState views =
            views_->state();  // before the head, so that it is never ahead of it
        return {problem.empty(), problem, log_->head(), views};
    }

 private:
    // In the order of opening; the writer goes first at the end.
    const EngineOptions options_;
    std::unique_ptr<KeyStore> keys_;
    std::unique_ptr<EventLog> log_;
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

/// Views that are behind (they are not synced) or were deleted catch up before anybody reads: what
/// was acknowledged is always seen.
void catch_up(const EventLog& log, const Views& views) {
    constexpr std::chrono::seconds between_reports{2};
    const Position head = log.head();
    while (!views.wait_for(head, between_reports)) {
        const ViewsState state = views.state();
        if (!state.failure.empty()) return;
        spdlog::info("views: position {} of {}", number(state.applied), number(head));
    }
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
    return base64url(named + std::string(mac.begin(), mac.end()));
}

std::optional<InvitationLink> Engine::read_link(std::string_view text) {
    const auto bytes = from_base64url(text);
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
    EngineOptions settled = options;
    if (!settled.clock) settled.clock = wall_clock;
    std::error_code error;
    std::filesystem::create_directories(settled.data, error);
    if (!error) {
        std::filesystem::permissions(settled.data, std::filesystem::perms::owner_all, error);
    }
    if (error) {
        return std::unexpected(
            Failure{FailureKind::io_error, settled.data.string() + ": " + error.message()});
    }
    auto keys = open_key_store(settled.data / "keys");
    if (!keys) return std::unexpected(keys.error());
    auto log = open_rocksdb_log(settled.data / "log", {.sync = settled.sync_log});
    if (!log) return std::unexpected(log.error());
    if ((*keys)->key_seq() < (*log)->key_seq()) {
        return std::unexpected(Failure{
            FailureKind::corrupted, "keys/ is behind log/: it ends at row " +
                                        std::to_string((*keys)->key_seq()) +
                                        ", the log needs row " + std::to_string((*log)->key_seq()) +
                                        "; put back the newest keys/ that belongs to this log"});
    }
    auto views = open_views(settled.data / "views", **log, **keys);
    if (!views) return std::unexpected(views.error());
    catch_up(**log, **views);
    return std::make_unique<OpenEngine>(std::move(settled), std::move(*keys), std::move(*log),
                                        std::move(*views));
}

Instant wall_clock() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

}  // namespace muster
