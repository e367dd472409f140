// Folding a person's events.
#include "domain/person.h"

namespace muster {

void evolve(Person& person, const Event& event) {
    if (const auto* registered = std::get_if<PersonRegistered>(&event)) {
        person.id = registered->person;
        person.registered = true;
        person.verified = person.verified || registered->verified;
    }
    if (const auto* changed = std::get_if<TwoFactorChanged>(&event)) {
        person.two_factor = changed->enabled;
    }
}

}  // namespace muster
