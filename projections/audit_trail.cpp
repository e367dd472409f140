// The audit trail's keys and pages.
#include "projections/audit_trail.h"

#include "projections/bytes.h"
#include "projections/suffix_walk.h"

#include <algorithm>
#include <set>

namespace muster {
namespace {

enum class Facet : std::uint8_t {
    at_once = 1,  ///< took effect when it was recorded, at the time that its key holds
    actor = 2,
    subject = 3,
    kind = 4,
    outcome = 5,
    time = 6,  ///< of those that took effect at another
    otherwise = 7
};

constexpr std::size_t jumps_per_page = 10'000;
/// A time range with no more commits than this is taken whole; else other facets lead.
constexpr std::size_t positions_in_time_range = 4'096;
/// A page ends with the commit that brings its rows and events to as many.
constexpr std::size_t most_told = 2'000;
/// Commits read in vain because their time does not fit.
constexpr std::size_t reads_per_page = 2'048;

std::string prefix_of(OrganizationId scope, Facet facet) {
    std::string prefix;
    append_id(prefix, scope);
    append_byte(prefix, static_cast<std::uint8_t>(facet));
    return prefix;
}

std::string prefix_of_actor(OrganizationId scope, const Actor& actor) {
    std::string prefix = prefix_of(scope, Facet::actor);
    append_byte(prefix, static_cast<std::uint8_t>(actor.kind()));
    append_id(prefix, actor.person().value_or(PersonId{}));
    return prefix;
}

std::string prefix_of_subject(OrganizationId scope, PersonId subject) {
    std::string prefix = prefix_of(scope, Facet::subject);
    append_id(prefix, subject);
    return prefix;
}

std::string prefix_of_kind(OrganizationId scope, std::string_view kind) {
    std::string prefix = prefix_of(scope, Facet::kind);
    append_ordered_text(prefix, kind);
    return prefix;
}

std::string prefix_of_outcome(OrganizationId scope, AuditOutcome outcome) {
    std::string prefix = prefix_of(scope, Facet::outcome);
    append_byte(prefix, static_cast<std::uint8_t>(outcome));
    return prefix;
}

std::string prefix_of_time(OrganizationId scope, Instant at) {
    std::string prefix = prefix_of(scope, Facet::time);
    append_instant(prefix, at);
    return prefix;
}

std::set<PersonId> subjects_of(const Commit& commit, OrganizationId scope) {
    std::set<PersonId> subjects;
    for (const PersonId person : people_of(commit.command)) subjects.insert(person);
    for (const StreamEvent& event : commit.events) {
        const auto person = subject_of(event.event);
        if (person && is_in_trail_of(scope, event)) subjects.insert(*person);
    }
    subjects.erase(PersonId{});
    return subjects;
}

std::set<std::string_view> kinds_of(const Commit& commit, OrganizationId scope) {
    std::set<std::string_view> kinds{name_of(commit.command)};
    for (const StreamEvent& event : commit.events) {
        if (is_in_trail_of(scope, event)) kinds.insert(name_of(event.event));
    }
    return kinds;
}

/// The organisations that a commit belongs to, and the nil one, to which all belong.
std::set<OrganizationId> scopes_of(const Commit& commit) {
    std::set<OrganizationId> scopes{OrganizationId{}};
    if (const auto organization = organization_of(commit.command)) scopes.insert(*organization);
    for (const StreamEvent& event : commit.events) {
        if (event.stream.kind == StreamKind::organization) {
            scopes.insert(OrganizationId{event.stream.id});
        }
    }
    return scopes;
}

std::string position_suffix(Position position) {
    std::string suffix;
    append_position(suffix, position);
    return suffix;
}

Position position_at_end(std::string_view key) {
    return ByteReader{key.substr(key.size() - sizeof(std::uint64_t))}.position();
}

/// The facets a query names, time aside.
std::vector<std::string> prefixes_of(const AuditQuery& query, OrganizationId scope) {
    std::vector<std::string> prefixes;
    if (query.actor) prefixes.push_back(prefix_of_actor(scope, *query.actor));
    if (query.subject) prefixes.push_back(prefix_of_subject(scope, *query.subject));
    if (!query.kind.empty()) prefixes.push_back(prefix_of_kind(scope, query.kind));
    if (query.outcome) prefixes.push_back(prefix_of_outcome(scope, *query.outcome));
    return prefixes;
}

/// Collects one page from the log, newest first.
class PageOfCommits {
 public:
    PageOfCommits(const EventLog& log, const AuditQuery& query) : log_{log}, query_{query} {
        limit_ = std::max<std::size_t>(query.limit, 1);
    }

