// Loading, keeping and folding the writer's streams.
#include "api/writing/stream_cache.h"

#include "domain/ensure.h"
#include "domain/fold.h"
#include "projections/views.h"

#include <algorithm>
#include <set>

namespace muster {
namespace {

// Of a row of the maps and of its place in the order of use.
constexpr std::size_t row_bytes = 128;
constexpr std::size_t person_bytes = row_bytes + sizeof(Person);

}  // namespace

std::expected<LoadedStream, Failure> load_stream(const EventLog& log, StreamId id) {
    LoadedStream loaded{.id = id, .organization = nullptr, .person = std::nullopt};
    if (id.kind == StreamKind::organization) {
        auto organization =
            fold_organization(log, OrganizationId{id.id}, std::nullopt, std::nullopt);
        if (!organization) return std::unexpected(organization.error());
        loaded.organization = std::move(*organization);
    } else {
        auto person = fold_person(log, PersonId{id.id}, std::nullopt, std::nullopt);
        if (!person) return std::unexpected(person.error());
        if (number(person->version) > 0) loaded.person = *person;
    }
    return loaded;
}

const Organization* StreamCache::organization(OrganizationId id) const {
    const auto found = organizations_.find(id.value);
    ENSURE(found != organizations_.end());
    used(found->second.use);
    return found->second.value.get();
}

const Person* StreamCache::person(PersonId id) const {
    const auto found = persons_.find(id.value);
    ENSURE(found != persons_.end());
    used(found->second.use);
    return found->second.value ? &*found->second.value : nullptr;
}

std::vector<OrganizationId> StreamCache::organizations_of(PersonId id) const {
    ENSURE(asked_about_ == id);
    std::set<OrganizationId> found{organizations_in_log_.begin(), organizations_in_log_.end()};
    if (const auto more = organizations_unwritten_.find(id);
        more != organizations_unwritten_.end()) {
        found.insert(more->second.begin(), more->second.end());
    }
    return {found.begin(), found.end()};
}

void StreamCache::know_organizations(PersonId id, std::vector<OrganizationId> organizations) {
    asked_about_ = id;
    organizations_in_log_ = std::move(organizations);
}

bool StreamCache::has(StreamId id) const {
    return id.kind == StreamKind::organization ? organizations_.contains(id.id)
                                               : persons_.contains(id.id);
}

void StreamCache::put(LoadedStream loaded) {
    forget(loaded.id);
    uses_.push_front(loaded.id);
    if (loaded.id.kind == StreamKind::person) {
        persons_[loaded.id.id] = {loaded.person, uses_.begin()};
        bytes_ += person_bytes;
        return;
    }
    KeptOrganization kept{.value = nullptr, .footprint = {}, .use = uses_.begin()};
    if (loaded.organization) {
        kept.value = std::make_unique<Organization>(*loaded.organization);
        kept.footprint = Footprint{*kept.value};
    }
    bytes_ += row_bytes + kept.footprint.bytes();
    organizations_[loaded.id.id] = std::move(kept);
}

std::vector<TouchedStream> StreamCache::apply(const std::vector<StreamEvent>& events,
                                              Instant effective_at) {
    for (const StreamEvent& event : events) {
        ENSURE(has(event.stream));
        note_belonging(event);
    }
    std::vector<TouchedStream> touched;
    for (const StreamId& stream : streams_changed_by(events)) {
        if (stream.kind == StreamKind::organization) {
            KeptOrganization& kept = organizations_[stream.id];
            if (!kept.value) kept.value = std::make_unique<Organization>();
            fold(*kept.value, stream, events, effective_at);
            bytes_ -= kept.footprint.bytes();
            kept.footprint.grow(events, *kept.value);
            bytes_ += kept.footprint.bytes();
            touched.push_back({stream, kept.value->version});
        } else {
            auto& person = persons_[stream.id].value;
            if (!person) person.emplace();
            fold(*person, stream, events);
            touched.push_back({stream, person->version});
        }
    }
    return touched;
}

void StreamCache::note_belonging(const StreamEvent& event) {
    if (belonging_of(event.event) != Belonging::begins) return;
    organizations_unwritten_[*subject_of(event.event)].insert(OrganizationId{event.stream.id});
}

void StreamCache::forget(StreamId id) {
    if (id.kind == StreamKind::organization) {
        const auto found = organizations_.find(id.id);
        if (found == organizations_.end()) return;
        bytes_ -= row_bytes + found->second.footprint.bytes();
        uses_.erase(found->second.use);
        organizations_.erase(found);
    } else {
        const auto found = persons_.find(id.id);
        if (found == persons_.end()) return;
        bytes_ -= person_bytes;
        uses_.erase(found->second.use);
        persons_.erase(found);
    }
}

void StreamCache::forget_all() {
    organizations_.clear();
    persons_.clear();
    uses_.clear();
    bytes_ = 0;
    organizations_unwritten_.clear();
}

void StreamCache::all_is_written() {
    organizations_unwritten_.clear();
    while (bytes_ > bytes_kept_ && uses_.size() > 1) forget(StreamId{uses_.back()});
}

}  // namespace muster
