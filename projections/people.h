// Accounts, in the part `people`: "p" person -> record, and "o" person organisation for the rows
// that a person has.
#pragma once

#include "domain/events.h"
#include "eventstore/form/commit.h"
#include "eventstore/keys/keys.h"
#include "projections/rows.h"
#include "projections/view_store.h"

#include <optional>
#include <vector>

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

void add_organization_of(Draft& draft, PersonId person, OrganizationId organization);
void remove_organization_of(Draft& draft, PersonId person, OrganizationId organization);
/// Organisations in which the person is a member or invited, in order: those after the one named,
/// up to `at_most`.
std::vector<OrganizationId> organizations_of(const ViewReader& reader, PersonId person,
                                             std::optional<OrganizationId> after = {},
                                             std::size_t at_most = SIZE_MAX);
bool is_organization_of(const ViewReader& reader, PersonId person, OrganizationId organization);

/// The text in clear, or nothing at all where it was erased. Where it cannot be read the draft
/// fails, so that nothing is stored in its place.
std::string unsealed(const Draft& draft, const KeyStore& keys, const SealScope& scope,
                     const Sealed& sealed);

}  // namespace muster
