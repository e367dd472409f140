// Organisations to put questions to: one that has, for each role of a blueprint, two holders where
// the role can have two. What is asked of it is what the engine answers, not what the lists say.
#pragma once

#include "tests/conformance/matrix_cells.h"
#include "tests/domain/given.h"

#include <cstdint>
#include <functional>
#include <string>

namespace muster::matrices {

/// Where a right is asked about.
enum class Where { anywhere, inside, outside };

/// Everybody stands in `home`, where there are workspaces, and nobody `elsewhere`.
inline const WorkspaceId home = domain_tests::workspace(1);
inline const WorkspaceId elsewhere = domain_tests::workspace(2);
/// Somebody with an open invitation to the last role of the blueprint.
constexpr std::uint64_t invited_person = 200;
constexpr std::uint64_t newcomer = 300;

/// `place`: the workspace role that everybody has; unless told, the last of the blueprint.
domain_tests::Scenario staffed(const Blueprint& blueprint);
domain_tests::Scenario staffed(const Blueprint& blueprint, const std::string& place);

/// The number of a role's holder, and of the other one.
std::uint64_t holder(const Blueprint& blueprint, const RoleId& role);
std::uint64_t other_holder(const Blueprint& blueprint, const RoleId& role);

/// Whether a holder of the role has a permission there: 1 or 0.
Question allowed(const std::string& permission, Where where);
/// The same of a workspace role: whether a holder of the blueprint's last role, who has that one in
/// `home`, has a permission there.
Question allowed_by_place(const std::string& permission, Where where);
/// Whether a holder of the role may do this: 1 or 0.
Question may_do(Operation operation);

/// What somebody does to `target`: the command of it.
using Deed = std::function<Command(std::uint64_t target)>;
/// What comes of a deed of the role's holder to the other holder of a role, to "self" or to
/// "invited": + accepted, n not_allowed, r target_out_of_reach, b beyond_own_permissions,
/// s self_removal_not_allowed, o own_role_change_not_allowed, l last_protected_holder,
/// p member_pending, f role_not_offerable.
Question comes_of(Deed deed, const std::string& target);

}  // namespace muster::matrices
