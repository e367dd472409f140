// Folds one organisation, or one person, from its stream in the log.
#include "projections/views.h"

#include "domain/fold.h"

namespace muster {
namespace {

constexpr std::size_t commits_a_read = 256;

/// Folds what the commit did to this organisation and sets its version; false when the commit did
/// not change it.
bool fold_commit(Organization& organization, OrganizationId id, const Commit& commit) {
    const StreamId stream = StreamId::of(id);
    for (const TouchedStream& touched : commit.streams) {
        if (touched.stream != stream) continue;
        fold(organization, stream, commit.events, commit.effective_at);
        organization.version = touched.version;
        return true;
    }
    return false;
}

}  // namespace

std::expected<std::shared_ptr<const Organization>, Failure> fold_organization(
    const EventLog& log, OrganizationId id, std::optional<Position> position,
    std::optional<Instant> at) {
    std::shared_ptr<Organization> organization;
    Version from{1};
    while (true) {
        const auto commits = log.read_stream(StreamId::of(id), from, commits_a_read);
        if (!commits) return std::unexpected(commits.error());
        for (const Commit& commit : *commits) {
            if (position && commit.position > *position) return organization;
            if (at && commit.effective_at > *at) return organization;
            if (!organization) organization = std::make_shared<Organization>();
            if (!fold_commit(*organization, id, commit) || organization->version != from) {
                return std::unexpected(
                    Failure{FailureKind::corrupted, "the stream of organisation " + to_string(id) +
                                                        " has a hole at version " +
                                                        std::to_string(number(from))});
            }
            from = next(from);
        }
        if (commits->size() < commits_a_read) return organization;
    }
}

std::expected<Person, Failure> fold_person(const EventLog& log, PersonId id,
                                           std::optional<Position> position,
                                           std::optional<Instant> at) {
    const StreamId stream = StreamId::of(id);
    Person person;
    person.id = id;
    Version read{};
    while (true) {
        const auto commits = log.read_stream(stream, next(read), commits_a_read);
        if (!commits) return std::unexpected(commits.error());
        for (const Commit& commit : *commits) {
            if (position && commit.position > *position) return person;
            read = next(read);
            if (at && commit.effective_at > *at) continue;
            fold(person, stream, commit.events);
            person.version = read;
        }
        if (commits->size() < commits_a_read) return person;
    }
}

}  // namespace muster
