// What a decision may see: the organisations and persons it touches. The writer answers from its
// cache of folded streams; tests use their MemoryWorld.
#pragma once

#include "domain/name_look.h"
#include "domain/organization.h"
#include "domain/person.h"

#include <string_view>
#include <vector>

namespace muster {

class World {
 public:
    virtual ~World() = default;
    /// Null where nothing was ever written under that id. Valid until the world next changes.
    virtual const Organization* organization(OrganizationId id) const = 0;
    virtual const Person* person(PersonId id) const = 0;
    /// Where the person is a member or holds an open invitation, and perhaps where they no longer
    /// do; in the order of the ids. Asked only of who registers.
    virtual std::vector<OrganizationId> organizations_of(PersonId id) const = 0;
    /// How a name looks. Only decisions ask: what they came to is recorded, so that a replay gives
    /// the same whatever is known of scripts by then. Deciding anew on a past state may not.
    virtual NameLook look_of(std::string_view name) const = 0;
};

}  // namespace muster
