// Playing moves.
#include "tests/domain/simulation.h"

#include "tests/domain/given.h"

/// Lives make small things by the million: where each was allocated is not worth half of the time.
extern "C" const char* __asan_default_options() {
    return "malloc_context_size=1:quarantine_size_mb=4:max_redzone=32";
}

namespace muster::domain_tests {

const std::vector<StreamEvent>& Step::events() const {
    static const std::vector<StreamEvent> none;
    return result ? result->events : none;
}

std::set<OrganizationId> Step::touched() const {
    std::set<OrganizationId> organizations;
    for (const StreamEvent& happened : events()) {
        if (happened.stream.kind != StreamKind::organization) continue;
        organizations.insert(OrganizationId{happened.stream.id});
    }
    return organizations;
}

Simulation::Simulation(SharedBlueprint first, SharedBlueprint second, Decider decider)
    : rules_{std::move(first), std::move(second)}, decider_{std::move(decider)}, now_{first_day} {}

Violation Simulation::play(const std::vector<Move>& moves, Watcher& watcher) {
    if (auto violation = found(watcher)) return violation;
    for (const Move& move : moves) {
        if (auto violation = take(move, watcher)) return violation;
    }
    return watcher.finished(*this);
}

/// One person founds both. Persons 2 and 3 have an account, 4 has one whose address is not
/// verified.
Violation Simulation::found(Watcher& watcher) {
    std::vector<Command> beginning;
    for (std::uint64_t number = 1; number <= rules_.size(); ++number) {
        beginning.emplace_back(FoundOrganization{
            domain_tests::organization(number), "Atelier", rules_[number - 1], person(1), {}, {}});
    }
    for (std::uint64_t number = 2; number <= 4; ++number) {
        beginning.emplace_back(
            RegisterPerson{person(number), sealed("name"), sealed("address"), number < 4});
    }
    for (const Command& command : beginning) {
        const Context context{.actor = Actor::the_operator()};
        if (auto violation = perform(command, context, now_, watcher)) return violation;
    }
    return std::nullopt;
}

Violation Simulation::take(const Move& asked, Watcher& watcher) {
    const Move move = sensible(world_, asked);
    if (move.kind == Kind::wait) {
        now_ = now_ + std::chrono::hours{12 * (1 + move.variant)};
        return std::nullopt;
    }
    now_ = now_ + std::chrono::minutes{1};
    // Answers and new links compare with the clock themselves, so that they may come too early for
    // the writer to have settled.
    const bool compares =
        move.kind == Kind::accept || move.kind == Kind::decline || move.kind == Kind::resend;
    if (!compares || move.variant % 2 == 0) {
        if (auto violation = settle(organization_meant_by(move), watcher)) return violation;
    }
    const Asked order = read(world_, move, ids_);
    return perform(order.command, {.actor = order.actor, .reason = order.reason}, now_, watcher);
}

Violation Simulation::settle(OrganizationId organization, Watcher& watcher) {
    while (true) {
        const auto due = next_due(*world_.organization(organization));
        if (!due || *due > now_) return std::nullopt;
        const Context context{.actor = Actor::the_system()};
        if (auto violation = perform(SettleDue{organization}, context, *due, watcher)) {
            return violation;
        }
    }
}

Violation Simulation::perform(const Command& command, const Context& context, Instant at,
                              Watcher& watcher) {
    const Step step{command, context, at, decider_(world_, command, context, at)};
    if (auto violation = watcher.decided(*this, step)) return violation;
    world_.apply(step.events(), at);
    for (const StreamEvent& event : step.events()) {
        history_.push_back({event, at});
        if (event.stream.kind == StreamKind::organization) {
            ledgers_[OrganizationId{event.stream.id}].note(event.event);
        }
    }
    return watcher.folded(*this, step);
}

}  // namespace muster::domain_tests
