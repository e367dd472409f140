// What the log says of a moment, be it the present or one that the views are long beyond: an
// organisation with those who had left it, a person, an account. Nothing here asks the views, so
// nothing of the present gets in. Any thread.
#pragma once

#include "domain/organization.h"
#include "domain/persistent_map.h"
#include "domain/person.h"
#include "eventstore/log/event_log.h"
#include "projections/moment.h"

#include <expected>
#include <memory>
#include <optional>

namespace muster {

class Snapshots;

/// Who left and had not joined again.
struct FormerThen {
    Member member;  ///< as they left
    Instant left_at;
    Position left_by{};  ///< the commit that ended it; what they are called is what they were then
    std::optional<Position> unasked = {};  ///< as below

    bool operator==(const FormerThen&) const = default;
};

struct OrganizationThen {
    std::shared_ptr<const Organization> organization;  ///< null: it did not exist yet
    PersistentMap<PersonId, FormerThen> former;
    /// Members who were let in by others at this position and had changed nothing here themselves.
    PersistentMap<PersonId, Position> unasked;
};
/// Folds what follows the nearest snapshot; all of the stream where there are none to ask.
std::expected<OrganizationThen, Failure> organization_then(const EventLog& log,
                                                           const Snapshots* snapshots,
                                                           OrganizationId id, const Moment& moment);

/// Times of a person may go back, as each import has its own; whatever had taken effect counts.
std::expected<Person, Failure> person_then(const EventLog& log, PersonId id, const Moment& moment);

/// What the member list shows of an account; nothing of it where there was none.
struct AccountThen {
    bool registered = false;
    bool two_factor = false;
    Sealed name;
    Sealed avatar;
};
std::expected<AccountThen, Failure> account_then(const EventLog& log, PersonId id,
                                                 const Moment& moment);

}  // namespace muster
