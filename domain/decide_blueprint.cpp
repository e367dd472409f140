// Moving an organisation to other rules. Everything they would break is listed at once; the
// command's maps say what becomes of roles that go.
#include "domain/decide_parts.h"
#include "domain/seats.h"

namespace muster {
namespace {

/// Looks at an organisation from the side of the rules it is to move to.
class Move {
 public:
    Move(const Organization& organization, const ChangeBlueprint& command, const Call& call)
        : organization_{organization},
          command_{command},
          next_{*command.blueprint},
          world_{call.world},
          now_{call.now} {}

    Verdict verdict() && {
        check_maps();
        check_roles_held();
        check_own_changes();
        check_role_names();
        check_custom_roles();
        check_workspaces();
        const auto plan = plan_after();
        if (!obstacles_.empty()) return refused();
        Rehearsal rehearsal{organization_, now_};
        rehearsal.add(BlueprintChanged{.blueprint = command_.blueprint,
                                       .plan = plan,
                                       .limits = limits_under(plan),
                                       .roles = command_.roles,
                                       .workspace_roles = command_.workspace_roles});
        check_holders(rehearsal.state());
        settle_seats(rehearsal);
        if (!obstacles_.empty()) return refused();
        return std::move(rehearsal).verdict();
    }

 private:
    Verdict refused() const {
        return std::unexpected(Refusal{Rejection::blueprint_breaks, {}, obstacles_});
    }

    void note(ObstacleKind kind, std::string subject, std::uint64_t count) {
        if (count > 0) obstacles_.push_back({kind, std::move(subject), count});
    }

    bool stays(const RoleId& role) const {
        const Role* now = organization_.role(role);
        // What the organisation deleted of its rules stays deleted.
        const bool deleted = now == nullptr && organization_.blueprint->role(role) != nullptr;
        if (next_.role(role) != nullptr) return !deleted;
        return now != nullptr && now->custom && next_.custom_roles.offered &&
               !command_.roles.contains(role);
    }

    void check_maps() {
        for (const auto& [from, to] : command_.roles) {
            const bool known = organization_.role(from) != nullptr && stays(to);
            if (!known) note(ObstacleKind::mapped_role_unknown, from.value, 1);
        }
        for (const auto& [from, to] : command_.workspace_roles) {
            if (!is_place(to)) note(ObstacleKind::mapped_role_unknown, from.value, 1);
        }
    }

    /// A role that one can have in a workspace: one of the new ones, or none where there are none.
    bool is_place(const RoleId& role) const {
        if (next_.workspaces.roles.empty()) return role.value.empty();
        return next_.workspace_role(role) != nullptr;
    }

    void check_roles_held() {
        for (const auto& [id, role] : *organization_.roles) {
            if (stays(id) || command_.roles.contains(id)) continue;
            const RoleUse use = organization_.use_of(id);
            note(ObstacleKind::members_hold_role, id.value, use.members);
            note(ObstacleKind::invitations_name_role, id.value, use.invited);
        }
    }

    /// What the organisation made of a role of its rules, and the new rules would undo.
    void check_own_changes() {
        for (const OrganizationRole& was : organization_.blueprint->roles) {
            const OrganizationRole* rules = next_.role(was.id);
            if (rules == nullptr) continue;
            const Role* now = organization_.role(was.id);
            const bool deleted = now == nullptr;
            const bool renamed = !deleted && now->name != was.name;
            const bool edited =
                !deleted && now->effective != organization_.blueprint->closure(was.gives);
            const bool undone = (deleted && !rules->deletable) || (renamed && !rules->renameable) ||
                                (edited && !rules->editable);
            if (undone) note(ObstacleKind::role_changed, was.id.value, 1);
            if (edited && rules->editable) check_permissions(now->permissions);
        }
    }

    void check_permissions(const std::vector<PermissionId>& permissions) {
        for (const PermissionId& permission : permissions) {
            const bool unknown = next_.permission(permission) == nullptr;
            if (unknown) note(ObstacleKind::permission_unknown, permission.value, 1);
        }
    }

