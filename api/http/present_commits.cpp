// Commands, events and commits as JSON.
#include "api/http/present_commits.h"

#include "api/timestamps.h"
#include "domain/ensure.h"

#include <boost/json.hpp>

namespace muster::http {
namespace {

namespace json = boost::json;

json::array places_list(const std::vector<WorkspacePlace>& places) {
    json::array list;
    for (const WorkspacePlace& place : places) {
        json::object entry{{"workspace", to_string(place.workspace)}};
        if (!place.role.value.empty()) entry["role"] = place.role.value;
        list.push_back(std::move(entry));
    }
    return list;
}

void put_licence(json::object& object, const std::optional<LicenceClassId>& licence) {
    if (licence) object["licence"] = licence->value;
}

json::object limits_object(const std::map<LicenceClassId, std::uint64_t>& limits) {
    json::object object;
    for (const auto& [licence_class, limit] : limits) object[licence_class.value] = limit;
    return object;
}

/// The members of an event that are worth a reader's while, sealed ones through `unseal`.
struct EventObject {
    OrganizationId organization;
    const Unseal& unseal;

    void put_sealed(json::object& object, std::string_view name, PersonId person,
                    PersonalField field, const Sealed& sealed, bool of_account = false) const {
        if (sealed.empty() || !unseal) return;
        const std::string text =
            unseal({of_account ? OrganizationId{} : organization, person, field}, sealed);
        if (!text.empty()) object[name] = text;
    }

    json::object operator()(const OrganizationFounded& event) const {
        return {{"organization", to_string(event.organization)},
                {"name", event.name},
                {"blueprint", event.blueprint->id},
                {"plan", event.plan.value},
                {"imported", event.imported}};
    }
    json::object operator()(const OrganizationEnded&) const { return {}; }
    json::object operator()(const PlanChanged& event) const {
        return {{"plan", event.plan.value}, {"limits", limits_object(event.limits)}};
    }
    json::object operator()(const InvitationIssued& event) const {
        json::object object{{"invitation", to_string(event.invitation)},
                            {"person", to_string(event.person)},
                            {"roles", roles_array(event.roles)},
                            {"workspaces", places_list(event.workspaces)},
                            {"expires_at", rfc3339(event.expires_at)}};
        put_licence(object, event.licence);
        put_sealed(object, "name", event.person, PersonalField::name, event.name);
        put_sealed(object, "address", event.person, PersonalField::address, event.address);
        put_sealed(object, "message", {}, PersonalField::message, event.message);
        return object;
    }
    json::object operator()(const InvitationResent& event) const {
        return {{"invitation", to_string(event.invitation)},
                {"person", to_string(event.person)},
                {"send_number", event.send_number},
                {"expires_at", rfc3339(event.expires_at)}};
    }
    json::object operator()(const MemberJoined& event) const {
        json::object object{{"person", to_string(event.person)},
                            {"roles", roles_array(event.roles)},
                            {"workspaces", places_list(event.workspaces)}};
        if (event.invitation) object["invitation"] = to_string(*event.invitation);
        put_licence(object, event.licence);
        put_sealed(object, "name", event.person, PersonalField::name, event.name);
        put_sealed(object, "address", event.person, PersonalField::address, event.address);
        return object;
    }
    json::object operator()(const MemberRolesChanged& event) const {
        return {{"person", to_string(event.person)}, {"roles", roles_array(event.roles)}};
    }
    json::object operator()(const MemberRemoved& event) const {
        json::array workspaces;
        for (const WorkspaceId workspace : event.workspaces) {
            workspaces.push_back(json::string{to_string(workspace)});
        }
        json::object object{{"person", to_string(event.person)}, {"workspaces", workspaces}};
        put_licence(object, event.licence);
        return object;
    }
    json::object operator()(const WorkspaceCreated& event) const {
        return {{"workspace", to_string(event.workspace)}, {"name", event.name}};
    }
    json::object operator()(const WorkspaceDeleted& event) const {
        return {{"workspace", to_string(event.workspace)}};
    }
    json::object operator()(const WorkspaceRoleAssigned& event) const {
        json::object object{{"person", to_string(event.person)},
                            {"workspace", to_string(event.place.workspace)}};
        if (!event.place.role.value.empty()) object["role"] = event.place.role.value;
        return object;
    }
    json::object operator()(const WorkspaceRoleWithdrawn& event) const {
        return {{"person", to_string(event.person)}, {"workspace", to_string(event.workspace)}};
    }
    json::object operator()(const LicenceChanged& event) const {
        json::object object{{"person", to_string(event.person)}};
        put_licence(object, event.licence);
        return object;
    }
    json::object operator()(const RoleCreated& event) const {
        json::array permissions;
        for (const PermissionId& id : event.permissions)
            permissions.push_back(json::string{id.value});
        return {{"role", event.role.value}, {"name", event.name}, {"permissions", permissions}};
    }
    json::object operator()(const ImportFinished&) const { return {}; }
    json::object operator()(const MailHandedOver& event) const {
        return {{"invitation", to_string(event.invitation)},
                {"person", to_string(event.person)},
                {"send_number", event.send_number}};
    }
    json::object operator()(const PersonRegistered& event) const {
        json::object object{{"person", to_string(event.person)}, {"verified", event.verified}};
        put_sealed(object, "name", event.person, PersonalField::name, event.name, true);
        put_sealed(object, "address", event.person, PersonalField::address, event.address, true);
        return object;
    }
    json::object operator()(const PersonSignedIn& event) const {
        json::object object{{"person", to_string(event.person)}};
        if (event.organization) object["organization"] = to_string(*event.organization);
        return object;
    }
    /// InvitationCancelled, -Declined, -Expired, -Accepted.
    template <class InvitationEnded>
    json::object operator()(const InvitationEnded& event) const requires requires {
        event.invitation;
        event.person;
    }
    { return {{"invitation", to_string(event.invitation)}, {"person", to_string(event.person)}}; }
};

/// What a command asked for besides its organisation and people.
struct CommandDetails {
    json::object& object;

