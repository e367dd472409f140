// Long operations: starting one and asking how far it is.
#include "api/http/operations.h"
#include "api/http/routes.h"

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
std::filesystem::path absolute_path(Body& body, std::string_view field) {
    const std::filesystem::path path = body.raw_text(field);
    if (!path.is_absolute()) body.wrong(field, "must be an absolute path");
    return path;
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
    OperationOrder order{.kind = "backup",
                         .folder = absolute_path(body, "folder"),
                         .keys_folder = {},
                         .remembered = {}};
    if (body.has("keys_folder")) order.keys_folder = absolute_path(body, "keys_folder");
    if (exchange.accepts(body)) start(exchange, order);
}

/// The body may hold a checkpoint that the log must extend.
void start_verification(Exchange& exchange) {
    OperationOrder order{.kind = "verify", .folder = {}, .keys_folder = {}, .remembered = {}};
    if (exchange.request().body.empty()) return start(exchange, order);
    Body body = Body::parse(exchange.request().body);
    if (body.has("checkpoint")) {
        const auto checkpoint =
            open_checkpoint(body.raw_text("checkpoint"), exchange.engine().notary().verifier());
        if (checkpoint) {
            order.remembered = checkpoint->head;
        } else {
            body.wrong("checkpoint",
                       "must be one that this log signed: " + checkpoint.error().detail);
        }
    }
    if (exchange.accepts(body)) start(exchange, order);
}

}  // namespace

void start_operation(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const std::string& kind = exchange.path_text("kind");
    if (kind == "backup") return start_backup(exchange);
    if (kind == "verify") return start_verification(exchange);
    if (kind != "rebuild-views") return exchange.not_found();
    start(exchange, {.kind = kind, .folder = {}, .keys_folder = {}, .remembered = {}});
}

void show_operation(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const auto state = exchange.shared().operations.state();
    if (!state) return exchange.not_found();
    exchange.reply_json(200, operation_json(*state));
}

}  // namespace muster::http
