// Advice for whoever looks after an organisation: what its blueprint's thresholds say is worth a
// look (C16, R6, E12). Nothing here decides a command.
#pragma once

#include "domain/organization.h"
#include "projections/views.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

struct Advice {
    std::string_view code;               ///< public, stable
    std::string detail{};                ///< one sentence for people
    std::optional<std::size_t> count{};  ///< none: more than are named
    std::vector<PersonId> people{};      ///< ten at most
    std::vector<RoleId> roles{};
    std::vector<InvitationId> invitations{};  ///< ten at most, the soonest first
};

/// Costs a pass over the organisation and a few pages of its member list.
std::expected<std::vector<Advice>, Failure> advice_on(const Organization& organization,
                                                      const Views& views, Instant now);

}  // namespace muster::http
