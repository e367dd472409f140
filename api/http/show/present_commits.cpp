// Commands, events and commits as JSON.
#include "api/http/show/present_commits.h"

#include "api/text/timestamps.h"
#include "domain/ensure.h"
#include "eventstore/form/described.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace muster::http {
namespace {

namespace json = boost::json;

void put_licence(json::object& object, const std::optional<LicenceClassId>& licence) {
    if (licence) object["licence"] = licence->value;
}

template <class AnyKey>
json::array texts_array(const std::vector<AnyKey>& keys) {
    json::array list;
    for (const AnyKey& key : keys) list.push_back(json::string{key.value});
    return list;
}

enum class Shown : std::uint8_t {
    always,
    never,
    if_any,       ///< unless it is nil or empty
    last,         ///< after all others
    in_list,      ///< as the only entry of a list
    by_members,   ///< its members instead of it
    for_its_own,  ///< itself instead of the object that holds it
};

struct Rule {
    std::string_view of;
    std::string_view field;
    Shown how = Shown::always;
    std::string_view name = {};  ///< empty: the field's
};

/// Whatever else a command or an event holds is shown under the name that it is stored under.
constexpr auto exceptions = std::to_array<Rule>({
    // What was asked of the request and not of the organisation: was it meant, from which side, by
    // which link.
    {"RemoveMember", "confirmed", Shown::never},
    {"AssignWorkspaceRole", "from_person", Shown::never},
    {"AcceptInvitation", "send_number", Shown::never},
    {"AcceptInvitation", "signed_in", Shown::never},
    {"DeclineInvitation", "send_number", Shown::never},
    {"DeclineInvitation", "signed_in", Shown::never},
    // What the event tells of it where something came of it.
    {"InvitationRow", "invitation", Shown::never},
    {"ReplaceAddress", "invitation", Shown::never},
    {"RecordMailHandedOver", "send_number", Shown::never},
    {"CreateRole", "permissions", Shown::never},
    {"RegisterPerson", "verified", Shown::never},
    // The command's person, and the commit's actor.
    {"FoundOrganization", "founder", Shown::never},
    {"InvitationIssued", "inviter", Shown::never},
    // What a client asks for under this name.
    {"RemoveMember", "sent", Shown::always, "invitations"},
    {"SuspendMember", "sent", Shown::always, "invitations"},
    {"AssignWorkspaceRole", "place", Shown::in_list, "workspaces"},
    {"CopyRole", "targets", Shown::always, "organizations"},
    {"RoleCopy", "organization", Shown::for_its_own},
    {"WorkspaceRoleAssigned", "place", Shown::by_members},
    {"InvitationRow", "person", Shown::if_any},
    {"WorkspacePlace", "role", Shown::if_any},
    // Where these have always stood.
    {"MemberRemoved", "person", Shown::last},
    {"InvitationIssued", "message", Shown::last},
    {"InvitationIssued", "replaces", Shown::last},
});

Rule rule_for(std::string_view of, std::string_view field) {
    const auto* found = std::ranges::find_if(exceptions, [&](const Rule& exception) {
        return exception.of == of && exception.field == field;
    });
    Rule rule = found == exceptions.end() ? Rule{.of = of, .field = field} : *found;
    if (rule.name.empty()) rule.name = field;
    return rule;
}

bool is_any(const described::Value& value) {
    if (const auto* id = std::get_if<boost::uuids::uuid>(&value.held)) return !id->is_nil();
    const auto* text = std::get_if<std::string_view>(&value.held);
    return text == nullptr || !text->empty();
}

/// What a sealed field holds goes by its name.
PersonalField personal_field(std::string_view name) {
    if (name == "name") return PersonalField::name;
    if (name == "address") return PersonalField::address;
    if (name == "details") return PersonalField::details;
    if (name == "message") return PersonalField::message;
    ENSURE(name == "avatar");
    return PersonalField::avatar;
}

/// Described values as JSON. Sealed ones through `unseal`, of the organisation in whose stream they
/// are (an account's are in none) and of the person.
struct Presenter {
    const Unseal& unseal;
    OrganizationId organization = {};
    PersonId person = {};

