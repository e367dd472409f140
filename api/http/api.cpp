// Authentication, and the way from a request's head to its handler: the one place that has the
// order in which a request is asked who it comes from, before its body is read.
#include "api/http/api.h"

#include "api/http/exchange/exchange.h"
#include "api/http/exchange/guards.h"
#include "api/http/exchange/limits.h"
#include "api/http/exchange/operations.h"
#include "api/http/exchange/past.h"
#include "api/http/read/path.h"
#include "api/http/read/query.h"
#include "api/http/routes/router.h"
#include "api/http/server/work_pool.h"
#include "api/http/show/problems.h"
#include "eventstore/machine/crypto.h"

#include <spdlog/spdlog.h>
#include <boost/url.hpp>

#include <algorithm>

namespace muster::http {
namespace {

constexpr std::size_t most_of_a_short_body = 16 * 1024;  ///< read in well under a millisecond
constexpr std::size_t most_long_of_one = 32;  ///< running and waiting, of one key
constexpr std::size_t most_long_of_all = 128;

/// What is wrong with one parameter of the query; nothing when it will do.
std::optional<std::string> wrong_with(const Route& route, std::string_view name,
                                      std::string_view value) {
    if (name != "min_position" && std::ranges::count(route.query, name) == 0) {
        std::string known;
        for (const auto other : route.query) known += std::string{other} + ", ";
        return "is not a parameter of this request, which takes " + known + "min_position";
    }
    // An empty search box searches for nothing; anything else was meant to say something.
    if (value.empty() && name != "q") return "is empty; give it a value or leave it out";
    return std::nullopt;
}

/// Reads the query; answers and is false when a parameter is unknown, empty or repeated.
bool take_query(Exchange& exchange, const boost::urls::url_view& target, const Route& route) {
    for (const auto& param : target.params()) {
        const std::string name = param.key;
        // A bare "?" and "&&" ask for nothing.
        if (name.empty() && param.value.empty()) continue;
        if (name.empty()) {
            exchange.reply(problem_of({{"the query", "has a value without a name"}}));
            return false;
        }
        if (const auto error = error_in_parameter(name, param.value)) {
            exchange.reply(problem_of({*error}));
            return false;
        }
        if (const auto wrong = wrong_with(route, name, param.value)) {
            exchange.reply(problem_of({{name, *wrong}}));
            return false;
        }
        if (!exchange.query.emplace(name, param.value).second) {
            exchange.reply(problem_of({{name, "is given twice"}}));
            return false;
        }
    }
    for (const std::string name : {"dry_run", "confirmed"}) {
        const std::string flag = exchange.query_text(name);
        if (flag.empty() || flag == "true" || flag == "false") continue;
        exchange.reply(problem_of({{name, "must be true or false"}}));
        return false;
    }
    return true;
}

void wrong_method(Exchange& exchange, const std::vector<std::string_view>& methods) {
    std::string allowed;
    for (const auto method : methods) {
        allowed += (allowed.empty() ? "" : ", ") + std::string{method};
        if (method == "GET") allowed += ", HEAD";
    }
    Response response = problem(405, "method_not_allowed", "This address takes " + allowed + ".");
    response.set("Allow", allowed);
    exchange.reply(std::move(response));
}

void unauthorized(Exchange& exchange, std::string_view detail) {
    Response response = problem(401, "unauthorized", detail);
    response.set("WWW-Authenticate", "Bearer");
    exchange.reply(std::move(response));
}

/// The key behind `Authorization: Bearer`; answers and is false when it will not do.
bool take_key(Exchange& exchange, Door door) {
    if (door == Door::open) return true;
    const auto& authorization = exchange.headers.authorization;
    if (!authorization && door == Door::link) return true;
    const auto secret = authorization ? bearer_token(*authorization) : std::nullopt;
    if (!secret) {
        unauthorized(exchange, "Send an API key: Authorization: Bearer KEY.");
        return false;
    }
    auto key = exchange.engine().keys().api_key_by_hash(sha256(*secret));
    if (!key) {
        unauthorized(exchange, "There is no such API key.");
        return false;
    }
    if (key->expires_at_micros != 0 && exchange.engine().now().micros >= key->expires_at_micros) {
        unauthorized(exchange, "This API key has expired.");
        return false;
    }
    exchange.caller.key = std::move(*key);
    return true;
}

/// Whom the key speaks for; answers and is false when it may not.
bool take_actor(Exchange& exchange) {
    Caller& caller = exchange.caller;
    const auto& named = exchange.headers.actor;
    if (!named) {
        if (caller.key.platform_operator) caller.actor = Actor::the_operator();
        return true;
    }
    if (!caller.is_known()) {
        unauthorized(exchange, "Muster-Actor needs an API key.");
        return false;
    }
    if (!caller.key.names_actors) {
        exchange.refuse(403, "actor_not_allowed", "This API key may not speak for a person.");
        return false;
    }
    caller.actor = Actor::of(*named);
    return true;
}

/// Answers and is false when a header asks for what the request does not do.
bool take_conditions(Exchange& exchange, const Route& route) {
    const bool writes = route.effect == Effect::command;
    const Headers& headers = exchange.headers;
    std::vector<FieldError> errors;
    const std::string meaningless = "has no meaning for this request";
    if (!writes && headers.idempotency_key) errors.push_back({"Idempotency-Key", meaningless});
    if (!writes && headers.if_match) errors.push_back({"If-Match", meaningless});
    if (route.method != "GET" && headers.if_none_match) {
        errors.push_back({"If-None-Match", meaningless});
    }
    if (errors.empty()) return true;
    exchange.reply(problem_of(errors));
    return false;
}

/// Whether the caller gets as far as the route's guard: the query is one, the organisation within
/// the key's reach, somebody acts. Answers when not.
bool gets_to_guard(Exchange& exchange, const boost::urls::url_view& target, const Route& route) {
    if (!take_query(exchange, target, route) || !take_conditions(exchange, route)) return false;
    if (!exchange.query_number("min_position", 0)) return false;
    if (exchange.path.contains("org") && exchange.caller.is_known()) {
        const auto organization = exchange.path_id<OrganizationId>("org");
        if (!organization) return false;
        if (!exchange.caller.reaches(*organization)) {
            exchange.refuse(Rejection::organization_not_found);
            return false;
        }
    }
    if (route.door == Door::link && !exchange.engine().read_link(exchange.path_text("token"))) {
        exchange.refuse(Rejection::invitation_not_found);
        return false;
    }
    return route.guard.bare == nullptr || exchange.require_actor();
}

bool is_long(const Exchange& exchange, const Route& route) {
    return route.length == Length::always || !exchange.query_text("as_of").empty() ||
           !exchange.query_text("count").empty() ||
           exchange.request().body.size() > most_of_a_short_body;
}

bool reads_views(const Exchange& exchange, const Route& route) {
    return route.reads == Reads::views || !exchange.query_text("as_of").empty();
}

/// What the views must have applied for this read to be no older than the organisation that it
/// shows, which is kept for it. Views that stopped are read as they are.
Position seen_by(Exchange& exchange, const Route& route) {
    if (route.method != "GET" || !reads_views(exchange, route)) return {};
    if (route.door != Door::key || !exchange.path.contains("org")) return {};
    const auto id = exchange.path_id<OrganizationId>("org");
    Organizations& organizations = exchange.engine().organizations();
    const auto found = id ? organizations.kept(*id) : std::nullopt;
    if (found) exchange.see(*id, found->organization);
    if (!exchange.engine().views().state().failure.empty()) return {};
    return found ? found->position : organizations.position();
}

/// Goes on once what the request reads is as new as it must be.
void when_seen(const std::shared_ptr<Exchange>& exchange, const Route& route,
               std::move_only_function<void()> go_on) {
    constexpr std::chrono::milliseconds patience{2'000};
    const Position asked_for{*exchange->query_number("min_position", 0)};
    Engine& engine = exchange->engine();
    const auto there = [&engine, of_views = reads_views(*exchange, route)] {
        return of_views ? engine.views().state().applied : engine.organizations().position();
    };
    const Position wanted = std::max(asked_for, seen_by(*exchange, route));
    if (there() >= wanted) return go_on();
    engine.views().when_applied(
        wanted, patience, [exchange, asked_for, there, go_on = std::move(go_on)](bool) mutable {
            if (there() >= asked_for) {
                exchange->shared().soon.start({}, std::move(go_on));
                return;
            }
            exchange->refuse(503, "position_not_reached",
                             "The views have not reached min_position yet; try again.");
        });
}

/// Where the handler runs: on the thread that has the body, or among the long ones.
void hand_to_route(const std::shared_ptr<Exchange>& exchange, const Route& route) {
    if (!is_long(*exchange, route)) return exchange->answer_by(route.handler);
    exchange->go_on_at_length(
        [exchange, handler = route.handler] { exchange->answer_by(handler); });
}

}  // namespace

struct Api::Parts {
    Parts(Engine& engine, MailProblem mail_problem, const RateLimits& rates)
        : past{engine},
          operations{engine},
          limits{engine, rates},
          shared{engine, past, operations, limits, soon, at_length, std::move(mail_problem)} {}

