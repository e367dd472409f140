// What can be asked of Muster, one struct a command, which says its `kind`. Ids of things to be
// made come with the command (the edge draws them), so that deciding is deterministic. Personal
// data is sealed already; people are named by PersonId alone. What comes of a command, its
// `decide_one`, is in the decide_*.cpp of its subject; one that is forgotten does not link.
#pragma once

#include "domain/blueprint.h"
#include "domain/context.h"
#include "domain/ids.h"
#include "domain/time.h"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace muster {

struct Call;      // authority.h
struct Decision;  // decide.h
struct Refusal;   // decide.h
using Verdict = std::expected<Decision, Refusal>;

/// A place in a workspace. `role` is empty where the blueprint's workspaces have no roles.
struct WorkspacePlace {
    WorkspaceId workspace;
    RoleId role;

    bool operator==(const WorkspacePlace&) const = default;
};

/// Makes an organisation. The founder becomes an active member with the blueprint's founder role.
struct FoundOrganization {
    static constexpr std::string_view kind = "FoundOrganization";
    OrganizationId organization;
    std::string name;
    SharedBlueprint blueprint;
    PersonId founder;
    Sealed founder_name;     ///< sealed for (founder, organization)
    Sealed founder_address;  ///< sealed for (founder, organization)

    bool operator==(const FoundOrganization&) const = default;
    friend Verdict decide_one(const Call& call, const FoundOrganization& command);
};

struct EndOrganization {
    static constexpr std::string_view kind = "EndOrganization";
    OrganizationId organization;

    bool operator==(const EndOrganization&) const = default;
    friend Verdict decide_one(const Call& call, const EndOrganization& command);
};

/// Sets the plan and, where an offer is made to measure, limits that replace the plan's.
struct ChangePlan {
    static constexpr std::string_view kind = "ChangePlan";
    OrganizationId organization;
    PlanId plan;
    std::map<LicenceClassId, std::uint64_t> limits;

    bool operator==(const ChangePlan&) const = default;
    friend Verdict decide_one(const Call& call, const ChangePlan& command);
};

enum class RowMode : std::uint8_t { atomic, each };

struct InvitationRow {
    InvitationId invitation;  ///< fresh
    PersonId person;          ///< nil: the address that was given is none, which is its verdict
    std::vector<RoleId> roles;
    std::vector<WorkspacePlace> workspaces;
    Sealed name;     ///< for (person, organization); may be empty
    Sealed address;  ///< for (person, organization)
    Sealed details;  ///< for (person, organization): what the inviter tells of the member (E18)

    bool names_somebody() const { return !person.is_nil(); }
    bool operator==(const InvitationRow&) const = default;
};

/// One person or many. `each`: rows stand alone; `atomic`: all or none. One commit either way.
struct InviteMember {
    static constexpr std::string_view kind = "InviteMember";
    OrganizationId organization;
    std::vector<InvitationRow> rows;
    RowMode mode = RowMode::atomic;
    Sealed message;  ///< to all of them; for (nil person, organization)

    bool operator==(const InviteMember&) const = default;
    friend Verdict decide_one(const Call& call, const InviteMember& command);
};

struct ResendInvitation {
    static constexpr std::string_view kind = "ResendInvitation";
    OrganizationId organization;
    InvitationId invitation;

    bool operator==(const ResendInvitation&) const = default;
    friend Verdict decide_one(const Call& call, const ResendInvitation& command);
};

struct CancelInvitation {
    static constexpr std::string_view kind = "CancelInvitation";
    OrganizationId organization;
    InvitationId invitation;

    bool operator==(const CancelInvitation&) const = default;
    friend Verdict decide_one(const Call& call, const CancelInvitation& command);
};

/// `send_number` is the link's: after a resend, earlier links are dead. `signed_in` is true when
/// the host vouches for the actor; the link alone serves a person without an account, who is
/// registered and joined in one commit.
struct AcceptInvitation {
    static constexpr std::string_view kind = "AcceptInvitation";
    OrganizationId organization;
    InvitationId invitation;
    std::uint32_t send_number = 0;
    bool signed_in = false;
    Sealed account_name;     ///< for the account of the actor; needed to register
    Sealed account_address;  ///< for the account of the actor; needed to register

    bool operator==(const AcceptInvitation&) const = default;
    friend Verdict decide_one(const Call& call, const AcceptInvitation& command);
};

struct DeclineInvitation {
    static constexpr std::string_view kind = "DeclineInvitation";
    OrganizationId organization;
    InvitationId invitation;
    std::uint32_t send_number = 0;
    bool signed_in = false;

