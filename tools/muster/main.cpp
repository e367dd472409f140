// muster: one binary for the server and for whoever operates it.
#include "api/http/routes/import.h"
#include "api/text/valid_text.h"
#include "tools/muster/commands.h"

#include <curl/curl.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

namespace {

using muster::tool::DoorOptions;
using muster::tool::ServeOptions;

void add_door(CLI::App& command, DoorOptions& door) {
    command.add_option("--data", door.data, "The data folder")
        ->envname("MUSTER_DATA")
        ->capture_default_str();
    command.add_option("--url", door.url, "A running server, for example http://localhost:8080");
    command.add_option("--api-key", door.api_key, "An API key instead of the operator's")
        ->envname("MUSTER_API_KEY");
}

/// Lines of valid UTF-8, whatever bytes a name in them has.
class TextToStderr final : public spdlog::sinks::base_sink<std::mutex> {
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        const std::string text = muster::valid_utf8(std::string{line.data(), line.size()});
        std::fwrite(text.data(), 1, text.size(), stderr);
    }
    void flush_() override { std::fflush(stderr); }
};

void log_to_stderr() {
    auto logger = std::make_shared<spdlog::logger>("muster", std::make_shared<TextToStderr>());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    spdlog::set_default_logger(logger);
}

/// What the command line says; each subcommand reads its part.
struct Given {
    ServeOptions serving{.data = "data"};
    DoorOptions door{.data = "data", .url = {}, .api_key = {}};
    std::string organization;
    std::map<std::string, std::string> query;
    bool json = false;
    std::string file;
    std::uint64_t from = 1;
    std::optional<std::uint64_t> give_up_after;
    muster::tool::VerifyCommand verify;
    muster::tool::BackupCommand backup;
    muster::tool::RestoreCommand restore;
    int status = 0;  ///< the process's exit code
};

/// How much is let through in a minute.
void add_limits(CLI::App& serve, muster::RateLimits& limits) {
    const auto add = [&serve](const std::string& name, std::size_t& limit,
                              const std::string& meaning) {
        serve.add_option(name, limit, meaning + " a minute; 0: no limit")
            ->group("Limits")
            ->capture_default_str();
    };
    add("--most-key-requests", limits.key_requests, "Requests with one API key");
    add("--most-key-refusals", limits.key_refusals,
        "Refused commands of one key for all the people who are unknown there");
    add("--most-actor-commands", limits.actor_commands, "Commands of one key for one person");
    add("--most-actor-refusals", limits.actor_refusals, "Of these, refused ones");
    add("--most-link-requests", limits.link_requests, "Requests by one invitation's link");
    add("--most-link-answers", limits.link_answers, "Of these, to accept or decline");
    add("--most-peer-requests", limits.peer_requests,
        "Requests from one address with neither a key nor a genuine link");
}

void add_serve(CLI::App& app, Given& given) {
    auto* serve = app.add_subcommand("serve", "Serve the HTTP API on an embedded store");
    auto& serving = given.serving;
    serve->add_option("--data", serving.data, "The data folder, made when missing")
        ->envname("MUSTER_DATA")
        ->capture_default_str();
    serve->add_option("--address", serving.address, "Where to listen")->capture_default_str();
    serve->add_option("--port", serving.port, "0: one that is free")->capture_default_str();
    serve->add_option("--link-base", serving.link_base,
                      "What links in mails begin with; the address that is served otherwise");
    serve->add_option("--mail-from", serving.mail_from, "The address mails come from")
        ->capture_default_str();
    add_limits(*serve, serving.limits);
    serve->callback([&given] { given.status = muster::tool::serve(given.serving); });
}

void add_organization(CLI::App& command, Given& given) {
    command.add_option("organization", given.organization, "Its id, or the label of its import")
        ->required();
}

void add_json(CLI::App& command, Given& given) {
    command.add_flag("--json", given.json, "A JSON object a line, as the API gives them");
}

void add_reading(CLI::App& app, Given& given) {
    auto* members = app.add_subcommand("members", "List an organisation's members");
    add_organization(*members, given);
    const auto ask = [&](const char* option, const char* parameter, const char* meaning) {
        members->add_option(option, given.query[parameter], meaning);
    };
    ask("--as-of", "as_of", "A position or an RFC 3339 time");
    ask("--search", "q", "How words of the name begin, or any part of the address");
    ask("--status", "status", "active, suspended, pending or former");
    ask("--role", "role", "The id of a role");
    ask("--workspace", "workspace", "The id of a workspace");
    ask("--licence", "licence", "The id of a class of licences");
    ask("--two-factor", "two_factor", "true or false");
    ask("--last-access-before", "last_access_before", "An RFC 3339 time");
    ask("--sort", "sort", "name, address, since, last_access, role or status; -name: backwards");
    add_json(*members, given);
    add_door(*members, given.door);
    members->callback([&given] {
        given.status =
            muster::tool::show_members(given.door, {given.organization, given.query, given.json});
    });

    auto* audit = app.add_subcommand("audit", "Show an organisation's audit trail, newest first");
    add_organization(*audit, given);
    add_json(*audit, given);
    add_door(*audit, given.door);
    audit->callback([&given] {
        given.status = muster::tool::show_audit(given.door, given.organization, given.json);
    });
}

