// decide: what a command comes to. Pure and deterministic: the same world, command, context and
// time give the same answer, on any machine. Any thread.
//
// Every decision is one flat ladder: the caller is known here (else not found) -> allowed at all ->
// target exists -> target within reach -> already so (no events, success) -> state -> arguments ->
// limits. A caller without the right gets the same answer whatever the state of the target.
#pragma once

#include "domain/commands.h"
#include "domain/context.h"
#include "domain/events.h"
#include "domain/rejection.h"
#include "domain/time.h"
#include "domain/world.h"

#include <expected>
#include <vector>

namespace muster {

/// The verdict on one row of a bulk command.
struct RowVerdict {
    InvitationId invitation;  ///< nil when refused, or when the person joined at once
    PersonId person;          ///< nil where the row named none, and of a role's copy
    bool joined = false;  ///< joined at once, without an invitation
    std::optional<Rejection> rejection;
    OrganizationId organization;  ///< of a role's copy; nil elsewhere
    RoleId role;                  ///< a role's copy; empty elsewhere

    bool operator==(const RowVerdict&) const = default;
};

/// STORED: never renumber.
enum class ObstacleKind : std::uint8_t {
    members_hold_role = 1,
    invitations_name_role = 2,
    members_hold_several_roles = 3,
    workspace_role_held = 4,
    workspaces_exist = 5,
    custom_roles_exist = 6,
    permission_unknown = 7,  ///< a custom role gives it
    seats_over_limit = 8,    ///< the subject is a licence class, the count what it would take
    no_protected_holder = 9,
    single_holder_count = 10,  ///< the count is how many would hold the role of exactly one
    plan_unknown = 11,
    role_id_taken = 12,    ///< by a custom role
    role_name_taken = 13,  ///< by a role that the organisation named
    mapped_role_unknown = 14,
    too_many_custom_roles = 15,
    role_changed = 16,  ///< a role of the rules, by the organisation; the new ones would undo it
    over_limit = 17,    ///< the subject is a list that is too long, the count how long it may be
};
std::string_view name_of(ObstacleKind kind);
std::optional<ObstacleKind> obstacle_numbered(std::uint8_t number);

/// One thing in the way of a command: of what kind, about which role, class or permission, and how
/// many of them.
struct Obstacle {
    ObstacleKind kind = ObstacleKind::members_hold_role;
    std::string subject;
    std::uint64_t count = 0;

    bool operator==(const Obstacle&) const = default;
};

/// The events of an accepted command; none when it was so already.
struct Decision {
    std::vector<StreamEvent> events;
    std::vector<RowVerdict> rows;  ///< bulk commands only, in the order asked
};

/// A refused command. `rows` says which rows of an atomic bulk command were in the way, `obstacles`
/// what else was.
struct Refusal {
    Rejection rejection;
    std::vector<RowVerdict> rows;
    std::vector<Obstacle> obstacles = {};
};

Verdict decide(const World& world, const Command& command, const Context& context, Instant now);

/// When the next thing falls due in an organisation; nothing when nothing will. The writer then
/// runs SettleDue with that time as `now`, before any other commit of that organisation.
std::optional<Instant> next_due(const Organization& organization);

/// May `actor` do this, to the whole organisation or within one workspace? The operator may.
bool may(const Organization& organization, const Actor& actor, Operation operation,
         std::optional<WorkspaceId> workspace = std::nullopt);

/// Does the person hold this permission of the blueprint's catalogue, anywhere or within one
/// workspace? A permission that reaches workspaces only is held where its holder is in the
/// workspace named, and everywhere for who holds the wider one. `permission_unknown`,
/// `workspace_not_found`.
std::expected<bool, Rejection> has_permission(const Organization& organization, PersonId person,
                                              const PermissionId& permission,
                                              std::optional<WorkspaceId> workspace = std::nullopt);

}  // namespace muster
