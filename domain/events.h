// What happened, one struct an event, which says its `kind`. These are facts: folding them
// (`evolve`) has no rules and cannot fail. Every event about a person names the person, so that
// views need no state of their own to route it. The stored form is eventstore/form/schema.fbs; the
// codec does not compile while an event lacks one.
#pragma once

#include "domain/blueprint.h"
#include "domain/commands.h"
#include "domain/context.h"
#include "domain/ids.h"
#include "domain/time.h"

#include <boost/uuid/uuid.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace muster {

/// The two kinds of stream. STORED: never renumber.
enum class StreamKind : std::uint8_t { organization = 1, person = 2 };

struct StreamId {
    StreamKind kind = StreamKind::organization;
    boost::uuids::uuid id{};

    static StreamId of(OrganizationId organization) {
        return {StreamKind::organization, organization.value};
    }
    static StreamId of(PersonId person) { return {StreamKind::person, person.value}; }
    bool operator==(const StreamId&) const = default;
    std::strong_ordering operator<=>(const StreamId&) const = default;
};

/// What an event says of whether its person belongs to the organisation. Nobody is a member with an
/// open invitation, so the end of an invitation is the end of belonging. The log keeps an index by
/// it, so every event about a person must say it: one that does not does not compile.
enum class Belonging : std::uint8_t { begins, ends, unchanged };

struct OrganizationFounded {
    static constexpr std::string_view kind = "OrganizationFounded";
    OrganizationId organization;
    std::string name;
    SharedBlueprint blueprint;
    PlanId plan;
    bool imported = false;

    bool operator==(const OrganizationFounded&) const = default;
};

struct OrganizationEnded {
    static constexpr std::string_view kind = "OrganizationEnded";
    bool operator==(const OrganizationEnded&) const = default;
};

struct PlanChanged {
    static constexpr std::string_view kind = "PlanChanged";
    PlanId plan;
    std::map<LicenceClassId, std::uint64_t> limits;  ///< the limits in force, the plan's included

    bool operator==(const PlanChanged&) const = default;
};

struct InvitationIssued {
    static constexpr std::string_view kind = "InvitationIssued";
    static constexpr Belonging belonging = Belonging::begins;
    InvitationId invitation;
    PersonId person;
    Actor inviter;
    std::vector<RoleId> roles;
    std::vector<WorkspacePlace> workspaces;
    std::optional<LicenceClassId> licence;  ///< reserved
    Sealed name;                            ///< for (person, organisation)
    Sealed address;                         ///< for (person, organisation)
    Sealed message;                         ///< for (nil, organisation)
    Instant expires_at;
    Sealed details;                    ///< for (person, organisation)
    std::optional<PersonId> replaces;  ///< the member whose new address this is (R13)

    bool operator==(const InvitationIssued&) const = default;
};

struct InvitationResent {
    static constexpr std::string_view kind = "InvitationResent";
    static constexpr Belonging belonging = Belonging::unchanged;
    InvitationId invitation;
    PersonId person;
    std::uint32_t send_number = 0;  ///< the first link has 1
    Instant expires_at;
    /// Who answers for the offer from here on; none: who did before.
    std::optional<Actor> inviter = {};

    bool operator==(const InvitationResent&) const = default;
};

struct InvitationCancelled {
    static constexpr std::string_view kind = "InvitationCancelled";
    static constexpr Belonging belonging = Belonging::ends;
    InvitationId invitation;
    PersonId person;

    bool operator==(const InvitationCancelled&) const = default;
};

struct InvitationDeclined {
    static constexpr std::string_view kind = "InvitationDeclined";
    static constexpr Belonging belonging = Belonging::ends;
    InvitationId invitation;
    PersonId person;

    bool operator==(const InvitationDeclined&) const = default;
};

struct InvitationExpired {
    static constexpr std::string_view kind = "InvitationExpired";
    static constexpr Belonging belonging = Belonging::ends;
    InvitationId invitation;
    PersonId person;

    bool operator==(const InvitationExpired&) const = default;
};

/// Always followed by MemberJoined of the same person at the same position.
struct InvitationAccepted {
    static constexpr std::string_view kind = "InvitationAccepted";
    static constexpr Belonging belonging = Belonging::unchanged;
    InvitationId invitation;
    PersonId person;

