// Names of organisations, roles and workspaces.
#include "projections/organization_names.h"

#include "projections/bytes.h"

#include <optional>
#include <set>

namespace muster {
namespace {

constexpr std::uint8_t organization_kind = 'n';
constexpr std::uint8_t role_kind = 'r';
constexpr std::uint8_t workspace_kind = 'w';
constexpr std::uint8_t workspace_role_kind = 'p';

std::string key_of(std::uint8_t kind, OrganizationId organization, const RoleId& role) {
    return kind_key(kind, organization) + role.value;
}

std::string key_of(OrganizationId organization, WorkspaceId workspace) {
    std::string key = kind_key(workspace_kind, organization);
    append_id(key, workspace);
    return key;
}

struct OrganizationRecord {
    std::string name;
    std::uint32_t seconds_taken_for_one = 0;
};

std::optional<OrganizationRecord> find_organization(const ViewReader& reader,
                                                    OrganizationId organization) {
    const auto bytes = reader.get(Part::members, kind_key(organization_kind, organization));
    if (!bytes) return std::nullopt;
    ByteReader from{*bytes};
    OrganizationRecord record{.name = from.text(), .seconds_taken_for_one = from.number32()};
    if (!from.whole()) reader.fail(FailureKind::corrupted, "views: a name cannot be read");
    return record;
}

void put_organization(Draft& draft, OrganizationId organization, const OrganizationRecord& record) {
    std::string bytes;
    append_text(bytes, record.name);
    append_number(bytes, record.seconds_taken_for_one);
    draft.put(Part::members, kind_key(organization_kind, organization), bytes);
}

/// A role that there is or was.
struct RoleRecord {
    std::string name;
    std::optional<std::string> given;  ///< by the rules that hold, where they have the role
};

std::optional<RoleRecord> find_role(const ViewReader& reader, const std::string& key) {
    const auto bytes = reader.get(Part::members, key);
    if (!bytes) return std::nullopt;
    ByteReader from{*bytes};
    RoleRecord record{.name = from.text(), .given = {}};
    if (from.byte() == 1) record.given = from.text();
    if (!from.whole()) reader.fail(FailureKind::corrupted, "views: a role cannot be read");
    return record;
}

void put_role(Draft& draft, const std::string& key, const RoleRecord& record) {
    std::string bytes;
    append_text(bytes, record.name);
    append_byte(bytes, record.given ? 1 : 0);
    if (record.given) append_text(bytes, *record.given);
    draft.put(Part::members, key, bytes);
}

void put_workspace(Draft& draft, OrganizationId organization, WorkspaceId workspace,
                   const std::string& name) {
    draft.put(Part::members, key_of(organization, workspace), name);
}

template <class Change>
void change_role(Draft& draft, const std::string& key, const Change& change) {
    auto record = find_role(draft, key);
    if (!record) return;
    change(*record);
    put_role(draft, key, *record);
}

/// The name of a role of new rules where the organisation had one of this id: what it made of it
/// stays, as far as these rules let it. None of its own has an id of theirs.
std::string name_under_new_rules(const OrganizationRole& rules,
                                 const std::optional<RoleRecord>& before) {
    const bool renamed = before && before->given && before->name != *before->given;
    return renamed && rules.renameable ? before->name : rules.name;
}

}  // namespace

void OrganizationNames::apply(const OrganizationFounded& event) {
    const Blueprint& blueprint = *event.blueprint;
    put_organization(draft_, organization_,
                     {event.name, blueprint.presentation.sign_in_coalescing_seconds});
    for (const OrganizationRole& role : blueprint.roles) {
        put_role(draft_, key_of(role_kind, organization_, role.id),
                 {.name = role.name, .given = role.name});
    }
    put_roles_within_workspaces(blueprint);
}

void OrganizationNames::apply(const OrganizationRenamed& event) {
    OrganizationRecord record =
        find_organization(draft_, organization_).value_or(OrganizationRecord{});
    record.name = event.name;
    put_organization(draft_, organization_, record);
}

void OrganizationNames::apply(const OrganizationEnded&) {
    for (const std::uint8_t kind : {organization_kind, workspace_kind, workspace_role_kind}) {
        for (const std::string& key :
             draft_.keys_under(Part::members, kind_key(kind, organization_))) {
            draft_.erase(Part::members, key);
        }
    }
}

void OrganizationNames::apply(const RoleCreated& event) {
    put_role(draft_, key_of(role_kind, organization_, event.role),
             {.name = event.name, .given = {}});
}

void OrganizationNames::apply(const RoleRenamed& event) {
    change_role(draft_, key_of(role_kind, organization_, event.role),
                [&](RoleRecord& role) { role.name = event.name; });
}

void OrganizationNames::apply(const WorkspaceCreated& event) {
    put_workspace(draft_, organization_, event.workspace, event.name);
}

void OrganizationNames::apply(const WorkspaceRenamed& event) {
    put_workspace(draft_, organization_, event.workspace, event.name);
}

void OrganizationNames::apply(const WorkspaceDeleted& event) {
    draft_.erase(Part::members, key_of(organization_, event.workspace));
}

void OrganizationNames::apply(const BlueprintChanged& event) {
    const Blueprint& blueprint = *event.blueprint;
    put_organization(draft_, organization_,
                     {name_of_organization(draft_, organization_),
                      blueprint.presentation.sign_in_coalescing_seconds});
    std::set<std::string> of_the_rules;
    for (const OrganizationRole& role : blueprint.roles) {
        const std::string key = key_of(role_kind, organization_, role.id);
        put_role(draft_, key,
                 {.name = name_under_new_rules(role, find_role(draft_, key)), .given = role.name});
        of_the_rules.insert(key);
    }
    for (const std::string& key :
         draft_.keys_under(Part::members, kind_key(role_kind, organization_))) {
        if (of_the_rules.contains(key)) continue;
        change_role(draft_, key, [](RoleRecord& role) { role.given.reset(); });
    }
    put_roles_within_workspaces(blueprint);
}

void OrganizationNames::put_roles_within_workspaces(const Blueprint& blueprint) {
    const std::string prefix = kind_key(workspace_role_kind, organization_);
    for (const std::string& key : draft_.keys_under(Part::members, prefix)) {
        draft_.erase(Part::members, key);
    }
    for (const WorkspaceRole& role : blueprint.workspaces.roles) {
        draft_.put(Part::members, prefix + role.id.value, role.name);
    }
}

std::string name_of_organization(const ViewReader& reader, OrganizationId organization) {
    return find_organization(reader, organization).value_or(OrganizationRecord{}).name;
}

std::chrono::seconds sign_ins_taken_for_one(const ViewReader& reader, OrganizationId organization) {
    const auto record = find_organization(reader, organization);
    return std::chrono::seconds{record ? record->seconds_taken_for_one : 0};
}

std::vector<std::string> names_of_roles(const ViewReader& reader, OrganizationId organization,
                                        const std::vector<RoleId>& roles) {
    std::vector<std::string> names;
    for (const RoleId& id : roles) {
        const auto role = find_role(reader, key_of(role_kind, organization, id));
        names.push_back(role ? role->name : id.value);
    }
    return names;
}

std::vector<NamedPlace> named_places(const ViewReader& reader, OrganizationId organization,
                                     const Places& places) {
    std::vector<NamedPlace> named;
    for (const auto& [workspace, role] : places) {
        const auto name = reader.get(Part::members, key_of(organization, workspace));
        const auto role_name =
            reader.get(Part::members, key_of(workspace_role_kind, organization, role));
        named.push_back({.workspace = workspace,
                         .name = name.value_or(std::string{}),
                         .role = role,
                         .role_name = role_name.value_or(std::string{})});
    }
    return named;
}

bool has_had_role(const ViewReader& reader, OrganizationId organization, const RoleId& role) {
    return reader.has(Part::members, key_of(role_kind, organization, role));
}

}  // namespace muster
