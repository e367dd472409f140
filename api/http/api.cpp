// The route table, authentication, and the way from a request's head to its handler: the one place
// that has the order in which a request is asked who it comes from, before its body is read.
#include "api/http/api.h"

#include "api/http/exchange/exchange.h"
#include "api/http/exchange/guards.h"
#include "api/http/exchange/limits.h"
#include "api/http/exchange/operations.h"
#include "api/http/exchange/past.h"
#include "api/http/read/path.h"
#include "api/http/read/query.h"
#include "api/http/routes/routes.h"
#include "api/http/server/work_pool.h"
#include "api/http/show/problems.h"
#include "eventstore/machine/crypto.h"

#include <spdlog/spdlog.h>
#include <boost/url.hpp>

#include <algorithm>

namespace muster::http {
namespace {

/// Who may call a route: anybody (probes), a holder of an invitation's link, or a known API
/// key.
enum class Door { open, link, key };

/// Long ones, whatever asks for the past, and whatever has a long body, have a pool of their own.
enum class Length : std::uint8_t { usual, always };

constexpr std::size_t most_of_a_command = 1024 * 1024;
constexpr std::size_t most_of_a_read = 4 * 1024;
constexpr std::size_t most_by_a_link = 20 * 1024;        ///< a name or a reason, in any script
constexpr std::size_t most_of_a_short_body = 16 * 1024;  ///< read in well under a millisecond

struct Row {
    std::string_view method;
    std::string_view pattern;
    Route route;
    Door door = Door::key;
    std::vector<std::string_view> query = {};  ///< parameters it takes besides min_position
    Guard guard = {};
    std::size_t body_bytes = most_of_a_read;
    Length length = Length::usual;

