// The way from a command to its decision.
#include "domain/decide.h"

#include "domain/decide_parts.h"

namespace muster {

Verdict decide(const World& world, const Command& command, const Context& context, Instant now) {
    if (names_nil(command, context.actor)) return refuse(Rejection::id_missing);
    const Call call{world, context, now};
    return std::visit([&](const auto& held) { return decide_one(call, held); }, command);
}

std::optional<Instant> next_due(const Organization& organization) {
    if (organization.ended || organization.due.empty()) return std::nullopt;
    return organization.due.begin()->first.at;
}

}  // namespace muster