    /// What must be there comes before what need not.
    void put(json::object& object, const described::Object& from) const {
        for (const int turn : {0, 1, 2}) {
            for (const described::Member& member : from.members) {
                const Rule rule = rule_for(from.name, member.name);
                if (turn_of(member, rule) == turn) put(object, member, rule);
            }
        }
    }

    // A value, for std::visit.
    json::value operator()(std::monostate) const { return nullptr; }
    json::value operator()(bool value) const { return value; }
    json::value operator()(std::uint64_t value) const { return value; }
    json::value operator()(Instant value) const { return json::string{rfc3339(value)}; }
    json::value operator()(const boost::uuids::uuid& value) const {
        return json::string{to_string(value)};
    }
    json::value operator()(std::string_view value) const { return json::string{value}; }
    json::value operator()(const Actor& value) const { return actor_object(value); }
    json::value operator()(const Blueprint* value) const {
        return json::string{value == nullptr ? "" : value->id};
    }
    json::value operator()(const Sealed*) const { return nullptr; }
    json::value operator()(const described::List& values) const {
        json::array list;
        for (const described::Value& value : values) list.push_back(std::visit(*this, value.held));
        return list;
    }
    json::value operator()(const described::Object& value) const {
        for (const described::Member& member : value.members) {
            if (rule_for(value.name, member.name).how != Shown::for_its_own) continue;
            return std::visit(*this, member.value.held);
        }
        json::object object;
        put(object, value);
        return object;
    }

 private:
    static int turn_of(const described::Member& member, const Rule& rule) {
        if (rule.how == Shown::last) return 2;
        const bool is_sealed = std::holds_alternative<const Sealed*>(member.value.held);
        return member.is_optional || is_sealed || rule.how == Shown::if_any ? 1 : 0;
    }

    void put(json::object& object, const described::Member& member, const Rule& rule) const {
        const auto& held = member.value.held;
        const bool is_none = std::holds_alternative<std::monostate>(held) ||
                             (rule.how == Shown::if_any && !is_any(member.value));
        if (rule.how == Shown::never || is_none) return;
        if (rule.how == Shown::by_members) return put(object, std::get<described::Object>(held));
        if (const auto* sealed = std::get_if<const Sealed*>(&held)) {
            return put_sealed(object, rule.name, **sealed);
        }
        json::value shown = std::visit(*this, held);
        if (rule.how == Shown::in_list) shown = json::array{std::move(shown)};
        object[rule.name] = std::move(shown);
    }

    void put_sealed(json::object& object, std::string_view name, const Sealed& sealed) const {
        if (sealed.empty() || !unseal) return;
        const PersonalField field = personal_field(name);
        const bool is_of_nobody = field == PersonalField::message;
        const std::string text =
            unseal({organization, is_of_nobody ? PersonId{} : person, field}, sealed);
        if (!text.empty()) object[name] = text;
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

json::object event_object(const StreamEvent& event, const Unseal& unseal) {
    const bool of_organization = event.stream.kind == StreamKind::organization;
    const OrganizationId organization =
        of_organization ? OrganizationId{event.stream.id} : OrganizationId{};
    json::object object{{"event", name_of(event.event)}};
    const PersonId person = subject_of(event.event).value_or(PersonId{});
    Presenter{unseal, organization, person}.put(object, described::describe(event.event));
    return object;
}

json::object command_object(const Command& command) {
    json::object object{{"command", name_of(command)}};
    const std::vector<PersonId> people = people_of(command);
    if (people.size() == 1) object["person"] = to_string(people.front());
    described::Object asked = described::describe(command);
    // The commit shows it.
    std::erase_if(asked.members, [](const auto& member) { return member.name == "organization"; });
    const Unseal closed;  // what of it is personal is with the events
    Presenter{closed}.put(object, asked);
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