    bool full() const { return page_.rows.size() >= limit_ || told_ >= most_told; }
    bool tired() const { return reads_in_vain_ >= reads_per_page; }

    /// Reads the commit and takes it if its time fits; false when there is no use in going on.
    bool offer(Position position) {
        auto commits = log_.read(position, 1);
        if (!commits || commits->empty()) {
            failure_ = commits
                           ? Failure{FailureKind::corrupted,
                                     "the log has no position " + std::to_string(number(position))}
                           : commits.error();
            return false;
        }
        Commit& commit = commits->front();
        // Nothing takes effect after it was recorded, so everything older took effect too early.
        if (query_.from && commit.recorded_at < *query_.from) return false;
        const bool fits = (!query_.from || commit.effective_at >= *query_.from) &&
                          (!query_.to || commit.effective_at <= *query_.to);
        if (fits) {
            told_ += commit.outcome.rows.size() + commit.events.size();
            page_.rows.push_back(std::move(commit));
        } else {
            ++reads_in_vain_;
        }
        return true;
    }

    void more_after(Position position) { page_.next_cursor = std::to_string(number(position)); }
    Position last() const { return page_.rows.back().position; }

    std::expected<Page<Commit>, Failure> take(const ViewReader& reader) {
        page_.position = reader.applied();
        if (reader.failure()) return std::unexpected(*reader.failure());
        if (failure_) return std::unexpected(*failure_);
        return std::move(page_);
    }

