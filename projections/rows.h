// What the views answer with: plain values with personal data in clear, for whoever is allowed to
// ask.
#pragma once

#include "domain/context.h"
#include "domain/ids.h"
#include "domain/organization.h"
#include "domain/rejection.h"
#include "domain/time.h"
#include "projections/moment.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class RowStatus : std::uint8_t { active = 1, suspended = 2, pending = 3, former = 4 };
std::string_view name_of(RowStatus status);
std::optional<RowStatus> row_status_named(std::string_view name);

/// One line of the member list: a member, an open invitation (`pending`), or who was a member
/// (`former`), with what was theirs when they left. A pending row shows nothing of the account:
/// an invitation must not tell that there is one.
struct MemberRow : Held {
    PersonId person;
    RowStatus status = RowStatus::active;
    std::string name;     ///< as invited while pending, then the account's if it has one
    std::string address;  ///< as it was given
    std::string details;  ///< what the inviter told of the member
    std::string avatar;   ///< the account's
    bool two_factor = false;
    Instant since;                   ///< joined, or invited while pending
    std::optional<Instant> left_at;  ///< of a former member
    std::optional<Instant> last_access;
    std::optional<InvitationId> invitation;  ///< while pending
    std::optional<Instant> expires_at;       ///< while pending
    std::uint32_t send_number = 0;           ///< while pending
    std::optional<PersonId> replaces;        ///< while pending: the member whose new address it is
    bool as_given = false;  ///< joined by somebody else's act and has not been here themselves yet
    Version joined_by{};    ///< of a member: the organisation's version by which they joined
    LastChange shown;       ///< of what the row shows of the account, and of coming here themselves
    // Told by who has the organisation at hand; not stored.
    std::optional<Actor> inviter;      ///< while pending: who answers for the offer
    std::string inviter_name;          ///< theirs here; empty where they have none
    std::optional<bool> offer_stands;  ///< while pending

    bool operator==(const MemberRow&) const = default;
};

/// Names as readers of any language expect them, the address where there is no name; roles by their
/// ids, each row by the first of its own, and statuses in the order above, both by name within.
/// Whoever never came stands before everybody who did, by when they joined.
enum class MemberSort : std::uint8_t { name, address, since, last_access, role, status };

struct MemberQuery {
    OrganizationId organization;
    std::string q;                    ///< every word must begin one of the row's tokens (text.h)
    std::optional<RowStatus> status;  ///< none: all but former members
    std::optional<RoleId> role;
    std::optional<WorkspaceId> workspace;
    std::optional<LicenceClassId> licence;
    std::optional<bool> two_factor;  ///< only members, active or suspended, with it or without
    /// Only members who were last here, or joined without ever coming, before it.
    std::optional<Instant> last_access_before;
    MemberSort sort = MemberSort::name;
    bool descending = false;
    std::size_t limit = 50;
    std::string cursor;        ///< of the page before; empty for the first
    bool exact_total = false;  ///< whatever it costs
};

/// Whether the row is one of those asked for, words aside.
bool passes_filters(const MemberRow& row, const MemberQuery& query);
/// Whether the counts that are kept tell how many rows there are: for one filter at most.
bool has_ready_total(const MemberQuery& query);

/// One of the two lists of an organisation: those who are there or invited, and those who left.
struct Roster {
    OrganizationId organization;
    bool former = false;
};

/// What the keys of the index hold of a row. What was left out is told by the row alone.
struct RowFacts {
    /// Its status, second factor, roles, workspaces and licence alone; of the keys of everybody by
    /// name all of it.
    MemberRow row;
    bool is_row = false;      ///< whether it is all of it
    std::string_view tokens;  ///< `joined`; of the bytes that were read
    bool has_roles = true;
    bool has_workspaces = true;
    bool has_tokens = true;

    bool are_all() const { return has_roles && has_workspaces && has_tokens; }
};

template <class Row>
struct Page {
    std::vector<Row> rows;
    std::string next_cursor;                  ///< empty on the last page; opaque bytes
    Position position{};                      ///< applied position the page was read at
    std::optional<std::uint64_t> total = {};  ///< of all pages, where it is known
};

/// A workspace with what it and the role there are called.
struct NamedPlace {
    WorkspaceId workspace;
    std::string name;
    RoleId role;            ///< empty where roles have none
    std::string role_name;  ///< likewise

    bool operator==(const NamedPlace&) const = default;
};

/// One organisation of somebody: their row there, a member's or that of an open invitation, and
/// what is called how there.
struct Membership {
    OrganizationId organization;
    std::string name;                     ///< the organisation's
    std::vector<std::string> role_names;  ///< in the order of the row's roles
    std::vector<NamedPlace> workspaces;   ///< the row's
    MemberRow row;
};

struct MembershipQuery {
    PersonId person;
    std::optional<std::vector<OrganizationId>> within;  ///< only these; none: wherever they are
    bool with_invitations = true;
    std::optional<OrganizationId> after;  ///< the last of the page before
    std::size_t limit = 50;
};

/// An account as the views know it.
struct PersonRow {
    PersonId person;
    std::string name;
    std::string address;
    std::string avatar;
    bool verified = false;
    bool two_factor = false;
    Instant registered_at;
    std::optional<Instant> last_sign_in;
    LastChange changed;  ///< of the account; a sign-in is none
    /// So near to the last sign-in another one says nothing new, here or in any organisation of
    /// theirs; 0: it does say something.
    std::chrono::seconds sign_ins_taken_for_one{0};

    bool operator==(const PersonRow&) const = default;
};

/// A mail that the log says is owed: the newest link of an open invitation, not handed over yet.
struct OwedMail {
    OrganizationId organization;
    InvitationId invitation;
    PersonId person;
    std::uint32_t send_number = 1;
};

/// `unchanged`: it was so already, so that nothing was done.
enum class AuditOutcome : std::uint8_t { refused = 0, accepted = 1, unchanged = 2 };

struct AuditQuery {
    std::optional<OrganizationId> organization;  ///< none: everything (the operator's view)
    std::optional<Actor> actor;
    std::optional<PersonId> subject;
    std::string kind;  ///< an event's or a command's name, for example "MemberJoined"
    std::optional<AuditOutcome> outcome;
    std::optional<Instant> from;  ///< effective time, inclusive
    std::optional<Instant> to;    ///< effective time, inclusive
    std::size_t limit = 50;
    Position before{};  ///< only commits before this position; 0: from the newest
};

}  // namespace muster
