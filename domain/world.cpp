// The world of plain maps.
#include "domain/world.h"

#include "domain/fold.h"

#include <utility>

namespace muster {

const Organization* MemoryWorld::organization(OrganizationId id) const {
    const auto found = organizations_.find(id);
    return found == organizations_.end() ? nullptr : &found->second;
}

const Person* MemoryWorld::person(PersonId id) const {
    const auto found = persons_.find(id);
    return found == persons_.end() ? nullptr : &found->second;
}

std::vector<OrganizationId> MemoryWorld::organizations_of(PersonId id) const {
    std::vector<OrganizationId> found;
    for (const auto& [organization_id, organization] : organizations_) {
        if (organization.held_by(id) != nullptr) found.push_back(organization_id);
    }
    return found;
}

void MemoryWorld::apply(const std::vector<StreamEvent>& events, Instant at) {
    for (const StreamId& stream : streams_changed_by(events)) {
        if (stream.kind == StreamKind::organization) {
            fold(organizations_[OrganizationId{stream.id}], stream, events, at);
        } else {
            fold(persons_[PersonId{stream.id}], stream, events);
        }
    }
}

void MemoryWorld::put(Organization organization) {
    const OrganizationId id = organization.id;
    organizations_.insert_or_assign(id, std::move(organization));
}

void MemoryWorld::put(Person person) {
    const PersonId id = person.id;
    persons_.insert_or_assign(id, std::move(person));
}

}  // namespace muster
