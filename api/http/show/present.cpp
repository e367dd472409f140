// Rows, organisations and receipts as JSON.
#include "api/http/show/present.h"

#include "api/http/read/known.h"
#include "api/http/show/present_commits.h"
#include "api/text/timestamps.h"
#include "eventstore/form/blueprint_json.h"

#include <boost/json.hpp>

#include <algorithm>

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

/// Whom a command about one person let in or invited, and what a removal released.
void put_consequences(json::object& object, const Receipt& receipt) {
    const std::vector<PersonId> people = people_of(receipt.command);
    for (const StreamEvent& event : receipt.events) {
        if (const auto* joined = std::get_if<MemberJoined>(&event.event)) {
            object["person"] = to_string(joined->person);
        }
        if (const auto* issued = std::get_if<InvitationIssued>(&event.event)) {
            object["person"] = to_string(issued->person);
            object["invitation"] = to_string(issued->invitation);
        }
        const auto* removed = std::get_if<MemberRemoved>(&event.event);
        if (removed != nullptr && std::ranges::count(people, removed->person) > 0) {
            object["released"] = released_object(*removed);
        }
    }
}

json::object receipt_object(const Receipt& receipt) {
    json::object object;
    if (number(receipt.position) > 0) object["position"] = number(receipt.position);
    if (number(receipt.version) > 0) object["version"] = number(receipt.version);
    std::visit(MadeIds{object}, receipt.command);
    if (receipt.events.empty() && receipt.outcome.rows.empty()) object["outcome"] = "unchanged";
    if (receipt.outcome.rows.empty()) {
        put_consequences(object, receipt);
    } else {
        object["rows"] = rows_array(receipt.outcome.rows);
    }
    return object;
}

json::object refusal_object(const Receipt& receipt, unsigned status) {
    const Rejection rejection = *receipt.outcome.rejection;
    std::string detail{sentence_of(rejection)};
    for (const Obstacle& obstacle : receipt.outcome.obstacles) {
        if (obstacle.kind != ObstacleKind::over_limit) continue;
        detail += " At most " + std::to_string(obstacle.count) + ".";
    }
    const auto organization = organization_of(receipt.command);
    if (organization) detail += where_to_look(rejection, *organization);
    json::object object{{"type", "about:blank"},
                        {"title", "Refused"},
                        {"status", status},
                        {"code", name_of(rejection)},
                        {"detail", std::move(detail)}};
    if (number(receipt.position) > 0) object["position"] = number(receipt.position);
    if (!receipt.outcome.rows.empty()) object["rows"] = rows_array(receipt.outcome.rows);
    if (!receipt.outcome.obstacles.empty()) {
        object["obstacles"] = obstacles_array(receipt.outcome.obstacles);
    }
    if (rejection == Rejection::seat_limit_reached && organization) {
        object["plan"] = "/v1/organizations/" + to_string(*organization) + "/plan";
    }
    return object;
}

/// What would happen, for who only looks.
void put_look(json::object& object, const Receipt& look, const std::vector<SentOffer>& sent) {
    json::array consequences;
    // Who answers one organisation's link is not told of the others that await them.
    const auto* accepts = std::get_if<AcceptInvitation>(&look.command);
    for (const StreamEvent& event : look.events) {
        const bool of_another = accepts != nullptr &&
                                event.stream.kind == StreamKind::organization &&
                                event.stream != StreamId::of(accepts->organization);
        if (!of_another) consequences.push_back(event_object(event, {}));
    }
    object["consequences"] = std::move(consequences);
    if (sent.empty()) return;
    json::array invitations;
    for (const SentOffer& offer : sent) {
        json::object entry{{"invitation", to_string(offer.invitation)},
                           {"person", to_string(offer.person)},
                           {"outcome", offer.outcome}};
        if (offer.outcome != "cancelled") entry["offer_stands"] = offer.offer_stands;
        invitations.push_back(std::move(entry));
    }
    object["invitations"] = std::move(invitations);
}

/// Names beside the ids.
json::array places_array(const std::vector<NamedPlace>& places) {
    json::array list;
    for (const NamedPlace& place : places) {
        json::object entry{{"workspace", to_string(place.workspace)}, {"name", place.name}};
        if (!place.role.value.empty()) entry["role"] = place.role.value;
        if (!place.role_name.empty()) entry["role_name"] = place.role_name;
        list.push_back(std::move(entry));
    }
    return list;
}

