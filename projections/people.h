// Accounts, in the part `people`: "p" person -> record.
#pragma once

#include "domain/events.h"
#include "eventstore/form/commit.h"
#include "eventstore/keys/keys.h"
#include "projections/rows.h"
#include "projections/view_store.h"

#include <optional>

namespace muster {

std::optional<PersonRow> find_person(const ViewReader& reader, PersonId person);

/// What is known of the person; without an account that is the newest sign-in to the host at most.
PersonRow known_of(const ViewReader& reader, PersonId person);

/// What `commit` says of an account.
void register_person(Draft& draft, const KeyStore& keys, const PersonRegistered& event,
                     const Commit& commit);
void change_profile(Draft& draft, const KeyStore& keys, const ProfileChanged& event,
                    const Commit& commit);
void change_two_factor(Draft& draft, const TwoFactorChanged& event, const Commit& commit);
void note_sign_in(Draft& draft, PersonId person, Instant at);

/// The text in clear, or nothing at all where it was erased. Where it cannot be read the draft
/// fails, so that nothing is stored in its place.
std::string unsealed(const Draft& draft, const KeyStore& keys, const SealScope& scope,
                     const Sealed& sealed);

}  // namespace muster
