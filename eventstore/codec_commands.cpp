// Commands to their stored form and back.
#include "domain/ensure.h"
#include "eventstore/codec_parts.h"

namespace muster::codec {
namespace {

static_assert(std::variant_size_v<Command> == static_cast<std::size_t>(stored::Command::MAX));

stored::RowMode stored_mode(RowMode mode) {
    switch (mode) {
        case RowMode::atomic:
            return stored::RowMode::atomic;
        case RowMode::each:
            return stored::RowMode::each;
    }
    ENSURE(false);
}

Offset<stored::InvitationRow> write_row(Writer& writer, const InvitationRow& row) {
    const auto invitation = to_stored(row.invitation);
    const auto person = to_stored(row.person);
    const auto roles = writer.keys(row.roles);
    const auto workspaces = writer.places(row.workspaces);
    const auto name = writer.sealed(row.name);
    const auto address = writer.sealed(row.address);
    return stored::CreateInvitationRow(writer.builder, &invitation, &person, roles, workspaces,
                                       name, address);
}

/// One operator() for each command, so that a forgotten one does not compile.
struct CommandWriter {
    Writer& writer;

    template <class Table>
    StoredCommand of(Offset<Table> table) const {
        return {stored::CommandTraits<Table>::enum_value, table.Union()};
    }

    StoredCommand operator()(const FoundOrganization& command) const {
        const auto organization = to_stored(command.organization);
        const auto name = writer.text(command.name);
        const auto blueprint = writer.blueprint(command.blueprint);
        const auto founder = to_stored(command.founder);
        const auto founder_name = writer.sealed(command.founder_name);
        const auto founder_address = writer.sealed(command.founder_address);
        return of(stored::CreateFoundOrganization(writer.builder, &organization, name, blueprint,
                                                  &founder, founder_name, founder_address));
    }

    StoredCommand operator()(const EndOrganization& command) const {
        const auto organization = to_stored(command.organization);
        return of(stored::CreateEndOrganization(writer.builder, &organization));
    }

    StoredCommand operator()(const ChangePlan& command) const {
        const auto organization = to_stored(command.organization);
        const auto plan = writer.key(command.plan);
        const auto limits = writer.limits(command.limits);
        return of(stored::CreateChangePlan(writer.builder, &organization, plan, limits));
    }

    StoredCommand operator()(const InviteMember& command) const {
        const auto organization = to_stored(command.organization);
        const auto rows = writer.tables<stored::InvitationRow>(
            command.rows, [this](const InvitationRow& row) { return write_row(writer, row); });
        const auto message = writer.sealed(command.message);
        return of(stored::CreateInviteMember(writer.builder, &organization, rows,
                                             stored_mode(command.mode), message));
    }

    StoredCommand operator()(const ResendInvitation& command) const {
        const auto organization = to_stored(command.organization);
        const auto invitation = to_stored(command.invitation);
        return of(stored::CreateResendInvitation(writer.builder, &organization, &invitation));
    }

    StoredCommand operator()(const CancelInvitation& command) const {
        const auto organization = to_stored(command.organization);
        const auto invitation = to_stored(command.invitation);
        return of(stored::CreateCancelInvitation(writer.builder, &organization, &invitation));
    }

    StoredCommand operator()(const AcceptInvitation& command) const {
        const auto organization = to_stored(command.organization);
        const auto invitation = to_stored(command.invitation);
        const auto account_name = writer.sealed(command.account_name);
        const auto account_address = writer.sealed(command.account_address);
        return of(stored::CreateAcceptInvitation(writer.builder, &organization, &invitation,
                                                 command.send_number, command.signed_in,
                                                 account_name, account_address));
    }

    StoredCommand operator()(const DeclineInvitation& command) const {
        const auto organization = to_stored(command.organization);
        const auto invitation = to_stored(command.invitation);
        return of(stored::CreateDeclineInvitation(writer.builder, &organization, &invitation,
                                                  command.send_number, command.signed_in));
    }

    StoredCommand operator()(const ChangeRole& command) const {
        const auto organization = to_stored(command.organization);
        const auto person = to_stored(command.person);
        const auto roles = writer.keys(command.roles);
        return of(stored::CreateChangeRole(writer.builder, &organization, &person, roles));
    }

    StoredCommand operator()(const RemoveMember& command) const {
        const auto organization = to_stored(command.organization);
        const auto person = to_stored(command.person);
        return of(stored::CreateRemoveMember(writer.builder, &organization, &person));
    }

    StoredCommand operator()(const CreateWorkspace& command) const {
        const auto organization = to_stored(command.organization);
        const auto workspace = to_stored(command.workspace);
        const auto name = writer.text(command.name);
        return of(stored::CreateCreateWorkspace(writer.builder, &organization, &workspace, name));
    }

