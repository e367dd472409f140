// The stored form of every command, in the order of the union.
#include "eventstore/form/codec_description.h"

namespace muster {

using codec::Stored;
using codec::table;

auto form_of(Stored<InvitationRow> auto& row) {
    return table<stored::InvitationRow>(row.invitation, row.person, row.roles, row.workspaces,
                                        row.name, row.address, row.details);
}

auto form_of(Stored<RoleCopy> auto& copy) {
    return table<stored::RoleCopy>(copy.organization, copy.role);
}

auto form_of(Stored<FoundOrganization> auto& command) {
    return table<stored::FoundOrganization>(command.organization, command.name, command.blueprint,
                                            command.founder, command.founder_name,
                                            command.founder_address);
}

auto form_of(Stored<EndOrganization> auto& command) {
    return table<stored::EndOrganization>(command.organization);
}

auto form_of(Stored<ChangePlan> auto& command) {
    return table<stored::ChangePlan>(command.organization, command.plan, command.limits);
}

auto form_of(Stored<InviteMember> auto& command) {
    return table<stored::InviteMember>(command.organization, command.rows, command.mode,
                                       command.message);
}

auto form_of(Stored<ResendInvitation> auto& command) {
    return table<stored::ResendInvitation>(command.organization, command.invitation);
}

auto form_of(Stored<CancelInvitation> auto& command) {
    return table<stored::CancelInvitation>(command.organization, command.invitation);
}

auto form_of(Stored<AcceptInvitation> auto& command) {
    return table<stored::AcceptInvitation>(command.organization, command.invitation,
                                           command.send_number, command.signed_in,
                                           command.account_name, command.account_address);
}

auto form_of(Stored<DeclineInvitation> auto& command) {
    return table<stored::DeclineInvitation>(command.organization, command.invitation,
                                            command.send_number, command.signed_in);
}

auto form_of(Stored<ChangeRole> auto& command) {
    return table<stored::ChangeRole>(command.organization, command.person, command.roles);
}

auto form_of(Stored<RemoveMember> auto& command) {
    return table<stored::RemoveMember>(command.organization, command.person, command.confirmed,
                                       command.sent);
}

auto form_of(Stored<CreateWorkspace> auto& command) {
    return table<stored::CreateWorkspace>(command.organization, command.workspace, command.name);
}

auto form_of(Stored<DeleteWorkspace> auto& command) {
    return table<stored::DeleteWorkspace>(command.organization, command.workspace);
}

auto form_of(Stored<AssignWorkspaceRole> auto& command) {
    return table<stored::AssignWorkspaceRole>(command.organization, command.person, command.place,
                                              command.from_person);
}

auto form_of(Stored<WithdrawWorkspaceRole> auto& command) {
    return table<stored::WithdrawWorkspaceRole>(command.organization, command.person,
                                                command.workspace);
}

auto form_of(Stored<CreateRole> auto& command) {
    return table<stored::CreateRole>(command.organization, command.role, command.name,
                                     command.permissions);
}

auto form_of(Stored<RegisterPerson> auto& command) {
    return table<stored::RegisterPerson>(command.person, command.name, command.address,
                                         command.verified);
}

auto form_of(Stored<RecordSignIn> auto& command) {
    return table<stored::RecordSignIn>(command.person, command.organization);
}

auto form_of(Stored<SettleDue> auto& command) {
    return table<stored::SettleDue>(command.organization);
}

auto form_of(Stored<FinishImport> auto& command) {
    return table<stored::FinishImport>(command.organization);
}

auto form_of(Stored<RecordMailHandedOver> auto& command) {
    return table<stored::RecordMailHandedOver>(command.organization, command.invitation,
                                               command.send_number);
}

auto form_of(Stored<SuspendMember> auto& command) {
    return table<stored::SuspendMember>(command.organization, command.person, command.sent);
}

auto form_of(Stored<ReinstateMember> auto& command) {
    return table<stored::ReinstateMember>(command.organization, command.person);
}

auto form_of(Stored<TransferOwnership> auto& command) {
    return table<stored::TransferOwnership>(command.organization, command.person);
}

auto form_of(Stored<ReplaceProtectedHolder> auto& command) {
    return table<stored::ReplaceProtectedHolder>(command.organization, command.person,
                                                 command.successor, command.roles);
}

auto form_of(Stored<ReplaceAddress> auto& command) {
    return table<stored::ReplaceAddress>(command.organization, command.person, command.invitation,
                                         command.successor, command.name, command.address,
                                         command.details);
}

auto form_of(Stored<AssignRole> auto& command) {
    return table<stored::AssignRole>(command.organization, command.person, command.role);
}

auto form_of(Stored<WithdrawRole> auto& command) {
    return table<stored::WithdrawRole>(command.organization, command.person, command.role,
                                       command.replacement);
}

auto form_of(Stored<RenameRole> auto& command) {
    return table<stored::RenameRole>(command.organization, command.role, command.name);
}

auto form_of(Stored<SetRolePermissions> auto& command) {
    return table<stored::SetRolePermissions>(command.organization, command.role,
                                             command.permissions);
}

auto form_of(Stored<DeleteRole> auto& command) {
    return table<stored::DeleteRole>(command.organization, command.role, command.replacement);
}

auto form_of(Stored<CopyRole> auto& command) {
    return table<stored::CopyRole>(command.organization, command.role, command.targets);
}

auto form_of(Stored<AssignWorkspaces> auto& command) {
    return table<stored::AssignWorkspaces>(command.organization, command.person,
                                           command.workspaces);
}

auto form_of(Stored<RenameOrganization> auto& command) {
    return table<stored::RenameOrganization>(command.organization, command.name);
}

auto form_of(Stored<RenameWorkspace> auto& command) {
    return table<stored::RenameWorkspace>(command.organization, command.workspace, command.name);
}

auto form_of(Stored<ChangeBlueprint> auto& command) {
    return table<stored::ChangeBlueprint>(command.organization, command.blueprint, command.roles,
                                          command.workspace_roles, command.plan);
}

auto form_of(Stored<ChangeTwoFactor> auto& command) {
    return table<stored::ChangeTwoFactor>(command.person, command.enabled);
}

auto form_of(Stored<ChangeProfile> auto& command) {
    return table<stored::ChangeProfile>(command.person, command.name, command.avatar);
}

auto form_of(Stored<RecordSuppressedAttempts> auto& command) {
    return table<stored::RecordSuppressedAttempts>(command.organization, command.limit,
                                                   command.actor, command.count, command.from,
                                                   command.to);
}

namespace codec {

static_assert(std::variant_size_v<Command> == static_cast<std::size_t>(stored::Command::MAX));

StoredUnion<stored::Command> write(Encoder& encoder, const Command& command) {
    return encoder.alternative<stored::CommandTraits>(command);
}

Command read_command(Decoder& decoder, const stored::Commit& commit) {
    Command command;
    const auto number = static_cast<std::size_t>(commit.command_type());
    decoder.take_alternative<stored::CommandTraits>(number, commit.command(), command);
    return command;
}

}  // namespace codec

described::Object described::describe(const Command& command) {
    return codec::Description::of_held(command);
}

}  // namespace muster
