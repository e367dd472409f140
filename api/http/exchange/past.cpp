// Folding and keeping the past.
#include "api/http/exchange/past.h"

#include "api/http/read/query.h"
#include "api/text/timestamps.h"
#include "projections/footprint.h"

#include <algorithm>
#include <utility>

namespace muster::http {

std::optional<AsOf> read_as_of(std::string_view text) {
    if (const auto position = whole_number(text)) return AsOf{Position{*position}, std::nullopt};
    const auto at = read_rfc3339(text);
    if (!at) return std::nullopt;
    return AsOf{std::nullopt, *at};
}

std::optional<std::string> not_yet(const Engine& engine, const AsOf& as_of) {
    const Position head = engine.log().head();
    if (as_of.position && *as_of.position > head) {
        return "is in the future: the log ends at position " + std::to_string(number(head));
    }
    // The log's clock may be ahead of the machine's, which may go back.
    const Instant now = std::max(engine.now(), engine.log().head_recorded_at());
    if (as_of.at && *as_of.at > now) return "is in the future: it is " + rfc3339(now);
    return std::nullopt;
}

namespace {

std::size_t bytes_of(const OrganizationThen& then) {
    constexpr std::size_t of_former = sizeof(FormerThen) + 128;  ///< about
    constexpr std::size_t of_unasked = 96;                       ///< likewise
    return footprint_of(*then.organization) + then.former.size() * of_former +
           then.unasked.size() * of_unasked;
}

}  // namespace

template <class Key, class Value>
void LatestMade<Key, Value>::keep(Key key, std::shared_ptr<const Value> value, std::size_t bytes) {
    std::deque<Kept> dropped;  // What goes, which may be much, goes when nobody is kept waiting.
    const std::lock_guard lock{mutex_};
    kept_.push_front({std::move(key), std::move(value), bytes});
    std::size_t sum = 0;
    const auto end = std::ranges::find_if(kept_, [&](const Kept& kept) {
        sum += kept.bytes;
        return sum > most_bytes;
    });
    const auto fitting = static_cast<std::size_t>(end - kept_.begin());
    while (kept_.size() > std::clamp(fitting, std::size_t{1}, most)) {
        dropped.push_back(std::move(kept_.back()));
        kept_.pop_back();
    }
}

/// The last one that the moment has; positions and effective times of an organisation only grow.
std::expected<Version, Failure> Past::version_at(OrganizationId id, const Moment& moment) {
    const auto now = engine_.organizations().find(id);
    if (!now) return std::unexpected(now.error());
    std::uint64_t had = 0;
    std::uint64_t beyond = now->organization ? number(now->organization->version) + 1 : 1;
    while (had + 1 < beyond) {
        const std::uint64_t middle = had + (beyond - had) / 2;
        const auto commits = engine_.log().read_stream(StreamId::of(id), Version{middle}, 1);
        if (!commits) return std::unexpected(commits.error());
        const bool has = !commits->empty() && moment.has(commits->front());
        (has ? had : beyond) = middle;
    }
    return Version{had};
}

std::expected<std::shared_ptr<const OrganizationThen>, Failure> Past::organization(
    OrganizationId id, const Moment& moment) {
    const auto version = version_at(id, moment);
    if (!version) return std::unexpected(version.error());
    if (*version == Version{}) return nullptr;
    const std::pair key{id, *version};
    if (auto known =
            organizations_.find([&](const auto& kept, const auto&) { return kept == key; })) {
        return known;
    }
    auto then = organization_then(engine_.log(), &engine_.snapshots(), id, moment);
    if (!then) return std::unexpected(then.error());
    auto folded = std::make_shared<const OrganizationThen>(std::move(*then));
    organizations_.keep(key, folded, bytes_of(*folded));
    return folded;
}

/// Nothing takes effect after it was recorded, so of what was recorded after one of two moments of
/// the same time only an import can be within the other.
bool Past::says_the_same(const Moment& kept, const Moment& asked) const {
    constexpr std::uint64_t most_read = 1'000;
    if (kept == asked) return true;
    if (!asked.at || kept.at != asked.at) return false;
    const auto [from, to] = std::minmax(kept.position, asked.position);
    const std::uint64_t between = number(to) - number(from);
    if (between > most_read) return false;
    const auto commits = engine_.log().read(next(from), between);
    return commits && std::ranges::none_of(*commits, [&](const Commit& commit) {
               return commit.effective_at <= *asked.at;
           });
}

std::expected<std::shared_ptr<const PastRoster>, Failure> Past::roster(const PastOrganization& past,
                                                                       const RosterNeeds& needs) {
    const OrganizationId id = past.organization().id;
    const auto known = rosters_.find([&](const auto& key, const PastRoster& roster) {
        return key.first == id && roster.has(needs) && says_the_same(key.second, past.moment);
    });
    if (known) return known;
    auto roster = PastRoster::make(engine_, past, needs);
    if (roster) {
        const std::size_t bytes = (*roster)->bytes() + bytes_of(*past.then);
        rosters_.keep({id, past.moment}, *roster, bytes);
    }
    return roster;
}

std::expected<Page<MemberRow>, Failure> Past::page(const PastOrganization& past,
                                                   const MemberQuery& query) {
    const auto listed = roster(past, needs_of(query));
    if (!listed) return std::unexpected(listed.error());
    PastPage found = (*listed)->page(query);
    auto rows = rows_of(engine_, past, found.people, query.status == RowStatus::former);
    if (!rows) return std::unexpected(rows.error());
    for (std::size_t at = 0; at < found.accesses.size(); ++at) {
        (*rows)[at].last_access = found.accesses[at];
    }
    return Page<MemberRow>{.rows = std::move(*rows),
                           .next_cursor = std::move(found.next_cursor),
                           .position = past.moment.position,
                           .total = found.total};
}

}  // namespace muster::http
