// Commands and events as JSON objects, one visitor each: a new one that is not shown does not
// compile.
#pragma once

#include "api/http/present.h"

#include <boost/json.hpp>

namespace muster::http {

boost::json::object event_object(const StreamEvent& event, const Unseal& unseal);
boost::json::object command_object(const Command& command);
boost::json::object commit_object(const Commit& commit, const Unseal& unseal);
boost::json::object actor_object(const Actor& actor);
boost::json::array rows_array(const std::vector<RowVerdict>& rows);
boost::json::array places_array(const Places& places);
boost::json::array roles_array(const std::vector<RoleId>& roles);

}  // namespace muster::http
