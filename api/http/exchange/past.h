// Reads as of a moment: an organisation folded from the log, and the member rows exactly as the
// list showed them then. A moment is pinned to a position by whoever asks first, so that what is
// recorded later changes nothing in it, and a scan of several pages sees one state. A few results
// are kept, since one page follows another. Any thread.
#pragma once

#include "api/engine.h"
#include "projections/rows.h"
#include "projections/then.h"

#include <deque>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
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

/// An organisation at a moment, with its rows in no order.
struct PastOrganization {
    Moment moment;
    std::shared_ptr<const Organization> organization;  ///< null: it did not exist yet
    std::vector<MemberRow> rows;                       ///< members and open invitations
    std::vector<MemberRow> former;
    bool accesses = false;  ///< whether rows have their last access; else Past::add_accesses
};

/// Last accesses are looked up member by member, so only who sorts or filters by them asks for
/// all.
enum class Accesses : std::uint8_t { later, of_all };

Accesses accesses_needed_for(const MemberQuery& query);

class Past {
 public:
    explicit Past(Engine& engine) : engine_{engine} {}

    /// The views must have applied the moment's position.
    std::expected<std::shared_ptr<const PastOrganization>, Failure> at(
        OrganizationId id, const Moment& moment, Accesses accesses = Accesses::later);
    /// Puts their last accesses, as they were then, into rows of that organisation.
    std::expected<void, Failure> add_accesses(const PastOrganization& past,
                                              std::vector<MemberRow>& rows) const;

 private:
    std::shared_ptr<const PastOrganization> kept(OrganizationId id, const Moment& moment,
                                                 Accesses accesses);

    struct Kept {
        OrganizationId id;
        std::shared_ptr<const PastOrganization> result;
        std::size_t bytes = 0;
    };

    Engine& engine_;
    std::mutex mutex_;
    std::deque<Kept> kept_;
};

/// One page of those rows, in the order and with the cursors of the list of now.
Page<MemberRow> page_of_past(const PastOrganization& past, const MemberQuery& query);
/// Tells of each pending row who answers for the offer and whether it stands in `organization`.
void tell_of_offers(const Organization& organization, std::span<MemberRow> rows);

}  // namespace muster::http
