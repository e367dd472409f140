// Why the business says no. One value for each answer a caller could react to, one sentence a
// value. The names are public: the HTTP API shows them as `code`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace muster {

/// STORED: never renumber. A retired value stays as a comment.
enum class Rejection : std::uint16_t {
    // Who and what is known here.
    organization_not_found = 1,
    person_not_found = 2,
    member_not_found = 3,
    invitation_not_found = 4,
    role_not_found = 5,
    workspace_not_found = 6,
    plan_not_found = 7,
    workspace_role_not_found = 8,
    // Allowed.
    not_allowed = 20,
    target_out_of_reach = 21,
    beyond_own_permissions = 22,
    operator_only = 23,
    self_removal_not_allowed = 24,
    own_role_change_not_allowed = 25,
    invitation_for_another_address = 26,
    sign_in_required = 27,
    own_suspension_not_allowed = 28,
    caller_suspended = 29,
    workspace_joining_not_allowed = 30,
    // State.
    organization_exists = 40,
    organization_ended = 41,
    already_member = 42,
    already_invited = 43,
    member_pending = 44,
    member_suspended = 45,
    invitation_accepted = 46,
    invitation_declined = 47,
    invitation_cancelled = 48,
    invitation_expired = 49,
    invitation_superseded = 50,
    inviter_lost_right = 51,
    last_protected_holder = 52,
    role_name_taken = 53,
    workspace_name_taken = 54,
    id_taken = 55,
    import_in_progress = 56,
    not_importing = 57,
    import_out_of_order = 58,
    address_not_verified = 59,
    role_in_use = 60,
    blueprint_breaks = 61,
    not_protected_holder = 62,
    // Arguments.
    name_missing = 70,
    role_missing = 71,
    single_role_only = 72,
    role_not_offerable = 73,
    role_repeated = 74,
    workspace_repeated = 75,
    workspaces_not_offered = 76,
    workspace_role_missing = 77,
    workspace_role_not_offered = 78,
    custom_roles_not_offered = 79,
    permission_unknown = 80,
    licence_class_unknown = 81,
    blueprint_invalid = 82,
    rows_missing = 83,
    person_repeated = 84,
    role_not_asked_for = 85,
    suspension_not_offered = 86,
    ownership_not_offered = 87,
    replacement_not_offered = 88,
    role_not_renameable = 89,
    role_not_editable = 90,
    role_not_deletable = 91,
    role_not_copyable = 92,
    reason_missing = 93,
    organization_repeated = 94,
    same_person = 95,
    id_missing = 96,
    address_unreadable = 97,
    confirmation_missing = 98,
    // Limits.
    seat_limit_reached = 100,
    too_many_rows = 101,
    too_many_workspaces = 102,
    too_many_roles = 103,
    resent_too_soon = 104,
    resent_too_often = 105,
    mail_limit_reached = 106,
};

/// The public name of a value, for example "last_protected_holder".
std::string_view name_of(Rejection rejection);
/// One sentence for people, without personal data.
std::string_view sentence_of(Rejection rejection);
/// The value of a stored number; nothing where there is none.
std::optional<Rejection> rejection_numbered(std::uint16_t number);

}  // namespace muster