    StoredCommand operator()(const DeleteWorkspace& command) const {
        const auto organization = to_stored(command.organization);
        const auto workspace = to_stored(command.workspace);
        return of(stored::CreateDeleteWorkspace(writer.builder, &organization, &workspace));
    }

    StoredCommand operator()(const AssignWorkspaceRole& command) const {
        const auto organization = to_stored(command.organization);
        const auto person = to_stored(command.person);
        const auto place = writer.place(command.place);
        return of(stored::CreateAssignWorkspaceRole(writer.builder, &organization, &person, place));
    }

    StoredCommand operator()(const WithdrawWorkspaceRole& command) const {
        const auto organization = to_stored(command.organization);
        const auto person = to_stored(command.person);
        const auto workspace = to_stored(command.workspace);
        return of(stored::CreateWithdrawWorkspaceRole(writer.builder, &organization, &person,
                                                      &workspace));
    }

    StoredCommand operator()(const CreateRole& command) const {
        const auto organization = to_stored(command.organization);
        const auto role = writer.key(command.role);
        const auto name = writer.text(command.name);
        const auto permissions = writer.keys(command.permissions);
        return of(stored::CreateCreateRole(writer.builder, &organization, role, name, permissions));
    }

    StoredCommand operator()(const RegisterPerson& command) const {
        const auto person = to_stored(command.person);
        const auto name = writer.sealed(command.name);
        const auto address = writer.sealed(command.address);
        return of(
            stored::CreateRegisterPerson(writer.builder, &person, name, address, command.verified));
    }

    StoredCommand operator()(const RecordSignIn& command) const {
        const auto person = to_stored(command.person);
        const auto organization = to_stored(command.organization.value_or(OrganizationId{}));
        return of(stored::CreateRecordSignIn(writer.builder, &person,
                                             command.organization ? &organization : nullptr));
    }

    StoredCommand operator()(const SettleDue& command) const {
        const auto organization = to_stored(command.organization);
        return of(stored::CreateSettleDue(writer.builder, &organization));
    }

    StoredCommand operator()(const FinishImport& command) const {
        const auto organization = to_stored(command.organization);
        return of(stored::CreateFinishImport(writer.builder, &organization));
    }

    StoredCommand operator()(const RecordMailHandedOver& command) const {
        const auto organization = to_stored(command.organization);
        const auto invitation = to_stored(command.invitation);
        return of(stored::CreateRecordMailHandedOver(writer.builder, &organization, &invitation,
                                                     command.send_number));
    }
};

FoundOrganization read(Reader& reader, const stored::FoundOrganization& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .name = reader.text(table.name()),
            .blueprint = reader.blueprint(table.blueprint()),
            .founder = reader.id<PersonId>(table.founder()),
            .founder_name = reader.sealed(table.founder_name()),
            .founder_address = reader.sealed(table.founder_address())};
}

EndOrganization read(Reader& reader, const stored::EndOrganization& table) {
    return {.organization = reader.id<OrganizationId>(table.organization())};
}

ChangePlan read(Reader& reader, const stored::ChangePlan& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .plan = reader.key<PlanId>(table.plan()),
            .limits = reader.limits(table.limits())};
}

RowMode read_mode(Reader& reader, stored::RowMode mode) {
    switch (mode) {
        case stored::RowMode::atomic:
            return RowMode::atomic;
        case stored::RowMode::each:
            return RowMode::each;
        case stored::RowMode::none:
            break;
    }
    reader.fail("mode of rows");
    return {};
}

InvitationRow read_row(Reader& reader, const stored::InvitationRow& table) {
    return {.invitation = reader.id<InvitationId>(table.invitation()),
            .person = reader.id<PersonId>(table.person()),
            .roles = reader.keys<RoleId>(table.roles()),
            .workspaces = reader.places(table.workspaces()),
            .name = reader.sealed(table.name()),
            .address = reader.sealed(table.address())};
}

InviteMember read(Reader& reader, const stored::InviteMember& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .rows = reader.all<InvitationRow>(
                table.rows(),
                [&reader](const stored::InvitationRow* row) { return read_row(reader, *row); }),
            .mode = read_mode(reader, table.mode()),
            .message = reader.sealed(table.message())};
}

ResendInvitation read(Reader& reader, const stored::ResendInvitation& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .invitation = reader.id<InvitationId>(table.invitation())};
}

CancelInvitation read(Reader& reader, const stored::CancelInvitation& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .invitation = reader.id<InvitationId>(table.invitation())};
}

AcceptInvitation read(Reader& reader, const stored::AcceptInvitation& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .invitation = reader.id<InvitationId>(table.invitation()),
            .send_number = table.send_number(),
            .signed_in = table.signed_in(),
            .account_name = reader.sealed(table.account_name()),
            .account_address = reader.sealed(table.account_address())};
}

