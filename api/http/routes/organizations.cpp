// Organisations: founding, ending, name, rules, owner, plan, checks.
#include "api/http/exchange/founding.h"
#include "api/http/exchange/people_in_bodies.h"
#include "api/http/routes/routes.h"
#include "api/proposed_rules.h"
#include "api/text/timestamps.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"

namespace muster::http {
namespace {

/// A blueprint of the caller's own; notes each thing that is wrong with it.
Field<SharedBlueprint> read_own_blueprint(Body& body) {
    return body.json("blueprint").then([&](const std::string& text) -> Field<SharedBlueprint> {
        const auto blueprint = read_proposed_blueprint(text);
        if (blueprint) return *blueprint;
        const std::vector<BlueprintError>& errors = blueprint.error();
        ENSURE(!errors.empty());
        for (std::size_t i = 0; i + 1 < errors.size(); ++i) {
            body.wrong("blueprint." + errors[i].field, errors[i].message);
        }
        return body.wrong("blueprint." + errors.back().field, errors.back().message);
    });
}

/// "conance", or a blueprint of the caller's own.
Field<SharedBlueprint> read_blueprint_field(Body& body) {
    if (body.is_object("blueprint")) return read_own_blueprint(body);
    return body.text("blueprint").then([&](const std::string& name) -> Field<SharedBlueprint> {
        const auto shipped = read_blueprint(shipped_blueprint(name));
        if (shipped) return *shipped;
        std::string known;
        for (const auto other : shipped_blueprints()) {
            known += (known.empty() ? "" : ", ") + std::string{other};
        }
        return body.wrong("blueprint", "must be a blueprint, or the name of one: " + known);
    });
}

/// What becomes of roles, by their ids.
Field<std::map<RoleId, RoleId>> read_role_map(Body& body, std::string_view field) {
    return body.named_texts(field).then([](const std::map<std::string, std::string>& texts) {
        std::map<RoleId, RoleId> map;
        for (const auto& [from, to] : texts) map[{from}] = {to};
        return map;
    });
}

/// Whoever acts, when the body names nobody.
Field<WrittenPerson> read_founder(Exchange& exchange, Body& body) {
    const auto acts = exchange.caller.actor ? exchange.caller.actor->person() : std::nullopt;
    if (acts && !body.has("founder")) return WrittenPerson{*acts};
    const bool every_account = exchange.caller.key.platform_operator;
    Body part = body.object("founder");
    return read_person(part, every_account ? ByIds::yes : ByIds::no);
}

/// None about the past, nor for who does not see the members that it names, nor while the views
/// cannot tell.
std::expected<std::optional<std::vector<Advice>>, Failure> advice_for(
    Exchange& exchange, const Organization& organization) {
    const auto& actor = exchange.caller.actor;
    const bool sees_members = !actor || may(organization, *actor, Operation::read_members);
    if (!sees_members || !exchange.query_text("as_of").empty()) return std::nullopt;
    auto advice = advice_on(organization, exchange.engine().views(), exchange.engine().now());
    if (advice) return std::move(*advice);
    if (advice.error().kind == FailureKind::view_unavailable) return std::nullopt;
    return std::unexpected(advice.error());
}

void found_organization(Exchange& exchange) {
    Body body = Body::parse(exchange.request().body);
    const auto name = body.text("name");
    const auto blueprint = read_blueprint_field(body);
    const auto written = read_founder(exchange, body);
    const auto accepted = exchange.accepts(body);
    if (!accepted || !may_name_founder(exchange, written.in(*accepted))) return;
    const auto founder = resolve(exchange.personal(), written.in(*accepted));
    if (!founder) return exchange.fail(founder.error());
    const OrganizationId organization{random_uuid()};
    auto sealed = seal_person(exchange.engine(), exchange.personal(), *founder, organization);
    if (!sealed) return exchange.fail(sealed.error());
    found(exchange, FoundOrganization{.organization = organization,
                                      .name = name.in(*accepted),
                                      .blueprint = blueprint.in(*accepted),
                                      .founder = founder->person,
                                      .founder_name = std::move(sealed->name),
                                      .founder_address = std::move(sealed->address)});
}

void show_organization(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    // What may be seen is decided by what the reader is now, of the past as well.
    const auto now = exchange.readable(*id, Operation::read_organization);
    const auto organization =
        now ? exchange.readable_then(*id, Operation::read_organization) : nullptr;
    if (!organization) return;
    const auto advice = advice_for(exchange, *organization);
    if (!advice) return exchange.fail(advice.error());
    const auto shows = [&](Operation operation) {
        const auto& actor = exchange.caller.actor;
        return !actor || may(*now, *actor, operation);
    };
    const ShownToReader shown{.members = shows(Operation::read_members),
                              .plan = shows(Operation::read_plan)};
    exchange.reply_now_of(*organization, organization_json(*organization, shown, *advice));
}

void rename_organization(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    const auto name = body.text("name");
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(RenameOrganization{.organization = *id, .name = name.in(*accepted)});
}

void end_organization(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    exchange.run_for_a_reason(EndOrganization{*id});
}

void change_blueprint(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    const auto blueprint = read_blueprint_field(body);
    const auto roles = read_role_map(body, "roles");
    const auto workspace_roles = read_role_map(body, "workspace_roles");
    const auto plan = body.has("plan") ? body.text("plan").then([](const std::string& named) {
        return std::optional{PlanId{named}};
    })
                                       : std::optional<PlanId>{};
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(ChangeBlueprint{.organization = *id,
                                 .blueprint = blueprint.in(*accepted),
                                 .roles = roles.in(*accepted),
                                 .workspace_roles = workspace_roles.in(*accepted),
                                 .plan = plan.in(*accepted)},
                 200, reason.in(*accepted));
}

void transfer_ownership(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    const auto to = body.id<PersonId>("to");
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(TransferOwnership{.organization = *id, .person = to.in(*accepted)}, 200,
                 reason.in(*accepted));
}

void show_plan(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = exchange.readable(*id, Operation::read_plan);
    if (!organization) return;
    exchange.reply_of(*organization, plan_json(*organization));
}

void change_plan(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    const auto plan = body.text("plan");
    const auto limits = body.numbers("limits");
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    ChangePlan command{.organization = *id, .plan = {plan.in(*accepted)}, .limits = {}};
    for (const auto& [licence_class, limit] : limits.in(*accepted)) {
        command.limits[{licence_class}] = limit;
    }
    exchange.run(std::move(command));
}

void check(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    const auto asked_about = body.id<PersonId>("person");
    const auto workspace = body.optional_id<WorkspaceId>("workspace");
    const auto permission = body.text("permission");
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    const PersonId person = asked_about.in(*accepted);
    // Anybody may ask about themselves; about others, who may see the members.
    const bool own = exchange.caller.actor && exchange.caller.actor->is(person);
    const Position position = exchange.engine().organizations().position();
    const auto organization =
        exchange.readable(*id, own ? std::nullopt : std::optional{Operation::read_members});
    if (!organization) return;
    const auto verdict =
        has_permission(*organization, person, {permission.in(*accepted)}, workspace.in(*accepted));
    if (!verdict) return exchange.refuse(verdict.error());
    exchange.reply_json(200, check_json(*verdict, position));
}

}  // namespace

std::vector<Route> organization_routes() {
    return {
        Route::command("POST", "/v1/organizations", found_organization, for_founders),
        Route::read("/v1/organizations/{org}", show_organization, {"as_of"}),
        Route::command("PATCH", "/v1/organizations/{org}", rename_organization,
                       needs<RenameOrganization>(Operation::manage_organization)),
        Route::command("DELETE", "/v1/organizations/{org}", end_organization,
                       needs<EndOrganization>(Operation::end_organization)),
        Route::command("PUT", "/v1/organizations/{org}/blueprint", change_blueprint,
                       for_operator_changing_rules),
        Route::command("POST", "/v1/organizations/{org}/ownership-transfer", transfer_ownership,
                       needs<TransferOwnership>(Operation::transfer_ownership)),
        Route::state_read("/v1/organizations/{org}/plan", show_plan),
        Route::command("PUT", "/v1/organizations/{org}/plan", change_plan,
                       operator_alone<ChangePlan>()),
        {.method = "POST",
         .pattern = "/v1/organizations/{org}/check",
         .handler = check,
         .reads = Reads::organization},
    };
}

}  // namespace muster::http
