// Chooses among what there is in an organisation by the numbers of a move: mostly something that
// is there, else something that was, else something that never was.
#pragma once

#include "domain/commands.h"
#include "domain/world.h"

#include "tests/domain/moves.h"

#include <optional>
#include <string>
#include <vector>

namespace muster::domain_tests {

/// Everybody who can occur.
std::vector<PersonId> everybody();
OrganizationId organization_meant_by(const Move& move);

/// The ids that were given out so far.
struct Ids {
    std::uint64_t next = 100;
    std::vector<InvitationId> sent;  ///< every invitation id a command carried
};

class Picks {
 public:
    Picks(const World& world, const Move& move, Ids& ids);

    const World& world() const { return world_; }
    const Move& move() const { return move_; }
    const Organization& here() const { return here_; }
    const Blueprint& rules() const { return *here_.blueprint; }
    OrganizationId in() const { return here_.id; }
    OrganizationId elsewhere() const;  ///< the organisation that the move does not mean

    PersonId anybody(std::uint8_t choice) const;
    PersonId somebody() const;  ///< mostly a member
    PersonId stranger() const;  ///< mostly neither a member nor invited
    PersonId somebody_suspended() const;
    PersonId holder() const;     ///< of the protected role
    PersonId successor() const;  ///< mostly another member

    InvitationId invitation() const;
    std::optional<PersonId> invited_by(InvitationId id) const;  ///< open or ended
    InvitationId fresh_invitation() const;                      ///< now and then a used one
    WorkspaceId fresh_workspace() const;
    RoleId fresh_role() const;

    RoleId role() const;
    RoleId role_held_by(PersonId person) const;
    RoleId own_role() const;  ///< mostly one that the organisation made
    std::vector<RoleId> roles() const;
    std::optional<RoleId> replacement() const;  ///< mostly none
    SentInvitations sent() const;
    WorkspacePlace place(std::uint8_t choice) const;
    std::vector<WorkspacePlace> places() const;  ///< up to three
    std::vector<PermissionId> permissions() const;
    std::string name() const;  ///< now and then empty

 private:
    const World& world_;
    const Move& move_;
    const Organization& here_;
    Ids& ids_;
};

}  // namespace muster::domain_tests
