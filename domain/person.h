// An account across organisations. Somebody who was only ever invited has an id and no account.
#pragma once

#include "domain/events.h"
#include "domain/ids.h"

namespace muster {

struct Person {
    PersonId id;
    Version version{};
    bool registered = false;
    bool verified = false;    ///< the address is theirs
    bool two_factor = false;  ///< a code besides the password (E12)

    bool operator==(const Person&) const = default;
};

/// Folds one event of the person's stream.
void evolve(Person& person, const Event& event);

}  // namespace muster
