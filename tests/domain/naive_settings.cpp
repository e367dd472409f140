// Roles, workspaces and the plan, on paper.
#include "tests/domain/naive_organization.h"

#include <algorithm>

namespace muster::domain_tests {
namespace {

Names names_of(const std::vector<PermissionId>& permissions) {
    Names names;
    for (const PermissionId& permission : permissions) names.push_back(permission.value);
    return names;
}

}  // namespace

// Roles.

bool NaiveOrganization::creates_role(const CreateRole& command, const Actor& actor) {
    return makes_role(command.role.value, command.name, names_of(command.permissions), actor);
}

bool NaiveOrganization::makes_role(const std::string& id, const std::string& name,
                                   const Names& gives, const Actor& actor) {
    if (!takes_commands_of(actor) || !has_right(actor, "manage_roles")) return false;
    const bool all_known = is_within({gives.begin(), gives.end()}, product_.catalogue);
    if (!all_known || !may_give(actor, PersonId{}, product_.rights_of(gives))) return false;
    std::size_t own = 0;
    for (const auto& [other, role] : roles_) {
        if (other == id || role.name == name) return false;
        if (role.own) ++own;
    }
    if (name.empty() || own >= product_.most_own_roles) return false;
    roles_[id] = {.name = name,
                  .gives = gives,
                  .licences = product_.own_roles_take,
                  .to_grant = {},
                  .renameable = true,
                  .editable = true,
                  .deletable = true,
                  .copyable = true,
                  .own = true};
    return true;
}

bool NaiveOrganization::is_manageable(const std::string& role, const Actor& actor,
                                      const std::string& operation) {
    return has_right(actor, operation) && roles_.contains(role) &&
           reaches(actor, "assign_role", {role});
}

bool NaiveOrganization::renames_role(const RenameRole& command, const Actor& actor) {
    if (!is_manageable(command.role.value, actor, "manage_roles")) return false;
    NaiveRole& renamed = roles_.at(command.role.value);
    if (renamed.name == command.name) return true;
    const bool taken = std::ranges::any_of(
        roles_, [&](const auto& entry) { return entry.second.name == command.name; });
    if (taken || command.name.empty() || !renamed.renameable) return false;
    renamed.name = command.name;
    return true;
}

bool NaiveOrganization::edits_role(const SetRolePermissions& command, const Actor& actor) {
    const std::string& id = command.role.value;
    if (!is_manageable(id, actor, "manage_roles")) return false;
    const Names gives = names_of(command.permissions);
    if (!is_within({gives.begin(), gives.end()}, product_.catalogue)) return false;
    const Rights before = rights_of_roles({id});
    const Rights after = product_.rights_of(gives);
    Rights added;
    if (!before.contains("*")) {
        std::ranges::set_difference(after, before, std::inserter(added, added.end()));
    }
    const NaiveMember* acting = member_acting(actor);
    const bool for_oneself = acting != nullptr && acting->roles.contains(id);
    if (!may_give(actor, for_oneself ? acting->person : PersonId{}, added)) return false;
    const bool takes_away = !is_within(before, after);
    for (const NaiveMember& m : members_) {
        if (takes_away && m.roles.contains(id) && !may_take_from(actor, m)) return false;
    }
    const Names& listed = roles_.at(id).gives;
    const bool as_it_is =
        Rights(listed.begin(), listed.end()) == Rights(gives.begin(), gives.end());
    if (as_it_is) return true;
    if (!roles_.at(id).editable) return false;
    roles_.at(id).gives = gives;
    return true;
}

bool NaiveOrganization::deletes_role(const DeleteRole& command, const Actor& actor) {
    const std::string& id = command.role.value;
    if (!is_manageable(id, actor, "manage_roles") || !roles_.at(id).deletable) return false;
    const NaiveOrganization before = *this;
    if (command.replacement && !takes_instead(id, command.replacement->value, actor)) {
        *this = before;
        return false;
    }
    for (const NaiveMember& m : members_) {
        if (m.roles.contains(id)) return false;
    }
    offers_places_as_they_are();
    for (const NaiveInvitation& sent : invitations_) {
        if (sent.open && sent.offered.roles.contains(id)) return false;
    }
    roles_.erase(id);
    return true;
}

/// Everybody with a role gets another in its place, one after the other.
bool NaiveOrganization::takes_instead(const std::string& role, const std::string& other,
                                      const Actor& actor) {
    if (role == other || !roles_.contains(other)) return false;
    std::vector<PersonId> people;
    for (const NaiveMember& m : members()) {
        if (m.roles.contains(role)) people.push_back(m.person);
    }
    std::map<InvitationId, PersonId> invited;
    for (const NaiveInvitation& sent : invitations_) {
        const bool offered = sent.open && sent.takes_place_of.is_nil();
        if (offered && sent.offered.roles.contains(role)) invited[sent.id] = sent.offered.person;
    }
    for (const auto& [id, person] : invited) people.push_back(person);
    for (const PersonId person : people) {
        std::set<std::string> roles = somebody(person)->roles;
        roles.erase(role);
        roles.insert(other);
        if (!changes_roles(person, {roles.begin(), roles.end()}, actor)) return false;
    }
    return true;
}

std::optional<NaiveRole> NaiveOrganization::copied(const CopyRole& command, const Actor& actor) {
    const std::string& id = command.role.value;
    if (!is_manageable(id, actor, "copy_role")) return std::nullopt;
    NaiveRole copy = roles_.at(id);
    if (!copy.copyable || copy.kept || command.targets.empty()) return std::nullopt;
    if (command.targets.size() > product_.most_rows) return std::nullopt;
    if (copy.gives == Names{"*"}) {
        copy.gives.assign(product_.catalogue.begin(), product_.catalogue.end());
    }
    return copy;
}

// Workspaces.

bool NaiveOrganization::creates_workspace(const CreateWorkspace& command, const Actor& actor) {
    if (!has_right(actor, "create_workspace") || !product_.workspaces) return false;
    for (const auto& [id, name] : workspaces_) {
        if (id == command.workspace || name == command.name) return false;
    }
    if (command.name.empty()) return false;
    NaiveMember* creator = member_acting(actor);
    const bool takes_a_place = creator != nullptr && !product_.creator_role.empty();
    if (takes_a_place && may_be_placed(creator->roles)) {
        NaiveMember placed = *creator;
        placed.places[command.workspace] = product_.creator_role;
        if (!picks_licence(placed)) return false;
        *creator = placed;
    }
    workspaces_.emplace_back(command.workspace, command.name);
    return true;
}

bool NaiveOrganization::renames_workspace(const RenameWorkspace& command, const Actor& actor) {
    if (!has_right(actor, "create_workspace")) return false;
    for (auto& [id, name] : workspaces_) {
        if (id != command.workspace) continue;
        if (name == command.name) return true;
        const bool taken = std::ranges::any_of(
            workspaces_, [&](const auto& other) { return other.second == command.name; });
        if (taken || command.name.empty()) return false;
        name = command.name;
        return true;
    }
    return false;
}

bool NaiveOrganization::deletes_workspace(const DeleteWorkspace& command, const Actor& actor) {
    if (!has_right(actor, "delete_workspace", &command.workspace)) return false;
    const auto gone = std::erase_if(
        workspaces_, [&](const auto& entry) { return entry.first == command.workspace; });
    if (gone == 0) return false;
    std::set<PersonId> members;
    std::map<InvitationId, PersonId> invited;
    for (NaiveMember& m : members_) {
        if (m.places.erase(command.workspace) > 0) members.insert(m.person);
    }
    for (NaiveInvitation& sent : invitations_) {
        if (sent.offered.places.erase(command.workspace) > 0 && sent.open) {
            invited[sent.id] = sent.offered.person;
        }
    }
    for (const PersonId person : members) settles_licence(person);
    for (const auto& [id, person] : invited) settles_licence(person);
    return true;
}

bool NaiveOrganization::assigns(PersonId person, const WorkspacePlace& place, const Actor& actor) {
    const std::string& role = place.role.value;
    NaiveMember* target = somebody(person);
    if (!has_right(actor, "assign_workspace", &place.workspace)) return false;
    if (target == nullptr || !place_exists(place)) return false;
    if (!reaches(actor, "edit_workspaces", target->roles)) return false;
    const PersonId to = product_.places_oneself ? PersonId{} : person;
    if (!may_give(actor, to, rights_in(role), &place.workspace)) return false;
    const auto now = target->places.find(place.workspace);
    if (now != target->places.end() && now->second == role) return true;
    const NaiveInvitation* pending = open_invitation_of(person);
    const bool takes_a_place = pending != nullptr && !pending->takes_place_of.is_nil();
    if (pending != nullptr && (!product_.places_while_pending || takes_a_place)) return false;
    if (!may_be_placed(target->roles)) return false;
    const NaiveMember before = *target;
    target->places[place.workspace] = role;
    if (settles_licence(person)) return true;
    *target = before;
    return false;
}

bool NaiveOrganization::assigns_several(const AssignWorkspaces& command, const Actor& actor) {
    const NaiveOrganization before = *this;
    std::set<WorkspaceId> named;
    bool all = !command.workspaces.empty() && !are_too_many(command.person, command.workspaces);
    for (const WorkspacePlace& place : command.workspaces) {
        all = all && assigns(command.person, place, actor);
        all = all && named.insert(place.workspace).second;
    }
    if (all) return true;
    *this = before;
    return false;
}

bool NaiveOrganization::assigns_one(const AssignWorkspaceRole& command, const Actor& actor) {
    const bool too_many = command.from_person && are_too_many(command.person, {command.place});
    const NaiveMember* target = somebody(command.person);
    const auto is_so = [&] {
        const auto now = target->places.find(command.place.workspace);
        return now != target->places.end() && now->second == command.place.role.value;
    };
    if (too_many && target != nullptr && !is_so()) return false;
    return assigns(command.person, command.place, actor);
}

/// From the person's side: by one step, and with those they are in.
bool NaiveOrganization::are_too_many(PersonId person, const std::vector<WorkspacePlace>& places) {
    const auto most = product_.most_workspaces;
    const NaiveMember* target = somebody(person);
    if (most == 0 || target == nullptr) return false;
    std::set<WorkspaceId> in_all;
    for (const auto& [workspace, role] : target->places) in_all.insert(workspace);
    for (const WorkspacePlace& place : places) in_all.insert(place.workspace);
    const bool grows = in_all.size() > target->places.size();
    return places.size() > most || (grows && in_all.size() > most);
}

bool NaiveOrganization::withdraws(const WithdrawWorkspaceRole& command, const Actor& actor) {
    NaiveMember* target = somebody(command.person);
    if (!has_right(actor, "assign_workspace", &command.workspace)) return false;
    if (target == nullptr || !has_workspace(command.workspace)) return false;
    if (!reaches(actor, "edit_workspaces", target->roles)) return false;
    if (!target->places.contains(command.workspace)) return true;
    const NaiveInvitation* pending = open_invitation_of(command.person);
    const bool takes_a_place = pending != nullptr && !pending->takes_place_of.is_nil();
    if (pending != nullptr && (!product_.places_while_pending || takes_a_place)) return false;
    target->places.erase(command.workspace);
    return settles_licence(command.person);
}

// The organisation and its rules.

bool NaiveOrganization::changes_plan(const ChangePlan& command, const Actor& actor) {
    if (!actor.is_operator() || !product_.plans.contains(command.plan.value)) return false;
    for (const auto& [licence, limit] : command.limits) {
        if (!product_.licence_classes.contains(licence.value)) return false;
    }
    plan_ = command.plan.value;
    limits_ = product_.plans.at(plan_);
    for (const auto& [licence, limit] : command.limits) limits_[licence.value] = limit;
    return true;
}

bool NaiveOrganization::renames(const RenameOrganization& command, const Actor& actor) {
    if (!has_right(actor, "manage_organization") || command.name.empty()) return false;
    name_ = command.name;
    return true;
}

bool NaiveOrganization::ends(const Actor& actor) {
    if (ended_) return actor.is_operator();
    if (!takes_commands_of(actor) || !has_right(actor, "end_organization")) return false;
    ended_ = true;
    members_.clear();
    for (NaiveInvitation& sent : invitations_) sent.open = false;
    return true;
}

}  // namespace muster::domain_tests
