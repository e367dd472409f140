// Events to their stored form and back.
#include "domain/ensure.h"
#include "eventstore/codec_parts.h"

namespace muster::codec {
namespace {

static_assert(std::variant_size_v<Event> == static_cast<std::size_t>(stored::Event::MAX));

/// One operator() for each event, so that a forgotten one does not compile.
struct EventWriter {
    Writer& writer;

    template <class Table>
    StoredEvent of(Offset<Table> table) const {
        return {stored::EventTraits<Table>::enum_value, table.Union()};
    }

    StoredEvent operator()(const OrganizationFounded& event) const {
        const auto organization = to_stored(event.organization);
        const auto name = writer.text(event.name);
        const auto blueprint = writer.blueprint(event.blueprint);
        ENSURE(event.blueprint.operator bool() == !blueprint.IsNull());
        const auto plan = writer.key(event.plan);
        return of(stored::CreateOrganizationFounded(writer.builder, &organization, name, blueprint,
                                                    plan, event.imported));
    }

    StoredEvent operator()(const OrganizationEnded&) const {
        return of(stored::CreateOrganizationEnded(writer.builder));
    }

    StoredEvent operator()(const PlanChanged& event) const {
        const auto plan = writer.key(event.plan);
        const auto limits = writer.limits(event.limits);
        return of(stored::CreatePlanChanged(writer.builder, plan, limits));
    }

    StoredEvent operator()(const InvitationIssued& event) const {
        const auto invitation = to_stored(event.invitation);
        const auto person = to_stored(event.person);
        const auto inviter = writer.actor(event.inviter);
        const auto roles = writer.keys(event.roles);
        const auto workspaces = writer.places(event.workspaces);
        const auto licence = writer.optional_key(event.licence);
        const auto name = writer.sealed(event.name);
        const auto address = writer.sealed(event.address);
        const auto message = writer.sealed(event.message);
        return of(stored::CreateInvitationIssued(writer.builder, &invitation, &person, inviter,
                                                 roles, workspaces, licence, name, address, message,
                                                 event.expires_at.micros));
    }

    StoredEvent operator()(const InvitationResent& event) const {
        const auto invitation = to_stored(event.invitation);
        const auto person = to_stored(event.person);
        return of(stored::CreateInvitationResent(writer.builder, &invitation, &person,
                                                 event.send_number, event.expires_at.micros));
    }

    StoredEvent operator()(const InvitationCancelled& event) const {
        const auto invitation = to_stored(event.invitation);
        const auto person = to_stored(event.person);
        return of(stored::CreateInvitationCancelled(writer.builder, &invitation, &person));
    }

    StoredEvent operator()(const InvitationDeclined& event) const {
        const auto invitation = to_stored(event.invitation);
        const auto person = to_stored(event.person);
        return of(stored::CreateInvitationDeclined(writer.builder, &invitation, &person));
    }

    StoredEvent operator()(const InvitationExpired& event) const {
        const auto invitation = to_stored(event.invitation);
        const auto person = to_stored(event.person);
        return of(stored::CreateInvitationExpired(writer.builder, &invitation, &person));
    }

    StoredEvent operator()(const InvitationAccepted& event) const {
        const auto invitation = to_stored(event.invitation);
        const auto person = to_stored(event.person);
        return of(stored::CreateInvitationAccepted(writer.builder, &invitation, &person));
    }

    StoredEvent operator()(const MemberJoined& event) const {
        const auto person = to_stored(event.person);
        const auto invitation = to_stored(event.invitation.value_or(InvitationId{}));
        const auto roles = writer.keys(event.roles);
        const auto workspaces = writer.places(event.workspaces);
        const auto licence = writer.optional_key(event.licence);
        const auto name = writer.sealed(event.name);
        const auto address = writer.sealed(event.address);
        return of(stored::CreateMemberJoined(writer.builder, &person,
                                             event.invitation ? &invitation : nullptr, roles,
                                             workspaces, licence, name, address));
    }

    StoredEvent operator()(const MemberRolesChanged& event) const {
        const auto person = to_stored(event.person);
        const auto roles = writer.keys(event.roles);
        return of(stored::CreateMemberRolesChanged(writer.builder, &person, roles));
    }

    StoredEvent operator()(const MemberRemoved& event) const {
        const auto person = to_stored(event.person);
        std::vector<stored::Uuid> ids;
        writer.count(event.workspaces.size() * sizeof(WorkspaceId));
        for (const WorkspaceId workspace : event.workspaces) ids.push_back(to_stored(workspace));
        Offset<List<const stored::Uuid*>> workspaces;
        if (!ids.empty()) workspaces = writer.builder.CreateVectorOfStructs(ids);
        const auto licence = writer.optional_key(event.licence);
        return of(stored::CreateMemberRemoved(writer.builder, &person, workspaces, licence));
    }

    StoredEvent operator()(const WorkspaceCreated& event) const {
        const auto workspace = to_stored(event.workspace);
        const auto name = writer.text(event.name);
        return of(stored::CreateWorkspaceCreated(writer.builder, &workspace, name));
    }