    bool operator==(const InvitationAccepted&) const = default;
};

struct MemberJoined {
    static constexpr std::string_view kind = "MemberJoined";
    static constexpr Belonging belonging = Belonging::begins;
    PersonId person;
    std::optional<InvitationId> invitation;  ///< none: founder, or joined at once (M6)
    std::vector<RoleId> roles;
    std::vector<WorkspacePlace> workspaces;
    std::optional<LicenceClassId> licence;
    Sealed name;     ///< for (person, organisation)
    Sealed address;  ///< for (person, organisation)
    Sealed details;  ///< for (person, organisation)

    bool operator==(const MemberJoined&) const = default;
};

struct MemberRolesChanged {
    static constexpr std::string_view kind = "MemberRolesChanged";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;
    std::vector<RoleId> roles;

    bool operator==(const MemberRolesChanged&) const = default;
};

/// Ends the membership and everything under it; `workspaces` and `licence` are what it released.
struct MemberRemoved {
    static constexpr std::string_view kind = "MemberRemoved";
    static constexpr Belonging belonging = Belonging::ends;
    PersonId person;
    std::vector<WorkspaceId> workspaces;
    std::optional<LicenceClassId> licence;

    bool operator==(const MemberRemoved&) const = default;
};

struct WorkspaceCreated {
    static constexpr std::string_view kind = "WorkspaceCreated";
    WorkspaceId workspace;
    std::string name;

    bool operator==(const WorkspaceCreated&) const = default;
};

/// Takes everybody out of it, open invitations included.
struct WorkspaceDeleted {
    static constexpr std::string_view kind = "WorkspaceDeleted";
    WorkspaceId workspace;

    bool operator==(const WorkspaceDeleted&) const = default;
};

/// Of a member, or of a pending person where the blueprint allows it.
struct WorkspaceRoleAssigned {
    static constexpr std::string_view kind = "WorkspaceRoleAssigned";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;
    WorkspacePlace place;

    bool operator==(const WorkspaceRoleAssigned&) const = default;
};

struct WorkspaceRoleWithdrawn {
    static constexpr std::string_view kind = "WorkspaceRoleWithdrawn";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;
    WorkspaceId workspace;

    bool operator==(const WorkspaceRoleWithdrawn&) const = default;
};

/// The licence a member uses, or an open invitation reserves, is another one from here on.
struct LicenceChanged {
    static constexpr std::string_view kind = "LicenceChanged";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;
    std::optional<LicenceClassId> licence;
    /// What a reinstated member had before and does not get again.
    std::optional<LicenceClassId> instead_of = {};

    bool operator==(const LicenceChanged&) const = default;
};

struct RoleCreated {
    static constexpr std::string_view kind = "RoleCreated";
    RoleId role;
    std::string name;
    std::vector<PermissionId> permissions;

    bool operator==(const RoleCreated&) const = default;
};

struct ImportFinished {
    static constexpr std::string_view kind = "ImportFinished";
    bool operator==(const ImportFinished&) const = default;
};

/// Takes a position, not a version: it changes nothing that a client of the organisation sees.
struct MailHandedOver {
    static constexpr std::string_view kind = "MailHandedOver";
    static constexpr Belonging belonging = Belonging::unchanged;
    InvitationId invitation;
    PersonId person;
    std::uint32_t send_number = 0;

    bool operator==(const MailHandedOver&) const = default;
};

struct PersonRegistered {
    static constexpr std::string_view kind = "PersonRegistered";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;
    Sealed name;     ///< for the account
    Sealed address;  ///< for the account
    bool verified = false;

    bool operator==(const PersonRegistered&) const = default;
};

/// Takes a position, not a version.
struct PersonSignedIn {
    static constexpr std::string_view kind = "PersonSignedIn";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;
    std::optional<OrganizationId> organization;

    bool operator==(const PersonSignedIn&) const = default;
};

struct MemberSuspended {
    static constexpr std::string_view kind = "MemberSuspended";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;

    bool operator==(const MemberSuspended&) const = default;
};

struct MemberReinstated {
    static constexpr std::string_view kind = "MemberReinstated";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;

    bool operator==(const MemberReinstated&) const = default;
};

struct RoleRenamed {
    static constexpr std::string_view kind = "RoleRenamed";
    RoleId role;
    std::string name;

