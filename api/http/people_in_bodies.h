// How a request names people: by id, or by address (and name). Shared by the routes and the import.
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

/// One row of an invitation: whom, as what, into which workspaces.
struct ReadRow {
    NamedPerson person;
    std::vector<RoleId> roles;
    std::vector<WorkspacePlace> workspaces;
};
/// `workspace_id`: how a workspace is written (a plain id, or a label in an import).
std::optional<ReadRow> read_row(Body& body, KeyStore& keys, ByIds by_ids,
                                std::optional<Failure>& failure,
                                const std::function<WorkspaceId(Body&)>& workspace_id);
/// `role` or `roles`.
std::vector<RoleId> read_roles(Body& body);

}  // namespace muster::http
