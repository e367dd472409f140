// Opening generations of the views that are there, and making empty ones.
#pragma once

#include "projections/generations.h"
#include "projections/projector.h"

#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace muster {

struct NamedGeneration {
    std::string name;
    std::shared_ptr<ViewStore> store;
};

/// An empty one. It goes away when it is closed, unless it is told to stay.
std::expected<NamedGeneration, Failure> make_generation(Generations& generations,
                                                        const EventLog& log);

/// The one that CURRENT names, if it can go on.
std::expected<std::shared_ptr<ViewStore>, Failure> open_current(const Generations& generations,
                                                                const EventLog& log);
/// An empty one in place of the one that CURRENT names.
std::expected<std::shared_ptr<ViewStore>, Failure> make_current(Generations& generations,
                                                                const EventLog& log);

/// What a rebuild left unfinished, if it can go on and every view in it runs.
std::optional<NamedGeneration> open_unfinished(const Generations& generations,
                                               const ViewSources& sources);

/// For an opening: the one that CURRENT names, else the unfinished one, else an empty one in its
/// place. What is neither this nor unfinished goes away. `log_behind` when it is the log that lacks
/// something.
std::expected<std::shared_ptr<ViewStore>, Failure> open_or_make_current(Generations& generations,
                                                                        const ViewSources& sources);

}  // namespace muster