    StoredEvent operator()(const WorkspaceDeleted& event) const {
        const auto workspace = to_stored(event.workspace);
        return of(stored::CreateWorkspaceDeleted(writer.builder, &workspace));
    }

    StoredEvent operator()(const WorkspaceRoleAssigned& event) const {
        const auto person = to_stored(event.person);
        const auto place = writer.place(event.place);
        return of(stored::CreateWorkspaceRoleAssigned(writer.builder, &person, place));
    }

    StoredEvent operator()(const WorkspaceRoleWithdrawn& event) const {
        const auto person = to_stored(event.person);
        const auto workspace = to_stored(event.workspace);
        return of(stored::CreateWorkspaceRoleWithdrawn(writer.builder, &person, &workspace));
    }

    StoredEvent operator()(const LicenceChanged& event) const {
        const auto person = to_stored(event.person);
        const auto licence = writer.optional_key(event.licence);
        return of(stored::CreateLicenceChanged(writer.builder, &person, licence));
    }

    StoredEvent operator()(const RoleCreated& event) const {
        const auto role = writer.key(event.role);
        const auto name = writer.text(event.name);
        const auto permissions = writer.keys(event.permissions);
        return of(stored::CreateRoleCreated(writer.builder, role, name, permissions));
    }

    StoredEvent operator()(const ImportFinished&) const {
        return of(stored::CreateImportFinished(writer.builder));
    }

    StoredEvent operator()(const MailHandedOver& event) const {
        const auto invitation = to_stored(event.invitation);
        const auto person = to_stored(event.person);
        return of(
            stored::CreateMailHandedOver(writer.builder, &invitation, &person, event.send_number));
    }

    StoredEvent operator()(const PersonRegistered& event) const {
        const auto person = to_stored(event.person);
        const auto name = writer.sealed(event.name);
        const auto address = writer.sealed(event.address);
        return of(
            stored::CreatePersonRegistered(writer.builder, &person, name, address, event.verified));
    }

