// Answers as JSON texts. Field names are the API's public words; sealed data is shown in clear only
// through an `Unseal`, which the caller's rights decide on.
#pragma once

#include "api/engine.h"
#include "api/http/show/advice.h"
#include "domain/offers.h"
#include "eventstore/keys/keys.h"
#include "projections/rows.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// Opens sealed data for an answer; empty text when it is gone or not for this reader.
using Unseal = std::function<std::string(const SealScope&, const Sealed&)>;

/// Whose the origin and the reason of a command are, for sealing: the actor's, and the one person's
/// whom it is about; nobody's in particular where there is none.
SealScope scope_of_origin(const Actor& actor);
SealScope scope_of_reason(const Command& command);

/// What somebody could do next with a row. An empty function: nobody in particular is looking.
using RowOperations = std::function<std::vector<std::string_view>(const MemberRow&)>;

/// An open invitation of somebody who is removed or suspended, as it is afterwards.
struct SentOffer {
    InvitationId invitation;
    PersonId person;
    std::string_view outcome;   ///< stays_open, cancelled, taken_over
    bool offer_stands = false;  ///< while it is open
};
/// Of those that the person of such a command sent; nothing for other commands.
std::vector<SentOffer> sent_offers(const Organization& before, const Receipt& receipt, Instant now);

/// `sent`: of a dry run.
std::string receipt_json(const Receipt& receipt, bool dry_run,
                         const std::vector<SentOffer>& sent = {});
std::string refusal_json(const Receipt& receipt, unsigned status);
/// A refusal for want of a confirmation, with what the look at it told.
std::string unconfirmed_json(const Receipt& receipt, unsigned status, const Receipt& look,
                             const std::vector<SentOffer>& sent);

/// Whether a command is about another organisation than this one.
bool is_about_another(const Command& command, OrganizationId organization);

/// Which parts of an organisation its reader may see beside its name.
struct ShownToReader {
    bool members = false;
    bool plan = false;
};

/// Rows of the organisation, which tells what their roles and workspaces are called.
std::string member_json(const Organization& organization, const MemberRow& row,
                        const RowOperations& operations);
std::string members_json(const Organization& organization, const Page<MemberRow>& page,
                         const std::string& next_cursor, const RowOperations& operations);
std::string memberships_json(const Page<Membership>& page, const std::string& next_cursor);
std::string person_json(const PersonRow& row);
/// `advice`: none for a reader who is not given any.
std::string organization_json(const Organization& organization, const ShownToReader& shown,
                              const std::optional<std::vector<Advice>>& advice);
std::string plan_json(const Organization& organization);
std::string blueprints_json(const std::vector<std::string_view>& names);
std::string roles_json(const Organization& organization);
std::string role_json(const Organization& organization, const RoleId& id);
std::string offers_json(const std::vector<RoleOffer>& offers);
std::string workspaces_json(const Organization& organization);
/// For who sees nothing of the others in them.
std::string own_workspaces_json(const Organization& organization, const Places& own);
std::string own_workspace_json(const Organization& organization, WorkspaceId workspace,
                               const RoleId& role);
std::string workspace_json(const Organization& organization, WorkspaceId workspace,
                           const std::vector<MemberRow>& members);
std::string invitation_json(const Organization& organization, const MemberRow& row,
                            bool has_account, Instant now);
std::string check_json(bool allowed, Position position);

/// One commit: who asked what, when, how it came out and what happened.
std::string commit_json(const Commit& commit, const Unseal& unseal);
/// Everybody whom the commits name: actors, people of commands, subjects of events.
std::set<PersonId> people_named_in(const std::vector<Commit>& commits);
/// `names`: what those people are called.
std::string audit_json(OrganizationId organization, const Page<Commit>& page, const Unseal& unseal,
                       const std::map<PersonId, std::string>& names);

std::string api_key_json(const ApiKeyRecord& key, const std::string& secret);
std::string api_keys_json(const std::vector<ApiKeyRecord>& keys);
std::string log_json(const EngineState& state, const EventLog& log, const Views& views,
                     const std::string& mail_problem);
std::string state_json(bool well, const std::string& problem);
/// {"text": value} for the small answers.
std::string object_json(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace muster::http