    bool operator==(const RoleRenamed&) const = default;
};

struct RolePermissionsChanged {
    static constexpr std::string_view kind = "RolePermissionsChanged";
    RoleId role;
    std::vector<PermissionId> permissions;

    bool operator==(const RolePermissionsChanged&) const = default;
};

struct RoleDeleted {
    static constexpr std::string_view kind = "RoleDeleted";
    RoleId role;

    bool operator==(const RoleDeleted&) const = default;
};

struct OrganizationRenamed {
    static constexpr std::string_view kind = "OrganizationRenamed";
    std::string name;

    bool operator==(const OrganizationRenamed&) const = default;
};

struct WorkspaceRenamed {
    static constexpr std::string_view kind = "WorkspaceRenamed";
    WorkspaceId workspace;
    std::string name;

    bool operator==(const WorkspaceRenamed&) const = default;
};

/// Other rules hold. Every role named in the maps has become the other one, wherever it was held or
/// offered; LicenceChanged follows for whom another licence fits now.
struct BlueprintChanged {
    static constexpr std::string_view kind = "BlueprintChanged";
    SharedBlueprint blueprint;
    PlanId plan;
    std::map<LicenceClassId, std::uint64_t> limits;  ///< in force, the plan's included
    std::map<RoleId, RoleId> roles;
    std::map<RoleId, RoleId> workspace_roles;

    bool operator==(const BlueprintChanged&) const = default;
};

struct TwoFactorChanged {
    static constexpr std::string_view kind = "TwoFactorChanged";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;
    bool enabled = false;

    bool operator==(const TwoFactorChanged&) const = default;
};

struct ProfileChanged {
    static constexpr std::string_view kind = "ProfileChanged";
    static constexpr Belonging belonging = Belonging::unchanged;
    PersonId person;
    Sealed name;    ///< for the account
    Sealed avatar;  ///< for the account

    bool operator==(const ProfileChanged&) const = default;
};

/// Somebody else answers for the offer from here on. Its link stays good.
struct InvitationTakenOver {
    static constexpr std::string_view kind = "InvitationTakenOver";
    static constexpr Belonging belonging = Belonging::unchanged;
    InvitationId invitation;
    PersonId person;
    Actor inviter;

    bool operator==(const InvitationTakenOver&) const = default;
};

/// Takes a position, not a version: somebody asked for too much, and nothing came of it.
struct AttemptsSuppressed {
    static constexpr std::string_view kind = "AttemptsSuppressed";
    AttemptLimit limit = AttemptLimit::actor;
    Actor actor;
    std::uint64_t count = 0;
    Instant from;
    Instant to;

    bool operator==(const AttemptsSuppressed&) const = default;
};

/// STORED: the order is part of the format; new events go to the end.
using Event =
    std::variant<OrganizationFounded, OrganizationEnded, PlanChanged, InvitationIssued,
                 InvitationResent, InvitationCancelled, InvitationDeclined, InvitationExpired,
                 InvitationAccepted, MemberJoined, MemberRolesChanged, MemberRemoved,
                 WorkspaceCreated, WorkspaceDeleted, WorkspaceRoleAssigned, WorkspaceRoleWithdrawn,
                 LicenceChanged, RoleCreated, ImportFinished, MailHandedOver, PersonRegistered,
                 PersonSignedIn, MemberSuspended, MemberReinstated, RoleRenamed,
                 RolePermissionsChanged, RoleDeleted, OrganizationRenamed, WorkspaceRenamed,
                 BlueprintChanged, TwoFactorChanged, ProfileChanged, InvitationTakenOver,
                 AttemptsSuppressed>;

/// An event and the stream it belongs to.
struct StreamEvent {
    StreamId stream;
    Event event;

    bool operator==(const StreamEvent&) const = default;
};

/// Its `kind`: "MemberJoined" and so on.
std::string_view name_of(const Event& event);
/// The person an event is about, if it is about one.
std::optional<PersonId> subject_of(const Event& event);
/// `unchanged` of an event that is about nobody.
Belonging belonging_of(const Event& event);
/// Whether the event gives its stream a new version (see MailHandedOver, PersonSignedIn,
/// AttemptsSuppressed).
bool changes_its_stream(const Event& event);

}  // namespace muster