    void operator()(const FoundOrganization& command) const {
        object["name"] = command.name;
        object["blueprint"] = command.blueprint ? command.blueprint->id : "";
    }
    void operator()(const ChangePlan& command) const {
        object["plan"] = command.plan.value;
        object["limits"] = limits_object(command.limits);
    }
    void operator()(const InviteMember& command) const {
        json::array rows;
        for (const InvitationRow& row : command.rows) {
            rows.push_back({{"person", to_string(row.person)},
                            {"roles", roles_array(row.roles)},
                            {"workspaces", places_list(row.workspaces)}});
        }
        object["rows"] = std::move(rows);
        object["mode"] = command.mode == RowMode::each ? "each" : "atomic";
    }
    void operator()(const ChangeRole& command) const {
        object["roles"] = roles_array(command.roles);
    }
    void operator()(const CreateWorkspace& command) const {
        object["workspace"] = to_string(command.workspace);
        object["name"] = command.name;
    }
    void operator()(const DeleteWorkspace& command) const {
        object["workspace"] = to_string(command.workspace);
    }
    void operator()(const AssignWorkspaceRole& command) const {
        object["workspaces"] = places_list({command.place});
    }
    void operator()(const WithdrawWorkspaceRole& command) const {
        object["workspace"] = to_string(command.workspace);
    }
    void operator()(const CreateRole& command) const {
        object["role"] = command.role.value;
        object["name"] = command.name;
    }
    template <class OfInvitation>
    void operator()(const OfInvitation& command) const requires requires {
        command.invitation;
    }
    { object["invitation"] = to_string(command.invitation); }
    void operator()(const EndOrganization&) const {}
    void operator()(const RemoveMember&) const {}
    void operator()(const RegisterPerson&) const {}
    void operator()(const RecordSignIn&) const {}
    void operator()(const SettleDue&) const {}
    void operator()(const FinishImport&) const {}
};

}  // namespace

json::array roles_array(const std::vector<RoleId>& roles) {
    json::array list;
    for (const RoleId& role : roles) list.push_back(json::string{role.value});
    return list;
}

json::array places_array(const Places& places) {
    std::vector<WorkspacePlace> list;
    for (const auto& [workspace, role] : places) list.push_back({workspace, role});
    return places_list(list);
}

json::object event_object(const StreamEvent& event, const Unseal& unseal) {
    const bool of_organization = event.stream.kind == StreamKind::organization;
    const OrganizationId organization =
        of_organization ? OrganizationId{event.stream.id} : OrganizationId{};
    json::object object{{"event", name_of(event.event)}};
    const json::object members = std::visit(EventObject{organization, unseal}, event.event);
    for (const auto& member : members) object[member.key()] = member.value();
    return object;
}

json::object command_object(const Command& command) {
    json::object object{{"command", name_of(command)}};
    const std::vector<PersonId> people = people_of(command);
    if (people.size() == 1) object["person"] = to_string(people.front());
    std::visit(CommandDetails{object}, command);
    return object;
}

json::object actor_object(const Actor& actor) {
    switch (actor.kind) {
        case ActorKind::person:
            return {{"kind", "person"}, {"person", to_string(actor.person)}};
        case ActorKind::platform_operator:
            return {{"kind", "operator"}};
        case ActorKind::system:
            return {{"kind", "system"}};
    }
    ENSURE(false);
}

json::array rows_array(const std::vector<RowVerdict>& rows) {
    json::array list;
    for (const RowVerdict& row : rows) {
        json::object entry{{"person", to_string(row.person)},
                           {"outcome", row.rejection ? "refused"
                                       : row.joined  ? "joined"
                                                     : "invited"}};
        if (!row.invitation.is_nil()) entry["invitation"] = to_string(row.invitation);
        if (row.rejection) {
            entry["code"] = name_of(*row.rejection);
            entry["detail"] = sentence_of(*row.rejection);
        }
        list.push_back(std::move(entry));
    }
    return list;
}

json::object commit_object(const Commit& commit, const Unseal& unseal) {
    json::object object{{"position", number(commit.position)},
                        {"recorded_at", rfc3339(commit.recorded_at)},
                        {"effective_at", rfc3339(commit.effective_at)},
                        {"actor", actor_object(commit.context.actor)}};
    const auto organization = organization_of(commit.command);
    if (organization) object["organization"] = to_string(*organization);
    if (commit.context.imported) object["imported"] = true;
    object["command"] = command_object(commit.command);
    object["outcome"] = commit.outcome.rejection ? "refused" : "accepted";
    if (commit.outcome.rejection) object["code"] = name_of(*commit.outcome.rejection);
    if (!commit.outcome.rows.empty()) object["rows"] = rows_array(commit.outcome.rows);
    json::array events;
    for (const StreamEvent& event : commit.events) events.push_back(event_object(event, unseal));
    object["events"] = std::move(events);
    if (!unseal) return object;
    const Context& context = commit.context;
    const auto people = people_of(commit.command);
    const PersonId about = people.size() == 1 ? people.front() : PersonId{};
    const std::string reason = unseal(
        {organization.value_or(OrganizationId{}), about, PersonalField::reason}, context.reason);
    if (!reason.empty()) object["reason"] = reason;
    const std::string origin =
        unseal({{}, context.actor.person, PersonalField::origin}, context.origin);
    if (!origin.empty()) object["origin"] = origin;
    return object;
}

}  // namespace muster::http
