// Commands, events and commits as JSON.
#include "api/http/show/present_commits.h"

#include "api/text/timestamps.h"

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

template <class AnyKey>
json::array texts_array(const std::vector<AnyKey>& keys) {
    json::array list;
    for (const AnyKey& key : keys) list.push_back(json::string{key.value});
    return list;
}

json::object role_map_object(const std::map<RoleId, RoleId>& map) {
    json::object object;
    for (const auto& [from, to] : map) object[from.value] = to.value;
    return object;
}

json::object limits_object(const std::map<LicenceClassId, std::uint64_t>& limits) {
    json::object object;
    for (const auto& [licence_class, limit] : limits) object[licence_class.value] = limit;
    return object;
}

/// Of the event and of the command.
json::object suppressed_object(const auto& attempts) {
    return {{"limit", name_of(attempts.limit)},
            {"actor", actor_object(attempts.actor)},
            {"count", attempts.count},
            {"from", rfc3339(attempts.from)},
            {"to", rfc3339(attempts.to)}};
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
        put_sealed(object, "details", event.person, PersonalField::details, event.details);
        put_sealed(object, "message", {}, PersonalField::message, event.message);
        if (event.replaces) object["replaces"] = to_string(*event.replaces);
        return object;
    }
    json::object operator()(const InvitationResent& event) const {
        json::object object{{"invitation", to_string(event.invitation)},
                            {"person", to_string(event.person)},
                            {"send_number", event.send_number},
                            {"expires_at", rfc3339(event.expires_at)}};
        if (event.inviter) object["inviter"] = actor_object(*event.inviter);
        return object;
    }
    json::object operator()(const InvitationTakenOver& event) const {
        return {{"invitation", to_string(event.invitation)},
                {"person", to_string(event.person)},
                {"inviter", actor_object(event.inviter)}};
    }
    json::object operator()(const MemberJoined& event) const {
        json::object object{{"person", to_string(event.person)},
                            {"roles", roles_array(event.roles)},
                            {"workspaces", places_list(event.workspaces)}};
        if (event.invitation) object["invitation"] = to_string(*event.invitation);
        put_licence(object, event.licence);
        put_sealed(object, "name", event.person, PersonalField::name, event.name);
        put_sealed(object, "address", event.person, PersonalField::address, event.address);
        put_sealed(object, "details", event.person, PersonalField::details, event.details);
        return object;
    }
    json::object operator()(const MemberRolesChanged& event) const {
        return {{"person", to_string(event.person)}, {"roles", roles_array(event.roles)}};
    }
    json::object operator()(const MemberRemoved& event) const {
        json::object object = released_object(event);
        object["person"] = to_string(event.person);
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
        if (event.instead_of) object["instead_of"] = event.instead_of->value;
        return object;
    }
    json::object operator()(const RoleCreated& event) const {
        return {{"role", event.role.value},
                {"name", event.name},
                {"permissions", texts_array(event.permissions)}};
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
    json::object operator()(const MemberSuspended& event) const {
        return {{"person", to_string(event.person)}};
    }
    json::object operator()(const MemberReinstated& event) const {
        return {{"person", to_string(event.person)}};
    }
    json::object operator()(const RoleRenamed& event) const {
        return {{"role", event.role.value}, {"name", event.name}};
    }
    json::object operator()(const RolePermissionsChanged& event) const {
        return {{"role", event.role.value}, {"permissions", texts_array(event.permissions)}};
    }
    json::object operator()(const RoleDeleted& event) const { return {{"role", event.role.value}}; }
    json::object operator()(const OrganizationRenamed& event) const {
        return {{"name", event.name}};
    }
    json::object operator()(const WorkspaceRenamed& event) const {
        return {{"workspace", to_string(event.workspace)}, {"name", event.name}};
    }
    json::object operator()(const BlueprintChanged& event) const {
        return {{"blueprint", event.blueprint->id},
                {"plan", event.plan.value},
                {"limits", limits_object(event.limits)},
                {"roles", role_map_object(event.roles)},
                {"workspace_roles", role_map_object(event.workspace_roles)}};
    }
    json::object operator()(const TwoFactorChanged& event) const {
        return {{"person", to_string(event.person)}, {"enabled", event.enabled}};
    }
    json::object operator()(const ProfileChanged& event) const {
        json::object object{{"person", to_string(event.person)}};
        put_sealed(object, "name", event.person, PersonalField::name, event.name, true);
        put_sealed(object, "avatar", event.person, PersonalField::avatar, event.avatar, true);
        return object;
    }
    json::object operator()(const AttemptsSuppressed& event) const {
        return suppressed_object(event);
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
            json::object entry{{"roles", roles_array(row.roles)},
                               {"workspaces", places_list(row.workspaces)}};
            if (row.names_somebody()) entry["person"] = to_string(row.person);
            rows.push_back(std::move(entry));
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
    void operator()(const ReplaceProtectedHolder& command) const {
        object["person"] = to_string(command.person);
        object["successor"] = to_string(command.successor);
        object["roles"] = roles_array(command.roles);
    }
    void operator()(const ReplaceAddress& command) const {
        object["person"] = to_string(command.person);
        object["successor"] = to_string(command.successor);
    }
    void operator()(const AssignRole& command) const { object["role"] = command.role.value; }
    void operator()(const WithdrawRole& command) const {
        object["role"] = command.role.value;
        if (command.replacement) object["replacement"] = command.replacement->value;
    }
    void operator()(const RenameRole& command) const {
        object["role"] = command.role.value;
        object["name"] = command.name;
    }
    void operator()(const SetRolePermissions& command) const {
        object["role"] = command.role.value;
        object["permissions"] = texts_array(command.permissions);
    }
    void operator()(const DeleteRole& command) const {
        object["role"] = command.role.value;
        if (command.replacement) object["replacement"] = command.replacement->value;
    }
    void operator()(const CopyRole& command) const {
        json::array organizations;
        for (const RoleCopy& target : command.targets) {
            organizations.push_back(json::string{to_string(target.organization)});
        }
        object["role"] = command.role.value;
        object["organizations"] = std::move(organizations);
    }
    void operator()(const AssignWorkspaces& command) const {
        object["workspaces"] = places_list(command.workspaces);
    }
    void operator()(const RenameOrganization& command) const { object["name"] = command.name; }
    void operator()(const RenameWorkspace& command) const {
        object["workspace"] = to_string(command.workspace);
        object["name"] = command.name;
    }
    void operator()(const ChangeBlueprint& command) const {
        object["blueprint"] = command.blueprint ? command.blueprint->id : "";
        object["roles"] = role_map_object(command.roles);
        object["workspace_roles"] = role_map_object(command.workspace_roles);
        if (command.plan) object["plan"] = command.plan->value;
    }
    void operator()(const ChangeTwoFactor& command) const { object["enabled"] = command.enabled; }
    void operator()(const RecordSuppressedAttempts& command) const {
        const json::object members = suppressed_object(command);
        for (const auto& member : members) object[member.key()] = member.value();
    }
    template <class OfInvitation>
    void operator()(const OfInvitation& command) const requires requires {
        command.invitation;
    }
    { object["invitation"] = to_string(command.invitation); }
    void operator()(const EndOrganization&) const {}
    void operator()(const RemoveMember& command) const { put_sent(command.sent); }
    void operator()(const RegisterPerson&) const {}
    void operator()(const RecordSignIn&) const {}
    void operator()(const SettleDue&) const {}
    void operator()(const FinishImport&) const {}
    void operator()(const SuspendMember& command) const { put_sent(command.sent); }
    void operator()(const ReinstateMember&) const {}
    void operator()(const TransferOwnership&) const {}
    void operator()(const ChangeProfile&) const {}

 private:
    void put_sent(SentInvitations sent) const {
        if (sent == SentInvitations::cancel) object["invitations"] = "cancel";
        if (sent == SentInvitations::take_over) object["invitations"] = "take_over";
    }
};

/// One row of an invitation.
json::object row_of_person(const RowVerdict& row) {
    json::object entry{{"outcome", row.rejection ? "refused" : row.joined ? "joined" : "invited"}};
    // A row that named nobody has its verdict at its index.
    if (!row.person.is_nil()) entry["person"] = to_string(row.person);
    if (!row.invitation.is_nil()) entry["invitation"] = to_string(row.invitation);
    return entry;
}

/// One row of a role's copies.
json::object row_of_copy(const RowVerdict& row) {
    json::object entry{{"organization", to_string(row.organization)},
                       {"outcome", row.rejection ? "refused" : "copied"}};
    if (!row.rejection) entry["role"] = row.role.value;
    return entry;
}

}  // namespace

