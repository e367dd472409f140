// The rules one organisation runs by, as data. Five products (and any sixth) differ in values of
// this type and in nothing else: no code may ask which blueprint it is. A blueprint is written into
// the log when an organisation is founded, so history never depends on a file.
//
// A Blueprint is immutable once validated and shared between threads freely.
#pragma once

#include "domain/ensure.h"
#include "domain/ids.h"
#include "domain/time.h"

#include <bitset>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What an engine command or read needs a permission for. The names (`name_of`) are those of the
/// JSON.
enum class Operation : std::uint8_t {
    read_organization,
    read_members,
    export_members,
    read_audit,
    invite_member,
    change_role,
    remove_member,
    suspend_member,
    transfer_ownership,
    create_workspace,
    delete_workspace,
    assign_workspace,
    manage_roles,
    copy_role,
    read_plan,
    end_organization,
    manage_organization,
};
constexpr std::size_t operation_count = 17;

/// Whom an operation on people reaches: per role of the actor, a selector of the target's roles.
enum class Reach : std::uint8_t { invite, assign_role, remove, suspend, edit_workspaces };
constexpr std::size_t reach_count = 5;

std::string_view name_of(Operation operation);
std::string_view name_of(Reach reach);
std::optional<Operation> operation_named(std::string_view name);
std::optional<Reach> reach_named(std::string_view name);

/// Permissions by their place in the catalogue of one blueprint. `*` is all bits set, so that it
/// holds permissions which the catalogue gains later.
constexpr std::size_t permission_limit = 256;
using PermissionSet = std::bitset<permission_limit>;
inline bool contains(const PermissionSet& outer, const PermissionSet& inner) {
    return (inner & ~outer).none();
}

struct Permission {
    PermissionId id;
    std::string module;
    std::string label;
    /// Narrower forms that come with this one (given folders within everywhere, published within
    /// all).
    std::vector<PermissionId> implies;
    /// True: it reaches only the workspaces that its holder is in.
    bool within_workspaces = false;
    /// Of one within workspaces: held, too, where no workspace is asked about.
    bool without_workspace_too = false;

    bool operator==(const Permission&) const = default;
};

/// What a role gives. `everything` is `*`.
struct PermissionGrant {
    bool everything = false;
    std::vector<PermissionId> permissions;

    bool operator==(const PermissionGrant&) const = default;
};

/// Which roles of a target are reached. Nothing set is `none`.
struct TargetSelector {
    bool all = false;
    bool custom = false;  ///< roles that the organisation made
    bool held = false;    ///< roles of which the actor holds every permission
    std::vector<RoleId> roles;

    bool operator==(const TargetSelector&) const = default;
};
using ReachRules = std::map<Reach, TargetSelector>;

struct OrganizationRole {
    RoleId id;
    std::string name;
    PermissionGrant gives;
    std::vector<LicenceClassId> licences;  ///< that fit, in order; empty: needs none
    ReachRules reach;
    std::vector<PermissionId> grants;             ///< may be given to others without being held
    bool is_protected = false;                    ///< must keep a holder (C9, M10, R6)
    bool single_holder = false;                   ///< exactly one (U4)
    std::optional<RoleId> former_holder_becomes;  ///< after a transfer
    bool offerable = true;                        ///< may be named in an invitation or role change
    bool renameable = false;
    bool editable = false;
    bool deletable = false;
    bool copyable = false;

    bool operator==(const OrganizationRole&) const = default;
};

struct WorkspaceRole {
    RoleId id;
    std::string name;
    PermissionGrant gives;  ///< in that workspace alone
    std::vector<LicenceClassId> licences;

    bool operator==(const WorkspaceRole&) const = default;
};

struct WorkspaceRules {
    bool offered = false;
    std::string word = "workspace";    ///< the product's own word for them
    std::vector<WorkspaceRole> roles;  ///< empty: one is in a workspace or not, without a role
    /// From the person's side, by one step and in all; 0: as many as there are (R9 has 10).
    std::size_t most_per_invitation = 0;
    bool in_invitation = true;           ///< an invitation may name workspaces
    bool for_pending = false;            ///< assignable while the invitation is open (R9)
    std::optional<RoleId> creator_role;  ///< what a member who makes a workspace is there
    /// What somebody's roles must give before anybody can place them in a workspace (M2).
    std::optional<PermissionId> joining_needs;
    bool self_placement = false;  ///< who assigns places takes one as they would give it

    bool operator==(const WorkspaceRules&) const = default;
};

/// So many mails to one person are remembered for the limit of a day.
constexpr std::size_t most_resends_known = 100;

struct JoiningRules {
    bool at_once_for_known_accounts = false;  ///< M6
    Duration invitation_life = std::chrono::hours{24 * 7};
    bool invitation_reserves_licence = true;
    /// The inviter's right is checked again at acceptance; that to protected roles is in any case.
    bool recheck_inviter = true;
    bool invitation_names_role = true;  ///< false: newcomers start with `newcomer_role` (M11)
    std::optional<RoleId> newcomer_role;
    std::size_t most_rows = 1000;
    /// How long after an invitation was sent again, or made anew, one may be sent once more to the
    /// same person; 0: at once.
    Duration resend_interval = std::chrono::minutes{1};
    std::size_t most_resends_a_day = 10;       ///< to one person in 24 hours; 0: no limit
    std::size_t most_mails_an_hour = 100'000;  ///< of the organisation; 0: no limit