    bool is_command() const { return !query.empty() && query.front() == "dry_run"; }
};

/// A request that changes something: it can be asked for as a dry run.
Row command(std::string_view method, std::string_view pattern, Route route, Guard guard,
            Door door = Door::key) {
    const std::size_t most = door == Door::link ? most_by_a_link : most_of_a_command;
    return {method, pattern, route, door, {"dry_run"}, guard, most};
}
Row with_query(Row row, std::string_view parameter) {
    row.query.push_back(parameter);
    return row;
}
/// One with a body that is no command of an organisation.
Row operation(std::string_view method, std::string_view pattern, Route route) {
    return {method, pattern, route, Door::key, {}, for_operators, most_of_a_command};
}

const std::vector<Row>& table() {
    static const std::vector<Row> rows{
        command("POST", "/v1/organizations", found_organization, for_founders),
        {"GET", "/v1/organizations/{org}", show_organization, Door::key, {"as_of"}},
        command("PATCH", "/v1/organizations/{org}", rename_organization,
                needs<RenameOrganization>(Operation::manage_organization)),
        command("DELETE", "/v1/organizations/{org}", end_organization,
                needs<EndOrganization>(Operation::end_organization)),
        {"GET", "/v1/blueprints", list_blueprints},
        {"GET", "/v1/blueprints/{name}", show_blueprint},
        {"GET", "/v1/organizations/{org}/blueprint", show_rules, Door::key, {"as_of"}},
        command("PUT", "/v1/organizations/{org}/blueprint", change_blueprint,
                for_operator_changing_rules),
        command("POST", "/v1/organizations/{org}/ownership-transfer", transfer_ownership,
                needs<TransferOwnership>(Operation::transfer_ownership)),
        {"GET", "/v1/organizations/{org}/plan", show_plan},
        command("PUT", "/v1/organizations/{org}/plan", change_plan, operator_alone<ChangePlan>()),
        {"GET", "/v1/organizations/{org}/roles", list_roles, Door::key, {"as_of"}},
        command("POST", "/v1/organizations/{org}/roles", create_role,
                needs<CreateRole>(Operation::manage_roles)),
        {"GET",
         "/v1/organizations/{org}/offerable-roles",
         offerable_roles,
         Door::key,
         {"workspace"}},
        {"GET", "/v1/organizations/{org}/roles/{role}", show_role, Door::key, {"as_of"}},
        command("PATCH", "/v1/organizations/{org}/roles/{role}", edit_role,
                needs<SetRolePermissions>(Operation::manage_roles)),
        command("DELETE", "/v1/organizations/{org}/roles/{role}", delete_role,
                needs<DeleteRole>(Operation::manage_roles)),
        command("POST", "/v1/organizations/{org}/roles/{role}/copy", copy_role,
                needs<CopyRole>(Operation::copy_role)),
        {"GET",
         "/v1/organizations/{org}/roles/{role}/members",
         list_role_members,
         Door::key,
         {"q", "status", "workspace", "sort", "limit", "cursor", "as_of"}},
        command("PUT", "/v1/organizations/{org}/roles/{role}/members/{member}", assign_role,
                needs<AssignRole>(Operation::change_role)),
        command("DELETE", "/v1/organizations/{org}/roles/{role}/members/{member}", withdraw_role,
                needs<WithdrawRole>(Operation::change_role)),
        {"GET",
         "/v1/organizations/{org}/audit",
         show_audit,
         Door::key,
         {"actor", "subject", "kind", "outcome", "from", "to", "limit", "cursor"}},
        {"POST", "/v1/organizations/{org}/check", check},
        {"GET",
         "/v1/organizations/{org}/members",
         list_members,
         Door::key,
         {"q", "status", "role", "workspace", "sort", "limit", "cursor", "as_of"}},
        {"GET",
         "/v1/organizations/{org}/members.csv",
         export_members,
         Door::key,
         {"q", "status", "role", "workspace", "sort"},
         {},
         most_of_a_read,
         Length::always},
        {"GET", "/v1/organizations/{org}/members/{member}", show_member, Door::key, {"as_of"}},
        with_query(command("DELETE", "/v1/organizations/{org}/members/{member}", remove_member,
                           membership<RemoveMember>()),
                   "confirmed"),
        command("PUT", "/v1/organizations/{org}/members/{member}/roles", change_role,
                needs<ChangeRole>(Operation::change_role)),
        command("POST", "/v1/organizations/{org}/members/{member}/suspend", suspend_member,
                needs<SuspendMember>(Operation::suspend_member)),
        command("POST", "/v1/organizations/{org}/members/{member}/reinstate", reinstate_member,
                needs<ReinstateMember>(Operation::suspend_member)),
        command("POST", "/v1/organizations/{org}/members/{member}/replace-address", replace_address,
                needs<ReplaceAddress>(Operation::invite_member)),
        command("POST", "/v1/organizations/{org}/members/{member}/replace-protected-holder",
                replace_protected_holder, operator_alone<ReplaceProtectedHolder>()),
        command("POST", "/v1/organizations/{org}/members/{member}/workspaces", assign_workspaces,
                needs<AssignWorkspaces>(Operation::assign_workspace)),
        command("PUT", "/v1/organizations/{org}/members/{member}/workspaces/{workspace}",
                assign_workspace_to_person,
                needs<AssignWorkspaceRole>(Operation::assign_workspace)),
        command("DELETE", "/v1/organizations/{org}/members/{member}/workspaces/{workspace}",
                withdraw_workspace_role, needs<WithdrawWorkspaceRole>(Operation::assign_workspace)),
        {"GET", "/v1/organizations/{org}/workspaces", list_workspaces, Door::key, {"as_of"}},
        command("POST", "/v1/organizations/{org}/workspaces", create_workspace,
                needs<CreateWorkspace>(Operation::create_workspace)),
        {"GET",
         "/v1/organizations/{org}/workspaces/{workspace}",
         show_workspace,
         Door::key,
         {"as_of"},
         {},
         most_of_a_read,
         Length::always},
        command("PATCH", "/v1/organizations/{org}/workspaces/{workspace}", rename_workspace,
                needs<RenameWorkspace>(Operation::create_workspace)),
        command("DELETE", "/v1/organizations/{org}/workspaces/{workspace}", delete_workspace,
                needs<DeleteWorkspace>(Operation::delete_workspace)),
        command("PUT", "/v1/organizations/{org}/workspaces/{workspace}/members/{member}",
                assign_workspace_role, needs<AssignWorkspaceRole>(Operation::assign_workspace)),
        command("DELETE", "/v1/organizations/{org}/workspaces/{workspace}/members/{member}",
                withdraw_workspace_role, needs<WithdrawWorkspaceRole>(Operation::assign_workspace)),
        {"GET",
         "/v1/organizations/{org}/invitations",
         list_invitations,
         Door::key,
         {"limit", "cursor"}},
        command("POST", "/v1/organizations/{org}/invitations", invite,
                needs<InviteMember>(Operation::invite_member)),
        command("POST", "/v1/organizations/{org}/invitations/{invitation}/resend",
                resend_invitation, needs<ResendInvitation>(Operation::invite_member)),
        command("POST", "/v1/organizations/{org}/invitations/{invitation}/cancel",
                cancel_invitation, needs<CancelInvitation>(Operation::invite_member)),
        {"GET", "/v1/invitations/{token}", show_invitation, Door::link},
        command("POST", "/v1/invitations/{token}/accept", accept_invitation, for_anybody,
                Door::link),
        command("POST", "/v1/invitations/{token}/decline", decline_invitation, for_anybody,
                Door::link),
        command("POST", "/v1/people", register_person, for_operators),
        {"GET", "/v1/people", find_person, Door::key, {"address"}},
        {"GET", "/v1/people/{person}", show_person},
        command("PUT", "/v1/people/{person}/profile", change_profile, for_account),
        command("PUT", "/v1/people/{person}/two-factor", change_two_factor,
                operator_alone<ChangeTwoFactor>()),
        {"POST", "/v1/people/{person}/sign-ins", record_sign_in},
        operation("GET", "/v1/api-keys", list_api_keys),
        operation("POST", "/v1/api-keys", create_api_key),
        operation("DELETE", "/v1/api-keys/{key}", delete_api_key),
        {"GET", "/v1/log", show_log},
        {"GET",
         "/v1/log/commits",
         list_commits,
         Door::key,
         {"from", "limit"},
         {},
         most_of_a_read,
         Length::always},
        {"GET", "/v1/log/checkpoint", show_checkpoint},
        {"GET", "/v1/log/verifier-key", show_verifier_key},
        {"GET", "/v1/log/proofs/inclusion", prove_inclusion, Door::key, {"position", "size"}},
        {"GET", "/v1/log/proofs/consistency", prove_consistency, Door::key, {"from", "to"}},
        {"POST",
         "/v1/import",
         import_lines,
         Door::key,
         {"first_line"},
         for_operators,
         most_of_a_command,
         Length::always},
        operation("POST", "/v1/operations/{kind}", start_operation),
        operation("POST", "/v1/operations/confirm-clock", confirm_clock),
        {"GET", "/v1/operations", show_operation},
        {"GET", "/healthz", healthz, Door::open},
        {"GET", "/readyz", readyz, Door::open},
    };
    return rows;
}

constexpr std::size_t most_long_of_one = 32;  ///< running and waiting, of one key
constexpr std::size_t most_long_of_all = 128;

using Names = std::map<std::string, std::string, std::less<>>;

/// Whether the decoded segments fit a pattern; {names} take what stands there.
bool fits(std::string_view pattern, const std::vector<std::string>& segments, Names& names) {
    std::size_t at = 0;
    while (!pattern.empty()) {
        pattern.remove_prefix(1);  // the slash
        const auto end = std::min(pattern.find('/'), pattern.size());
        const std::string_view part = pattern.substr(0, end);
        pattern.remove_prefix(end);
        if (at == segments.size()) return false;
        const std::string& segment = segments[at++];
        if (part.front() == '{') {
            if (segment.empty()) return false;
            names[std::string{part.substr(1, part.size() - 2)}] = segment;
        } else if (part != segment) {
            return false;
        }
    }
    return at == segments.size();
}

struct Match {
    const Row* row = nullptr;
    Names names;
    std::vector<std::string_view> methods;  ///< of the rows that fit the path
};

Match match(std::string_view method, const std::vector<std::string>& segments) {
    Match result;
    for (const Row& row : table()) {
        Names names;
        if (!fits(row.pattern, segments, names)) continue;
        if (std::ranges::count(result.methods, row.method) == 0) {
            result.methods.push_back(row.method);
        }
        const bool same = row.method == method || (method == "HEAD" && row.method == "GET");
        if (!same) continue;
        result.row = &row;
        result.names = std::move(names);
    }
    return result;
}

/// What is wrong with one parameter of the query; nothing when it will do.
std::optional<std::string> wrong_with(const Row& row, std::string_view name,
                                      std::string_view value) {
    if (name != "min_position" && std::ranges::count(row.query, name) == 0) {
        std::string known;
        for (const auto other : row.query) known += std::string{other} + ", ";
        return "is not a parameter of this request, which takes " + known + "min_position";
    }
    // An empty search box searches for nothing; anything else was meant to say something.
    if (value.empty() && name != "q") return "is empty; give it a value or leave it out";
    return std::nullopt;
}

/// Reads the query; answers and is false when a parameter is unknown, empty or repeated.
bool take_query(Exchange& exchange, const boost::urls::url_view& target, const Row& row) {
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
        if (const auto wrong = wrong_with(row, name, param.value)) {
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
bool take_conditions(Exchange& exchange, const Row& row) {
    const bool writes = row.is_command() || row.route == record_sign_in;
    const Headers& headers = exchange.headers;
    std::vector<FieldError> errors;
    const std::string meaningless = "has no meaning for this request";
    if (!writes && headers.idempotency_key) errors.push_back({"Idempotency-Key", meaningless});
    if (!writes && headers.if_match) errors.push_back({"If-Match", meaningless});
    if (row.method != "GET" && headers.if_none_match) {
        errors.push_back({"If-None-Match", meaningless});
    }
    if (errors.empty()) return true;
    exchange.reply(problem_of(errors));
    return false;
}

/// Whether the caller gets as far as the row's guard: the query is one, the organisation within the
/// key's reach, somebody acts. Answers when not.
bool gets_to_guard(Exchange& exchange, const boost::urls::url_view& target, const Row& row) {
    if (!take_query(exchange, target, row) || !take_conditions(exchange, row)) return false;
    if (!exchange.query_number("min_position", 0)) return false;
    if (exchange.path.contains("org") && exchange.caller.is_known()) {
        const auto organization = exchange.path_id<OrganizationId>("org");
        if (!organization) return false;
        if (!exchange.caller.reaches(*organization)) {
            exchange.refuse(Rejection::organization_not_found);
            return false;
        }
    }
    if (row.door == Door::link && !exchange.engine().read_link(exchange.path_text("token"))) {
        exchange.refuse(Rejection::invitation_not_found);
        return false;
    }
    return row.guard.bare == nullptr || exchange.require_actor();
}

bool is_long(const Exchange& exchange, const Row& row) {
    return row.length == Length::always || !exchange.query_text("as_of").empty() ||
           exchange.request().body.size() > most_of_a_short_body;
}

/// Where the handler runs: on the thread that has the body, or among the long ones.
void hand_to_route(const std::shared_ptr<Exchange>& exchange, const Row& row) {
    if (!is_long(*exchange, row)) return exchange->answer_by(row.route);
    exchange->go_on_at_length([exchange, route = row.route] { exchange->answer_by(route); });
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
    Match found = match(exchange->request().method, segments);
    if (!take_key(*exchange, found.row == nullptr ? Door::key : found.row->door)) return;
    if (found.methods.empty()) return exchange->not_found();
    if (found.row == nullptr) return wrong_method(*exchange, found.methods);
    exchange->path = std::move(found.names);
    if (!take_actor(*exchange)) return;
    const std::string& method = exchange->request().method;
    const bool changes = method != "GET" && method != "HEAD" && found.row->route != check;
    if (!parts_->limits.admits(*exchange, changes)) return;
    if (const auto errors = errors_in_ids(exchange->path); !errors.empty()) {
        return exchange->reply(problem_of(errors));
    }
    const Row& row = *found.row;
    if (!gets_to_guard(*exchange, *target, row)) return;
    auto let_in = [exchange, door, &row] {
        (*door)(Admission{.body_bytes = row.body_bytes,
                          .take =
                              [exchange, &row](std::string body, Reply reply) {
                                  exchange->take_body(std::move(body), std::move(reply));
                                  hand_to_route(exchange, row);
                              },
                          .owner = exchange->caller.key.id});
    };
    auto ask_guard = [exchange, guard = row.guard, let_in = std::move(let_in)]() mutable {
        let_pass(guard, *exchange, std::move(let_in));
    };
    const Position position{*exchange->query_number("min_position", 0)};
    Views& views = exchange->engine().views();
    if (views.state().applied >= position) return ask_guard();
    constexpr std::chrono::milliseconds patience{2'000};
    views.when_applied(
        position, patience, [exchange, ask = std::move(ask_guard)](bool reached) mutable {
            if (reached) {
                exchange->shared().soon.start({}, std::move(ask));
                return;
            }
            exchange->refuse(503, "position_not_reached",
                             "The views have not reached min_position yet; try again.");
        });
}

void Api::handle(Request request, Reply reply) {
    std::string body = std::exchange(request.body, {});
    enter(std::move(request),
          [body = std::move(body), reply = std::move(reply)](Verdict verdict) mutable {
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

std::vector<RouteName> all_routes() {
    std::vector<RouteName> routes;
    for (const Row& row : table()) routes.push_back({row.method, row.pattern, row.is_command()});
    return routes;
}

}  // namespace muster::http
