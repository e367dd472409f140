// The consistency boundary: everything a decision about one organisation may look at, folded from
// its events. `evolve` has no rules and cannot fail; the rules are in decide. A regular value:
// copied for a dry run, compared in tests. One thread at a time.
#pragma once

#include "domain/blueprint.h"
#include "domain/events.h"
#include "domain/held.h"
#include "domain/ids.h"
#include "domain/time.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace muster {

enum class MemberStatus : std::uint8_t { active, suspended };

struct Member : Held {
    MemberStatus status = MemberStatus::active;
    Instant joined_at;
    Sealed name;
    Sealed address;
    Sealed details;
    std::optional<LicenceClassId> former_licence;  ///< in use until a suspension freed it

    bool operator==(const Member&) const = default;
};

struct OpenInvitation : Held {
    PersonId person;
    Actor inviter;  ///< who answers for the offer by now
    std::uint32_t send_number = 1;
    Instant invited_at;
    Instant expires_at;
    Sealed name;
    Sealed address;
    Sealed message;
    Sealed details;
    /// Whose place the invited person takes (R13); roles and workspaces are that member's by now.
    std::optional<PersonId> replaces;
    std::vector<RoleId> offered_roles;  ///< by the inviter; others may have changed them since
    Places offered_workspaces;

    bool operator==(const OpenInvitation&) const = default;
};

/// How an invitation left `open`, which it does exactly once.
enum class InvitationEnd : std::uint8_t { accepted, declined, cancelled, expired };

struct EndedInvitation {
    InvitationEnd end = InvitationEnd::cancelled;
    PersonId person;

    bool operator==(const EndedInvitation&) const = default;
};

struct Workspace {
    std::string name;
    Instant created_at;

    bool operator==(const Workspace&) const = default;
};

/// A role of this organisation, the blueprint's or its own.
struct Role {
    std::string name;
    bool custom = false;
    std::vector<PermissionId>
        permissions;          ///< as given; the blueprint's grant where it is not custom
    PermissionSet effective;  ///< with everything implied

    bool operator==(const Role&) const = default;
};

/// How many mails went out in the hour, by the clock, that the newest one did.
struct MailCount {
    Instant hour;
    std::uint64_t sent = 0;

    static Instant hour_of(Instant at);
    bool operator==(const MailCount&) const = default;
};

/// The mails to one person, whichever invitation they are of. Of a day, the newest ones.
struct MailsTo {
    Instant latest;
    std::vector<Instant> again;  ///< what followed another within 24 hours, or was sent again

    bool operator==(const MailsTo&) const = default;
};

struct SeatUse {
    std::uint64_t used = 0;
    std::uint64_t reserved = 0;

    std::uint64_t taken() const { return used + reserved; }
    bool operator==(const SeatUse&) const = default;
};

struct Organization {
    OrganizationId id;
    std::string name;
    SharedBlueprint blueprint;
    bool ended = false;
    bool importing = false;
    Instant founded_at;
    Instant latest_at;  ///< effective time of its newest commit; never goes back
    Version version{};
    PlanId plan;
    std::map<LicenceClassId, std::uint64_t> limits;   ///< a class without one is unlimited
    std::map<LicenceClassId, SeatUse> seats;          ///< kept by evolve
    std::map<RoleId, std::size_t> protected_holders;  ///< active ones, a role; kept by evolve
    std::map<RoleId, Role> roles;
    std::map<WorkspaceId, Workspace> workspaces;
    std::map<PersonId, Member> members;
    std::map<InvitationId, OpenInvitation> invitations;
    std::map<PersonId, InvitationId> invited;   ///< the open invitation of a person; kept by evolve
    std::map<PersonId, InvitationId> replaced;  ///< the open one to take a member's place; likewise
    std::set<std::pair<Instant, InvitationId>> due;  ///< when open ones expire; kept by evolve
    std::map<InvitationId, EndedInvitation> ended_invitations;
    MailCount mails;  ///< kept by evolve; an import's mails are not sent, so not counted
    std::map<PersonId, MailsTo> mailed;  ///< the same; whoever got none for a day goes in time

    bool operator==(const Organization&) const = default;

    const Member* member(PersonId person) const;
    /// The member who acts; null unless a person does who is one.
    const Member* member(const Actor& actor) const;
    const OpenInvitation* invitation(InvitationId id) const;
    const OpenInvitation* invitation_of(PersonId person) const;
    /// Of a member or an invited person, who are never both; null of anybody else.
    const Held* held_by(PersonId person) const;
    const Role* role(const RoleId& id) const;
    bool is_protected(const RoleId& role) const;
    bool is_protected(const std::vector<RoleId>& roles) const;
    /// Active members who hold a protected role.
    std::size_t holders_of(const RoleId& protected_role) const;

    /// What an active member may do in the whole organisation; nothing for anybody else.
    PermissionSet permissions_of(PersonId person) const;
    /// The same within one workspace: the workspace role's permissions are added for who is in it.
    PermissionSet permissions_of(PersonId person, WorkspaceId workspace) const;
};

/// What a membership or an invitation is when it begins.
Member begun_by(const MemberJoined& event, Instant at);
OpenInvitation begun_by(const InvitationIssued& event, Instant at);

/// Folds one event of the organisation's stream that took effect at `at`.
void evolve(Organization& organization, const Event& event, Instant at);

/// The name of an invariant that the state breaks, or nothing. Costs a pass
/// over the whole organisation.
std::optional<std::string_view> broken_invariant(const Organization& organization);
/// The same for what a commit with these events can have broken, at the cost of the events.
std::optional<std::string_view> broken_invariant_after(const Organization& organization,
                                                       const std::vector<StreamEvent>& events);

}  // namespace muster
