// Who was let into an organisation without being asked, and when they first do something there
// themselves: until then they are known there as the inviter knows them. One rule for the list of
// now and that of then. Pure; any thread.
#pragma once

#include "eventstore/form/commit.h"

#include <algorithm>
#include <optional>

namespace muster {

/// Whether somebody who joined an organisation by this commit did nothing there themselves: they
/// were let in at once, put in somebody's place, or signed up elsewhere. History is the operator's
/// to tell, who knows all accounts.
inline bool joined_unasked(const Commit& commit, OrganizationId organization) {
    if (commit.context.imported) return false;
    if (const auto* accepts = std::get_if<AcceptInvitation>(&commit.command)) {
        return accepts->organization != organization;
    }
    return std::holds_alternative<InviteMember>(commit.command) ||
           std::holds_alternative<ReplaceAddress>(commit.command) ||
           std::holds_alternative<RegisterPerson>(commit.command);
}

/// The person who did something in the organisation that the command is about: what a copy of one
/// of its roles changes elsewhere is nothing here.
inline std::optional<PersonId> who_acts(const Commit& commit) {
    const auto organization = organization_of(commit.command);
    const bool did_something =
        organization &&
        std::ranges::count(commit.events, StreamId::of(*organization), &StreamEvent::stream) > 0;
    return did_something ? commit.context.actor.person() : std::nullopt;
}

}  // namespace muster