json::array places_array(const Organization& organization, const Places& places) {
    std::vector<NamedPlace> named;
    for (const auto& [id, role] : places) {
        const auto workspace = organization.workspaces.find(id);
        if (workspace == organization.workspaces.end()) continue;
        const WorkspaceRole* rules = organization.blueprint->workspace_role(role);
        named.push_back({.workspace = id,
                         .name = workspace->second.name,
                         .role = role,
                         .role_name = rules != nullptr ? rules->name : std::string{}});
    }
    return places_array(named);
}

json::array names_array(const std::vector<std::string>& names) {
    json::array list;
    for (const std::string& name : names) list.push_back(json::string{name});
    return list;
}

/// In the order of the ids; of a role that is gone, which only who left can have, its id.
json::array role_names(const Organization& organization, const std::vector<RoleId>& roles) {
    std::vector<std::string> names;
    for (const RoleId& id : roles) {
        const Role* role = organization.role(id);
        names.push_back(role == nullptr ? id.value : role->name);
    }
    return names_array(names);
}

/// The most that Boost.JSON keeps without a hash table beside it; no row has more.
constexpr std::size_t most_fields_of_row = 18;

json::object row_object(const Organization& organization, const MemberRow& row,
                        const RowOperations& operations, const json::storage_ptr& storage = {}) {
    const bool pending = row.status == RowStatus::pending;
    const bool former = row.status == RowStatus::former;
    json::object object({{"person", to_string(row.person)},
                         {"status", name_of(row.status)},
                         {"name", row.name},
                         {"address", row.address},
                         {"roles", roles_array(row.roles)},
                         {"role_names", role_names(organization, row.roles)},
                         {"workspaces", places_array(organization, row.workspaces)}},
                        most_fields_of_row, storage);
    if (!row.details.empty()) object["details"] = row.details;
    if (!row.avatar.empty()) object["avatar"] = row.avatar;
    if (!pending && !former) object["two_factor"] = row.two_factor;
    if (row.licence) object["licence"] = row.licence->value;
    object[pending ? "invited_at" : "joined_at"] = rfc3339(row.since);
    if (row.left_at) object["left_at"] = rfc3339(*row.left_at);
    if (row.last_access) object["last_access"] = rfc3339(*row.last_access);
    if (row.invitation) object["invitation"] = to_string(*row.invitation);
    if (row.expires_at) object["expires_at"] = rfc3339(*row.expires_at);
    if (row.replaces) object["replaces"] = to_string(*row.replaces);
    if (row.inviter) {
        json::object inviter = actor_object(*row.inviter);
        if (!row.inviter_name.empty()) inviter["name"] = row.inviter_name;
        object["inviter"] = std::move(inviter);
    }
    if (row.offer_stands) object["offer_stands"] = *row.offer_stands;
    if (!operations) return object;
    json::array possible(storage);
    for (const std::string_view operation : operations(row)) possible.emplace_back(operation);
    object["operations"] = std::move(possible);
    return object;
}

/// Shown to the person themselves, and so with nothing of what others told of them.
json::object membership_object(const Membership& membership) {
    const MemberRow& row = membership.row;
    const bool pending = row.status == RowStatus::pending;
    json::object object{
        {"object", "membership"},
        {"organization", {{"id", to_string(membership.organization)}, {"name", membership.name}}},
        {"person", to_string(row.person)},
        {"status", name_of(row.status)},
        {"roles", roles_array(row.roles)},
        {"role_names", names_array(membership.role_names)},
        {"workspaces", places_array(membership.workspaces)},
        {pending ? "invited_at" : "joined_at", rfc3339(row.since)},
        {"last_access", nullptr}};
    if (row.last_access) object["last_access"] = rfc3339(*row.last_access);
    if (row.invitation) object["invitation"] = to_string(*row.invitation);
    if (row.expires_at) object["expires_at"] = rfc3339(*row.expires_at);
    return object;
}

template <class AnyId>
json::array ids_array(const std::vector<AnyId>& ids) {
    json::array list;
    for (const AnyId& id : ids) list.push_back(json::string{to_string(id)});
    return list;
}

