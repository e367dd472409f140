// The organisations and people that the tests of the views tell of.
#pragma once

#include "tests/projections/view_fixture.h"

namespace muster::projections_tests {

inline const OrganizationId atelier = organization(1);
inline const OrganizationId bureau = organization(2);
inline const PersonId founder = person(1);
inline const PersonId ann = person(2);
inline const PersonId bob = person(3);
inline const InvitationId her_invitation = invitation(1);
inline const RoleId as_admin{"admin"};
inline const RoleId as_member{"member"};

using Names = std::vector<std::string>;

}  // namespace muster::projections_tests
