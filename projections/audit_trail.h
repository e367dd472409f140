// Indexes that point from what an auditor asks for to positions in the log; the commits themselves
// are read from there. In the part `audit_index`:
//
//     scope  facet  value  position
//
// The scope is an organisation, or nil for everything. A facet is one question: actor, subject,
// kind, outcome, effective time. Several are answered by walking them together. Every commit stands
// under one of two more: those that took effect when they were recorded hold that time, which rises
// with the positions, so that no others need a key by time.
#pragma once

#include "eventstore/keys/keys.h"
#include "eventstore/log/event_log.h"
#include "projections/rows.h"
#include "projections/view_store.h"

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace muster {

AuditOutcome audit_outcome_of(const Commit& commit);

/// Whether an organisation's trail speaks of the event: its own and people's, never another
/// organisation's. Nil is everything.
bool is_in_trail_of(OrganizationId scope, const StreamEvent& event);

/// Every key that one commit stands under, and what it holds there.
std::vector<std::pair<std::string, std::string>> audit_entries_of(const Commit& commit);

void apply_to_audit(Draft& draft, const KeyStore& keys, const Commit& commit);

/// Newest first. A page looks at a bounded number of positions, so with rare matches it may be
/// short and still name a next one.
std::expected<Page<Commit>, Failure> audit_page(const ViewReader& reader, const EventLog& log,
                                                const AuditQuery& query);

}  // namespace muster
