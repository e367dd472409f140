// What the operator of the platform uses: keys, the log, imports, long work, probes.
#include "api/http/routes/import.h"
#include "api/http/routes/routes.h"
#include "api/operator_key.h"
#include "api/text/timestamps.h"
#include "eventstore/machine/crypto.h"

#include <set>

namespace muster::http {
namespace {

using Organizations = std::vector<OrganizationId>;

/// Those that a key reaches, each once.
Field<Organizations> read_reached(Body& body) {
    const auto listed = body.ids<OrganizationId>("organizations");
    return listed.then([&](const Organizations& organizations) -> Field<Organizations> {
        std::set<OrganizationId> seen;
        for (std::size_t i = 0; i < organizations.size(); ++i) {
            if (seen.insert(organizations[i]).second) continue;
            return body.wrong("organizations[" + std::to_string(i) + "]", "is there already");
        }
        return organizations;
    });
}

void list_api_keys(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    exchange.reply_json(200, api_keys_json(exchange.engine().keys().api_keys()));
}

void create_api_key(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    Body body = Body::parse(exchange.request().body);
    const Instant now = exchange.engine().now();
    const auto label = body.text("label");
    const auto platform_operator = body.boolean("operator", false);
    const auto names_actors = body.boolean("names_actors", true);
    const auto founds = body.boolean("may_found", false);
    const auto reaches = together(
        [&](bool everything, bool others, const Organizations& some) -> Field<Organizations> {
            if (everything && !some.empty()) {
                return body.wrong("organizations", "must not stand beside operator, who has all");
            }
            if (everything || others || !some.empty()) return some;
            return body.wrong("organizations",
                              "must name at least one, unless operator or may_found is true");
        },
        platform_operator, founds, read_reached(body));
    const auto in_future = [now](std::string_view text) -> std::expected<Instant, std::string> {
        const auto at = read_rfc3339(text);
        if (at && *at > now) return *at;
        return std::unexpected("must be an RFC 3339 time in the future");
    };
    const auto expires_at =
        body.has("expires_at") ? body.read("expires_at", in_future) : Field<Instant>{Instant{0}};
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    const std::string secret = new_api_secret();
    const ApiKeyRecord key{.id = random_uuid(),
                           .label = label.in(*accepted),
                           .secret_hash = sha256(secret),
                           .platform_operator = platform_operator.in(*accepted),
                           .organizations = reaches.in(*accepted),
                           .names_actors = names_actors.in(*accepted),
                           .may_found = founds.in(*accepted),
                           .created_at_micros = now.micros,
                           .expires_at_micros = expires_at.in(*accepted).micros};
    const auto stored = exchange.engine().keys().put_api_key(key);
    if (!stored) return exchange.fail(stored.error());
    exchange.reply_json(201, api_key_json(key, secret));
}

void delete_api_key(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const auto id = parse_uuid(exchange.path.find("key")->second);
    if (!id) return;
    const auto deleted = exchange.engine().keys().delete_api_key(*id);
    if (!deleted) return exchange.fail(deleted.error());
    if (!*deleted) return exchange.not_found();
    exchange.reply({.status = 204, .headers = {}, .body = {}});
}

void show_log(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    Engine& engine = exchange.engine();
    exchange.reply_json(200, log_json(engine.state(), engine.log(), engine.views(),
                                      exchange.shared().mail_problem()));
}

void import_lines(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const auto first_line = exchange.query_number("first_line", 1);
    if (!first_line) return;
    exchange.reply(import_response(exchange.engine(), exchange.request().body, *first_line));
}

void confirm_clock(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    exchange.engine().confirm_clock();
    show_log(exchange);
}

void healthz(Exchange& exchange) {
    exchange.reply_json(200, state_json(true, {}));
}

/// The names of those that stand alone; the others go on, and so does the server.
std::string stopped_views_in(const ViewsState& state) {
    std::string names;
    for (const ViewState& view : state.views) {
        if (!view.failure.empty()) names += (names.empty() ? "" : ", ") + view.name;
    }
    return names;
}

void readyz(Exchange& exchange) {
    const EngineState state = exchange.engine().state();
    const bool well = state.writing && state.views.failure.empty();
    std::string problem;
    if (!state.writing) {
        problem = "writing has stopped: " + state.problem;
    } else if (!well) {
        problem = "the views have stopped";
    } else if (const std::string stopped = stopped_views_in(state.views); !stopped.empty()) {
        problem = "these views have stopped: " + stopped;
    } else if (!exchange.shared().mail_problem().empty()) {
        problem = "mails cannot be written";
    }
    exchange.reply_json(well ? 200 : 503, state_json(well, problem));
}

}  // namespace

std::vector<Route> operator_routes() {
    return {
        Route::operation("GET", "/v1/api-keys", list_api_keys),
        Route::operation("POST", "/v1/api-keys", create_api_key),
        Route::operation("DELETE", "/v1/api-keys/{key}", delete_api_key),
        Route::read("/v1/log", show_log),
        {.method = "POST",
         .pattern = "/v1/import",
         .handler = import_lines,
         .query = {"first_line"},
         .guard = for_operators,
         .body_bytes = most_of_a_command,
         .length = Length::always,
         .effect = Effect::some},
        Route::operation("POST", "/v1/operations/confirm-clock", confirm_clock),
        {.method = "GET", .pattern = "/healthz", .handler = healthz, .door = Door::open},
        {.method = "GET", .pattern = "/readyz", .handler = readyz, .door = Door::open},
    };
}

}  // namespace muster::http
