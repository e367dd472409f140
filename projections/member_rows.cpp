// Member rows in bytes.
#include "projections/member_rows.h"

#include "projections/bytes.h"

namespace muster {
namespace {

constexpr std::uint8_t row_kind = 'm';
constexpr std::uint8_t invitation_kind = 'i';

std::string key_of_organization(std::uint8_t kind, OrganizationId organization) {
    std::string key;
    append_byte(key, kind);
    append_id(key, organization);
    return key;
}

}  // namespace

std::string encode(const MemberRow& row) {
    std::string bytes;
    append_id(bytes, row.person);
    append_byte(bytes, static_cast<std::uint8_t>(row.status));
    append_text(bytes, row.name);
    append_text(bytes, row.address);
    append_number(bytes, static_cast<std::uint64_t>(row.roles.size()));
    for (const RoleId& role : row.roles) append_text(bytes, role.value);
    append_number(bytes, static_cast<std::uint64_t>(row.workspaces.size()));
    for (const auto& [workspace, role] : row.workspaces) {
        append_id(bytes, workspace);
        append_text(bytes, role.value);
    }
    append_byte(bytes, row.licence ? 1 : 0);
    if (row.licence) append_text(bytes, row.licence->value);
    append_instant(bytes, row.since);
    append_byte(bytes, row.last_access ? 1 : 0);
    if (row.last_access) append_instant(bytes, *row.last_access);
    append_byte(bytes, row.invitation ? 1 : 0);
    if (row.invitation) append_id(bytes, *row.invitation);
    append_byte(bytes, row.expires_at ? 1 : 0);
    if (row.expires_at) append_instant(bytes, *row.expires_at);
    append_number(bytes, row.send_number);
    return bytes;
}

std::optional<MemberRow> decode_member_row(std::string_view bytes) {
    ByteReader reader{bytes};
    MemberRow row;
    row.person = reader.id<PersonId>();
    row.status = static_cast<RowStatus>(reader.byte());
    row.name = reader.text();
    row.address = reader.text();
    for (auto count = reader.number64(); count > 0 && !reader.broken(); --count) {
        row.roles.push_back(RoleId{reader.text()});
    }
    for (auto count = reader.number64(); count > 0 && !reader.broken(); --count) {
        const auto workspace = reader.id<WorkspaceId>();
        row.workspaces.emplace(workspace, RoleId{reader.text()});
    }
    if (reader.byte() == 1) row.licence = LicenceClassId{reader.text()};
    row.since = reader.instant();
    if (reader.byte() == 1) row.last_access = reader.instant();
    if (reader.byte() == 1) row.invitation = reader.id<InvitationId>();
    if (reader.byte() == 1) row.expires_at = reader.instant();
    row.send_number = reader.number32();
    if (!reader.whole()) return std::nullopt;
    return row;
}

std::string member_key(OrganizationId organization, PersonId person) {
    std::string key = key_of_organization(row_kind, organization);
    append_id(key, person);
    return key;
}

std::string invitation_key(OrganizationId organization, InvitationId invitation) {
    std::string key = key_of_organization(invitation_kind, organization);
    append_id(key, invitation);
    return key;
}

std::optional<MemberRow> find_member(const ViewReader& reader, OrganizationId organization,
                                     PersonId person) {
    const auto bytes = reader.get(Part::members, member_key(organization, person));
    if (!bytes) return std::nullopt;
    auto row = decode_member_row(*bytes);
    if (!row) reader.fail(FailureKind::corrupted, "views: a member row cannot be read");
    return row;
}

std::optional<MemberRow> find_pending(const ViewReader& reader, OrganizationId organization,
                                      InvitationId invitation) {
    const auto person = reader.get(Part::members, invitation_key(organization, invitation));
    if (!person) return std::nullopt;
    return find_member(reader, organization, ByteReader{*person}.id<PersonId>());
}

std::vector<PersonId> everybody_in(const ViewReader& reader, OrganizationId organization) {
    const std::string prefix = key_of_organization(row_kind, organization);
    std::vector<PersonId> people;
    for (const std::string& key : reader.keys_under(Part::members, prefix)) {
        people.push_back(ByteReader{std::string_view{key}.substr(prefix.size())}.id<PersonId>());
    }
    return people;
}

}  // namespace muster
