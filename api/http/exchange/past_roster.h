// Who was on the member list of a moment, in memory: found, sorted and counted as the list of now
// is, with the same cursors. The index of now gives the order by name and the words of all whose
// texts have not changed since; only others are made from the log. The rows of a page are made when
// it is shown. An order is worked out when it is first asked for. Any thread.
#pragma once

#include "api/http/exchange/past_rows.h"
#include "projections/rows.h"

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster::http {

/// What only a look at each row tells, so that only who sorts or filters by it asks for it.
struct RosterNeeds {
    bool addresses = false;
    bool accesses = false;
};
RosterNeeds needs_of(const MemberQuery& query);

struct PastPage {
    std::vector<PersonId> people;
    std::vector<std::optional<Instant>> accesses;  ///< of each; none where they were not needed
    std::string next_cursor;  ///< empty on the last page
    std::optional<std::uint64_t> total;
};

class PastRoster {
 public:
    static std::expected<std::shared_ptr<const PastRoster>, Failure> make(
        Engine& engine, const PastOrganization& past, const RosterNeeds& needs);

    bool has(const RosterNeeds& needs) const {
        return needs.addresses <= has_.addresses && needs.accesses <= has_.accesses;
    }
    std::size_t bytes() const;  ///< about, without the organisation
    PastPage page(const MemberQuery& query) const;

 private:
    struct Listed {
        std::string by_name;  ///< their suffix in the sort by name
        std::string words;    ///< that they are found by, `joined`
        bool two_factor = false;
        std::string by_address = {};  ///< where it was needed, like the next one
        std::optional<Instant> last_access = {};

        PersonId person() const;
    };
    using List = std::vector<Listed>;  ///< by name
    using Order = std::vector<std::uint32_t>;

    PastRoster(std::shared_ptr<const OrganizationThen> then, const RosterNeeds& has)
        : then_{std::move(then)}, has_{has} {}

    List& list(bool former) { return former ? former_ : present_; }
    const List& list(bool former) const { return former ? former_ : present_; }
    std::expected<void, Failure> fill(Engine& engine, const PastOrganization& past, bool former);
    std::expected<void, Failure> add_others(Engine& engine, const PastOrganization& past,
                                            bool former);
    std::expected<void, Failure> add_what_rows_tell(Engine& engine, const PastOrganization& past,
                                                    bool former);
    MemberRow row_of(const Listed& one, bool former) const;
    std::string suffix_of(const Listed& one, MemberSort sort, bool former) const;
    const Order& order_for(MemberSort sort, bool former) const;

    std::shared_ptr<const OrganizationThen> then_;
    RosterNeeds has_;
    List present_;
    List former_;
    mutable std::mutex mutex_;
    mutable std::map<std::pair<bool, MemberSort>, Order> orders_;
};

}  // namespace muster::http