DeclineInvitation read(Reader& reader, const stored::DeclineInvitation& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .invitation = reader.id<InvitationId>(table.invitation()),
            .send_number = table.send_number(),
            .signed_in = table.signed_in()};
}

ChangeRole read(Reader& reader, const stored::ChangeRole& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .person = reader.id<PersonId>(table.person()),
            .roles = reader.keys<RoleId>(table.roles())};
}

RemoveMember read(Reader& reader, const stored::RemoveMember& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .person = reader.id<PersonId>(table.person())};
}

CreateWorkspace read(Reader& reader, const stored::CreateWorkspace& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .workspace = reader.id<WorkspaceId>(table.workspace()),
            .name = reader.text(table.name())};
}

DeleteWorkspace read(Reader& reader, const stored::DeleteWorkspace& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .workspace = reader.id<WorkspaceId>(table.workspace())};
}

AssignWorkspaceRole read(Reader& reader, const stored::AssignWorkspaceRole& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .person = reader.id<PersonId>(table.person()),
            .place = reader.place(*table.place())};
}

WithdrawWorkspaceRole read(Reader& reader, const stored::WithdrawWorkspaceRole& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .person = reader.id<PersonId>(table.person()),
            .workspace = reader.id<WorkspaceId>(table.workspace())};
}

CreateRole read(Reader& reader, const stored::CreateRole& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .role = reader.key<RoleId>(table.role()),
            .name = reader.text(table.name()),
            .permissions = reader.keys<PermissionId>(table.permissions())};
}

RegisterPerson read(Reader& reader, const stored::RegisterPerson& table) {
    return {.person = reader.id<PersonId>(table.person()),
            .name = reader.sealed(table.name()),
            .address = reader.sealed(table.address()),
            .verified = table.verified()};
}

RecordSignIn read(Reader& reader, const stored::RecordSignIn& table) {
    return {.person = reader.id<PersonId>(table.person()),
            .organization = reader.optional_id<OrganizationId>(table.organization())};
}

SettleDue read(Reader& reader, const stored::SettleDue& table) {
    return {.organization = reader.id<OrganizationId>(table.organization())};
}

FinishImport read(Reader& reader, const stored::FinishImport& table) {
    return {.organization = reader.id<OrganizationId>(table.organization())};
}

RecordMailHandedOver read(Reader& reader, const stored::RecordMailHandedOver& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .invitation = reader.id<InvitationId>(table.invitation()),
            .send_number = table.send_number()};
}

}  // namespace

StoredCommand write(Writer& writer, const Command& command) {
    return std::visit(CommandWriter{writer}, command);
}

Command read_command(Reader& reader, const stored::Commit& commit) {
    switch (commit.command_type()) {
        case stored::Command::FoundOrganization:
            return read(reader, *commit.command_as_FoundOrganization());
        case stored::Command::EndOrganization:
            return read(reader, *commit.command_as_EndOrganization());
        case stored::Command::ChangePlan:
            return read(reader, *commit.command_as_ChangePlan());
        case stored::Command::InviteMember:
            return read(reader, *commit.command_as_InviteMember());
        case stored::Command::ResendInvitation:
            return read(reader, *commit.command_as_ResendInvitation());
        case stored::Command::CancelInvitation:
            return read(reader, *commit.command_as_CancelInvitation());
        case stored::Command::AcceptInvitation:
            return read(reader, *commit.command_as_AcceptInvitation());
        case stored::Command::DeclineInvitation:
            return read(reader, *commit.command_as_DeclineInvitation());
        case stored::Command::ChangeRole:
            return read(reader, *commit.command_as_ChangeRole());
        case stored::Command::RemoveMember:
            return read(reader, *commit.command_as_RemoveMember());
        case stored::Command::CreateWorkspace:
            return read(reader, *commit.command_as_CreateWorkspace());
        case stored::Command::DeleteWorkspace:
            return read(reader, *commit.command_as_DeleteWorkspace());
        case stored::Command::AssignWorkspaceRole:
            return read(reader, *commit.command_as_AssignWorkspaceRole());
        case stored::Command::WithdrawWorkspaceRole:
            return read(reader, *commit.command_as_WithdrawWorkspaceRole());
        case stored::Command::CreateRole:
            return read(reader, *commit.command_as_CreateRole());
        case stored::Command::RegisterPerson:
            return read(reader, *commit.command_as_RegisterPerson());
        case stored::Command::RecordSignIn:
            return read(reader, *commit.command_as_RecordSignIn());
        case stored::Command::SettleDue:
            return read(reader, *commit.command_as_SettleDue());
        case stored::Command::FinishImport:
            return read(reader, *commit.command_as_FinishImport());
        case stored::Command::RecordMailHandedOver:
            return read(reader, *commit.command_as_RecordMailHandedOver());
        case stored::Command::NONE:
            break;
    }
    reader.fail("kind of command");
    return {};
}

}  // namespace muster::codec
