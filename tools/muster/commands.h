// The subcommands of `muster`. Each answers the process's exit code.
#pragma once

#include "tools/muster/door.h"

#include <cstdint>
#include <string>

namespace muster::tool {

struct ServeOptions {
    std::filesystem::path data;
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string link_base = "http://localhost:8080/v1/invitations";
    std::string mail_from = "muster@localhost.localdomain";
};
int serve(const ServeOptions& options);

int show_members(const DoorOptions& door, const std::string& organization,
                 const std::string& as_of);
int show_audit(const DoorOptions& door, const std::string& organization);
int show_log(const DoorOptions& door, std::uint64_t from);
int import_file(const DoorOptions& door, const std::string& file);
/// "verify" or "rebuild-views"
int run_operation(const DoorOptions& door, const std::string& kind);

}  // namespace muster::tool
