// Reads as of a moment: an organisation folded from the log up to a time or a position, and the
// member rows as they were then. A few results are kept, since one page follows another. Any
// thread.
#pragma once

#include "api/engine.h"
#include "projections/rows.h"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace muster::http {

/// `as_of`: a position, or an RFC 3339 time (inclusive).
struct Moment {
    std::optional<Position> position;
    std::optional<Instant> at;

    bool operator==(const Moment&) const = default;
};
std::optional<Moment> read_moment(std::string_view text);

/// An organisation at a moment, with its rows sorted by name and person.
struct PastOrganization {
    std::shared_ptr<const Organization> organization;  ///< null: it did not exist yet
    std::vector<MemberRow> rows;
};

class Past {
 public:
    explicit Past(Engine& engine) : engine_{engine} {}

    std::expected<std::shared_ptr<const PastOrganization>, Failure> at(OrganizationId id,
                                                                       const Moment& moment);

 private:
    struct Kept {
        OrganizationId id;
        Moment moment;
        Position head;  ///< a later head may hold commits that belong to the moment
        std::shared_ptr<const PastOrganization> result;
    };

    Engine& engine_;
    std::mutex mutex_;
    std::deque<Kept> kept_;
};

}  // namespace muster::http
