// The engine with one protection taken away, for the controls of the properties: each check must
// find the fault that it is there for.
#pragma once

#include "tests/domain/simulation.h"

#include <functional>

namespace muster::domain_tests {

using Answer = std::expected<Decision, Refusal>;
/// What happens instead of a refusal; nothing: it stays refused.
using Instead =
    std::function<std::optional<Answer>(const World&, const Command&, const Context&, Instant)>;

/// The engine, but for one rejection.
Decider unless(Rejection rejection, Instead instead);

/// The engine, but for one rejection of one kind of command, which makes these events happen.
template <class C>
Decider anyway(Rejection rejection, std::function<std::vector<Event>(const C&)> events) {
    return unless(
        rejection,
        [events = std::move(events)](const World&, const Command& command, const Context&,
                                     Instant) -> std::optional<Answer> {
            const auto* c = std::get_if<C>(&command);
            if (c == nullptr) return std::nullopt;
            Decision decision;
            for (Event& event : events(*c)) {
                decision.events.push_back({StreamId::of(c->organization), std::move(event)});
            }
            return decision;
        });
}

/// The engine, but that one kind of command is asked again as the operator would when it is refused
/// for this.
template <class C>
Decider as_operator(Rejection rejection) {
    return unless(rejection,
                  [](const World& world, const Command& command, Context context,
                     Instant now) -> std::optional<Answer> {
                      if (!std::holds_alternative<C>(command)) return std::nullopt;
                      context.actor = Actor::the_operator();
                      return decide(world, command, context, now);
                  });
}

/// The engine, but that one kind of command loses its events of one kind.
template <class C, class E>
Decider losing() {
    return [](const World& world, const Command& command, const Context& context, Instant now) {
        Answer answer = decide(world, command, context, now);
        if (answer && std::holds_alternative<C>(command)) {
            std::erase_if(answer->events, [](const StreamEvent& happened) {
                return std::holds_alternative<E>(happened.event);
            });
        }
        return answer;
    };
}

/// The engine, but that what it decides for one kind of command is changed.
template <class C>
Decider altered(std::function<void(const World&, const C&, Decision&)> change) {
    return [change = std::move(change)](const World& world, const Command& command,
                                        const Context& context, Instant now) {
        Answer answer = decide(world, command, context, now);
        const auto* c = std::get_if<C>(&command);
        if (answer && c != nullptr) change(world, *c, *answer);
        return answer;
    };
}

/// The engine, but that a rejection is asked about again in an organisation that was changed.
Decider in_another_world(Rejection rejection,
                         std::function<void(Organization&, const Context&)> change);

// The ways to the end of the last protected holder, each with its guard taken away.
Decider removing_the_last_holder();
Decider suspending_the_last_holder();
Decider demoting_the_last_holder();
Decider replacing_a_holder_by_nobody();
Decider transferring_to_nobody();
/// Whatever new rules break.
Decider breaking_by_new_rules();

/// The former owner stays one.
Decider transferring_and_keeping();
Decider editing_any_role();
Decider deleting_any_role();
Decider deleting_roles_in_use();
Decider touching_another_organization();
Decider touching_another_account();
Decider inviting_members();
Decider inviting_twice();
Decider joining_again();
Decider accepting_twice();
Decider accepting_old_links();
Decider without_limits();
Decider removing_without_release();
Decider assigning_anyway(Rejection rejection);
Decider letting_the_suspended_act();
/// A suspension costs a place.
Decider suspending_for_good();
/// Says "member not found" before it asks whether the caller may look.
Decider telling_of_targets();
/// Says "not allowed" to strangers, who so learn that there is something.
Decider telling_strangers();

}  // namespace muster::domain_tests