void add_import(CLI::App& app, Given& given) {
    auto* import_command = app.add_subcommand("import", "Import history, one JSON command a line");
    import_command->footer(muster::http::import_help());
    import_command->add_option("file", given.file, "The history")
        ->required()
        ->check(CLI::ExistingFile);
    add_door(*import_command, given.door);
    import_command->callback(
        [&given] { given.status = muster::tool::import_file(given.door, given.file); });
}

void add_log(CLI::App& app, Given& given) {
    auto* log = app.add_subcommand("log", "Print the log's commits as JSON lines");
    log->add_option("--from", given.from, "The first position")->capture_default_str();
    add_door(*log, given.door);
    log->callback([&given, log] {
        if (!log->get_subcommands().empty()) return;
        given.status = muster::tool::show_log(given.door, given.from);
    });

    auto* accept = log->add_subcommand("accept", "Check a log that lost its mark, and mark it");
    accept->add_option("--data", given.door.data, "The data folder")->envname("MUSTER_DATA");
    accept->add_option("--give-up-after", given.give_up_after,
                       "Where the log ends, to give up what keys/ or views/ have seen beyond");
    accept->callback([&given] {
        given.status = muster::tool::accept_log(given.door.data, given.give_up_after);
    });

    auto* salvage = log->add_subcommand("salvage", "Make a new log of what is whole of a damaged");
    salvage->add_option("new-data", given.file, "The data folder to make")->required();
    salvage->add_option("--data", given.door.data, "The damaged one")->envname("MUSTER_DATA");
    salvage->callback(
        [&given] { given.status = muster::tool::salvage_data(given.door.data, given.file); });
}

void add_operations(CLI::App& app, Given& given) {
    auto* verify = app.add_subcommand("verify", "Check the whole log, and the views against it");
    add_door(*verify, given.door);
    verify
        ->add_option("--from-checkpoint", given.verify.checkpoint,
                     "Prove that the log extends this checkpoint, kept from before")
        ->check(CLI::ExistingFile);
    verify->add_option(
        "--verifier-key", given.verify.verifier_key,
        "The public key that the checkpoint is signed with; the log's own otherwise");
    verify->callback([&given] { given.status = muster::tool::verify(given.door, given.verify); });

    auto* clock = app.add_subcommand("clock", "The clock that commits are recorded by");
    clock->require_subcommand(1);
    auto* confirm = clock->add_subcommand("confirm", "Say that it is right; writing goes on");
    add_door(*confirm, given.door);
    confirm->callback([&given] { given.status = muster::tool::confirm_clock(given.door); });

    auto* operator_key = app.add_subcommand("operator-key", "The operator's key to the data");
    operator_key->require_subcommand(1);
    auto* renew = operator_key->add_subcommand("new", "Make one where all were deleted or lost");
    renew->add_option("--data", given.door.data, "The data folder, which no server has open")
        ->envname("MUSTER_DATA")
        ->capture_default_str();
    renew->callback([&given] { given.status = muster::tool::make_operator_key(given.door.data); });

    auto* views = app.add_subcommand("views", "Work on the views");
    views->require_subcommand(1);
    auto* rebuild = views->add_subcommand("rebuild", "Build them anew from log/ and keys/");
    add_door(*rebuild, given.door);
    rebuild->callback(
        [&given] { given.status = muster::tool::run_operation(given.door, "rebuild-views"); });
}

void add_backup(CLI::App& app, Given& given) {
    auto& backup = given.backup;
    auto* back_up = app.add_subcommand("backup", "Back up the log, and the keys elsewhere");
    back_up->add_option("folder", backup.folder, "Where to; holds what earlier ones left")
        ->required();
    back_up->add_option("--keys", backup.keys_folder, "Back up keys/ too, to this folder");
    back_up->add_flag("--verify-only", backup.verify_only, "Read the backup that is there");
    add_door(*back_up, given.door);
    back_up->callback([&given] {
        given.backup.door = given.door;
        given.status = muster::tool::back_up(given.backup);
    });

    auto& restore = given.restore;
    auto* restoring = app.add_subcommand("restore", "Make a data folder of a backup");
    restoring->add_option("backup", restore.backup, "The folder of the backup")->required();
    restoring->add_option("new-data", restore.data, "The data folder to make")->required();
    restoring->add_option("--keys", restore.keys_backup, "The folder of the backup of keys/");
    auto* position =
        restoring->add_option("--to-position", restore.to_position, "The last commit to restore");
    restoring->add_option("--to-time", restore.to_time, "Up to this RFC 3339 time, inclusive")
        ->excludes(position);
    restoring->add_flag("--new-identity", restore.new_identity,
                        "For a copy that is written to beside the original");
    restoring->callback([&given] { given.status = muster::tool::restore(given.restore); });
}

}  // namespace

int main(int argc, char** argv) {
    log_to_stderr();
    curl_global_init(CURL_GLOBAL_DEFAULT);

    CLI::App app{"Muster, the event-sourced membership engine"};
    app.require_subcommand(1);
    Given given;
    add_serve(app, given);
    add_reading(app, given);
    add_import(app, given);
    add_log(app, given);
    add_operations(app, given);
    add_backup(app, given);

    CLI11_PARSE(app, argc, argv);
    return given.status;
}
