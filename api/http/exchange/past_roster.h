// The member list of a moment in memory: pages of it in the order and with the cursors of the list
// of now. An order is worked out when it is first asked for. Any thread.
#pragma once

#include "api/http/exchange/past_rows.h"
#include "projections/rows.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace muster::http {

/// Last accesses are looked up member by member, so only who sorts or filters by them asks for
/// all.
enum class Accesses : std::uint8_t { later, of_all };

Accesses accesses_needed_for(const MemberQuery& query);

class PastRoster {
 public:
    PastRoster(RowsThen rows, Accesses accesses) : rows_{std::move(rows)}, accesses_{accesses} {}

    const RowsThen& rows() const { return rows_; }
    bool has(Accesses accesses) const { return accesses <= accesses_; }
    std::size_t bytes() const;  ///< about

    /// The page's position is not told.
    Page<MemberRow> page(const MemberQuery& query) const;

 private:
    using Order = std::vector<std::uint32_t>;

    const std::vector<MemberRow>& rows_for(const MemberQuery& query) const {
        return query.status == RowStatus::former ? rows_.former : rows_.present;
    }
    const Order& order_for(const MemberQuery& query) const;

    RowsThen rows_;
    Accesses accesses_;
    mutable std::mutex mutex_;
    mutable std::map<std::pair<const std::vector<MemberRow>*, MemberSort>, Order> orders_;
};

}  // namespace muster::http