    bool operator==(const JoiningRules&) const = default;
};

enum class LastHolderGuard : std::uint8_t { refused, operator_replaces };

struct MemberRules {
    bool several_roles = false;  ///< E10
    bool self_removal = true;    ///< R11 says no
    bool own_role_change = true;
    bool role_change_while_pending = false;
    bool role_change_while_suspended = false;
    bool suspension = false;  ///< E3
    bool suspension_frees_licence = false;
    bool confirm_removal = true;       ///< a removal says that its consequences are known
    bool address_replacement = false;  ///< R13 as one step
    LastHolderGuard last_holder = LastHolderGuard::refused;
    bool removal_while_pending = false;  ///< which takes the invitation back (R8)

    bool operator==(const MemberRules&) const = default;
};

struct CustomRoleRules {
    bool offered = false;  ///< C15, E1
    ReachRules reach;      ///< of holders of such roles; the usual value is `held` everywhere
    std::vector<LicenceClassId> licences;
    std::size_t most = 200;

    bool operator==(const CustomRoleRules&) const = default;
};

/// A class that no plan limits is unlimited.
struct Plan {
    PlanId id;
    std::string name;
    std::map<LicenceClassId, std::uint64_t> limits;

    bool operator==(const Plan&) const = default;
};

struct LicenceClass {
    LicenceClassId id;
    std::string name;

    bool operator==(const LicenceClass&) const = default;
};

/// A column of a list or of the CSV: a field Muster knows, under the product's own label.
struct Column {
    std::string field;
    std::string label;

    bool operator==(const Column&) const = default;
};

/// Words and thresholds for whoever shows an organisation. Nothing here decides a command.
struct Presentation {
    std::vector<Column> list_columns;
    std::vector<Column> csv_columns;
    std::map<std::string, std::string>
        status_words;  ///< active, suspended, pending, former -> the word shown
    std::string mail_language = "en";
    std::map<std::string, std::string> mail_words;  ///< subject, body; {organization}, {link}, ...
    std::size_t advise_protected_holders = 0;       ///< C16, R6: at least so many; 0: no advice
    std::uint32_t advise_idle_days = 0;
    bool advise_two_factor = false;          ///< E12
    std::uint32_t advise_expiring_days = 0;  ///< of open invitations
    /// Roles that give at least so much of the catalogue and are not protected; 0: no advice.
    std::uint32_t advise_wide_role_percent = 0;
    /// Sign-ins so near to each other count as one; 0: each counts.
    std::uint32_t sign_in_coalescing_seconds = 0;

    bool operator==(const Presentation&) const = default;
};

struct Blueprint {
    std::string id;
    std::string product;
    std::vector<Permission> permissions;
    std::map<Operation, PermissionId> needs;  ///< the permission each operation takes
    std::vector<OrganizationRole> roles;
    RoleId founder_role;
    CustomRoleRules custom_roles;
    WorkspaceRules workspaces;
    JoiningRules joining;
    MemberRules members;
    std::vector<LicenceClass> licence_classes;
    std::vector<Plan> plans;
    PlanId first_plan;
    Presentation presentation;

    bool operator==(const Blueprint&) const = default;

    const OrganizationRole* role(const RoleId& id) const;
    const WorkspaceRole* workspace_role(const RoleId& id) const;
    const Plan* plan(const PlanId& id) const;
    const Permission* permission(const PermissionId& id) const;
    bool has_licence_class(const LicenceClassId& id) const;

    /// What a grant amounts to, with everything it implies. Unknown permissions give nothing.
    PermissionSet closure(const PermissionGrant& grant) const;
    PermissionSet closure(const std::vector<PermissionId>& permissions) const;
};

/// A blueprint that organisations, commands and events share. Equal when the rules are equal. Only
/// a default-made one is empty; reading through it is a bug.
class SharedBlueprint {
 public:
    SharedBlueprint() = default;
    explicit SharedBlueprint(Blueprint blueprint)
        : rules_{std::make_shared<const Blueprint>(std::move(blueprint))} {}

    explicit operator bool() const { return rules_ != nullptr; }
    const Blueprint& operator*() const {
        ENSURE(rules_ != nullptr);
        return *rules_;
    }
    const Blueprint* operator->() const { return &**this; }
    bool operator==(const SharedBlueprint& other) const {
        return rules_ == other.rules_ || (rules_ && other.rules_ && *rules_ == *other.rules_);
    }

 private:
    std::shared_ptr<const Blueprint> rules_;
};

/// One contradiction: where in the document ("roles[2].licences[0]") and what is wrong there.
struct BlueprintError {
    std::string field;
    std::string message;

    bool operator==(const BlueprintError&) const = default;
};

/// Everything that is wrong with a blueprint, all at once; empty when it can be used.
std::vector<BlueprintError> errors_of(const Blueprint& blueprint);

}  // namespace muster
