// muster backup and muster restore. A backup is made by whoever has the data folder open; verifying
// and restoring one needs no server.
#include "api/text/timestamps.h"
#include "eventstore/copies/backup.h"
#include "eventstore/copies/restore.h"
#include "eventstore/keys/keys_backup.h"
#include "tools/muster/commands.h"
#include "tools/muster/complain.h"
#include "tools/muster/operation.h"

#include <iomanip>
#include <iostream>

namespace muster::tool {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

bool show_progress(Position position) {
    std::cerr << "\rposition " << number(position) << std::flush;
    return true;
}

void print(std::string_view name, const std::string& value) {
    constexpr std::size_t width = 12;
    std::cout << "  " << name << std::string(width - name.size(), ' ') << value << "\n";
}

std::string commits_of(const std::string& count) {
    return count == "0" ? "none, the log is empty" : "1 to " + count;
}

std::string needed_text_at(const json::object& object, std::string_view name) {
    const auto& value = object.at(name);
    return value.is_string() ? std::string{value.get_string()} : json::serialize(value);
}

void print_backup(const BackupCommand& command, const json::object& state) {
    const auto& done = state.at("backup").as_object();
    std::cout << "Backed up to " << command.folder.string() << "\n";
    print("log", needed_text_at(done, "log"));
    print("commits", commits_of(needed_text_at(done, "commits")) + ", the newest recorded at " +
                         needed_text_at(done, "recorded_at"));
    print("new", needed_text_at(done, "new_commits") + " commits since the last backup, " +
                     needed_text_at(done, "bytes") + " bytes written");
    print("root", needed_text_at(done, "root"));
    print("verified", "what is new was read back and has the root that the log signed");
    if (const auto* keys = done.if_contains("keys")) {
        print("keys", needed_text_at(keys->as_object(), "rows") + " rows in " +
                          command.keys_folder.string() + ", in the place of any earlier ones");
    } else {
        print("keys",
              "NOT backed up; without them no personal data can be read: "
              "--keys FOLDER, elsewhere");
    }
    std::cout << std::fixed << std::setprecision(1) << "  seconds     "
              << state.at("seconds").to_number<double>() << "\n";
}

int verify_backup(const BackupCommand& command) {
    const auto report = verify_log_backup(command.folder, show_progress);
    std::cerr << "\n";
    if (!report) return complain(report.error().detail);
    std::cout << "The backup in " << command.folder.string() << " is whole\n";
    print("log", to_string(report->log_id));
    print("commits", commits_of(std::to_string(report->head.size)) + ", the newest recorded at " +
                         rfc3339(report->recorded_at));
    print("root", root_text(report->head.root) + ", as it was signed");
    if (command.keys_folder.empty()) return 0;
    const auto keys = verify_keys_backup(command.keys_folder);
    if (!keys) return complain(keys.error().detail);
    if (keys->log_id != report->log_id) {
        return complain("the keys in " + command.keys_folder.string() + " are of another log, " +
                        to_string(keys->log_id));
    }
    print("keys", std::to_string(keys->key_seq) + " rows in " + command.keys_folder.string());
    return 0;
}

/// A position, or else a time.
bool take_end(const RestoreCommand& command, RestoreOrder& order) {
    if (!command.to_time.empty()) {
        order.to_time = read_rfc3339(command.to_time);
        return order.to_time.has_value();
    }
    if (command.to_position) order.to_position = Position{*command.to_position};
    return true;
}

void print_restored(const RestoreCommand& command, const RestoreReport& report) {
    std::cout << "Restored to " << command.data.string() << "\n";
    print("commits", commits_of(std::to_string(report.head.size)) + " of the " +
                         std::to_string(number(report.backup_end)) +
                         " in the backup, the newest recorded at " + rfc3339(report.recorded_at));
    print("root", root_text(report.head.root));
    if (report.keeps_identity()) {
        print("log", to_string(report.log_id) +
                         ", the identity of the log that was backed up: "
                         "checkpoints of it go on holding");
        print("", "Never let that one be written to again: two logs would share a name.");
    } else {
        print("log", to_string(report.log_id) + ", a NEW identity; it was taken from " +
                         to_string(report.backed_up_id));
        print("", "Auditors' checkpoints of that one do not hold for it, for its later history");
        print("", "exists elsewhere. Invitations whose mail it does not know of are sent again.");
    }
    if (report.has_keys) {
        print("keys", "restored from " + command.keys_backup.string());
    } else {
        print("keys", "NOT restored: personal data cannot be read, and a server refuses to start");
        print("", "until the log's own keys/ is there (restore again with --keys FOLDER)");
    }
    print("views", "are made anew when the server starts; so is an operator-key");
}

}  // namespace

int back_up(const BackupCommand& given) {
    BackupCommand command = given;
    command.folder = fs::absolute(command.folder).lexically_normal();
    if (!command.keys_folder.empty()) {
        command.keys_folder = fs::absolute(command.keys_folder).lexically_normal();
    }
    if (command.verify_only) return verify_backup(command);
    json::object order{{"folder", command.folder.string()}};
    if (!command.keys_folder.empty()) order["keys_folder"] = command.keys_folder.string();
    auto door = open_door(command.door);
    if (!door) return complain(door.error());
    const auto state = run_to_its_end(**door, "backup", json::serialize(order));
    if (!state) return complain(state.error());
    const auto& findings = state->at("findings").as_array();
    for (const auto& finding : findings) complain(std::string{finding.as_string()});
    if (!findings.empty()) return 1;
    print_backup(command, *state);
    return 0;
}

int restore(const RestoreCommand& command) {
    RestoreOrder order{.backup = command.backup,
                       .keys_backup = command.keys_backup,
                       .data = command.data,
                       .to_position = {},
                       .to_time = {},
                       .new_identity = command.new_identity,
                       .go_on = show_progress};
    if (!take_end(command, order)) {
        return complain("--to-time takes an RFC 3339 time, such as 2026-11-21T20:10:46Z");
    }
    const auto report = restore_backup(order);
    std::cerr << "\n";
    if (!report) return complain(report.error().detail);
    print_restored(command, *report);
    return 0;
}

}  // namespace muster::tool
