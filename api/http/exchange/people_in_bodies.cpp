// Reading and sealing the people of a request.
#include "api/http/exchange/people_in_bodies.h"

namespace muster::http {
namespace {

/// Nobody where the address is none and that is the row's own verdict.
Field<std::optional<WrittenPerson>> read_person_of_row(Body& body, ByIds by_ids,
                                                       UnreadableAddress unreadable) {
    if (unreadable == UnreadableAddress::is_a_verdict && !body.has("person")) {
        const auto sent = body.text_if_any("address");
        if (!sent || !read_address(*sent)) {
            return body.optional_text("name").then(
                [](const std::string&) { return std::optional<WrittenPerson>{}; });
        }
    }
    return read_person(body, by_ids).then([](const WrittenPerson& person) {
        return std::optional{person};
    });
}

/// The person that a body names by id; who may not is told nothing else about it.
Field<WrittenPerson> read_known_person(Body& body, ByIds by_ids) {
    const bool has_address = body.has("address");
    const bool has_name = body.has("name");
    if (by_ids == ByIds::no) {
        return body.wrong("person", "needs an operator's key; name an address");
    }
    if (has_address) body.wrong("address", "cannot stand beside person");
    if (has_name) body.wrong("name", "cannot stand beside person");
    return body.id<PersonId>("person").then([](PersonId id) { return WrittenPerson{id}; });
}

}  // namespace

Field<WrittenPerson> read_person(Body& body, ByIds by_ids) {
    if (body.has("person")) return read_known_person(body, by_ids);
    const auto name = body.optional_text("name");
    const auto address = body.read("address", read_address);
    const auto written = [](const Address& read, const std::string& given) {
        return WrittenPerson{WrittenAddress{read, given}};
    };
    return together(written, address, name);
}

std::expected<NamedPerson, Failure> resolve(PersonalData& personal, const WrittenPerson& written) {
    if (const auto* id = std::get_if<PersonId>(&written)) return NamedPerson{*id, {}, {}};
    const auto& [address, name] = std::get<WrittenAddress>(written);
    const auto person = personal.person_for(address.normal);
    if (!person) return std::unexpected(person.error());
    return NamedPerson{*person, name, address.given};
}

std::expected<SealedPerson, Failure> seal_person(Engine& engine, PersonalData& personal,
                                                 const NamedPerson& person,
                                                 OrganizationId organization) {
    std::string name_shown = person.name;
    std::string address_shown;
    if (person.address) {
        address_shown = *person.address;
    } else {
        const auto account = engine.views().person(person.person);
        if (!account) return std::unexpected(account.error());
        if (*account) {
            name_shown = (*account)->name;
            address_shown = (*account)->address;
        }
    }
    const auto seal = [&](PersonalField field, std::string_view text) {
        return personal.seal({organization, person.person, field}, text);
    };
    auto name = seal(PersonalField::name, name_shown);
    if (!name) return std::unexpected(name.error());
    auto address = seal(PersonalField::address, address_shown);
    if (!address) return std::unexpected(address.error());
    return SealedPerson{std::move(*name), std::move(*address)};
}

Field<std::vector<RoleId>> read_roles(Body& body) {
    if (!body.has("role")) return body.keys<RoleId>("roles");
    if (body.has("roles")) return body.wrong("roles", "cannot stand beside role");
    return body.text("role").then([](const std::string& id) { return std::vector{RoleId{id}}; });
}

Field<WorkspaceId> read_workspace_id(Body& body) {
    return body.id<WorkspaceId>("workspace");
}

Field<std::vector<WorkspacePlace>> read_places(Body& body, const ReadWorkspace& read_workspace) {
    std::vector<Field<WorkspacePlace>> places;
    for (Body& place : body.objects("workspaces")) {
        const auto workspace = read_workspace(place);
        const auto role = place.optional_text("role");
        const auto placed = [](WorkspaceId id, const std::string& there) {
            return WorkspacePlace{id, {there}};
        };
        places.push_back(together(placed, workspace, role));
    }
    return all(std::move(places));
}

Field<ReadRow> read_row(Body& body, ByIds by_ids, UnreadableAddress unreadable,
                        const ReadWorkspace& read_workspace) {
    const auto person = read_person_of_row(body, by_ids, unreadable);
    const auto roles = read_roles(body);
    const auto workspaces = read_places(body, read_workspace);
    const auto details = body.optional_text("details", free_text_characters);
    const auto row = [](const std::optional<WrittenPerson>& whom, const std::vector<RoleId>& as,
                        const std::vector<WorkspacePlace>& into, const std::string& told) {
        return ReadRow{whom, as, into, told};
    };
    return together(row, person, roles, workspaces, details);
}

std::expected<InvitationRow, Failure> seal_row(Engine& engine, PersonalData& personal,
                                               const ReadRow& row, InvitationId invitation,
                                               OrganizationId organization) {
    InvitationRow sealed_row{.invitation = invitation,
                             .person = {},
                             .roles = row.roles,
                             .workspaces = row.workspaces,
                             .name = {},
                             .address = {},
                             .details = {}};
    if (!row.person) return sealed_row;
    const auto named = resolve(personal, *row.person);
    if (!named) return std::unexpected(named.error());
    auto sealed = seal_person(engine, personal, *named, organization);
    if (!sealed) return std::unexpected(sealed.error());
    auto details =
        personal.seal({organization, named->person, PersonalField::details}, row.details);
    if (!details) return std::unexpected(details.error());
    sealed_row.person = named->person;
    sealed_row.name = std::move(sealed->name);
    sealed_row.address = std::move(sealed->address);
    sealed_row.details = std::move(*details);
    return sealed_row;
}

}  // namespace muster::http
