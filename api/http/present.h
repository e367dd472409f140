// Answers as JSON texts. Field names are the API's public words; sealed data is shown in clear only
// through an `Unseal`, which the caller's rights decide on.
#pragma once

#include "api/engine.h"
#include "eventstore/keys.h"
#include "projections/rows.h"

#include <functional>
#include <string>
#include <vector>

namespace muster::http {

/// Opens sealed data for an answer; empty text when it is gone or not for this reader.
using Unseal = std::function<std::string(const SealScope&, const Sealed&)>;

std::string receipt_json(const Receipt& receipt, bool dry_run);
std::string refusal_json(const Receipt& receipt);

std::string member_json(const MemberRow& row);
std::string members_json(const std::vector<MemberRow>& rows, const std::string& next_cursor);
std::string person_json(const PersonRow& row);
std::string organization_json(const Organization& organization);
std::string plan_json(const Organization& organization);
std::string roles_json(const Organization& organization);
std::string workspaces_json(const Organization& organization);
std::string workspace_json(const Organization& organization, WorkspaceId workspace,
                           const std::vector<MemberRow>& members);
std::string invitation_json(const Organization& organization, const MemberRow& row,
                            bool has_account, Instant now);
std::string check_json(bool allowed, Position position);

/// One commit: who asked what, when, how it came out and what happened.
std::string commit_json(const Commit& commit, const Unseal& unseal);
std::string audit_json(const std::vector<Commit>& commits, const std::string& next_cursor,
                       const Unseal& unseal);

std::string api_key_json(const ApiKeyRecord& key, const std::string& secret);
std::string api_keys_json(const std::vector<ApiKeyRecord>& keys);
std::string log_json(const EngineState& state, const EventLog& log, const Views& views);
std::string state_json(bool well, const std::string& problem);
/// {"text": value} for the small answers.
std::string object_json(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace muster::http