    /// When nobody waits for an answer any more.
    ~Parts() {
        at_length.stop();
        const auto& left = *shared.exchanges;
        for (auto seen = left.load(); seen > 0; seen = left.load()) left.wait(seen);
    }

    Router router{every_route()};
    Past past;
    Operations operations;
    Limits limits;
    WorkPool soon{{.threads = 2}};
    WorkPool at_length{{.threads = 2,
                        .running_of_one = 1,
                        .of_one = most_long_of_one,
                        .of_all = most_long_of_all,
                        .niceness = 5}};
    Shared shared;
};

Api::Api(Engine& engine, MailProblem mail_problem, const RateLimits& limits)
    : parts_{std::make_unique<Parts>(engine, std::move(mail_problem), limits)} {}
Api::~Api() = default;

void Api::enter(Request head, Admit admit) {
    const auto door = std::make_shared<Admit>(std::move(admit));
    const auto exchange =
        std::make_shared<Exchange>(parts_->shared, std::move(head),
                                   [door](Response response) { (*door)(std::move(response)); });
    if (!exchange->takes_headers()) return;
    const auto target = boost::urls::parse_origin_form(exchange->request().target);
    if (!target) {
        return exchange->reply(problem_of({{"the request target", "is not a path and a query"}}));
    }
    std::vector<std::string> segments;
    for (const auto& segment : target->segments()) segments.push_back(segment);
    if (const auto error = error_in_path(segments)) return exchange->reply(problem_of({*error}));
    Router::Match found = parts_->router.match(exchange->request().method, segments);
    if (!take_key(*exchange, found.route == nullptr ? Door::key : found.route->door)) return;
    if (found.methods.empty()) return exchange->not_found();
    if (found.route == nullptr) return wrong_method(*exchange, found.methods);
    exchange->path = std::move(found.names);
    if (!take_actor(*exchange)) return;
    const Route& route = *found.route;
    if (!parts_->limits.admits(*exchange, route.effect != Effect::none)) return;
    if (const auto errors = errors_in_ids(exchange->path); !errors.empty()) {
        return exchange->reply(problem_of(errors));
    }
    if (!gets_to_guard(*exchange, *target, route)) return;
    auto let_in = [exchange, door, &route] {
        (*door)(Admission{.body_bytes = route.body_bytes,
                          .take =
                              [exchange, &route](std::string body, Reply reply) {
                                  exchange->take_body(std::move(body), std::move(reply));
                                  hand_to_route(exchange, route);
                              },
                          .owner = exchange->caller.key.id});
    };
    auto ask_guard = [exchange, guard = route.guard, let_in = std::move(let_in)]() mutable {
        let_pass(guard, *exchange, std::move(let_in));
    };
    when_seen(exchange, route, std::move(ask_guard));
}

void Api::handle(Request request, Reply reply) {
    std::string body = std::exchange(request.body, {});
    enter(std::move(request),
          [body = std::move(body), reply = std::move(reply)](HeadVerdict verdict) mutable {
              if (auto* response = std::get_if<Response>(&verdict)) {
                  return reply(std::move(*response));
              }
              auto& admission = std::get<Admission>(verdict);
              if (body.size() > admission.body_bytes) {
                  return reply(problem(413, "body_too_large", "The body is too large."));
              }
              admission.take(std::move(body), std::move(reply));
          });
}

}  // namespace muster::http
