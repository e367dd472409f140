// Random commands about a few people in two organisations, as the domain would meet them in any
// order. Mostly about what is there already, so that most of them come to something.
#pragma once

#include "tests/projections/picking.h"
#include "tests/projections/view_fixture.h"

#include <utility>

namespace muster::projections_tests {

/// The ids of one random case, apart from those of every other.
struct Cast {
    const MemoryWorld& world;
    std::uint64_t first = 0;

    OrganizationId any_organization() const { return organization(first + one_of(2)); }
    OrganizationId other_than(OrganizationId in) const;
    PersonId any_person(OrganizationId in) const;
    PersonId anybody() const { return person(first + one_of(6)); }
    InvitationId any_invitation(OrganizationId in) const;
    InvitationId fresh_invitation() const { return invitation(first + one_of(200)); }
    WorkspaceId any_workspace(OrganizationId in) const;
    /// In a workspace, with a role where workspaces have any.
    WorkspacePlace any_place(OrganizationId in) const;
    RoleId any_role(OrganizationId in) const;

    static std::uint64_t one_of(std::uint64_t count) { return pick<std::uint64_t>(0, count); }
};

Command any_command(ViewsFixture& views, const Cast& cast);

/// An answer to an invitation: of the invited person to the newest link where it is open, else of
/// anybody to anything.
std::pair<Command, PersonId> answer_something(ViewsFixture& views, const Cast& cast);

/// Both organisations of the case begin, the first one under import or not.
void found_both(ViewsFixture& views, const Cast& cast, bool imported);
/// Decides any command or answer, as whoever may give it, and lets time pass now and then.
void run_random_command(ViewsFixture& views, const Cast& cast);

}  // namespace muster::projections_tests