    bool operator==(const DeclineInvitation&) const = default;
    friend Verdict decide_one(const Call& call, const DeclineInvitation& command);
};

struct ChangeRole {
    static constexpr std::string_view kind = "ChangeRole";
    OrganizationId organization;
    PersonId person;
    std::vector<RoleId> roles;  ///< all roles the member is to hold afterwards

    bool operator==(const ChangeRole&) const = default;
    friend Verdict decide_one(const Call& call, const ChangeRole& command);
};

/// What becomes of the open invitations that somebody sent who is removed or suspended: they stay,
/// are taken back, or the actor answers for them from here on. STORED: never renumber.
enum class SentInvitations : std::uint8_t { stay = 0, cancel = 1, take_over = 2 };

/// Ends a membership or, where the blueprint has it so, a pending one. `confirmed`: the actor knows
/// what it brings about.
struct RemoveMember {
    static constexpr std::string_view kind = "RemoveMember";
    OrganizationId organization;
    PersonId person;
    bool confirmed = false;
    SentInvitations sent = SentInvitations::stay;

    bool operator==(const RemoveMember&) const = default;
    friend Verdict decide_one(const Call& call, const RemoveMember& command);
};

struct CreateWorkspace {
    static constexpr std::string_view kind = "CreateWorkspace";
    OrganizationId organization;
    WorkspaceId workspace;  ///< fresh
    std::string name;

    bool operator==(const CreateWorkspace&) const = default;
    friend Verdict decide_one(const Call& call, const CreateWorkspace& command);
};

struct DeleteWorkspace {
    static constexpr std::string_view kind = "DeleteWorkspace";
    OrganizationId organization;
    WorkspaceId workspace;

    bool operator==(const DeleteWorkspace&) const = default;
    friend Verdict decide_one(const Call& call, const DeleteWorkspace& command);
};

struct AssignWorkspaceRole {
    static constexpr std::string_view kind = "AssignWorkspaceRole";
    OrganizationId organization;
    PersonId person;
    WorkspacePlace place;
    bool from_person = false;  ///< asked from the person's side, where there may be a limit (R9)

    bool operator==(const AssignWorkspaceRole&) const = default;
    friend Verdict decide_one(const Call& call, const AssignWorkspaceRole& command);
};

struct WithdrawWorkspaceRole {
    static constexpr std::string_view kind = "WithdrawWorkspaceRole";
    OrganizationId organization;
    PersonId person;
    WorkspaceId workspace;

    bool operator==(const WithdrawWorkspaceRole&) const = default;
    friend Verdict decide_one(const Call& call, const WithdrawWorkspaceRole& command);
};

struct CreateRole {
    static constexpr std::string_view kind = "CreateRole";
    OrganizationId organization;
    RoleId role;  ///< fresh
    std::string name;
    std::vector<PermissionId> permissions;

    bool operator==(const CreateRole&) const = default;
    friend Verdict decide_one(const Call& call, const CreateRole& command);
};

/// An account. Registering a registered person changes nothing.
struct RegisterPerson {
    static constexpr std::string_view kind = "RegisterPerson";
    PersonId person;
    Sealed name;     ///< for the account
    Sealed address;  ///< for the account
    bool verified = false;

    bool operator==(const RegisterPerson&) const = default;
    friend Verdict decide_one(const Call& call, const RegisterPerson& command);
};

/// A sign-in to the host, or an access to one organisation.
struct RecordSignIn {
    static constexpr std::string_view kind = "RecordSignIn";
    PersonId person;
    std::optional<OrganizationId> organization;

    bool operator==(const RecordSignIn&) const = default;
    friend Verdict decide_one(const Call& call, const RecordSignIn& command);
};

/// Writes down what has fallen due in one organisation. Only the system does this.
struct SettleDue {
    static constexpr std::string_view kind = "SettleDue";
    OrganizationId organization;

    bool operator==(const SettleDue&) const = default;
    friend Verdict decide_one(const Call& call, const SettleDue& command);
};

/// Ends the import of an organisation's history: from here on it takes ordinary commands.
struct FinishImport {
    static constexpr std::string_view kind = "FinishImport";
    OrganizationId organization;

    bool operator==(const FinishImport&) const = default;
    friend Verdict decide_one(const Call& call, const FinishImport& command);
};

/// The mail of an invitation was handed over for delivery. Only the system does this.
struct RecordMailHandedOver {
    static constexpr std::string_view kind = "RecordMailHandedOver";
    OrganizationId organization;
    InvitationId invitation;
    std::uint32_t send_number = 0;

