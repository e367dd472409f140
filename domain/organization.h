// The consistency boundary: everything a decision about one organisation may look at, folded from
// its events. `evolve` has no rules and cannot fail; the rules are in decide. A regular value: a
// copy, as for a dry run, costs the same however many members there are, and shares what does not
// change. One thread at a time for each; copies may live on different threads.
#pragma once

#include "domain/blueprint.h"
#include "domain/events.h"
#include "domain/held.h"
#include "domain/ids.h"
#include "domain/persistent_map.h"
#include "domain/shared_value.h"
#include "domain/time.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace muster {

enum class MemberStatus : std::uint8_t { active, suspended };

struct Member : Held {
    MemberStatus status = MemberStatus::active;
    Instant joined_at;
    Version joined_by{};  ///< the organisation's; its commit has what was told of them
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

/// When an open invitation expires.
struct Due {
    Instant at;
    InvitationId invitation;

    bool operator==(const Due&) const = default;
};

template <>
struct Digits<Due> {
    static constexpr std::size_t of_time = 16;
    static constexpr std::size_t count = of_time + Digits<InvitationId>::count;
    static unsigned of(const Due& due, std::size_t n) {
        if (n >= of_time) return Digits<InvitationId>::of(due.invitation, n - of_time);
        // Times before 1970 stand before the others.
        const auto time = static_cast<std::uint64_t>(due.at.micros) ^ std::uint64_t{1} << 63U;
        return static_cast<unsigned>(time >> (of_time - 1 - n) * 4U) & 0xFU;
    }
};

/// Who has a role.
struct RoleUse {
    std::uint64_t members = 0;
    std::uint64_t active = 0;   ///< of these
    std::uint64_t invited = 0;  ///< open invitations that name it
    PersonId latest;            ///< the member who got it last, unless they lost it since

    bool operator==(const RoleUse&) const = default;
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
    std::map<RoleId, RoleUse> role_use;               ///< of those in use; kept by evolve
    SharedValue<std::map<RoleId, Role>> roles;
    PersistentMap<WorkspaceId, Workspace> workspaces;
    PersistentMap<PersonId, Member> members;
    PersistentMap<InvitationId, OpenInvitation> invitations;
    PersistentMap<PersonId, InvitationId> invited;  ///< the open one of a person; kept by evolve
    /// The open one to take a member's place; likewise.
    PersistentMap<PersonId, InvitationId> replaced;
    PersistentMap<Due, std::monostate> due;  ///< of open ones; likewise
    PersistentMap<InvitationId, EndedInvitation> ended_invitations;
    MailCount mails;  ///< kept by evolve; an import's mails are not sent, so not counted
    /// The same; whoever got none for a day goes in time.
    PersistentMap<PersonId, MailsTo> mailed;

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
    RoleUse use_of(const RoleId& role) const;
    /// Whether an active member holds a protected role.
    bool has_protected_holder() const;

    /// What an active member may do in the whole organisation; nothing for anybody else.
    PermissionSet permissions_of(PersonId person) const;
    /// The same within one workspace: the workspace role's permissions are added for who is in it.
    PermissionSet permissions_of(PersonId person, WorkspaceId workspace) const;
};

/// What a membership or an invitation is when it begins; the membership by the commit that makes
/// this version of the organisation.
Member begun_by(const MemberJoined& event, Instant at, Version version);
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
