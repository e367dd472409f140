// What a view is: something to read that is made from commits alone, with rows of its own, so that
// no view needs another one. Each has a file with the function that applies one commit to it, and
// its line in the list of all of them.
#pragma once

#include "eventstore/form/commit.h"
#include "eventstore/keys/keys.h"
#include "projections/view_store.h"

#include <concepts>
#include <functional>
#include <string_view>
#include <vector>

namespace muster {

struct View {
    std::string_view name;    ///< for operators, and what its stop is kept by
    std::vector<Part> parts;  ///< what it alone changes
    /// Adds to the draft what the commit changes. What is in its way becomes the draft's failure.
    std::function<void(Draft&, const KeyStore&, const Commit&)> apply;
};

/// The names by which reads say which view they need.
namespace view_names {
constexpr std::string_view members = "members";
constexpr std::string_view audit = "audit";
constexpr std::string_view outbox = "outbox";
constexpr std::string_view due = "due";
}  // namespace view_names

const std::vector<View>& all_views();

/// The events that say nothing to a view, one by one. Together with the operators of the visitor
/// that has them they are all that there are: a new event does not compile until every view has
/// thought of it.
template <class... Events>
struct SaysNothing {
    template <class Event>
    requires(std::same_as<Event, Events> || ...) void operator()(const Event&) const {}
};

/// The organisation whose stream it is; nil for a person's.
inline OrganizationId organization_of(const StreamId& stream) {
    return stream.kind == StreamKind::organization ? OrganizationId{stream.id} : OrganizationId{};
}

}  // namespace muster
