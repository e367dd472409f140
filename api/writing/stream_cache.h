// The writer's world: organisations as they were published or as the group that is not written yet
// leaves them, and persons. It knows for each stream whether it is here; a stream that is not must
// be loaded before a command that touches it is decided. Where a person belongs it does not keep:
// the log knows, but for the group that is not written yet, which is remembered here. Persons and
// ids without anything are bounded in bytes; what was used least recently goes first. Writer thread
// only.
#pragma once

#include "api/text/name_looks.h"
#include "domain/world.h"
#include "eventstore/log/event_log.h"
#include "projections/organizations.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <expected>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace muster {

/// A stream as the loader found it: null where nothing was ever written.
struct LoadedStream {
    StreamId id;
    OrganizationState organization;
    std::optional<Person> person;
};

/// Finds or folds one stream. Any thread.
std::expected<LoadedStream, Failure> load_stream(const EventLog& log, Organizations& organizations,
                                                 StreamId id);

class StreamCache final : public World {
 public:
    StreamCache(Organizations& published, std::size_t bytes_kept)
        : published_{published}, bytes_kept_{bytes_kept} {}

    const Organization* organization(OrganizationId id) const override;
    const Person* person(PersonId id) const override;
    /// Only of the person last told by `know_organizations`.
    std::vector<OrganizationId> organizations_of(PersonId id) const override;
    NameLook look_of(std::string_view name) const override { return looks_.look_of(name); }

    /// What is here stays until it is let go.
    bool has(StreamId id);
    void put(LoadedStream loaded);
    /// Where the person belongs by the log as it is now.
    void know_organizations(PersonId id, std::vector<OrganizationId> organizations);

    /// What the events of one commit make of the streams they change.
    struct Outcome {
        std::vector<TouchedStream> streams;
        std::vector<std::pair<OrganizationId, OrganizationState>> organizations;
        std::vector<std::pair<PersonId, Person>> persons;
    };
    Outcome outcome_of(const std::vector<StreamEvent>& events, Instant effective_at) const;
    /// The commit joins the group.
    void take(Outcome outcome, const std::vector<StreamEvent>& events);

    void forget_all();
    /// The log has everything that was taken, up to `head`, so that all may see it.
    void all_is_written(Position head);
    /// Everything is written, so that all may go but what somebody waits for.
    void let_go(const std::set<StreamId>& awaited);
    std::size_t bytes() const { return uses_.size() * row_bytes; }

    /// Of a person, or of an id without anything.
    static constexpr std::size_t row_bytes = 128 + sizeof(Person);

 private:
    struct Working {
        OrganizationState state;
        bool changed = false;
    };
    /// Of either kind, the latest used first.
    using Uses = std::list<StreamId>;
    struct Kept {
        std::optional<Person> person;  ///< nothing where nothing was ever written
        Uses::iterator use;
    };
    using KeptById = boost::unordered_flat_map<boost::uuids::uuid, Kept>;

    KeptById& kept_like(StreamId id) {
        return id.kind == StreamKind::person ? persons_ : empty_organizations_;
    }
    void used(const Kept& kept) const { uses_.splice(uses_.begin(), uses_, kept.use); }
    void keep(StreamId id, std::optional<Person> person);
    void forget(StreamId id);

    Organizations& published_;
    const std::size_t bytes_kept_;
    std::map<OrganizationId, Working> working_;
    mutable Uses uses_;
    KeptById persons_;
    KeptById empty_organizations_;
    mutable KnownLooks looks_;
    PersonId asked_about_;
    std::vector<OrganizationId> organizations_in_log_;  ///< of that person
    std::map<PersonId, std::set<OrganizationId>> organizations_unwritten_;
};

}  // namespace muster