json::object advice_object(const Advice& advice) {
    json::object object{{"code", advice.code}, {"detail", advice.detail}};
    if (advice.count) object["count"] = *advice.count;
    if (!advice.people.empty()) object["people"] = ids_array(advice.people);
    if (!advice.roles.empty()) object["roles"] = roles_array(advice.roles);
    if (!advice.invitations.empty()) object["invitations"] = ids_array(advice.invitations);
    return object;
}

json::object own_workspace(const Organization& organization, WorkspaceId id, const RoleId& role) {
    const Workspace& workspace = organization.workspaces.at(id);
    json::object object{{"workspace", to_string(id)},
                        {"name", workspace.name},
                        {"created_at", rfc3339(workspace.created_at)}};
    if (!role.value.empty()) object["role"] = role.value;
    return object;
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
                        {"may_found", key.platform_operator || key.may_found},
                        {"created_at", rfc3339(Instant{key.created_at_micros})}};
    if (key.expires_at_micros != 0) {
        object["expires_at"] = rfc3339(Instant{key.expires_at_micros});
    }
    return object;
}

}  // namespace

std::vector<SentOffer> sent_offers(const Organization& before, const Receipt& receipt,
                                   Instant now) {
    const bool ends = std::holds_alternative<RemoveMember>(receipt.command) ||
                      std::holds_alternative<SuspendMember>(receipt.command);
    if (!ends) return {};
    const PersonId sender = people_of(receipt.command).front();
    const std::vector<InvitationId> sent = invitations_sent_by(before, sender);
    if (sent.empty()) return {};
    Organization after = before;
    for (const StreamEvent& event : receipt.events) evolve(after, event.event, now);
    std::vector<SentOffer> offers;
    for (const InvitationId id : sent) {
        const OpenInvitation* open = after.invitation(id);
        const bool stays = open != nullptr && open->inviter.is(sender);
        offers.push_back({.invitation = id,
                          .person = before.invitation(id)->person,
                          .outcome = open == nullptr ? "cancelled"
                                     : stays         ? "stays_open"
                                                     : "taken_over",
                          .offer_stands = offer_stands(after, id)});
    }
    return offers;
}

std::string receipt_json(const Receipt& receipt, bool dry_run, const std::vector<SentOffer>& sent) {
    json::object object = receipt_object(receipt);
    if (dry_run) {
        object["dry_run"] = true;
        put_look(object, receipt, sent);
    }
    return json::serialize(object);
}

std::string unconfirmed_json(const Receipt& receipt, unsigned status, const Receipt& look,
                             const std::vector<SentOffer>& sent) {
    json::object object = refusal_object(receipt, status);
    put_consequences(object, look);
    put_look(object, look, sent);
    return json::serialize(object);
}

std::string refusal_json(const Receipt& receipt, unsigned status) {
    return json::serialize(refusal_object(receipt, status));
}

std::string member_json(const Organization& organization, const MemberRow& row,
                        const RowOperations& operations) {
    return json::serialize(row_object(organization, row, operations));
}

std::string members_json(const Organization& organization, const Page<MemberRow>& page,
                         const std::string& next_cursor, const RowOperations& operations) {
    // A page is some thousand values, which come and go together.
    json::monotonic_resource memory;
    const json::storage_ptr storage{&memory};
    json::array list(storage);
    list.reserve(page.rows.size());
    for (const MemberRow& row : page.rows) {
        list.push_back(row_object(organization, row, operations, storage));
    }
    json::object object({{"members", std::move(list)}, {"total", nullptr}}, storage);
    if (page.total) object["total"] = *page.total;
    if (!next_cursor.empty()) object["next_cursor"] = next_cursor;
    return json::serialize(object);
}

std::string memberships_json(const Page<Membership>& page, const std::string& next_cursor) {
    json::array list;
    list.reserve(page.rows.size());
    for (const Membership& membership : page.rows) list.push_back(membership_object(membership));
    json::object object{{"object", "list"}, {"items", std::move(list)}, {"next", nullptr}};
    if (!next_cursor.empty()) object["next"] = next_cursor;
    object["total"] = page.total.value();
    return json::serialize(object);
}

std::string person_json(const PersonRow& row) {
    json::object object{
        {"person", to_string(row.person)}, {"name", row.name},
        {"address", row.address},          {"verified", row.verified},
        {"two_factor", row.two_factor},    {"registered_at", rfc3339(row.registered_at)}};
    if (!row.avatar.empty()) object["avatar"] = row.avatar;
    if (row.last_sign_in) object["last_sign_in"] = rfc3339(*row.last_sign_in);
    return json::serialize(object);
}