    void check_custom_roles() {
        std::uint64_t kept = 0;
        for (const auto& [id, role] : *organization_.roles) {
            if (!role.custom || command_.roles.contains(id)) continue;
            ++kept;
            if (next_.role(id) != nullptr) note(ObstacleKind::role_id_taken, id.value, 1);
            check_permissions(role.permissions);
        }
        if (!next_.custom_roles.offered) {
            note(ObstacleKind::custom_roles_exist, "", kept);
        } else if (kept > next_.custom_roles.most) {
            note(ObstacleKind::too_many_custom_roles, "", kept);
        }
    }

    /// The names that the organisation gave, to roles of its own and to those of its rules,
    /// against those that the new rules bring.
    void check_role_names() {
        std::map<RoleId, NameLook> brought;
        for (const OrganizationRole& rules : next_.roles) {
            brought[rules.id] = world_.look_of(rules.name);
        }
        for (const auto& [id, role] : *organization_.roles) {
            const OrganizationRole* was = organization_.blueprint->role(id);
            const bool own_name = role.custom ? !command_.roles.contains(id)
                                              : next_.role(id) != nullptr && role.name != was->name;
            if (!own_name) continue;
            const NameLook look = world_.look_of(role.name);
            const bool taken = std::ranges::any_of(brought, [&](const auto& entry) {
                return entry.first != id && could_be_confused(look, entry.second);
            });
            if (taken) note(ObstacleKind::role_name_taken, id.value, 1);
        }
    }

    void check_workspaces() {
        if (!next_.workspaces.offered) {
            note(ObstacleKind::workspaces_exist, "", organization_.workspaces.size());
            return;
        }
        std::map<RoleId, std::uint64_t> gone;
        const auto look_at = [&](const Places& places) {
            for (const auto& [workspace, role] : places) {
                if (!is_place(role) && !command_.workspace_roles.contains(role)) ++gone[role];
            }
        };
        for (const auto& [person, member] : organization_.members) look_at(member.workspaces);
        for (const auto& [id, invitation] : organization_.invitations) {
            look_at(invitation.workspaces);
        }
        for (const auto& [role, count] : gone) {
            note(ObstacleKind::workspace_role_held, role.value, count);
        }
    }

    PlanId plan_after() {
        const PlanId plan = command_.plan.value_or(organization_.plan);
        if (next_.plan(plan) == nullptr) note(ObstacleKind::plan_unknown, plan.value, 1);
        return plan;
    }

    /// The plan's limits; where the organisation has one made to measure, it keeps that.
    std::map<LicenceClassId, std::uint64_t> limits_under(const PlanId& plan) const {
        auto limits = next_.plan(plan)->limits;
        const Plan* before = organization_.blueprint->plan(organization_.plan);
        for (const auto& [licence_class, limit] : organization_.limits) {
            const auto usual = before->limits.find(licence_class);
            const bool to_measure = usual == before->limits.end() || usual->second != limit;
            if (to_measure && next_.has_licence_class(licence_class)) {
                limits[licence_class] = limit;
            }
        }
        return limits;
    }

    /// Some protected role has a holder, and none loses its last one but to another.
    void check_protected(const Organization& after) {
        if (!after.has_protected_holder()) {
            note(ObstacleKind::no_protected_holder, "", 1);
            return;
        }
        for (const OrganizationRole& role : next_.roles) {
            if (!role.is_protected || after.use_of(role.id).active > 0) continue;
            const auto becomes = command_.roles.find(role.id);
            if (becomes != command_.roles.end() && after.is_protected(becomes->second)) continue;
            const bool was_held = organization_.use_of(role.id).active > 0;
            if (was_held) note(ObstacleKind::no_protected_holder, role.id.value, 1);
        }
    }

