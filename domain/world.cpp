// The world of plain maps.
#include "domain/world.h"

#include <set>
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
        const bool there =
            organization.member(id) != nullptr || organization.invitation_of(id) != nullptr;
        if (there) found.push_back(organization_id);
    }
    return found;
}

void MemoryWorld::apply(const std::vector<StreamEvent>& events, Instant at) {
    std::set<StreamId> changed;
    for (const StreamEvent& event : events) {
        if (changes_its_stream(event.event)) changed.insert(event.stream);
        if (event.stream.kind == StreamKind::organization) {
            evolve(organizations_[OrganizationId{event.stream.id}], event.event, at);
        } else {
            evolve(persons_[PersonId{event.stream.id}], event.event);
        }
    }
    for (const StreamId& stream : changed) {
        Version& version = stream.kind == StreamKind::organization
                               ? organizations_[OrganizationId{stream.id}].version
                               : persons_[PersonId{stream.id}].version;
        version = next(version);
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
