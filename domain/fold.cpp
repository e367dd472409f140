// From the events of a commit to the next version of what they change.
#include "domain/fold.h"

#include <set>

namespace muster {
namespace {

template <class State, class FoldOne>
void fold_each(State& state, StreamId stream, const std::vector<StreamEvent>& events,
               const FoldOne& fold_one) {
    bool changed = false;
    for (const StreamEvent& event : events) {
        if (event.stream != stream || !changes_its_stream(event.event)) continue;
        fold_one(event.event);
        changed = true;
    }
    if (changed) state.version = next(state.version);
}

}  // namespace

std::vector<StreamId> streams_changed_by(const std::vector<StreamEvent>& events) {
    std::set<StreamId> changed;
    for (const StreamEvent& event : events) {
        if (changes_its_stream(event.event)) changed.insert(event.stream);
    }
    return {changed.begin(), changed.end()};
}

void fold(Organization& organization, StreamId stream, const std::vector<StreamEvent>& events,
          Instant at, const BeforeEach& before_each) {
    fold_each(organization, stream, events, [&](const Event& event) {
        if (before_each) before_each(event);
        evolve(organization, event, at);
    });
}

void fold(Person& person, StreamId stream, const std::vector<StreamEvent>& events) {
    fold_each(person, stream, events, [&](const Event& event) { evolve(person, event); });
}

}  // namespace muster
