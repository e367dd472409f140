// Loading, keeping and folding the writer's streams.
#include "api/writing/stream_cache.h"

#include "domain/ensure.h"
#include "domain/fold.h"
#include "projections/then.h"

namespace muster {

std::expected<LoadedStream, Failure> load_stream(const EventLog& log, Organizations& organizations,
                                                 StreamId id) {
    LoadedStream loaded{.id = id, .organization = {}, .person = std::nullopt};
    if (id.kind == StreamKind::organization) {
        auto organization = organizations.find(OrganizationId{id.id});
        if (!organization) return std::unexpected(organization.error());
        loaded.organization = std::move(*organization);
    } else {
        auto person = person_then(log, PersonId{id.id}, {log.head(), std::nullopt});
        if (!person) return std::unexpected(person.error());
        if (number(person->version) > 0) loaded.person = *person;
    }
    return loaded;
}

const Organization* StreamCache::organization(OrganizationId id) const {
    if (const auto found = working_.find(id); found != working_.end()) {
        return found->second.state.organization.get();
    }
    const auto empty = empty_organizations_.find(id.value);
    ENSURE(empty != empty_organizations_.end());
    used(empty->second);
    return nullptr;
}

const Person* StreamCache::person(PersonId id) const {
    const auto found = persons_.find(id.value);
    ENSURE(found != persons_.end());
    used(found->second);
    return found->second.person ? &*found->second.person : nullptr;
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

bool StreamCache::has(StreamId id) {
    if (kept_like(id).contains(id.id)) return true;
    if (id.kind == StreamKind::person) return false;
    const OrganizationId organization{id.id};
    if (working_.contains(organization)) return true;
    auto published = published_.kept(organization);
    if (published) working_[organization].state = std::move(*published);
    return published.has_value();
}

void StreamCache::put(LoadedStream loaded) {
    if (loaded.organization.organization) {
        working_[OrganizationId{loaded.id.id}].state = std::move(loaded.organization);
    } else {
        keep(loaded.id, loaded.person);
    }
}

StreamCache::Outcome StreamCache::outcome_of(const std::vector<StreamEvent>& events,
                                             Instant effective_at) const {
    Outcome outcome;
    for (const StreamId& stream : streams_changed_by(events)) {
        if (stream.kind == StreamKind::organization) {
            const OrganizationId id{stream.id};
            const Organization* before = organization(id);
            auto after = before == nullptr ? std::make_shared<Organization>()
                                           : std::make_shared<Organization>(*before);
            fold(*after, stream, events, effective_at);
            OrganizationState state;
            if (before != nullptr) state.footprint = working_.at(id).state.footprint;
            state.footprint.grow(events, *after);
            outcome.streams.push_back({stream, after->version});
            state.organization = std::move(after);
            outcome.organizations.emplace_back(id, std::move(state));
        } else {
            const PersonId id{stream.id};
            const Person* before = person(id);
            Person after = before == nullptr ? Person{} : *before;
            fold(after, stream, events);
            outcome.streams.push_back({stream, after.version});
            outcome.persons.emplace_back(id, after);
        }
    }
    return outcome;
}

void StreamCache::take(Outcome outcome, const std::vector<StreamEvent>& events) {
    for (auto& [id, state] : outcome.organizations) {
        forget(StreamId::of(id));
        working_[id] = {std::move(state), true};
    }
    for (auto& [id, person] : outcome.persons) persons_.at(id.value).person = person;
    for (const StreamEvent& event : events) {
        ENSURE(has(event.stream));
        if (belonging_of(event.event) != Belonging::begins) continue;
        organizations_unwritten_[*subject_of(event.event)].insert(OrganizationId{event.stream.id});
    }
}

void StreamCache::keep(StreamId id, std::optional<Person> person) {
    forget(id);
    uses_.push_front(id);
    kept_like(id)[id.id] = {person, uses_.begin()};
}

void StreamCache::forget(StreamId id) {
    KeptById& kept = kept_like(id);
    const auto found = kept.find(id.id);
    if (found == kept.end()) return;
    uses_.erase(found->second.use);
    kept.erase(found);
}

void StreamCache::forget_all() {
    working_.clear();
    persons_.clear();
    empty_organizations_.clear();
    uses_.clear();
    organizations_unwritten_.clear();
}

void StreamCache::all_is_written(Position head) {
    std::vector<std::pair<OrganizationId, OrganizationState>> changed;
    for (auto& [id, working] : working_) {
        if (!working.changed) continue;
        working.state.position = head;
        working.changed = false;
        changed.emplace_back(id, working.state);
    }
    published_.publish(std::move(changed), head);
    organizations_unwritten_.clear();
}

void StreamCache::let_go(const std::set<StreamId>& awaited) {
    std::erase_if(working_,
                  [&](const auto& entry) { return !awaited.contains(StreamId::of(entry.first)); });
    if (!awaited.empty()) return;
    while (bytes() > bytes_kept_ && uses_.size() > 1) forget(StreamId{uses_.back()});
}

}  // namespace muster
