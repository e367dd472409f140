// A world of plain maps, for whoever decides and folds without an engine. One thread.
#pragma once

#include "domain/fold.h"
#include "domain/world.h"
#include "tests/domain/plain_look.h"

#include <map>
#include <utility>

namespace muster::domain_tests {

/// Folds events as they come.
class MemoryWorld final : public World {
 public:
    const Organization* organization(OrganizationId id) const override {
        const auto found = organizations_.find(id);
        return found == organizations_.end() ? nullptr : &found->second;
    }
    const Person* person(PersonId id) const override {
        const auto found = persons_.find(id);
        return found == persons_.end() ? nullptr : &found->second;
    }
    std::vector<OrganizationId> organizations_of(PersonId id) const override {
        std::vector<OrganizationId> found;
        for (const auto& [organization_id, organization] : organizations_) {
            if (organization.held_by(id) != nullptr) found.push_back(organization_id);
        }
        return found;
    }
    NameLook look_of(std::string_view name) const override { return plain_look_of(name); }

    /// Folds the events of one commit; each stream they change gets its next version.
    void apply(const std::vector<StreamEvent>& events, Instant at) {
        for (const StreamId& stream : streams_changed_by(events)) {
            if (stream.kind == StreamKind::organization) {
                fold(organizations_[OrganizationId{stream.id}], stream, events, at);
            } else {
                fold(persons_[PersonId{stream.id}], stream, events);
            }
        }
    }
    void put(Organization organization) {
        const OrganizationId id = organization.id;
        organizations_.insert_or_assign(id, std::move(organization));
    }
    void put(Person person) {
        const PersonId id = person.id;
        persons_.insert_or_assign(id, std::move(person));
    }

 private:
    std::map<OrganizationId, Organization> organizations_;
    std::map<PersonId, Person> persons_;
};

}  // namespace muster::domain_tests
