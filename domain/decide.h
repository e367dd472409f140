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
    PersonId person;
    bool joined = false;  ///< joined at once, without an invitation
    std::optional<Rejection> rejection;

    bool operator==(const RowVerdict&) const = default;
};

/// The events of an accepted command; none when it was so already.
struct Decision {
    std::vector<StreamEvent> events;
    std::vector<RowVerdict> rows;  ///< bulk commands only, in the order asked
};

/// A refused command. `rows` says which rows of an atomic bulk command were in the way.
struct Refusal {
    Rejection rejection;
    std::vector<RowVerdict> rows;
};

std::expected<Decision, Refusal> decide(const World& world, const Command& command,
                                        const Context& context, Instant now);

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