std::string organization_json(const Organization& organization, const ShownToReader& shown,
                              const std::optional<std::vector<Advice>>& advice) {
    json::object object{{"organization", to_string(organization.id)},
                        {"name", organization.name},
                        {"blueprint", organization.blueprint->id},
                        {"product", organization.blueprint->product},
                        {"version", number(organization.version)},
                        {"founded_at", rfc3339(organization.founded_at)},
                        {"status", organization.ended       ? "ended"
                                   : organization.importing ? "importing"
                                                            : "active"},
                        {"workspaces", organization.workspaces.size()}};
    if (shown.members) {
        object["members"] = organization.members.size();
        object["open_invitations"] = organization.invitations.size();
    }
    if (shown.plan) object["plan"] = plan_object(organization);
    if (advice) {
        json::array list;
        for (const Advice& piece : *advice) list.push_back(advice_object(piece));
        object["advice"] = std::move(list);
    }
    return json::serialize(object);
}

std::string plan_json(const Organization& organization) {
    return json::serialize(plan_object(organization));
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

std::string own_workspaces_json(const Organization& organization, const Places& own) {
    json::array list;
    for (const auto& [id, role] : own) list.push_back(own_workspace(organization, id, role));
    return json::serialize(json::object{{"workspaces", std::move(list)},
                                        {"word", organization.blueprint->workspaces.word}});
}

std::string own_workspace_json(const Organization& organization, WorkspaceId id,
                               const RoleId& role) {
    return json::serialize(own_workspace(organization, id, role));
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
                        {"workspaces", places_array(organization, row.workspaces)},
                        {"has_account", has_account}};
    if (!row.details.empty()) object["details"] = row.details;
    if (row.expires_at) {
        object["expires_at"] = rfc3339(*row.expires_at);
        const bool stands = row.offer_stands.value_or(true);
        object["status"] = now >= *row.expires_at ? "expired" : stands ? "open" : "lapsed";
    }
    return json::serialize(object);
}

std::string check_json(bool allowed, Position position) {
    return json::serialize(json::object{{"allowed", allowed}, {"position", number(position)}});
}

std::string commit_json(const Commit& commit, const Unseal& unseal) {
    return json::serialize(commit_object(commit, unseal));
}

std::string audit_json(OrganizationId organization, const Page<Commit>& page, const Unseal& unseal,
                       const std::map<PersonId, std::string>& names) {
    json::array entries;
    for (const Commit& commit : page.rows) {
        entries.push_back(commit_object(commit, unseal, organization));
    }
    json::object people;
    for (const auto& [person, name] : names) people[to_string(person)] = name;
    json::object object{{"entries", std::move(entries)}, {"people", std::move(people)}};
    if (!page.next_cursor.empty()) object["next_cursor"] = page.next_cursor;
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

std::string log_json(const EngineState& state, const EventLog& log, const Views& views,
                     const std::string& mail_problem) {
    const auto lag_of = [&](Position applied) { return number(state.head) - number(applied); };
    json::array each;
    for (const ViewState& view : state.views.views) {
        json::object object{{"name", view.name},
                            {"applied", number(view.applied)},
                            {"lag", lag_of(view.applied)},
                            {"error", nullptr}};
        if (!view.failure.empty()) object["error"] = view.failure;
        each.push_back(std::move(object));
    }
    json::object sizes;
    for (const auto& [part, bytes] : log.size_by_part()) sizes["log/" + part] = bytes;
    for (const auto& [part, bytes] : views.size_by_part()) sizes["views/" + part] = bytes;
    return json::serialize(json::object{{"log", to_string(log.id())},
                                        {"head", number(state.head)},
                                        {"writing", state.writing},
                                        {"problem", state.problem},
                                        {"problem_detail", state.detail},
                                        {"checkpoint_problem", state.checkpoint_problem},
                                        {"mail_problem", mail_problem},
                                        {"views",
                                         {{"applied", number(state.views.applied)},
                                          {"lag", lag_of(state.views.applied)},
                                          {"rebuilding", state.views.rebuilding},
                                          {"failure", state.views.failure},
                                          {"each", std::move(each)}}},
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