    void check_holders(const Organization& after) {
        check_protected(after);
        const auto several = [](const auto& entry) { return entry.second.roles.size() > 1; };
        if (!next_.members.several_roles) {
            note(ObstacleKind::members_hold_several_roles, "",
                 static_cast<std::uint64_t>(std::ranges::count_if(after.members, several) +
                                            std::ranges::count_if(after.invitations, several)));
        }
        for (const OrganizationRole& role : next_.roles) {
            if (!role.single_holder) continue;
            const std::uint64_t holders = after.use_of(role.id).members;
            if (holders != 1) {
                obstacles_.push_back({ObstacleKind::single_holder_count, role.id.value, holders});
            }
            // Whoever accepted it would be a second holder.
            const auto offered = std::ranges::count_if(after.invitations, [&](const auto& entry) {
                const OpenInvitation& open = entry.second;
                return !open.replaces && std::ranges::count(open.roles, role.id) > 0;
            });
            note(ObstacleKind::invitations_name_role, role.id.value,
                 static_cast<std::uint64_t>(offered));
        }
    }

    /// Everybody gives their licence back and takes, in the order of the ids, the first free one
    /// that fits them now. Where somebody finds none, each class is noted with what it would take
    /// if it had no limit.
    void settle_seats(Rehearsal& rehearsal) {
        Organization settled = without_licences(rehearsal.state());
        if (everybody_takes_one(settled)) {
            add_changes(rehearsal, settled);
            return;
        }
        Organization unlimited = without_licences(rehearsal.state());
        unlimited.limits.clear();
        if (!everybody_takes_one(unlimited)) note(ObstacleKind::seats_over_limit, "", 1);
        for (const auto& [licence_class, use] : unlimited.seats) {
            const auto limit = rehearsal.state().limits.find(licence_class);
            const bool over =
                limit != rehearsal.state().limits.end() && use.taken() > limit->second;
            if (over) note(ObstacleKind::seats_over_limit, licence_class.value, use.taken());
        }
        if (obstacles_.empty()) note(ObstacleKind::seats_over_limit, "", 1);
    }

    static Organization without_licences(Organization state) {
        state.seats.clear();
        const auto has_one = [](const Held& held) { return held.licence.has_value(); };
        for (const PersonId person : state.members.keys_where(has_one)) {
            state.members.edit(person)->licence.reset();
        }
        for (const InvitationId id : state.invitations.keys_where(has_one)) {
            state.invitations.edit(id)->licence.reset();
        }
        return state;
    }

    bool everybody_takes_one(Organization& state) const {
        const auto take = [&](PersonId person, const auto& holder) {
            const auto taken = licence_change(state, person, holder.roles, holder.workspaces);
            if (taken && *taken) evolve(state, **taken, now_);
            return taken.has_value();
        };
        bool all = true;
        for (const auto& [person, member] : organization_.members) {
            all = take(person, *state.member(person)) && all;
        }
        for (const auto& [id, invitation] : organization_.invitations) {
            all = take(invitation.person, *state.invitation(id)) && all;
        }
        return all;
    }

    /// Every licence that changes is given back before another is taken.
    static void add_changes(Rehearsal& rehearsal, const Organization& settled) {
        std::vector<LicenceChanged> taken;
        const auto compare = [&](PersonId person, const auto& before, const auto& after) {
            if (before.licence == after.licence) return;
            if (before.licence) rehearsal.add(LicenceChanged{person, std::nullopt});
            if (after.licence) taken.push_back({person, after.licence});
        };
        const Organization moved = rehearsal.state();
        for (const auto& [person, member] : moved.members) {
            compare(person, member, *settled.member(person));
        }
        for (const auto& [id, invitation] : moved.invitations) {
            compare(invitation.person, invitation, *settled.invitation(id));
        }
        for (LicenceChanged& event : taken) rehearsal.add(std::move(event));
    }

    const Organization& organization_;
    const ChangeBlueprint& command_;
    const Blueprint& next_;
    const World& world_;
    Instant now_;
    std::vector<Obstacle> obstacles_;
};

}  // namespace

Verdict decide_one(const Call& call, const ChangeBlueprint& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    if (!call.actor().is_operator()) return refuse(Rejection::operator_only);
    if (!may_be_run_by(call, command.blueprint)) return refuse(Rejection::blueprint_invalid);
    const bool same = (*known)->blueprint == command.blueprint && command.roles.empty() &&
                      command.workspace_roles.empty() &&
                      command.plan.value_or((*known)->plan) == (*known)->plan;
    if (same) return already_so();
    return Move{**known, command, call}.verdict();
}

}  // namespace muster
