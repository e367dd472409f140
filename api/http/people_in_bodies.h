// How a request names people, by id or by address (and name), and what they are to be: roles and
// places. Shared by the routes and the import.
#pragma once

#include "api/http/exchange.h"

namespace muster::http {

/// A person as a body names them.
struct NamedPerson {
    PersonId person;
    std::string name;     ///< as given; may be empty
    std::string address;  ///< as given; empty when named by id
};

/// Whether a request may name people by id alone: then their account's name and address are taken,
/// so only a key that reaches every account may.
enum class ByIds : std::uint8_t { no, yes };

/// Reads {"person": id} or {"address": …, "name": …} out of `body`. Notes what is wrong in it;
/// gives nothing when something was, or when `keys` failed (then `failure` says so).
std::optional<NamedPerson> read_person(Body& body, KeyStore& keys, ByIds by_ids,
                                       std::optional<Failure>& failure);

/// Name and address sealed for one organisation, or for the account when it is nil. For a person
/// who is named by id, the account's own name and address are taken.
struct SealedPerson {
    Sealed name;
    Sealed address;
};
std::expected<SealedPerson, Failure> seal_person(Engine& engine, const NamedPerson& person,
                                                 OrganizationId organization);

/// How a workspace is written: as a plain id, or by a label in an import.
using ReadWorkspace = std::function<WorkspaceId(Body&)>;
WorkspaceId read_workspace_id(Body& body);

/// `role` or `roles`.
std::vector<RoleId> read_roles(Body& body);
/// The objects of `workspaces`, each a workspace and perhaps the role there.
std::vector<WorkspacePlace> read_places(Body& body, const ReadWorkspace& read_workspace);

/// One row of an invitation: whom, as what, into which workspaces, and what is told of them.
struct ReadRow {
    NamedPerson person;
    std::vector<RoleId> roles;
    std::vector<WorkspacePlace> workspaces;
    std::string details;
};
std::optional<ReadRow> read_row(Body& body, KeyStore& keys, ByIds by_ids,
                                std::optional<Failure>& failure,
                                const ReadWorkspace& read_workspace);
/// The row with what is personal in it sealed for the organisation.
std::expected<InvitationRow, Failure> seal_row(Engine& engine, ReadRow row, InvitationId invitation,
                                               OrganizationId organization);

}  // namespace muster::http