    bool operator==(const RecordMailHandedOver&) const = default;
    friend Verdict decide_one(const Call& call, const RecordMailHandedOver& command);
};

/// Pauses a membership: no access, nothing lost (E9).
struct SuspendMember {
    static constexpr std::string_view kind = "SuspendMember";
    OrganizationId organization;
    PersonId person;
    SentInvitations sent = SentInvitations::stay;

    bool operator==(const SuspendMember&) const = default;
    friend Verdict decide_one(const Call& call, const SuspendMember& command);
};

/// Ends a suspension; the member has exactly what they had.
struct ReinstateMember {
    static constexpr std::string_view kind = "ReinstateMember";
    OrganizationId organization;
    PersonId person;

    bool operator==(const ReinstateMember&) const = default;
    friend Verdict decide_one(const Call& call, const ReinstateMember& command);
};

/// Passes the role of exactly one holder on to another active member (U4).
struct TransferOwnership {
    static constexpr std::string_view kind = "TransferOwnership";
    OrganizationId organization;
    PersonId person;  ///< who gets it

    bool operator==(const TransferOwnership&) const = default;
    friend Verdict decide_one(const Call& call, const TransferOwnership& command);
};

/// The operator takes the protected role from a member and names who holds it instead, in one act
/// and with a reason (M10).
struct ReplaceProtectedHolder {
    static constexpr std::string_view kind = "ReplaceProtectedHolder";
    OrganizationId organization;
    PersonId person;
    PersonId successor;
    std::vector<RoleId> roles;  ///< of `person` afterwards; empty: they are removed

    bool operator==(const ReplaceProtectedHolder&) const = default;
    friend Verdict decide_one(const Call& call, const ReplaceProtectedHolder& command);
};

/// Invites a new address of a member: on acceptance the new one has all the old one has, and the
/// old one is out, in one commit (R13).
struct ReplaceAddress {
    static constexpr std::string_view kind = "ReplaceAddress";
    OrganizationId organization;
    PersonId person;
    InvitationId invitation;  ///< fresh
    PersonId successor;
    Sealed name;     ///< for (successor, organization); may be empty
    Sealed address;  ///< for (successor, organization)
    Sealed details;  ///< for (successor, organization): what was told of the member

    bool operator==(const ReplaceAddress&) const = default;
    friend Verdict decide_one(const Call& call, const ReplaceAddress& command);
};

/// One role more, whatever the others are by now (E8).
struct AssignRole {
    static constexpr std::string_view kind = "AssignRole";
    OrganizationId organization;
    PersonId person;
    RoleId role;

    bool operator==(const AssignRole&) const = default;
    friend Verdict decide_one(const Call& call, const AssignRole& command);
};

/// One role less, whatever the others are by now (E15), or another in its place.
struct WithdrawRole {
    static constexpr std::string_view kind = "WithdrawRole";
    OrganizationId organization;
    PersonId person;
    RoleId role;
    std::optional<RoleId> replacement = {};

    bool operator==(const WithdrawRole&) const = default;
    friend Verdict decide_one(const Call& call, const WithdrawRole& command);
};

struct RenameRole {
    static constexpr std::string_view kind = "RenameRole";
    OrganizationId organization;
    RoleId role;
    std::string name;

    bool operator==(const RenameRole&) const = default;
    friend Verdict decide_one(const Call& call, const RenameRole& command);
};

/// Everything the role is to give afterwards.
struct SetRolePermissions {
    static constexpr std::string_view kind = "SetRolePermissions";
    OrganizationId organization;
    RoleId role;
    std::vector<PermissionId> permissions;

    bool operator==(const SetRolePermissions&) const = default;
    friend Verdict decide_one(const Call& call, const SetRolePermissions& command);
};

/// With a replacement, whoever holds the role or is offered it gets that one instead.
struct DeleteRole {
    static constexpr std::string_view kind = "DeleteRole";
    OrganizationId organization;
    RoleId role;
    std::optional<RoleId> replacement = {};

    bool operator==(const DeleteRole&) const = default;
    friend Verdict decide_one(const Call& call, const DeleteRole& command);
};

struct RoleCopy {
    OrganizationId organization;
    RoleId role;  ///< fresh: the copy's

    bool operator==(const RoleCopy&) const = default;
};

/// Makes the role as it is now in other organisations, each with a verdict of its own (E16).
struct CopyRole {
    static constexpr std::string_view kind = "CopyRole";
    OrganizationId organization;
    RoleId role;
    std::vector<RoleCopy> targets;

    bool operator==(const CopyRole&) const = default;
    friend Verdict decide_one(const Call& call, const CopyRole& command);
};

