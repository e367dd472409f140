// The subcommands of `muster`. Each answers the process's exit code.
#pragma once

#include "api/rate_limiter.h"
#include "tools/muster/door.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace muster::tool {

struct ServeOptions {
    std::filesystem::path data;
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string link_base;  ///< empty: the address that is served
    std::string mail_from = "muster@localhost.localdomain";
    RateLimits limits;
};
int serve(const ServeOptions& options);

struct MembersCommand {
    std::string organization;
    std::map<std::string, std::string> query;  ///< what the API's list is asked for; empty: not
    bool json = false;                         ///< a JSON object a line instead of a table
};
int show_members(const DoorOptions& door, const MembersCommand& command);
int show_audit(const DoorOptions& door, const std::string& organization, bool as_json);
/// Always a JSON object a line.
int show_log(const DoorOptions& door, std::uint64_t from);
/// Gives a whole log that lost its mark a new one. `give_up_after`: the operator knows that more is
/// remembered of it, and gives that up.
int accept_log(const std::filesystem::path& data, std::optional<std::uint64_t> give_up_after);
/// Makes a new data folder of what is whole of a damaged one.
int salvage_data(const std::filesystem::path& data, const std::filesystem::path& new_data);
/// Makes another operator key for who lost all of them. No server may have the data folder.
int make_operator_key(const std::filesystem::path& data);
int import_file(const DoorOptions& door, const std::string& file);
/// Says that the server's clock is right, after it stepped forward and writing stopped.
int confirm_clock(const DoorOptions& door);
/// "verify" or "rebuild-views"
int run_operation(const DoorOptions& door, const std::string& kind, const std::string& body = {});

struct VerifyCommand {
    std::string checkpoint;    ///< a file with a note that was kept; empty: none
    std::string verifier_key;  ///< empty: the one that the log publishes
};
int verify(const DoorOptions& door, const VerifyCommand& command);

struct BackupCommand {
    DoorOptions door;
    std::filesystem::path folder;
    std::filesystem::path keys_folder;  ///< empty: keys/ is not backed up
    bool verify_only = false;
};
int back_up(const BackupCommand& command);

struct RestoreCommand {
    std::filesystem::path backup;
    std::filesystem::path data;
    std::filesystem::path keys_backup;         ///< empty: log/ alone
    std::optional<std::uint64_t> to_position;  ///< this or a time, or neither
    std::string to_time;
    bool new_identity = false;
};
int restore(const RestoreCommand& command);

}  // namespace muster::tool