 private:
    const EventLog& log_;
    const AuditQuery& query_;
    std::size_t limit_;
    std::size_t told_ = 0;  ///< rows and events of the page's commits
    std::size_t reads_in_vain_ = 0;
    Page<Commit> page_;
    std::optional<Failure> failure_;
};

/// Everything there is: each commit stands under one of the two.
SuffixSet all_of(OrganizationId scope) {
    return {prefix_of(scope, Facet::at_once), prefix_of(scope, Facet::otherwise)};
}

/// Of those that took effect when they were recorded, the key before which the time is not such; it
/// stays such with all that follow.
template <class IsSuch>
std::string first_at_once(const ViewReader& reader, OrganizationId scope, const IsSuch& is_such) {
    const std::string prefix = prefix_of(scope, Facet::at_once);
    ViewIterator at = reader.walk(Part::audit_index);
    std::uint64_t low = 1;
    for (std::uint64_t high = number(reader.applied()) + 1; low < high;) {
        const std::uint64_t middle = low + (high - low) / 2;
        at.seek(prefix + position_suffix(Position{middle}));
        const bool is_there = at.valid() && at.key().starts_with(prefix);
        if (!is_there || is_such(ByteReader{at.value()}.instant())) {
            high = middle;
        } else {
            low = number(position_at_end(at.key())) + 1;
        }
    }
    return prefix + position_suffix(Position{low});
}

/// Adds the positions of the keys from `first` to before `end`; false when there are too many.
bool add_positions(std::vector<Position>& positions, const ViewReader& reader,
                   const std::string& first, const std::string& end) {
    ViewIterator at = reader.walk(Part::audit_index);
    for (at.seek(first); at.valid() && at.key() < end; at.next()) {
        if (positions.size() == positions_in_time_range) return false;
        positions.push_back(position_at_end(at.key()));
    }
    return true;
}

/// The positions of a time range, newest first; nothing when there are too many to take whole.
std::optional<std::vector<Position>> positions_in_time(const ViewReader& reader,
                                                       const AuditQuery& query,
                                                       OrganizationId scope) {
    const auto not_before = [&](Instant at) { return at >= *query.from; };
    const auto after = [&](Instant at) { return at > *query.to; };
    const std::string at_once = prefix_of(scope, Facet::at_once);
    std::vector<Position> positions;
    const bool are_few = add_positions(
        positions, reader, query.from ? first_at_once(reader, scope, not_before) : at_once,
        query.to ? first_at_once(reader, scope, after) : after_prefix(at_once));
    if (!are_few) return std::nullopt;
    const std::string facet = prefix_of(scope, Facet::time);
    const std::string first = query.from ? prefix_of_time(scope, *query.from) : facet;
    const std::string end = after_prefix(query.to ? prefix_of_time(scope, *query.to) : facet);
    if (!add_positions(positions, reader, first, end)) return std::nullopt;
    std::ranges::sort(positions, std::greater{});
    return positions;
}

void fill_from_time_range(PageOfCommits& page, const ViewReader& reader, const AuditQuery& query,
                          const std::vector<std::string>& prefixes,
                          const std::vector<Position>& positions) {
    for (const Position position : positions) {
        if (query.before != Position{} && position >= query.before) continue;
        const std::string suffix = position_suffix(position);
        const bool matches = std::ranges::all_of(prefixes, [&](const std::string& prefix) {
            return reader.has(Part::audit_index, prefix + suffix);
        });
        if (!matches) continue;
        if (page.full()) {
            page.more_after(page.last());
            return;
        }
        if (!page.offer(position)) return;
    }
}

void fill_by_walking(PageOfCommits& page, const ViewReader& reader, const AuditQuery& query,
                     std::vector<std::string> prefixes, OrganizationId scope) {
    std::vector<SuffixSet> sets;
    if (prefixes.empty()) sets.push_back(all_of(scope));
    for (std::string& prefix : prefixes) sets.push_back({std::move(prefix)});
    SuffixWalk walk{reader, Part::audit_index, std::move(sets), true, jumps_per_page};
    walk.start(query.before == Position{} ? std::string{} : position_suffix(query.before));
    for (; walk.valid() && !page.full() && !page.tired(); walk.next()) {
        if (!page.offer(position_at_end(walk.suffix()))) return;
    }
    if ((walk.valid() || walk.gave_up()) && !walk.passed().empty()) {
        page.more_after(position_at_end(walk.passed()));
    }
}

}  // namespace

AuditOutcome audit_outcome_of(const Commit& commit) {
    if (commit.outcome.rejection) return AuditOutcome::refused;
    return changed_nothing(commit) ? AuditOutcome::unchanged : AuditOutcome::accepted;
}

bool is_in_trail_of(OrganizationId scope, const StreamEvent& event) {
    return scope.is_nil() || event.stream.kind == StreamKind::person ||
           event.stream == StreamId::of(scope);
}

std::vector<std::pair<std::string, std::string>> audit_entries_of(const Commit& commit) {
    const std::string suffix = position_suffix(commit.position);
    std::string recorded_at;
    append_instant(recorded_at, commit.recorded_at);
    std::vector<std::pair<std::string, std::string>> entries;
    const auto add = [&](const std::string& prefix, std::string value = {}) {
        entries.emplace_back(prefix + suffix, std::move(value));
    };
    for (const OrganizationId scope : scopes_of(commit)) {
        if (commit.effective_at == commit.recorded_at) {
            add(prefix_of(scope, Facet::at_once), recorded_at);
        } else {
            add(prefix_of(scope, Facet::otherwise));
            add(prefix_of_time(scope, commit.effective_at));
        }
        add(prefix_of_actor(scope, commit.context.actor));
        for (const PersonId subject : subjects_of(commit, scope)) {
            add(prefix_of_subject(scope, subject));
        }
        for (const std::string_view kind : kinds_of(commit, scope)) {
            add(prefix_of_kind(scope, kind));
        }
        add(prefix_of_outcome(scope, audit_outcome_of(commit)));
    }
    return entries;
}

void apply_to_audit(Draft& draft, const KeyStore&, const Commit& commit) {
    for (const auto& [key, value] : audit_entries_of(commit)) {
        draft.put(Part::audit_index, key, value);
    }
}

std::expected<Page<Commit>, Failure> audit_page(const ViewReader& reader, const EventLog& log,
                                                const AuditQuery& query) {
    const OrganizationId scope = query.organization.value_or(OrganizationId{});
    std::vector<std::string> prefixes = prefixes_of(query, scope);
    PageOfCommits page{log, query};
    std::optional<std::vector<Position>> in_time;
    if (query.from || query.to) in_time = positions_in_time(reader, query, scope);
    if (in_time) {
        fill_from_time_range(page, reader, query, prefixes, *in_time);
    } else {
        fill_by_walking(page, reader, query, std::move(prefixes), scope);
    }
    return page.take(reader);
}

}  // namespace muster
