// The subjects, one after the other.
#include "api/http/routes/routes.h"

namespace muster::http {

std::vector<Route> every_route() {
    std::vector<Route> routes;
    for (const auto& of_subject :
         {blueprint_routes, organization_routes, role_routes, audit_routes, member_list_routes,
          member_routes, workspace_routes, invitation_routes, person_routes, operator_routes,
          log_routes, operation_routes}) {
        for (Route& route : of_subject()) routes.push_back(std::move(route));
    }
    return routes;
}

}  // namespace muster::http
