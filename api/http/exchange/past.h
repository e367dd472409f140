// Reads as of a moment: an organisation folded from the log, and the member rows exactly as the
// list showed them then. A moment is pinned to a position by whoever asks first, so that what is
// recorded later changes nothing in it, and a scan of several pages sees one state. A few results
// are kept, since one page follows another. Any thread.
#pragma once

#include "api/engine.h"
#include "api/http/exchange/past_roster.h"
#include "api/http/exchange/past_rows.h"
#include "projections/rows.h"
#include "projections/then.h"

#include <algorithm>
#include <deque>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// `as_of`: a position, or an RFC 3339 time (inclusive).
struct AsOf {
    std::optional<Position> position;
    std::optional<Instant> at;
};
std::optional<AsOf> read_as_of(std::string_view text);
/// What is wrong with a moment that has not come yet, in words; nothing with any other.
std::optional<std::string> not_yet(const Engine& engine, const AsOf& as_of);

/// What was made last, each under a key.
template <class Key, class Value>
class LatestMade {
 public:
    std::shared_ptr<const Value> find(const auto& is_sought) {
        std::unique_lock lock{mutex_};
        const std::deque<Kept> kept = kept_;
        lock.unlock();
        const auto found = std::ranges::find_if(
            kept, [&](const Kept& one) { return is_sought(one.key, *one.value); });
        return found == kept.end() ? nullptr : found->value;
    }
    /// The newest is kept whatever it takes, since its next page follows.
    void keep(Key key, std::shared_ptr<const Value> value, std::size_t bytes);

 private:
    static constexpr std::size_t most = 8;
    static constexpr std::size_t most_bytes = 64 * 1024 * 1024;

    struct Kept {
        Key key;
        std::shared_ptr<const Value> value;
        std::size_t bytes = 0;
    };

    std::mutex mutex_;
    std::deque<Kept> kept_;
};

class Past {
 public:
    explicit Past(Engine& engine) : engine_{engine} {}

    /// Null where it did not exist yet. It is kept by its version, so that no write of others, and
    /// no moment in between, makes it be folded again.
    std::expected<std::shared_ptr<const OrganizationThen>, Failure> organization(
        OrganizationId id, const Moment& moment);
    std::expected<std::shared_ptr<const PastRoster>, Failure> roster(const PastOrganization& past,
                                                                     const RosterNeeds& needs);
    /// A page of the list of then; with last accesses where the query needs them.
    std::expected<Page<MemberRow>, Failure> page(const PastOrganization& past,
                                                 const MemberQuery& query);

 private:
    std::expected<Version, Failure> version_at(OrganizationId id, const Moment& moment);
    bool says_the_same(const Moment& kept, const Moment& asked) const;

    Engine& engine_;
    LatestMade<std::pair<OrganizationId, Version>, OrganizationThen> organizations_;
    LatestMade<std::pair<OrganizationId, Moment>, PastRoster> rosters_;
};

}  // namespace muster::http
