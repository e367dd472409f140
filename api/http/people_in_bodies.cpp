// Reading and sealing the people of a request.
#include "api/http/people_in_bodies.h"

#include "api/address.h"

namespace muster::http {

std::optional<NamedPerson> read_person(Body& body, KeyStore& keys, ByIds by_ids,
                                       std::optional<Failure>& failure) {
    if (body.has("person")) {
        if (by_ids == ByIds::no) body.wrong("person", "needs an operator's key; name an address");
        const auto id = body.uuid("person");
        if (body.has("address")) body.wrong("address", "cannot stand beside person");
        if (!id) return std::nullopt;
        return NamedPerson{PersonId{*id}, {}, {}};
    }
    const std::string name = body.optional_text("name");
    const std::string text = body.raw_text("address");
    if (text.empty()) return std::nullopt;
    const auto address = read_address(text);
    if (!address) {
        body.wrong("address", address.error());
        return std::nullopt;
    }
    const auto person = keys.person_for(address->normal);
    if (!person) {
        failure = person.error();
        return std::nullopt;
    }
    return NamedPerson{*person, name, address->given};
}

std::expected<SealedPerson, Failure> seal_person(Engine& engine, const NamedPerson& person,
                                                 OrganizationId organization) {
    NamedPerson known = person;
    if (known.address.empty()) {
        const auto account = engine.views().person(person.person);
        if (!account) return std::unexpected(account.error());
        if (*account) known = {person.person, (*account)->name, (*account)->address};
    }
    const auto seal = [&](PersonalField field, std::string_view text) {
        return engine.keys().seal({organization, person.person, field}, text);
    };
    auto name = seal(PersonalField::name, known.name);
    if (!name) return std::unexpected(name.error());
    auto address = seal(PersonalField::address, known.address);
    if (!address) return std::unexpected(address.error());
    return SealedPerson{std::move(*name), std::move(*address)};
}

std::vector<RoleId> read_roles(Body& body) {
    std::vector<RoleId> roles;
    if (body.has("role")) {
        if (body.has("roles")) body.wrong("roles", "cannot stand beside role");
        roles.push_back({body.text("role")});
    }
    for (std::string& role : body.texts("roles")) roles.push_back({std::move(role)});
    return roles;
}

WorkspaceId read_workspace_id(Body& body) {
    return body.id<WorkspaceId>("workspace");
}

std::vector<WorkspacePlace> read_places(Body& body, const ReadWorkspace& read_workspace) {
    std::vector<WorkspacePlace> places;
    for (Body& place : body.objects("workspaces")) {
        const WorkspaceId workspace = read_workspace(place);
        places.push_back({workspace, {place.optional_text("role")}});
    }
    return places;
}

std::optional<ReadRow> read_row(Body& body, KeyStore& keys, ByIds by_ids,
                                std::optional<Failure>& failure,
                                const ReadWorkspace& read_workspace) {
    auto person = read_person(body, keys, by_ids, failure);
    ReadRow row;
    row.roles = read_roles(body);
    row.workspaces = read_places(body, read_workspace);
    row.details = body.optional_text("details", free_text_characters);
    if (!person) return std::nullopt;
    row.person = std::move(*person);
    return row;
}

std::expected<InvitationRow, Failure> seal_row(Engine& engine, ReadRow row, InvitationId invitation,
                                               OrganizationId organization) {
    const PersonId person = row.person.person;
    auto sealed = seal_person(engine, row.person, organization);
    if (!sealed) return std::unexpected(sealed.error());
    auto details = engine.keys().seal({organization, person, PersonalField::details}, row.details);
    if (!details) return std::unexpected(details.error());
    return InvitationRow{.invitation = invitation,
                         .person = person,
                         .roles = std::move(row.roles),
                         .workspaces = std::move(row.workspaces),
                         .name = std::move(sealed->name),
                         .address = std::move(sealed->address),
                         .details = std::move(*details)};
}

}  // namespace muster::http
