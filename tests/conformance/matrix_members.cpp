// Staffing an organisation, and asking it.
#include "tests/conformance/matrix_members.h"

namespace muster::matrices {
namespace {

using domain_tests::person;
using domain_tests::Scenario;

std::optional<LicenceClassId> first_licence(const Blueprint& blueprint,
                                            const OrganizationRole& role,
                                            const std::string& place) {
    if (!role.licences.empty()) return role.licences.front();
    const WorkspaceRole* there = blueprint.workspace_role(RoleId{place});
    if (there == nullptr || there->licences.empty()) return std::nullopt;
    return there->licences.front();
}

std::string answer_about(const Scenario& scenario, std::uint64_t who,
                         const PermissionId& permission, Where where) {
    std::optional<WorkspaceId> there;
    if (where == Where::inside) there = home;
    if (where == Where::outside) there = elsewhere;
    return has_permission(scenario.state(), person(who), permission, there).value() ? "1" : "0";
}

std::uint64_t target_of(const Blueprint& blueprint, const std::string& target,
                        std::uint64_t actor) {
    if (target == "self") return actor;
    if (target == "invited") return invited_person;
    return other_holder(blueprint, RoleId{target});
}

std::string answer_sign(const std::optional<Rejection>& rejection) {
    return rejection ? std::string{name_of(*rejection)} : "accepted";
}

std::string meaning_of(char sign) {
    switch (sign) {
        case '+':
            return "accepted";
        case 'n':
            return answer_sign(Rejection::not_allowed);
        case 'r':
            return answer_sign(Rejection::target_out_of_reach);
        case 'b':
            return answer_sign(Rejection::beyond_own_permissions);
        case 's':
            return answer_sign(Rejection::self_removal_not_allowed);
        case 'o':
            return answer_sign(Rejection::own_role_change_not_allowed);
        case 'l':
            return answer_sign(Rejection::last_protected_holder);
        case 'p':
            return answer_sign(Rejection::member_pending);
        case 'f':
            return answer_sign(Rejection::role_not_offerable);
        default:
            ENSURE(false);
    }
}

/// A blueprint in which the role may do nothing to anybody.
void tighten(Blueprint& blueprint, const RoleId& role) {
    role_in(blueprint, role).gives = {};
    role_in(blueprint, role).reach.clear();
}

/// A blueprint in which the role may do everything to everybody, and nothing keeps its holders.
void loosen(Blueprint& blueprint, const RoleId& role) {
    blueprint.members.self_removal = true;
    blueprint.members.own_role_change = true;
    blueprint.members.role_change_while_pending = true;
    for (OrganizationRole& each : blueprint.roles) {
        each.is_protected = false;
        each.single_holder = false;
        each.offerable = true;
    }
    OrganizationRole& loosened = role_in(blueprint, role);
    loosened.gives = {.everything = true, .permissions = {}};
    for (std::size_t reach = 0; reach < reach_count; ++reach) {
        loosened.reach[static_cast<Reach>(reach)] = {
            .all = true, .custom = false, .held = false, .roles = {}};
    }
}

}  // namespace

Scenario staffed(const Blueprint& blueprint) {
    const auto& roles = blueprint.workspaces.roles;
    return staffed(blueprint, roles.empty() ? "" : roles.back().id.value);
}

Scenario staffed(const Blueprint& blueprint, const std::string& place) {
    ENSURE(blueprint.roles.front().id == blueprint.founder_role);
    const bool has_workspaces = blueprint.workspaces.offered;
    std::vector<WorkspacePlace> places;
    if (has_workspaces) places.push_back({home, RoleId{place}});

    std::vector<Event> events = domain_tests::founded(blueprint);
    if (has_workspaces) {
        events.emplace_back(WorkspaceCreated{home, "Home"});
        events.emplace_back(WorkspaceCreated{elsewhere, "Elsewhere"});
        events.emplace_back(WorkspaceRoleAssigned{person(1), places.front()});
    }
    for (const OrganizationRole& role : blueprint.roles) {
        const auto licence = first_licence(blueprint, role, place);
        const auto join = [&](std::uint64_t who) {
            events.emplace_back(domain_tests::joined(who, {role.id}, places, licence));
        };
        if (role.id != blueprint.founder_role) join(holder(blueprint, role.id));
        if (!role.single_holder) join(other_holder(blueprint, role.id));
    }
    const OrganizationRole& last = blueprint.roles.back();
    events.emplace_back(domain_tests::invited(1, invited_person, {last.id}, {},
                                              first_licence(blueprint, last, "")));
    return domain_tests::given(events);
}

std::uint64_t holder(const Blueprint& blueprint, const RoleId& role) {
    const OrganizationRole* found = blueprint.role(role);
    ENSURE(found != nullptr);
    return static_cast<std::uint64_t>(found - blueprint.roles.data()) + 1;
}

std::uint64_t other_holder(const Blueprint& blueprint, const RoleId& role) {
    const std::uint64_t number = holder(blueprint, role);
    return blueprint.role(role)->single_holder ? number : number + 100;
}

Question allowed(const std::string& permission, Where where) {
    const PermissionId id{permission};
    return {.answer =
                [=](const Blueprint& blueprint, const RoleId& role) {
                    return answer_about(staffed(blueprint), holder(blueprint, role), id, where);
                },
            .turn_over = [=](Blueprint& blueprint, const RoleId& role,
                             char printed) { turn_over_right(blueprint, role, id, printed); }};
}

Question allowed_by_place(const std::string& permission, Where where) {
    const PermissionId id{permission};
    return {.answer =
                [=](const Blueprint& blueprint, const RoleId& place) {
                    const RoleId& role = blueprint.roles.back().id;
                    return answer_about(staffed(blueprint, place.value), holder(blueprint, role),
                                        id, where);
                },
            .turn_over =
                [=](Blueprint& blueprint, const RoleId& place, char printed) {
                    if (printed == '0') {
                        turn_over_right(blueprint, blueprint.roles.back().id, id, printed);
                        return;
                    }
                    take(blueprint, place_in(blueprint, place).gives, id);
                }};
}

Question may_do(Operation operation) {
    return {
        .answer =
            [=](const Blueprint& blueprint, const RoleId& role) {
                const Actor actor = Actor::of(person(holder(blueprint, role)));
                return std::string{may(staffed(blueprint).state(), actor, operation) ? "1" : "0"};
            },
        .turn_over =
            [=](Blueprint& blueprint, const RoleId& role, char printed) {
                turn_over_right(blueprint, role, blueprint.needs.at(operation), printed);
            }};
}

Question comes_of(Deed deed, const std::string& target) {
    return {.answer =
                [=](const Blueprint& blueprint, const RoleId& role) {
                    const std::uint64_t actor = holder(blueprint, role);
                    const Command command = deed(target_of(blueprint, target, actor));
                    return answer_sign(staffed(blueprint).by(person(actor)).answer_to(command));
                },
            .turn_over =
                [](Blueprint& blueprint, const RoleId& role, char printed) {
                    if (printed == '+') {
                        tighten(blueprint, role);
                    } else {
                        loosen(blueprint, role);
                    }
                },
            .meaning = meaning_of};
}

}  // namespace muster::matrices
