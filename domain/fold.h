// Folding the events of one commit, for whoever keeps organisations or persons: in memory, in
// views, of the past. Pure; one thread at a time.
#pragma once

#include "domain/organization.h"
#include "domain/person.h"

#include <functional>
#include <vector>

namespace muster {

/// The streams that get a new version by these events, in their order, each once.
std::vector<StreamId> streams_changed_by(const std::vector<StreamEvent>& events);

/// Sees each event right before it is folded.
using BeforeEach = std::function<void(const Event&)>;

/// Folds those of the events that change this organisation, which took effect at `at`, and gives it
/// its next version if there are any.
void fold(Organization& organization, StreamId stream, const std::vector<StreamEvent>& events,
          Instant at, const BeforeEach& before_each = {});
/// The same of a person.
void fold(Person& person, StreamId stream, const std::vector<StreamEvent>& events);

}  // namespace muster