    StoredEvent operator()(const PersonSignedIn& event) const {
        const auto person = to_stored(event.person);
        const auto organization = to_stored(event.organization.value_or(OrganizationId{}));
        return of(stored::CreatePersonSignedIn(writer.builder, &person,
                                               event.organization ? &organization : nullptr));
    }
};

OrganizationFounded read(Reader& reader, const stored::OrganizationFounded& table) {
    return {.organization = reader.id<OrganizationId>(table.organization()),
            .name = reader.text(table.name()),
            .blueprint = reader.blueprint(table.blueprint()),
            .plan = reader.key<PlanId>(table.plan()),
            .imported = table.imported()};
}

PlanChanged read(Reader& reader, const stored::PlanChanged& table) {
    return {.plan = reader.key<PlanId>(table.plan()), .limits = reader.limits(table.limits())};
}

InvitationIssued read(Reader& reader, const stored::InvitationIssued& table) {
    return {.invitation = reader.id<InvitationId>(table.invitation()),
            .person = reader.id<PersonId>(table.person()),
            .inviter = reader.actor(*table.inviter()),
            .roles = reader.keys<RoleId>(table.roles()),
            .workspaces = reader.places(table.workspaces()),
            .licence = reader.optional_key(table.licence()),
            .name = reader.sealed(table.name()),
            .address = reader.sealed(table.address()),
            .message = reader.sealed(table.message()),
            .expires_at = Instant{table.expires_at()}};
}

InvitationResent read(Reader& reader, const stored::InvitationResent& table) {
    return {.invitation = reader.id<InvitationId>(table.invitation()),
            .person = reader.id<PersonId>(table.person()),
            .send_number = table.send_number(),
            .expires_at = Instant{table.expires_at()}};
}

/// For the events that name an invitation and a person and nothing else.
template <class DomainEvent, class Table>
DomainEvent read_end_of_invitation(Reader& reader, const Table& table) {
    return {.invitation = reader.id<InvitationId>(table.invitation()),
            .person = reader.id<PersonId>(table.person())};
}

MemberJoined read(Reader& reader, const stored::MemberJoined& table) {
    return {.person = reader.id<PersonId>(table.person()),
            .invitation = reader.optional_id<InvitationId>(table.invitation()),
            .roles = reader.keys<RoleId>(table.roles()),
            .workspaces = reader.places(table.workspaces()),
            .licence = reader.optional_key(table.licence()),
            .name = reader.sealed(table.name()),
            .address = reader.sealed(table.address())};
}

MemberRolesChanged read(Reader& reader, const stored::MemberRolesChanged& table) {
    return {.person = reader.id<PersonId>(table.person()),
            .roles = reader.keys<RoleId>(table.roles())};
}

MemberRemoved read(Reader& reader, const stored::MemberRemoved& table) {
    return {.person = reader.id<PersonId>(table.person()),
            .workspaces = reader.all<WorkspaceId>(
                table.workspaces(),
                [&reader](const stored::Uuid* id) { return reader.id<WorkspaceId>(id); }),
            .licence = reader.optional_key(table.licence())};
}

WorkspaceCreated read(Reader& reader, const stored::WorkspaceCreated& table) {
    return {.workspace = reader.id<WorkspaceId>(table.workspace()),
            .name = reader.text(table.name())};
}

WorkspaceDeleted read(Reader& reader, const stored::WorkspaceDeleted& table) {
    return {.workspace = reader.id<WorkspaceId>(table.workspace())};
}

WorkspaceRoleAssigned read(Reader& reader, const stored::WorkspaceRoleAssigned& table) {
    return {.person = reader.id<PersonId>(table.person()), .place = reader.place(*table.place())};
}

WorkspaceRoleWithdrawn read(Reader& reader, const stored::WorkspaceRoleWithdrawn& table) {
    return {.person = reader.id<PersonId>(table.person()),
            .workspace = reader.id<WorkspaceId>(table.workspace())};
}

LicenceChanged read(Reader& reader, const stored::LicenceChanged& table) {
    return {.person = reader.id<PersonId>(table.person()),
            .licence = reader.optional_key(table.licence())};
}

RoleCreated read(Reader& reader, const stored::RoleCreated& table) {
    return {.role = reader.key<RoleId>(table.role()),
            .name = reader.text(table.name()),
            .permissions = reader.keys<PermissionId>(table.permissions())};
}

MailHandedOver read(Reader& reader, const stored::MailHandedOver& table) {
    return {.invitation = reader.id<InvitationId>(table.invitation()),
            .person = reader.id<PersonId>(table.person()),
            .send_number = table.send_number()};
}

PersonRegistered read(Reader& reader, const stored::PersonRegistered& table) {
    return {.person = reader.id<PersonId>(table.person()),
            .name = reader.sealed(table.name()),
            .address = reader.sealed(table.address()),
            .verified = table.verified()};
}

PersonSignedIn read(Reader& reader, const stored::PersonSignedIn& table) {
    return {.person = reader.id<PersonId>(table.person()),
            .organization = reader.optional_id<OrganizationId>(table.organization())};
}

}  // namespace

StoredEvent write(Writer& writer, const Event& event) {
    return std::visit(EventWriter{writer}, event);
}

Event read_event(Reader& reader, const stored::StreamEvent& event) {
    switch (event.event_type()) {
        case stored::Event::OrganizationFounded:
            return read(reader, *event.event_as_OrganizationFounded());
        case stored::Event::OrganizationEnded:
            return OrganizationEnded{};
        case stored::Event::PlanChanged:
            return read(reader, *event.event_as_PlanChanged());
        case stored::Event::InvitationIssued:
            return read(reader, *event.event_as_InvitationIssued());
        case stored::Event::InvitationResent:
            return read(reader, *event.event_as_InvitationResent());
        case stored::Event::InvitationCancelled:
            return read_end_of_invitation<InvitationCancelled>(
                reader, *event.event_as_InvitationCancelled());
        case stored::Event::InvitationDeclined:
            return read_end_of_invitation<InvitationDeclined>(reader,
                                                              *event.event_as_InvitationDeclined());
        case stored::Event::InvitationExpired:
            return read_end_of_invitation<InvitationExpired>(reader,
                                                             *event.event_as_InvitationExpired());
        case stored::Event::InvitationAccepted:
            return read_end_of_invitation<InvitationAccepted>(reader,
                                                              *event.event_as_InvitationAccepted());
        case stored::Event::MemberJoined:
            return read(reader, *event.event_as_MemberJoined());
        case stored::Event::MemberRolesChanged:
            return read(reader, *event.event_as_MemberRolesChanged());
        case stored::Event::MemberRemoved:
            return read(reader, *event.event_as_MemberRemoved());
        case stored::Event::WorkspaceCreated:
            return read(reader, *event.event_as_WorkspaceCreated());
        case stored::Event::WorkspaceDeleted:
            return read(reader, *event.event_as_WorkspaceDeleted());
        case stored::Event::WorkspaceRoleAssigned:
            return read(reader, *event.event_as_WorkspaceRoleAssigned());
        case stored::Event::WorkspaceRoleWithdrawn:
            return read(reader, *event.event_as_WorkspaceRoleWithdrawn());
        case stored::Event::LicenceChanged:
            return read(reader, *event.event_as_LicenceChanged());
        case stored::Event::RoleCreated:
            return read(reader, *event.event_as_RoleCreated());
        case stored::Event::ImportFinished:
            return ImportFinished{};
        case stored::Event::MailHandedOver:
            return read(reader, *event.event_as_MailHandedOver());
        case stored::Event::PersonRegistered:
            return read(reader, *event.event_as_PersonRegistered());
        case stored::Event::PersonSignedIn:
            return read(reader, *event.event_as_PersonSignedIn());
        case stored::Event::NONE:
            break;
    }
    reader.fail("kind of event");
    return {};
}

}  // namespace muster::codec
