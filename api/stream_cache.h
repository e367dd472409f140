// The writer's world: folded organisations and persons. It knows for each stream whether it is
// here; a stream that is not must be loaded before a command that touches it is decided. Writer
// thread only.
#pragma once

#include "domain/world.h"
#include "eventstore/event_log.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <expected>
#include <memory>
#include <variant>
#include <vector>

namespace muster {

/// A stream as the loader found it: null where nothing was ever written.
struct LoadedStream {
    StreamId id;
    std::shared_ptr<const Organization> organization;
    std::optional<Person> person;
};

/// The streams a decision on this command reads or changes.
std::vector<StreamId> streams_of(const Command& command, const Context& context);

/// Folds one stream from the log. Any thread.
std::expected<LoadedStream, Failure> load_stream(const EventLog& log, StreamId id);

class StreamCache final : public World {
 public:
    const Organization* organization(OrganizationId id) const override;
    const Person* person(PersonId id) const override;

    bool has(StreamId id) const;
    void put(LoadedStream loaded);
    /// Folds the events of one commit; answers the streams they changed, with their new versions.
    std::vector<TouchedStream> apply(const std::vector<StreamEvent>& events, Instant effective_at);
    void forget(StreamId id);
    void forget_all();
    /// Drops everything when there is too much of it. Only between groups: nothing may be evolved
    /// that the log does not have.
    void shed();

 private:
    // A null or empty value is a stream that is known to be empty.
    boost::unordered_flat_map<boost::uuids::uuid, std::unique_ptr<Organization>> organizations_;
    boost::unordered_flat_map<boost::uuids::uuid, std::optional<Person>> persons_;
};

}  // namespace muster
