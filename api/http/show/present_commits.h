// Commands and events as JSON objects, by the description of their stored form: one that is stored
// is shown.
#pragma once

#include "api/http/show/present.h"

#include <boost/json.hpp>

namespace muster::http {

boost::json::object event_object(const StreamEvent& event, const Unseal& unseal);
boost::json::object command_object(const Command& command);
/// `seen_from`: the organisation whose trail it stands in. Of a command about another one it shows
/// that there was one, and nothing of what it asked for, why and from where.
boost::json::object commit_object(const Commit& commit, const Unseal& unseal,
                                  std::optional<OrganizationId> seen_from = std::nullopt);
boost::json::object actor_object(const Actor& actor);
boost::json::array rows_array(const std::vector<RowVerdict>& rows);
boost::json::array obstacles_array(const std::vector<Obstacle>& obstacles);
/// What the end of a membership set free.
boost::json::object released_object(const MemberRemoved& event);
boost::json::array roles_array(const std::vector<RoleId>& roles);

}  // namespace muster::http
