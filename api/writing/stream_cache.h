// The writer's world: folded organisations and persons. It knows for each stream whether it is
// here; a stream that is not must be loaded before a command that touches it is decided. Where a
// person belongs it does not keep: the log knows, but for the group that is not written yet, which
// is remembered here. What it keeps is bounded in bytes; what was used least recently goes first.
// Writer thread only.
#pragma once

#include "api/text/name_looks.h"
#include "domain/world.h"
#include "eventstore/log/event_log.h"
#include "projections/footprint.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <expected>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <variant>
#include <vector>

namespace muster {

/// A stream as the loader found it: null where nothing was ever written.
struct LoadedStream {
    StreamId id;
    std::shared_ptr<const Organization> organization;
    std::optional<Person> person;
};

/// Folds one stream from the log. Any thread.
std::expected<LoadedStream, Failure> load_stream(const EventLog& log, StreamId id);

class StreamCache final : public World {
 public:
    explicit StreamCache(std::size_t bytes_kept) : bytes_kept_{bytes_kept} {}

    const Organization* organization(OrganizationId id) const override;
    const Person* person(PersonId id) const override;
    /// Only of the person last told by `know_organizations`.
    std::vector<OrganizationId> organizations_of(PersonId id) const override;
    NameLook look_of(std::string_view name) const override { return looks_.look_of(name); }

    bool has(StreamId id) const;
    void put(LoadedStream loaded);
    /// Where the person belongs by the log as it is now.
    void know_organizations(PersonId id, std::vector<OrganizationId> organizations);
    /// Folds the events of one commit; answers the streams they changed, with their new versions.
    std::vector<TouchedStream> apply(const std::vector<StreamEvent>& events, Instant effective_at);
    void forget(StreamId id);
    void forget_all();
    /// The log has everything that was evolved, so that what is too much may be dropped.
    void all_is_written();
    std::size_t bytes() const { return bytes_; }

 private:
    /// The streams of both kinds, the latest used first.
    using Uses = std::list<StreamId>;
    // A null or empty value is a stream that is known to be empty.
    struct KeptOrganization {
        std::unique_ptr<Organization> value;
        Footprint footprint;
        Uses::iterator use;
    };
    struct KeptPerson {
        std::optional<Person> value;
        Uses::iterator use;
    };

    void note_belonging(const StreamEvent& event);
    void used(Uses::iterator use) const { uses_.splice(uses_.begin(), uses_, use); }

    const std::size_t bytes_kept_;
    std::size_t bytes_ = 0;
    mutable Uses uses_;
    boost::unordered_flat_map<boost::uuids::uuid, KeptOrganization> organizations_;
    boost::unordered_flat_map<boost::uuids::uuid, KeptPerson> persons_;
    mutable KnownLooks looks_;
    PersonId asked_about_;
    std::vector<OrganizationId> organizations_in_log_;  ///< of that person
    std::map<PersonId, std::set<OrganizationId>> organizations_unwritten_;
};

}  // namespace muster
