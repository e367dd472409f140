// What the watchers of watchers.h have in common.
#pragma once

#include "tests/domain/simulation.h"

#include <string>
#include <utility>
#include <vector>

namespace muster::domain_tests {

inline Violation wrong(const std::string& what, const Step& step) {
    return what + " (by " + std::string{name_of(step.command)} + ")";
}

/// The step's events of one kind, each with its organisation.
template <class E>
std::vector<std::pair<OrganizationId, E>> all_of(const Step& step) {
    std::vector<std::pair<OrganizationId, E>> found;
    for (const StreamEvent& happened : step.events()) {
        const auto* event = std::get_if<E>(&happened.event);
        if (event != nullptr) found.emplace_back(OrganizationId{happened.stream.id}, *event);
    }
    return found;
}

/// What was written down about an organisation; an empty ledger where it is being founded.
inline const Ledger& ledger_of(const Simulation& simulation, OrganizationId id) {
    static const Ledger empty;
    const auto found = simulation.ledgers().find(id);
    return found == simulation.ledgers().end() ? empty : found->second;
}

/// The invitation that this step turns into a membership of an organisation, if it does.
inline const LedgerOffer* accepted_offer(const Simulation& simulation, const Step& step,
                                         OrganizationId in) {
    for (const auto& [where, accepted] : all_of<InvitationAccepted>(step)) {
        if (where == in) return ledger_of(simulation, in).offer_to(accepted.person);
    }
    return nullptr;
}

/// Who gives what a step gives in an organisation: whoever sent the link, else who acts.
inline Actor giver_in(const Simulation& simulation, const Step& step, OrganizationId in) {
    const LedgerOffer* offer = accepted_offer(simulation, step, in);
    return offer != nullptr ? offer->inviter : step.context.actor;
}

/// What the engine would answer to a command: the rejection, or nothing when it is accepted.
inline std::optional<Rejection> answer(const Decider& decider, const Simulation& simulation,
                                       const Actor& actor, const Command& command) {
    Context context;
    context.actor = actor;
    const auto verdict = decider(simulation.world(), command, context, simulation.now());
    return verdict ? std::nullopt : std::optional{verdict.error().rejection};
}

}  // namespace muster::domain_tests
