// Organisations: founding, ending, plan, roles, audit trail, checks.
#include "api/http/past.h"
#include "api/http/people_in_bodies.h"
#include "api/http/problems.h"
#include "api/http/query.h"
#include "api/http/routes.h"
#include "api/timestamps.h"
#include "eventstore/blueprint_json.h"

namespace muster::http {
namespace {

/// "conance", or a blueprint of the caller's own.
SharedBlueprint read_blueprint_field(Body& body) {
    std::string text;
    if (body.is_object("blueprint")) {
        text = body.json("blueprint");
    } else {
        const std::string name = body.text("blueprint");
        if (name.empty()) return {};
        text = shipped_blueprint(name);
        if (text.empty()) {
            std::string known;
            for (const auto shipped : shipped_blueprints()) {
                known += (known.empty() ? "" : ", ") + std::string{shipped};
            }
            body.wrong("blueprint", "must be a blueprint, or the name of one: " + known);
            return {};
        }
    }
    auto blueprint = read_blueprint(text);
    if (blueprint) return *blueprint;
    for (const BlueprintError& error : blueprint.error()) {
        body.wrong("blueprint." + error.field, error.message);
    }
    return {};
}

void answer_organization(Exchange& exchange, const Organization& organization, std::string body) {
    Response response;
    response.body = std::move(body);
    response.set("ETag", "\"" + std::to_string(number(organization.version)) + "\"");
    exchange.reply(std::move(response));
}

/// The organisation now, or as it was at `as_of`; null when an answer was given.
std::shared_ptr<const Organization> now_or_then(Exchange& exchange, OrganizationId id) {
    auto organization = exchange.readable(id, Operation::read_organization);
    if (!organization || exchange.query_text("as_of").empty()) return organization;
    const auto past = exchange.as_of(id);
    return past ? past->organization : nullptr;
}

std::optional<Actor> read_actor(std::string_view text) {
    if (text == "operator") return Actor::the_operator();
    if (text == "system") return Actor::the_system();
    const auto person = parse_id<PersonId>(text);
    if (!person) return std::nullopt;
    return Actor::of(*person);
}

/// The filters of the audit trail; notes what is wrong with them.
AuditQuery read_audit_query(const Exchange& exchange, std::vector<FieldError>& errors) {
    AuditQuery query;
    if (const auto text = exchange.query_text("actor"); !text.empty()) {
        query.actor = read_actor(text);
        if (!query.actor) errors.push_back({"actor", "must be operator, system or a person's id"});
    }
    if (const auto text = exchange.query_text("subject"); !text.empty()) {
        query.subject = parse_id<PersonId>(text);
        if (!query.subject) errors.push_back({"subject", "must be a person's id"});
    }
    query.kind = exchange.query_text("kind");
    if (const auto text = exchange.query_text("outcome"); !text.empty()) {
        if (text != "accepted" && text != "refused") {
            errors.push_back({"outcome", "must be accepted or refused"});
        }
        query.accepted = text == "accepted";
    }
    const auto time = [&](std::string_view name) -> std::optional<Instant> {
        const std::string text = exchange.query_text(name);
        if (text.empty()) return std::nullopt;
        const auto at = read_rfc3339(text);
        if (!at) errors.push_back({std::string{name}, "must be an RFC 3339 time"});
        return at;
    };
    query.from = time("from");
    query.to = time("to");
    if (const auto text = exchange.query_text("cursor"); !text.empty()) {
        const auto before = whole_number(text);
        if (!before || *before == 0) errors.push_back({"cursor", "is not one of this list"});
        query.before = Position{before.value_or(0)};
    }
    return query;
}

}  // namespace

void found_organization(Exchange& exchange) {
    Body body = Body::parse(exchange.request().body);
    const std::string name = body.text("name");
    const SharedBlueprint blueprint = read_blueprint_field(body);
    std::optional<Failure> failure;
    std::optional<NamedPerson> founder;
    const auto& actor = exchange.caller.actor;
    if (!body.has("founder") && actor && actor->kind == ActorKind::person) {
        founder = NamedPerson{actor->person, {}, {}};
    } else {
        const bool every_account = exchange.caller.key.platform_operator;
        const ByIds by_ids = every_account ? ByIds::yes : ByIds::no;
        Body part = body.object("founder");
        founder = read_person(part, exchange.engine().keys(), by_ids, failure);
    }
    if (failure) return exchange.fail(*failure);
    if (!exchange.accepts(body)) return;
    const OrganizationId organization{random_uuid()};
    auto sealed = seal_person(exchange.engine(), *founder, organization);
    if (!sealed) return exchange.fail(sealed.error());
    exchange.run(FoundOrganization{.organization = organization,
                                   .name = name,
                                   .blueprint = blueprint,
                                   .founder = founder->person,
                                   .founder_name = std::move(sealed->name),
                                   .founder_address = std::move(sealed->address)},
                 201);
}

void show_organization(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = now_or_then(exchange, *id);
    if (!organization) return;
    answer_organization(exchange, *organization, organization_json(*organization));
}

void end_organization(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body, true);
    const std::string reason = body.optional_text("reason", free_text_characters);
    if (!exchange.accepts(body)) return;
    exchange.run(EndOrganization{*id}, 200, reason);
}

void show_plan(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = exchange.readable(*id, Operation::read_plan);
    if (!organization) return;
    answer_organization(exchange, *organization, plan_json(*organization));
}

void change_plan(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    ChangePlan command{.organization = *id, .plan = {body.text("plan")}, .limits = {}};
    for (const auto& [licence_class, limit] : body.numbers("limits")) {
        command.limits[{licence_class}] = limit;
    }
    if (!exchange.accepts(body)) return;
    exchange.run(std::move(command));
}

void list_roles(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = now_or_then(exchange, *id);
    if (!organization) return;
    answer_organization(exchange, *organization, roles_json(*organization));
}

void create_role(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    CreateRole command{.organization = *id,
                       .role = {to_string(random_uuid())},
                       .name = body.text("name"),
                       .permissions = {}};
    for (std::string& permission : body.texts("permissions")) {
        command.permissions.push_back({std::move(permission)});
    }
    if (!exchange.accepts(body)) return;
    exchange.run(std::move(command), 201);
}

void show_audit(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id || !exchange.readable(*id, Operation::read_audit)) return;
    std::vector<FieldError> errors;
    AuditQuery query = read_audit_query(exchange, errors);
    if (!errors.empty()) return exchange.reply(problem_of(errors));
    query.organization = *id;
    constexpr std::size_t usual = 50;
    constexpr std::size_t most = 500;
    const auto limit = exchange.query_limit(usual, most);
    if (!limit) return;
    query.limit = *limit;
    const auto page = exchange.engine().views().audit(query);
    if (!page) return exchange.fail(page.error());
    exchange.reply_json(200, audit_json(page->rows, page->next_cursor, exchange.unseal()));
}

void check(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    const auto person = body.id<PersonId>("person");
    const auto workspace = body.optional_id<WorkspaceId>("workspace");
    const std::string permission = body.text("permission");
    if (!exchange.accepts(body)) return;
    // Anybody may ask about themselves; about others, who may see the members.
    const bool own = exchange.caller.actor && exchange.caller.actor->is(person);
    const Position position = exchange.engine().views().state().applied;
    const auto organization =
        exchange.readable(*id, own ? std::nullopt : std::optional{Operation::read_members});
    if (!organization) return;
    const auto verdict = has_permission(*organization, person, {permission}, workspace);
    if (!verdict) return exchange.refuse(verdict.error());
    exchange.reply_json(200, check_json(*verdict, position));
}

}  // namespace muster::http
