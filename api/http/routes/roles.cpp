// Roles: what they are called and give, who holds them, who may offer them, and copies elsewhere.
#include "api/http/exchange/member_filters.h"
#include "api/http/exchange/people_in_bodies.h"
#include "api/http/read/known.h"
#include "api/http/routes/routes.h"
#include "api/http/show/problems.h"
#include "eventstore/machine/crypto.h"

#include <algorithm>

namespace muster::http {
namespace {

/// Runs a command about one member and one role, both named by the path.
template <class OfOneRole>
void run_on_holder(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, PersonId>("org", "member");
    if (!ids) return;
    const auto [organization, person] = *ids;
    exchange.run_for_a_reason(OfOneRole{organization, person, {exchange.path_text("role")}});
}

/// The role to be held in the place of one that goes; none where it is not asked for.
Field<std::optional<RoleId>> read_replacement(Body& body) {
    if (!body.has("replacement")) return std::optional<RoleId>{};
    return body.text("replacement").then([](const std::string& role) {
        return std::optional{RoleId{role}};
    });
}

/// Each once.
Field<std::vector<PermissionId>> read_permissions(Body& body) {
    return body.keys<PermissionId>("permissions")
        .then([&](const std::vector<PermissionId>& named) -> Field<std::vector<PermissionId>> {
            for (std::size_t i = 0; i < named.size(); ++i) {
                const auto before = named.begin() + static_cast<std::ptrdiff_t>(i);
                if (std::find(named.begin(), before, named[i]) == before) continue;
                return body.wrong("permissions[" + std::to_string(i) + "]", "is there twice");
            }
            return named;
        });
}

void list_roles(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = exchange.readable_then(*id, Operation::read_organization);
    if (!organization) return;
    exchange.reply_of(*organization, roles_json(*organization));
}

void show_role(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const RoleId role{exchange.path_text("role")};
    const auto organization = exchange.readable_then(*id, Operation::read_organization);
    if (!organization) return;
    if (organization->role(role) == nullptr) return exchange.refuse_role(*organization);
    exchange.reply_of(*organization, role_json(*organization, role));
}

void offerable_roles(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id || !exchange.require_actor()) return;
    const auto organization = exchange.readable(*id, std::nullopt);
    if (!organization) return;
    std::vector<FieldError> errors;
    const auto workspace = read_workspace_filter(exchange, errors);
    if (workspace && !organization->workspaces.contains(*workspace)) {
        const bool sees = may(*organization, *exchange.caller.actor, Operation::read_members);
        errors.push_back({"workspace", sees ? no_such_workspace(*organization)
                                            : "names no workspace of the organisation"});
    }
    if (!errors.empty()) return exchange.reply(problem_of(errors));
    const auto offers = role_offers(*organization, *exchange.caller.actor, workspace);
    exchange.reply_now_of(*organization, offers_json(offers));
}

void create_role(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    const auto name = body.text("name");
    const auto permissions = read_permissions(body);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(CreateRole{.organization = *id,
                            .role = {to_string(random_uuid())},
                            .name = name.in(*accepted),
                            .permissions = permissions.in(*accepted)},
                 201);
}

void edit_role(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const RoleId role{exchange.path_text("role")};
    Body body = Body::parse(exchange.request().body);
    const bool renames = body.has("name");
    if (renames == body.has("permissions")) {
        body.wrong("", "names either a new name or all permissions of the role");
    }
    const auto name = body.optional_text("name");
    const auto permissions = read_permissions(body);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    const std::string& why = reason.in(*accepted);
    if (renames) return exchange.run(RenameRole{*id, role, name.in(*accepted)}, 200, why);
    exchange.run(SetRolePermissions{*id, role, permissions.in(*accepted)}, 200, why);
}

void delete_role(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body, true);
    const auto replacement = read_replacement(body);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(DeleteRole{*id, {exchange.path_text("role")}, replacement.in(*accepted)}, 200,
                 reason.in(*accepted));
}

void copy_role(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    body.need("organizations");
    const auto targets = body.ids<OrganizationId>("organizations");
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    CopyRole command{.organization = *id, .role = {exchange.path_text("role")}, .targets = {}};
    for (const OrganizationId target : targets.in(*accepted)) {
        if (!exchange.caller.reaches(target)) {
            return exchange.refuse(Rejection::organization_not_found);
        }
        command.targets.push_back({target, {to_string(random_uuid())}});
    }
    exchange.run(std::move(command), 201);
}

void assign_role(Exchange& exchange) {
    run_on_holder<AssignRole>(exchange);
}

void withdraw_role(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, PersonId>("org", "member");
    if (!ids) return;
    const auto [organization, person] = *ids;
    Body body = Body::parse(exchange.request().body, true);
    const auto replacement = read_replacement(body);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(
        WithdrawRole{organization, person, {exchange.path_text("role")}, replacement.in(*accepted)},
        200, reason.in(*accepted));
}

}  // namespace

std::vector<Route> role_routes() {
    return {
        Route::state_read("/v1/organizations/{org}/roles", list_roles, {"as_of"}),
        Route::command("POST", "/v1/organizations/{org}/roles", create_role,
                       needs<CreateRole>(Operation::manage_roles)),
        Route::state_read("/v1/organizations/{org}/offerable-roles", offerable_roles,
                          {"workspace"}),
        Route::state_read("/v1/organizations/{org}/roles/{role}", show_role, {"as_of"}),
        Route::command("PATCH", "/v1/organizations/{org}/roles/{role}", edit_role,
                       needs<SetRolePermissions>(Operation::manage_roles)),
        Route::command("DELETE", "/v1/organizations/{org}/roles/{role}", delete_role,
                       needs<DeleteRole>(Operation::manage_roles)),
        Route::command("POST", "/v1/organizations/{org}/roles/{role}/copy", copy_role,
                       needs<CopyRole>(Operation::copy_role)),
        Route::command("PUT", "/v1/organizations/{org}/roles/{role}/members/{member}", assign_role,
                       needs<AssignRole>(Operation::change_role)),
        Route::command("DELETE", "/v1/organizations/{org}/roles/{role}/members/{member}",
                       withdraw_role, needs<WithdrawRole>(Operation::change_role)),
    };
}

}  // namespace muster::http
