// Member rows in bytes.
#include "projections/member_rows.h"

#include "projections/bytes.h"
#include "projections/member_index.h"

namespace muster {
namespace {

constexpr std::uint8_t member_kind = 'm';
constexpr std::uint8_t former_kind = 'f';
constexpr std::uint8_t invitation_kind = 'i';
constexpr std::uint8_t successor_kind = 's';

std::string key_of_person(std::uint8_t kind, OrganizationId organization, PersonId person) {
    std::string key = kind_key(kind, organization);
    append_id(key, person);
    return key;
}

std::optional<MemberRow> find_row(const ViewReader& reader, const Roster& roster,
                                  const std::string& key_of_place) {
    const auto place = reader.get(Part::members, key_of_place);
    return place ? row_at(reader, roster, *place) : std::nullopt;
}

std::vector<PersonId> people_under(const ViewReader& reader, const std::string& prefix) {
    std::vector<PersonId> people;
    for (const std::string& key : reader.keys_under(Part::members, prefix)) {
        people.push_back(ByteReader{std::string_view{key}.substr(prefix.size())}.id<PersonId>());
    }
    return people;
}

std::string name_in(const ViewReader& reader, OrganizationId organization, PersonId person) {
    const auto row = find_member(reader, organization, person);
    if (row && row->status != RowStatus::pending) return row->name;
    const auto former = find_former(reader, organization, person);
    if (former && !former->name.empty()) return former->name;
    return row ? row->name : std::string{};
}

void append_optional(std::string& bytes, const std::optional<Instant>& instant) {
    append_byte(bytes, instant ? 1 : 0);
    if (instant) append_instant(bytes, *instant);
}

template <class Tag>
void append_optional(std::string& bytes, const std::optional<Id<Tag>>& id) {
    append_byte(bytes, id ? 1 : 0);
    if (id) append_id(bytes, *id);
}

}  // namespace

std::string encode(const MemberRow& row) {
    std::string bytes;
    append_id(bytes, row.person);
    append_byte(bytes, static_cast<std::uint8_t>(row.status));
    append_text(bytes, row.name);
    append_text(bytes, row.address);
    append_text(bytes, row.details);
    append_text(bytes, row.avatar);
    append_byte(bytes, row.two_factor ? 1 : 0);
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
    append_optional(bytes, row.left_at);
    append_optional(bytes, row.last_access);
    append_optional(bytes, row.invitation);
    append_optional(bytes, row.expires_at);
    append_number(bytes, row.send_number);
    append_optional(bytes, row.replaces);
    append_byte(bytes, row.as_given ? 1 : 0);
    append_number(bytes, number(row.joined_by));
    append_position(bytes, row.shown.position);
    append_instant(bytes, row.shown.at);
    return bytes;
}

std::optional<MemberRow> decode_member_row(std::string_view bytes) {
    ByteReader reader{bytes};
    MemberRow row;
    row.person = reader.id<PersonId>();
    row.status = static_cast<RowStatus>(reader.byte());
    row.name = reader.text();
    row.address = reader.text();
    row.details = reader.text();
    row.avatar = reader.text();
    row.two_factor = reader.byte() == 1;
    for (auto count = reader.number64(); count > 0 && !reader.broken(); --count) {
        row.roles.push_back(RoleId{reader.text()});
    }
    for (auto count = reader.number64(); count > 0 && !reader.broken(); --count) {
        const auto workspace = reader.id<WorkspaceId>();
        row.workspaces.emplace(workspace, RoleId{reader.text()});
    }
    if (reader.byte() == 1) row.licence = LicenceClassId{reader.text()};
    row.since = reader.instant();
    if (reader.byte() == 1) row.left_at = reader.instant();
    if (reader.byte() == 1) row.last_access = reader.instant();
    if (reader.byte() == 1) row.invitation = reader.id<InvitationId>();
    if (reader.byte() == 1) row.expires_at = reader.instant();
    row.send_number = reader.number32();
    if (reader.byte() == 1) row.replaces = reader.id<PersonId>();
    row.as_given = reader.byte() == 1;
    row.joined_by = Version{reader.number64()};
    row.shown.position = reader.position();
    row.shown.at = reader.instant();
    if (!reader.whole()) return std::nullopt;
    return row;
}

std::optional<MemberRow> row_in(const ViewReader& reader, std::string_view bytes) {
    auto row = decode_member_row(bytes);
    if (!row) reader.fail(FailureKind::corrupted, "views: a member row cannot be read");
    return row;
}

std::optional<MemberRow> row_at(const ViewReader& reader, const Roster& roster,
                                std::string_view place) {
    std::string key = prefix_of_everybody(roster, MemberSort::name);
    const auto value = reader.get(Part::member_index, key.append(place));
    if (value) return row_in(reader, row_bytes_in(*value));
    reader.fail(FailureKind::corrupted, "views: there is no row where one should be");
    return std::nullopt;
}

std::string member_key(OrganizationId organization, PersonId person) {
    return key_of_person(member_kind, organization, person);
}

std::string former_key(OrganizationId organization, PersonId person) {
    return key_of_person(former_kind, organization, person);
}

std::string successor_key(OrganizationId organization, PersonId replaced) {
    return key_of_person(successor_kind, organization, replaced);
}

std::string invitation_key(OrganizationId organization, InvitationId invitation) {
    std::string key = kind_key(invitation_kind, organization);
    append_id(key, invitation);
    return key;
}

std::optional<MemberRow> find_member(const ViewReader& reader, OrganizationId organization,
                                     PersonId person) {
    return find_row(reader, {organization}, member_key(organization, person));
}

std::optional<MemberRow> find_former(const ViewReader& reader, OrganizationId organization,
                                     PersonId person) {
    return find_row(reader, {organization, true}, former_key(organization, person));
}

std::optional<MemberRow> find_pending(const ViewReader& reader, OrganizationId organization,
                                      InvitationId invitation) {
    const auto person = reader.get(Part::members, invitation_key(organization, invitation));
    if (!person) return std::nullopt;
    return find_member(reader, organization, ByteReader{*person}.id<PersonId>());
}

std::optional<PersonId> find_successor(const ViewReader& reader, OrganizationId organization,
                                       PersonId replaced) {
    const auto person = reader.get(Part::members, successor_key(organization, replaced));
    if (!person) return std::nullopt;
    return ByteReader{*person}.id<PersonId>();
}

std::vector<PersonId> everybody_in(const ViewReader& reader, OrganizationId organization) {
    return people_under(reader, kind_key(member_kind, organization));
}

std::vector<PersonId> everybody_who_left(const ViewReader& reader, OrganizationId organization) {
    return people_under(reader, kind_key(former_kind, organization));
}

std::map<PersonId, std::string> names_in(const ViewReader& reader, OrganizationId organization,
                                         const std::set<PersonId>& people) {
    std::map<PersonId, std::string> names;
    for (const PersonId person : people) {
        std::string name = name_in(reader, organization, person);
        if (!name.empty()) names.emplace(person, std::move(name));
    }
    return names;
}

}  // namespace muster
