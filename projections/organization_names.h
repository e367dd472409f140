// What an organisation calls itself, its roles and its workspaces, kept beside the rows so that
// where somebody is can be shown without a single organisation at hand; and which roles it ever
// had. In the part `members`: "n" organisation -> its name and how near sign-ins are taken for one,
// "r" organisation role -> a role, which stays when it is gone and when the organisation ends, "w"
// organisation workspace -> name, "p" organisation role -> name of a role within workspaces.
#pragma once

#include "domain/events.h"
#include "projections/rows.h"
#include "projections/view_store.h"

#include <chrono>
#include <string>
#include <vector>

namespace muster {

class OrganizationNames {
 public:
    OrganizationNames(Draft& draft, OrganizationId organization)
        : draft_{draft}, organization_{organization} {}

    void apply(const OrganizationFounded& event);
    void apply(const OrganizationRenamed& event);
    void apply(const OrganizationEnded& event);
    void apply(const RoleCreated& event);
    void apply(const RoleRenamed& event);
    void apply(const WorkspaceCreated& event);
    void apply(const WorkspaceRenamed& event);
    void apply(const WorkspaceDeleted& event);
    void apply(const BlueprintChanged& event);

 private:
    void put_roles_within_workspaces(const Blueprint& blueprint);

    Draft& draft_;
    OrganizationId organization_;
};

/// Empty where there is none, or none any more.
std::string name_of_organization(const ViewReader& reader, OrganizationId organization);
/// By its rules; 0: each counts.
std::chrono::seconds sign_ins_taken_for_one(const ViewReader& reader, OrganizationId organization);

/// In the order of the ids.
std::vector<std::string> names_of_roles(const ViewReader& reader, OrganizationId organization,
                                        const std::vector<RoleId>& roles);
std::vector<NamedPlace> named_places(const ViewReader& reader, OrganizationId organization,
                                     const Places& places);
/// Now, or before it was deleted, other rules came or the organisation ended.
bool has_had_role(const ViewReader& reader, OrganizationId organization, const RoleId& role);

}  // namespace muster
