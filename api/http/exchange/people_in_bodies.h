// How a request names people, by id or by address (and name), and what they are to be: roles and
// places. Shared by the routes and the import. Reading touches nothing; who an address belongs to
// is asked afterwards, once nothing is wrong with the body.
#pragma once

#include "api/http/exchange/exchange.h"
#include "api/http/read/personal_data.h"
#include "api/text/address.h"

#include <variant>

namespace muster::http {

/// A person as a body names them: {"person": id} or {"address": …, "name": …}.
struct WrittenAddress {
    Address address;
    std::string name;  ///< may be empty
};
using WrittenPerson = std::variant<PersonId, WrittenAddress>;

/// Whether a request may name people by id alone: then their account's name and address are taken,
/// so only a key that reaches every account may.
enum class ByIds : std::uint8_t { no, yes };

Field<WrittenPerson> read_person(Body& body, ByIds by_ids);

/// A person who is known by their id.
struct NamedPerson {
    PersonId person;
    std::string name;                    ///< as given; may be empty
    std::optional<std::string> address;  ///< as given; none when they were named by id
};

/// Whom a body names; an address that was never seen is given a person, or in a trial
/// an id for the request alone.
std::expected<NamedPerson, Failure> resolve(PersonalData& personal, const WrittenPerson& written);

/// Name and address sealed for one organisation, or for the account when it is nil. For a person
/// who is named by id, the account's own name and address are taken.
struct SealedPerson {
    Sealed name;
    Sealed address;
};
std::expected<SealedPerson, Failure> seal_person(Engine& engine, PersonalData& personal,
                                                 const NamedPerson& person,
                                                 OrganizationId organization);

/// How a workspace is written: as a plain id, or by a label in an import.
using ReadWorkspace = std::function<Field<WorkspaceId>(Body&)>;
Field<WorkspaceId> read_workspace_id(Body& body);

/// `role` or `roles`.
Field<std::vector<RoleId>> read_roles(Body& body);
/// The objects of `workspaces`, each a workspace and perhaps the role there.
Field<std::vector<WorkspacePlace>> read_places(Body& body, const ReadWorkspace& read_workspace);

/// One row of an invitation: whom, as what, into which workspaces, and what is told of them.
struct ReadRow {
    std::optional<WrittenPerson> person;  ///< none: an address that is none, where rows stand alone
    std::vector<RoleId> roles;
    std::vector<WorkspacePlace> workspaces;
    std::string details;
};

/// What an address that cannot be read does: it is wrong in the body, or the row's own verdict.
enum class UnreadableAddress : std::uint8_t { is_wrong, is_a_verdict };

Field<ReadRow> read_row(Body& body, ByIds by_ids, UnreadableAddress unreadable,
                        const ReadWorkspace& read_workspace);
/// The row with its person known and what is personal in it sealed for the organisation.
std::expected<InvitationRow, Failure> seal_row(Engine& engine, PersonalData& personal,
                                               const ReadRow& row, InvitationId invitation,
                                               OrganizationId organization);

}  // namespace muster::http
