// The one way from the command line to an engine: HTTP requests, to the server that has DATA open
// (over its unix socket), to a server named by --url, or, where none runs, to an engine opened
// here. The commands do not know which it is.
#pragma once

#include "api/http/server/server.h"

#include <expected>
#include <filesystem>
#include <memory>
#include <string>

namespace muster::tool {

struct DoorOptions {
    std::filesystem::path data;
    std::string url;      ///< empty: whoever has DATA open
    std::string api_key;  ///< empty: the operator's key in DATA
};

class Door {
 public:
    virtual ~Door() = default;
    virtual std::expected<http::Response, std::string> ask(const std::string& method,
                                                           const std::string& target,
                                                           const std::string& body = {}) = 0;
};

/// The error is one sentence that says what to do.
std::expected<std::unique_ptr<Door>, std::string> open_door(const DoorOptions& options);

/// Where a server in DATA listens for the command line.
std::filesystem::path socket_in(const std::filesystem::path& data);

}  // namespace muster::tool
