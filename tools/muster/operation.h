// Long operations of a server, from the command line: started, watched, and told how they came out.
#pragma once

#include "tools/muster/door.h"

#include <boost/json.hpp>

#include <expected>
#include <string>

namespace muster::tool {

/// The answer as JSON; the error says what the server said.
std::expected<boost::json::value, std::string> ask_json(Door& door, const std::string& method,
                                                        const std::string& target,
                                                        const std::string& body = {});

/// Starts an operation and waits for its end, showing on stderr how far it is; its last state.
std::expected<boost::json::object, std::string> run_to_its_end(Door& door, const std::string& kind,
                                                               const std::string& body = {});

}  // namespace muster::tool
