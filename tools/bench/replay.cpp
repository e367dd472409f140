// From the first commit to the last.
#include "tools/bench/replay.h"

#include "domain/ensure.h"
#include "domain/fold.h"
#include "tools/bench/figures.h"

#include <unordered_map>

namespace muster::bench {

double replayed_per_second(const EventLog& log) {
    std::unordered_map<OrganizationId, Organization> all;
    const auto begun = Clock::now();
    Position reached{};
    while (reached < log.head()) {
        constexpr std::size_t at_a_time = 1'000;
        const auto commits = log.read(next(reached), at_a_time);
        ENSURE(commits.has_value() && !commits->empty());
        for (const Commit& commit : *commits) {
            for (const StreamEvent& event : commit.events) {
                if (event.stream.kind != StreamKind::organization) continue;
                evolve(all[OrganizationId{event.stream.id}], event.event, commit.effective_at);
            }
        }
        reached = commits->back().position;
    }
    return static_cast<double>(number(reached)) / seconds_since(begun);
}

double rebuilt_per_second(Engine& engine) {
    const auto begun = Clock::now();
    ENSURE(engine.views().rebuild([](Position) {}).has_value());
    return static_cast<double>(number(engine.log().head())) / seconds_since(begun);
}

}  // namespace muster::bench
