// Who was let into an organisation without being asked, and when they first do something there
// themselves: until then they are known there as the inviter knows them. One rule for the list of
// now and that of then. Pure; any thread.
#pragma once

#include "eventstore/commit.h"

#include <optional>

namespace muster {

/// Whether somebody joined an organisation by an act of others alone. A founder was there first.
inline bool joined_unasked(const Commit& commit, OrganizationId organization,
                           const MemberJoined& event) {
    const bool founds = std::holds_alternative<FoundOrganization>(commit.command);
    const bool here = organization_of(commit.command) == organization;
    return !founds && !(here && commit.context.actor.is(event.person));
}

/// The person who did something in the organisation that the command is about.
inline std::optional<PersonId> who_acts(const Commit& commit) {
    const bool did_something = !commit.events.empty() && organization_of(commit.command);
    return did_something ? commit.context.actor.person() : std::nullopt;
}

}  // namespace muster
