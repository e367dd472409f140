// Trying events before they are decided on.
#include "domain/decide_parts.h"

#include "domain/proposed_blueprint.h"
#include "domain/seats.h"

namespace muster {

void Rehearsal::add(Event event) {
    evolve(state_, event, now_);
    events_.push_back(std::move(event));
}

std::optional<Rejection> Rehearsal::settle_licence(PersonId person,
                                                   const std::optional<LicenceClassId>& kept) {
    const Held* held = state_.held_by(person);
    if (held == nullptr) return std::nullopt;
    const auto change = licence_change(state_, person, held->roles, held->workspaces, kept);
    if (!change) return change.error();
    if (*change) add(**change);
    return std::nullopt;
}

bool may_be_run_by(const Call& call, const SharedBlueprint& rules) {
    const auto look_of = [&](std::string_view name) { return call.world.look_of(name); };
    return rules && errors_of_proposed(*rules, look_of).empty();
}

}  // namespace muster
