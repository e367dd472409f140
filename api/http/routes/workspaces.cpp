// Workspaces and who stands where in them.
#include "api/http/exchange/past.h"
#include "api/http/exchange/people_in_bodies.h"
#include "api/http/read/known.h"
#include "api/http/routes/routes.h"
#include "api/http/show/problems.h"
#include "eventstore/machine/crypto.h"

namespace muster::http {
namespace {

/// The organisation and its rows, now or as it was; nothing when an answer was given.
struct Seen {
    std::shared_ptr<const Organization> organization;
    std::optional<PastOrganization> past;  ///< none: now
};

std::optional<Seen> see(Exchange& exchange, OrganizationId id) {
    const auto organization = exchange.readable(id, Operation::read_members);
    if (!organization) return std::nullopt;
    if (exchange.query_text("as_of").empty()) return Seen{organization, std::nullopt};
    auto past = exchange.as_of(id);
    if (!past) return std::nullopt;
    return Seen{past->then->organization, std::move(past)};
}

/// Somebody's place in a workspace, which the path may name from either side.
auto place_in_path(Exchange& exchange) {
    return exchange.path_ids<OrganizationId, PersonId, WorkspaceId>("org", "member", "workspace");
}

void run_assignment(Exchange& exchange, bool from_person) {
    const auto ids = place_in_path(exchange);
    if (!ids) return;
    const auto [organization, person, workspace] = *ids;
    Body body = Body::parse(exchange.request().body, true);
    const auto role = body.optional_text("role");
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(AssignWorkspaceRole{.organization = organization,
                                     .person = person,
                                     .place = {workspace, {role.in(*accepted)}},
                                     .from_person = from_person},
                 200, reason.in(*accepted));
}

/// Where somebody stands who does not see the members: these workspaces, by name, are theirs to
/// see. Nothing for whoever sees all.
std::optional<Places> own_places(const Exchange& exchange, const Organization& now,
                                 const Organization& shown) {
    const auto& actor = exchange.caller.actor;
    if (!actor || may(now, *actor, Operation::read_members)) return std::nullopt;
    const Member* member = shown.member(*actor);
    return member != nullptr ? member->workspaces : Places{};
}

void list_workspaces(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto now = exchange.readable(*id, std::nullopt);
    if (!now) return;
    const auto seen = exchange.readable_then(*id, std::nullopt);
    if (!seen) return;
    const auto own = own_places(exchange, *now, *seen);
    exchange.reply_of(*seen, own ? own_workspaces_json(*seen, *own) : workspaces_json(*seen));
}

void show_workspace(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto workspace = exchange.path_id<WorkspaceId>("workspace");
    if (!workspace) return;
    const auto now = exchange.readable(*id, std::nullopt);
    if (!now) return;
    if (const auto own = own_places(exchange, *now, *now); own && own->contains(*workspace)) {
        return exchange.reply_of(*now, own_workspace_json(*now, *workspace, own->at(*workspace)));
    }
    const auto seen = see(exchange, *id);
    if (!seen) return;
    if (!seen->organization->workspaces.contains(*workspace)) {
        const std::string detail = "The path " + no_such_workspace(*seen->organization) + ".";
        return exchange.refuse(404, name_of(Rejection::workspace_not_found), detail);
    }
    const MemberQuery query{.organization = *id, .workspace = *workspace, .limit = SIZE_MAX};
    std::vector<MemberRow> rows;
    if (seen->past) {
        auto page = exchange.shared().past.page(*seen->past, query);
        if (!page) return exchange.fail(page.error());
        rows = std::move(page->rows);
    } else {
        const auto take = [&](const MemberRow& row) { rows.push_back(row); };
        const auto found = exchange.engine().views().each_member(query, take);
        if (!found) return exchange.fail(found.error());
    }
    exchange.reply_json(200, workspace_json(*seen->organization, *workspace, rows));
}

void create_workspace(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    const auto name = body.text("name");
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(
        CreateWorkspace{
            .organization = *id, .workspace = {random_uuid()}, .name = name.in(*accepted)},
        201);
}

void rename_workspace(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, WorkspaceId>("org", "workspace");
    if (!ids) return;
    const auto [organization, workspace] = *ids;
    Body body = Body::parse(exchange.request().body);
    const auto name = body.text("name");
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(RenameWorkspace{
        .organization = organization, .workspace = workspace, .name = name.in(*accepted)});
}

void delete_workspace(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, WorkspaceId>("org", "workspace");
    if (!ids) return;
    const auto [organization, workspace] = *ids;
    exchange.run_for_a_reason(DeleteWorkspace{organization, workspace});
}

void assign_workspaces(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, PersonId>("org", "member");
    if (!ids) return;
    const auto [organization, person] = *ids;
    Body body = Body::parse(exchange.request().body);
    body.need("workspaces");
    const auto places = read_places(body, read_workspace_id);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(
        AssignWorkspaces{
            .organization = organization, .person = person, .workspaces = places.in(*accepted)},
        200, reason.in(*accepted));
}

void assign_workspace_role(Exchange& exchange) {
    run_assignment(exchange, false);
}

void assign_workspace_to_person(Exchange& exchange) {
    run_assignment(exchange, true);
}

void withdraw_workspace_role(Exchange& exchange) {
    const auto ids = place_in_path(exchange);
    if (!ids) return;
    const auto [organization, person, workspace] = *ids;
    exchange.run_for_a_reason(WithdrawWorkspaceRole{organization, person, workspace});
}

}  // namespace

std::vector<Route> workspace_routes() {
    return {
        Route::state_read("/v1/organizations/{org}/workspaces", list_workspaces, {"as_of"}),
        Route::command("POST", "/v1/organizations/{org}/workspaces", create_workspace,
                       needs<CreateWorkspace>(Operation::create_workspace)),
        Route::long_read("/v1/organizations/{org}/workspaces/{workspace}", show_workspace,
                         {"as_of"}),
        Route::command("PATCH", "/v1/organizations/{org}/workspaces/{workspace}", rename_workspace,
                       needs<RenameWorkspace>(Operation::create_workspace)),
        Route::command("DELETE", "/v1/organizations/{org}/workspaces/{workspace}", delete_workspace,
                       needs<DeleteWorkspace>(Operation::delete_workspace)),
        Route::command("PUT", "/v1/organizations/{org}/workspaces/{workspace}/members/{member}",
                       assign_workspace_role,
                       needs<AssignWorkspaceRole>(Operation::assign_workspace)),
        Route::command("DELETE", "/v1/organizations/{org}/workspaces/{workspace}/members/{member}",
                       withdraw_workspace_role,
                       needs<WithdrawWorkspaceRole>(Operation::assign_workspace)),
        Route::command("POST", "/v1/organizations/{org}/members/{member}/workspaces",
                       assign_workspaces, needs<AssignWorkspaces>(Operation::assign_workspace)),
        Route::command("PUT", "/v1/organizations/{org}/members/{member}/workspaces/{workspace}",
                       assign_workspace_to_person,
                       needs<AssignWorkspaceRole>(Operation::assign_workspace)),
        Route::command("DELETE", "/v1/organizations/{org}/members/{member}/workspaces/{workspace}",
                       withdraw_workspace_role,
                       needs<WithdrawWorkspaceRole>(Operation::assign_workspace)),
    };
}

}  // namespace muster::http
