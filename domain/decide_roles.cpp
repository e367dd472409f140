// Roles of an organisation: making, naming, filling, deleting, copying to others. Nobody makes a
// role give what they could not give by hand, and nobody takes from its holders what they could not
// take from each of them.
#include "domain/decide_parts.h"

namespace muster {
namespace {

bool is_custom_or(const Organization& organization, const RoleId& id,
                  bool OrganizationRole::*allowed) {
    const OrganizationRole* rules = organization.blueprint->role(id);
    return rules == nullptr || rules->*allowed;
}

bool knows_all(const Blueprint& blueprint, const std::vector<PermissionId>& permissions) {
    return std::ranges::all_of(permissions,
                               [&](const auto& id) { return blueprint.permission(id) != nullptr; });
}

/// Whether a role other than `own` has the name, or one that looks the same. The names of the
/// rules' roles are those that people trust.
bool is_role_name_taken(const World& world, const Organization& organization, const RoleId& own,
                        const std::string& name) {
    const NameLook look = world.look_of(name);
    const bool trusted = organization.blueprint->role(own) != nullptr;
    return std::ranges::any_of(*organization.roles, [&](const auto& entry) {
        const auto& [id, role] = entry;
        if (id == own) return false;
        const NameLook other = world.look_of(role.name);
        return trusted || !role.custom ? could_be_confused(look, other)
                                       : look_the_same(look, other);
    });
}

/// The ladder of a new role, by hand or by copy.
std::expected<Event, Rejection> new_role(const Call& call, OrganizationId id, RoleCreated role) {
    const auto known = known_organization(call, id);
    if (!known) return std::unexpected(known.error());
    const Organization& organization = **known;
    const Blueprint& blueprint = *organization.blueprint;
    if (!may(organization, call.actor(), Operation::manage_roles)) {
        return std::unexpected(Rejection::not_allowed);
    }
    if (!blueprint.custom_roles.offered) {
        return std::unexpected(Rejection::custom_roles_not_offered);
    }
    if (!knows_all(blueprint, role.permissions)) {
        return std::unexpected(Rejection::permission_unknown);
    }
    if (!may_grant(organization, call.actor(), PersonId{}, blueprint.closure(role.permissions))) {
        return std::unexpected(Rejection::beyond_own_permissions);
    }
    if (organization.roles->contains(role.role)) return std::unexpected(Rejection::id_taken);
    if (is_role_name_taken(call.world, organization, role.role, role.name)) {
        return std::unexpected(Rejection::role_name_taken);
    }
    if (call.world.look_of(role.name).key.empty()) return std::unexpected(Rejection::name_missing);
    const auto custom = std::ranges::count_if(
        *organization.roles, [](const auto& entry) { return entry.second.custom; });
    if (static_cast<std::size_t>(custom) >= blueprint.custom_roles.most) {
        return std::unexpected(Rejection::too_many_roles);
    }
    return Event{std::move(role)};
}

/// A role that the actor manages: may at all, there is one, and it is one they could give.
struct ManagedRole {
    const Organization* organization = nullptr;
    const Role* role = nullptr;
};

std::expected<ManagedRole, Rejection> managed_role(const Call& call, OrganizationId id,
                                                   const RoleId& role, Operation operation) {
    const auto known = known_organization(call, id);
    if (!known) return std::unexpected(known.error());
    if (!may(**known, call.actor(), operation)) return std::unexpected(Rejection::not_allowed);
    const Role* found = (*known)->role(role);
    if (found == nullptr) return std::unexpected(Rejection::role_not_found);
    if (!reaches(**known, call.actor(), Reach::assign_role, {role})) {
        return std::unexpected(Rejection::target_out_of_reach);
    }
    return ManagedRole{*known, found};
}

/// Taking permissions from a role demotes whoever holds it: the actor must be allowed to remove
/// each of them.
std::optional<Rejection> may_demote_holders(const Organization& organization, const Actor& actor,
                                            const RoleId& role) {
    for (const auto& [person, member] : organization.members) {
        if (actor.is(person) || std::ranges::count(member.roles, role) == 0) continue;
        if (!may(organization, actor, Operation::remove_member)) return Rejection::not_allowed;
        if (!reaches(organization, actor, Reach::remove, member.roles)) {
            return Rejection::target_out_of_reach;
        }
    }
    return std::nullopt;
}

/// In whatever order it is told.
bool is_same_list(const std::vector<PermissionId>& one, const std::vector<PermissionId>& other) {
    return std::set<PermissionId>(one.begin(), one.end()) ==
           std::set<PermissionId>(other.begin(), other.end());
}

std::vector<RoleId> replaced(std::vector<RoleId> roles, const RoleId& role,
                             const RoleId& replacement) {
    std::erase(roles, role);
    if (std::ranges::count(roles, replacement) == 0) roles.push_back(replacement);
    return roles;
}

/// Everybody who holds or is offered the role, but for who gets what a member has by then.
std::vector<PersonId> everybody_with(const Organization& organization, const RoleId& role) {
    std::vector<PersonId> people;
    for (const auto& [person, member] : organization.members) {
        if (std::ranges::count(member.roles, role) > 0) people.push_back(person);
    }
    for (const auto& [id, open] : organization.invitations) {
        const bool offered = !open.replaces && std::ranges::count(open.roles, role) > 0;
        if (offered) people.push_back(open.person);
    }
    return people;
}

/// The role goes and the other is held in its place, by everybody whose roles can change by now.
Verdict delete_role_for(const Call& call, const Organization& organization, const RoleId& role,
                        const RoleId& replacement) {
    if (organization.role(replacement) == nullptr) return refuse(Rejection::role_not_found);
    if (role == replacement) return refuse(Rejection::role_repeated);
    const Actor& actor = call.actor();
    const auto people = everybody_with(organization, role);
    if (!people.empty() && !may(organization, actor, Operation::change_role)) {
        return refuse(Rejection::not_allowed);
    }
    std::uint64_t members = 0;
    std::uint64_t invited = 0;
    Rehearsal rehearsal{organization, call.now};
    for (const PersonId person : people) {
        const Organization& by_now = rehearsal.state();
        if (!can_change_roles_of(by_now, person)) {
            ++(by_now.member(person) != nullptr ? members : invited);
            continue;
        }
        const auto& before = by_now.held_by(person)->roles;
        auto events = changed_roles(by_now, actor, person, replaced(before, role, replacement));
        if (!events) return refuse(events.error());
        for (Event& event : *events) rehearsal.add(std::move(event));
    }
    std::vector<Obstacle> obstacles;
    if (members > 0) obstacles.push_back({ObstacleKind::members_hold_role, role.value, members});
    if (invited > 0) {
        obstacles.push_back({ObstacleKind::invitations_name_role, role.value, invited});
    }
    if (!obstacles.empty()) {
        return std::unexpected(Refusal{Rejection::role_in_use, {}, std::move(obstacles)});
    }
    rehearsal.add(RoleDeleted{role});
    return std::move(rehearsal).verdict();
}

/// What a role gives as a list, also where it is everything.
std::vector<PermissionId> given_by(const Organization& organization, const RoleId& id) {
    const OrganizationRole* rules = organization.blueprint->role(id);
    const std::vector<PermissionId>& listed = organization.role(id)->permissions;
    if (rules == nullptr || !rules->gives.everything || !listed.empty()) return listed;
    std::vector<PermissionId> all;
    for (const Permission& permission : organization.blueprint->permissions) {
        all.push_back(permission.id);
    }
    return all;
}

}  // namespace

Verdict decide_one(const Call& call, const CreateRole& command) {
    auto made = new_role(call, command.organization,
                         RoleCreated{command.role, command.name, command.permissions});
    if (!made) return refuse(made.error());
    return happened(command.organization, {std::move(*made)});
}

Verdict decide_one(const Call& call, const RenameRole& command) {
    const auto managed =
        managed_role(call, command.organization, command.role, Operation::manage_roles);
    if (!managed) return refuse(managed.error());
    if (managed->role->name == command.name) return already_so();
    if (!is_custom_or(*managed->organization, command.role, &OrganizationRole::renameable)) {
        return refuse(Rejection::role_not_renameable);
    }
    if (is_role_name_taken(call.world, *managed->organization, command.role, command.name)) {
        return refuse(Rejection::role_name_taken);
    }
    if (call.world.look_of(command.name).key.empty()) return refuse(Rejection::name_missing);
    return happened(command.organization, {RoleRenamed{command.role, command.name}});
}

Verdict decide_one(const Call& call, const SetRolePermissions& command) {
    const auto managed =
        managed_role(call, command.organization, command.role, Operation::manage_roles);
    if (!managed) return refuse(managed.error());
    const Organization& organization = *managed->organization;
    const Actor& actor = call.actor();
    if (!knows_all(*organization.blueprint, command.permissions)) {
        return refuse(Rejection::permission_unknown);
    }
    const PermissionSet before = managed->role->effective;
    const PermissionSet after = organization.blueprint->closure(command.permissions);
    const Member* own = organization.member(actor);
    const bool holds_it = own != nullptr && std::ranges::count(own->roles, command.role) > 0;
    const PersonId to = holds_it ? *actor.person() : PersonId{};
    if (!may_grant(organization, actor, to, after & ~before)) {
        return refuse(Rejection::beyond_own_permissions);
    }
    if ((before & ~after).any()) {
        if (const auto no = may_demote_holders(organization, actor, command.role)) {
            return refuse(*no);
        }
    }
    if (before == after && is_same_list(managed->role->permissions, command.permissions)) {
        return already_so();
    }
    if (!is_custom_or(organization, command.role, &OrganizationRole::editable)) {
        return refuse(Rejection::role_not_editable);
    }
    return happened(command.organization,
                    {RolePermissionsChanged{command.role, command.permissions}});
}

Verdict decide_one(const Call& call, const DeleteRole& command) {
    const auto managed =
        managed_role(call, command.organization, command.role, Operation::manage_roles);
    if (!managed) return refuse(managed.error());
    const Organization& organization = *managed->organization;
    if (!is_custom_or(organization, command.role, &OrganizationRole::deletable)) {
        return refuse(Rejection::role_not_deletable);
    }
    if (command.replacement) {
        return delete_role_for(call, organization, command.role, *command.replacement);
    }
    const RoleUse use = organization.use_of(command.role);
    std::vector<Obstacle> obstacles;
    const auto note = [&](ObstacleKind kind, std::uint64_t count) {
        if (count > 0) obstacles.push_back({kind, command.role.value, count});
    };
    note(ObstacleKind::members_hold_role, use.members);
    note(ObstacleKind::invitations_name_role, use.invited);
    if (!obstacles.empty()) {
        return std::unexpected(Refusal{Rejection::role_in_use, {}, std::move(obstacles)});
    }
    return happened(command.organization, {RoleDeleted{command.role}});
}

Verdict decide_one(const Call& call, const CopyRole& command) {
    const auto managed =
        managed_role(call, command.organization, command.role, Operation::copy_role);
    if (!managed) return refuse(managed.error());
    const Organization& source = *managed->organization;
    if (!is_custom_or(source, command.role, &OrganizationRole::copyable) ||
        source.is_protected({command.role})) {
        return refuse(Rejection::role_not_copyable);
    }
    if (command.targets.empty()) return refuse(Rejection::rows_missing);
    if (command.targets.size() > source.blueprint->joining.most_rows) {
        return std::unexpected(over_limit(Rejection::too_many_rows, "organizations",
                                          source.blueprint->joining.most_rows));
    }

    const std::vector<PermissionId> permissions = given_by(source, command.role);
    Decision decision;
    std::set<OrganizationId> named{command.organization};
    std::optional<Rejection> first_refusal;
    for (const RoleCopy& target : command.targets) {
        auto made = named.insert(target.organization).second
                        ? new_role(call, target.organization,
                                   RoleCreated{target.role, managed->role->name, permissions})
                        : std::unexpected(Rejection::organization_repeated);
        RowVerdict verdict{.organization = target.organization, .role = target.role};
        if (made) {
            decision.events.push_back({StreamId::of(target.organization), std::move(*made)});
        } else {
            verdict.rejection = made.error();
            if (!first_refusal) first_refusal = made.error();
        }
        decision.rows.push_back(std::move(verdict));
    }
    if (!decision.events.empty()) return decision;
    return std::unexpected(Refusal{*first_refusal, std::move(decision.rows)});
}

}  // namespace muster
