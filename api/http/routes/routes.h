// What a route is, and the rows of every subject. A subject's file ends with its own, so that a
// request, what it takes and what answers it stand together.
#pragma once

#include "api/http/exchange/exchange.h"
#include "api/http/exchange/guards.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace muster::http {

/// Who may call a route: anybody (probes), a holder of an invitation's link, or a known API
/// key.
enum class Door : std::uint8_t { open, link, key };

/// What a request leaves behind.
enum class Effect : std::uint8_t {
    none,
    some,     ///< counts among the changes of whoever asks
    command,  ///< one command, which takes Idempotency-Key and If-Match
};

/// What a route looks at: an organisation alone, as it is by all that was answered, or the views,
/// which follow.
enum class Reads : std::uint8_t { organization, views };

/// Long ones, whatever asks for the past or for an exact count, and whatever has a long body, have
/// a pool of their own.
enum class Length : std::uint8_t { usual, always };

constexpr std::size_t most_of_a_command = 1024 * 1024;
constexpr std::size_t most_of_a_read = 4 * 1024;
constexpr std::size_t most_by_a_link = 20 * 1024;  ///< a name or a reason, in any script

/// One method of the paths that fit a pattern.
struct Route {
    using Query = std::vector<std::string_view>;

    std::string_view method;
    std::string_view pattern;  ///< "/v1/organizations/{org}"; a {name} takes what stands there
    RouteHandler handler;
    Door door = Door::key;
    Query query = {};  ///< parameters it takes besides min_position
    Guard guard = {};
    std::size_t body_bytes = most_of_a_read;
    Length length = Length::usual;
    Effect effect = Effect::none;
    Reads reads = Reads::views;

    bool takes_dry_run() const { return !query.empty() && query.front() == "dry_run"; }

    static Route read(std::string_view pattern, RouteHandler handler, Query query = {}) {
        return {.method = "GET", .pattern = pattern, .handler = handler, .query = std::move(query)};
    }
    /// A read that does not wait for the views.
    static Route state_read(std::string_view pattern, RouteHandler handler, Query query = {}) {
        Route route = read(pattern, handler, std::move(query));
        route.reads = Reads::organization;
        return route;
    }
    static Route long_read(std::string_view pattern, RouteHandler handler, Query query = {}) {
        Route route = read(pattern, handler, std::move(query));
        route.length = Length::always;
        return route;
    }
    /// A request that changes something: it can be asked for as a dry run.
    static Route command(std::string_view method, std::string_view pattern, RouteHandler handler,
                         const Guard& guard, Query more_query = {}) {
        more_query.insert(more_query.begin(), "dry_run");
        return {.method = method,
                .pattern = pattern,
                .handler = handler,
                .query = std::move(more_query),
                .guard = guard,
                .body_bytes = most_of_a_command,
                .effect = Effect::command};
    }
    static Route command_by_link(std::string_view pattern, RouteHandler handler) {
        Route route = command("POST", pattern, handler, for_anybody);
        route.door = Door::link;
        route.body_bytes = most_by_a_link;
        return route;
    }
    /// One with a body that is no command of an organisation.
    static Route operation(std::string_view method, std::string_view pattern,
                           RouteHandler handler) {
        return {.method = method,
                .pattern = pattern,
                .handler = handler,
                .guard = for_operators,
                .body_bytes = most_of_a_command,
                .effect = method == "GET" ? Effect::none : Effect::some};
    }
};

std::vector<Route> audit_routes();
std::vector<Route> blueprint_routes();
std::vector<Route> invitation_routes();
std::vector<Route> log_routes();
std::vector<Route> member_list_routes();
std::vector<Route> member_routes();
std::vector<Route> operation_routes();
std::vector<Route> operator_routes();
std::vector<Route> organization_routes();
std::vector<Route> person_routes();
std::vector<Route> role_routes();
std::vector<Route> workspace_routes();

/// The rows of all of them. Where a path takes several methods, its `Allow` names them in this
/// order.
std::vector<Route> every_route();

}  // namespace muster::http
