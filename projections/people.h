// Accounts, in the part `people`: "p" person -> record, and "o" person organisation for the rows
// that a person has.
#pragma once

#include "domain/events.h"
#include "eventstore/keys.h"
#include "projections/rows.h"
#include "projections/view_store.h"

#include <optional>
#include <vector>

namespace muster {

std::optional<PersonRow> find_person(const ViewReader& reader, PersonId person);

/// The name of the account; empty when there is no account or it has none.
std::string account_name(const ViewReader& reader, PersonId person);
/// The newest sign-in to the host, known even before the account is.
std::optional<Instant> last_sign_in(const ViewReader& reader, PersonId person);

void register_person(Draft& draft, const KeyStore& keys, const PersonRegistered& event, Instant at);
void note_sign_in(Draft& draft, PersonId person, Instant at);

void add_organization_of(Draft& draft, PersonId person, OrganizationId organization);
void remove_organization_of(Draft& draft, PersonId person, OrganizationId organization);
/// Organisations in which the person has a row.
std::vector<OrganizationId> organizations_of(const ViewReader& reader, PersonId person);

/// The text in clear, or nothing at all where it was erased.
std::string unsealed(const KeyStore& keys, const SealScope& scope, const Sealed& sealed);

}  // namespace muster
