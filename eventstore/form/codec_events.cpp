// The stored form of every event, in the order of the union.
#include "eventstore/form/codec_description.h"

namespace muster {

using codec::Stored;
using codec::table;

auto form_of(Stored<OrganizationFounded> auto& event) {
    return table<stored::OrganizationFounded>(event.organization, event.name, event.blueprint,
                                              event.plan, event.imported);
}

auto form_of(Stored<OrganizationEnded> auto&) {
    return table<stored::OrganizationEnded>();
}

auto form_of(Stored<PlanChanged> auto& event) {
    return table<stored::PlanChanged>(event.plan, event.limits);
}

auto form_of(Stored<InvitationIssued> auto& event) {
    return table<stored::InvitationIssued>(
        event.invitation, event.person, event.inviter, event.roles, event.workspaces, event.licence,
        event.name, event.address, event.message, event.expires_at, event.details, event.replaces);
}

auto form_of(Stored<InvitationResent> auto& event) {
    return table<stored::InvitationResent>(event.invitation, event.person, event.send_number,
                                           event.expires_at, event.inviter);
}

auto form_of(Stored<InvitationCancelled> auto& event) {
    return table<stored::InvitationCancelled>(event.invitation, event.person);
}

auto form_of(Stored<InvitationDeclined> auto& event) {
    return table<stored::InvitationDeclined>(event.invitation, event.person);
}

auto form_of(Stored<InvitationExpired> auto& event) {
    return table<stored::InvitationExpired>(event.invitation, event.person);
}

auto form_of(Stored<InvitationAccepted> auto& event) {
    return table<stored::InvitationAccepted>(event.invitation, event.person);
}

auto form_of(Stored<MemberJoined> auto& event) {
    return table<stored::MemberJoined>(event.person, event.invitation, event.roles,
                                       event.workspaces, event.licence, event.name, event.address,
                                       event.details);
}

auto form_of(Stored<MemberRolesChanged> auto& event) {
    return table<stored::MemberRolesChanged>(event.person, event.roles);
}

auto form_of(Stored<MemberRemoved> auto& event) {
    return table<stored::MemberRemoved>(event.person, event.workspaces, event.licence);
}

auto form_of(Stored<WorkspaceCreated> auto& event) {
    return table<stored::WorkspaceCreated>(event.workspace, event.name);
}

auto form_of(Stored<WorkspaceDeleted> auto& event) {
    return table<stored::WorkspaceDeleted>(event.workspace);
}

auto form_of(Stored<WorkspaceRoleAssigned> auto& event) {
    return table<stored::WorkspaceRoleAssigned>(event.person, event.place);
}

auto form_of(Stored<WorkspaceRoleWithdrawn> auto& event) {
    return table<stored::WorkspaceRoleWithdrawn>(event.person, event.workspace);
}

auto form_of(Stored<LicenceChanged> auto& event) {
    return table<stored::LicenceChanged>(event.person, event.licence, event.instead_of);
}

auto form_of(Stored<RoleCreated> auto& event) {
    return table<stored::RoleCreated>(event.role, event.name, event.permissions);
}

auto form_of(Stored<ImportFinished> auto&) {
    return table<stored::ImportFinished>();
}

auto form_of(Stored<MailHandedOver> auto& event) {
    return table<stored::MailHandedOver>(event.invitation, event.person, event.send_number);
}

auto form_of(Stored<PersonRegistered> auto& event) {
    return table<stored::PersonRegistered>(event.person, event.name, event.address, event.verified);
}

auto form_of(Stored<PersonSignedIn> auto& event) {
    return table<stored::PersonSignedIn>(event.person, event.organization);
}

auto form_of(Stored<MemberSuspended> auto& event) {
    return table<stored::MemberSuspended>(event.person);
}

auto form_of(Stored<MemberReinstated> auto& event) {
    return table<stored::MemberReinstated>(event.person);
}

auto form_of(Stored<RoleRenamed> auto& event) {
    return table<stored::RoleRenamed>(event.role, event.name);
}

auto form_of(Stored<RolePermissionsChanged> auto& event) {
    return table<stored::RolePermissionsChanged>(event.role, event.permissions);
}

auto form_of(Stored<RoleDeleted> auto& event) {
    return table<stored::RoleDeleted>(event.role);
}

auto form_of(Stored<OrganizationRenamed> auto& event) {
    return table<stored::OrganizationRenamed>(event.name);
}

auto form_of(Stored<WorkspaceRenamed> auto& event) {
    return table<stored::WorkspaceRenamed>(event.workspace, event.name);
}

auto form_of(Stored<BlueprintChanged> auto& event) {
    return table<stored::BlueprintChanged>(event.blueprint, event.plan, event.limits, event.roles,
                                           event.workspace_roles);
}

auto form_of(Stored<TwoFactorChanged> auto& event) {
    return table<stored::TwoFactorChanged>(event.person, event.enabled);
}

auto form_of(Stored<ProfileChanged> auto& event) {
    return table<stored::ProfileChanged>(event.person, event.name, event.avatar);
}

auto form_of(Stored<InvitationTakenOver> auto& event) {
    return table<stored::InvitationTakenOver>(event.invitation, event.person, event.inviter);
}

auto form_of(Stored<AttemptsSuppressed> auto& event) {
    return table<stored::AttemptsSuppressed>(event.limit, event.actor, event.count, event.from,
                                             event.to);
}

namespace codec {

static_assert(std::variant_size_v<Event> == static_cast<std::size_t>(stored::Event::MAX));

Offset<stored::StreamEvent> Encoder::part(const StreamEvent& value) {
    const auto kind = part(value.stream.kind);
    const auto id = part(value.stream.id);
    const auto event = alternative<stored::EventTraits>(value.event);
    return stored::CreateStreamEvent(builder, kind, &id, event.type, event.value);
}

void Decoder::take(const stored::StreamEvent* stored, StreamEvent& value) {
    take(stored->stream_kind(), value.stream.kind);
    take(stored->stream_id(), value.stream.id);
    const auto number = static_cast<std::size_t>(stored->event_type());
    take_alternative<stored::EventTraits>(number, stored->event(), value.event);
}

}  // namespace codec

described::Object described::describe(const Event& event) {
    return codec::Description::of_held(event);
}

}  // namespace muster
