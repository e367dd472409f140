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

std::optional<ReadRow> read_row(Body& body, KeyStore& keys, ByIds by_ids,
                                std::optional<Failure>& failure,
                                const std::function<WorkspaceId(Body&)>& workspace_id) {
    auto person = read_person(body, keys, by_ids, failure);
    ReadRow row;
    row.roles = read_roles(body);
    for (Body& place : body.objects("workspaces")) {
        const WorkspaceId workspace = workspace_id(place);
        row.workspaces.push_back({workspace, {place.optional_text("role")}});
    }
    if (!person) return std::nullopt;
    row.person = std::move(*person);
    return row;
}

}  // namespace muster::http
