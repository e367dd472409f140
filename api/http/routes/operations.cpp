// Long operations: starting one and asking how far it is.
#include "api/http/exchange/operations.h"
#include "api/http/routes/routes.h"

namespace muster::http {
namespace {

void start(Exchange& exchange, const OperationOrder& order) {
    auto& operations = exchange.shared().operations;
    if (!operations.start(order)) {
        return exchange.refuse(409, "operation_running", "Another operation is still running.");
    }
    exchange.reply_json(202, operation_json(*operations.state()));
}

/// Taken as it was sent: a path is not a text for people.
std::expected<std::filesystem::path, std::string> absolute_path(std::string_view text) {
    const std::filesystem::path path{text};
    if (path.is_absolute()) return path;
    return std::unexpected("must be an absolute path");
}

/// It names folders of the server's machine, so only who is there, and may enter the data folder,
/// can ask for it.
void start_backup(Exchange& exchange) {
    if (!exchange.request().local_socket) {
        return exchange.refuse(403, "local_only",
                               "A backup is started on the server's own machine, over the socket "
                               "in its data folder: muster backup FOLDER.");
    }
    Body body = Body::parse(exchange.request().body);
    const auto folder = body.read("folder", absolute_path);
    const auto keys_folder = body.has("keys_folder") ? body.read("keys_folder", absolute_path)
                                                     : std::filesystem::path{};
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    start(exchange, {.kind = "backup",
                     .folder = folder.in(*accepted),
                     .keys_folder = keys_folder.in(*accepted),
                     .remembered = {}});
}

/// The body may hold a checkpoint that the log must extend.
void start_verification(Exchange& exchange) {
    Body body = Body::parse(exchange.request().body, true);
    using Remembered = std::optional<TreeHead>;
    const auto open = [&](std::string_view text) -> std::expected<Remembered, std::string> {
        const auto checkpoint = open_checkpoint(text, exchange.engine().notary().verifier());
        if (checkpoint) return checkpoint->head;
        return std::unexpected("must be one that this log signed: " + checkpoint.error().detail);
    };
    const auto remembered =
        body.has("checkpoint") ? body.read("checkpoint", open) : Remembered{};
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    start(exchange, {.kind = "verify",
                     .folder = {},
                     .keys_folder = {},
                     .remembered = remembered.in(*accepted)});
}

void start_operation(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const std::string& kind = exchange.path_text("kind");
    if (kind == "backup") return start_backup(exchange);
    if (kind == "verify") return start_verification(exchange);
    if (kind != "rebuild-views") {
        return exchange.refuse(404, "not_found",
                               "There is no such operation; there are backup, rebuild-views and "
                               "verify.");
    }
    start(exchange, {.kind = kind, .folder = {}, .keys_folder = {}, .remembered = {}});
}

void show_operation(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const auto state = exchange.shared().operations.state();
    if (!state) return exchange.not_found();
    exchange.reply_json(200, operation_json(*state));
}

}  // namespace

std::vector<Route> operation_routes() {
    return {
        Route::operation("POST", "/v1/operations/{kind}", start_operation),
        Route::read("/v1/operations", show_operation),
    };
}

}  // namespace muster::http