json::array roles_array(const std::vector<RoleId>& roles) {
    return texts_array(roles);
}

json::object released_object(const MemberRemoved& event) {
    json::array workspaces;
    for (const WorkspaceId workspace : event.workspaces) {
        workspaces.push_back(json::string{to_string(workspace)});
    }
    json::object object{{"workspaces", std::move(workspaces)}};
    put_licence(object, event.licence);
    return object;
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

SealScope scope_of_origin(const Actor& actor) {
    return {{}, actor.person().value_or(PersonId{}), PersonalField::origin};
}

SealScope scope_of_reason(const Command& command) {
    const std::vector<PersonId> people = people_of(command);
    return {organization_of(command).value_or(OrganizationId{}),
            people.size() == 1 ? people.front() : PersonId{}, PersonalField::reason};
}

json::object actor_object(const Actor& actor) {
    if (const auto person = actor.person()) {
        return {{"kind", "person"}, {"person", to_string(*person)}};
    }
    return {{"kind", actor.is_operator() ? "operator" : "system"}};
}

std::set<PersonId> people_named_in(const std::vector<Commit>& commits) {
    std::set<PersonId> people;
    for (const Commit& commit : commits) {
        if (const auto actor = commit.context.actor.person()) people.insert(*actor);
        for (const PersonId person : people_of(commit.command)) people.insert(person);
        for (const StreamEvent& event : commit.events) {
            if (const auto subject = subject_of(event.event)) people.insert(*subject);
        }
    }
    return people;
}

json::array rows_array(const std::vector<RowVerdict>& rows) {
    json::array list;
    for (const RowVerdict& row : rows) {
        json::object entry = row.organization.is_nil() ? row_of_person(row) : row_of_copy(row);
        if (row.rejection) {
            entry["code"] = name_of(*row.rejection);
            entry["detail"] = sentence_of(*row.rejection);
        }
        list.push_back(std::move(entry));
    }
    return list;
}

json::array obstacles_array(const std::vector<Obstacle>& obstacles) {
    json::array list;
    for (const Obstacle& obstacle : obstacles) {
        list.push_back({{"kind", name_of(obstacle.kind)},
                        {"subject", obstacle.subject},
                        {"count", obstacle.count}});
    }
    return list;
}

bool is_about_another(const Command& command, OrganizationId organization) {
    const auto about = organization_of(command);
    return about && *about != organization;
}

json::object commit_object(const Commit& commit, const Unseal& unseal,
                           std::optional<OrganizationId> seen_from) {
    const bool elsewhere = seen_from && is_about_another(commit.command, *seen_from);
    json::object object{{"position", number(commit.position)},
                        {"recorded_at", rfc3339(commit.recorded_at)},
                        {"effective_at", rfc3339(commit.effective_at)},
                        {"actor", actor_object(commit.context.actor)}};
    const auto organization = organization_of(commit.command);
    if (organization && !elsewhere) object["organization"] = to_string(*organization);
    if (commit.context.imported) object["imported"] = true;
    object["command"] =
        elsewhere ? json::object{{"command", name_of(commit.command)}, {"elsewhere", true}}
                  : command_object(commit.command);
    object["outcome"] = commit.outcome.rejection  ? "refused"
                        : changed_nothing(commit) ? "unchanged"
                                                  : "accepted";
    if (commit.outcome.rejection) object["code"] = name_of(*commit.outcome.rejection);
    if (!commit.outcome.rows.empty()) object["rows"] = rows_array(commit.outcome.rows);
    if (!commit.outcome.obstacles.empty()) {
        object["obstacles"] = obstacles_array(commit.outcome.obstacles);
    }
    json::array events;
    for (const StreamEvent& event : commit.events) events.push_back(event_object(event, unseal));
    object["events"] = std::move(events);
    if (!unseal || elsewhere) return object;
    const Context& context = commit.context;
    const std::string reason = unseal(scope_of_reason(commit.command), context.reason);
    if (!reason.empty()) object["reason"] = reason;
    const std::string origin = unseal(scope_of_origin(context.actor), context.origin);
    if (!origin.empty()) object["origin"] = origin;
    return object;
}

}  // namespace muster::http
