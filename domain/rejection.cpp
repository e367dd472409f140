// Names and sentences of the rejections, one row a value.
#include "domain/rejection.h"

#include "domain/ensure.h"

#include <array>

namespace muster {
namespace {

struct Words {
    Rejection value;
    std::string_view name;
    std::string_view sentence;
};

constexpr auto vocabulary = std::to_array<Words>({
    {Rejection::organization_not_found, "organization_not_found",
     "There is no such organisation, or the caller is not part of it."},
    {Rejection::person_not_found, "person_not_found", "There is no such person."},
    {Rejection::member_not_found, "member_not_found",
     "That person is not a member of this organisation."},
    {Rejection::invitation_not_found, "invitation_not_found",
     "There is no such invitation in this organisation."},
    {Rejection::role_not_found, "role_not_found", "There is no such role in this organisation."},
    {Rejection::workspace_not_found, "workspace_not_found",
     "There is no such workspace in this organisation."},
    {Rejection::plan_not_found, "plan_not_found", "The blueprint has no plan of that name."},
    {Rejection::workspace_role_not_found, "workspace_role_not_found",
     "The blueprint has no workspace role of that name."},
    {Rejection::not_allowed, "not_allowed",
     "None of the caller's roles gives the permission this takes."},
    {Rejection::target_out_of_reach, "target_out_of_reach",
     "The caller's roles do not reach somebody who holds, or is to hold, that role."},
    {Rejection::beyond_own_permissions, "beyond_own_permissions",
     "Nobody grants what they neither hold nor were given to grant."},
    {Rejection::operator_only, "operator_only", "Only the operator of the platform does this."},
    {Rejection::self_removal_not_allowed, "self_removal_not_allowed",
     "Members of this organisation do not remove themselves; somebody else must."},
    {Rejection::own_role_change_not_allowed, "own_role_change_not_allowed",
     "Members of this organisation do not change their own roles."},
    {Rejection::invitation_for_another_address, "invitation_for_another_address",
     "The invitation was sent to an address that is not the caller's."},
    {Rejection::sign_in_required, "sign_in_required",
     "The invited person has an account: sign in to it to answer the invitation."},
    {Rejection::own_suspension_not_allowed, "own_suspension_not_allowed",
     "Nobody suspends themselves; somebody else must."},
    {Rejection::caller_suspended, "caller_suspended",
     "The caller's membership of this organisation is suspended."},
    {Rejection::workspace_joining_not_allowed, "workspace_joining_not_allowed",
     "That person's roles do not give what takes one into a workspace."},
    {Rejection::organization_exists, "organization_exists",
     "An organisation with that id exists already."},
    {Rejection::organization_ended, "organization_ended", "The organisation has ended."},
    {Rejection::already_member, "already_member", "That person is a member already."},
    {Rejection::already_invited, "already_invited", "That person has an open invitation already."},
    {Rejection::member_pending, "member_pending",
     "That person was invited and has not accepted yet."},
    {Rejection::member_suspended, "member_suspended", "That member is suspended."},
    {Rejection::invitation_accepted, "invitation_accepted", "The invitation was accepted already."},
    {Rejection::invitation_declined, "invitation_declined", "The invitation was declined."},
    {Rejection::invitation_cancelled, "invitation_cancelled", "The invitation was cancelled."},
    {Rejection::invitation_expired, "invitation_expired",
     "The invitation has expired; a new one can be sent."},
    {Rejection::invitation_superseded, "invitation_superseded",
     "A newer link was sent for this invitation; this one no longer works."},
    {Rejection::inviter_lost_right, "inviter_lost_right",
     "Whoever sent the invitation may no longer offer what it offers."},
    {Rejection::last_protected_holder, "last_protected_holder",
     "The organisation would be left without a holder of its protected role."},
    {Rejection::role_name_taken, "role_name_taken",
     "Another role of this organisation has that name, or one that looks the same."},
    {Rejection::workspace_name_taken, "workspace_name_taken",
     "Another workspace of this organisation has that name, or one that looks the same."},
    {Rejection::id_taken, "id_taken", "That id was used before."},
    {Rejection::import_in_progress, "import_in_progress",
     "The organisation's history is being imported; it takes no other "
     "commands until that is finished."},
    {Rejection::not_importing, "not_importing",
     "History is imported only into an organisation that the import itself "
     "founded and has not finished."},
    {Rejection::import_out_of_order, "import_out_of_order",
     "Imported times never go back within an organisation and are never in the future."},
    {Rejection::address_not_verified, "address_not_verified",
     "The account's address is not verified."},
    {Rejection::role_in_use, "role_in_use",
     "Members hold that role, or open invitations name it; the answer says how many."},
    {Rejection::blueprint_breaks, "blueprint_breaks",
     "The other rules do not fit this organisation as it is; the answer lists what stands in the "
     "way."},
    {Rejection::not_protected_holder, "not_protected_holder",
     "That member does not hold a protected role."},
    {Rejection::name_missing, "name_missing", "A name is needed."},
    {Rejection::role_missing, "role_missing", "At least one role is needed."},
    {Rejection::single_role_only, "single_role_only",
     "A member of this organisation holds exactly one role."},
    {Rejection::role_not_offerable, "role_not_offerable", "That role cannot be given this way."},
    {Rejection::role_repeated, "role_repeated", "A role is named twice."},
    {Rejection::workspace_repeated, "workspace_repeated", "A workspace is named twice."},
    {Rejection::workspaces_not_offered, "workspaces_not_offered",
     "This organisation has no workspaces."},
    {Rejection::workspace_role_missing, "workspace_role_missing",
     "A role in the workspace is needed."},
    {Rejection::workspace_role_not_offered, "workspace_role_not_offered",
     "Workspaces of this organisation have no roles."},
    {Rejection::custom_roles_not_offered, "custom_roles_not_offered",
     "This organisation has no roles of its own making."},
    {Rejection::permission_unknown, "permission_unknown",
     "The blueprint has no permission of that name."},
    {Rejection::licence_class_unknown, "licence_class_unknown",
     "The blueprint has no licence class of that name."},
    {Rejection::blueprint_invalid, "blueprint_invalid", "The blueprint contradicts itself."},
    {Rejection::rows_missing, "rows_missing", "The list is empty; at least one entry is needed."},
    {Rejection::person_repeated, "person_repeated", "A person is named twice."},
    {Rejection::role_not_asked_for, "role_not_asked_for",
     "An invitation to this organisation names no role; the newcomer starts with the default one."},
    {Rejection::suspension_not_offered, "suspension_not_offered",
     "Members of this organisation are not suspended."},
    {Rejection::ownership_not_offered, "ownership_not_offered",
     "This organisation has no role of exactly one holder."},
    {Rejection::replacement_not_offered, "replacement_not_offered",
     "The rules of this organisation know no such replacement."},
    {Rejection::role_not_renameable, "role_not_renameable", "That role keeps its name."},
    {Rejection::role_not_editable, "role_not_editable", "That role keeps its permissions."},
    {Rejection::role_not_deletable, "role_not_deletable", "That role stays."},
    {Rejection::role_not_copyable, "role_not_copyable",
     "That role is not copied to other organisations."},
    {Rejection::reason_missing, "reason_missing", "A reason is needed, for the record."},
    {Rejection::organization_repeated, "organization_repeated",
     "An organisation is named twice, or is the one it comes from."},
    {Rejection::same_person, "same_person", "Both people are the same person."},
    {Rejection::id_missing, "id_missing", "An id is nil, which names nothing and nobody."},
    {Rejection::address_unreadable, "address_unreadable",
     "The address is missing or cannot be read as one."},
    {Rejection::confirmation_missing, "confirmation_missing",
     "Look at what this brings about, then confirm it."},
    {Rejection::seat_limit_reached, "seat_limit_reached",
     "No licence is left for this; the limit is raised through the subscription."},
    {Rejection::too_many_rows, "too_many_rows", "Too many people in one request."},
    {Rejection::too_many_workspaces, "too_many_workspaces",
     "Too many workspaces from this side; add the person from the workspaces themselves."},
    {Rejection::too_many_roles, "too_many_roles",
     "The organisation has as many roles as it may have."},
    {Rejection::resent_too_soon, "resent_too_soon",
     "This person was sent an invitation again a moment ago; wait before sending one more."},
    {Rejection::resent_too_often, "resent_too_often",
     "This person was sent invitations again as often as may be within 24 hours."},
    {Rejection::mail_limit_reached, "mail_limit_reached",
     "The organisation has sent as many mails as it may within an hour; more go out in the next."},
});

const Words* find(Rejection rejection) {
    for (const Words& words : vocabulary) {
        if (words.value == rejection) return &words;
    }
    return nullptr;
}

}  // namespace

std::string_view name_of(Rejection rejection) {
    const Words* words = find(rejection);
    ENSURE(words != nullptr);
    return words->name;
}

std::string_view sentence_of(Rejection rejection) {
    const Words* words = find(rejection);
    ENSURE(words != nullptr);
    return words->sentence;
}

std::optional<Rejection> rejection_numbered(std::uint16_t number) {
    const Words* words = find(Rejection{number});
    if (words == nullptr) return std::nullopt;
    return words->value;
}

}  // namespace muster
