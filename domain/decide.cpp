// The way from a command to its decision, one line a command.
#include "domain/decide.h"

#include "domain/decide_parts.h"

namespace muster {
namespace {

/// One operator() a command: a command without one does not compile.
struct Decide {
    Call call;

    Verdict operator()(const FoundOrganization& c) const { return found_organization(call, c); }
    Verdict operator()(const EndOrganization& c) const { return end_organization(call, c); }
    Verdict operator()(const ChangePlan& c) const { return change_plan(call, c); }
    Verdict operator()(const InviteMember& c) const { return invite_member(call, c); }
    Verdict operator()(const ResendInvitation& c) const { return resend_invitation(call, c); }
    Verdict operator()(const CancelInvitation& c) const { return cancel_invitation(call, c); }
    Verdict operator()(const AcceptInvitation& c) const { return accept_invitation(call, c); }
    Verdict operator()(const DeclineInvitation& c) const { return decline_invitation(call, c); }
    Verdict operator()(const ChangeRole& c) const { return change_role(call, c); }
    Verdict operator()(const RemoveMember& c) const { return remove_member(call, c); }
    Verdict operator()(const CreateWorkspace& c) const { return create_workspace(call, c); }
    Verdict operator()(const DeleteWorkspace& c) const { return delete_workspace(call, c); }
    Verdict operator()(const AssignWorkspaceRole& c) const {
        return assign_workspace_role(call, c);
    }
    Verdict operator()(const WithdrawWorkspaceRole& c) const {
        return withdraw_workspace_role(call, c);
    }
    Verdict operator()(const CreateRole& c) const { return create_role(call, c); }
    Verdict operator()(const RegisterPerson& c) const { return register_person(call, c); }
    Verdict operator()(const RecordSignIn& c) const { return record_sign_in(call, c); }
    Verdict operator()(const SettleDue& c) const { return settle_due(call, c); }
    Verdict operator()(const FinishImport& c) const { return finish_import(call, c); }
    Verdict operator()(const RecordMailHandedOver& c) const {
        return record_mail_handed_over(call, c);
    }
    Verdict operator()(const SuspendMember& c) const { return suspend_member(call, c); }
    Verdict operator()(const ReinstateMember& c) const { return reinstate_member(call, c); }
    Verdict operator()(const TransferOwnership& c) const { return transfer_ownership(call, c); }
    Verdict operator()(const ReplaceProtectedHolder& c) const {
        return replace_protected_holder(call, c);
    }
    Verdict operator()(const ReplaceAddress& c) const { return replace_address(call, c); }
    Verdict operator()(const AssignRole& c) const { return assign_role(call, c); }
    Verdict operator()(const WithdrawRole& c) const { return withdraw_role(call, c); }
    Verdict operator()(const RenameRole& c) const { return rename_role(call, c); }
    Verdict operator()(const SetRolePermissions& c) const { return set_role_permissions(call, c); }
    Verdict operator()(const DeleteRole& c) const { return delete_role(call, c); }
    Verdict operator()(const CopyRole& c) const { return copy_role(call, c); }
    Verdict operator()(const AssignWorkspaces& c) const { return assign_workspaces(call, c); }
    Verdict operator()(const RenameOrganization& c) const { return rename_organization(call, c); }
    Verdict operator()(const RenameWorkspace& c) const { return rename_workspace(call, c); }
    Verdict operator()(const ChangeBlueprint& c) const { return change_blueprint(call, c); }
    Verdict operator()(const ChangeTwoFactor& c) const { return change_two_factor(call, c); }
    Verdict operator()(const ChangeProfile& c) const { return change_profile(call, c); }
    Verdict operator()(const RecordSuppressedAttempts& c) const {
        return record_suppressed_attempts(call, c);
    }
};

}  // namespace

std::expected<Decision, Refusal> decide(const World& world, const Command& command,
                                        const Context& context, Instant now) {
    if (names_nil(command, context.actor)) return refuse(Rejection::id_missing);
    return std::visit(Decide{Call{world, context, now}}, command);
}

std::optional<Instant> next_due(const Organization& organization) {
    if (organization.ended || organization.due.empty()) return std::nullopt;
    return organization.due.begin()->first;
}

}  // namespace muster