/// Several workspaces in one step, all or none; a step takes so many at most (R9).
struct AssignWorkspaces {
    static constexpr std::string_view kind = "AssignWorkspaces";
    OrganizationId organization;
    PersonId person;
    std::vector<WorkspacePlace> workspaces;

    bool operator==(const AssignWorkspaces&) const = default;
    friend Verdict decide_one(const Call& call, const AssignWorkspaces& command);
};

struct RenameOrganization {
    static constexpr std::string_view kind = "RenameOrganization";
    OrganizationId organization;
    std::string name;

    bool operator==(const RenameOrganization&) const = default;
    friend Verdict decide_one(const Call& call, const RenameOrganization& command);
};

struct RenameWorkspace {
    static constexpr std::string_view kind = "RenameWorkspace";
    OrganizationId organization;
    WorkspaceId workspace;
    std::string name;

    bool operator==(const RenameWorkspace&) const = default;
    friend Verdict decide_one(const Call& call, const RenameWorkspace& command);
};

/// Moves the organisation to other rules. What they would break is refused and listed; the maps say
/// what becomes of roles that go (a workspace role may become, or come from, the empty one).
struct ChangeBlueprint {
    static constexpr std::string_view kind = "ChangeBlueprint";
    OrganizationId organization;
    SharedBlueprint blueprint;
    std::map<RoleId, RoleId> roles;
    std::map<RoleId, RoleId> workspace_roles;
    std::optional<PlanId> plan;  ///< none: the one in force, by its id

    bool operator==(const ChangeBlueprint&) const = default;
    friend Verdict decide_one(const Call& call, const ChangeBlueprint& command);
};

/// The host tells whether an account asks for a second factor (E12).
struct ChangeTwoFactor {
    static constexpr std::string_view kind = "ChangeTwoFactor";
    PersonId person;
    bool enabled = false;

    bool operator==(const ChangeTwoFactor&) const = default;
    friend Verdict decide_one(const Call& call, const ChangeTwoFactor& command);
};

/// The name and avatar an account shows.
struct ChangeProfile {
    static constexpr std::string_view kind = "ChangeProfile";
    PersonId person;
    Sealed name;    ///< for the account
    Sealed avatar;  ///< for the account; may be empty

    bool operator==(const ChangeProfile&) const = default;
    friend Verdict decide_one(const Call& call, const ChangeProfile& command);
};

/// Which of the limits on attempts was passed. STORED: never renumber.
enum class AttemptLimit : std::uint8_t {
    api_key = 1,  ///< all that comes with one key
    actor = 2,    ///< what one key asks for one person
    link = 3,     ///< requests by one link of an invitation
    address = 4,  ///< requests by no link and no key, from one network address
};

/// So many attempts of `actor` in this time were turned away before they were decided. Only the
/// system does this.
struct RecordSuppressedAttempts {
    static constexpr std::string_view kind = "RecordSuppressedAttempts";
    std::optional<OrganizationId> organization;  ///< that the newest of them was about, if any
    AttemptLimit limit = AttemptLimit::actor;
    Actor actor;  ///< of the newest
    std::uint64_t count = 0;
    Instant from;
    Instant to;

    bool operator==(const RecordSuppressedAttempts&) const = default;
    friend Verdict decide_one(const Call& call, const RecordSuppressedAttempts& command);
};

/// STORED: the order is part of the format; new commands go to the end.
using Command =
    std::variant<FoundOrganization, EndOrganization, ChangePlan, InviteMember, ResendInvitation,
                 CancelInvitation, AcceptInvitation, DeclineInvitation, ChangeRole, RemoveMember,
                 CreateWorkspace, DeleteWorkspace, AssignWorkspaceRole, WithdrawWorkspaceRole,
                 CreateRole, RegisterPerson, RecordSignIn, SettleDue, FinishImport,
                 RecordMailHandedOver, SuspendMember, ReinstateMember, TransferOwnership,
                 ReplaceProtectedHolder, ReplaceAddress, AssignRole, WithdrawRole, RenameRole,
                 SetRolePermissions, DeleteRole, CopyRole, AssignWorkspaces, RenameOrganization,
                 RenameWorkspace, ChangeBlueprint, ChangeTwoFactor, ChangeProfile,
                 RecordSuppressedAttempts>;

/// Its `kind`: "InviteMember" and so on. Receipts and the audit trail show it.
std::string_view name_of(const Command& command);
/// The organisation a command is about, if it is about one.
std::optional<OrganizationId> organization_of(const Command& command);
/// The people whose account or membership a command touches or asks about: all whom it names.
std::vector<PersonId> people_of(const Command& command);

}  // namespace muster
