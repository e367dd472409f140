// Rows, organisations and receipts as JSON.
#include "api/http/present.h"

#include "api/http/present_commits.h"
#include "api/http/problems.h"
#include "api/timestamps.h"
#include "eventstore/blueprint_json.h"

#include <boost/json.hpp>

namespace muster::http {
namespace {

namespace json = boost::json;

/// The ids that a command made, so that a client can go on with them.
struct MadeIds {
    json::object& object;

    void operator()(const FoundOrganization& command) const {
        object["organization"] = to_string(command.organization);
        object["founder"] = to_string(command.founder);
    }
    void operator()(const CreateWorkspace& command) const {
        object["workspace"] = to_string(command.workspace);
    }
    void operator()(const CreateRole& command) const { object["role"] = command.role.value; }
    void operator()(const RegisterPerson& command) const {
        object["person"] = to_string(command.person);
    }
    void operator()(const AcceptInvitation& command) const {
        object["organization"] = to_string(command.organization);
    }
    template <class MakesNothing>
    void operator()(const MakesNothing&) const {}
};

json::object receipt_object(const Receipt& receipt) {
    json::object object;
    if (number(receipt.position) > 0) object["position"] = number(receipt.position);
    if (number(receipt.version) > 0) object["version"] = number(receipt.version);
    std::visit(MadeIds{object}, receipt.command);
    for (const StreamEvent& event : receipt.events) {
        const auto* joined = std::get_if<MemberJoined>(&event.event);
        if (joined != nullptr && receipt.outcome.rows.empty()) {
            object["person"] = to_string(joined->person);
        }
    }
    if (!receipt.outcome.rows.empty()) object["rows"] = rows_array(receipt.outcome.rows);
    return object;
}

json::object row_object(const MemberRow& row) {
    json::object object{{"person", to_string(row.person)},
                        {"status", name_of(row.status)},
                        {"name", row.name},
                        {"address", row.address},
                        {"roles", roles_array(row.roles)},
                        {"workspaces", places_array(row.workspaces)}};
    if (row.licence) object["licence"] = row.licence->value;
    const bool pending = row.status == RowStatus::pending;
    object[pending ? "invited_at" : "joined_at"] = rfc3339(row.since);
    if (row.last_access) object["last_access"] = rfc3339(*row.last_access);
    if (row.invitation) object["invitation"] = to_string(*row.invitation);
    if (row.expires_at) object["expires_at"] = rfc3339(*row.expires_at);
    return object;
}

json::array rows_of(const std::vector<MemberRow>& rows) {
    json::array list;
    list.reserve(rows.size());
    for (const MemberRow& row : rows) list.push_back(row_object(row));
    return list;
}

json::object plan_object(const Organization& organization) {
    json::object licences;
    for (const LicenceClass& licence_class : organization.blueprint->licence_classes) {
        json::object entry{{"name", licence_class.name}};
        const auto limit = organization.limits.find(licence_class.id);
        if (limit != organization.limits.end()) entry["granted"] = limit->second;
        const auto use = organization.seats.find(licence_class.id);
        const SeatUse seats = use == organization.seats.end() ? SeatUse{} : use->second;
        entry["reserved"] = seats.reserved;
        entry["used"] = seats.used;
        licences[licence_class.id.value] = std::move(entry);
    }
    return {{"plan", organization.plan.value}, {"licences", std::move(licences)}};
}

json::object key_object(const ApiKeyRecord& key) {
    json::array organizations;
    for (const OrganizationId id : key.organizations) {
        organizations.push_back(json::string{to_string(id)});
    }
    json::object object{{"id", to_string(key.id)},
                        {"label", key.label},
                        {"operator", key.platform_operator},
                        {"organizations", std::move(organizations)},
                        {"names_actors", key.names_actors},
                        {"created_at", rfc3339(Instant{key.created_at_micros})}};
    if (key.expires_at_micros != 0) {
        object["expires_at"] = rfc3339(Instant{key.expires_at_micros});
    }
    return object;
}

}  // namespace

std::string receipt_json(const Receipt& receipt, bool dry_run) {
    json::object object = receipt_object(receipt);
    if (dry_run) {
        json::array consequences;
        for (const StreamEvent& event : receipt.events) {
            consequences.push_back(event_object(event, {}));
        }
        object["dry_run"] = true;
        object["consequences"] = std::move(consequences);
    }
    return json::serialize(object);
}

std::string refusal_json(const Receipt& receipt) {
    const Rejection rejection = *receipt.outcome.rejection;
    json::object object{{"type", "about:blank"},
                        {"title", "Refused"},
                        {"status", status_of(rejection)},
                        {"code", name_of(rejection)},
                        {"detail", sentence_of(rejection)}};
    if (number(receipt.position) > 0) object["position"] = number(receipt.position);
    if (!receipt.outcome.rows.empty()) object["rows"] = rows_array(receipt.outcome.rows);
    const auto organization = organization_of(receipt.command);
    if (rejection == Rejection::seat_limit_reached && organization) {
        object["plan"] = "/v1/organizations/" + to_string(*organization) + "/plan";
    }
    return json::serialize(object);
}

std::string member_json(const MemberRow& row) {
    return json::serialize(row_object(row));
}

std::string members_json(const std::vector<MemberRow>& rows, const std::string& next_cursor) {
    json::object object{{"members", rows_of(rows)}};
    if (!next_cursor.empty()) object["next_cursor"] = next_cursor;
    return json::serialize(object);
}

std::string person_json(const PersonRow& row) {
    json::object object{{"person", to_string(row.person)},
                        {"name", row.name},
                        {"address", row.address},
                        {"verified", row.verified},
                        {"registered_at", rfc3339(row.registered_at)}};
    if (row.last_sign_in) object["last_sign_in"] = rfc3339(*row.last_sign_in);
    return json::serialize(object);
}

std::string organization_json(const Organization& organization) {
    json::object object{{"organization", to_string(organization.id)},
                        {"name", organization.name},
                        {"blueprint", organization.blueprint->id},
                        {"product", organization.blueprint->product},
                        {"version", number(organization.version)},
                        {"founded_at", rfc3339(organization.founded_at)},
                        {"status", organization.ended       ? "ended"
                                   : organization.importing ? "importing"
                                                            : "active"},
                        {"members", organization.members.size()},
                        {"open_invitations", organization.invitations.size()},
                        {"workspaces", organization.workspaces.size()}};
    object["plan"] = plan_object(organization);
    return json::serialize(object);
}

std::string plan_json(const Organization& organization) {
    return json::serialize(plan_object(organization));
}

std::string roles_json(const Organization& organization) {
    std::map<RoleId, std::size_t> holders;
    for (const auto& [person, member] : organization.members) {
        for (const RoleId& role : member.roles) ++holders[role];
    }
    json::array roles;
    for (const auto& [id, role] : organization.roles) {
        json::array permissions;
        for (const PermissionId& permission : role.permissions) {
            permissions.push_back(json::string{permission.value});
        }
        const OrganizationRole* rules = organization.blueprint->role(id);
        const bool everything = rules != nullptr && rules->gives.everything;
        roles.push_back({{"role", id.value},
                         {"name", role.name},
                         {"custom", role.custom},
                         {"protected", rules != nullptr && rules->is_protected},
                         {"everything", everything},
                         {"permissions", std::move(permissions)},
                         {"members", holders[id]}});
    }
    json::array workspace_roles;
    for (const WorkspaceRole& role : organization.blueprint->workspaces.roles) {
        workspace_roles.push_back({{"role", role.id.value}, {"name", role.name}});
    }
    json::array permissions;
    for (const Permission& permission : organization.blueprint->permissions) {
        permissions.push_back({{"permission", permission.id.value}, {"module", permission.module}});
    }
    return json::serialize(json::object{{"roles", std::move(roles)},
                                        {"workspace_roles", std::move(workspace_roles)},
                                        {"permissions", std::move(permissions)}});
}

std::string workspaces_json(const Organization& organization) {
    std::map<WorkspaceId, std::size_t> members;
    for (const auto& [person, member] : organization.members) {
        for (const auto& [workspace, role] : member.workspaces) ++members[workspace];
    }
    json::array list;
    for (const auto& [id, workspace] : organization.workspaces) {
        list.push_back({{"workspace", to_string(id)},
                        {"name", workspace.name},
                        {"created_at", rfc3339(workspace.created_at)},
                        {"members", members[id]}});
    }
    return json::serialize(json::object{{"workspaces", std::move(list)},
                                        {"word", organization.blueprint->workspaces.word}});
}

std::string workspace_json(const Organization& organization, WorkspaceId id,
                           const std::vector<MemberRow>& members) {
    const Workspace& workspace = organization.workspaces.at(id);
    json::array list;
    for (const MemberRow& row : members) {
        json::object entry{{"person", to_string(row.person)},
                           {"name", row.name},
                           {"address", row.address},
                           {"status", name_of(row.status)}};
        const RoleId& role = row.workspaces.at(id);
        if (!role.value.empty()) entry["role"] = role.value;
        list.push_back(std::move(entry));
    }
    return json::serialize(json::object{{"workspace", to_string(id)},
                                        {"name", workspace.name},
                                        {"created_at", rfc3339(workspace.created_at)},
                                        {"members", std::move(list)}});
}

std::string invitation_json(const Organization& organization, const MemberRow& row,
                            bool has_account, Instant now) {
    json::array roles;
    for (const RoleId& id : row.roles) {
        const Role* role = organization.role(id);
        roles.push_back({{"role", id.value}, {"name", role == nullptr ? id.value : role->name}});
    }
    json::object object{{"organization", organization.name},
                        {"address", row.address},
                        {"name", row.name},
                        {"roles", std::move(roles)},
                        {"has_account", has_account}};
    if (row.expires_at) {
        object["expires_at"] = rfc3339(*row.expires_at);
        object["status"] = now < *row.expires_at ? "open" : "expired";
    }
    return json::serialize(object);
}

std::string check_json(bool allowed, Position position) {
    return json::serialize(json::object{{"allowed", allowed}, {"position", number(position)}});
}

std::string commit_json(const Commit& commit, const Unseal& unseal) {
    return json::serialize(commit_object(commit, unseal));
}

std::string audit_json(const std::vector<Commit>& commits, const std::string& next_cursor,
                       const Unseal& unseal) {
    json::array entries;
    for (const Commit& commit : commits) entries.push_back(commit_object(commit, unseal));
    json::object object{{"entries", std::move(entries)}};
    if (!next_cursor.empty()) object["next_cursor"] = next_cursor;
    return json::serialize(object);
}

std::string api_key_json(const ApiKeyRecord& key, const std::string& secret) {
    json::object object = key_object(key);
    if (!secret.empty()) object["secret"] = secret;
    return json::serialize(object);
}

std::string api_keys_json(const std::vector<ApiKeyRecord>& keys) {
    json::array list;
    for (const ApiKeyRecord& key : keys) list.push_back(key_object(key));
    return json::serialize(json::object{{"api_keys", std::move(list)}});
}

std::string log_json(const EngineState& state, const EventLog& log, const Views& views) {
    const std::uint64_t lag = number(state.head) - number(state.views.applied);
    json::object sizes;
    for (const auto& [part, bytes] : log.size_by_part()) sizes["log/" + part] = bytes;
    for (const auto& [part, bytes] : views.size_by_part()) sizes["views/" + part] = bytes;
    return json::serialize(json::object{{"log", to_string(log.id())},
                                        {"head", number(state.head)},
                                        {"writing", state.writing},
                                        {"views",
                                         {{"applied", number(state.views.applied)},
                                          {"lag", lag},
                                          {"rebuilding", state.views.rebuilding},
                                          {"failure", state.views.failure}}},
                                        {"bytes", std::move(sizes)}});
}

std::string state_json(bool well, const std::string& problem) {
    json::object object{{"status", well ? "ok" : "unavailable"}};
    if (!problem.empty()) object["problem"] = problem;
    return json::serialize(object);
}

std::string object_json(const std::vector<std::pair<std::string, std::string>>& members) {
    json::object object;
    for (const auto& [name, value] : members) object[name] = value;
    return json::serialize(object);
}

}  // namespace muster::http
